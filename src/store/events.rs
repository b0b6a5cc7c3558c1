//! Events: numbered without gaps in the transaction that makes the change.

use quorum_domain::{
    Timestamp,
    event::{EventBody, StoredEvent},
    ids::ConversationId,
};
use sqlx::types::Json;

use crate::{Result, Session, StoreError, Tx};

#[derive(sqlx::FromRow)]
struct EventRow {
    seq: i64,
    at: Timestamp,
    body: Json<EventBody>,
}

impl Session {
    /// Events after a number, in order, at most `limit`.
    pub async fn events_after(
        &mut self,
        conversation: ConversationId,
        after: i64,
        limit: i64,
    ) -> Result<Vec<StoredEvent>> {
        let rows = fetch!(
            fetch_all,
            self,
            EventRow,
            "SELECT seq, at, body FROM events WHERE conversation_id = $1 AND seq > $2 ORDER BY seq LIMIT $3",
            conversation.uuid(),
            after,
            limit
        )?;
        Ok(rows
            .into_iter()
            .map(|row| StoredEvent {
                seq: row.seq,
                conversation_id: conversation,
                at: row.at,
                body: row.body.0,
            })
            .collect())
    }

    /// The first number still kept and the last one given out; both 0 before the first event.
    pub async fn event_range(&mut self, conversation: ConversationId) -> Result<(i64, i64)> {
        fetch!(
            fetch_one,
            self,
            (i64, i64),
            "SELECT COALESCE((SELECT MIN(seq) FROM events WHERE conversation_id = $1), 0),
                    COALESCE((SELECT last_seq FROM conversations WHERE id = $1), 0)",
            conversation.uuid()
        )
    }
}

impl Tx {
    /// Numbers and stores an event; gives its number. The row of the conversation is locked until
    /// the transaction ends, so numbers are given out in the order of commits.
    pub(crate) async fn append_event(&mut self, conversation: ConversationId, body: EventBody) -> Result<i64> {
        let at = self.now();
        let row = fetch!(
            fetch_optional,
            self,
            (i64,),
            "UPDATE conversations SET last_seq = last_seq + 1 WHERE id = $1 RETURNING last_seq",
            conversation.uuid()
        )?;
        let (seq,) = row.ok_or(StoreError::NotFound("conversation"))?;
        execute!(
            self,
            "INSERT INTO events (conversation_id, seq, at, body) VALUES ($1, $2, $3, $4)",
            conversation.uuid(),
            seq,
            at,
            Json(&body)
        )?;
        self.events.push(StoredEvent {
            seq,
            conversation_id: conversation,
            at,
            body,
        });
        Ok(seq)
    }
}
