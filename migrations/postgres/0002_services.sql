-- Whom to ask, and with which key.
CREATE TABLE services (
    id                UUID    NOT NULL PRIMARY KEY,
    name              TEXT    NOT NULL,
    service_type      TEXT    NOT NULL,
    base_url          TEXT    NOT NULL,
    model             TEXT    NOT NULL,
    max_output_tokens BIGINT NOT NULL,
    context_window    BIGINT NOT NULL,
    vision            BOOLEAN NOT NULL,
    temperature       DOUBLE PRECISION,
    reasoning_effort  TEXT,
    prices            JSONB    NOT NULL,
    active            BOOLEAN NOT NULL,
    contestant        BOOLEAN NOT NULL,
    judge             BOOLEAN NOT NULL,
    demo              BOOLEAN NOT NULL,
    tiny              BOOLEAN NOT NULL,
    requires_key      BOOLEAN NOT NULL,
    created_at        TIMESTAMPTZ    NOT NULL,
    deleted_at        TIMESTAMPTZ
);

CREATE TABLE api_keys (
    id            UUID NOT NULL PRIMARY KEY,
    owner_id      UUID REFERENCES users (id) ON DELETE CASCADE,
    service_type  TEXT NOT NULL,
    origin        TEXT NOT NULL,
    sealed        TEXT NOT NULL,
    last4         TEXT NOT NULL,
    status        TEXT NOT NULL,
    status_detail TEXT,
    created_at    TIMESTAMPTZ NOT NULL,
    last_used_at  TIMESTAMPTZ,
    tested_at     TIMESTAMPTZ,
    revoked_at    TIMESTAMPTZ
);
-- One key in force per owner, service type and origin; the instance's keys have no owner.
CREATE UNIQUE INDEX api_keys_in_force ON api_keys (COALESCE(owner_id, '00000000-0000-0000-0000-000000000000'), service_type, origin) WHERE revoked_at IS NULL;
