//! Stopping what runs: everything of a batch, a conversation or a user.

use quorum_domain::{
    RankingRemark,
    batch::{BatchStatus, RankingMethod},
    ids::{BallotId, BatchId, ConversationId, ResponseId, UserId},
};
use uuid::Uuid;

use crate::{RankingResult, Result, Tx};

/// What was stopped, so that whoever works on it can be told.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stopped {
    /// Responses.
    pub responses: Vec<ResponseId>,
    /// Ballots that judges were asked for.
    pub ballots: Vec<BallotId>,
}

impl Stopped {
    fn add(&mut self, other: Self) {
        self.responses.extend(other.responses);
        self.ballots.extend(other.ballots);
    }
}

impl Tx {
    /// Stops all responses of a batch that still run, and its judging. What was answered stays.
    pub async fn stop_batch(&mut self, batch: BatchId) -> Result<Stopped> {
        let rows = fetch!(
            fetch_all,
            self,
            (Uuid,),
            "SELECT id FROM responses WHERE batch_id = $1 AND state IN ('queued', 'calling', 'streaming', 'retrying')",
            batch.uuid()
        )?;
        let mut stopped = Stopped::default();
        for (id,) in rows {
            let id = ResponseId(id);
            if self.cancel_row(id).await? {
                self.tell_response(id).await?;
                stopped.responses.push(id);
            }
        }
        if !stopped.responses.is_empty() {
            self.settle_batch(batch).await?;
        }
        stopped.ballots = self.stop_judging(batch).await?;
        Ok(stopped)
    }

    /// Ends the judging of a batch, if it is being judged; its answers stay, in no order.
    async fn stop_judging(&mut self, batch: BatchId) -> Result<Vec<BallotId>> {
        let (state, _, conversation) = self.batch_at_work(batch).await?;
        if state.status != BatchStatus::Ranking {
            return Ok(Vec::new());
        }
        let now = self.work_now();
        execute!(
            self,
            "UPDATE background_jobs SET state = 'done', finished_at = $2, fence = fence + 1, lease_owner = NULL, lease_expires_at = NULL
             WHERE state IN ('queued', 'running') AND ((kind = 'rank_batch' AND subject_id = $1) OR (kind = 'cast_ballot'
                 AND subject_id IN (SELECT v.id FROM ballots v JOIN rankings k ON k.id = v.ranking_id
                     WHERE v.batch_id = $1 AND v.status = 'pending' AND k.consensus_id IS NULL)))",
            batch.uuid(), now
        )?;
        let ballots = fetch!(
            fetch_all,
            self,
            (Uuid,),
            "UPDATE ballots SET status = 'failed', void_reason = 'stopped', finished_at = $2
             WHERE batch_id = $1 AND status = 'pending'
               AND ranking_id IN (SELECT id FROM rankings WHERE batch_id = $1 AND consensus_id IS NULL) RETURNING id",
            batch.uuid(),
            now
        )?;
        let ranking = match self.open_ranking(batch).await? {
            Some(ranking) => ranking,
            None => self.begin_ranking(batch, &[]).await?.0,
        };
        let result = RankingResult {
            method: RankingMethod::None,
            remarks: vec![RankingRemark::Stopped],
            agreement: None,
            judges_wanted: i64::try_from(ballots.len()).unwrap_or(0),
            judges_voted: 0,
            entries: Vec::new(),
            record: serde_json::Value::Null,
        };
        self.close_ranking(batch, conversation, ranking, &result).await?;
        Ok(ballots.into_iter().map(|(id,)| BallotId(id)).collect())
    }

    /// Stops everything of a conversation that still runs.
    pub async fn stop_conversation(&mut self, conversation: ConversationId) -> Result<Stopped> {
        let batches = fetch!(
            fetch_all,
            self,
            (Uuid,),
            "SELECT id FROM batches WHERE conversation_id = $1 AND (status IN ('PENDING', 'PROCESSING', 'RANKING')
                 OR id IN (SELECT batch_id FROM responses WHERE conversation_id = $1 AND role = 'consensus'
                           AND state IN ('queued', 'calling', 'streaming', 'retrying')))",
            conversation.uuid()
        )?;
        self.stop_batches(batches).await
    }

    /// Stops everything that a user asked and that still runs.
    pub async fn stop_user(&mut self, user: UserId) -> Result<Stopped> {
        let batches = fetch!(
            fetch_all,
            self,
            (Uuid,),
            "SELECT id FROM batches WHERE user_id = $1 AND (status IN ('PENDING', 'PROCESSING', 'RANKING')
                 OR id IN (SELECT batch_id FROM responses WHERE user_id = $1 AND role = 'consensus'
                           AND state IN ('queued', 'calling', 'streaming', 'retrying'))) ORDER BY id",
            user.uuid()
        )?;
        self.stop_batches(batches).await
    }

    async fn stop_batches(&mut self, batches: Vec<(Uuid,)>) -> Result<Stopped> {
        let mut all = Stopped::default();
        for (batch,) in batches {
            all.add(self.stop_batch(BatchId(batch)).await?);
        }
        Ok(all)
    }
}
