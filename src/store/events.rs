//! Events: numbered without gaps in the transaction that makes the change.

use std::collections::BTreeSet;

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
    /// Notes an event, which gets its number when the transaction is committed: the row of the
    /// conversation is locked for a moment only, and numbers are given out in the order of commits.
    pub(crate) fn append_event(&mut self, conversation: ConversationId, body: EventBody) {
        let at = self.now();
        self.events.push(StoredEvent {
            seq: 0,
            conversation_id: conversation,
            at,
            body,
        });
    }

    /// How many events of a conversation this transaction has noted so far.
    pub(crate) fn noted_events(&self, conversation: ConversationId) -> i64 {
        let noted = self.events.iter().filter(|event| event.conversation_id == conversation);
        i64::try_from(noted.count()).unwrap_or(i64::MAX)
    }

    /// Numbers and stores what was noted: two statements for each conversation.
    pub(crate) async fn store_events(&mut self) -> Result<()> {
        let mut events = std::mem::take(&mut self.events);
        // Everybody locks conversations in the same order.
        let conversations: BTreeSet<ConversationId> = events.iter().map(|event| event.conversation_id).collect();
        for conversation in conversations {
            let of_it = || events.iter().filter(|event| event.conversation_id == conversation);
            let count = i64::try_from(of_it().count()).unwrap_or(i64::MAX);
            let row = fetch!(
                fetch_optional,
                self,
                (i64,),
                "UPDATE conversations SET last_seq = last_seq + $2 WHERE id = $1 RETURNING last_seq",
                conversation.uuid(),
                count
            )?;
            let (last,) = row.ok_or(StoreError::NotFound("conversation"))?;
            let of_it = events.iter_mut().filter(|event| event.conversation_id == conversation);
            for (seq, event) in (last - count + 1..).zip(of_it) {
                event.seq = seq;
            }
        }
        for some in events.chunks(ROWS_AT_ONCE) {
            insert_rows!(
                self,
                "INSERT INTO events (conversation_id, seq, at, body) ",
                some,
                |row, event| {
                    row.push_bind(event.conversation_id.uuid())
                        .push_bind(event.seq)
                        .push_bind(event.at)
                        .push_bind(Json(&event.body));
                }
            )?;
        }
        self.events = events;
        Ok(())
    }
}

/// Rows of one statement; both databases take many more.
const ROWS_AT_ONCE: usize = 100;
