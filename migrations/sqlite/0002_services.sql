-- Whom to ask, and with which key.
CREATE TABLE services (
    id                BLOB    NOT NULL PRIMARY KEY,
    name              TEXT    NOT NULL,
    service_type      TEXT    NOT NULL,
    base_url          TEXT    NOT NULL,
    model             TEXT    NOT NULL,
    max_output_tokens INTEGER NOT NULL,
    context_window    INTEGER NOT NULL,
    vision            INTEGER NOT NULL,
    temperature       REAL,
    reasoning_effort  TEXT,
    prices            TEXT    NOT NULL,
    active            INTEGER NOT NULL,
    contestant        INTEGER NOT NULL,
    judge             INTEGER NOT NULL,
    demo              INTEGER NOT NULL,
    tiny              INTEGER NOT NULL,
    requires_key      INTEGER NOT NULL,
    created_at        TEXT    NOT NULL,
    deleted_at        TEXT
) STRICT;

CREATE TABLE api_keys (
    id            BLOB NOT NULL PRIMARY KEY,
    owner_id      BLOB REFERENCES users (id) ON DELETE CASCADE,
    service_type  TEXT NOT NULL,
    origin        TEXT NOT NULL,
    sealed        TEXT NOT NULL,
    last4         TEXT NOT NULL,
    status        TEXT NOT NULL,
    status_detail TEXT,
    created_at    TEXT NOT NULL,
    last_used_at  TEXT,
    tested_at     TEXT,
    revoked_at    TEXT
) STRICT;
-- One key in force per owner, service type and origin; the instance's keys have no owner.
CREATE UNIQUE INDEX api_keys_in_force ON api_keys (COALESCE(owner_id, x'00'), service_type, origin) WHERE revoked_at IS NULL;
