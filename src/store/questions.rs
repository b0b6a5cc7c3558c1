//! Questions as those who answer or judge them read them.

use quorum_domain::{
    Attachment, ContextMode, Service,
    ids::{BatchId, MessageId, ServiceId, UserId},
};

use crate::{Pauses, Result, Session, StoreError, UsableKeys, pauses::PauseRow, rows::parsed};

/// What a batch asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskedQuestion {
    /// The text.
    pub content: String,
    /// The images that came with it.
    pub attachments: Vec<Attachment>,
}

/// A question as those who answer it need it.
#[derive(Debug, Clone)]
pub struct QuestionAtWork {
    /// Its place in the conversation, from 1.
    pub position: i64,
    /// Its words and images.
    pub asked: AskedQuestion,
    /// Who sees which earlier answers.
    pub context_mode: ContextMode,
    /// Put before every prompt.
    pub system_prompt: String,
}

#[derive(sqlx::FromRow)]
struct QuestionRow {
    position: i64,
    content: String,
    attachment_count: i64,
    context_mode: String,
    system_prompt: String,
}

/// What has to be known before the services of a batch are asked.
pub struct BeforeAnswering {
    services: Vec<Service>,
    pauses: Vec<PauseRow>,
    /// Keys that the user's calls may use.
    pub keys: UsableKeys,
    /// What they are asked.
    pub question: QuestionAtWork,
}

impl BeforeAnswering {
    /// One of the services, and what is known against it.
    pub fn service(&self, id: ServiceId) -> Option<(Service, Pauses)> {
        let service = self.services.iter().find(|service| service.id == id)?;
        let pauses = self.pauses.iter().filter(|pause| pause.is_of(id)).cloned();
        Some((service.clone(), Pauses(pauses.collect())))
    }
}

impl Session {
    /// Reads all of it for a user's batch, on an embedded database in one message.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] where the conversation is not the user's.
    pub async fn before_answering(
        &mut self,
        user: UserId,
        batch: BatchId,
        message: MessageId,
    ) -> Result<BeforeAnswering> {
        let services = self.ask_for_services_asked(batch).await?;
        let pauses = self.ask_for_pauses_in(batch).await?;
        let keys = self.ask_for_keys_of(user).await?;
        let question = self.question_at_work(user, message).await?;
        let services = services.heard()?.into_iter().map(Service::try_from);
        Ok(BeforeAnswering {
            services: services.collect::<Result<_>>()?,
            pauses: pauses.heard()?,
            keys: UsableKeys::of(keys.heard()?)?,
            question,
        })
    }

    /// Where in a user's conversation a question stands, and how it is to be put.
    pub async fn question_at_work(&mut self, user: UserId, message: MessageId) -> Result<QuestionAtWork> {
        let row = fetch!(
            fetch_optional,
            self,
            QuestionRow,
            "SELECT m.position, m.content, m.attachment_count, c.context_mode, c.system_prompt
             FROM messages m JOIN conversations c ON c.id = m.conversation_id
             JOIN participants p ON p.conversation_id = c.id AND p.user_id = $2
             WHERE m.id = $1 AND c.deleted_at IS NULL",
            message.uuid(),
            user.uuid()
        )?
        .ok_or(StoreError::NotFound("conversation"))?;
        let attachments = match row.attachment_count {
            0 => Vec::new(),
            _ => self.attachments_of(message).await?,
        };
        Ok(QuestionAtWork {
            position: row.position,
            asked: AskedQuestion {
                content: row.content,
                attachments,
            },
            context_mode: parsed(&row.context_mode, "conversations", "context_mode")?,
            system_prompt: row.system_prompt,
        })
    }

    /// The question that a batch asks.
    pub async fn question_of(&mut self, message: MessageId) -> Result<AskedQuestion> {
        let row = fetch!(
            fetch_optional,
            self,
            (String, i64),
            "SELECT content, attachment_count FROM messages WHERE id = $1",
            message.uuid()
        )?;
        let (content, attachment_count) = row.ok_or(StoreError::NotFound("message"))?;
        let attachments = match attachment_count {
            0 => Vec::new(),
            _ => self.attachments_of(message).await?,
        };
        Ok(AskedQuestion { content, attachments })
    }
}
