//! The accounts of this installation, for its admins.

use axum::{Json, extract::State, http::StatusCode};
use quorum_domain::{
    Role, User,
    audit::{Act, AuditAction},
    ids::UserId,
};
use quorum_push::Signal;
use quorum_store::UserPatch;
use quorum_vault::SecretString;
use serde::Deserialize;

use super::{Items, auth::checked_account};
use crate::{
    ApiError, AppState, Problem,
    access::Admin,
    extract::{JsonBody, PathId},
};

/// Every account
#[utoipa::path(get, path = "/admin/users", operation_id = "list_users", tag = "admin",
    responses((status = 200, body = Items<User>), (status = 403, body = Problem)))]
pub async fn list(State(state): State<AppState>, _: Admin) -> Result<Json<Items<User>>, ApiError> {
    let items = state.store.read().await?.users().await?;
    Ok(Json(Items { items }))
}

/// An account that an admin makes for somebody.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAccount {
    /// Shown name.
    name: String,
    /// Sign-in name.
    email: String,
    /// 8 to 256 characters.
    #[schema(value_type = String)]
    password: SecretString,
    /// What the user may do; `user` when not said.
    role: Option<Role>,
}

/// Make an account
#[utoipa::path(post, path = "/admin/users", operation_id = "create_user", tag = "admin", request_body = NewAccount,
    responses((status = 201, body = User), (status = 403, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn create(
    State(state): State<AppState>,
    admin: Admin,
    body: JsonBody<NewAccount>,
) -> Result<(StatusCode, Json<User>), ApiError> {
    let new = body.value;
    let role = new.role.unwrap_or(Role::User);
    let new = checked_account(&state, &new.name, &new.email, new.password, role).await?;
    let mut tx = state.store.begin().await?;
    let user = tx.create_user(&new).await?;
    let act = admin.act(AuditAction::UserCreated, &user.email);
    tx.enter(&act.with(serde_json::json!({"role": user.role}))).await?;
    state.commit(tx).await?;
    Ok((StatusCode::CREATED, Json(user)))
}

/// What to change of an account; what is not named stays.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UserChange {
    /// What the user may do.
    role: Option<Role>,
    /// False disables the account: signed out everywhere, everything running is stopped.
    active: Option<bool>,
}

/// What a change comes to, for the audit log.
fn changes(admin: &Admin, before: &User, after: &User) -> Vec<Act> {
    let mut acts = Vec::new();
    if before.role != after.role {
        let act = admin.act(AuditAction::RoleChanged, &after.email);
        acts.push(act.with(serde_json::json!({"from": before.role, "to": after.role})));
    }
    if before.active != after.active {
        let action = if after.active {
            AuditAction::UserEnabled
        } else {
            AuditAction::UserDisabled
        };
        acts.push(admin.act(action, &after.email));
    }
    acts
}

/// Change what a user may do
#[utoipa::path(patch, path = "/admin/users/{id}", operation_id = "change_user", tag = "admin", params(("id" = UserId, Path)),
    request_body = UserChange,
    responses((status = 200, body = User), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn change(
    State(state): State<AppState>,
    admin: Admin,
    PathId(id): PathId<UserId>,
    body: JsonBody<UserChange>,
) -> Result<Json<User>, ApiError> {
    let patch = UserPatch {
        role: body.value.role,
        active: body.value.active,
    };
    let mut tx = state.store.begin().await?;
    let before = tx.user(id).await?;
    let user = tx.patch_user(id, patch).await?;
    let stopped = if user.active {
        quorum_store::Stopped::default()
    } else {
        tx.stop_user(id).await?
    };
    for act in changes(&admin, &before, &user) {
        tx.enter(&act).await?;
    }
    state.commit(tx).await?;
    state.tell_stopped(stopped);
    state.signal(Signal::UserClosed(id));
    Ok(Json(user))
}
