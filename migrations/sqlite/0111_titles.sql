-- Titles, so that a part of one is found without reading them all: every three letters are indexed.
-- Their numbers are kept in a table of their own, as those of a table without an integer key may
-- change when the file is copied.
CREATE TABLE conversation_titles (
    number          INTEGER PRIMARY KEY,
    conversation_id BLOB NOT NULL UNIQUE REFERENCES conversations (id) ON DELETE CASCADE,
    title           TEXT NOT NULL
) STRICT;
CREATE VIRTUAL TABLE title_entries USING fts5 (
    title, content = 'conversation_titles', content_rowid = 'number', tokenize = 'trigram'
);

CREATE TRIGGER title_given AFTER INSERT ON conversations BEGIN
    INSERT INTO conversation_titles (conversation_id, title) VALUES (new.id, new.title);
END;
CREATE TRIGGER title_changed AFTER UPDATE OF title ON conversations BEGIN
    UPDATE conversation_titles SET title = new.title WHERE conversation_id = new.id;
END;
CREATE TRIGGER title_entry_added AFTER INSERT ON conversation_titles BEGIN
    INSERT INTO title_entries (rowid, title) VALUES (new.number, new.title);
END;
CREATE TRIGGER title_entry_changed AFTER UPDATE ON conversation_titles BEGIN
    INSERT INTO title_entries (title_entries, rowid, title) VALUES ('delete', old.number, old.title);
    INSERT INTO title_entries (rowid, title) VALUES (new.number, new.title);
END;
CREATE TRIGGER title_entry_removed AFTER DELETE ON conversation_titles BEGIN
    INSERT INTO title_entries (title_entries, rowid, title) VALUES ('delete', old.number, old.title);
END;

INSERT INTO conversation_titles (conversation_id, title) SELECT id, title FROM conversations ORDER BY created_at;
