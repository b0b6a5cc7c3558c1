//! Ballots: what judges were asked for a ranking, and what they replied.

use quorum_domain::{
    Timestamp,
    batch::BallotStatus,
    ids::{BallotId, BatchId, RankingId, ResponseId, ServiceId},
    usage::MicroUsd,
};
use sqlx::types::Json;
use uuid::Uuid;

use crate::{Result, Session, StoreError, Tx, rows::parsed};

/// A ballot to hand to a judge.
#[derive(Debug, Clone)]
pub struct NewBallot {
    /// The judge.
    pub judge: ServiceId,
    /// The judge's name.
    pub judge_name: String,
    /// Labels and order, as the rank crate made them.
    pub sheet: serde_json::Value,
    /// Version of the prompt.
    pub prompt_version: String,
    /// What its comparisons count.
    pub weight: f64,
}

/// A ballot as stored.
#[derive(Debug, Clone)]
pub struct BallotRow {
    /// Its id.
    pub id: BallotId,
    /// The ranking it counts for.
    pub ranking_id: RankingId,
    /// The batch it judges.
    pub batch_id: BatchId,
    /// The consensus that it compares with the best single answer; none where it ranks the batch.
    pub consensus_id: Option<ResponseId>,
    /// The judge.
    pub judge: ServiceId,
    /// The judge's name.
    pub judge_name: String,
    /// Where it stands.
    pub status: BallotStatus,
    /// Labels and order.
    pub sheet: serde_json::Value,
    /// Version of the prompt.
    pub prompt_version: String,
    /// The judge's reply, whole.
    pub raw_reply: Option<String>,
    /// The reply in parsed form.
    pub vote: Option<serde_json::Value>,
    /// What its comparisons count.
    pub weight: f64,
    /// Why it does not count.
    pub void_reason: Option<String>,
    /// What it cost.
    pub cost: MicroUsd,
    /// When it was made.
    pub created_at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    ranking_id: Uuid,
    batch_id: Uuid,
    consensus_id: Option<Uuid>,
    judge_service_id: Uuid,
    judge_name: String,
    status: String,
    sheet: Json<serde_json::Value>,
    prompt_version: String,
    raw_reply: Option<String>,
    vote: Option<Json<serde_json::Value>>,
    weight: f64,
    void_reason: Option<String>,
    cost_micro_usd: i64,
    created_at: Timestamp,
}

impl TryFrom<Row> for BallotRow {
    type Error = StoreError;
    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            id: row.id.into(),
            ranking_id: row.ranking_id.into(),
            batch_id: row.batch_id.into(),
            consensus_id: row.consensus_id.map(ResponseId),
            judge: ServiceId(row.judge_service_id),
            judge_name: row.judge_name,
            status: parsed(&row.status, "ballots", "status")?,
            sheet: row.sheet.0,
            prompt_version: row.prompt_version,
            raw_reply: row.raw_reply,
            vote: row.vote.map(|vote| vote.0),
            weight: row.weight,
            void_reason: row.void_reason,
            cost: MicroUsd(row.cost_micro_usd),
            created_at: row.created_at,
        })
    }
}

macro_rules! select_ballots {
    ($rest:literal) => {
        concat!(
            "SELECT v.id, v.ranking_id, v.batch_id, k.consensus_id, v.judge_service_id, v.judge_name, v.status, v.sheet,
                    v.prompt_version, v.raw_reply, v.vote, v.weight, v.void_reason, v.cost_micro_usd, v.created_at
             FROM ballots v JOIN rankings k ON k.id = v.ranking_id ",
            $rest
        )
    };
}

impl Session {
    /// The ballots of a ranking.
    pub async fn ballots_of_ranking(&mut self, ranking: RankingId) -> Result<Vec<BallotRow>> {
        let rows = fetch!(
            fetch_all,
            self,
            Row,
            select_ballots!("WHERE v.ranking_id = $1 ORDER BY v.created_at, v.id"),
            ranking.uuid()
        )?;
        rows.into_iter().map(BallotRow::try_from).collect()
    }

    /// All ballots of a batch, newest ranking first, those on a consensus included.
    pub async fn ballots_of_batch(&mut self, batch: BatchId) -> Result<Vec<BallotRow>> {
        let rows = fetch!(
            fetch_all,
            self,
            Row,
            select_ballots!("WHERE v.batch_id = $1 ORDER BY v.created_at DESC, v.id DESC"),
            batch.uuid()
        )?;
        rows.into_iter().map(BallotRow::try_from).collect()
    }

    /// One ballot.
    pub async fn ballot(&mut self, id: BallotId) -> Result<BallotRow> {
        let row = fetch!(fetch_optional, self, Row, select_ballots!("WHERE v.id = $1"), id.uuid())?;
        row.ok_or(StoreError::NotFound("ballot"))?.try_into()
    }
}

impl Tx {
    /// Adds ballots to an open ranking and asks their judges.
    pub async fn add_ballots(
        &mut self,
        batch: BatchId,
        ranking: RankingId,
        ballots: &[NewBallot],
    ) -> Result<Vec<BallotId>> {
        if ballots.is_empty() {
            return Ok(Vec::new());
        }
        let now = self.now();
        let (_, user, _) = self.batch_at_work(batch).await?;
        let mut ids = Vec::with_capacity(ballots.len());
        for ballot in ballots {
            let id = BallotId::new();
            execute_later!(
                self,
                "INSERT INTO ballots (id, ranking_id, batch_id, judge_service_id, judge_name, status, sheet, prompt_version, weight, created_at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
                id.uuid(), ranking.uuid(), batch.uuid(), ballot.judge.uuid(), &ballot.judge_name,
                BallotStatus::Pending.as_str(), Json(&ballot.sheet), &ballot.prompt_version, ballot.weight, now
            )?;
            self.enqueue_call(quorum_domain::Job::CastBallot(id), user, ballot.judge)
                .await?;
            ids.push(id);
        }
        Ok(ids)
    }

    /// Stores what a judge replied.
    pub async fn save_ballot(
        &mut self,
        id: BallotId,
        status: BallotStatus,
        raw_reply: Option<&str>,
        vote: Option<&serde_json::Value>,
        void_reason: Option<&str>,
        cost: MicroUsd,
    ) -> Result<()> {
        let now = self.now();
        let raw_reply = raw_reply.map(|raw| raw.replace('\0', "\u{FFFD}"));
        execute_later!(
            self,
            "UPDATE ballots SET status = $2, raw_reply = $3, vote = $4, void_reason = $5, cost_micro_usd = $6, finished_at = $7
             WHERE id = $1",
            id.uuid(), status.as_str(), raw_reply, vote.map(Json), void_reason, cost.0, now
        )?;
        Ok(())
    }
}
