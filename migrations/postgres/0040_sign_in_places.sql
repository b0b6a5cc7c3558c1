-- Browsers and addresses that an account was signed in from, as hashes: guessing from elsewhere
-- does not slow its owner down there.
CREATE TABLE sign_in_places (
    user_id      UUID        NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    mark         TEXT        NOT NULL,
    last_used_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (user_id, mark)
);
