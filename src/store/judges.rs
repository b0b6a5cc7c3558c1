//! What is known of services as judges: their exams, and how far users' choices bore them out.

use std::collections::HashMap;

use quorum_domain::{
    Job, Timestamp,
    exam::ExamStatus,
    ids::{BallotId, ExamId, ServiceId, UserId},
    usage::MicroUsd,
};
use sqlx::types::Json;
use uuid::Uuid;

use crate::{Result, Session, StoreError, Tx, rows::parsed};

/// Pairs that a judge was tried on, and how many it got right; halves count.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct JudgeRecord {
    /// Pairs it got right in its last finished exam.
    pub exam_right: f64,
    /// Pairs of that exam.
    pub exam_pairs: f64,
    /// Pairs it got right by what users kept.
    pub choice_right: f64,
    /// Pairs that users' choices decided.
    pub choice_pairs: f64,
}

impl JudgeRecord {
    /// Pairs it got right, in the exam and by what users kept.
    pub fn right(&self) -> f64 {
        self.exam_right + self.choice_right
    }

    /// Pairs it was tried on.
    pub fn pairs(&self) -> f64 {
        self.exam_pairs + self.choice_pairs
    }

    /// The share it gets right, taken for 13 of 20 while it was not tried: for putting services in
    /// an order, where the few pairs of one must not count more than the many of another.
    pub fn share_right(&self) -> f64 {
        (self.right() + 13.0) / (self.pairs() + 20.0)
    }
}

/// An exam as stored.
#[derive(Debug, Clone)]
pub struct ExamRow {
    /// Its id.
    pub id: ExamId,
    /// Who takes it.
    pub service_id: ServiceId,
    /// Who had it taken, and pays.
    pub user_id: UserId,
    /// Where it stands.
    pub status: ExamStatus,
    /// Seed of its sheets.
    pub seed: u64,
    /// Sheets in all.
    pub sheets: i64,
    /// Sheets marked so far.
    pub marked: i64,
    /// The marks, by number of the sheet.
    pub verdicts: serde_json::Value,
    /// The result, as the rank crate made it.
    pub result: Option<serde_json::Value>,
    /// Why it was given up.
    pub failure: Option<String>,
    /// What it has cost so far.
    pub cost: MicroUsd,
    /// When it was begun.
    pub created_at: Timestamp,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    service_id: Uuid,
    user_id: Uuid,
    status: String,
    seed: i64,
    sheets: i64,
    marked: i64,
    verdicts: Json<serde_json::Value>,
    result: Option<Json<serde_json::Value>>,
    failure: Option<String>,
    cost_micro_usd: i64,
    created_at: Timestamp,
    finished_at: Option<Timestamp>,
}

impl TryFrom<Row> for ExamRow {
    type Error = StoreError;
    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            id: row.id.into(),
            service_id: ServiceId(row.service_id),
            user_id: UserId(row.user_id),
            status: parsed(&row.status, "exams", "status")?,
            seed: row.seed.cast_unsigned(),
            sheets: row.sheets,
            marked: row.marked,
            verdicts: row.verdicts.0,
            result: row.result.map(|result| result.0),
            failure: row.failure,
            cost: MicroUsd(row.cost_micro_usd),
            created_at: row.created_at,
            finished_at: row.finished_at,
        })
    }
}

macro_rules! select_exams {
    ($rest:literal) => {
        concat!(
            "SELECT id, service_id, user_id, status, seed, sheets, marked, verdicts, result, failure, cost_micro_usd,
                    created_at, finished_at
             FROM exams ",
            $rest
        )
    };
}

impl Session {
    /// The records of all services that were ever tried as judges.
    pub async fn judge_records(&mut self) -> Result<HashMap<ServiceId, JudgeRecord>> {
        let mut records: HashMap<ServiceId, JudgeRecord> = HashMap::new();
        let exams = fetch!(
            fetch_all,
            self,
            (Uuid, f64, f64),
            "SELECT service_id, exam_right, exam_pairs FROM exams e WHERE status = 'finished'
               AND created_at = (SELECT MAX(created_at) FROM exams WHERE service_id = e.service_id AND status = 'finished')"
        )?;
        for (service, right, pairs) in exams {
            let record = records.entry(ServiceId(service)).or_default();
            (record.exam_right, record.exam_pairs) = (right, pairs);
        }
        let choices = fetch!(
            fetch_all,
            self,
            (Uuid, f64, f64),
            "SELECT judge_service_id, SUM(choice_right), SUM(choice_pairs) FROM ballots WHERE choice_pairs > 0
             GROUP BY judge_service_id"
        )?;
        for (service, right, pairs) in choices {
            let record = records.entry(ServiceId(service)).or_default();
            (record.choice_right, record.choice_pairs) = (right, pairs);
        }
        Ok(records)
    }

    /// The newest exam of each service.
    pub async fn latest_exams(&mut self) -> Result<Vec<ExamRow>> {
        let rows = fetch!(
            fetch_all,
            self,
            Row,
            select_exams!("e WHERE created_at = (SELECT MAX(created_at) FROM exams WHERE service_id = e.service_id)")
        )?;
        rows.into_iter().map(TryInto::try_into).collect()
    }

    /// An exam.
    pub async fn exam(&mut self, id: ExamId) -> Result<ExamRow> {
        let row = fetch!(fetch_optional, self, Row, select_exams!("WHERE id = $1"), id.uuid())?;
        row.ok_or(StoreError::NotFound("exam"))?.try_into()
    }
}

impl Tx {
    /// Begins an exam; one of the same service that still runs is the one that counts.
    pub async fn begin_exam(&mut self, service: ServiceId, user: UserId, seed: u64, sheets: i64) -> Result<ExamId> {
        let running = fetch!(
            fetch_optional,
            self,
            (Uuid,),
            "SELECT id FROM exams WHERE service_id = $1 AND status = 'running'",
            service.uuid()
        )?;
        if let Some((id,)) = running {
            return Ok(ExamId(id));
        }
        let (id, now) = (ExamId::new(), self.now());
        execute!(
            self,
            "INSERT INTO exams (id, service_id, user_id, status, seed, sheets, verdicts, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            id.uuid(),
            service.uuid(),
            user.uuid(),
            ExamStatus::Running.as_str(),
            seed.cast_signed(),
            sheets,
            Json(serde_json::json!({})),
            now
        )?;
        self.enqueue_call(Job::TakeExam(id), user, service).await?;
        Ok(id)
    }

    /// Keeps the marks so far, so that a worker that dies costs only what it had in hand.
    pub async fn save_exam_marks(
        &mut self,
        id: ExamId,
        verdicts: &serde_json::Value,
        marked: i64,
        cost: MicroUsd,
    ) -> Result<()> {
        execute!(
            self,
            "UPDATE exams SET verdicts = $2, marked = $3, cost_micro_usd = $4 WHERE id = $1",
            id.uuid(),
            Json(verdicts),
            marked,
            cost.0
        )
        .map(drop)
    }

    /// Ends an exam with its result: the pairs right and the pairs asked.
    pub async fn finish_exam(&mut self, id: ExamId, result: &serde_json::Value, right: f64, pairs: f64) -> Result<()> {
        let now = self.now();
        execute!(
            self,
            "UPDATE exams SET status = $2, result = $3, exam_right = $4, exam_pairs = $5, finished_at = $6 WHERE id = $1",
            id.uuid(),
            ExamStatus::Finished.as_str(),
            Json(result),
            right,
            pairs,
            now
        )
        .map(drop)
    }

    /// Gives an exam up.
    pub async fn fail_exam(&mut self, id: ExamId, reason: &str) -> Result<()> {
        let now = self.now();
        execute!(
            self,
            "UPDATE exams SET status = $2, failure = $3, finished_at = $4 WHERE id = $1 AND status = 'running'",
            id.uuid(),
            ExamStatus::Failed.as_str(),
            reason,
            now
        )
        .map(drop)
    }

    /// Notes what a choice says of a ballot; a later choice takes the place of an earlier one.
    pub async fn note_choice(&mut self, ballot: BallotId, right: f64, pairs: f64) -> Result<()> {
        execute!(
            self,
            "UPDATE ballots SET choice_right = $2, choice_pairs = $3 WHERE id = $1",
            ballot.uuid(),
            right,
            pairs
        )
        .map(drop)
    }
}
