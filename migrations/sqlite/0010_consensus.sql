-- A consensus is a response in another role: it is claimed, written, stopped and removed like an answer.
ALTER TABLE responses ADD COLUMN role TEXT NOT NULL DEFAULT 'answer';

-- What a consensus has besides: what it is made from, who else may write it, and what it rests on.
CREATE TABLE consensuses (
    response_id BLOB NOT NULL PRIMARY KEY REFERENCES responses (id) ON DELETE CASCADE,
    candidates  TEXT NOT NULL,
    passed_over TEXT NOT NULL,
    keep        TEXT NOT NULL,
    source_ids  TEXT NOT NULL,
    known_ids   TEXT NOT NULL,
    sentences   TEXT NOT NULL
) STRICT;

-- The answers that the ranking of a batch took in: later ones are not among them.
ALTER TABLE batches ADD COLUMN ranked_ids TEXT;
