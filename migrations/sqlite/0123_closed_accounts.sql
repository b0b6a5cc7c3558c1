-- When an account goes for good that its user closed; empty while it stays.
ALTER TABLE users ADD COLUMN leaving_at TEXT;
CREATE INDEX users_leaving ON users (leaving_at) WHERE leaving_at IS NOT NULL;

-- A user's conversations in an order that stays while they are taken out.
CREATE INDEX participants_by_user ON participants (user_id, conversation_id);

-- What is erased is found without reading what is not.
CREATE INDEX responses_by_conversation ON responses (conversation_id);
CREATE INDEX runs_by_conversation ON runs (conversation_id);
CREATE INDEX runs_by_message ON runs (message_id);
