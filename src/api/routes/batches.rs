//! Batches: all answers of a message together.

use axum::{Json, extract::State, http::StatusCode};
use chrono::{DateTime, Utc};
use quorum_domain::{
    Batch, Service,
    batch::{BallotStatus, RankingMethod},
    ids::{BallotId, BatchId, RankingId, ResponseId, ServiceId},
    response::ResponseStatus,
};
use quorum_store::{BallotRow, RankingRow, Session};
use serde::Serialize;

use crate::{ApiError, AppState, Problem, access::SignedIn, extract::PathId};

/// What a judge said of one answer.
#[derive(Debug, Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct BallotItem {
    response_id: ResponseId,
    /// Why it stands where it stands, in at most 20 words.
    reason: String,
    /// Whether it does what was asked.
    meets_request: bool,
    /// What is wrong with it.
    faults: Vec<String>,
    /// Whether it speaks to the judge.
    injection: bool,
}

/// A ballot as shown: who voted what, and why.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Ballot {
    id: BallotId,
    /// Judging again makes a new ranking.
    ranking_id: RankingId,
    /// The consensus that it compares with the best single answer; none where it ranks the answers.
    consensus_id: Option<ResponseId>,
    judge_service_id: ServiceId,
    judge_name: String,
    status: BallotStatus,
    /// The answers in the order shown to the judge.
    order: Vec<ResponseId>,
    /// The judge's order, best first; those in one tier are equal.
    tiers: Vec<Vec<ResponseId>>,
    /// What the judge said of each answer.
    said: Vec<BallotItem>,
    /// The share of pairs that the judge was expected to get right when it was asked.
    expected_accuracy: Option<f64>,
    /// What the ballot counts beside the best judge's, which counts 1.
    weight: f64,
    void_reason: Option<String>,
    /// The judge's reply, whole.
    raw_reply: Option<String>,
    prompt_version: String,
    cost_micro_usd: i64,
    created_at: DateTime<Utc>,
}

/// All ballots of a batch.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Ballots {
    /// The items.
    items: Vec<Ballot>,
    /// The rankings that they counted for, newest first.
    pub rankings: Vec<Ranking>,
}

/// A ranking, with everything that it rests on.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Ranking {
    /// Its id.
    pub id: RankingId,
    /// How the order came about; none while ballots are out.
    pub method: Option<RankingMethod>,
    /// The consensus that it compares with the best single answer; none where it ranks the answers.
    pub consensus_id: Option<ResponseId>,
    /// The judges that the user named for it, by name; empty where nobody was named.
    pub named_judges: Vec<String>,
    /// The whole record: every comparison and its weight, pair probabilities, intervals, flags and figures.
    #[schema(value_type = Option<Object>)]
    pub record: Option<serde_json::Value>,
    /// When it was begun.
    pub created_at: DateTime<Utc>,
    /// When it was completed.
    pub completed_at: Option<DateTime<Utc>>,
}

impl Ranking {
    fn of(row: RankingRow, services: &[Service]) -> Self {
        let named = row.record.as_ref().map(|record| record["named_judges"].clone());
        let ids: Vec<ServiceId> = serde_json::from_value(named.unwrap_or_default()).unwrap_or_default();
        let name = |id: &ServiceId| {
            let service = services.iter().find(|service| service.id == *id);
            service.map(|service| service.name.clone())
        };
        Self {
            id: row.id,
            method: row.method,
            consensus_id: row.consensus_id,
            named_judges: ids.iter().filter_map(name).collect(),
            record: row.record,
            created_at: row.created_at,
            completed_at: row.completed_at,
        }
    }
}

impl From<BallotRow> for Ballot {
    fn from(row: BallotRow) -> Self {
        let shown = row.sheet["shown"].as_array().cloned().unwrap_or_default();
        let of_vote = |part: &str| row.vote.as_ref().map(|vote| vote[part].clone()).unwrap_or_default();
        Self {
            id: row.id,
            ranking_id: row.ranking_id,
            consensus_id: row.consensus_id,
            judge_service_id: row.judge,
            judge_name: row.judge_name,
            status: row.status,
            order: shown
                .into_iter()
                .filter_map(|pair| serde_json::from_value(pair[1].clone()).ok())
                .collect(),
            tiers: serde_json::from_value(of_vote("tiers")).unwrap_or_default(),
            said: serde_json::from_value(of_vote("items")).unwrap_or_default(),
            expected_accuracy: row.sheet["accuracy"].as_f64(),
            weight: row.weight,
            void_reason: row.void_reason,
            raw_reply: row.raw_reply,
            prompt_version: row.prompt_version,
            cost_micro_usd: row.cost.0,
            created_at: row.created_at,
        }
    }
}

async fn whole(session: &mut Session, signed_in: &SignedIn, id: BatchId) -> Result<Batch, ApiError> {
    let (state, _) = session.batch_state(signed_in.user.id, id).await?;
    Ok(Batch {
        state,
        responses: session.responses_of_batch(id, false).await?,
        consensuses: session.consensuses_of_batch(id).await?,
    })
}

/// One batch with its answers' summaries
#[utoipa::path(get, path = "/batches/{id}", operation_id = "get_batch", tag = "batches", params(("id" = BatchId, Path)),
    responses((status = 200, body = Batch), (status = 404, body = Problem)))]
pub async fn get(
    State(state): State<AppState>,
    signed_in: SignedIn,
    PathId(id): PathId<BatchId>,
) -> Result<Json<Batch>, ApiError> {
    Ok(Json(whole(&mut state.store.read().await?, &signed_in, id).await?))
}

/// Stop everything of a batch that still runs
#[utoipa::path(post, path = "/batches/{id}/cancel", operation_id = "cancel_batch", tag = "batches", params(("id" = BatchId, Path)),
    responses((status = 200, body = Batch), (status = 404, body = Problem)))]
pub async fn cancel(
    State(state): State<AppState>,
    signed_in: SignedIn,
    PathId(id): PathId<BatchId>,
) -> Result<Json<Batch>, ApiError> {
    let mut tx = state.store.begin().await?;
    tx.batch_state(signed_in.user.id, id).await?;
    let stopped = tx.stop_batch(id).await?;
    let batch = whole(&mut tx, &signed_in, id).await?;
    state.commit(tx).await?;
    state.tell_stopped(stopped);
    Ok(Json(batch))
}

/// Ask those services again that failed or were stopped
#[utoipa::path(post, path = "/batches/{id}/retry-failed", operation_id = "retry_failed", tag = "batches", params(("id" = BatchId, Path)),
    responses((status = 200, body = Batch), (status = 404, body = Problem)))]
pub async fn retry_failed(
    State(state): State<AppState>,
    signed_in: SignedIn,
    PathId(id): PathId<BatchId>,
) -> Result<Json<Batch>, ApiError> {
    state.admit_asking(signed_in.user.id).await?;
    let mut tx = state.store.begin().await?;
    let batch = whole(&mut tx, &signed_in, id).await?;
    for response in &batch.responses {
        if matches!(response.status, ResponseStatus::Failed | ResponseStatus::Cancelled) && !response.deleted {
            let at = tx.response_context(signed_in.user.id, response.id).await?;
            tx.retry_response(&at).await?;
        }
    }
    let batch = whole(&mut tx, &signed_in, id).await?;
    state.commit(tx).await?;
    Ok(Json(batch))
}

/// Judge again; the old ranking stays on record
#[utoipa::path(post, path = "/batches/{id}/rank", operation_id = "rank_batch", tag = "batches", params(("id" = BatchId, Path)),
    responses((status = 202, body = Batch), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn rank(
    State(state): State<AppState>,
    signed_in: SignedIn,
    PathId(id): PathId<BatchId>,
) -> Result<(StatusCode, Json<Batch>), ApiError> {
    state.admit_asking(signed_in.user.id).await?;
    let mut tx = state.store.begin().await?;
    let (_, conversation) = tx.batch_state(signed_in.user.id, id).await?;
    tx.reopen_for_ranking(id, conversation).await?;
    let batch = whole(&mut tx, &signed_in, id).await?;
    state.commit(tx).await?;
    Ok((StatusCode::ACCEPTED, Json(batch)))
}

/// Who voted what, newest ranking first
#[utoipa::path(get, path = "/batches/{id}/ballots", operation_id = "list_ballots", tag = "batches", params(("id" = BatchId, Path)),
    responses((status = 200, body = Ballots), (status = 404, body = Problem)))]
pub async fn ballots(
    State(state): State<AppState>,
    signed_in: SignedIn,
    PathId(id): PathId<BatchId>,
) -> Result<Json<Ballots>, ApiError> {
    let mut session = state.store.read().await?;
    session.batch_state(signed_in.user.id, id).await?;
    let items = session
        .ballots_of_batch(id)
        .await?
        .into_iter()
        .map(Ballot::from)
        .collect();
    let services = session.services().await?;
    let rankings = session.rankings_of_batch(id).await?;
    let rankings = rankings.into_iter().map(|row| Ranking::of(row, &services)).collect();
    Ok(Json(Ballots { items, rankings }))
}
