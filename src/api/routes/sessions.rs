//! Where you are signed in.

use axum::{Json, extract::State, http::StatusCode};
use chrono::{DateTime, Utc};
use quorum_domain::{Credential, access::SignInKind, audit::AuditAction, ids::SessionId};
use quorum_push::Signal;
use serde::Serialize;

use super::Items;
use crate::{ApiError, AppState, Problem, access::AccountHolder, extract::PathId};

/// A sign-in as listed.
#[derive(Serialize, utoipa::ToSchema)]
pub struct SignIn {
    /// Its id.
    id: SessionId,
    /// Of a browser, or of an API client.
    kind: SignInKind,
    /// The browser or program, as it names itself.
    user_agent: String,
    /// The address it was last used from.
    address: String,
    /// When it began.
    created_at: DateTime<Utc>,
    /// When it was last used, to within ten minutes.
    last_used_at: DateTime<Utc>,
    /// When it ends if it is not used again.
    expires_at: DateTime<Utc>,
    /// Whether it is the one that asks.
    current: bool,
}

/// Where you are signed in
#[utoipa::path(get, path = "/auth/sessions", operation_id = "list_sessions", tag = "auth",
    responses((status = 200, body = Items<SignIn>), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub async fn list(
    State(state): State<AppState>,
    AccountHolder(holder): AccountHolder,
) -> Result<Json<Items<SignIn>>, ApiError> {
    let rows = state.store.read().await?.sessions_of(holder.user.id).await?;
    let items = rows
        .into_iter()
        .map(|row| SignIn {
            current: holder.credential == Credential::Session(row.id),
            id: row.id,
            kind: row.kind,
            user_agent: row.user_agent,
            address: row.address,
            created_at: row.created_at,
            last_used_at: row.last_used_at,
            expires_at: row.expires_at,
        })
        .collect();
    Ok(Json(Items { items }))
}

/// End one sign-in
#[utoipa::path(delete, path = "/auth/sessions/{id}", operation_id = "end_session", tag = "auth", params(("id" = SessionId, Path)),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub async fn end(
    State(state): State<AppState>,
    AccountHolder(holder): AccountHolder,
    PathId(id): PathId<SessionId>,
) -> Result<StatusCode, ApiError> {
    let mut tx = state.store.begin().await?;
    tx.delete_session(holder.user.id, id).await?;
    tx.enter(&holder.act(AuditAction::SessionEnded, id.to_string())).await?;
    state.commit(tx).await?;
    state.signal(Signal::UserClosed(holder.user.id));
    Ok(StatusCode::NO_CONTENT)
}

/// End every sign-in but this one
#[utoipa::path(delete, path = "/auth/sessions", operation_id = "end_other_sessions", tag = "auth",
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub async fn end_others(
    State(state): State<AppState>,
    AccountHolder(holder): AccountHolder,
) -> Result<StatusCode, ApiError> {
    let mut tx = state.store.begin().await?;
    let ended = tx.delete_sessions_but(holder.user.id, holder.session()).await?;
    let act = holder.act(AuditAction::SessionEnded, "all others");
    tx.enter(&act.with(serde_json::json!({"ended": ended}))).await?;
    state.commit(tx).await?;
    state.signal(Signal::UserClosed(holder.user.id));
    Ok(StatusCode::NO_CONTENT)
}
