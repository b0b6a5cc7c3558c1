//! Judges: what is known of them, and examining one.

use std::collections::HashMap;

use axum::{Json, extract::State, http::StatusCode};
use chrono::{DateTime, Utc};
use quorum_domain::{
    audit::AuditAction,
    exam::ExamStatus,
    ids::{ExamId, ServiceId},
};
use quorum_rank::{ExamResult, LEAST_ACCURACY, TrackRecord, exam_sheets, family_of};
use quorum_store::{ExamRow, JudgeRecord};
use serde::Serialize;

use super::Items;
use crate::{ApiError, AppState, Problem, access::Admin, extract::PathId};

/// How a judge did on one kind of pair.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ExamKindResult {
    /// The kind: `natural`, or what misleads in it.
    kind: String,
    /// Pairs right; halves count.
    right: f64,
    /// Pairs of this kind.
    pairs: i64,
}

/// An exam of a service as a judge.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Exam {
    /// Its id.
    id: ExamId,
    /// Where it stands.
    status: ExamStatus,
    /// Sheets in all: every pair in both orders.
    sheets: i64,
    /// Sheets marked so far.
    marked: i64,
    /// The share of pairs it got right.
    accuracy: Option<f64>,
    /// The share of pairs on which it kept its mind when they were turned.
    order_consistency: Option<f64>,
    /// Sheets on which it gave no valid ballot.
    void: Option<i64>,
    /// Whether it is good enough to count.
    passes: Option<bool>,
    /// By kind of pair.
    by_kind: Vec<ExamKindResult>,
    /// Why it was given up.
    failure: Option<String>,
    /// What it has cost so far.
    cost_micro_usd: i64,
    /// When it was begun.
    created_at: DateTime<Utc>,
    /// When it ended.
    finished_at: Option<DateTime<Utc>>,
}

impl From<ExamRow> for Exam {
    fn from(row: ExamRow) -> Self {
        let result: Option<ExamResult> = row.result.and_then(|result| serde_json::from_value(result).ok());
        let count = |many: usize| i64::try_from(many).unwrap_or(i64::MAX);
        Self {
            id: row.id,
            status: row.status,
            sheets: row.sheets,
            marked: row.marked,
            accuracy: result.as_ref().and_then(|result| result.accuracy),
            order_consistency: result.as_ref().and_then(|result| result.order_consistency),
            void: result.as_ref().map(|result| count(result.void)),
            passes: result.as_ref().map(|result| result.passes),
            by_kind: result
                .map(|result| result.by_kind)
                .unwrap_or_default()
                .into_iter()
                .map(|kind| ExamKindResult {
                    kind: serde_json::to_value(kind.kind)
                        .ok()
                        .and_then(|kind| kind.as_str().map(str::to_owned))
                        .unwrap_or_default(),
                    right: kind.right,
                    pairs: count(kind.pairs),
                })
                .collect(),
            failure: row.failure,
            cost_micro_usd: row.cost.0,
            created_at: row.created_at,
            finished_at: row.finished_at,
        }
    }
}

/// A service that may judge.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct JudgeReport {
    /// The service.
    service_id: ServiceId,
    /// Its name.
    service_name: String,
    /// Its model.
    model: String,
    /// The family of its model: at most one judge of each is asked at first.
    family: String,
    /// The share of pairs it is expected to get right: exam and choices, drawn to 0.65 while they are few.
    expected_accuracy: f64,
    /// False when it is expected to do hardly better than a coin; then its ballots count nothing.
    counts: bool,
    /// Pairs that users' choices decided.
    choice_pairs: f64,
    /// Of these, what it got right.
    choice_right: f64,
    /// Its newest exam.
    exam: Option<Exam>,
}

/// Every service that may judge, with its record
#[utoipa::path(get, path = "/admin/judges", operation_id = "list_judges", tag = "admin",
    responses((status = 200, body = Items<JudgeReport>), (status = 403, body = Problem)))]
pub async fn list(State(state): State<AppState>, _: Admin) -> Result<Json<Items<JudgeReport>>, ApiError> {
    let mut session = state.store.read().await?;
    let services = session.services().await?;
    let records = session.judge_records().await?;
    let mut exams: HashMap<ServiceId, ExamRow> = session
        .latest_exams()
        .await?
        .into_iter()
        .map(|exam| (exam.service_id, exam))
        .collect();
    let judges = services.into_iter().filter_map(|service| {
        let exam = exams.remove(&service.id);
        (service.judge || exam.is_some()).then_some((service, exam))
    });
    let items = judges
        .map(|(service, exam)| {
            let record: JudgeRecord = records.get(&service.id).copied().unwrap_or_default();
            let expected_accuracy = TrackRecord {
                right: record.right(),
                pairs: record.pairs(),
            }
            .accuracy();
            JudgeReport {
                service_id: service.id,
                family: family_of(&service.model),
                service_name: service.name,
                model: service.model,
                expected_accuracy,
                counts: expected_accuracy >= LEAST_ACCURACY,
                choice_pairs: record.choice_pairs,
                choice_right: record.choice_right,
                exam: exam.map(Exam::from),
            }
        })
        .collect();
    Ok(Json(Items { items }))
}

/// Examine a service as a judge: forty pairs in both orders, eighty short calls
#[utoipa::path(post, path = "/admin/services/{id}/exam", operation_id = "begin_exam", tag = "admin", params(("id" = ServiceId, Path)),
    responses((status = 202, body = Exam), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub async fn examine(
    State(state): State<AppState>,
    admin: Admin,
    PathId(id): PathId<ServiceId>,
) -> Result<(StatusCode, Json<Exam>), ApiError> {
    state.admit_asking(admin.user.id).await?;
    let seed = u64::from_be_bytes(uuid::Uuid::new_v4().into_bytes()[..8].try_into().unwrap_or_default());
    let sheets = i64::try_from(exam_sheets(seed).len()).unwrap_or(i64::MAX);
    let mut tx = state.store.begin().await?;
    let service = tx.service(id).await?;
    let exam = tx.begin_exam(id, admin.user.id, seed, sheets).await?;
    let exam = tx.exam(exam).await?;
    tx.enter(&admin.act(AuditAction::ExamBegun, &service.name)).await?;
    state.commit(tx).await?;
    Ok((StatusCode::ACCEPTED, Json(exam.into())))
}
