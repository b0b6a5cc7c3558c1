//! Provider keys: written, tested and revoked, never read.

use std::time::Duration;

use axum::{Json, extract::State, http::StatusCode};
use chrono::{DateTime, Utc};
use quorum_domain::{
    FailureKind, Job, ServiceType,
    audit::{Act, AuditAction},
    ids::{ApiKeyId, ServiceId, UserId},
    key::{KeyBinding, KeyStatus},
};
use quorum_push::Signal;
use quorum_store::{MASTER_KEY_TURN, SealedApiKey};
use quorum_vault::{ExposeSecret, SecretString, last4};
use serde::{Deserialize, Serialize};

use super::Items;
use crate::{
    ApiError, AppState, FaultCode, Problem,
    access::SignedIn,
    extract::{JsonBody, PathId, check_text},
};

/// Longest key in characters.
const KEY_CHARS: usize = 1_000;
/// How long a test may take.
const TEST_TIME: Duration = Duration::from_secs(20);

/// Whose a key is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum KeyScope {
    /// The user's own.
    #[default]
    User,
    /// Used by everyone who has none of their own.
    Instance,
}

/// A key as listed: everything but the secret.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ApiKey {
    /// Its id.
    pub id: ApiKeyId,
    /// The wire format it is for.
    pub service_type: ServiceType,
    /// The only origin it is sent to.
    pub origin: String,
    /// The services that use it.
    pub service_names: Vec<String>,
    /// Whose it is.
    pub scope: KeyScope,
    /// Its last characters.
    pub last4: String,
    /// What the last test said.
    pub status: KeyStatus,
    /// What was wrong at the last failed test, in English.
    pub status_detail: Option<String>,
    /// The kind of it, where it is one that calls have.
    pub status_kind: Option<FailureKind>,
    /// The provider's own words alone, if it said anything.
    pub status_said: Option<String>,
    /// When it was saved.
    pub created_at: DateTime<Utc>,
    /// When it was last used.
    pub last_used_at: Option<DateTime<Utc>>,
    /// When it was last tested.
    pub tested_at: Option<DateTime<Utc>>,
}

/// A key as shown.
pub fn shown(key: quorum_domain::key::ApiKey, services: &[quorum_domain::Service]) -> ApiKey {
    let uses = |service: &&quorum_domain::Service| {
        service.service_type == key.binding.service_type && service.origin() == key.binding.origin
    };
    ApiKey {
        id: key.binding.id,
        service_names: services
            .iter()
            .filter(uses)
            .map(|service| service.name.clone())
            .collect(),
        service_type: key.binding.service_type,
        scope: if key.binding.owner.is_some() {
            KeyScope::User
        } else {
            KeyScope::Instance
        },
        origin: key.binding.origin,
        last4: key.last4,
        status: key.status,
        status_kind: key.trouble.as_ref().and_then(|trouble| trouble.kind),
        status_said: key.trouble.as_ref().and_then(|trouble| trouble.said.clone()),
        status_detail: key.trouble.map(|trouble| trouble.words),
        created_at: key.created_at,
        last_used_at: key.last_used_at,
        tested_at: key.tested_at,
    }
}

/// A key to save.
#[derive(Deserialize, utoipa::ToSchema)]
pub struct NewApiKey {
    /// The service it is for; others of the same type and origin use it too.
    service_id: ServiceId,
    /// The secret.
    #[schema(value_type = String)]
    key: SecretString,
    /// Whose it is.
    #[serde(default)]
    scope: KeyScope,
}

/// A key that this user may change: their own, or the instance's for an admin.
async fn own_key(state: &AppState, signed_in: &SignedIn, id: ApiKeyId) -> Result<quorum_domain::key::ApiKey, ApiError> {
    let key = state.store.read().await?.api_key(id).await?;
    let allowed = match key.binding.owner {
        Some(owner) => owner == signed_in.user.id,
        None => signed_in.is_admin(),
    };
    if allowed {
        Ok(key)
    } else {
        Err(ApiError::NotFound("key"))
    }
}

/// The keys in force
#[utoipa::path(get, path = "/api-keys", operation_id = "list_api_keys", tag = "api keys", responses((status = 200, body = Items<ApiKey>)))]
pub async fn list(State(state): State<AppState>, signed_in: SignedIn) -> Result<Json<Items<ApiKey>>, ApiError> {
    let mut session = state.store.read().await?;
    let services = session.services().await?;
    let keys = session.api_keys_for(signed_in.user.id).await?;
    Ok(Json(Items {
        items: keys.into_iter().map(|key| shown(key, &services)).collect(),
    }))
}

/// Save a key; it replaces the former one for the same owner, service type and origin
#[utoipa::path(post, path = "/api-keys", operation_id = "create_api_key", tag = "api keys", request_body = NewApiKey,
    responses((status = 201, body = ApiKey), (status = 403, body = Problem), (status = 422, body = Problem)))]
pub async fn create(
    State(state): State<AppState>,
    signed_in: SignedIn,
    body: JsonBody<NewApiKey>,
) -> Result<(StatusCode, Json<ApiKey>), ApiError> {
    let new = body.value;
    if new.scope == KeyScope::Instance && !signed_in.is_admin() {
        return Err(ApiError::Forbidden);
    }
    let owner = (new.scope == KeyScope::User).then_some(signed_in.user.id);
    let act = |action, subject: String| signed_in.act(action, subject);
    let key = save_key(&state, new.service_id, owner, &new.key, act).await?;
    Ok((StatusCode::CREATED, Json(key)))
}

/// Seals and stores a key for a service; none as its owner is the instance.
pub async fn save_key(
    state: &AppState,
    service_id: ServiceId,
    owner: Option<UserId>,
    key: &SecretString,
    act: impl FnOnce(AuditAction, String) -> Act,
) -> Result<ApiKey, ApiError> {
    let secret = SecretString::from(key.expose_secret().trim());
    check_text("key", secret.expose_secret(), KEY_CHARS)?;
    if !secret.expose_secret().bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(ApiError::field(
            "key",
            FaultCode::BadCharacters,
            "has characters that no key has",
        ));
    }
    let services = state.store.read().await?.services().await?;
    let service = services.iter().find(|service| service.id == service_id);
    let service = service.ok_or_else(|| ApiError::field("service_id", FaultCode::Unknown, "is not a service"))?;
    let binding = KeyBinding {
        id: ApiKeyId::new(),
        owner,
        service_type: service.service_type,
        origin: service.origin(),
    };
    let mut tx = state.store.begin().await?;
    // Sealed while nobody changes the master key.
    tx.take_turns(MASTER_KEY_TURN).await?;
    let sealed = state.vault.seal(&binding, &secret)?.0;
    let (id, end) = (binding.id, last4(&secret));
    let subject = format!("{} {}", binding.service_type, binding.origin);
    let replaced = tx
        .save_api_key(&SealedApiKey {
            binding,
            sealed,
            last4: end.clone(),
        })
        .await?;
    let act = act(AuditAction::ApiKeySaved, subject);
    tx.enter(&act.with(serde_json::json!({"id": id, "owner": owner, "last4": end})))
        .await?;
    state.commit(tx).await?;
    if let Some(old) = replaced {
        state.signal(Signal::KeyRevoked(old));
    }
    let key = state.store.read().await?.api_key(id).await?;
    Ok(shown(key, &services))
}

/// Revoke a key; calls under way with it are broken off
#[utoipa::path(delete, path = "/api-keys/{id}", operation_id = "delete_api_key", tag = "api keys", params(("id" = ApiKeyId, Path)),
    responses((status = 204), (status = 404, body = Problem)))]
pub async fn revoke(
    State(state): State<AppState>,
    signed_in: SignedIn,
    PathId(id): PathId<ApiKeyId>,
) -> Result<StatusCode, ApiError> {
    let key = own_key(&state, &signed_in, id).await?;
    revoke_key(&state, &key, |action, subject| signed_in.act(action, subject)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Revokes a key and breaks off the calls under way with it.
pub async fn revoke_key(
    state: &AppState,
    key: &quorum_domain::key::ApiKey,
    act: impl FnOnce(AuditAction, String) -> Act,
) -> Result<(), ApiError> {
    let id = key.binding.id;
    let mut tx = state.store.begin().await?;
    tx.revoke_api_key(id).await?;
    let subject = format!("{} {}", key.binding.service_type, key.binding.origin);
    let act = act(AuditAction::ApiKeyRevoked, subject);
    tx.enter(&act.with(serde_json::json!({"id": id, "owner": key.binding.owner, "last4": key.last4})))
        .await?;
    state.commit(tx).await?;
    state.signal(Signal::KeyRevoked(id));
    Ok(())
}

/// Test a key at its provider; takes up to twenty seconds
#[utoipa::path(post, path = "/api-keys/{id}/test", operation_id = "test_api_key", tag = "api keys", params(("id" = ApiKeyId, Path)),
    responses((status = 200, body = ApiKey), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub async fn test(
    State(state): State<AppState>,
    signed_in: SignedIn,
    PathId(id): PathId<ApiKeyId>,
) -> Result<Json<ApiKey>, ApiError> {
    own_key(&state, &signed_in, id).await?;
    state.admit_asking(signed_in.user.id).await?;
    test_key(&state, id).await.map(Json)
}

/// Has a key tested at its provider, and waits for the verdict.
pub async fn test_key(state: &AppState, id: ApiKeyId) -> Result<ApiKey, ApiError> {
    let mut signals = state.bus.signals();
    let mut tx = state.store.begin().await?;
    tx.note_key_test(id, KeyStatus::Testing, None).await?;
    tx.enqueue(Job::TestKey(id)).await?;
    state.commit(tx).await?;
    let told = async {
        while let Some(signal) = signals.next().await {
            if signal == Signal::KeyTested(id) {
                return;
            }
        }
    };
    // Told or not, the store has the result, or the test is still under way.
    let _told_in_time = tokio::time::timeout(TEST_TIME, told).await;
    let mut session = state.store.read().await?;
    let key = session.api_key(id).await?;
    let services = session.services().await?;
    match key.status {
        KeyStatus::Accepted => Ok(shown(key, &services)),
        KeyStatus::Failed => Err(ApiError::KeyTestFailed(key.trouble.unwrap_or_default())),
        KeyStatus::Testing | KeyStatus::Untested => {
            Err(ApiError::KeyTestFailed("The test did not end in time.".into()))
        }
    }
}
