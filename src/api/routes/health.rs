//! For those who watch over the process.

use std::{sync::Arc, time::Duration};

use axum::{
    Json, Router,
    extract::{FromRef, State},
    http::StatusCode,
    response::IntoResponse,
    routing::get,
};
use quorum_store::Store;
use serde_json::json;
use tokio_util::sync::CancellationToken;

use crate::AppState;

/// The process runs.
pub async fn live() -> impl IntoResponse {
    Json(json!({"status": "live"}))
}

/// What a process needs to say how it is.
#[derive(Clone)]
pub struct Watch {
    /// The memory.
    pub store: Store,
    /// Renders the metrics.
    pub metrics: Arc<dyn Fn() -> String + Send + Sync>,
    /// Cancelled when this process goes down.
    pub stopping: CancellationToken,
}

impl FromRef<AppState> for Watch {
    fn from_ref(state: &AppState) -> Self {
        Self {
            store: state.store.clone(),
            metrics: Arc::clone(&state.metrics),
            stopping: state.stopping.clone(),
        }
    }
}

/// How long the database may take to answer before the process counts as not ready.
const PATIENCE: Duration = Duration::from_secs(2);

/// The process can work: its database answers and it is not going down.
pub async fn ready(State(watch): State<Watch>) -> impl IntoResponse {
    let answers = matches!(tokio::time::timeout(PATIENCE, watch.store.ping()).await, Ok(Ok(())));
    if answers && !watch.stopping.is_cancelled() {
        (StatusCode::OK, Json(json!({"status": "ready"})))
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, Json(json!({"status": "not ready"})))
    }
}

/// Figures for Prometheus.
pub async fn metrics(State(watch): State<Watch>) -> impl IntoResponse {
    ([("content-type", "text/plain; version=0.0.4")], (watch.metrics)())
}

/// Health and metrics alone, for a process without the API.
pub fn watch_router(watch: Watch) -> Router {
    Router::new()
        .route("/health/live", get(live))
        .route("/health/ready", get(ready))
        .route("/metrics", get(metrics))
        .with_state(watch)
}
