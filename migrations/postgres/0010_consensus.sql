-- A consensus is a response in another role: it is claimed, written, stopped and removed like an answer.
ALTER TABLE responses ADD COLUMN role TEXT NOT NULL DEFAULT 'answer';

-- What a consensus has besides: what it is made from, who else may write it, and what it rests on.
CREATE TABLE consensuses (
    response_id UUID  NOT NULL PRIMARY KEY REFERENCES responses (id) ON DELETE CASCADE,
    candidates  JSONB NOT NULL,
    passed_over JSONB NOT NULL,
    keep        JSONB NOT NULL,
    source_ids  JSONB NOT NULL,
    known_ids   JSONB NOT NULL,
    sentences   JSONB NOT NULL
);

-- The answers that the ranking of a batch took in: later ones are not among them.
ALTER TABLE batches ADD COLUMN ranked_ids JSONB;
