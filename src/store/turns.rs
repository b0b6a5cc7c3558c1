//! Earlier turns, for the next prompt.

use std::collections::HashMap;

use quorum_domain::{
    context::{Turn, TurnAnswer},
    ids::{ConversationId, MessageId, ResponseId, ServiceId},
    tokens::estimate_tokens,
};
use uuid::Uuid;

use crate::{Result, Session, StoreError, rows::parsed};

/// Turns read at a time, newest first, until the prompt is full.
const PAGE: i64 = 40;

#[derive(sqlx::FromRow)]
struct TurnRow {
    id: Uuid,
    position: i64,
    content: String,
    excluded: bool,
    attachment_count: i64,
}

#[derive(sqlx::FromRow)]
struct AnswerRow {
    id: Uuid,
    message_id: Uuid,
    service_id: Uuid,
    role: String,
    content: String,
    selected: bool,
    rank: Option<i64>,
}

impl Session {
    /// The turns before a message (`None`: all), oldest first, as far back as `token_limit`
    /// estimated tokens of questions reach. Deleted answers and those without text are left out.
    pub async fn turns_before(
        &mut self,
        conversation: ConversationId,
        message: Option<MessageId>,
        token_limit: u64,
    ) -> Result<Vec<Turn>> {
        let before = match message {
            Some(id) => self.position_of(id).await?,
            None => i64::MAX,
        };
        self.turns_before_position(conversation, before, token_limit).await
    }

    /// The same for the question at a position.
    pub async fn turns_before_position(
        &mut self,
        conversation: ConversationId,
        position: i64,
        token_limit: u64,
    ) -> Result<Vec<Turn>> {
        let mut before = position;
        let mut newest_first: Vec<Turn> = Vec::new();
        let mut tokens = 0;
        while before > 1 {
            let rows = fetch!(
                fetch_all,
                self,
                TurnRow,
                "SELECT id, position, content, excluded, attachment_count FROM messages
                 WHERE conversation_id = $1 AND position < $2 ORDER BY position DESC LIMIT $3",
                conversation.uuid(),
                before,
                PAGE
            )?;
            let Some(oldest) = rows.last().map(|row| row.position) else {
                break;
            };
            let mut answers = self.answers_between(conversation, oldest, before).await?;
            let mut attachments = match rows.iter().any(|row| row.attachment_count > 0) {
                true => self.attachments_between(conversation, oldest, before - 1).await?,
                false => HashMap::new(),
            };
            for row in rows {
                let answers = answers.remove(&row.id).unwrap_or_default();
                let shortest = answers
                    .iter()
                    .map(|answer| estimate_tokens(&answer.content))
                    .min()
                    .unwrap_or(0);
                tokens += estimate_tokens(&row.content) + shortest;
                newest_first.push(Turn {
                    message_id: row.id.into(),
                    attachments: attachments.remove(&row.id).unwrap_or_default(),
                    content: row.content,
                    excluded: row.excluded,
                    answers,
                });
            }
            before = oldest;
            if tokens > token_limit || oldest <= 1 {
                break;
            }
        }
        newest_first.reverse();
        Ok(newest_first)
    }

    async fn position_of(&mut self, message: MessageId) -> Result<i64> {
        let row = fetch!(
            fetch_optional,
            self,
            (i64,),
            "SELECT position FROM messages WHERE id = $1",
            message.uuid()
        )?;
        row.map(|(position,)| position).ok_or(StoreError::NotFound("message"))
    }

    async fn answers_between(
        &mut self,
        conversation: ConversationId,
        from: i64,
        before: i64,
    ) -> Result<HashMap<Uuid, Vec<TurnAnswer>>> {
        let rows = fetch!(
            fetch_all,
            self,
            AnswerRow,
            "SELECT r.id, r.message_id, r.service_id, r.role, t.content, r.selected, r.rank
             FROM messages m JOIN responses r ON r.message_id = m.id
             JOIN response_texts t ON t.response_id = r.id
             WHERE m.conversation_id = $1 AND m.position >= $2 AND m.position < $3
               AND r.state = 'answered' AND r.deleted_at IS NULL AND r.content_length > 0
               AND (r.role = 'answer' OR r.selected)
             ORDER BY r.position, r.id",
            conversation.uuid(),
            from,
            before
        )?;
        let mut by_message: HashMap<Uuid, Vec<TurnAnswer>> = HashMap::new();
        for row in rows {
            by_message.entry(row.message_id).or_default().push(TurnAnswer {
                response_id: ResponseId(row.id),
                service_id: ServiceId(row.service_id),
                role: parsed(&row.role, "responses", "role")?,
                content: row.content,
                selected: row.selected,
                rank: row.rank,
            });
        }
        Ok(by_message)
    }
}
