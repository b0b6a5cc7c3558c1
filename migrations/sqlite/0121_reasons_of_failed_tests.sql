-- The reason of a failed test by its kind, and the provider's own words apart from ours.
ALTER TABLE probes ADD COLUMN failure_kind TEXT;
ALTER TABLE probes ADD COLUMN said TEXT;
ALTER TABLE api_keys ADD COLUMN status_kind TEXT;
ALTER TABLE api_keys ADD COLUMN status_said TEXT;
