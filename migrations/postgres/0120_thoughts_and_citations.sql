-- What came beside an answer: what the service thought before it wrote, and the sources it named.
ALTER TABLE response_texts ADD COLUMN thoughts TEXT;
ALTER TABLE response_texts ADD COLUMN citations JSONB;
-- How many there are, so that a card says so without reading them.
ALTER TABLE responses ADD COLUMN citation_count BIGINT NOT NULL DEFAULT 0;
