//! For those who watch over the process.

use std::sync::atomic::Ordering;

use axum::{Json, extract::State, http::StatusCode, response::IntoResponse};
use serde_json::json;

use crate::AppState;

/// The process runs.
pub async fn live() -> impl IntoResponse {
    Json(json!({"status": "live"}))
}

/// The process can serve: its database answers and it is not going down.
pub async fn ready(State(state): State<AppState>) -> impl IntoResponse {
    let up = state.ready.load(Ordering::Acquire) && state.store.ping().await.is_ok();
    if up {
        (StatusCode::OK, Json(json!({"status": "ready"})))
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, Json(json!({"status": "not ready"})))
    }
}

/// Figures for Prometheus.
pub async fn metrics(State(state): State<AppState>) -> impl IntoResponse {
    ([("content-type", "text/plain; version=0.0.4")], (state.metrics)())
}
