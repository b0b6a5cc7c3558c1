//! Provider keys of the instance and of any user: set, tested and revoked by admins, never read.

use axum::{Json, extract::State, http::StatusCode};
use quorum_domain::ids::{ApiKeyId, ServiceId, UserId};
use quorum_vault::SecretString;
use serde::{Deserialize, Serialize};

use super::{
    Items,
    api_keys::{ApiKey, revoke_key, save_key, shown, test_key},
};
use crate::{
    ApiError, AppState, FaultCode, Problem,
    access::Admin,
    extract::{JsonBody, PathId},
};

/// Whose a key is.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct KeyOwner {
    /// The user.
    id: UserId,
    /// Their name.
    name: String,
    /// Their sign-in name.
    email: String,
}

/// A key with its owner.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct OwnedApiKey {
    /// The key, without the secret.
    key: ApiKey,
    /// Whose it is; none for a key of the instance.
    owner: Option<KeyOwner>,
}

/// A key that an admin sets for the instance or for a user.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewOwnedApiKey {
    /// The service it is for; others of the same type and origin use it too.
    service_id: ServiceId,
    /// The secret.
    #[schema(value_type = String)]
    key: SecretString,
    /// Whose it will be; the instance's when not said.
    user_id: Option<UserId>,
}

/// Every key in force
#[utoipa::path(get, path = "/admin/api-keys", operation_id = "list_all_api_keys", tag = "admin",
    responses((status = 200, body = Items<OwnedApiKey>), (status = 403, body = Problem)))]
pub async fn list(State(state): State<AppState>, _: Admin) -> Result<Json<Items<OwnedApiKey>>, ApiError> {
    let mut session = state.store.read().await?;
    let services = session.services().await?;
    let users = session.users().await?;
    let keys = session.all_api_keys().await?;
    let items = keys
        .into_iter()
        .map(|key| {
            let owner = key
                .binding
                .owner
                .and_then(|owner| users.iter().find(|user| user.id == owner));
            OwnedApiKey {
                owner: owner.map(|user| KeyOwner {
                    id: user.id,
                    name: user.name.clone(),
                    email: user.email.clone(),
                }),
                key: shown(key, &services),
            }
        })
        .collect();
    Ok(Json(Items { items }))
}

/// Set a key of the instance or of a user; it replaces the former one
#[utoipa::path(post, path = "/admin/api-keys", operation_id = "set_api_key", tag = "admin", request_body = NewOwnedApiKey,
    responses((status = 201, body = ApiKey), (status = 403, body = Problem), (status = 422, body = Problem)))]
pub async fn create(
    State(state): State<AppState>,
    admin: Admin,
    body: JsonBody<NewOwnedApiKey>,
) -> Result<(StatusCode, Json<ApiKey>), ApiError> {
    let new = body.value;
    if let Some(user) = new.user_id {
        let users = state.store.read().await?.users().await?;
        if !users.iter().any(|known| known.id == user) {
            return Err(ApiError::field("user_id", FaultCode::Unknown, "is not a user"));
        }
    }
    let key = save_key(&state, new.service_id, new.user_id, &new.key, |action, subject| {
        admin.act(action, subject)
    })
    .await?;
    Ok((StatusCode::CREATED, Json(key)))
}

/// Revoke any key; calls under way with it are broken off
#[utoipa::path(delete, path = "/admin/api-keys/{id}", operation_id = "revoke_api_key", tag = "admin", params(("id" = ApiKeyId, Path)),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub async fn revoke(
    State(state): State<AppState>,
    admin: Admin,
    PathId(id): PathId<ApiKeyId>,
) -> Result<StatusCode, ApiError> {
    let key = state.store.read().await?.api_key(id).await?;
    revoke_key(&state, &key, |action, subject| admin.act(action, subject)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Test any key at its provider; takes up to twenty seconds
#[utoipa::path(post, path = "/admin/api-keys/{id}/test", operation_id = "test_any_api_key", tag = "admin", params(("id" = ApiKeyId, Path)),
    responses((status = 200, body = ApiKey), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub async fn test(
    State(state): State<AppState>,
    admin: Admin,
    PathId(id): PathId<ApiKeyId>,
) -> Result<Json<ApiKey>, ApiError> {
    state.admit_asking(admin.user.id).await?;
    test_key(&state, id).await.map(Json)
}
