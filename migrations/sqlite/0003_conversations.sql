-- What was asked and answered.
CREATE TABLE conversations (
    id              BLOB    NOT NULL PRIMARY KEY,
    title           TEXT    NOT NULL,
    title_source    TEXT    NOT NULL,
    context_mode    TEXT    NOT NULL,
    judging_policy  TEXT    NOT NULL,
    system_prompt   TEXT    NOT NULL,
    service_ids     TEXT    NOT NULL,
    last_seq        INTEGER NOT NULL DEFAULT 0,
    message_count   INTEGER NOT NULL DEFAULT 0,
    created_at      TEXT    NOT NULL,
    updated_at      TEXT    NOT NULL,
    last_message_at TEXT,
    archived_at     TEXT,
    deleted_at      TEXT
) STRICT;

-- Who takes part; the owner is one of them. `sort_at` repeats the time of last activity here,
-- so that a person's list is read from one index.
CREATE TABLE participants (
    conversation_id BLOB    NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    user_id         BLOB    NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    role            TEXT    NOT NULL,
    sort_at         TEXT    NOT NULL,
    PRIMARY KEY (conversation_id, user_id)
) STRICT;
CREATE INDEX participants_by_activity ON participants (user_id, sort_at DESC, conversation_id DESC);

CREATE TABLE messages (
    id              BLOB    NOT NULL PRIMARY KEY,
    conversation_id BLOB    NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    author_id       BLOB    NOT NULL REFERENCES users (id),
    position        INTEGER NOT NULL,
    content         TEXT    NOT NULL,
    excluded        INTEGER NOT NULL DEFAULT 0,
    created_at      TEXT    NOT NULL,
    UNIQUE (conversation_id, position)
) STRICT;

CREATE TABLE batches (
    id                   BLOB    NOT NULL PRIMARY KEY,
    message_id           BLOB    NOT NULL UNIQUE REFERENCES messages (id) ON DELETE CASCADE,
    conversation_id      BLOB    NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    user_id              BLOB    NOT NULL REFERENCES users (id),
    status               TEXT    NOT NULL,
    expected             INTEGER NOT NULL,
    finished             INTEGER NOT NULL DEFAULT 0,
    answered             INTEGER NOT NULL DEFAULT 0,
    judges_wanted        INTEGER NOT NULL DEFAULT 0,
    judges_voted         INTEGER NOT NULL DEFAULT 0,
    ranking_method       TEXT,
    ranking_note         TEXT,
    agreement            TEXT,
    selected_response_id BLOB,
    pruned               INTEGER NOT NULL DEFAULT 0,
    created_at           TEXT    NOT NULL,
    completed_at         TEXT
) STRICT;
CREATE INDEX batches_by_conversation ON batches (conversation_id);

CREATE TABLE responses (
    id               BLOB    NOT NULL PRIMARY KEY,
    batch_id         BLOB    NOT NULL REFERENCES batches (id) ON DELETE CASCADE,
    message_id       BLOB    NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
    conversation_id  BLOB    NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    user_id          BLOB    NOT NULL REFERENCES users (id),
    service_id       BLOB    NOT NULL REFERENCES services (id),
    service_name     TEXT    NOT NULL,
    model            TEXT    NOT NULL,
    demo             INTEGER NOT NULL,
    tiny             INTEGER NOT NULL,
    position         INTEGER NOT NULL,
    state            TEXT    NOT NULL,
    attempt          INTEGER NOT NULL DEFAULT 0,
    max_attempts     INTEGER NOT NULL,
    crash_count      INTEGER NOT NULL DEFAULT 0,
    fence            INTEGER NOT NULL DEFAULT 0,
    lease_owner      TEXT,
    lease_expires_at TEXT,
    next_attempt_at  TEXT    NOT NULL,
    content_length   INTEGER NOT NULL DEFAULT 0,
    finish_reason    TEXT,
    summary          TEXT,
    summary_source   TEXT,
    reasoning        TEXT,
    score            REAL,
    score_low        REAL,
    score_high       REAL,
    rank             INTEGER,
    tied             INTEGER NOT NULL DEFAULT 0,
    failure_kind     TEXT,
    failure_detail   TEXT,
    usage            TEXT,
    cost_micro_usd   INTEGER NOT NULL DEFAULT 0,
    selected         INTEGER NOT NULL DEFAULT 0,
    pruned           INTEGER NOT NULL DEFAULT 0,
    created_at       TEXT    NOT NULL,
    started_at       TEXT,
    first_token_at   TEXT,
    finished_at      TEXT,
    deleted_at       TEXT
) STRICT;
CREATE INDEX responses_by_batch ON responses (batch_id, position);
CREATE INDEX responses_due ON responses (next_attempt_at, id) WHERE state IN ('queued', 'retrying');
CREATE INDEX responses_leased ON responses (lease_expires_at) WHERE lease_owner IS NOT NULL;

-- The text stands apart, so that leases and states move without rewriting it.
CREATE TABLE response_texts (
    response_id BLOB    NOT NULL PRIMARY KEY REFERENCES responses (id) ON DELETE CASCADE,
    attempt     INTEGER NOT NULL,
    content     TEXT    NOT NULL
) STRICT;

CREATE TABLE events (
    conversation_id BLOB    NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    seq             INTEGER NOT NULL,
    at              TEXT    NOT NULL,
    body            TEXT    NOT NULL,
    PRIMARY KEY (conversation_id, seq)
) STRICT, WITHOUT ROWID;

CREATE VIRTUAL TABLE search_entries USING fts5 (
    body, conversation_id UNINDEXED, message_id UNINDEXED, response_id UNINDEXED, at UNINDEXED,
    tokenize = 'unicode61 remove_diacritics 2'
);
