//! Changing a password, and setting a new one by a link of an admin.

use axum::{extract::State, http::StatusCode, response::Response};
use quorum_domain::{
    User,
    access::LinkKind,
    audit::{Act, AuditAction},
};
use quorum_push::Signal;
use quorum_store::Tx;
use quorum_vault::{ExposeSecret, SecretString, check_password, token_hash};
use serde::Deserialize;

use super::auth::{Session, reply_signed_in};
use crate::{
    ApiError, AppState, FaultCode, FieldError, Problem, access::AccountHolder, extract::JsonBody,
    session::start_session, throttle::Place, visitor::Visitor,
};

/// A change of one's own password.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordChange {
    /// The password so far.
    #[schema(value_type = String)]
    current_password: SecretString,
    /// 8 to 256 characters.
    #[schema(value_type = String)]
    new_password: SecretString,
}

/// A new password by a link.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordReset {
    /// What stands behind `#` in the link.
    #[schema(value_type = String)]
    token: SecretString,
    /// 8 to 256 characters.
    #[schema(value_type = String)]
    password: SecretString,
}

fn check(field: &str, password: &SecretString, email: &str) -> Result<(), ApiError> {
    check_password(password.expose_secret(), email).map_err(|problem| FieldError::password(field, problem).into())
}

/// Makes sure that a password is that of somebody who is signed in. Whoever sits at somebody else's
/// open browser guesses no faster than at the door.
pub(super) async fn confirm(
    state: &AppState,
    visitor: &Visitor,
    user: &User,
    field: &str,
    password: SecretString,
) -> Result<(), ApiError> {
    let place = Place::of(state, visitor.address, &visitor.headers);
    let tried = state.begin_sign_in(&user.email, Some(user.id), &place).await?;
    let known = state.store.read().await?.user_by_email(&user.email).await?;
    let fits = match known {
        Some((_, Some(hash))) => state.passwords.verify(password, hash).await?,
        _ => false,
    };
    if !fits {
        return Err(ApiError::field(field, FaultCode::Wrong, "is wrong"));
    }
    // Whoever confirms something is signed in already, and keeps the cookies of that.
    let _known_already = state.signed_in_from(tried, user.id).await?;
    Ok(())
}

/// Change your password; every other sign-in ends
#[utoipa::path(post, path = "/auth/password", operation_id = "change_password", tag = "auth", request_body = PasswordChange,
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem), (status = 422, body = Problem),
        (status = 429, body = Problem)))]
pub async fn change(
    State(state): State<AppState>,
    AccountHolder(holder): AccountHolder,
    visitor: Visitor,
    body: JsonBody<PasswordChange>,
) -> Result<StatusCode, ApiError> {
    let PasswordChange {
        current_password,
        new_password,
    } = body.value;
    let email = holder.user.email.clone();
    check("new_password", &new_password, &email)?;
    confirm(&state, &visitor, &holder.user, "current_password", current_password).await?;
    let hash = state.passwords.hash(new_password).await?;
    let mut tx = state.store.begin().await?;
    tx.set_password_hash(holder.user.id, &hash).await?;
    tx.delete_sessions_but(holder.user.id, holder.session()).await?;
    tx.enter(&holder.act(AuditAction::PasswordChanged, &email)).await?;
    state.commit(tx).await?;
    state.signal(Signal::UserClosed(holder.user.id));
    Ok(StatusCode::NO_CONTENT)
}

/// Set a new password by a link; every sign-in ends, and a new one begins
#[utoipa::path(post, path = "/auth/reset", operation_id = "reset_password", tag = "auth", security(()), request_body = PasswordReset,
    responses((status = 200, body = Session), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub async fn reset(
    State(state): State<AppState>,
    visitor: Visitor,
    body: JsonBody<PasswordReset>,
) -> Result<Response, ApiError> {
    let PasswordReset { token, password } = body.value;
    let link_hash = token_hash(token.expose_secret().trim());
    // Looked at before the dear hashing, and used up after it.
    let link = state
        .store
        .read()
        .await?
        .account_link(LinkKind::Reset, &link_hash)
        .await?;
    let email = link.and_then(|link| link.email).ok_or(ApiError::NotFound("link"))?;
    check("password", &password, &email)?;
    let hash = state.passwords.hash(password).await?;
    let mut tx = state.store.begin().await?;
    let user = set_by_link(&mut tx, &link_hash, &hash).await?;
    let started = start_session(&state, &mut tx, &user, &visitor).await?;
    let act = Act::by(&user, AuditAction::PasswordReset, &user.email);
    tx.enter(&act.from(visitor.address)).await?;
    state.commit(tx).await?;
    state.signal(Signal::UserClosed(user.id));
    reply_signed_in(user, started, StatusCode::OK)
}

async fn set_by_link(tx: &mut Tx, link_hash: &str, password_hash: &str) -> Result<User, ApiError> {
    let link = tx.use_account_link(LinkKind::Reset, link_hash).await?;
    let id = link.and_then(|link| link.user_id).ok_or(ApiError::NotFound("link"))?;
    tx.set_password_hash(id, password_hash).await?;
    tx.delete_sessions_but(id, None).await?;
    Ok(tx.user(id).await?)
}
