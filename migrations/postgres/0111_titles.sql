-- Titles, so that a part of one is found without reading them all: every three letters are indexed.
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE INDEX conversations_by_title ON conversations USING gin (lower(title) gin_trgm_ops);
