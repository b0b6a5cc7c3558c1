//! Sign-in of API clients: an access token for minutes, and a refresh token that works once.

use axum::{Json, extract::State};
use quorum_domain::{
    access::SignInKind,
    audit::{Act, AuditAction},
    ids::{SessionId, UserId},
};
use quorum_push::Signal;
use quorum_store::{NewSession, Refreshed};
use quorum_vault::{ExposeSecret, SecretString, Token, token_hash};
use serde::{Deserialize, Serialize};

use super::auth::{Credentials, User, verified};
use crate::{ApiError, AppState, Problem, extract::JsonBody, visitor::Visitor};

/// Longest refresh token looked at.
const TOKEN_CHARS: usize = 200;

/// What an API client signs its requests with.
#[derive(Serialize, utoipa::ToSchema)]
pub struct TokenPair {
    /// To be sent as `Authorization: Bearer`.
    access_token: String,
    /// Always `Bearer`.
    token_type: &'static str,
    /// Seconds for which the access token is good.
    expires_in: i64,
    /// For the next pair. It works once; one that comes back after its use ends the sign-in.
    refresh_token: String,
    /// Who.
    user: User,
}

/// A refresh token.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Refresh {
    /// As the last pair gave it.
    #[schema(value_type = String)]
    refresh_token: SecretString,
}

fn pair(
    state: &AppState,
    user: quorum_domain::User,
    session: SessionId,
    refresh: &Token,
) -> Result<TokenPair, ApiError> {
    let (now, life) = (state.store.now(), state.sign_in.access_life);
    let access_token = state.access_tokens.issue(user.id, session, now, now + life)?;
    Ok(TokenPair {
        access_token,
        token_type: "Bearer",
        expires_in: life.num_seconds(),
        refresh_token: refresh.reveal().to_owned(),
        user: user.into(),
    })
}

/// Sign in as an API client
#[utoipa::path(post, path = "/auth/token", operation_id = "create_token_pair", tag = "auth", security(()), request_body = Credentials,
    responses((status = 200, body = TokenPair), (status = 401, body = Problem), (status = 422, body = Problem), (status = 429, body = Problem)))]
pub async fn create(
    State(state): State<AppState>,
    visitor: Visitor,
    body: JsonBody<Credentials>,
) -> Result<Json<TokenPair>, ApiError> {
    let user = verified(&state, &visitor, body.value).await?.user;
    let refresh = Token::random();
    let mut tx = state.store.begin().await?;
    let new = NewSession {
        kind: SignInKind::Client,
        // No cookie belongs to it.
        token_hash: &Token::random().hash(),
        user_agent: &visitor.user_agent,
        address: &visitor.address.to_string(),
        expires_at: state.sign_in.end_of_session(tx.now(), tx.now()),
    };
    let session = tx.create_session(user.id, &new).await?;
    tx.add_refresh_token(session, &refresh.hash()).await?;
    let act = Act::by(&user, AuditAction::SignedIn, "API client");
    tx.enter(&act.from(visitor.address)).await?;
    state.commit(tx).await?;
    Ok(Json(pair(&state, user, session, &refresh)?))
}

/// A new pair of tokens for a refresh token
#[utoipa::path(post, path = "/auth/refresh", operation_id = "refresh_token_pair", tag = "auth", security(()), request_body = Refresh,
    responses((status = 200, body = TokenPair), (status = 401, body = Problem), (status = 422, body = Problem)))]
pub async fn refresh(
    State(state): State<AppState>,
    visitor: Visitor,
    body: JsonBody<Refresh>,
) -> Result<Json<TokenPair>, ApiError> {
    let sent = body.value.refresh_token;
    let sent = sent.expose_secret();
    if sent.is_empty() || sent.len() > TOKEN_CHARS {
        return Err(ApiError::Unauthenticated);
    }
    let next = Token::random();
    let mut tx = state.store.begin().await?;
    match tx.use_refresh_token(&token_hash(sent)).await? {
        Refreshed::Good(session) => {
            let end = state.sign_in.end_of_session(session.created_at, tx.now());
            tx.touch_session(session.id, &visitor.address.to_string(), end).await?;
            tx.add_refresh_token(session.id, &next.hash()).await?;
            state.commit(tx).await?;
            Ok(Json(pair(&state, session.user, session.id, &next)?))
        }
        Refreshed::Reused(user) => {
            let act = Act::by(&user, AuditAction::RefreshReused, &user.email);
            tx.enter(&act.from(visitor.address)).await?;
            state.commit(tx).await?;
            close(&state, user.id);
            Err(ApiError::Unauthenticated)
        }
        Refreshed::Unknown => Err(ApiError::Unauthenticated),
    }
}

fn close(state: &AppState, user: UserId) {
    tracing::warn!(user_id = %user, "a refresh token came back after its use; the sign-in was ended");
    state.signal(Signal::UserClosed(user));
}
