//! What the page needs to know before anyone signs in.

use axum::{Json, extract::State};
use quorum_domain::access::RegistrationPolicy;
use serde::Serialize;

use crate::{ApiError, AppState, Limits, Problem};

/// This installation.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Instance {
    /// Version of the binary.
    pub version: String,
    /// No account yet.
    pub needs_setup: bool,
    /// The first account needs the token from the console, unless it is created on this machine.
    pub setup_token_required: bool,
    /// Only demo services are active.
    pub demo: bool,
    /// Some active service is a very small model.
    pub has_tiny_models: bool,
    /// Who may make an account now.
    pub registration: RegistrationPolicy,
    /// What the account elsewhere is called that signs in here, if there is one.
    pub oidc: Option<String>,
    /// Limits of requests.
    pub limits: Limits,
}

/// What this installation is
#[utoipa::path(get, path = "/instance", operation_id = "get_instance", tag = "instance", security(()), responses((status = 200, body = Instance), (status = 503, body = Problem)))]
pub async fn get_instance(State(state): State<AppState>) -> Result<Json<Instance>, ApiError> {
    let mut session = state.store.read().await?;
    let needs_setup = session.count_users().await? == 0;
    let services = session.services().await?;
    let mut active = services.iter().filter(|service| service.active && service.contestant);
    let demo = active.clone().all(|service| service.demo);
    Ok(Json(Instance {
        version: state.instance.version.to_owned(),
        needs_setup,
        setup_token_required: needs_setup && state.instance.setup_token.is_some(),
        demo,
        has_tiny_models: active.any(|service| service.tiny),
        registration: state.settings.now().registration,
        oidc: state.oidc.as_ref().map(|oidc| oidc.settings.name.clone()),
        limits: state.limits(),
    }))
}
