//! What a person does with one answer.

use axum::{Json, extract::State};
use quorum_domain::{Response, event::utf16_length, ids::ResponseId};
use quorum_push::Signal;

use crate::{ApiError, AppState, Problem, access::SignedIn, extract::PathId};

/// One answer with its whole text
#[utoipa::path(get, path = "/responses/{id}", operation_id = "get_response", tag = "responses", params(("id" = ResponseId, Path)),
    responses((status = 200, body = Response), (status = 404, body = Problem)))]
pub async fn get(
    State(state): State<AppState>,
    signed_in: SignedIn,
    PathId(id): PathId<ResponseId>,
) -> Result<Json<Response>, ApiError> {
    let mut response = state.store.read().await?.response(signed_in.user.id, id).await?;
    // What has come since the last save stands on the bus.
    if let Some(running) = state
        .bus
        .text_so_far(id)
        .await
        .filter(|running| running.attempt == response.attempt && running.length() > response.content_length)
    {
        response.content_length = running.length();
        response.expanded_content = Some(running.text);
    }
    if let Some(running) = state.bus.thoughts_so_far(id).await.filter(|running| {
        let saved = response.thoughts.as_deref().map_or(0, utf16_length);
        running.attempt == response.attempt && running.length() > saved
    }) {
        response.thoughts = Some(running.text);
    }
    Ok(Json(response))
}

/// Keep this answer
#[utoipa::path(post, path = "/responses/{id}/select", operation_id = "select_response", tag = "responses", params(("id" = ResponseId, Path)),
    responses((status = 200, body = Response), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn select(
    State(state): State<AppState>,
    signed_in: SignedIn,
    PathId(id): PathId<ResponseId>,
) -> Result<Json<Response>, ApiError> {
    set_selected(&state, &signed_in, id, true).await
}

/// Keep it no more
#[utoipa::path(post, path = "/responses/{id}/deselect", operation_id = "deselect_response", tag = "responses", params(("id" = ResponseId, Path)),
    responses((status = 200, body = Response), (status = 404, body = Problem)))]
pub async fn deselect(
    State(state): State<AppState>,
    signed_in: SignedIn,
    PathId(id): PathId<ResponseId>,
) -> Result<Json<Response>, ApiError> {
    set_selected(&state, &signed_in, id, false).await
}

async fn set_selected(
    state: &AppState,
    signed_in: &SignedIn,
    id: ResponseId,
    selected: bool,
) -> Result<Json<Response>, ApiError> {
    let mut tx = state.store.begin().await?;
    let at = tx.response_context(signed_in.user.id, id).await?;
    let response = tx.select_response(&at, selected).await?;
    state.commit(tx).await?;
    Ok(Json(response))
}

/// Remove this answer; one that still runs is stopped
#[utoipa::path(post, path = "/responses/{id}/delete", operation_id = "delete_response", tag = "responses", params(("id" = ResponseId, Path)),
    responses((status = 200, body = Response), (status = 404, body = Problem)))]
pub async fn delete(
    State(state): State<AppState>,
    signed_in: SignedIn,
    PathId(id): PathId<ResponseId>,
) -> Result<Json<Response>, ApiError> {
    let mut tx = state.store.begin().await?;
    let at = tx.response_context(signed_in.user.id, id).await?;
    let response = tx.delete_response(&at).await?;
    state.commit(tx).await?;
    state.signal(Signal::CancelResponse(id));
    Ok(Json(response))
}

/// Bring this answer back
#[utoipa::path(post, path = "/responses/{id}/restore", operation_id = "restore_response", tag = "responses", params(("id" = ResponseId, Path)),
    responses((status = 200, body = Response), (status = 404, body = Problem)))]
pub async fn restore(
    State(state): State<AppState>,
    signed_in: SignedIn,
    PathId(id): PathId<ResponseId>,
) -> Result<Json<Response>, ApiError> {
    let mut tx = state.store.begin().await?;
    let at = tx.response_context(signed_in.user.id, id).await?;
    let response = tx.restore_response(&at).await?;
    state.commit(tx).await?;
    Ok(Json(response))
}

/// Ask this service again
#[utoipa::path(post, path = "/responses/{id}/retry", operation_id = "retry_response", tag = "responses", params(("id" = ResponseId, Path)),
    responses((status = 200, body = Response), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn retry(
    State(state): State<AppState>,
    signed_in: SignedIn,
    PathId(id): PathId<ResponseId>,
) -> Result<Json<Response>, ApiError> {
    state.admit_asking(signed_in.user.id).await?;
    let mut tx = state.store.begin().await?;
    let at = tx.response_context(signed_in.user.id, id).await?;
    let response = tx.retry_response(&at).await?;
    state.commit(tx).await?;
    Ok(Json(response))
}

/// Stop this answer; its text so far is kept
#[utoipa::path(post, path = "/responses/{id}/cancel", operation_id = "cancel_response", tag = "responses", params(("id" = ResponseId, Path)),
    responses((status = 200, body = Response), (status = 404, body = Problem)))]
pub async fn cancel(
    State(state): State<AppState>,
    signed_in: SignedIn,
    PathId(id): PathId<ResponseId>,
) -> Result<Json<Response>, ApiError> {
    let mut tx = state.store.begin().await?;
    let at = tx.response_context(signed_in.user.id, id).await?;
    let response = tx.cancel_response(&at).await?;
    state.commit(tx).await?;
    state.signal(Signal::CancelResponse(id));
    Ok(Json(response))
}
