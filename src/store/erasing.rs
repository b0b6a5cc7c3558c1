//! Erasing for good what was deleted long ago.

use quorum_domain::Timestamp;
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
        for (id,) in &old {
            self.loosen_attachments(*id).await?;
            // In SQLite the words to search by stand in a table that no reference reaches.
            execute!(self, "DELETE FROM search_entries WHERE conversation_id = $1", *id)?;
            execute!(self, "DELETE FROM conversations WHERE id = $1", *id)?;
        }
        Ok(old.len())
    }
}
