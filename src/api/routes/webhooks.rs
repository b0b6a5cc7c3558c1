//! Webhooks: addresses of a user's that are told when a batch is done. The secret is shown once.

use axum::{Json, extract::State, http::StatusCode};
use quorum_domain::{
    Webhook, WebhookDelivery, WebhookEvents,
    audit::AuditAction,
    ids::WebhookId,
    webhook::{DESCRIPTION_CHARS, URL_CHARS, WebhookBinding},
};
use quorum_store::{MASTER_KEY_TURN, NewWebhook, WebhookPatch};
use quorum_vault::{ExposeSecret, new_webhook_secret};
use serde::{Deserialize, Serialize};

use super::Items;
use crate::{
    ApiError, AppState, FieldError, Problem,
    access::{AccountHolder, SignedIn},
    extract::{JsonBody, PathId, check_length, check_text},
};

/// A webhook to add.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"url": "https://example.com/hooks/quorum", "description": "Team chat", "events": ["batch.completed"]}))]
pub struct WebhookDraft {
    /// Where messages are sent: http or https; an address of this machine or a private network only
    /// where an admin allowed its host.
    url: String,
    /// What to call it.
    #[serde(default)]
    description: String,
    /// What it is told of; of everything when not said.
    #[serde(default = "WebhookEvents::all")]
    events: WebhookEvents,
}

/// What to change of a webhook; what is not named stays.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"active": false}))]
pub struct WebhookChange {
    /// Where messages are sent.
    url: Option<String>,
    /// What to call it.
    description: Option<String>,
    /// What it is told of.
    events: Option<WebhookEvents>,
    /// Whether messages are sent.
    active: Option<bool>,
}

/// A webhook with its new secret.
#[derive(Serialize, utoipa::ToSchema)]
pub struct WebhookWithSecret {
    /// The secret that messages are signed with. It is not shown again.
    secret: String,
    /// What is known of the webhook.
    webhook: Webhook,
}

fn checked_url(state: &AppState, url: &str) -> Result<String, ApiError> {
    check_text("url", url, URL_CHARS)?;
    let url = url.trim();
    (state.url_check)(url).map_err(|refused| FieldError::address("url", refused))?;
    Ok(url.to_owned())
}

/// Your webhooks
#[utoipa::path(get, path = "/webhooks", operation_id = "list_webhooks", tag = "webhooks", responses((status = 200, body = Items<Webhook>)))]
pub async fn list(State(state): State<AppState>, signed_in: SignedIn) -> Result<Json<Items<Webhook>>, ApiError> {
    let items = state.store.read().await?.webhooks_of(signed_in.user.id).await?;
    Ok(Json(Items { items }))
}

/// Add a webhook; its secret is in the reply and nowhere else
#[utoipa::path(post, path = "/webhooks", operation_id = "create_webhook", tag = "webhooks", request_body = WebhookDraft,
    responses((status = 201, body = WebhookWithSecret), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn create(
    State(state): State<AppState>,
    AccountHolder(holder): AccountHolder,
    body: JsonBody<WebhookDraft>,
) -> Result<(StatusCode, Json<WebhookWithSecret>), ApiError> {
    let draft = body.value;
    let url = checked_url(&state, &draft.url)?;
    check_length("description", &draft.description, DESCRIPTION_CHARS)?;
    let binding = WebhookBinding {
        id: WebhookId::new(),
        owner: holder.user.id,
    };
    let secret = new_webhook_secret();
    let mut tx = state.store.begin().await?;
    // Sealed while nobody changes the master key.
    tx.take_turns(MASTER_KEY_TURN).await?;
    let new = NewWebhook {
        binding,
        url,
        description: draft.description.trim().to_owned(),
        events: draft.events,
        sealed: state.vault.seal_webhook(binding, &secret)?.0,
    };
    let webhook = tx.create_webhook(&new).await?;
    tx.enter(&holder.act(AuditAction::WebhookCreated, &webhook.url)).await?;
    state.commit(tx).await?;
    let made = WebhookWithSecret {
        secret: secret.expose_secret().to_owned(),
        webhook,
    };
    Ok((StatusCode::CREATED, Json(made)))
}

/// One of your webhooks
#[utoipa::path(get, path = "/webhooks/{id}", operation_id = "get_webhook", tag = "webhooks", params(("id" = WebhookId, Path)),
    responses((status = 200, body = Webhook), (status = 404, body = Problem)))]
pub async fn get(
    State(state): State<AppState>,
    signed_in: SignedIn,
    PathId(id): PathId<WebhookId>,
) -> Result<Json<Webhook>, ApiError> {
    Ok(Json(state.store.read().await?.webhook(signed_in.user.id, id).await?))
}

/// Change a webhook, or switch it off and on
#[utoipa::path(patch, path = "/webhooks/{id}", operation_id = "update_webhook", tag = "webhooks", params(("id" = WebhookId, Path)),
    request_body = WebhookChange, responses((status = 200, body = Webhook), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub async fn change(
    State(state): State<AppState>,
    AccountHolder(holder): AccountHolder,
    PathId(id): PathId<WebhookId>,
    body: JsonBody<WebhookChange>,
) -> Result<Json<Webhook>, ApiError> {
    let change = body.value;
    if let Some(description) = &change.description {
        check_length("description", description, DESCRIPTION_CHARS)?;
    }
    let mut tx = state.store.begin().await?;
    tx.webhook(holder.user.id, id).await?;
    let patch = WebhookPatch {
        url: change.url.map(|url| checked_url(&state, &url)).transpose()?,
        description: change.description.map(|text| text.trim().to_owned()),
        events: change.events,
        active: change.active,
    };
    let webhook = tx.patch_webhook(holder.user.id, id, &patch).await?;
    let act = holder.act(AuditAction::WebhookChanged, &webhook.url);
    tx.enter(&act.with(serde_json::json!({"active": webhook.active})))
        .await?;
    state.commit(tx).await?;
    Ok(Json(webhook))
}

/// Take a webhook away; it can be restored for thirty days
#[utoipa::path(delete, path = "/webhooks/{id}", operation_id = "delete_webhook", tag = "webhooks", params(("id" = WebhookId, Path)),
    responses((status = 204), (status = 404, body = Problem)))]
pub async fn delete(
    State(state): State<AppState>,
    AccountHolder(holder): AccountHolder,
    PathId(id): PathId<WebhookId>,
) -> Result<StatusCode, ApiError> {
    let mut tx = state.store.begin().await?;
    let webhook = tx.webhook(holder.user.id, id).await?;
    tx.delete_webhook(holder.user.id, id).await?;
    let act = holder.act(AuditAction::WebhookChanged, &webhook.url);
    tx.enter(&act.with(serde_json::json!({"deleted": true}))).await?;
    state.commit(tx).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Bring a webhook back
#[utoipa::path(post, path = "/webhooks/{id}/restore", operation_id = "restore_webhook", tag = "webhooks", params(("id" = WebhookId, Path)),
    responses((status = 200, body = Webhook), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn restore(
    State(state): State<AppState>,
    AccountHolder(holder): AccountHolder,
    PathId(id): PathId<WebhookId>,
) -> Result<Json<Webhook>, ApiError> {
    let mut tx = state.store.begin().await?;
    let webhook = tx.restore_webhook(holder.user.id, id).await?;
    let act = holder.act(AuditAction::WebhookChanged, &webhook.url);
    tx.enter(&act.with(serde_json::json!({"deleted": false}))).await?;
    state.commit(tx).await?;
    Ok(Json(webhook))
}

/// Give a webhook another secret; for a day messages are signed with both
#[utoipa::path(post, path = "/webhooks/{id}/rotate-secret", operation_id = "rotate_webhook_secret", tag = "webhooks",
    params(("id" = WebhookId, Path)), responses((status = 200, body = WebhookWithSecret), (status = 404, body = Problem)))]
pub async fn rotate_secret(
    State(state): State<AppState>,
    AccountHolder(holder): AccountHolder,
    PathId(id): PathId<WebhookId>,
) -> Result<Json<WebhookWithSecret>, ApiError> {
    let binding = WebhookBinding {
        id,
        owner: holder.user.id,
    };
    let secret = new_webhook_secret();
    let mut tx = state.store.begin().await?;
    tx.take_turns(MASTER_KEY_TURN).await?;
    let sealed = state.vault.seal_webhook(binding, &secret)?.0;
    let webhook = tx.rotate_webhook_secret(binding, &sealed).await?;
    let act = holder.act(AuditAction::WebhookChanged, &webhook.url);
    tx.enter(&act.with(serde_json::json!({"secret": "rotated"}))).await?;
    state.commit(tx).await?;
    Ok(Json(WebhookWithSecret {
        secret: secret.expose_secret().to_owned(),
        webhook,
    }))
}

/// Send a test message; what came of it is in the list of deliveries
#[utoipa::path(post, path = "/webhooks/{id}/test", operation_id = "test_webhook", tag = "webhooks", params(("id" = WebhookId, Path)),
    responses((status = 202, body = WebhookDelivery), (status = 404, body = Problem)))]
pub async fn test(
    State(state): State<AppState>,
    AccountHolder(holder): AccountHolder,
    PathId(id): PathId<WebhookId>,
) -> Result<(StatusCode, Json<WebhookDelivery>), ApiError> {
    state.admit_asking(holder.user.id).await?;
    let mut tx = state.store.begin().await?;
    tx.webhook(holder.user.id, id).await?;
    let delivery = tx.enqueue_test_delivery(holder.user.id, id).await?;
    state.commit(tx).await?;
    Ok((StatusCode::ACCEPTED, Json(delivery)))
}
