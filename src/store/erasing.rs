//! Erasing conversations for good, with all that hangs on them.

use quorum_domain::Timestamp;
use sqlx::types::Json;
use uuid::Uuid;

use crate::{Result, Tx};

/// Conversations erased at once; the next sweep takes the next ones.
const AT_ONCE: i64 = 20;

impl Tx {
    /// Erases conversations that were deleted before a moment, with all that hangs on them; the
    /// ledger of calls stays. Gives how many.
    pub async fn erase_deleted_before(&mut self, moment: Timestamp) -> Result<usize> {
        let old = fetch!(
            fetch_all,
            self,
            (Uuid,),
            "SELECT id FROM conversations WHERE deleted_at < $1 ORDER BY deleted_at LIMIT $2",
            moment,
            AT_ONCE
        )?;
        let old: Vec<Uuid> = old.into_iter().map(|(id,)| id).collect();
        self.erase_conversations(&old).await?;
        Ok(old.len())
    }

    /// Erases these conversations. Their images are let go of by a later sweep, unless another
    /// conversation has them.
    pub(crate) async fn erase_conversations(&mut self, conversations: &[Uuid]) -> Result<()> {
        if conversations.is_empty() {
            return Ok(());
        }
        if !self.is_postgres() {
            // In SQLite the words to search by stand in a table that no reference reaches and no
            // index helps with: it is read once for all of them.
            execute!(
                self,
                "DELETE FROM search_entries
                 WHERE conversation_id IN (SELECT unhex(value, '-') FROM json_each($1))",
                Json(conversations)
            )?;
        }
        for id in conversations {
            self.loosen_attachments(*id).await?;
            execute!(self, "DELETE FROM conversations WHERE id = $1", *id)?;
        }
        Ok(())
    }
}
