//! Runs: batches that a program asked for, and the answer that it waits for.

use quorum_domain::{
    ResponseRole, Run, Timestamp,
    ids::{BatchId, ConversationId, MessageId, ResponseId, UserId},
    run::RunAnswer,
};
use uuid::Uuid;

use crate::{ClaimedResponse, NewConsensus, Result, Session, StoreError, Tx, answer::Answer, rows::parsed};

/// A run to note, in the transaction that accepts its message.
#[derive(Debug, Clone)]
pub struct NewRun<'a> {
    /// The batch.
    pub batch_id: BatchId,
    /// Who asks.
    pub user_id: UserId,
    /// The thread.
    pub conversation_id: ConversationId,
    /// The message.
    pub message_id: MessageId,
    /// Which answer it waits for.
    pub wants: RunAnswer,
    /// The model as it was asked for.
    pub model: &'a str,
    /// What the program says was said so far, this message included, as a hash.
    pub history_hash: &'a str,
    /// Most tokens of an answer.
    pub max_output_tokens: Option<u32>,
}

#[derive(sqlx::FromRow)]
struct RunRow {
    batch_id: Uuid,
    user_id: Uuid,
    conversation_id: Uuid,
    message_id: Uuid,
    wants: String,
    model: String,
    max_output_tokens: Option<i64>,
    consensus_id: Option<Uuid>,
    created_at: Timestamp,
}

impl TryFrom<RunRow> for Run {
    type Error = StoreError;
    fn try_from(row: RunRow) -> Result<Self> {
        Ok(Self {
            batch_id: row.batch_id.into(),
            user_id: UserId(row.user_id),
            conversation_id: row.conversation_id.into(),
            message_id: row.message_id.into(),
            wants: parsed(&row.wants, "runs", "wants")?,
            model: row.model,
            max_output_tokens: row.max_output_tokens.and_then(|most| u32::try_from(most).ok()),
            consensus_id: row.consensus_id.map(ResponseId),
            created_at: row.created_at,
        })
    }
}

macro_rules! select_runs {
    ($rest:literal) => {
        concat!(
            "SELECT n.batch_id, n.user_id, n.conversation_id, n.message_id, n.wants, n.model, n.max_output_tokens,
                    n.consensus_id, n.created_at
             FROM runs n ",
            $rest
        )
    };
}

/// Runs with the same history that are looked at for one to go on with.
const ALIKE: i64 = 8;

impl Session {
    /// A run of this user, in a conversation that was not deleted.
    pub async fn run(&mut self, user: UserId, batch: BatchId) -> Result<Run> {
        let row = fetch!(
            fetch_optional,
            self,
            RunRow,
            select_runs!(
                "JOIN conversations c ON c.id = n.conversation_id
                 WHERE n.batch_id = $1 AND n.user_id = $2 AND c.deleted_at IS NULL"
            ),
            batch.uuid(),
            user.uuid()
        )?;
        row.ok_or(StoreError::NotFound("run"))?.try_into()
    }

    /// The newest runs of this user that were asked with this history, and whose message is the
    /// last one of its conversation.
    pub async fn runs_with_history(&mut self, user: UserId, history_hash: &str) -> Result<Vec<Run>> {
        let rows = fetch!(
            fetch_all,
            self,
            RunRow,
            select_runs!(
                "JOIN conversations c ON c.id = n.conversation_id JOIN messages m ON m.id = n.message_id
                 WHERE n.user_id = $1 AND n.history_hash = $2 AND c.deleted_at IS NULL AND m.position = c.message_count
                 ORDER BY n.created_at DESC LIMIT $3"
            ),
            user.uuid(),
            history_hash,
            ALIKE
        )?;
        rows.into_iter().map(Run::try_from).collect()
    }
}

impl Tx {
    /// Notes that a program waits for an answer of a batch.
    pub async fn begin_run(&mut self, new: &NewRun<'_>) -> Result<()> {
        let now = self.now();
        execute!(
            self,
            "INSERT INTO runs (batch_id, user_id, conversation_id, message_id, wants, model, history_hash,
                 max_output_tokens, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            new.batch_id.uuid(),
            new.user_id.uuid(),
            new.conversation_id.uuid(),
            new.message_id.uuid(),
            new.wants.as_str(),
            new.model,
            new.history_hash,
            new.max_output_tokens.map(i64::from),
            now
        )?;
        Ok(())
    }

    /// Holds a conversation for this transaction, if it still has this many messages; says whether
    /// it has. Two programs that go on with the same one must not both find nothing new in it.
    pub async fn hold_conversation(&mut self, id: ConversationId, message_count: i64) -> Result<bool> {
        let held = execute!(
            self,
            "UPDATE conversations SET message_count = message_count WHERE id = $1 AND message_count = $2",
            id.uuid(),
            message_count
        )?;
        Ok(held == 1)
    }

    /// Who waits for a consensus of this batch, and with which question.
    pub(crate) async fn ask_for_wanted_consensus(&mut self, batch: BatchId) -> Result<Answer<(Uuid, Uuid)>> {
        ask!(
            self,
            (Uuid, Uuid),
            "SELECT user_id, message_id FROM runs WHERE batch_id = $1 AND wants = 'consensus' AND consensus_id IS NULL",
            batch.uuid()
        )
    }

    /// Begins the consensus that a run waits for, in the transaction that completes its batch, so
    /// that a batch is never seen complete without it. Nothing to fuse, or nobody who could write
    /// it, is no error: the run then has the best answer.
    pub(crate) async fn begin_wanted_consensus(&mut self, batch: BatchId, wanted: Answer<(Uuid, Uuid)>) -> Result<()> {
        let Some((user, message)) = wanted.optional(self).await? else {
            return Ok(());
        };
        let message = match self.message(UserId(user), message.into()).await {
            Ok(message) => message,
            Err(StoreError::NotFound(_)) => return Ok(()),
            Err(error) => return Err(error),
        };
        let candidates = self.consensus_writers(message.author_id).await?;
        let new = NewConsensus {
            message: &message,
            candidates: &candidates,
            keep: &[],
        };
        match self.begin_consensus(&new).await {
            Ok(consensus) => {
                execute!(
                    self,
                    "UPDATE runs SET consensus_id = $2 WHERE batch_id = $1",
                    batch.uuid(),
                    consensus.response.id.uuid()
                )?;
                Ok(())
            }
            Err(StoreError::Conflict(_)) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// The consensus that a run waited for is what its program goes on with: it is kept, unless
    /// the user kept another answer meanwhile.
    pub(crate) async fn keep_awaited_consensus(&mut self, claimed: &ClaimedResponse) -> Result<()> {
        if claimed.role != ResponseRole::Consensus {
            return Ok(());
        }
        let id = claimed.lease.response_id;
        let row = fetch!(
            fetch_optional,
            self,
            (Uuid,),
            "SELECT n.user_id FROM runs n JOIN batches b ON b.id = n.batch_id
             WHERE n.batch_id = $1 AND n.consensus_id = $2 AND b.selected_response_id IS NULL",
            claimed.batch_id.uuid(),
            id.uuid()
        )?;
        let Some((user,)) = row else { return Ok(()) };
        match self.response_context(UserId(user), id).await {
            Ok(at) if !at.deleted => self.select_response(&at, true).await.map(|_| ()),
            Ok(_) | Err(StoreError::NotFound(_)) => Ok(()),
            Err(error) => Err(error),
        }
    }
}
