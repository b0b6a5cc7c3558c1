-- Addresses of users that are told when a batch is done, and every message sent there. The secret is
-- sealed; the text of a payload is kept as it was signed, so that each attempt sends the same bytes.
CREATE TABLE webhooks (
    id                UUID NOT NULL PRIMARY KEY,
    user_id           UUID NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    url               TEXT NOT NULL,
    description       TEXT NOT NULL,
    events            TEXT NOT NULL,
    sealed            TEXT NOT NULL,
    former_sealed     TEXT,
    former_until      TIMESTAMPTZ,
    active            BOOLEAN NOT NULL DEFAULT TRUE,
    disabled_reason   TEXT,
    given_up_in_a_row BIGINT NOT NULL DEFAULT 0,
    created_at        TIMESTAMPTZ NOT NULL,
    last_delivered_at TIMESTAMPTZ,
    deleted_at        TIMESTAMPTZ
);
CREATE INDEX webhooks_by_user ON webhooks (user_id, created_at) WHERE deleted_at IS NULL;
CREATE INDEX webhooks_deleted ON webhooks (deleted_at) WHERE deleted_at IS NOT NULL;

CREATE TABLE webhook_deliveries (
    id              UUID NOT NULL PRIMARY KEY,
    webhook_id      UUID NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
    batch_id        UUID REFERENCES batches (id) ON DELETE CASCADE,
    event           TEXT NOT NULL,
    payload         TEXT NOT NULL,
    status          TEXT NOT NULL,
    failure         TEXT,
    attempts        JSONB NOT NULL,
    tries           BIGINT NOT NULL DEFAULT 0,
    next_attempt_at TIMESTAMPTZ,
    created_at      TIMESTAMPTZ NOT NULL
);
CREATE INDEX webhook_deliveries_by_webhook ON webhook_deliveries (webhook_id, id);
CREATE INDEX webhook_deliveries_by_batch ON webhook_deliveries (batch_id) WHERE batch_id IS NOT NULL;
CREATE INDEX webhook_deliveries_by_age ON webhook_deliveries (created_at);

-- Slow addresses must not take the places of other work: deliveries are claimed by themselves.
CREATE INDEX background_jobs_deliveries ON background_jobs (run_at, id) WHERE state = 'queued' AND kind = 'deliver_webhook';
