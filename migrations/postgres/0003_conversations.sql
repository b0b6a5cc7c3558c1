-- What was asked and answered.
CREATE TABLE conversations (
    id              UUID    NOT NULL PRIMARY KEY,
    title           TEXT    NOT NULL,
    title_source    TEXT    NOT NULL,
    context_mode    TEXT    NOT NULL,
    judging_policy  TEXT    NOT NULL,
    system_prompt   TEXT    NOT NULL,
    service_ids     JSONB    NOT NULL,
    last_seq        BIGINT NOT NULL DEFAULT 0,
    message_count   BIGINT NOT NULL DEFAULT 0,
    created_at      TIMESTAMPTZ    NOT NULL,
    updated_at      TIMESTAMPTZ    NOT NULL,
    last_message_at TIMESTAMPTZ,
    archived_at     TIMESTAMPTZ,
    deleted_at      TIMESTAMPTZ
);

-- Who takes part; the owner is one of them. `sort_at` repeats the time of last activity here,
-- so that a person's list is read from one index.
CREATE TABLE participants (
    conversation_id UUID    NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    user_id         UUID    NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    role            TEXT    NOT NULL,
    sort_at         TIMESTAMPTZ    NOT NULL,
    PRIMARY KEY (conversation_id, user_id)
);
CREATE INDEX participants_by_activity ON participants (user_id, sort_at DESC, conversation_id DESC);

CREATE TABLE messages (
    id              UUID    NOT NULL PRIMARY KEY,
    conversation_id UUID    NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    author_id       UUID    NOT NULL REFERENCES users (id),
    position        BIGINT NOT NULL,
    content         TEXT    NOT NULL,
    excluded        BOOLEAN NOT NULL DEFAULT FALSE,
    created_at      TIMESTAMPTZ    NOT NULL,
    UNIQUE (conversation_id, position)
);

CREATE TABLE batches (
    id                   UUID    NOT NULL PRIMARY KEY,
    message_id           UUID    NOT NULL UNIQUE REFERENCES messages (id) ON DELETE CASCADE,
    conversation_id      UUID    NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    user_id              UUID    NOT NULL REFERENCES users (id),
    status               TEXT    NOT NULL,
    expected             BIGINT NOT NULL,
    finished             BIGINT NOT NULL DEFAULT 0,
    answered             BIGINT NOT NULL DEFAULT 0,
    judges_wanted        BIGINT NOT NULL DEFAULT 0,
    judges_voted         BIGINT NOT NULL DEFAULT 0,
    ranking_method       TEXT,
    ranking_note         TEXT,
    agreement            JSONB,
    selected_response_id UUID,
    pruned               BOOLEAN NOT NULL DEFAULT FALSE,
    created_at           TIMESTAMPTZ    NOT NULL,
    completed_at         TIMESTAMPTZ
);
CREATE INDEX batches_by_conversation ON batches (conversation_id);

CREATE TABLE responses (
    id               UUID    NOT NULL PRIMARY KEY,
    batch_id         UUID    NOT NULL REFERENCES batches (id) ON DELETE CASCADE,
    message_id       UUID    NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
    conversation_id  UUID    NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    user_id          UUID    NOT NULL REFERENCES users (id),
    service_id       UUID    NOT NULL REFERENCES services (id),
    service_name     TEXT    NOT NULL,
    model            TEXT    NOT NULL,
    demo             BOOLEAN NOT NULL,
    tiny             BOOLEAN NOT NULL,
    position         BIGINT NOT NULL,
    state            TEXT    NOT NULL,
    attempt          BIGINT NOT NULL DEFAULT 0,
    max_attempts     BIGINT NOT NULL,
    crash_count      BIGINT NOT NULL DEFAULT 0,
    fence            BIGINT NOT NULL DEFAULT 0,
    lease_owner      TEXT,
    lease_expires_at TIMESTAMPTZ,
    next_attempt_at  TIMESTAMPTZ    NOT NULL,
    content_length   BIGINT NOT NULL DEFAULT 0,
    finish_reason    TEXT,
    summary          TEXT,
    summary_source   TEXT,
    reasoning        TEXT,
    score            DOUBLE PRECISION,
    score_low        DOUBLE PRECISION,
    score_high       DOUBLE PRECISION,
    rank             BIGINT,
    tied             BOOLEAN NOT NULL DEFAULT FALSE,
    failure_kind     TEXT,
    failure_detail   TEXT,
    usage            JSONB,
    cost_micro_usd   BIGINT NOT NULL DEFAULT 0,
    selected         BOOLEAN NOT NULL DEFAULT FALSE,
    pruned           BOOLEAN NOT NULL DEFAULT FALSE,
    created_at       TIMESTAMPTZ    NOT NULL,
    started_at       TIMESTAMPTZ,
    first_token_at   TIMESTAMPTZ,
    finished_at      TIMESTAMPTZ,
    deleted_at       TIMESTAMPTZ
);
CREATE INDEX responses_by_batch ON responses (batch_id, position);
CREATE INDEX responses_due ON responses (next_attempt_at, id) WHERE state IN ('queued', 'retrying');
CREATE INDEX responses_leased ON responses (lease_expires_at) WHERE lease_owner IS NOT NULL;

-- The text stands apart, so that leases and states move without rewriting it.
CREATE TABLE response_texts (
    response_id UUID    NOT NULL PRIMARY KEY REFERENCES responses (id) ON DELETE CASCADE,
    attempt     BIGINT NOT NULL,
    content     TEXT    NOT NULL
);

CREATE TABLE events (
    conversation_id UUID    NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    seq             BIGINT NOT NULL,
    at              TIMESTAMPTZ    NOT NULL,
    body            JSONB    NOT NULL,
    PRIMARY KEY (conversation_id, seq)
);

CREATE TABLE search_entries (
    body            TEXT        NOT NULL,
    conversation_id UUID        NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    message_id      UUID,
    response_id     UUID,
    at              TIMESTAMPTZ NOT NULL,
    words           TSVECTOR    GENERATED ALWAYS AS (to_tsvector('simple', left(body, 200000))) STORED
);
CREATE INDEX search_entries_by_word ON search_entries USING GIN (words);
CREATE INDEX search_entries_by_conversation ON search_entries (conversation_id);
