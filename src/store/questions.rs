//! Questions as those who answer or judge them read them.

use quorum_domain::{
    Attachment, ContextMode,
    ids::{MessageId, UserId},
};

use crate::{Result, Session, StoreError, rows::parsed};

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

impl Session {
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
