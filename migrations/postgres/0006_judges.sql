-- What the user's choice said of a judge's ballot: pairs that it got right, and pairs in all.
ALTER TABLE ballots ADD COLUMN choice_right DOUBLE PRECISION NOT NULL DEFAULT 0;
ALTER TABLE ballots ADD COLUMN choice_pairs DOUBLE PRECISION NOT NULL DEFAULT 0;
CREATE INDEX ballots_by_judge ON ballots (judge_service_id) WHERE choice_pairs > 0;

-- The judge exam: forty pairs in both orders, one row each time that it is taken.
CREATE TABLE exams (
    id             UUID    NOT NULL PRIMARY KEY,
    service_id     UUID    NOT NULL REFERENCES services (id) ON DELETE CASCADE,
    user_id        UUID    NOT NULL REFERENCES users (id),
    status         TEXT    NOT NULL,
    seed           BIGINT NOT NULL,
    sheets         BIGINT NOT NULL,
    marked         BIGINT NOT NULL DEFAULT 0,
    verdicts       JSONB    NOT NULL,
    result         JSONB,
    exam_right     DOUBLE PRECISION    NOT NULL DEFAULT 0,
    exam_pairs     DOUBLE PRECISION    NOT NULL DEFAULT 0,
    failure        TEXT,
    cost_micro_usd BIGINT NOT NULL DEFAULT 0,
    created_at     TIMESTAMPTZ    NOT NULL,
    finished_at    TIMESTAMPTZ
);
CREATE INDEX exams_by_service ON exams (service_id, created_at);

-- A user's choices, newest first.
CREATE INDEX batches_kept ON batches (user_id, created_at) WHERE selected_response_id IS NOT NULL;
