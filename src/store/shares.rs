//! Read-only snapshots behind links. Only the hash of a link's secret is stored.

use quorum_domain::{
    Timestamp,
    ids::{ConversationId, ShareId, UserId},
    transcript::Transcript,
};
use sqlx::types::Json;
use uuid::Uuid;

use crate::{Result, Session, StoreError, Tx};

/// A snapshot in force, as its owner sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    /// Its id.
    pub id: ShareId,
    /// When it was taken.
    pub created_at: Timestamp,
}

impl Session {
    /// The snapshots in force of a conversation that this user took, newest first.
    pub async fn shares(&mut self, user: UserId, conversation: ConversationId) -> Result<Vec<Share>> {
        let rows = fetch!(
            fetch_all,
            self,
            (Uuid, Timestamp),
            "SELECT id, created_at FROM shares
             WHERE conversation_id = $1 AND user_id = $2 AND revoked_at IS NULL ORDER BY created_at DESC, id DESC",
            conversation.uuid(),
            user.uuid()
        )?;
        Ok(rows
            .into_iter()
            .map(|(id, created_at)| Share {
                id: id.into(),
                created_at,
            })
            .collect())
    }

    /// What stands behind a link: nothing once it was revoked, its conversation deleted, or the
    /// account of whoever shared it closed.
    pub async fn shared(&mut self, token_hash: &str) -> Result<(Transcript, Timestamp)> {
        let row = fetch!(
            fetch_optional,
            self,
            (Json<Transcript>, Timestamp),
            "SELECT s.snapshot, s.created_at FROM shares s
             JOIN conversations c ON c.id = s.conversation_id AND c.deleted_at IS NULL
             JOIN users u ON u.id = s.user_id AND u.active AND u.leaving_at IS NULL
             WHERE s.token_hash = $1 AND s.revoked_at IS NULL",
            token_hash
        )?;
        row.map(|(snapshot, at)| (snapshot.0, at))
            .ok_or(StoreError::NotFound("shared conversation"))
    }
}

impl Tx {
    /// Keeps a snapshot under the hash of its link's secret.
    pub async fn share(
        &mut self,
        user: UserId,
        conversation: ConversationId,
        token_hash: &str,
        snapshot: &Transcript,
    ) -> Result<Share> {
        let share = Share {
            id: ShareId::new(),
            created_at: self.now(),
        };
        execute!(
            self,
            "INSERT INTO shares (id, conversation_id, user_id, token_hash, snapshot, created_at)
             VALUES ($1, $2, $3, $4, $5, $6)",
            share.id.uuid(),
            conversation.uuid(),
            user.uuid(),
            token_hash,
            Json(snapshot),
            share.created_at
        )?;
        Ok(share)
    }

    /// Takes a link back; what it showed is erased.
    pub async fn revoke_share(&mut self, user: UserId, id: ShareId) -> Result<()> {
        let now = self.now();
        let nothing = Transcript {
            format: String::new(),
            version: 0,
            title: String::new(),
            system_prompt: String::new(),
            turns: Vec::new(),
        };
        let revoked = execute!(
            self,
            "UPDATE shares SET revoked_at = $3, snapshot = $4 WHERE id = $1 AND user_id = $2 AND revoked_at IS NULL",
            id.uuid(),
            user.uuid(),
            now,
            Json(&nothing)
        )?;
        if revoked == 0 {
            return Err(StoreError::NotFound("shared conversation"));
        }
        Ok(())
    }
}
