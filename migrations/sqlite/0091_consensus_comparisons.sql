-- A ranking of a consensus beside the best single answer stands apart from the rankings of the batch.
ALTER TABLE rankings ADD COLUMN consensus_id BLOB REFERENCES responses (id) ON DELETE CASCADE;
ALTER TABLE consensuses ADD COLUMN comparison TEXT;
CREATE INDEX rankings_by_consensus ON rankings (consensus_id) WHERE consensus_id IS NOT NULL;
