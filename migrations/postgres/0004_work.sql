-- Background work that is not a response, the ledger of provider calls, rankings and ballots.
CREATE TABLE background_jobs (
    id               UUID    NOT NULL PRIMARY KEY,
    kind             TEXT    NOT NULL,
    subject_id       UUID    NOT NULL,
    state            TEXT    NOT NULL,
    run_at           TIMESTAMPTZ    NOT NULL,
    attempt          BIGINT NOT NULL DEFAULT 0,
    crash_count      BIGINT NOT NULL DEFAULT 0,
    fence            BIGINT NOT NULL DEFAULT 0,
    lease_owner      TEXT,
    lease_expires_at TIMESTAMPTZ,
    last_error       TEXT,
    created_at       TIMESTAMPTZ    NOT NULL,
    finished_at      TIMESTAMPTZ,
    UNIQUE (kind, subject_id)
);
CREATE INDEX background_jobs_due ON background_jobs (run_at, id) WHERE state = 'queued';
CREATE INDEX background_jobs_leased ON background_jobs (lease_expires_at) WHERE lease_owner IS NOT NULL;

-- Written before a request goes out; an outcome that stays 'unknown' is a call whose end nobody saw.
CREATE TABLE calls (
    id                  UUID    NOT NULL PRIMARY KEY,
    purpose             TEXT    NOT NULL,
    user_id             UUID    NOT NULL REFERENCES users (id),
    service_id          UUID    NOT NULL REFERENCES services (id),
    conversation_id     UUID,
    response_id         UUID,
    ballot_id           UUID,
    attempt             BIGINT NOT NULL,
    outcome             TEXT    NOT NULL,
    usage               JSONB,
    input_tokens        BIGINT NOT NULL DEFAULT 0,
    output_tokens       BIGINT NOT NULL DEFAULT 0,
    cost_micro_usd      BIGINT NOT NULL DEFAULT 0,
    provider_request_id TEXT,
    detail              TEXT,
    started_at          TIMESTAMPTZ    NOT NULL,
    finished_at         TIMESTAMPTZ
);
CREATE INDEX calls_by_response ON calls (response_id) WHERE response_id IS NOT NULL;
CREATE INDEX calls_by_user ON calls (user_id, started_at);

CREATE TABLE rankings (
    id           UUID NOT NULL PRIMARY KEY,
    batch_id     UUID NOT NULL REFERENCES batches (id) ON DELETE CASCADE,
    method       TEXT,
    outcome      JSONB,
    created_at   TIMESTAMPTZ NOT NULL,
    completed_at TIMESTAMPTZ
);
CREATE INDEX rankings_by_batch ON rankings (batch_id, created_at);

CREATE TABLE ballots (
    id               UUID    NOT NULL PRIMARY KEY,
    ranking_id       UUID    NOT NULL REFERENCES rankings (id) ON DELETE CASCADE,
    batch_id         UUID    NOT NULL REFERENCES batches (id) ON DELETE CASCADE,
    judge_service_id UUID    NOT NULL REFERENCES services (id),
    judge_name       TEXT    NOT NULL,
    status           TEXT    NOT NULL,
    sheet            JSONB    NOT NULL,
    prompt_version   TEXT    NOT NULL,
    raw_reply        TEXT,
    vote             JSONB,
    weight           DOUBLE PRECISION    NOT NULL,
    void_reason      TEXT,
    cost_micro_usd   BIGINT NOT NULL DEFAULT 0,
    created_at       TIMESTAMPTZ    NOT NULL,
    finished_at      TIMESTAMPTZ
);
CREATE INDEX ballots_by_ranking ON ballots (ranking_id);
CREATE INDEX ballots_by_batch ON ballots (batch_id);
