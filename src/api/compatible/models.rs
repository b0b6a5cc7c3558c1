//! The models that can be asked, in OpenAI's shape with the fields that Anthropic's clients read.

use axum::{Json, extract::State};
use chrono::{DateTime, Utc};
use serde::Serialize;

use super::errors::OpenAiError;
use crate::{
    ApiError, AppState,
    access::SignedIn,
    council::model::{ListedModel, listed},
    extract::PathId,
};

/// A model that can be asked.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Model {
    /// What to ask it by.
    id: String,
    /// Always `model`.
    object: &'static str,
    /// When there first was one, in seconds of Unix time.
    created: i64,
    /// Always `quorum`.
    owned_by: &'static str,
    /// Always `model`; for Anthropic's clients.
    #[serde(rename = "type")]
    kind: &'static str,
    /// What it is, in a few words.
    display_name: String,
    /// When there first was one.
    created_at: DateTime<Utc>,
}

/// The models that can be asked.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ModelList {
    /// Always `list`.
    object: &'static str,
    /// The models.
    data: Vec<Model>,
    /// The first one's id.
    first_id: Option<String>,
    /// The last one's id.
    last_id: Option<String>,
    /// Always false: all are in one page.
    has_more: bool,
}

impl From<ListedModel> for Model {
    fn from(model: ListedModel) -> Self {
        Self {
            id: model.id,
            object: "model",
            created: model.created_at.timestamp(),
            owned_by: "quorum",
            kind: "model",
            display_name: model.description,
            created_at: model.created_at,
        }
    }
}

/// The models that you can ask
#[utoipa::path(get, path = "/models", operation_id = "list_models", tag = "compatible",
    responses((status = 200, body = ModelList)))]
pub async fn list(State(state): State<AppState>, signed_in: SignedIn) -> Result<Json<ModelList>, ApiError> {
    let data: Vec<Model> = listed(&state, signed_in.user.id)
        .await?
        .into_iter()
        .map(Model::from)
        .collect();
    Ok(Json(ModelList {
        object: "list",
        first_id: data.first().map(|model| model.id.clone()),
        last_id: data.last().map(|model| model.id.clone()),
        data,
        has_more: false,
    }))
}

/// One model
#[utoipa::path(get, path = "/models/{*model}", operation_id = "get_model", tag = "compatible", params(("model" = String, Path)),
    responses((status = 200, body = Model), (status = 404, body = OpenAiError)))]
pub async fn get(
    State(state): State<AppState>,
    signed_in: SignedIn,
    PathId(id): PathId<String>,
) -> Result<Json<Model>, ApiError> {
    let models = listed(&state, signed_in.user.id).await?;
    let found = models.into_iter().find(|model| model.id == id);
    found.map(|model| Json(model.into())).ok_or(ApiError::ModelNotFound(id))
}
