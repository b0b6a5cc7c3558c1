-- Caps and fairness need to know whom queued work calls, and for whom.
ALTER TABLE background_jobs ADD COLUMN service_id UUID REFERENCES services (id);
ALTER TABLE background_jobs ADD COLUMN user_id UUID REFERENCES users (id);

CREATE INDEX responses_running ON responses (service_id, user_id, lease_owner, crash_count) WHERE lease_owner IS NOT NULL;
CREATE INDEX background_jobs_running ON background_jobs (service_id, user_id, lease_owner, crash_count) WHERE lease_owner IS NOT NULL;

-- A service that is not asked for a while: it said so, or it failed several times in a row.
-- `scope` is the key that it is asked with, or zero where it takes none.
CREATE TABLE service_pauses (
    service_id   UUID    NOT NULL REFERENCES services (id) ON DELETE CASCADE,
    scope        UUID    NOT NULL,
    failures     BIGINT NOT NULL,
    paused_until TIMESTAMPTZ,
    reason       TEXT    NOT NULL,
    updated_at   TIMESTAMPTZ    NOT NULL,
    PRIMARY KEY (service_id, scope)
);

CREATE INDEX background_jobs_open ON background_jobs (kind, state) WHERE state <> 'done';
