-- Sign-ins of browsers and API clients, and the ways into an account.
ALTER TABLE sessions ADD COLUMN kind TEXT NOT NULL DEFAULT 'browser';
ALTER TABLE sessions ADD COLUMN address TEXT NOT NULL DEFAULT '';

-- One row a refresh token ever handed out: one that comes back after its use gives the thief away.
CREATE TABLE refresh_tokens (
    token_hash TEXT NOT NULL PRIMARY KEY,
    session_id BLOB NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    created_at TEXT NOT NULL,
    used_at    TEXT
) STRICT;
CREATE INDEX refresh_tokens_by_session ON refresh_tokens (session_id);

-- Tickets that open one WebSocket, once.
CREATE TABLE ws_tickets (
    ticket_hash  TEXT NOT NULL PRIMARY KEY,
    session_id   BLOB REFERENCES sessions (id) ON DELETE CASCADE,
    api_token_id BLOB REFERENCES api_tokens (id) ON DELETE CASCADE,
    expires_at   TEXT NOT NULL
) STRICT;
CREATE INDEX ws_tickets_by_end ON ws_tickets (expires_at);

-- Links that an admin hands out: to make an account, or to set a password anew.
CREATE TABLE account_links (
    id         BLOB NOT NULL PRIMARY KEY,
    kind       TEXT NOT NULL,
    token_hash TEXT NOT NULL UNIQUE,
    user_id    BLOB REFERENCES users (id) ON DELETE CASCADE,
    email      TEXT,
    role       TEXT NOT NULL,
    created_by BLOB REFERENCES users (id) ON DELETE SET NULL,
    created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    used_at    TEXT
) STRICT;

-- Accounts elsewhere that sign somebody in here.
CREATE TABLE identities (
    issuer     TEXT NOT NULL,
    subject    TEXT NOT NULL,
    user_id    BLOB NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at TEXT NOT NULL,
    PRIMARY KEY (issuer, subject)
) STRICT;

-- Sign-ins by OpenID Connect that are under way.
CREATE TABLE oidc_flows (
    state_hash TEXT NOT NULL PRIMARY KEY,
    nonce      TEXT NOT NULL,
    verifier   TEXT NOT NULL,
    next_path  TEXT NOT NULL,
    expires_at TEXT NOT NULL
) STRICT;
