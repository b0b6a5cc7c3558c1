-- Caps and fairness need to know whom queued work calls, and for whom.
ALTER TABLE background_jobs ADD COLUMN service_id BLOB REFERENCES services (id);
ALTER TABLE background_jobs ADD COLUMN user_id BLOB REFERENCES users (id);

CREATE INDEX responses_running ON responses (service_id, user_id, lease_owner, crash_count) WHERE lease_owner IS NOT NULL;
CREATE INDEX background_jobs_running ON background_jobs (service_id, user_id, lease_owner, crash_count) WHERE lease_owner IS NOT NULL;

-- A service that is not asked for a while: it said so, or it failed several times in a row.
-- `scope` is the key that it is asked with, or zero where it takes none.
CREATE TABLE service_pauses (
    service_id   BLOB    NOT NULL REFERENCES services (id) ON DELETE CASCADE,
    scope        BLOB    NOT NULL,
    failures     INTEGER NOT NULL,
    paused_until TEXT,
    reason       TEXT    NOT NULL,
    updated_at   TEXT    NOT NULL,
    PRIMARY KEY (service_id, scope)
) STRICT;

CREATE INDEX background_jobs_open ON background_jobs (kind, state) WHERE state <> 'done';
