//! Personal API tokens: made, listed, revoked; the text is shown once.

use axum::{Json, extract::State, http::StatusCode};
use chrono::Duration;
use quorum_domain::{ApiToken, Scopes, Timestamp, audit::AuditAction, ids::ApiTokenId};
use quorum_push::Signal;
use quorum_store::NewApiToken;
use quorum_vault::Token;
use serde::{Deserialize, Serialize};

use super::Items;
use crate::{
    ApiError, AppState, FaultCode, Problem,
    access::{AccountHolder, SignedIn, TOKEN_MARK},
    extract::{JsonBody, PathId, check_text},
};

const NAME_CHARS: usize = 100;
const MOST_DAYS: i64 = 3_650;
const MOST_TOKENS: usize = 100;

/// A token to make.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewToken {
    /// What to call it.
    name: String,
    /// What it may do: at least one, and nothing that the credential of this request may not.
    scopes: Scopes,
    /// Days until it stops working, 1 to 3650; never when not said.
    expires_in_days: Option<i64>,
}

/// A token just made.
#[derive(Serialize, utoipa::ToSchema)]
pub struct MadeToken {
    /// The token itself. It is not kept and not shown again.
    token: String,
    /// What is known of it.
    api_token: ApiToken,
}

/// Your personal API tokens
#[utoipa::path(get, path = "/api-tokens", operation_id = "list_api_tokens", tag = "auth",
    responses((status = 200, body = Items<ApiToken>), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub async fn list(
    State(state): State<AppState>,
    AccountHolder(holder): AccountHolder,
) -> Result<Json<Items<ApiToken>>, ApiError> {
    let items = state.store.read().await?.api_tokens_of(holder.user.id).await?;
    Ok(Json(Items { items }))
}

/// Checks what is asked for; gives when the token ends.
fn checked_end(state: &AppState, holder: &SignedIn, new: &NewToken) -> Result<Option<Timestamp>, ApiError> {
    check_text("name", &new.name, NAME_CHARS)?;
    if !new.scopes.within(&holder.scopes) {
        return Err(ApiError::field(
            "scopes",
            FaultCode::BeyondToken,
            "go beyond those of the token that asks",
        ));
    }
    let expires_at = match new.expires_in_days {
        Some(days @ 1..=MOST_DAYS) => Some(state.store.now() + Duration::days(days)),
        None => None,
        Some(_) => {
            return Err(ApiError::range(
                "expires_in_days",
                1,
                usize::try_from(MOST_DAYS).unwrap_or_default(),
            ));
        }
    };
    if let Some(end) = holder.ends_at
        && expires_at.is_none_or(|at| at > end)
    {
        return Err(ApiError::field(
            "expires_in_days",
            FaultCode::BeyondToken,
            "goes beyond the end of the token that asks",
        ));
    }
    Ok(expires_at)
}

/// Make a personal API token
#[utoipa::path(post, path = "/api-tokens", operation_id = "create_api_token", tag = "auth", request_body = NewToken,
    responses((status = 201, body = MadeToken), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn create(
    State(state): State<AppState>,
    AccountHolder(holder): AccountHolder,
    body: JsonBody<NewToken>,
) -> Result<(StatusCode, Json<MadeToken>), ApiError> {
    let expires_at = checked_end(&state, &holder, &body.value)?;
    let token = Token::marked(TOKEN_MARK);
    let new = NewApiToken {
        name: body.value.name.trim().to_owned(),
        scopes: body.value.scopes,
        token_hash: token.hash(),
        last4: token.last4(),
        expires_at,
    };
    let mut tx = state.store.begin().await?;
    if tx.api_tokens_of(holder.user.id).await?.len() >= MOST_TOKENS {
        return Err(ApiError::Conflict("you have 100 tokens; revoke one first".into()));
    }
    let api_token = tx.create_api_token(holder.user.id, &new).await?;
    let act = holder.act(AuditAction::ApiTokenCreated, &new.name);
    tx.enter(&act.with(serde_json::json!({"scopes": new.scopes, "expires_at": expires_at})))
        .await?;
    state.commit(tx).await?;
    let made = MadeToken {
        token: token.reveal().to_owned(),
        api_token,
    };
    Ok((StatusCode::CREATED, Json(made)))
}

/// Revoke a token; what it was used for ends
#[utoipa::path(delete, path = "/api-tokens/{id}", operation_id = "delete_api_token", tag = "auth", params(("id" = ApiTokenId, Path)),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub async fn revoke(
    State(state): State<AppState>,
    AccountHolder(holder): AccountHolder,
    PathId(id): PathId<ApiTokenId>,
) -> Result<StatusCode, ApiError> {
    let mut tx = state.store.begin().await?;
    let name = tx.delete_api_token(holder.user.id, id).await?;
    tx.enter(&holder.act(AuditAction::ApiTokenRevoked, name)).await?;
    state.commit(tx).await?;
    state.signal(Signal::UserClosed(holder.user.id));
    Ok(StatusCode::NO_CONTENT)
}
