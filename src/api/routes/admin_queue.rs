//! The queue, for admins: how much waits and for how long, what was given up, and starting it
//! again. What questions and answers say is not shown.

use axum::{Json, extract::State, http::StatusCode};
use chrono::{DateTime, Utc};
use quorum_domain::{
    FailureKind,
    audit::{Act, AuditAction},
    ids::{JobId, ResponseId, ServiceId},
};
use quorum_push::Signal;
use quorum_store::{Standing, WorkId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    Page,
    conversations::{decode, encode},
};
use crate::{
    ApiError, AppState, Problem,
    access::Admin,
    extract::{PathId, QueryString, check_page_size},
};

/// How much work of one kind stands in one state.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct WorkCount {
    /// `answer`, or the kind of background job.
    kind: String,
    /// Its state; `dead` was set aside.
    state: String,
    /// How much.
    count: i64,
}

/// A service that is left alone for a while.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct PausedWork {
    /// The service.
    service_id: ServiceId,
    /// Until when.
    until: DateTime<Utc>,
    /// Why.
    reason: FailureKind,
}

/// The queue at a glance.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct QueueFigures {
    /// Work that is not done, by kind and state.
    counts: Vec<WorkCount>,
    /// How long the oldest work that may begin has waited, in seconds.
    oldest_due_seconds: f64,
    /// How long ago the lease that ran out first did so, in seconds: a worker died, and nobody took over.
    oldest_expired_lease_seconds: f64,
    /// Services that are left alone.
    paused: Vec<PausedWork>,
}

/// How much waits, runs and was set aside
#[utoipa::path(get, path = "/admin/queue", operation_id = "queue_figures", tag = "admin",
    responses((status = 200, body = QueueFigures), (status = 403, body = Problem)))]
pub async fn figures(State(state): State<AppState>, _: Admin) -> Result<Json<QueueFigures>, ApiError> {
    let figures = state.store.figures().await?;
    let answers = figures.responses.into_iter().map(|(state, count)| WorkCount {
        kind: "answer".into(),
        state,
        count,
    });
    let jobs = figures
        .jobs
        .into_iter()
        .map(|(kind, state, count)| WorkCount { kind, state, count });
    let paused = state.store.read().await?.paused_services().await?;
    Ok(Json(QueueFigures {
        counts: answers.chain(jobs).collect(),
        oldest_due_seconds: figures.oldest_due_seconds,
        oldest_expired_lease_seconds: figures.oldest_expired_lease_seconds,
        paused: paused
            .into_iter()
            .map(|pause| PausedWork {
                service_id: pause.service_id,
                until: pause.until,
                reason: pause.reason,
            })
            .collect(),
    }))
}

/// Which part of the queue.
#[derive(Debug, Clone, Copy, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WorkStanding {
    /// Waits for its turn, or for its next try; the oldest first.
    Waiting,
    /// A worker has it; the oldest first.
    Running,
    /// Failed or set aside; the newest first.
    SetAside,
}

/// Which page of which part.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct WorkQuery {
    /// Which part.
    #[param(inline)]
    standing: WorkStanding,
    /// Items on a page, 1 to 100.
    limit: Option<i64>,
    /// Where the page begins.
    cursor: Option<String>,
}

/// A piece of work, without its content.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct WorkItem {
    /// The response, or the job.
    id: Uuid,
    /// `answer`, or the kind of background job.
    kind: String,
    /// For whom.
    user_name: Option<String>,
    /// Whom it asks.
    service_name: Option<String>,
    /// Its state.
    state: String,
    /// Times that it was begun.
    attempt: i64,
    /// Workers that died with it in hand.
    crash_count: i64,
    /// Why it failed or waits.
    reason: Option<String>,
    /// The worker that has it.
    worker: Option<String>,
    /// When it was made.
    created_at: DateTime<Utc>,
    /// When it may begin; of what was given up, when it ended.
    due_at: DateTime<Utc>,
}

impl From<quorum_store::WorkItem> for WorkItem {
    fn from(item: quorum_store::WorkItem) -> Self {
        let (id, kind) = match item.id {
            WorkId::Response(id) => (id.uuid(), "answer"),
            WorkId::Job(id, kind) => (id.uuid(), kind.as_str()),
        };
        Self {
            id,
            kind: kind.to_owned(),
            user_name: item.user_name,
            service_name: item.service_name,
            state: item.state,
            attempt: item.attempt,
            crash_count: item.crash_count,
            reason: item.reason,
            worker: item.worker,
            created_at: item.created_at,
            due_at: item.due_at,
        }
    }
}

/// The work that waits, runs or was set aside
#[utoipa::path(get, path = "/admin/queue/items", operation_id = "queue_items", tag = "admin", params(WorkQuery),
    responses((status = 200, body = Page<WorkItem>), (status = 403, body = Problem), (status = 422, body = Problem)))]
pub async fn items(
    State(state): State<AppState>,
    _: Admin,
    QueryString(query): QueryString<WorkQuery>,
) -> Result<Json<Page<WorkItem>>, ApiError> {
    let limit = check_page_size(query.limit, 50)?;
    let after = query.cursor.as_deref().map(decode).transpose()?;
    let standing = match query.standing {
        WorkStanding::Waiting => Standing::Waiting,
        WorkStanding::Running => Standing::Running,
        WorkStanding::SetAside => Standing::SetAside,
    };
    let (items, next) = state.store.read().await?.backlog(standing, after, limit).await?;
    Ok(Json(Page {
        items: items.into_iter().map(WorkItem::from).collect(),
        next_cursor: next.map(encode),
    }))
}

fn queue_act(admin: &Admin, id: uuid::Uuid, what: &str) -> Act {
    admin
        .act(AuditAction::QueueChanged, id.to_string())
        .with(serde_json::json!({ "what": what }))
}

/// Start a job again that was set aside
#[utoipa::path(post, path = "/admin/queue/jobs/{id}/retry", operation_id = "retry_job", tag = "admin", params(("id" = JobId, Path)),
    responses((status = 204), (status = 403, body = Problem), (status = 409, body = Problem)))]
pub async fn retry_job(
    State(state): State<AppState>,
    admin: Admin,
    PathId(id): PathId<JobId>,
) -> Result<StatusCode, ApiError> {
    let mut tx = state.store.begin().await?;
    tx.restart_job(id).await?;
    tx.enter(&queue_act(&admin, id.uuid(), "job started again")).await?;
    state.commit(tx).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Let go of a job that was set aside
#[utoipa::path(post, path = "/admin/queue/jobs/{id}/discard", operation_id = "discard_job", tag = "admin", params(("id" = JobId, Path)),
    responses((status = 204), (status = 403, body = Problem), (status = 409, body = Problem)))]
pub async fn discard_job(
    State(state): State<AppState>,
    admin: Admin,
    PathId(id): PathId<JobId>,
) -> Result<StatusCode, ApiError> {
    let mut tx = state.store.begin().await?;
    tx.discard_job(id).await?;
    tx.enter(&queue_act(&admin, id.uuid(), "job discarded")).await?;
    state.commit(tx).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Ask a service again for an answer that failed, on behalf of the user who asked
#[utoipa::path(post, path = "/admin/queue/answers/{id}/retry", operation_id = "retry_answer", tag = "admin", params(("id" = ResponseId, Path)),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn retry_answer(
    State(state): State<AppState>,
    admin: Admin,
    PathId(id): PathId<ResponseId>,
) -> Result<StatusCode, ApiError> {
    let mut tx = state.store.begin().await?;
    let owner = tx.owner_of_response(id).await?;
    let at = tx.response_context(owner, id).await?;
    tx.retry_response(&at).await?;
    tx.enter(&queue_act(&admin, id.uuid(), "answer asked for again"))
        .await?;
    state.commit(tx).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Remove an answer that failed, or stop and remove one that waits or runs; its user can bring it back
#[utoipa::path(post, path = "/admin/queue/answers/{id}/discard", operation_id = "discard_answer", tag = "admin", params(("id" = ResponseId, Path)),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub async fn discard_answer(
    State(state): State<AppState>,
    admin: Admin,
    PathId(id): PathId<ResponseId>,
) -> Result<StatusCode, ApiError> {
    let mut tx = state.store.begin().await?;
    let owner = tx.owner_of_response(id).await?;
    let at = tx.response_context(owner, id).await?;
    tx.delete_response(&at).await?;
    tx.enter(&queue_act(&admin, id.uuid(), "answer discarded")).await?;
    state.commit(tx).await?;
    state.signal(Signal::CancelResponse(id));
    Ok(StatusCode::NO_CONTENT)
}
