-- Who judges where the user says who, and what a ranking says to its reader as codes, which the page
-- words in the reader's language.
ALTER TABLE conversations ADD COLUMN judge_ids JSONB NOT NULL DEFAULT '[]';
ALTER TABLE batches ADD COLUMN ranking_remarks JSONB NOT NULL DEFAULT '[]';
ALTER TABLE responses ADD COLUMN agreement_reason JSONB;
