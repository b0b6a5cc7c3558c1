-- How much may be spent, by whom, in a day or a month; what was spent in each period; and what is
-- set aside for calls that are on their way.
CREATE TABLE budgets (
    id             UUID NOT NULL PRIMARY KEY,
    scope          TEXT NOT NULL,
    subject_id     UUID,
    period         TEXT NOT NULL,
    soft_micro_usd BIGINT,
    hard_micro_usd BIGINT,
    created_at     TIMESTAMPTZ NOT NULL,
    updated_at     TIMESTAMPTZ NOT NULL
);
CREATE UNIQUE INDEX budgets_by_subject ON budgets (scope, COALESCE(subject_id, '00000000-0000-0000-0000-000000000000'), period);

CREATE TABLE budget_periods (
    budget_id          UUID    NOT NULL REFERENCES budgets (id) ON DELETE CASCADE,
    period_start       TEXT    NOT NULL,
    spent_micro_usd    BIGINT NOT NULL DEFAULT 0,
    reserved_micro_usd BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (budget_id, period_start)
);

-- `subject_id` is the response, or the call where it is for none.
CREATE TABLE reservations (
    subject_id       UUID    NOT NULL,
    budget_id        UUID    NOT NULL REFERENCES budgets (id) ON DELETE CASCADE,
    period_start     TEXT    NOT NULL,
    amount_micro_usd BIGINT NOT NULL,
    created_at       TIMESTAMPTZ    NOT NULL,
    PRIMARY KEY (subject_id, budget_id)
);
CREATE INDEX reservations_by_age ON reservations (created_at);

-- With which personal API token a turn was asked for, and each call made.
ALTER TABLE batches ADD COLUMN token_id UUID;
ALTER TABLE calls ADD COLUMN token_id UUID;
CREATE INDEX calls_by_token ON calls (token_id, started_at) WHERE token_id IS NOT NULL;
CREATE INDEX calls_by_time ON calls (started_at);
CREATE INDEX calls_by_service ON calls (service_id, started_at);
