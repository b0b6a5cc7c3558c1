//! What was sent to a webhook, what came of it, and sending it again.

use axum::{Json, extract::State, http::StatusCode};
use quorum_domain::{
    WebhookDelivery,
    ids::{DeliveryId, WebhookId},
};
use serde::Deserialize;

use super::Page;
use crate::{
    ApiError, AppState, Problem,
    access::{AccountHolder, SignedIn},
    extract::{PathId, QueryString, check_page_size},
};

/// Which part of the list.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DeliveriesQuery {
    /// Deliveries a page, 1 to 100; 20 when not said.
    limit: Option<i64>,
    /// `next_cursor` of the page before.
    cursor: Option<DeliveryId>,
}

/// What was sent to a webhook in the last thirty days, newest first
#[utoipa::path(get, path = "/webhooks/{id}/deliveries", operation_id = "list_webhook_deliveries", tag = "webhooks",
    params(("id" = WebhookId, Path), DeliveriesQuery),
    responses((status = 200, body = Page<WebhookDelivery>), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub async fn list(
    State(state): State<AppState>,
    signed_in: SignedIn,
    PathId(id): PathId<WebhookId>,
    QueryString(query): QueryString<DeliveriesQuery>,
) -> Result<Json<Page<WebhookDelivery>>, ApiError> {
    let limit = check_page_size(query.limit, 20)?;
    let mut session = state.store.read().await?;
    session.webhook(signed_in.user.id, id).await?;
    let mut items = session.deliveries_of_webhook(id, query.cursor, limit + 1).await?;
    let kept = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = items.len() > kept;
    items.truncate(kept);
    let next_cursor = items.last().filter(|_| more).map(|delivery| delivery.id.to_string());
    Ok(Json(Page { items, next_cursor }))
}

/// Send a message again, under the same id
#[utoipa::path(post, path = "/webhooks/{id}/deliveries/{delivery_id}/redrive", operation_id = "redrive_webhook_delivery", tag = "webhooks",
    params(("id" = WebhookId, Path), ("delivery_id" = DeliveryId, Path)),
    responses((status = 202, body = WebhookDelivery), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn redrive(
    State(state): State<AppState>,
    AccountHolder(holder): AccountHolder,
    PathId((webhook, id)): PathId<(WebhookId, DeliveryId)>,
) -> Result<(StatusCode, Json<WebhookDelivery>), ApiError> {
    state.admit_asking(holder.user.id).await?;
    let mut tx = state.store.begin().await?;
    tx.webhook(holder.user.id, webhook).await?;
    let delivery = tx.redrive_delivery(holder.user.id, webhook, id).await?;
    state.commit(tx).await?;
    Ok((StatusCode::ACCEPTED, Json(delivery)))
}
