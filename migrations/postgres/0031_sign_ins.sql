-- Sign-ins of browsers and API clients, and the ways into an account.
ALTER TABLE sessions ADD COLUMN kind TEXT NOT NULL DEFAULT 'browser';
ALTER TABLE sessions ADD COLUMN address TEXT NOT NULL DEFAULT '';

-- One row a refresh token ever handed out: one that comes back after its use gives the thief away.
CREATE TABLE refresh_tokens (
    token_hash TEXT NOT NULL PRIMARY KEY,
    session_id UUID NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    created_at TIMESTAMPTZ NOT NULL,
    used_at    TIMESTAMPTZ
);
CREATE INDEX refresh_tokens_by_session ON refresh_tokens (session_id);

-- Tickets that open one WebSocket, once.
CREATE TABLE ws_tickets (
    ticket_hash  TEXT NOT NULL PRIMARY KEY,
    session_id   UUID REFERENCES sessions (id) ON DELETE CASCADE,
    api_token_id UUID REFERENCES api_tokens (id) ON DELETE CASCADE,
    expires_at   TIMESTAMPTZ NOT NULL
);
CREATE INDEX ws_tickets_by_end ON ws_tickets (expires_at);

-- Links that an admin hands out: to make an account, or to set a password anew.
CREATE TABLE account_links (
    id         UUID NOT NULL PRIMARY KEY,
    kind       TEXT NOT NULL,
    token_hash TEXT NOT NULL UNIQUE,
    user_id    UUID REFERENCES users (id) ON DELETE CASCADE,
    email      TEXT,
    role       TEXT NOT NULL,
    created_by UUID REFERENCES users (id) ON DELETE SET NULL,
    created_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    used_at    TIMESTAMPTZ
);

-- Accounts elsewhere that sign somebody in here.
CREATE TABLE identities (
    issuer     TEXT NOT NULL,
    subject    TEXT NOT NULL,
    user_id    UUID NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (issuer, subject)
);

-- Sign-ins by OpenID Connect that are under way.
CREATE TABLE oidc_flows (
    state_hash TEXT NOT NULL PRIMARY KEY,
    nonce      TEXT NOT NULL,
    verifier   TEXT NOT NULL,
    next_path  TEXT NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL
);
