//! Events: numbered without gaps in the transaction that makes the change.

use std::collections::BTreeSet;

use quorum_domain::{
    Timestamp,
    event::{EventBody, StoredEvent},
    ids::ConversationId,
};
use sqlx::types::Json;

use crate::{Result, Session, StoreError, Tx, answer::Answer, connection::Line};

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
        let rows = self.ask_for_events(conversation, after, limit).await?.all(self).await?;
        Ok(stored_events(conversation, rows))
    }

    /// The same together with the range of numbers at that moment, on an embedded database in one message.
    pub async fn events_since(
        &mut self,
        conversation: ConversationId,
        after: i64,
        limit: i64,
    ) -> Result<((i64, i64), Vec<StoredEvent>)> {
        let events = self.ask_for_events(conversation, after, limit).await?;
        let range = self.event_range(conversation).await?;
        Ok((range, stored_events(conversation, events.heard()?)))
    }

    async fn ask_for_events(
        &mut self,
        conversation: ConversationId,
        after: i64,
        limit: i64,
    ) -> Result<Answer<EventRow>> {
        ask!(
            self,
            EventRow,
            "SELECT seq, at, body FROM events WHERE conversation_id = $1 AND seq > $2 ORDER BY seq LIMIT $3",
            conversation.uuid(),
            after,
            limit
        )
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

fn stored_events(conversation: ConversationId, rows: Vec<EventRow>) -> Vec<StoredEvent> {
    let stored = |row: EventRow| StoredEvent {
        seq: row.seq,
        conversation_id: conversation,
        at: row.at,
        body: row.body.0,
    };
    rows.into_iter().map(stored).collect()
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

    /// Numbers and stores what was noted: one statement for each conversation, and on SQLite the
    /// commit with the last of them.
    pub(crate) async fn store_events(&mut self) -> Result<()> {
        let mut events = std::mem::take(&mut self.events);
        // Everybody locks conversations in the same order.
        let conversations: BTreeSet<ConversationId> = events.iter().map(|event| event.conversation_id).collect();
        let last = conversations.last().copied();
        for conversation in conversations {
            let is_last = last == Some(conversation);
            let of_it = |event: &&mut StoredEvent| event.conversation_id == conversation;
            let mut of_it: Vec<&mut StoredEvent> = events.iter_mut().filter(of_it).collect();
            let parts = of_it.len().div_ceil(EVENTS_AT_ONCE);
            for (part, some) in of_it.chunks_mut(EVENTS_AT_ONCE).enumerate() {
                let ending = if is_last && part + 1 == parts {
                    self.ending()
                } else {
                    None
                };
                let last_seq = self
                    .store_some(conversation, some, ending.and_then(|(_, say)| say))
                    .await?;
                for (event, seq) in some.iter_mut().rev().zip((1..=last_seq).rev()) {
                    event.seq = seq;
                }
                self.ending = ending.map(|(ending, _)| ending);
            }
        }
        self.events = events;
        Ok(())
    }

    /// Gives the number of the last of these events of one conversation.
    async fn store_some(
        &mut self,
        conversation: ConversationId,
        events: &[&mut StoredEvent],
        end: Option<&'static str>,
    ) -> Result<i64> {
        let numbered = match self.line() {
            Line::Sqlite(line) => {
                let mut statement = line
                    .statement(
                        "UPDATE conversations SET last_seq = last_seq + $1 WHERE id = $2;
                         INSERT INTO events (conversation_id, seq, at, body)
                             SELECT $2, (SELECT last_seq FROM conversations WHERE id = $2) - e.column1,
                                    e.column2, e.column3 FROM (VALUES ",
                    )
                    .bind(many(events))
                    .bind(conversation.uuid());
                for ((place, event), follow) in events.iter().enumerate().zip((0..many(events)).rev()) {
                    let mut row = statement.row(place == 0);
                    row.push_bind(follow).push_bind(event.at).push_bind(Json(&event.body));
                }
                statement.push(") AS e RETURNING seq");
                if let Some(end) = end {
                    statement.push("; ");
                    statement.push(end);
                }
                let done = statement.fetch_all::<(i64,)>().await;
                done.map_err(|error| match &error {
                    // No such conversation, no number: nothing is committed.
                    sqlx::Error::Database(cause) if cause.kind() == sqlx::error::ErrorKind::NotNullViolation => {
                        StoreError::NotFound("conversation")
                    }
                    _ => error.into(),
                })?
            }
            Line::Postgres(connection) => {
                let mut sql = sqlx::QueryBuilder::<sqlx::Postgres>::new(
                    "WITH c AS (UPDATE conversations SET last_seq = last_seq + ",
                );
                sql.push_bind(many(events))
                    .push(" WHERE id = ")
                    .push_bind(conversation.uuid());
                sql.push(
                    " RETURNING id, last_seq) INSERT INTO events (conversation_id, seq, at, body)
                          SELECT c.id, c.last_seq - CAST(e.column1 AS BIGINT), CAST(e.column2 AS TIMESTAMPTZ),
                                 CAST(e.column3 AS JSONB) FROM c, (",
                );
                sql.push_values(
                    events.iter().zip((0..many(events)).rev()),
                    |mut row, (event, follow)| {
                        row.push_bind(follow).push_bind(event.at).push_bind(Json(&event.body));
                    },
                );
                sql.push(") AS e RETURNING seq");
                sql.build_query_as::<(i64,)>().fetch_all(connection).await?
            }
        };
        let last = numbered.into_iter().map(|(seq,)| seq).max();
        last.ok_or(StoreError::NotFound("conversation"))
    }
}

fn many(events: &[&mut StoredEvent]) -> i64 {
    i64::try_from(events.len()).unwrap_or(i64::MAX)
}

/// Events of one statement; both databases take many more.
const EVENTS_AT_ONCE: usize = 100;
