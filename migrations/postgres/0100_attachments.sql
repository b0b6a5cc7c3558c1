-- Images that go along with messages. One may go along with several, as when a question is asked again.
CREATE TABLE attachments (
    id         UUID NOT NULL PRIMARY KEY,
    user_id    UUID NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name       TEXT NOT NULL,
    media_type TEXT NOT NULL,
    width      BIGINT NOT NULL,
    height     BIGINT NOT NULL,
    bytes      BIGINT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    -- Since when no message has it; empty while one does.
    unsent_since TIMESTAMPTZ
);
CREATE INDEX attachments_by_user ON attachments (user_id, bytes);
CREATE INDEX attachments_unsent ON attachments (unsent_since);

-- Apart from the facts, so that a list of messages reads no images.
CREATE TABLE attachment_contents (
    attachment_id UUID NOT NULL PRIMARY KEY REFERENCES attachments (id) ON DELETE CASCADE,
    content       BYTEA NOT NULL
);

CREATE TABLE message_attachments (
    message_id    UUID NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
    attachment_id UUID NOT NULL REFERENCES attachments (id) ON DELETE CASCADE,
    position      BIGINT NOT NULL,
    PRIMARY KEY (message_id, attachment_id)
);
CREATE INDEX message_attachments_by_attachment ON message_attachments (attachment_id);

-- Says without another look whether a message has any.
ALTER TABLE messages ADD COLUMN attachment_count BIGINT NOT NULL DEFAULT 0;
