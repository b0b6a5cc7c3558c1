//! Messages: accepting one is the transaction after which nothing may be lost.

use std::collections::HashMap;

use quorum_domain::{
    Attachment, Batch, BatchStatus, ConversationChange, Message, Response, ResponseRole, Service, Timestamp,
    batch::BatchState,
    conversation::title_from_question,
    event::EventBody,
    ids::{ApiTokenId, BatchId, ConversationId, MessageId, UserId},
};
use uuid::Uuid;

use crate::{
    Beginning, Result, Session, StoreError, Tx,
    answer::Answer,
    batches::{BatchRow, select_batches},
    conversations::{ConversationRow, returning_conversation},
    responses::{ResponseRow, select_responses},
};

#[derive(sqlx::FromRow)]
struct MessageRow {
    id: Uuid,
    conversation_id: Uuid,
    author_id: Uuid,
    position: i64,
    content: String,
    excluded: bool,
    attachment_count: i64,
    created_at: Timestamp,
}

impl MessageRow {
    fn into_message(self, attachments: Vec<Attachment>, batch: Option<Batch>) -> Message {
        Message {
            id: self.id.into(),
            conversation_id: self.conversation_id.into(),
            author_id: self.author_id.into(),
            content: self.content,
            attachments,
            excluded: self.excluded,
            created_at: self.created_at,
            batch,
        }
    }
}

/// A message to accept.
#[derive(Debug, Clone)]
pub struct NewMessage<'a> {
    /// The thread.
    pub conversation_id: ConversationId,
    /// Who wrote it.
    pub author: UserId,
    /// The text.
    pub content: &'a str,
    /// Images that come with it; the caller has checked that the author may see them.
    pub attachments: &'a [Attachment],
    /// The services to ask; empty asks nobody.
    pub services: &'a [Service],
    /// The personal API token it came with.
    pub token_id: Option<ApiTokenId>,
    /// Most tokens of each answer, where whoever asks set a limit.
    pub output_limit: Option<u32>,
    /// A worker that has room for all answers and begins with them as soon as the transaction is
    /// committed; without one they are due.
    pub beginning: Option<&'a Beginning>,
}

/// A page of messages.
#[derive(Debug)]
pub struct MessagePage {
    /// Oldest first.
    pub messages: Vec<Message>,
    /// Position before which the next (older) page ends; none when this page has the first.
    pub older_than: Option<i64>,
    /// Number of the last event that this page includes.
    pub last_seq: i64,
}

impl Session {
    /// A page of messages with batches and responses (without their texts): the newest ones, or
    /// those before a position.
    pub async fn messages(
        &mut self,
        conversation: ConversationId,
        before: Option<i64>,
        limit: i64,
    ) -> Result<MessagePage> {
        // The number is read first: an event stored in between is replayed, not missed.
        let (_, last_seq) = self.event_range(conversation).await?;
        let mut rows = fetch!(
            fetch_all,
            self,
            MessageRow,
            "SELECT id, conversation_id, author_id, position, content, excluded, attachment_count, created_at
             FROM messages WHERE conversation_id = $1 AND position < $2 ORDER BY position DESC LIMIT $3",
            conversation.uuid(),
            before.unwrap_or(i64::MAX),
            limit
        )?;
        rows.reverse();
        let Some((first, last)) = rows
            .first()
            .zip(rows.last())
            .map(|(first, last)| (first.position, last.position))
        else {
            return Ok(MessagePage {
                messages: Vec::new(),
                older_than: None,
                last_seq,
            });
        };
        let mut batches = self.batches_between(conversation, first, last).await?;
        let mut attachments = match rows.iter().any(|row| row.attachment_count > 0) {
            true => self.attachments_between(conversation, first, last).await?,
            false => HashMap::new(),
        };
        let messages = rows
            .into_iter()
            .map(|row| {
                let batch = batches.remove(&row.id);
                let attachments = attachments.remove(&row.id).unwrap_or_default();
                row.into_message(attachments, batch)
            })
            .collect();
        Ok(MessagePage {
            messages,
            older_than: (first > 1).then_some(first),
            last_seq,
        })
    }

    async fn batches_between(
        &mut self,
        conversation: ConversationId,
        first: i64,
        last: i64,
    ) -> Result<HashMap<Uuid, Batch>> {
        let rows = fetch!(
            fetch_all,
            self,
            BatchRow,
            select_batches!(
                "JOIN messages m ON m.id = b.message_id
                 WHERE m.conversation_id = $1 AND m.position BETWEEN $2 AND $3"
            ),
            conversation.uuid(),
            first,
            last
        )?;
        let responses = fetch!(
            fetch_all,
            self,
            ResponseRow,
            select_responses!(
                brief,
                "JOIN messages m ON m.id = r.message_id
                 WHERE m.conversation_id = $1 AND m.position BETWEEN $2 AND $3
                 ORDER BY r.position, r.id"
            ),
            conversation.uuid(),
            first,
            last
        )?;
        let mut by_message: HashMap<Uuid, Vec<Response>> = HashMap::new();
        let mut fused = Vec::new();
        for row in responses {
            let response = Response::try_from(row)?;
            match response.role {
                ResponseRole::Answer => by_message.entry(response.message_id.uuid()).or_default().push(response),
                ResponseRole::Consensus => fused.push(response),
            }
        }
        let mut consensuses = self.consensuses_by_message(conversation, (first, last), fused).await?;
        rows.into_iter()
            .map(|row| {
                let message = row.message_id;
                let responses = by_message.remove(&message).unwrap_or_default();
                let consensuses = consensuses.remove(&message).unwrap_or_default();
                Ok((
                    message,
                    Batch {
                        state: row.try_into()?,
                        responses,
                        consensuses,
                    },
                ))
            })
            .collect()
    }

    /// A message of a user's conversation, with its batch.
    pub async fn message(&mut self, user: UserId, id: MessageId) -> Result<Message> {
        let row = fetch!(
            fetch_optional,
            self,
            MessageRow,
            "SELECT m.id, m.conversation_id, m.author_id, m.position, m.content, m.excluded, m.attachment_count,
                    m.created_at
             FROM messages m
             JOIN participants p ON p.conversation_id = m.conversation_id AND p.user_id = $2
             JOIN conversations c ON c.id = m.conversation_id
             WHERE m.id = $1 AND c.deleted_at IS NULL",
            id.uuid(),
            user.uuid()
        )?
        .ok_or(StoreError::NotFound("message"))?;
        let mut batches = self
            .batches_between(row.conversation_id.into(), row.position, row.position)
            .await?;
        let batch = batches.remove(&row.id);
        let attachments = match row.attachment_count {
            0 => Vec::new(),
            _ => self.attachments_of(id).await?,
        };
        Ok(row.into_message(attachments, batch))
    }
}

impl Tx {
    /// Accepts a message: message, batch, one queued response per service, and the event, all
    /// or nothing. The work is due, or begins, as soon as the transaction is committed.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] where the conversation is gone.
    pub async fn accept_message(&mut self, new: &NewMessage<'_>) -> Result<Message> {
        self.store_message(new).await.map_err(|error| match &error {
            // A conversation that is gone counts nothing, and a message has no place in it.
            StoreError::Statement(sqlx::Error::Database(cause))
                if cause.kind() == sqlx::error::ErrorKind::NotNullViolation =>
            {
                StoreError::NotFound("conversation")
            }
            _ => error,
        })
    }

    async fn store_message(&mut self, new: &NewMessage<'_>) -> Result<Message> {
        let now = self.now();
        execute_later!(
            self,
            "UPDATE conversations SET message_count = message_count + 1, last_message_at = $2, updated_at = $2
             WHERE id = $1 AND deleted_at IS NULL",
            new.conversation_id.uuid(),
            now
        )?;
        let titled = self.ask_to_title(new.conversation_id, new.content).await?;
        let mut message = Message {
            id: MessageId::new(),
            conversation_id: new.conversation_id,
            author_id: new.author,
            content: new.content.to_owned(),
            attachments: new.attachments.to_vec(),
            excluded: false,
            created_at: now,
            batch: None,
        };
        execute_later!(
            self,
            "INSERT INTO messages (id, conversation_id, author_id, position, content, created_at, attachment_count)
             VALUES ($1, $2, $3, (SELECT message_count FROM conversations WHERE id = $2 AND deleted_at IS NULL),
                 $4, $5, $6)",
            message.id.uuid(),
            new.conversation_id.uuid(),
            new.author.uuid(),
            new.content,
            now,
            i64::try_from(new.attachments.len()).unwrap_or(i64::MAX)
        )?;
        self.attach(message.id, new.attachments).await?;
        if !new.services.is_empty() {
            message.batch = Some(self.create_batch(&message, new).await?);
        }
        self.move_up(new.conversation_id, now).await?;
        self.index_for_search(new.conversation_id, Some(message.id), None, new.content)
            .await?;
        let body = EventBody::MessageCreated {
            message: Box::new(message.clone()),
        };
        self.append_event(new.conversation_id, body);
        for titled in titled.heard()? {
            let conversation = Box::new(titled.try_into()?);
            self.append_event(new.conversation_id, EventBody::ConversationUpdated { conversation });
        }
        Ok(message)
    }

    /// The first question gives a conversation its title, unless the user gave one.
    async fn ask_to_title(&mut self, id: ConversationId, question: &str) -> Result<Answer<ConversationRow>> {
        ask!(
            self,
            ConversationRow,
            returning_conversation!(
                "UPDATE conversations SET title = $2, title_source = 'auto'
                 WHERE id = $1 AND title_source = 'default' AND message_count = 1 AND deleted_at IS NULL"
            ),
            id.uuid(),
            title_from_question(question)
        )
    }

    /// Puts a conversation at the top of the list of everyone who takes part, and tells the lists.
    async fn move_up(&mut self, id: ConversationId, now: Timestamp) -> Result<()> {
        let users = fetch!(
            fetch_all,
            self,
            (Uuid,),
            "UPDATE participants SET sort_at = $2 WHERE conversation_id = $1 RETURNING user_id",
            id.uuid(),
            now
        )?;
        let told = |(user,)| (UserId(user), id, ConversationChange::Updated);
        self.changes.extend(users.into_iter().map(told));
        Ok(())
    }

    async fn create_batch(&mut self, message: &Message, new: &NewMessage<'_>) -> Result<Batch> {
        let state = BatchState {
            id: BatchId::new(),
            message_id: message.id,
            status: match new.beginning {
                None => BatchStatus::Pending,
                Some(_) => BatchStatus::Processing,
            },
            expected_responses: i64::try_from(new.services.len()).unwrap_or(i64::MAX),
            finished_responses: 0,
            answered_responses: 0,
            judges_wanted: 0,
            judges_voted: 0,
            ranking_method: None,
            ranking_note: None,
            ranking_remarks: Vec::new(),
            agreement: None,
            ranked_response_ids: Vec::new(),
            selected_response_id: None,
            pruned: false,
            created_at: message.created_at,
            completed_at: None,
        };
        execute_later!(
            self,
            "INSERT INTO batches (id, message_id, conversation_id, user_id, status, expected, created_at, token_id)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            state.id.uuid(),
            message.id.uuid(),
            message.conversation_id.uuid(),
            message.author_id.uuid(),
            state.status.as_str(),
            state.expected_responses,
            state.created_at,
            new.token_id.map(ApiTokenId::uuid)
        )?;
        let responses = self.add_answers(message, state.id, new).await?;
        Ok(Batch {
            state,
            responses,
            consensuses: Vec::new(),
        })
    }

    /// Leaves a message out of later prompts, or takes it in again.
    pub async fn exclude_message(&mut self, conversation: ConversationId, id: MessageId, excluded: bool) -> Result<()> {
        execute_later!(
            self,
            "UPDATE messages SET excluded = $2 WHERE id = $1",
            id.uuid(),
            excluded
        )?;
        self.append_event(
            conversation,
            EventBody::MessageUpdated {
                message_id: id,
                excluded,
            },
        );
        Ok(())
    }
}
