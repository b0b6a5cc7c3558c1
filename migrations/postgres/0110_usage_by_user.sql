-- What one user's report reads, and no index twice: `calls_by_start` is the same.
CREATE INDEX responses_by_user ON responses (user_id, created_at);
DROP INDEX calls_by_time;
