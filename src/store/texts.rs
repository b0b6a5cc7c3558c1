//! The texts of responses, with the thoughts and sources that came beside them: one row each, one
//! statement.

use quorum_domain::{Beside, Citation, ids::ResponseId};
use sqlx::types::Json;

use crate::{ClaimedResponse, Result, Tx};

/// PostgreSQL keeps no NUL in text; a model that sends one loses only that character.
pub(crate) fn storable(text: &str) -> std::borrow::Cow<'_, str> {
    if text.contains('\0') {
        text.replace('\0', "\u{FFFD}").into()
    } else {
        text.into()
    }
}

/// Puts a text in the place of what was saved before, with the thoughts that came beside it or with
/// those that stand there already.
macro_rules! put_text {
    ($thoughts:literal) => {
        concat!(
            "INSERT INTO response_texts (response_id, attempt, content, thoughts, citations) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (response_id) DO UPDATE SET attempt = excluded.attempt, content = excluded.content,
             citations = excluded.citations, thoughts = ",
            $thoughts
        )
    };
}

/// The sources as they are stored: nothing where none were named.
fn named(beside: &Beside) -> Option<Json<&[Citation]>> {
    (!beside.citations.is_empty()).then_some(Json(beside.citations.as_slice()))
}

impl Tx {
    /// Saves a text and makes it findable, in one statement.
    pub(crate) async fn put_findable_text(
        &mut self,
        claimed: &ClaimedResponse,
        attempt: i64,
        text: &str,
        beside: &Beside,
    ) -> Result<()> {
        let now = self.now();
        let thoughts = beside.thoughts.as_deref().map(storable);
        let sql = by_dialect!(
            self,
            sqlite: concat!(put_text!("excluded.thoughts"), ";
                 INSERT INTO search_entries (body, conversation_id, message_id, response_id, at) VALUES ($3, $6, $7, $1, $8)"),
            postgres: concat!("WITH put AS (", put_text!("excluded.thoughts"), ")
                 INSERT INTO search_entries (body, conversation_id, message_id, response_id, at) VALUES ($3, $6, $7, $1, $8)")
        );
        execute_later!(
            self,
            sql,
            claimed.lease.response_id.uuid(),
            attempt,
            text,
            thoughts.as_deref(),
            named(beside),
            claimed.conversation_id.uuid(),
            claimed.message_id.uuid(),
            now
        )
    }

    /// Saves the text so far with the thoughts before it; without them, those saved last stay.
    pub(crate) async fn put_text_so_far(
        &mut self,
        id: ResponseId,
        attempt: i64,
        text: &str,
        thoughts: Option<&str>,
    ) -> Result<()> {
        let sql = match thoughts {
            Some(_) => put_text!("excluded.thoughts"),
            None => put_text!("response_texts.thoughts"),
        };
        let thoughts = thoughts.filter(|text| !text.is_empty()).map(storable);
        let no_citations: Option<Json<&[Citation]>> = None;
        execute_later!(self, sql, id.uuid(), attempt, text, thoughts.as_deref(), no_citations)
    }

    /// Saves a text and what came beside it.
    pub(crate) async fn put_text(&mut self, id: ResponseId, attempt: i64, text: &str, beside: &Beside) -> Result<()> {
        let thoughts = beside.thoughts.as_deref().map(storable);
        execute_later!(
            self,
            put_text!("excluded.thoughts"),
            id.uuid(),
            attempt,
            text,
            thoughts.as_deref(),
            named(beside)
        )
    }
}
