//! Texts that users keep to ask with again.

use quorum_domain::{
    Timestamp,
    ids::{PromptId, UserId},
};
use uuid::Uuid;

use crate::{Result, Session, StoreError, Tx};

/// A kept text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prompt {
    /// Its id.
    pub id: PromptId,
    /// The short name to call it by; each of a user's is there once.
    pub name: String,
    /// The text.
    pub content: String,
    /// When it was kept.
    pub created_at: Timestamp,
    /// When it was changed.
    pub updated_at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct PromptRow {
    id: Uuid,
    name: String,
    content: String,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl From<PromptRow> for Prompt {
    fn from(row: PromptRow) -> Self {
        Self {
            id: row.id.into(),
            name: row.name,
            content: row.content,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

impl Session {
    /// A user's kept texts, by name.
    pub async fn prompts(&mut self, user: UserId) -> Result<Vec<Prompt>> {
        let rows = fetch!(
            fetch_all,
            self,
            PromptRow,
            "SELECT id, name, content, created_at, updated_at FROM prompts WHERE user_id = $1 ORDER BY name",
            user.uuid()
        )?;
        Ok(rows.into_iter().map(Prompt::from).collect())
    }
}

impl Tx {
    /// Keeps a text under a name, new or changed; a name that the user has already is refused.
    pub async fn save_prompt(&mut self, user: UserId, id: PromptId, name: &str, content: &str) -> Result<Prompt> {
        let taken = fetch!(
            fetch_optional,
            self,
            (Uuid,),
            "SELECT id FROM prompts WHERE user_id = $1 AND name = $2 AND id <> $3",
            user.uuid(),
            name,
            id.uuid()
        )?;
        if taken.is_some() {
            return Err(StoreError::Conflict("you have a prompt of that name"));
        }
        let now = self.now();
        let row = fetch!(
            fetch_optional,
            self,
            PromptRow,
            "INSERT INTO prompts (id, user_id, name, content, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $5)
             ON CONFLICT (id) DO UPDATE SET name = excluded.name, content = excluded.content, updated_at = excluded.updated_at
             WHERE prompts.user_id = excluded.user_id
             RETURNING id, name, content, created_at, updated_at",
            id.uuid(),
            user.uuid(),
            name,
            content,
            now
        )?;
        row.map(Prompt::from).ok_or(StoreError::NotFound("prompt"))
    }

    /// Lets go of a kept text.
    pub async fn delete_prompt(&mut self, user: UserId, id: PromptId) -> Result<()> {
        let deleted = execute!(
            self,
            "DELETE FROM prompts WHERE id = $1 AND user_id = $2",
            id.uuid(),
            user.uuid()
        )?;
        if deleted == 0 {
            return Err(StoreError::NotFound("prompt"));
        }
        Ok(())
    }
}
