//! One file per resource.

pub mod account;
pub mod account_export;
pub mod account_links;
pub mod admin_instance;
pub mod admin_keys;
pub mod admin_queue;
pub mod admin_services;
pub mod admin_users;
pub mod api_keys;
pub mod api_tokens;
pub mod attachments;
pub mod audit;
pub mod auth;
pub mod batches;
pub mod branches;
pub mod budgets;
mod callable_judges;
pub mod client_tokens;

pub mod consensus_estimate;
pub mod consensuses;
pub mod context;
pub mod conversations;
pub mod estimate;
pub mod health;
pub mod instance;
pub mod judges;
pub mod leaderboard;
pub mod messages;
pub mod oidc;
pub mod panels;
pub mod passwords;
pub mod prompts;
pub mod responses;
pub mod search;
pub mod services;
pub mod sessions;
pub mod shares;
pub mod transcripts;
pub mod usage;
pub mod webhook_deliveries;
pub mod webhooks;
pub mod ws_tickets;

use axum::{
    Json,
    http::{HeaderName, HeaderValue, StatusCode},
    response::{IntoResponse, Response},
};
use quorum_domain::ids::UserId;
use quorum_store::{RequestState, Tx};
use serde::Serialize;

use crate::ApiError;

/// A list.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Items<T> {
    /// The items.
    pub items: Vec<T>,
}

/// A page of a list.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Page<T> {
    /// The items.
    pub items: Vec<T>,
    /// Where the next page begins; none on the last.
    pub next_cursor: Option<String>,
}

/// The reply of a request that was carried out before, if it was.
pub async fn repeated(tx: &mut Tx, user: UserId, key: Option<&str>, hash: &str) -> Result<Option<Response>, ApiError> {
    let Some(key) = key else { return Ok(None) };
    match tx.begin_request(user, key, hash).await? {
        RequestState::New => Ok(None),
        RequestState::Repeated { request_hash, .. } if request_hash != hash => Err(ApiError::IdempotencyMismatch),
        RequestState::Repeated { status, reply, .. } => {
            let status = u16::try_from(status)
                .ok()
                .and_then(|status| StatusCode::from_u16(status).ok())
                .unwrap_or(StatusCode::OK);
            let mut response = (status, Json(reply)).into_response();
            response.headers_mut().insert(
                HeaderName::from_static("idempotency-replayed"),
                HeaderValue::from_static("true"),
            );
            Ok(Some(response))
        }
    }
}

/// Keeps the reply of a request that carries a key.
pub async fn keep_reply(
    tx: &mut Tx,
    user: UserId,
    key: Option<&str>,
    status: StatusCode,
    reply: &impl Serialize,
) -> Result<(), ApiError> {
    if let Some(key) = key {
        let reply = serde_json::to_value(reply).map_err(|_| ApiError::Internal)?;
        tx.finish_request(user, key, i64::from(status.as_u16()), &reply).await?;
    }
    Ok(())
}
