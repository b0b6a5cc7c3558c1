//! Panels: services that a user asks together, under a name.

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use quorum_domain::{
    Panel,
    ids::{PanelId, ServiceId},
    panel::{PANEL_NAME_CHARS, PANELS, slug_of},
};
use serde::Deserialize;

use super::{Items, conversations::check_services, keep_reply, repeated};
use crate::{
    ApiError, AppState, FaultCode, Problem,
    access::SignedIn,
    council::model::RESERVED_PANELS,
    extract::{IdempotencyKey, JsonBody, PathId, check_text},
};

/// A panel to save.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PanelDraft {
    /// At most 60 characters, with a letter or a digit.
    name: String,
    /// The services, at least one, in the order asked.
    service_ids: Vec<ServiceId>,
}

/// Changes to a panel.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PanelChanges {
    /// A new name.
    name: Option<String>,
    /// Other services.
    service_ids: Option<Vec<ServiceId>>,
}

fn check_name(name: &str) -> Result<(), ApiError> {
    check_text("name", name, PANEL_NAME_CHARS)?;
    let slug = slug_of(name);
    if slug.is_empty() {
        return Err(ApiError::field(
            "name",
            FaultCode::NoLetter,
            "must have a letter or a digit",
        ));
    }
    if RESERVED_PANELS.contains(&slug.as_str()) {
        return Err(ApiError::field(
            "name",
            FaultCode::Reserved,
            format!("quorum:{slug} means something else"),
        ));
    }
    Ok(())
}

async fn check_members(state: &AppState, ids: &[ServiceId]) -> Result<(), ApiError> {
    if ids.is_empty() {
        return Err(ApiError::field("service_ids", FaultCode::Empty, "must name a service"));
    }
    check_services(state, ids).await
}

/// Your panels, by name
#[utoipa::path(get, path = "/panels", operation_id = "list_panels", tag = "panels",
    responses((status = 200, body = Items<Panel>)))]
pub async fn list(State(state): State<AppState>, signed_in: SignedIn) -> Result<Json<Items<Panel>>, ApiError> {
    let items = state.store.read().await?.panels(signed_in.user.id).await?;
    Ok(Json(Items { items }))
}

/// Save services as a panel
#[utoipa::path(post, path = "/panels", operation_id = "create_panel", tag = "panels", request_body = PanelDraft,
    responses((status = 201, body = Panel), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn create(
    State(state): State<AppState>,
    signed_in: SignedIn,
    IdempotencyKey(key): IdempotencyKey,
    body: JsonBody<PanelDraft>,
) -> Result<Response, ApiError> {
    let user = signed_in.user.id;
    check_name(&body.value.name)?;
    check_members(&state, &body.value.service_ids).await?;
    let mut tx = state.store.begin().await?;
    if let Some(reply) = repeated(&mut tx, user, key.as_deref(), &body.hash).await? {
        return Ok(reply);
    }
    if tx.panels(user).await?.len() >= PANELS {
        return Err(ApiError::limit(
            "name",
            FaultCode::TooManyKept,
            format!("at most {PANELS} panels can be saved"),
            PANELS,
        ));
    }
    let panel = tx
        .save_panel(user, PanelId::new(), body.value.name.trim(), &body.value.service_ids)
        .await?;
    keep_reply(&mut tx, user, key.as_deref(), StatusCode::CREATED, &panel).await?;
    state.commit(tx).await?;
    Ok((StatusCode::CREATED, Json(panel)).into_response())
}

/// Rename a panel, or change its services
#[utoipa::path(patch, path = "/panels/{id}", operation_id = "update_panel", tag = "panels", params(("id" = PanelId, Path)), request_body = PanelChanges,
    responses((status = 200, body = Panel), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn change(
    State(state): State<AppState>,
    signed_in: SignedIn,
    PathId(id): PathId<PanelId>,
    body: JsonBody<PanelChanges>,
) -> Result<Json<Panel>, ApiError> {
    let changes = body.value;
    if let Some(name) = &changes.name {
        check_name(name)?;
    }
    if let Some(ids) = &changes.service_ids {
        check_members(&state, ids).await?;
    }
    let mut tx = state.store.begin().await?;
    let known = tx.panel(signed_in.user.id, id).await?;
    let name = changes.name.as_deref().unwrap_or(&known.name).trim();
    let members = changes.service_ids.as_deref().unwrap_or(&known.service_ids);
    let panel = tx.save_panel(signed_in.user.id, id, name, members).await?;
    state.commit(tx).await?;
    Ok(Json(panel))
}

/// Let go of a panel; its services stay
#[utoipa::path(delete, path = "/panels/{id}", operation_id = "delete_panel", tag = "panels", params(("id" = PanelId, Path)),
    responses((status = 204), (status = 404, body = Problem)))]
pub async fn delete(
    State(state): State<AppState>,
    signed_in: SignedIn,
    PathId(id): PathId<PanelId>,
) -> Result<StatusCode, ApiError> {
    let mut tx = state.store.begin().await?;
    tx.delete_panel(signed_in.user.id, id).await?;
    state.commit(tx).await?;
    Ok(StatusCode::NO_CONTENT)
}
