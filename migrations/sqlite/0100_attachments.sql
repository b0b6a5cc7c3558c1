-- Images that go along with messages. One may go along with several, as when a question is asked again.
CREATE TABLE attachments (
    id         BLOB NOT NULL PRIMARY KEY,
    user_id    BLOB NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name       TEXT NOT NULL,
    media_type TEXT NOT NULL,
    width      INTEGER NOT NULL,
    height     INTEGER NOT NULL,
    bytes      INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    -- Since when no message has it; empty while one does.
    unsent_since TEXT
) STRICT;
CREATE INDEX attachments_by_user ON attachments (user_id, bytes);
CREATE INDEX attachments_unsent ON attachments (unsent_since);

-- Apart from the facts, so that a list of messages reads no images.
CREATE TABLE attachment_contents (
    attachment_id BLOB NOT NULL PRIMARY KEY REFERENCES attachments (id) ON DELETE CASCADE,
    content       BLOB NOT NULL
) STRICT;

CREATE TABLE message_attachments (
    message_id    BLOB NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
    attachment_id BLOB NOT NULL REFERENCES attachments (id) ON DELETE CASCADE,
    position      INTEGER NOT NULL,
    PRIMARY KEY (message_id, attachment_id)
) STRICT;
CREATE INDEX message_attachments_by_attachment ON message_attachments (attachment_id);

-- Says without another look whether a message has any.
ALTER TABLE messages ADD COLUMN attachment_count INTEGER NOT NULL DEFAULT 0;
