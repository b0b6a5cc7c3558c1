-- Who did what: rows are only ever added, and each one's hash covers the one before it.
CREATE TABLE audit_log (
    seq      BIGINT      NOT NULL PRIMARY KEY,
    at       TIMESTAMPTZ NOT NULL,
    actor_id UUID,
    actor    TEXT        NOT NULL,
    action   TEXT        NOT NULL,
    subject  TEXT        NOT NULL,
    detail   TEXT        NOT NULL,
    address  TEXT        NOT NULL,
    hash     TEXT        NOT NULL
);
CREATE INDEX audit_log_by_action ON audit_log (action, seq);
CREATE INDEX audit_log_by_actor ON audit_log (actor, seq);

CREATE FUNCTION audit_log_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit log is append-only';
END
$$;
CREATE TRIGGER audit_log_keeps_rows BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log
    FOR EACH STATEMENT EXECUTE FUNCTION audit_log_is_append_only();
