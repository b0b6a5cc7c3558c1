//! What admins see and try of services: whether they answer, how they did, which models there are.

use std::{collections::HashMap, time::Duration};

use axum::{Json, extract::State};
use chrono::{DateTime, TimeZone as _, Utc};
use quorum_domain::{
    FailureKind, Job, ServiceType,
    audit::AuditAction,
    ids::{ProbeId, ServiceId},
    probe::{ListedModel, ProbeStatus},
};
use quorum_push::Signal;
use quorum_store::{FailedCall, PausedService, Probe, ProbeOf, Stretch};
use serde::{Deserialize, Serialize};

use super::Items;
use crate::{
    ApiError, AppState, FieldError, Problem,
    access::Admin,
    extract::{JsonBody, PathId, QueryString, check_text},
};

/// How long a test may take; a slow model on a small machine needs a while for its first word.
const PROBE_TIME: Duration = Duration::from_secs(45);
/// Stretches of time in a history.
const STRETCHES: i64 = 48;
/// Failures shown of a service.
const FAILURES: usize = 5;

/// A test of a service.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ServiceTest {
    /// What came of it.
    status: ProbeStatus,
    /// What went wrong, in English.
    detail: Option<String>,
    /// Its kind, where it is one that calls have.
    kind: Option<FailureKind>,
    /// The provider's own words alone, if it said anything.
    said: Option<String>,
    /// How long it took, in milliseconds.
    took_ms: Option<i64>,
    /// When it was begun.
    created_at: DateTime<Utc>,
}

impl From<Probe> for ServiceTest {
    fn from(probe: Probe) -> Self {
        Self {
            status: probe.status,
            kind: probe.trouble.as_ref().and_then(|trouble| trouble.kind),
            said: probe.trouble.as_ref().and_then(|trouble| trouble.said.clone()),
            detail: probe.trouble.map(|trouble| trouble.words),
            took_ms: probe.took_ms,
            created_at: probe.created_at,
        }
    }
}

/// How a service did in one stretch of time.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct HealthStretch {
    /// Its beginning.
    at: DateTime<Utc>,
    /// Calls that brought a reply.
    completed: i64,
    /// Calls that did not.
    failed: i64,
    /// Mean time of a reply, in milliseconds.
    mean_ms: Option<i64>,
}

/// A call that failed.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct HealthFailure {
    /// When it began.
    at: DateTime<Utc>,
    /// Its kind, and the provider's words.
    detail: String,
    /// Its kind alone, where it has one.
    kind: Option<FailureKind>,
    /// The provider's own words alone.
    said: Option<String>,
}

/// A service that is left alone for a while.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct HealthPause {
    /// Until when.
    until: DateTime<Utc>,
    /// Why.
    reason: FailureKind,
}

/// How a service has done lately.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ServiceHealth {
    /// The service.
    service_id: ServiceId,
    /// Calls that brought a reply, in all stretches.
    completed: i64,
    /// Calls that did not.
    failed: i64,
    /// Every stretch of the time asked for, oldest first, also those without calls.
    stretches: Vec<HealthStretch>,
    /// The newest failures, newest first.
    failures: Vec<HealthFailure>,
    /// Whether it is left alone now.
    pause: Option<HealthPause>,
    /// The newest test.
    test: Option<ServiceTest>,
}

/// Of which time.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct HealthQuery {
    /// Hours back from now: 1 to 720; 24 when not said.
    #[param(minimum = 1, maximum = 720)]
    hours: Option<i64>,
}

/// How every service did lately, by the ledger of calls
#[utoipa::path(get, path = "/admin/services/health", operation_id = "service_health", tag = "admin", params(HealthQuery),
    responses((status = 200, body = Items<ServiceHealth>), (status = 403, body = Problem), (status = 422, body = Problem)))]
pub async fn health(
    State(state): State<AppState>,
    _: Admin,
    QueryString(query): QueryString<HealthQuery>,
) -> Result<Json<Items<ServiceHealth>>, ApiError> {
    let hours = query.hours.unwrap_or(24);
    if !(1..=720).contains(&hours) {
        return Err(ApiError::range("hours", 1, 720));
    }
    let seconds = hours * 3600 / STRETCHES;
    let last = state.store.now().timestamp() / seconds;
    let first = last - STRETCHES + 1;
    let since = moment(first * seconds);
    let mut session = state.store.read().await?;
    let services = session.services().await?;
    let mut histories: HashMap<ServiceId, Vec<Stretch>> = HashMap::new();
    for (service, stretch) in session.stretches(since, seconds).await? {
        histories.entry(service).or_default().push(stretch);
    }
    let failures = session.failed_calls(since).await?;
    let pauses = session.paused_services().await?;
    let mut tests: HashMap<ServiceId, Probe> = session.latest_probes().await?.into_iter().collect();
    let items = services
        .iter()
        .map(|service| {
            let history = histories.remove(&service.id).unwrap_or_default();
            ServiceHealth {
                service_id: service.id,
                completed: history.iter().map(|stretch| stretch.completed).sum(),
                failed: history.iter().map(|stretch| stretch.failed).sum(),
                stretches: (first..=last).map(|number| shown(number, seconds, &history)).collect(),
                failures: failures_of(service.id, &failures),
                pause: pause_of(service.id, &pauses),
                test: tests.remove(&service.id).map(ServiceTest::from),
            }
        })
        .collect();
    Ok(Json(Items { items }))
}

fn moment(seconds: i64) -> DateTime<Utc> {
    Utc.timestamp_opt(seconds, 0).single().unwrap_or_default()
}

fn shown(number: i64, seconds: i64, history: &[Stretch]) -> HealthStretch {
    let known = history.iter().find(|stretch| stretch.number == number);
    HealthStretch {
        at: moment(number * seconds),
        completed: known.map_or(0, |stretch| stretch.completed),
        failed: known.map_or(0, |stretch| stretch.failed),
        mean_ms: known.and_then(|stretch| stretch.mean_ms),
    }
}

fn failures_of(service: ServiceId, failures: &[FailedCall]) -> Vec<HealthFailure> {
    let own = failures.iter().filter(|failure| failure.service_id == service);
    own.take(FAILURES)
        .map(|failure| {
            let (kind, said) = told(&failure.detail);
            HealthFailure {
                at: failure.at,
                detail: failure.detail.clone(),
                kind,
                said,
            }
        })
        .collect()
}

/// The ledger notes a failure as its kind and, behind a colon, what was said.
fn told(detail: &str) -> (Option<FailureKind>, Option<String>) {
    let (first, rest) = detail.split_once(':').unwrap_or((detail, ""));
    let kind = first.parse().ok();
    let said = if kind.is_some() { rest.trim() } else { detail.trim() };
    (kind, (!said.is_empty()).then(|| said.to_owned()))
}

fn pause_of(service: ServiceId, pauses: &[PausedService]) -> Option<HealthPause> {
    let own = pauses.iter().filter(|pause| pause.service_id == service);
    own.max_by_key(|pause| pause.until).map(|pause| HealthPause {
        until: pause.until,
        reason: pause.reason,
    })
}

/// Ask a service one short question, with the admin's key; takes up to 45 seconds
#[utoipa::path(post, path = "/admin/services/{id}/test", operation_id = "test_service", tag = "admin", params(("id" = ServiceId, Path)),
    responses((status = 200, body = ServiceTest), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub async fn test(
    State(state): State<AppState>,
    admin: Admin,
    PathId(id): PathId<ServiceId>,
) -> Result<Json<ServiceTest>, ApiError> {
    state.admit_asking(admin.user.id).await?;
    let mut signals = state.bus.signals();
    let mut tx = state.store.begin().await?;
    let service = tx.service(id).await?;
    tx.enter(&admin.act(AuditAction::ServiceTested, &service.name)).await?;
    let probe = tx.begin_probe(admin.user.id, &ProbeOf::Service(id)).await?;
    tx.enqueue_call(Job::Probe(probe), admin.user.id, id).await?;
    state.commit(tx).await?;
    Ok(Json(ended(&state, &mut signals, probe).await?.into()))
}

/// An address that may have models.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ModelAddress {
    /// The wire format spoken there.
    service_type: ServiceType,
    /// The address.
    base_url: String,
}

/// Which models an address lists, asked with the key that is stored for it, if there is one
#[utoipa::path(post, path = "/admin/models", operation_id = "find_models", tag = "admin", request_body = ModelAddress,
    responses((status = 200, body = Items<ListedModel>), (status = 403, body = Problem), (status = 422, body = Problem)))]
pub async fn models(
    State(state): State<AppState>,
    admin: Admin,
    body: JsonBody<ModelAddress>,
) -> Result<Json<Items<ListedModel>>, ApiError> {
    let base_url = body.value.base_url.trim().to_owned();
    check_text("base_url", &base_url, 500)?;
    (state.url_check)(&base_url).map_err(|refused| FieldError::address("base_url", refused))?;
    let of = ProbeOf::Address {
        service_type: body.value.service_type,
        base_url,
    };
    state.admit_asking(admin.user.id).await?;
    let mut signals = state.bus.signals();
    let mut tx = state.store.begin().await?;
    let probe = tx.begin_probe(admin.user.id, &of).await?;
    tx.enqueue(Job::Probe(probe)).await?;
    state.commit(tx).await?;
    let probe = ended(&state, &mut signals, probe).await?;
    match probe.status {
        ProbeStatus::Works => Ok(Json(Items { items: probe.models })),
        ProbeStatus::Failed | ProbeStatus::Running => {
            let trouble = probe.trouble.unwrap_or_else(|| "It did not reply in time.".into());
            Err(FieldError::service("base_url", trouble).into())
        }
    }
}

/// Told or not, the store has the result, or the look is still being taken.
async fn ended(
    state: &AppState,
    signals: &mut quorum_push::SignalSubscription,
    id: ProbeId,
) -> Result<Probe, ApiError> {
    let told = async {
        while let Some(signal) = signals.next().await {
            if signal == Signal::Probed(id) {
                return;
            }
        }
    };
    let _told_in_time = tokio::time::timeout(PROBE_TIME, told).await;
    Ok(state.store.read().await?.probe(id).await?)
}
