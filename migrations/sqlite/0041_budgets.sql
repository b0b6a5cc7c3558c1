-- How much may be spent, by whom, in a day or a month; what was spent in each period; and what is
-- set aside for calls that are on their way.
CREATE TABLE budgets (
    id             BLOB NOT NULL PRIMARY KEY,
    scope          TEXT NOT NULL,
    subject_id     BLOB,
    period         TEXT NOT NULL,
    soft_micro_usd INTEGER,
    hard_micro_usd INTEGER,
    created_at     TEXT NOT NULL,
    updated_at     TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX budgets_by_subject ON budgets (scope, COALESCE(subject_id, x'00'), period);

CREATE TABLE budget_periods (
    budget_id          BLOB    NOT NULL REFERENCES budgets (id) ON DELETE CASCADE,
    period_start       TEXT    NOT NULL,
    spent_micro_usd    INTEGER NOT NULL DEFAULT 0,
    reserved_micro_usd INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (budget_id, period_start)
) STRICT, WITHOUT ROWID;

-- `subject_id` is the response, or the call where it is for none.
CREATE TABLE reservations (
    subject_id       BLOB    NOT NULL,
    budget_id        BLOB    NOT NULL REFERENCES budgets (id) ON DELETE CASCADE,
    period_start     TEXT    NOT NULL,
    amount_micro_usd INTEGER NOT NULL,
    created_at       TEXT    NOT NULL,
    PRIMARY KEY (subject_id, budget_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX reservations_by_age ON reservations (created_at);

-- With which personal API token a turn was asked for, and each call made.
ALTER TABLE batches ADD COLUMN token_id BLOB;
ALTER TABLE calls ADD COLUMN token_id BLOB;
CREATE INDEX calls_by_token ON calls (token_id, started_at) WHERE token_id IS NOT NULL;
CREATE INDEX calls_by_time ON calls (started_at);
CREATE INDEX calls_by_service ON calls (service_id, started_at);
