-- Background work that is not a response, the ledger of provider calls, rankings and ballots.
CREATE TABLE background_jobs (
    id               BLOB    NOT NULL PRIMARY KEY,
    kind             TEXT    NOT NULL,
    subject_id       BLOB    NOT NULL,
    state            TEXT    NOT NULL,
    run_at           TEXT    NOT NULL,
    attempt          INTEGER NOT NULL DEFAULT 0,
    crash_count      INTEGER NOT NULL DEFAULT 0,
    fence            INTEGER NOT NULL DEFAULT 0,
    lease_owner      TEXT,
    lease_expires_at TEXT,
    last_error       TEXT,
    created_at       TEXT    NOT NULL,
    finished_at      TEXT,
    UNIQUE (kind, subject_id)
) STRICT;
CREATE INDEX background_jobs_due ON background_jobs (run_at, id) WHERE state = 'queued';
CREATE INDEX background_jobs_leased ON background_jobs (lease_expires_at) WHERE lease_owner IS NOT NULL;

-- Written before a request goes out; an outcome that stays 'unknown' is a call whose end nobody saw.
CREATE TABLE calls (
    id                  BLOB    NOT NULL PRIMARY KEY,
    purpose             TEXT    NOT NULL,
    user_id             BLOB    NOT NULL REFERENCES users (id),
    service_id          BLOB    NOT NULL REFERENCES services (id),
    conversation_id     BLOB,
    response_id         BLOB,
    ballot_id           BLOB,
    attempt             INTEGER NOT NULL,
    outcome             TEXT    NOT NULL,
    usage               TEXT,
    input_tokens        INTEGER NOT NULL DEFAULT 0,
    output_tokens       INTEGER NOT NULL DEFAULT 0,
    cost_micro_usd      INTEGER NOT NULL DEFAULT 0,
    provider_request_id TEXT,
    detail              TEXT,
    started_at          TEXT    NOT NULL,
    finished_at         TEXT
) STRICT;
CREATE INDEX calls_by_response ON calls (response_id) WHERE response_id IS NOT NULL;
CREATE INDEX calls_by_user ON calls (user_id, started_at);

CREATE TABLE rankings (
    id           BLOB NOT NULL PRIMARY KEY,
    batch_id     BLOB NOT NULL REFERENCES batches (id) ON DELETE CASCADE,
    method       TEXT,
    outcome      TEXT,
    created_at   TEXT NOT NULL,
    completed_at TEXT
) STRICT;
CREATE INDEX rankings_by_batch ON rankings (batch_id, created_at);

CREATE TABLE ballots (
    id               BLOB    NOT NULL PRIMARY KEY,
    ranking_id       BLOB    NOT NULL REFERENCES rankings (id) ON DELETE CASCADE,
    batch_id         BLOB    NOT NULL REFERENCES batches (id) ON DELETE CASCADE,
    judge_service_id BLOB    NOT NULL REFERENCES services (id),
    judge_name       TEXT    NOT NULL,
    status           TEXT    NOT NULL,
    sheet            TEXT    NOT NULL,
    prompt_version   TEXT    NOT NULL,
    raw_reply        TEXT,
    vote             TEXT,
    weight           REAL    NOT NULL,
    void_reason      TEXT,
    cost_micro_usd   INTEGER NOT NULL DEFAULT 0,
    created_at       TEXT    NOT NULL,
    finished_at      TEXT
) STRICT;
CREATE INDEX ballots_by_ranking ON ballots (ranking_id);
CREATE INDEX ballots_by_batch ON ballots (batch_id);
