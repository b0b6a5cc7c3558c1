//! The instance: its settings and what is wrong with it.

use axum::{Json, extract::State};
use quorum_domain::{
    audit::AuditAction,
    settings::{InstanceSettings, InstanceSettingsPatch, SettingRange},
};
use quorum_push::Signal;
use serde::{Deserialize, Serialize};

use crate::{
    ApiError, AppState, FaultCode, Finding, FixedSetting, Problem,
    access::Admin,
    extract::{JsonBody, object},
};

/// The settings of the instance.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct SettingsReport {
    /// In force, here and within seconds on every process.
    settings: InstanceSettings,
    /// As this process was started, before any change.
    started: InstanceSettings,
    /// Names of those that admins changed.
    changed: Vec<&'static str>,
    /// Ranges of those that are numbers.
    ranges: Vec<SettingRange>,
    /// What only a restart changes, without secrets.
    fixed: Vec<FixedSetting>,
}

fn report(state: &AppState, changes: &InstanceSettingsPatch) -> SettingsReport {
    SettingsReport {
        settings: changes.over(&state.started.settings),
        started: state.started.settings.clone(),
        changed: changes.changed(),
        ranges: InstanceSettings::RANGES.to_vec(),
        fixed: state.started.fixed.clone(),
    }
}

/// The settings of the instance, and where each is set
#[utoipa::path(get, path = "/admin/settings", operation_id = "get_settings", tag = "admin",
    responses((status = 200, body = SettingsReport), (status = 403, body = Problem)))]
pub async fn settings(State(state): State<AppState>, _: Admin) -> Result<Json<SettingsReport>, ApiError> {
    let changes = state.store.read().await?.instance_settings().await?;
    Ok(Json(report(&state, &changes)))
}

/// Changes to the settings.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SettingsChange {
    /// New values.
    #[serde(default, deserialize_with = "object")]
    set: InstanceSettingsPatch,
    /// Names of settings that go back to what the process was started with.
    #[serde(default)]
    reset: Vec<String>,
}

/// Change settings; they hold within seconds on every process
#[utoipa::path(patch, path = "/admin/settings", operation_id = "change_settings", tag = "admin", request_body = SettingsChange,
    responses((status = 200, body = SettingsReport), (status = 403, body = Problem), (status = 422, body = Problem)))]
pub async fn change_settings(
    State(state): State<AppState>,
    admin: Admin,
    body: JsonBody<SettingsChange>,
) -> Result<Json<SettingsReport>, ApiError> {
    let change = body.value;
    change.set.check().map_err(|refused| {
        let bound = |value: u32| usize::try_from(value).unwrap_or(usize::MAX);
        ApiError::range(refused.0.name, bound(refused.0.min), bound(refused.0.max))
    })?;
    let mut tx = state.store.begin().await?;
    let mut changes = tx.hold_instance_settings().await?;
    for name in &change.reset {
        if !changes.reset(name) {
            return Err(ApiError::field(
                "reset",
                FaultCode::Unknown,
                format!("{name} is not a setting"),
            ));
        }
    }
    changes.take(&change.set);
    let settings = changes.over(&state.started.settings);
    if settings.first_token_seconds > settings.total_seconds || settings.content_idle_seconds > settings.total_seconds {
        return Err(ApiError::field(
            "total_seconds",
            FaultCode::DeadlineTooShort,
            "must not be shorter than the other deadlines of a call",
        ));
    }
    tx.save_instance_settings(&changes).await?;
    let detail = serde_json::json!({"set": change.set, "reset": change.reset});
    tx.enter(&admin.act(AuditAction::SettingChanged, "settings").with(detail))
        .await?;
    state.commit(tx).await?;
    state.settings.set(settings);
    state.signal(Signal::SettingsChanged);
    Ok(Json(report(&state, &changes)))
}

/// What was found.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Examination {
    /// Version of the binary.
    version: String,
    /// What was looked at.
    findings: Vec<Finding>,
}

/// What is wrong with this installation, as `quorum doctor` says it
#[utoipa::path(get, path = "/admin/health", operation_id = "examine_instance", tag = "admin",
    responses((status = 200, body = Examination), (status = 403, body = Problem)))]
pub async fn examine(State(state): State<AppState>, _: Admin) -> Result<Json<Examination>, ApiError> {
    Ok(Json(Examination {
        version: state.instance.version.to_owned(),
        findings: (state.examine)().await,
    }))
}
