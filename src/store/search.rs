//! Search over titles, questions and answers, by the database's own full-text index.

use quorum_domain::{
    Timestamp,
    ids::{ConversationId, MessageId, ResponseId, UserId},
};
use uuid::Uuid;

use crate::{Result, Session, Tx};

/// A text that was found.
#[derive(Debug, Clone)]
pub struct SearchHit {
    /// Where it was found.
    pub conversation_id: ConversationId,
    /// The conversation's title.
    pub title: String,
    /// The message, for a question or an answer.
    pub message_id: Option<MessageId>,
    /// The answer, if it was found in one.
    pub response_id: Option<ResponseId>,
    /// The whole text that was found in.
    pub body: String,
    /// When it was written.
    pub at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct HitRow {
    conversation_id: Uuid,
    title: String,
    message_id: Option<Uuid>,
    response_id: Option<Uuid>,
    body: String,
    at: Timestamp,
}

/// The words of a search, lower-cased and free of query syntax; at most twelve.
pub fn search_words(query: &str) -> Vec<String> {
    query
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .take(12)
        .map(str::to_lowercase)
        .collect()
}

const SQLITE_SEARCH: &str =
    "SELECT e.conversation_id, c.title, e.message_id, e.response_id, substr(e.body, 1, 20000) AS body, e.at
     FROM search_entries e
     JOIN conversations c ON c.id = e.conversation_id AND c.deleted_at IS NULL
     JOIN participants p ON p.conversation_id = c.id AND p.user_id = $1
     LEFT JOIN responses r ON r.id = e.response_id
     WHERE search_entries MATCH $2 AND (r.id IS NULL OR r.deleted_at IS NULL)
     ORDER BY e.rowid DESC LIMIT $3";

const POSTGRES_SEARCH: &str =
    "SELECT e.conversation_id, c.title, e.message_id, e.response_id, left(e.body, 20000) AS body, e.at
     FROM search_entries e
     JOIN conversations c ON c.id = e.conversation_id AND c.deleted_at IS NULL
     JOIN participants p ON p.conversation_id = c.id AND p.user_id = $1
     LEFT JOIN responses r ON r.id = e.response_id
     WHERE e.words @@ to_tsquery('simple', $2) AND (r.id IS NULL OR r.deleted_at IS NULL)
     ORDER BY e.at DESC LIMIT $3";

/// Letters of a title from which on the index finds them, also in the middle of a word.
const INDEXED_LETTERS: usize = 3;

/// The newest conversations with these letters in the title, latest activity first.
const SQLITE_TITLES: &str =
    "SELECT conversation_id, title, CAST(NULL AS UUID) AS message_id, CAST(NULL AS UUID) AS response_id, title AS body,
            updated_at AS at
     FROM (SELECT c.id AS conversation_id, c.title, c.updated_at, p.sort_at
           FROM title_entries e JOIN conversation_titles t ON t.number = e.rowid
           JOIN conversations c ON c.id = t.conversation_id AND c.deleted_at IS NULL
           JOIN participants p ON p.conversation_id = c.id AND p.user_id = $1
           WHERE title_entries MATCH $2 ORDER BY e.rowid DESC LIMIT $3) AS found
     ORDER BY sort_at DESC";

const POSTGRES_TITLES: &str =
    "SELECT c.id AS conversation_id, c.title, CAST(NULL AS UUID) AS message_id, CAST(NULL AS UUID) AS response_id,
            c.title AS body, c.updated_at AS at
     FROM participants p JOIN conversations c ON c.id = p.conversation_id AND c.deleted_at IS NULL
     WHERE p.user_id = $1 AND lower(c.title) LIKE $2 ESCAPE '!' ORDER BY p.sort_at DESC LIMIT $3";

/// Of fewer letters, among the conversations used last.
const FEW_LETTERS: &str =
    "SELECT c.id AS conversation_id, c.title, CAST(NULL AS UUID) AS message_id, CAST(NULL AS UUID) AS response_id,
            c.title AS body, c.updated_at AS at
     FROM (SELECT conversation_id, sort_at FROM participants WHERE user_id = $1 ORDER BY sort_at DESC LIMIT 2000) AS p
     JOIN conversations c ON c.id = p.conversation_id AND c.deleted_at IS NULL
     WHERE lower(c.title) LIKE $2 ESCAPE '!' ORDER BY p.sort_at DESC LIMIT $3";

impl Session {
    /// What a user's conversations say that contains every word (the last one may be begun
    /// only): titles first, then the newest texts.
    pub async fn search(&mut self, user: UserId, query: &str, limit: i64) -> Result<Vec<SearchHit>> {
        let words = search_words(query);
        if words.is_empty() {
            return Ok(Vec::new());
        }
        let title = query.trim();
        let contains = format!("%{}%", like_literal(title));
        let (titles, pattern) = if title.chars().count() < INDEXED_LETTERS {
            (FEW_LETTERS, contains)
        } else {
            by_dialect!(
                self,
                sqlite: (SQLITE_TITLES, format!("\"{}\"", title.replace('"', "\"\""))),
                postgres: (POSTGRES_TITLES, contains)
            )
        };
        let mut rows = fetch!(fetch_all, self, HitRow, titles, user.uuid(), pattern, limit)?;
        let (sql, expression) = by_dialect!(
            self,
            sqlite: (SQLITE_SEARCH, words.iter().map(|word| format!("\"{word}\"*")).collect::<Vec<_>>().join(" ")),
            postgres: (POSTGRES_SEARCH, words.iter().map(|word| format!("{word}:*")).collect::<Vec<_>>().join(" & "))
        );
        rows.extend(fetch!(fetch_all, self, HitRow, sql, user.uuid(), expression, limit)?);
        rows.truncate(usize::try_from(limit).unwrap_or(0));
        Ok(rows.into_iter().map(SearchHit::from).collect())
    }
}

impl From<HitRow> for SearchHit {
    fn from(row: HitRow) -> Self {
        Self {
            conversation_id: row.conversation_id.into(),
            title: row.title,
            message_id: row.message_id.map(MessageId),
            response_id: row.response_id.map(ResponseId),
            body: row.body,
            at: row.at,
        }
    }
}

fn like_literal(text: &str) -> String {
    let mut literal = String::with_capacity(text.len());
    for c in text.to_lowercase().chars() {
        if matches!(c, '%' | '_' | '!') {
            literal.push('!');
        }
        literal.push(c);
    }
    literal
}

impl Tx {
    /// Makes a text findable.
    pub(crate) async fn index_for_search(
        &mut self,
        conversation: ConversationId,
        message: Option<MessageId>,
        response: Option<ResponseId>,
        body: &str,
    ) -> Result<()> {
        let now = self.now();
        execute_later!(
            self,
            "INSERT INTO search_entries (body, conversation_id, message_id, response_id, at) VALUES ($1, $2, $3, $4, $5)",
            body,
            conversation.uuid(),
            message.map(MessageId::uuid),
            response.map(ResponseId::uuid),
            now
        )?;
        Ok(())
    }
}
