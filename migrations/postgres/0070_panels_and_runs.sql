-- Services that are asked together, saved under a name.
CREATE TABLE panels (
    id          UUID        NOT NULL PRIMARY KEY,
    user_id     UUID        NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name        TEXT        NOT NULL,
    slug        TEXT        NOT NULL,
    service_ids JSONB       NOT NULL,
    created_at  TIMESTAMPTZ NOT NULL,
    updated_at  TIMESTAMPTZ NOT NULL,
    UNIQUE (user_id, slug)
);

-- Batches that a program asked for, and which answer it waits for. `history_hash` finds the
-- conversation again when the program comes back with the history as it has it.
CREATE TABLE runs (
    batch_id          UUID        NOT NULL PRIMARY KEY REFERENCES batches (id) ON DELETE CASCADE,
    user_id           UUID        NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    conversation_id   UUID        NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    message_id        UUID        NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
    wants             TEXT        NOT NULL,
    model             TEXT        NOT NULL,
    history_hash      TEXT        NOT NULL,
    max_output_tokens BIGINT,
    consensus_id      UUID,
    created_at        TIMESTAMPTZ NOT NULL
);
CREATE INDEX runs_by_history ON runs (user_id, history_hash, created_at);
