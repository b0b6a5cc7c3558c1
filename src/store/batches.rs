//! Batches: one message put to N services.

use quorum_domain::{
    BatchStatus, Job, RankingRemark, Timestamp,
    batch::{Agreement, BatchState},
    event::EventBody,
    ids::{BatchId, ConversationId, MessageId, ResponseId, UserId},
};
use sqlx::types::Json;
use uuid::Uuid;

use crate::{
    Result, Session, StoreError, Tx,
    answer::Answer,
    rows::{parsed, parsed_option},
};

#[derive(sqlx::FromRow)]
pub struct BatchRow {
    pub id: Uuid,
    pub message_id: Uuid,
    pub conversation_id: Uuid,
    pub user_id: Uuid,
    status: String,
    expected: i64,
    finished: i64,
    answered: i64,
    judges_wanted: i64,
    judges_voted: i64,
    ranking_method: Option<String>,
    ranking_note: Option<String>,
    ranking_remarks: Json<Vec<RankingRemark>>,
    agreement: Option<Json<Agreement>>,
    ranked_ids: Option<Json<Vec<ResponseId>>>,
    selected_response_id: Option<Uuid>,
    pruned: bool,
    created_at: Timestamp,
    completed_at: Option<Timestamp>,
}

impl TryFrom<BatchRow> for BatchState {
    type Error = StoreError;
    fn try_from(row: BatchRow) -> Result<Self> {
        Ok(Self {
            id: row.id.into(),
            message_id: row.message_id.into(),
            status: parsed(&row.status, "batches", "status")?,
            expected_responses: row.expected,
            finished_responses: row.finished,
            answered_responses: row.answered,
            judges_wanted: row.judges_wanted,
            judges_voted: row.judges_voted,
            ranking_method: parsed_option(row.ranking_method.as_deref(), "batches", "ranking_method")?,
            ranking_note: row.ranking_note,
            ranking_remarks: row.ranking_remarks.0,
            agreement: row.agreement.map(|json| json.0),
            ranked_response_ids: row.ranked_ids.map(|json| json.0).unwrap_or_default(),
            selected_response_id: row.selected_response_id.map(ResponseId),
            pruned: row.pruned,
            created_at: row.created_at,
            completed_at: row.completed_at,
        })
    }
}

macro_rules! select_batches {
    ($rest:literal) => {
        select_batches!("", $rest)
    };
    ($more_columns:literal, $rest:literal) => {
        concat!(
            "SELECT b.id, b.message_id, b.conversation_id, b.user_id, b.status, b.expected, b.finished,
                    b.answered, b.judges_wanted, b.judges_voted, b.ranking_method, b.ranking_note, b.ranking_remarks,
                    b.agreement, b.ranked_ids, b.selected_response_id, b.pruned, b.created_at, b.completed_at",
            $more_columns,
            " FROM batches b ",
            $rest
        )
    };
}
pub(crate) use select_batches;

/// A change of `batches` that gives the row back as it is now.
macro_rules! returning_batch {
    ($change:literal) => {
        concat!(
            $change,
            " RETURNING id, message_id, conversation_id, user_id, status, expected, finished, answered, judges_wanted,
                 judges_voted, ranking_method, ranking_note, ranking_remarks, agreement, ranked_ids, selected_response_id, pruned,
                 created_at, completed_at"
        )
    };
}
pub(crate) use returning_batch;

/// What the responses of batch `$1` come to.
macro_rules! count_responses {
    () => {
        "SELECT COUNT(*) AS now_expected,
                COUNT(CASE WHEN state IN ('answered', 'failed', 'refused', 'cancelled') THEN 1 END) AS now_finished,
                COUNT(CASE WHEN state = 'answered' THEN 1 END) AS now_answered,
                COUNT(CASE WHEN state = 'cancelled' THEN 1 END) AS now_cancelled,
                COUNT(CASE WHEN state <> 'queued' THEN 1 END) AS now_begun
         FROM responses WHERE batch_id = $1 AND role = 'answer'"
    };
}

/// What became of a batch when one of its responses moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BatchSettled {
    /// Its status now.
    pub status: BatchStatus,
    /// Whether it changed in this transaction.
    pub changed: bool,
}

#[derive(sqlx::FromRow)]
struct Counts {
    #[sqlx(rename = "now_expected")]
    expected: i64,
    #[sqlx(rename = "now_finished")]
    finished: i64,
    #[sqlx(rename = "now_answered")]
    answered: i64,
    #[sqlx(rename = "now_cancelled")]
    cancelled: i64,
    #[sqlx(rename = "now_begun")]
    begun: i64,
}

#[derive(sqlx::FromRow)]
pub(crate) struct CountedBatch {
    #[sqlx(flatten)]
    batch: BatchRow,
    #[sqlx(flatten)]
    counts: Counts,
}

impl Counts {
    /// Where a batch with these responses stands, ranking aside.
    const fn status(&self) -> BatchStatus {
        if self.finished < self.expected {
            return if self.begun > 0 {
                BatchStatus::Processing
            } else {
                BatchStatus::Pending
            };
        }
        if self.answered > 0 {
            BatchStatus::Ranking
        } else if self.cancelled == self.expected {
            BatchStatus::Cancelled
        } else {
            BatchStatus::Failed
        }
    }
}

impl Session {
    /// A batch of a user's conversation, without its responses.
    pub async fn batch_state(&mut self, user: UserId, id: BatchId) -> Result<(BatchState, ConversationId)> {
        let row = fetch!(
            fetch_optional,
            self,
            BatchRow,
            select_batches!(
                "JOIN participants p ON p.conversation_id = b.conversation_id AND p.user_id = $2
                 JOIN conversations c ON c.id = b.conversation_id
                 WHERE b.id = $1 AND c.deleted_at IS NULL"
            ),
            id.uuid(),
            user.uuid()
        )?
        .ok_or(StoreError::NotFound("batch"))?;
        let conversation = row.conversation_id.into();
        Ok((row.try_into()?, conversation))
    }

    /// A batch as it is, for whoever works on it, with its asker and conversation.
    pub async fn batch_at_work(&mut self, id: BatchId) -> Result<(BatchState, UserId, ConversationId)> {
        let row = fetch!(
            fetch_optional,
            self,
            BatchRow,
            select_batches!("WHERE b.id = $1"),
            id.uuid()
        )?
        .ok_or(StoreError::NotFound("batch"))?;
        let (user, conversation) = (row.user_id.into(), row.conversation_id.into());
        Ok((row.try_into()?, user, conversation))
    }

    /// The batch of a message.
    pub async fn batch_of_message(&mut self, message: MessageId) -> Result<Option<BatchId>> {
        let row = fetch!(
            fetch_optional,
            self,
            (Uuid,),
            "SELECT id FROM batches WHERE message_id = $1",
            message.uuid()
        )?;
        Ok(row.map(|(id,)| id.into()))
    }
}

impl Tx {
    /// Counts the answers of a batch again and moves its status on: the one place where a
    /// batch changes because a response did. When the last response is final, ranking is
    /// enqueued here, so that nobody can forget it.
    pub async fn settle_batch(&mut self, id: BatchId) -> Result<BatchSettled> {
        let counted = self.counted_batch(id).await?;
        self.settle_counted(counted).await
    }

    /// The same for one whose answers were counted after their last change.
    pub(crate) async fn settle_counted(&mut self, counted: CountedBatch) -> Result<BatchSettled> {
        let CountedBatch { batch, counts } = counted;
        let id = BatchId(batch.id);
        let conversation = batch.conversation_id.into();
        let before = BatchState::try_from(batch)?;
        let same_counts = before.finished_responses == counts.finished
            && before.answered_responses == counts.answered
            && before.expected_responses == counts.expected;
        let status = match counts.status() {
            // A removed answer, or a consensus, gives the judges nothing new to look at.
            BatchStatus::Ranking if same_counts && before.status.is_final() => before.status,
            BatchStatus::Ranking if before.status != BatchStatus::Ranking && self.all_are_ranked(&before).await? => {
                BatchStatus::Completed
            }
            // Asked again: the batch was further than waiting for its first worker.
            BatchStatus::Pending if before.status != BatchStatus::Pending => BatchStatus::Processing,
            status => status,
        };
        if before.status == status && same_counts {
            return Ok(BatchSettled {
                status: before.status,
                changed: false,
            });
        }
        let completed_at = status.is_final().then(|| self.now());
        execute_later!(
            self,
            "UPDATE batches SET status = $2, expected = $3, finished = $4, answered = $5, completed_at = $6
             WHERE id = $1",
            id.uuid(),
            status.as_str(),
            counts.expected,
            counts.finished,
            counts.answered,
            completed_at
        )?;
        if status == BatchStatus::Ranking {
            self.enqueue(Job::RankBatch(id)).await?;
        }
        let now = BatchState {
            status,
            expected_responses: counts.expected,
            finished_responses: counts.finished,
            answered_responses: counts.answered,
            completed_at,
            ..before
        };
        self.tell_batch_as(now, conversation, None).await?;
        Ok(BatchSettled { status, changed: true })
    }

    /// Whether the ranking that a batch has took in every answer there is: one that came late and
    /// failed is no reason to judge again.
    async fn all_are_ranked(&mut self, batch: &BatchState) -> Result<bool> {
        if batch.ranked_response_ids.is_empty() {
            return Ok(false);
        }
        let answered = fetch!(
            fetch_all,
            self,
            (Uuid,),
            "SELECT id FROM responses WHERE batch_id = $1 AND role = 'answer' AND state = 'answered' AND deleted_at IS NULL",
            batch.id.uuid()
        )?;
        let is_ranked = |(id,): &(Uuid,)| batch.ranked_response_ids.contains(&ResponseId(*id));
        Ok(answered.iter().all(is_ranked))
    }

    /// A batch whose row nobody else changes until this transaction ends, and its responses counted
    /// after that: two last responses must not both see the other unfinished. An embedded database
    /// has one writer anyway.
    pub(crate) async fn counted_batch(&mut self, id: BatchId) -> Result<CountedBatch> {
        if !self.is_postgres() {
            let counted = fetch!(
                fetch_optional,
                self,
                CountedBatch,
                concat!(
                    select_batches!(", counted.* ", ", ("),
                    count_responses!(),
                    ") AS counted WHERE b.id = $1"
                ),
                id.uuid()
            )?;
            return counted.ok_or(StoreError::NotFound("batch"));
        }
        let locked = fetch!(
            fetch_optional,
            self,
            BatchRow,
            select_batches!("WHERE b.id = $1 FOR UPDATE"),
            id.uuid()
        )?;
        Ok(CountedBatch {
            batch: locked.ok_or(StoreError::NotFound("batch"))?,
            counts: fetch!(fetch_one, self, Counts, count_responses!(), id.uuid())?,
        })
    }

    /// Stores the event that a batch moved, and the one that it is done.
    pub(crate) async fn tell_batch(&mut self, id: BatchId, conversation: ConversationId) -> Result<BatchState> {
        let (batch, ..) = self.batch_at_work(id).await?;
        self.tell_batch_as(batch.clone(), conversation, None).await?;
        Ok(batch)
    }

    /// The same for whoever has the batch, and maybe its asker's webhooks, in hand.
    pub(crate) async fn tell_batch_as(
        &mut self,
        batch: BatchState,
        conversation: ConversationId,
        webhooks: Option<Answer<(Uuid, Uuid, String)>>,
    ) -> Result<()> {
        self.tell_webhooks(&batch, conversation, webhooks).await?;
        let done = batch.status.is_final().then_some(EventBody::BatchComplete {
            batch_id: batch.id,
            completed_count: batch.answered_responses,
            total_count: batch.expected_responses,
        });
        self.append_event(conversation, EventBody::BatchUpdate { batch: Box::new(batch) });
        if let Some(done) = done {
            self.append_event(conversation, done);
        }
        Ok(())
    }
}
