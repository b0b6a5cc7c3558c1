//! Read-only snapshots of conversations behind unguessable links.

use axum::{
    Json,
    extract::{Path, State},
    http::{HeaderName, HeaderValue, StatusCode},
    response::IntoResponse,
};
use chrono::{DateTime, Utc};
use quorum_domain::{
    ids::{ConversationId, ShareId},
    transcript::Transcript,
};
use quorum_vault::{Token, token_hash};
use serde::{Deserialize, Serialize};

use super::Items;
use crate::{
    ApiError, AppState, Problem,
    access::SignedIn,
    extract::{JsonBody, PathId},
};

/// Which answers a snapshot shows.
#[derive(Debug, Clone, Copy, Default, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SharedAnswers {
    /// All that were not removed.
    #[default]
    All,
    /// The one of each turn that the conversation went on with.
    Kept,
}

/// A snapshot to take.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ShareDraft {
    /// Which answers it shows.
    #[serde(default)]
    answers: SharedAnswers,
}

/// A snapshot in force.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Share {
    /// Its id.
    id: ShareId,
    /// When it was taken; what was said later is not in it.
    created_at: DateTime<Utc>,
}

/// A snapshot that was just taken.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct NewShare {
    /// The snapshot.
    share: Share,
    /// The secret of its link, `/shared/{token}`; shown this once.
    token: String,
}

/// What stands behind a link.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct SharedConversation {
    /// The conversation as it was: no keys, costs or people in it.
    transcript: Transcript,
    /// When the snapshot was taken.
    created_at: DateTime<Utc>,
}

/// The links to a conversation that are in force
#[utoipa::path(get, path = "/conversations/{id}/shares", operation_id = "list_shares", tag = "shares", params(("id" = ConversationId, Path)),
    responses((status = 200, body = Items<Share>), (status = 404, body = Problem)))]
pub async fn list(
    State(state): State<AppState>,
    signed_in: SignedIn,
    PathId(id): PathId<ConversationId>,
) -> Result<Json<Items<Share>>, ApiError> {
    let mut session = state.store.read().await?;
    session.conversation(signed_in.user.id, id, false).await?;
    let shares = session.shares(signed_in.user.id, id).await?;
    let items = shares
        .into_iter()
        .map(|share| Share {
            id: share.id,
            created_at: share.created_at,
        })
        .collect();
    Ok(Json(Items { items }))
}

/// Take a snapshot of a conversation that whoever has its link may read
#[utoipa::path(post, path = "/conversations/{id}/shares", operation_id = "share_conversation", tag = "shares", params(("id" = ConversationId, Path)), request_body = ShareDraft,
    responses((status = 201, body = NewShare), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn create(
    State(state): State<AppState>,
    signed_in: SignedIn,
    PathId(id): PathId<ConversationId>,
    body: JsonBody<ShareDraft>,
) -> Result<(StatusCode, Json<NewShare>), ApiError> {
    let mut tx = state.store.begin().await?;
    let conversation = tx.conversation(signed_in.user.id, id, false).await?;
    let mut snapshot = tx.transcript(&conversation).await?;
    // Instructions are for the services, not for readers.
    snapshot.system_prompt.clear();
    if let SharedAnswers::Kept = body.value.answers {
        snapshot = snapshot.kept_only();
    }
    if snapshot.turns.is_empty() {
        return Err(ApiError::Conflict("there is nothing to share yet".into()));
    }
    let token = Token::random();
    let share = tx.share(signed_in.user.id, id, &token.hash(), &snapshot).await?;
    state.commit(tx).await?;
    let share = Share {
        id: share.id,
        created_at: share.created_at,
    };
    let token = token.reveal().to_owned();
    Ok((StatusCode::CREATED, Json(NewShare { share, token })))
}

/// Take a link back: from now on it shows nothing
#[utoipa::path(delete, path = "/shares/{id}", operation_id = "revoke_share", tag = "shares", params(("id" = ShareId, Path)),
    responses((status = 204), (status = 404, body = Problem)))]
pub async fn revoke(
    State(state): State<AppState>,
    signed_in: SignedIn,
    PathId(id): PathId<ShareId>,
) -> Result<StatusCode, ApiError> {
    let mut tx = state.store.begin().await?;
    tx.revoke_share(signed_in.user.id, id).await?;
    state.commit(tx).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What stands behind a link; no account is needed
#[utoipa::path(get, path = "/shared/{token}", operation_id = "get_shared", tag = "shares", security(()), params(("token" = String, Path)),
    responses((status = 200, body = SharedConversation), (status = 404, body = Problem)))]
pub async fn shared(State(state): State<AppState>, Path(token): Path<String>) -> Result<impl IntoResponse, ApiError> {
    let (transcript, created_at) = state.store.read().await?.shared(&token_hash(&token)).await?;
    let not_for_search_engines = (
        HeaderName::from_static("x-robots-tag"),
        HeaderValue::from_static("noindex, nofollow"),
    );
    let shown = SharedConversation { transcript, created_at };
    Ok(([not_for_search_engines], Json(shown)))
}
