//! Services: whom to ask. Everyone sees them, admins change them.

use std::collections::HashSet;

use axum::{Json, extract::State, http::StatusCode};
use chrono::{DateTime, Utc};
use quorum_domain::{
    Prices, ServiceType,
    audit::{Act, AuditAction},
    ids::ServiceId,
};
use serde::{Deserialize, Serialize};

use super::Items;
use crate::{
    ApiError, AppState, FaultCode, FieldError, Problem,
    access::{Admin, SignedIn},
    extract::{JsonBody, PathId, check_text},
};

/// Whether the asking user has a key for a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum KeyState {
    /// The service takes none.
    NotNeeded,
    /// One is stored.
    Present,
    /// None is stored.
    Missing,
}

/// A service as shown.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Service {
    /// Its id.
    pub id: ServiceId,
    /// Shown name.
    pub name: String,
    /// The wire format.
    pub service_type: ServiceType,
    /// Its address.
    pub base_url: String,
    /// Scheme, host and port: what a key is bound to.
    pub origin: String,
    /// The model's name there.
    pub model: String,
    /// Longest answer in tokens.
    pub max_output_tokens: u32,
    /// Tokens of prompt and answer together.
    pub context_window: u32,
    /// Whether images may be sent.
    pub vision: bool,
    /// Sampling temperature; none sends none.
    pub temperature: Option<f64>,
    /// Reasoning effort; none sends none.
    pub reasoning_effort: Option<String>,
    /// Micro-USD per million input tokens.
    pub input_price_micro_usd: i64,
    /// Micro-USD per million cached input tokens.
    pub cached_input_price_micro_usd: i64,
    /// Micro-USD per million output tokens.
    pub output_price_micro_usd: i64,
    /// Whether it can be asked.
    pub active: bool,
    /// Whether it may judge.
    pub judge: bool,
    /// Whether it answers questions.
    pub contestant: bool,
    /// Played by the built-in fleet.
    pub demo: bool,
    /// A very small model.
    pub tiny: bool,
    /// Whether calls need a key.
    pub requires_key: bool,
    /// Whether the asking user has one.
    pub key: KeyState,
    /// When it was added.
    pub created_at: DateTime<Utc>,
}

impl Service {
    fn shown(service: quorum_domain::Service, keys: &HashSet<(ServiceType, String)>) -> Self {
        let origin = service.origin();
        let key = if keys.contains(&(service.service_type, origin.clone())) {
            KeyState::Present
        } else if service.requires_key {
            KeyState::Missing
        } else {
            KeyState::NotNeeded
        };
        Self {
            id: service.id,
            name: service.name,
            service_type: service.service_type,
            base_url: service.base_url,
            origin,
            model: service.model,
            max_output_tokens: service.max_output_tokens,
            context_window: service.context_window,
            vision: service.vision,
            temperature: service.temperature,
            reasoning_effort: service.reasoning_effort,
            input_price_micro_usd: service.prices.input,
            cached_input_price_micro_usd: service.prices.cached_input,
            output_price_micro_usd: service.prices.output,
            active: service.active,
            judge: service.judge,
            contestant: service.contestant,
            demo: service.demo,
            tiny: service.tiny,
            requires_key: service.requires_key,
            key,
            created_at: service.created_at,
        }
    }
}

/// A service to add.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub struct ServiceDraft {
    name: String,
    service_type: ServiceType,
    base_url: String,
    model: String,
    #[serde(flatten)]
    settings: ServiceSettings,
}

/// What of a service can be left to its default, or changed alone.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
pub struct ServiceSettings {
    max_output_tokens: Option<u32>,
    context_window: Option<u32>,
    vision: Option<bool>,
    temperature: Option<f64>,
    reasoning_effort: Option<String>,
    input_price_micro_usd: Option<i64>,
    cached_input_price_micro_usd: Option<i64>,
    output_price_micro_usd: Option<i64>,
    active: Option<bool>,
    judge: Option<bool>,
    contestant: Option<bool>,
    tiny: Option<bool>,
    requires_key: Option<bool>,
}

/// Changes to a service.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub struct ServicePatch {
    name: Option<String>,
    service_type: Option<ServiceType>,
    base_url: Option<String>,
    model: Option<String>,
    #[serde(flatten)]
    settings: ServiceSettings,
}

async fn keys_of(
    state: &AppState,
    user: quorum_domain::ids::UserId,
) -> Result<HashSet<(ServiceType, String)>, ApiError> {
    let keys = state.store.read().await?.api_keys_for(user).await?;
    Ok(keys
        .into_iter()
        .map(|key| (key.binding.service_type, key.binding.origin))
        .collect())
}

fn checked(
    state: &AppState,
    mut service: quorum_domain::Service,
    settings: ServiceSettings,
) -> Result<quorum_domain::Service, ApiError> {
    macro_rules! take {
        ($($field:ident),+) => { $(if let Some(value) = settings.$field { service.$field = value; })+ };
    }
    take!(
        max_output_tokens,
        context_window,
        vision,
        active,
        judge,
        contestant,
        tiny,
        requires_key
    );
    service.temperature = settings.temperature.or(service.temperature);
    service.reasoning_effort = settings
        .reasoning_effort
        .or(service.reasoning_effort)
        .filter(|effort| !effort.trim().is_empty());
    service.prices.input = settings.input_price_micro_usd.unwrap_or(service.prices.input);
    service.prices.cached_input = settings
        .cached_input_price_micro_usd
        .unwrap_or(service.prices.cached_input);
    service.prices.output = settings.output_price_micro_usd.unwrap_or(service.prices.output);
    check_text("name", &service.name, 80)?;
    check_text("model", &service.model, 200)?;
    check_text("base_url", &service.base_url, 500)?;
    (state.url_check)(&service.base_url).map_err(|refused| FieldError::address("base_url", refused))?;
    if !(1..=2_000_000).contains(&service.max_output_tokens) {
        return Err(ApiError::range("max_output_tokens", 1, 2_000_000));
    }
    if service.context_window <= service.max_output_tokens || service.context_window > 20_000_000 {
        return Err(ApiError::limit(
            "context_window",
            FaultCode::WindowTooSmall,
            "must be larger than max_output_tokens and at most 20000000",
            20_000_000,
        ));
    }
    if service
        .temperature
        .is_some_and(|temperature| !(0.0..=2.0).contains(&temperature))
    {
        return Err(ApiError::range("temperature", 0, 2));
    }
    let prices = [service.prices.input, service.prices.cached_input, service.prices.output];
    if prices.iter().any(|price| !(0..=1_000_000_000).contains(price)) {
        return Err(ApiError::range("input_price_micro_usd", 0, 1_000_000_000));
    }
    Ok(service)
}

/// The services
#[utoipa::path(get, path = "/services", operation_id = "list_services", tag = "services", responses((status = 200, body = Items<Service>), (status = 401, body = Problem)))]
pub async fn list(State(state): State<AppState>, signed_in: SignedIn) -> Result<Json<Items<Service>>, ApiError> {
    let keys = keys_of(&state, signed_in.user.id).await?;
    let services = state.store.read().await?.services().await?;
    Ok(Json(Items {
        items: services
            .into_iter()
            .map(|service| Service::shown(service, &keys))
            .collect(),
    }))
}

/// What was done to a service, for the audit log.
fn about(admin: &Admin, action: AuditAction, service: &quorum_domain::Service) -> Act {
    let detail = serde_json::json!({
        "id": service.id, "base_url": service.base_url, "model": service.model, "active": service.active,
    });
    admin.act(action, &service.name).with(detail)
}

/// Add a service
#[utoipa::path(post, path = "/admin/services", operation_id = "create_service", tag = "services", request_body = ServiceDraft,
    responses((status = 201, body = Service), (status = 403, body = Problem), (status = 422, body = Problem)))]
pub async fn create(
    State(state): State<AppState>,
    admin: Admin,
    body: JsonBody<ServiceDraft>,
) -> Result<(StatusCode, Json<Service>), ApiError> {
    let draft = body.value;
    let service = quorum_domain::Service {
        id: ServiceId::new(),
        name: draft.name.trim().to_owned(),
        service_type: draft.service_type,
        base_url: draft.base_url.trim().to_owned(),
        model: draft.model.trim().to_owned(),
        max_output_tokens: 4_096,
        context_window: 128_000,
        vision: false,
        temperature: None,
        reasoning_effort: None,
        prices: Prices::default(),
        active: true,
        contestant: true,
        judge: true,
        demo: false,
        tiny: false,
        requires_key: true,
        created_at: state.store.now(),
    };
    let service = checked(&state, service, draft.settings)?;
    let mut tx = state.store.begin().await?;
    tx.save_service(&service).await?;
    tx.enter(&about(&admin, AuditAction::ServiceCreated, &service)).await?;
    state.commit(tx).await?;
    let keys = keys_of(&state, admin.user.id).await?;
    Ok((StatusCode::CREATED, Json(Service::shown(service, &keys))))
}

/// Change a service
#[utoipa::path(patch, path = "/admin/services/{id}", operation_id = "update_service", tag = "services", params(("id" = ServiceId, Path)), request_body = ServicePatch,
    responses((status = 200, body = Service), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub async fn change(
    State(state): State<AppState>,
    admin: Admin,
    PathId(id): PathId<ServiceId>,
    body: JsonBody<ServicePatch>,
) -> Result<Json<Service>, ApiError> {
    let patch = body.value;
    let mut service = state.store.read().await?.service(id).await?;
    service.name = patch.name.map_or(service.name, |name| name.trim().to_owned());
    service.service_type = patch.service_type.unwrap_or(service.service_type);
    service.base_url = patch.base_url.map_or(service.base_url, |url| url.trim().to_owned());
    service.model = patch.model.map_or(service.model, |model| model.trim().to_owned());
    let service = checked(&state, service, patch.settings)?;
    let mut tx = state.store.begin().await?;
    tx.save_service(&service).await?;
    tx.enter(&about(&admin, AuditAction::ServiceChanged, &service)).await?;
    state.commit(tx).await?;
    let keys = keys_of(&state, admin.user.id).await?;
    Ok(Json(Service::shown(service, &keys)))
}

/// Delete a service; its answers stay
#[utoipa::path(delete, path = "/admin/services/{id}", operation_id = "delete_service", tag = "services", params(("id" = ServiceId, Path)),
    responses((status = 204), (status = 404, body = Problem)))]
pub async fn delete(
    State(state): State<AppState>,
    admin: Admin,
    PathId(id): PathId<ServiceId>,
) -> Result<StatusCode, ApiError> {
    let mut tx = state.store.begin().await?;
    let service = tx.service(id).await?;
    tx.delete_service(id).await?;
    tx.enter(&about(&admin, AuditAction::ServiceDeleted, &service)).await?;
    state.commit(tx).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Known providers, models and prices, with the day they were looked up
#[utoipa::path(get, path = "/admin/service-presets", operation_id = "list_service_presets", tag = "services", responses((status = 200, body = serde_json::Value)))]
pub async fn presets(State(state): State<AppState>, _: Admin) -> Json<serde_json::Value> {
    Json((*state.presets).clone())
}
