-- Looks that an admin takes at a service or an address, and what finds the calls of the last hours.
CREATE TABLE probes (
    id           BLOB NOT NULL PRIMARY KEY,
    user_id      BLOB NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    service_id   BLOB REFERENCES services (id) ON DELETE CASCADE,
    service_type TEXT NOT NULL,
    base_url     TEXT NOT NULL,
    status       TEXT NOT NULL,
    models       TEXT,
    detail       TEXT,
    took_ms      INTEGER,
    created_at   TEXT NOT NULL,
    finished_at  TEXT
) STRICT;
CREATE INDEX probes_by_service ON probes (service_id, created_at) WHERE service_id IS NOT NULL;
CREATE INDEX calls_by_start ON calls (started_at);
CREATE INDEX responses_failed ON responses (finished_at, id) WHERE state = 'failed' AND deleted_at IS NULL;
CREATE INDEX background_jobs_set_aside ON background_jobs (finished_at, id) WHERE state = 'dead';
