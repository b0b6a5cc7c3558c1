//! The prompt library: texts that a user keeps to ask with again.

use axum::{Json, extract::State, http::StatusCode};
use chrono::{DateTime, Utc};
use quorum_domain::ids::PromptId;
use serde::{Deserialize, Serialize};

use super::Items;
use crate::{
    ApiError, AppState, FaultCode, Problem,
    access::SignedIn,
    extract::{JsonBody, PathId, check_text},
};

/// Longest name in characters.
const NAME_CHARS: usize = 40;
/// Most prompts of a user.
const PROMPTS: usize = 200;

/// A kept text.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Prompt {
    /// Its id.
    id: PromptId,
    /// The name to call it by, after a slash.
    name: String,
    /// The text.
    content: String,
    /// When it was kept.
    created_at: DateTime<Utc>,
    /// When it was changed.
    updated_at: DateTime<Utc>,
}

impl From<quorum_store::Prompt> for Prompt {
    fn from(prompt: quorum_store::Prompt) -> Self {
        Self {
            id: prompt.id,
            name: prompt.name,
            content: prompt.content,
            created_at: prompt.created_at,
            updated_at: prompt.updated_at,
        }
    }
}

/// A text to keep.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PromptDraft {
    /// 1 to 40 letters, digits, `-` and `_`.
    name: String,
    /// The text.
    content: String,
}

fn check(state: &AppState, draft: &PromptDraft) -> Result<(), ApiError> {
    check_text("name", &draft.name, NAME_CHARS)?;
    if !draft
        .name
        .chars()
        .all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'))
    {
        return Err(ApiError::field(
            "name",
            FaultCode::NameCharacters,
            "may have letters, digits, - and _ only",
        ));
    }
    check_text("content", &draft.content, state.limits().message_chars)
}

/// Your prompts, by name
#[utoipa::path(get, path = "/prompts", operation_id = "list_prompts", tag = "prompts",
    responses((status = 200, body = Items<Prompt>), (status = 401, body = Problem)))]
pub async fn list(State(state): State<AppState>, signed_in: SignedIn) -> Result<Json<Items<Prompt>>, ApiError> {
    let prompts = state.store.read().await?.prompts(signed_in.user.id).await?;
    Ok(Json(Items {
        items: prompts.into_iter().map(Prompt::from).collect(),
    }))
}

/// Keep a prompt
#[utoipa::path(post, path = "/prompts", operation_id = "create_prompt", tag = "prompts", request_body = PromptDraft,
    responses((status = 201, body = Prompt), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn create(
    State(state): State<AppState>,
    signed_in: SignedIn,
    body: JsonBody<PromptDraft>,
) -> Result<(StatusCode, Json<Prompt>), ApiError> {
    check(&state, &body.value)?;
    let mut tx = state.store.begin().await?;
    if tx.prompts(signed_in.user.id).await?.len() >= PROMPTS {
        return Err(ApiError::limit(
            "name",
            FaultCode::TooManyKept,
            format!("at most {PROMPTS} prompts can be kept"),
            PROMPTS,
        ));
    }
    let prompt = tx
        .save_prompt(
            signed_in.user.id,
            PromptId::new(),
            &body.value.name,
            &body.value.content,
        )
        .await?;
    state.commit(tx).await?;
    Ok((StatusCode::CREATED, Json(prompt.into())))
}

/// Change a prompt
#[utoipa::path(put, path = "/prompts/{id}", operation_id = "change_prompt", tag = "prompts", params(("id" = PromptId, Path)), request_body = PromptDraft,
    responses((status = 200, body = Prompt), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn change(
    State(state): State<AppState>,
    signed_in: SignedIn,
    PathId(id): PathId<PromptId>,
    body: JsonBody<PromptDraft>,
) -> Result<Json<Prompt>, ApiError> {
    check(&state, &body.value)?;
    let mut tx = state.store.begin().await?;
    if !tx.prompts(signed_in.user.id).await?.iter().any(|known| known.id == id) {
        return Err(ApiError::NotFound("prompt"));
    }
    let prompt = tx
        .save_prompt(signed_in.user.id, id, &body.value.name, &body.value.content)
        .await?;
    state.commit(tx).await?;
    Ok(Json(prompt.into()))
}

/// Let go of a prompt
#[utoipa::path(delete, path = "/prompts/{id}", operation_id = "delete_prompt", tag = "prompts", params(("id" = PromptId, Path)),
    responses((status = 204), (status = 404, body = Problem)))]
pub async fn delete(
    State(state): State<AppState>,
    signed_in: SignedIn,
    PathId(id): PathId<PromptId>,
) -> Result<StatusCode, ApiError> {
    let mut tx = state.store.begin().await?;
    tx.delete_prompt(signed_in.user.id, id).await?;
    state.commit(tx).await?;
    Ok(StatusCode::NO_CONTENT)
}
