//! Going another way from an earlier turn of a conversation.

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use quorum_domain::{
    Conversation,
    ids::{ConversationId, MessageId},
};
use serde::Deserialize;

use super::{keep_reply, repeated};
use crate::{
    ApiError, AppState, Problem,
    access::SignedIn,
    extract::{IdempotencyKey, JsonBody, PathId, check_text},
};

/// Where to branch off.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BranchDraft {
    /// The message that is asked differently; the turns before it go along.
    message_id: MessageId,
    /// The title; without it the conversation is named by its first question.
    title: Option<String>,
}

/// Make a conversation of the turns before a message, to go on from there differently
#[utoipa::path(post, path = "/conversations/{id}/branches", operation_id = "create_branch", tag = "conversations", params(("id" = ConversationId, Path)), request_body = BranchDraft,
    responses((status = 201, body = Conversation), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn create(
    State(state): State<AppState>,
    signed_in: SignedIn,
    PathId(id): PathId<ConversationId>,
    IdempotencyKey(key): IdempotencyKey,
    body: JsonBody<BranchDraft>,
) -> Result<Response, ApiError> {
    let draft = body.value;
    let title = draft.title.filter(|title| !title.trim().is_empty());
    if let Some(title) = &title {
        check_text("title", title, state.limits().title_chars)?;
    }
    let user = signed_in.user.id;
    let mut tx = state.store.begin().await?;
    if let Some(reply) = repeated(&mut tx, user, key.as_deref(), &body.hash).await? {
        return Ok(reply);
    }
    let from = tx.conversation(user, id, false).await?;
    let made = tx.branch(user, &from, draft.message_id, title).await?;
    keep_reply(&mut tx, user, key.as_deref(), StatusCode::CREATED, &made).await?;
    state.commit(tx).await?;
    Ok((StatusCode::CREATED, Json(made)).into_response())
}
