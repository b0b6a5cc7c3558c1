-- Services that are asked together, saved under a name.
CREATE TABLE panels (
    id          BLOB NOT NULL PRIMARY KEY,
    user_id     BLOB NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name        TEXT NOT NULL,
    slug        TEXT NOT NULL,
    service_ids TEXT NOT NULL,
    created_at  TEXT NOT NULL,
    updated_at  TEXT NOT NULL,
    UNIQUE (user_id, slug)
) STRICT;

-- Batches that a program asked for, and which answer it waits for. `history_hash` finds the
-- conversation again when the program comes back with the history as it has it.
CREATE TABLE runs (
    batch_id          BLOB NOT NULL PRIMARY KEY REFERENCES batches (id) ON DELETE CASCADE,
    user_id           BLOB NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    conversation_id   BLOB NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    message_id        BLOB NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
    wants             TEXT NOT NULL,
    model             TEXT NOT NULL,
    history_hash      TEXT NOT NULL,
    max_output_tokens INTEGER,
    consensus_id      BLOB,
    created_at        TEXT NOT NULL
) STRICT;
CREATE INDEX runs_by_history ON runs (user_id, history_hash, created_at);
