//! Rankings. Judging again makes a new record; the old ones stay.

use quorum_domain::{
    AgreementReason, BatchStatus, ConsensusComparison, Conversation, RankingRemark, Reasoning, Response, Summary,
    SummarySource, Timestamp,
    batch::{Agreement, BatchState, RankingMethod},
    ids::{BallotId, BatchId, ConversationId, RankingId, ResponseId, UserId},
};
use sqlx::types::Json;
use uuid::Uuid;

use crate::{
    NewBallot, Result, Session, StoreError, Tx,
    answer::Answer,
    batches::{BatchRow, returning_batch},
    responses::{ResponseRow, returning_response},
};

/// What ranking a batch begins with.
#[derive(Debug)]
pub struct BatchToRank {
    /// The batch.
    pub batch: BatchState,
    /// Who asked.
    pub user: UserId,
    /// Where.
    pub conversation: Conversation,
    /// The answers, with their texts.
    pub responses: Vec<Response>,
    /// The ranking under way, if one was begun.
    pub open: Option<RankingId>,
}

/// What a ranking says of one response.
#[derive(Debug, Clone)]
pub struct RankedResponse {
    /// The response.
    pub response_id: ResponseId,
    /// 1 is best; none where the answers are not ordered.
    pub rank: Option<i64>,
    /// Score and 80 % interval, where judged.
    pub score: Option<(f64, f64, f64)>,
    /// Too close to call against a neighbour.
    pub tied: bool,
    /// A judge's summary; `None` keeps the extractive one.
    pub summary: Option<Summary>,
    /// Why it stands there.
    pub reasoning: Option<Reasoning>,
    /// The same as a code, where no judge said it.
    pub agreement_reason: Option<AgreementReason>,
}

/// The result of a ranking.
#[derive(Debug, Clone)]
pub struct RankingResult {
    /// How the order came about.
    pub method: RankingMethod,
    /// What the reader should know.
    pub remarks: Vec<RankingRemark>,
    /// Where the answers agree and differ.
    pub agreement: Option<Agreement>,
    /// Judges asked.
    pub judges_wanted: i64,
    /// Judges whose ballot counted.
    pub judges_voted: i64,
    /// The responses.
    pub entries: Vec<RankedResponse>,
    /// The whole outcome, for the record.
    pub record: serde_json::Value,
}

/// A ranking as stored.
#[derive(Debug, Clone)]
pub struct RankingRow {
    /// Its id.
    pub id: RankingId,
    /// How the order came about; none while ballots are out, or where it was given up.
    pub method: Option<RankingMethod>,
    /// The consensus that it compares with the best single answer; none where it ranks the batch.
    pub consensus_id: Option<ResponseId>,
    /// The whole outcome, as the rank crate made it.
    pub record: Option<serde_json::Value>,
    /// When it was begun.
    pub created_at: Timestamp,
    /// When it was completed.
    pub completed_at: Option<Timestamp>,
}

#[derive(sqlx::FromRow)]
struct RankingRecord {
    id: Uuid,
    method: Option<String>,
    consensus_id: Option<Uuid>,
    outcome: Option<Json<serde_json::Value>>,
    created_at: Timestamp,
    completed_at: Option<Timestamp>,
}

impl Session {
    /// All rankings of a batch, newest first: judging again makes a new one. Those that compare a
    /// consensus with the best answer are among them.
    pub async fn rankings_of_batch(&mut self, batch: BatchId) -> Result<Vec<RankingRow>> {
        let rows = fetch!(
            fetch_all,
            self,
            RankingRecord,
            "SELECT id, method, consensus_id, outcome, created_at, completed_at FROM rankings WHERE batch_id = $1
             ORDER BY created_at DESC, id DESC",
            batch.uuid()
        )?;
        rows.into_iter()
            .map(|row| {
                Ok(RankingRow {
                    id: row.id.into(),
                    method: crate::rows::parsed_option(row.method.as_deref(), "rankings", "method")?,
                    consensus_id: row.consensus_id.map(ResponseId),
                    record: row.outcome.map(|outcome| outcome.0),
                    created_at: row.created_at,
                    completed_at: row.completed_at,
                })
            })
            .collect()
    }

    /// The ranking of a batch that is not completed yet, if one was begun.
    pub async fn open_ranking(&mut self, batch: BatchId) -> Result<Option<RankingId>> {
        let row = self.ask_for_open_ranking(batch).await?.optional(self).await?;
        Ok(row.map(|(id,)| id.into()))
    }

    async fn ask_for_open_ranking(&mut self, batch: BatchId) -> Result<Answer<(Uuid,)>> {
        ask!(
            self,
            (Uuid,),
            "SELECT id FROM rankings WHERE batch_id = $1 AND consensus_id IS NULL AND completed_at IS NULL
             ORDER BY created_at DESC LIMIT 1",
            batch.uuid()
        )
    }

    /// What ranking a batch begins with, on an embedded database in one message.
    pub async fn batch_to_rank(&mut self, id: BatchId) -> Result<BatchToRank> {
        let open = self.ask_for_open_ranking(id).await?;
        let conversation = self.ask_for_conversation_of(id).await?;
        let responses = self.ask_for_answers(id).await?;
        let (batch, user, _) = self.batch_at_work(id).await?;
        let conversation = conversation.heard()?.pop();
        let responses = responses.heard()?.into_iter().map(Response::try_from);
        Ok(BatchToRank {
            batch,
            user,
            conversation: conversation.ok_or(StoreError::NotFound("conversation"))?.try_into()?,
            responses: responses.collect::<Result<_>>()?,
            open: open.heard()?.first().map(|(id,)| RankingId(*id)),
        })
    }

    /// The comparison of a consensus with the best answer that is not completed yet, if one was begun.
    pub async fn open_comparison(&mut self, consensus: ResponseId) -> Result<Option<RankingId>> {
        let row = fetch!(
            fetch_optional,
            self,
            (Uuid,),
            "SELECT id FROM rankings WHERE consensus_id = $1 AND completed_at IS NULL ORDER BY created_at DESC LIMIT 1",
            consensus.uuid()
        )?;
        Ok(row.map(|(id,)| id.into()))
    }
}

impl Tx {
    /// Begins a ranking with these ballots (none: a ranking without judges). An older ranking
    /// of the batch that never completed is closed without a result.
    pub async fn begin_ranking(&mut self, batch: BatchId, ballots: &[NewBallot]) -> Result<(RankingId, Vec<BallotId>)> {
        self.drop_open_ranking(batch).await?;
        self.insert_ranking(batch, None, ballots).await
    }

    /// Begins to compare a consensus with the best answer; an older comparison of it that never
    /// completed is closed without a result.
    pub async fn begin_comparison(
        &mut self,
        batch: BatchId,
        consensus: ResponseId,
        ballots: &[NewBallot],
    ) -> Result<(RankingId, Vec<BallotId>)> {
        let now = self.now();
        execute!(
            self,
            "UPDATE rankings SET completed_at = $2 WHERE consensus_id = $1 AND completed_at IS NULL",
            consensus.uuid(),
            now
        )?;
        self.insert_ranking(batch, Some(consensus), ballots).await
    }

    async fn insert_ranking(
        &mut self,
        batch: BatchId,
        consensus: Option<ResponseId>,
        ballots: &[NewBallot],
    ) -> Result<(RankingId, Vec<BallotId>)> {
        let now = self.now();
        let ranking = RankingId::new();
        execute!(
            self,
            "INSERT INTO rankings (id, batch_id, consensus_id, created_at) VALUES ($1, $2, $3, $4)",
            ranking.uuid(),
            batch.uuid(),
            consensus.map(ResponseId::uuid),
            now
        )?;
        let ids = self.add_ballots(batch, ranking, ballots).await?;
        Ok((ranking, ids))
    }

    /// Stores the result of a comparison and tells the consensus's pages.
    pub async fn save_comparison(
        &mut self,
        consensus: ResponseId,
        ranking: RankingId,
        (method, record): (RankingMethod, &serde_json::Value),
        comparison: &ConsensusComparison,
    ) -> Result<()> {
        let now = self.now();
        execute_later!(
            self,
            "UPDATE rankings SET method = $2, outcome = $3, completed_at = $4 WHERE id = $1",
            ranking.uuid(),
            method.as_str(),
            Json(record),
            now
        )?;
        self.note_comparison(consensus, Some(comparison)).await
    }

    /// What is known of a consensus beside the best answer, and tells its pages.
    pub async fn note_comparison(
        &mut self,
        consensus: ResponseId,
        comparison: Option<&ConsensusComparison>,
    ) -> Result<()> {
        execute!(
            self,
            "UPDATE consensuses SET comparison = $2 WHERE response_id = $1",
            consensus.uuid(),
            comparison.map(Json)
        )?;
        self.tell_response(consensus).await?;
        Ok(())
    }

    /// Closes an open ranking without a result, so that the next one begins anew.
    pub async fn drop_open_ranking(&mut self, batch: BatchId) -> Result<()> {
        let now = self.now();
        execute!(
            self,
            "UPDATE rankings SET completed_at = $2
             WHERE batch_id = $1 AND consensus_id IS NULL AND completed_at IS NULL",
            batch.uuid(),
            now
        )?;
        Ok(())
    }

    /// Stores the result of a ranking and completes the batch; what a run waits for then is begun.
    pub async fn save_ranking(
        &mut self,
        batch: BatchId,
        conversation: ConversationId,
        ranking: RankingId,
        result: &RankingResult,
    ) -> Result<()> {
        let wanted = self.ask_for_wanted_consensus(batch).await?;
        self.close_ranking(batch, conversation, ranking, result).await?;
        self.begin_wanted_consensus(batch, wanted).await
    }

    /// Stores the result of a ranking and completes the batch; nothing follows. A ranking that asked
    /// nobody need not have been begun.
    pub(crate) async fn close_ranking(
        &mut self,
        batch: BatchId,
        conversation: ConversationId,
        ranking: RankingId,
        result: &RankingResult,
    ) -> Result<()> {
        let now = self.now();
        let ranked: Vec<ResponseId> = result.entries.iter().map(|entry| entry.response_id).collect();
        execute_later!(
            self,
            "INSERT INTO rankings (id, batch_id, created_at, method, outcome, completed_at) VALUES ($1, $2, $5, $3, $4, $5)
             ON CONFLICT (id) DO UPDATE SET method = excluded.method, outcome = excluded.outcome,
                 completed_at = excluded.completed_at",
            ranking.uuid(),
            batch.uuid(),
            result.method.as_str(),
            Json(&result.record),
            now
        )?;
        let row = ask!(
            self,
            BatchRow,
            returning_batch!(
                "UPDATE batches SET status = $2, ranking_method = $3, ranking_note = $4, agreement = $5,
                     judges_wanted = $6, judges_voted = $7, completed_at = $8, ranked_ids = $9, ranking_remarks = $10
                 WHERE id = $1"
            ),
            batch.uuid(),
            BatchStatus::Completed.as_str(),
            result.method.as_str(),
            RankingRemark::note(&result.remarks),
            result.agreement.as_ref().map(Json),
            result.judges_wanted,
            result.judges_voted,
            now,
            Json(&ranked),
            Json(&result.remarks)
        )?;
        let mut ranked = Vec::with_capacity(result.entries.len());
        for entry in &result.entries {
            ranked.push(self.save_ranked_response(entry).await?);
        }
        let webhooks = self.ask_for_webhooks_of(batch).await?;
        for response in ranked {
            let response = response.optional(self).await?;
            let response = response.ok_or(StoreError::NotFound("response"))?;
            self.tell_response_as(response.try_into()?).await?;
        }
        let row = row.optional(self).await?.ok_or(StoreError::NotFound("batch"))?;
        self.tell_batch_as(row.try_into()?, conversation, Some(webhooks)).await
    }

    async fn save_ranked_response(&mut self, entry: &RankedResponse) -> Result<Answer<ResponseRow>> {
        let (score, low, high) = entry.score.map_or((None, None, None), |(score, low, high)| {
            (Some(score), Some(low), Some(high))
        });
        ask!(
            self,
            ResponseRow,
            returning_response!(
                "UPDATE responses SET rank = $2, score = $3, score_low = $4, score_high = $5, tied = $6,
                     summary = COALESCE($7, summary), summary_source = COALESCE($8, summary_source), reasoning = $9,
                     agreement_reason = $10
                 WHERE id = $1"
            ),
            entry.response_id.uuid(),
            entry.rank,
            score,
            low,
            high,
            entry.tied,
            entry.summary.as_ref().map(Summary::as_str),
            entry.summary.as_ref().map(|_| SummarySource::Judge.as_str()),
            entry.reasoning.as_ref().map(Reasoning::as_str),
            entry.agreement_reason.as_ref().map(Json)
        )
    }

    /// Opens a completed batch for judging again.
    pub async fn reopen_for_ranking(&mut self, batch: BatchId, conversation: ConversationId) -> Result<()> {
        let opened = execute!(
            self,
            "UPDATE batches SET status = 'RANKING', completed_at = NULL WHERE id = $1 AND status IN ('COMPLETED', 'RANKING')",
            batch.uuid()
        )?;
        if opened == 0 {
            return Err(StoreError::Conflict("only a batch with answers can be ranked"));
        }
        self.drop_open_ranking(batch).await?;
        self.enqueue(quorum_domain::Job::RankBatch(batch)).await?;
        self.tell_batch(batch, conversation).await?;
        Ok(())
    }
}
