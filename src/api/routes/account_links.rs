//! Invitations and links for a new password: an admin makes them, whoever holds one uses it once.

use axum::{Json, extract::State, http::StatusCode};
use chrono::Duration;
use quorum_domain::{
    Role,
    access::{AccountLink, LinkKind},
    audit::AuditAction,
    ids::{AccountLinkId, UserId},
};
use quorum_store::NewAccountLink;
use quorum_vault::{ExposeSecret, SecretString, Token, token_hash};
use serde::{Deserialize, Serialize};

use super::{Items, auth::checked_email};
use crate::{
    ApiError, AppState, Problem,
    access::Admin,
    extract::{JsonBody, PathId},
};

const INVITE_HOURS: i64 = 72;
const RESET_HOURS: i64 = 24;
const MOST_HOURS: i64 = 720;

/// An invitation to make.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewInvite {
    /// The sign-in name that it is for; whoever holds it chooses one when not said.
    email: Option<String>,
    /// What the new user may do; `user` when not said.
    role: Option<Role>,
    /// Hours for which it is good, 1 to 720; 72 when not said.
    expires_in_hours: Option<i64>,
}

/// A link just made.
#[derive(Serialize, utoipa::ToSchema)]
pub struct MadeLink {
    /// The link below this site's address. What is behind `#` is not kept and not shown again.
    path: String,
    /// What is known of it.
    link: AccountLink,
}

/// A link that somebody holds.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HeldLink {
    /// What it is for.
    kind: LinkKind,
    /// What stands behind `#`.
    #[schema(value_type = String)]
    token: SecretString,
}

fn hours(asked: Option<i64>) -> Result<Duration, ApiError> {
    match asked.unwrap_or(INVITE_HOURS) {
        hours @ 1..=MOST_HOURS => Ok(Duration::hours(hours)),
        _ => Err(ApiError::range(
            "expires_in_hours",
            1,
            usize::try_from(MOST_HOURS).unwrap_or_default(),
        )),
    }
}

async fn make(
    state: &AppState,
    admin: &Admin,
    new: NewAccountLink<'_>,
    token: &Token,
    subject: &str,
) -> Result<(StatusCode, Json<MadeLink>), ApiError> {
    let (page, action) = match new.kind {
        LinkKind::Invite => ("invite", AuditAction::InviteCreated),
        LinkKind::Reset => ("reset", AuditAction::ResetCreated),
    };
    let mut tx = state.store.begin().await?;
    let link = tx.create_account_link(&new).await?;
    let detail = serde_json::json!({"role": new.role, "expires_at": link.expires_at});
    tx.enter(&admin.act(action, subject).with(detail)).await?;
    state.commit(tx).await?;
    let path = format!("/{page}#{}", token.reveal());
    Ok((StatusCode::CREATED, Json(MadeLink { path, link })))
}

/// Invite somebody
#[utoipa::path(post, path = "/admin/invites", operation_id = "create_invite", tag = "admin", request_body = NewInvite,
    responses((status = 201, body = MadeLink), (status = 403, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn invite(
    State(state): State<AppState>,
    admin: Admin,
    body: JsonBody<NewInvite>,
) -> Result<(StatusCode, Json<MadeLink>), ApiError> {
    let asked = body.value;
    let email = asked.email.as_deref().map(checked_email).transpose()?;
    let life = hours(asked.expires_in_hours)?;
    if let Some(email) = &email
        && state.store.read().await?.user_by_email(email).await?.is_some()
    {
        return Err(ApiError::Conflict("an account with this e-mail address exists".into()));
    }
    let token = Token::random();
    let new = NewAccountLink {
        kind: LinkKind::Invite,
        token_hash: &token.hash(),
        user_id: None,
        email: email.as_deref(),
        role: asked.role.unwrap_or(Role::User),
        created_by: admin.user.id,
        expires_at: state.store.now() + life,
    };
    make(&state, &admin, new, &token, email.as_deref().unwrap_or("anyone")).await
}

/// A link by which a user sets a new password
#[utoipa::path(post, path = "/admin/users/{id}/reset", operation_id = "create_reset", tag = "admin", params(("id" = UserId, Path)),
    responses((status = 201, body = MadeLink), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn reset(
    State(state): State<AppState>,
    admin: Admin,
    PathId(id): PathId<UserId>,
) -> Result<(StatusCode, Json<MadeLink>), ApiError> {
    let user = state.store.read().await?.user(id).await?;
    if !user.active {
        return Err(ApiError::Conflict("the account is disabled; enable it first".into()));
    }
    let token = Token::random();
    let new = NewAccountLink {
        kind: LinkKind::Reset,
        token_hash: &token.hash(),
        user_id: Some(id),
        email: None,
        role: user.role,
        created_by: admin.user.id,
        expires_at: state.store.now() + Duration::hours(RESET_HOURS),
    };
    make(&state, &admin, new, &token, &user.email).await
}

/// Links that still work
#[utoipa::path(get, path = "/admin/account-links", operation_id = "list_account_links", tag = "admin",
    responses((status = 200, body = Items<AccountLink>), (status = 403, body = Problem)))]
pub async fn list(State(state): State<AppState>, _: Admin) -> Result<Json<Items<AccountLink>>, ApiError> {
    let items = state.store.read().await?.account_links().await?;
    Ok(Json(Items { items }))
}

/// Withdraw a link
#[utoipa::path(delete, path = "/admin/account-links/{id}", operation_id = "delete_account_link", tag = "admin", params(("id" = AccountLinkId, Path)),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub async fn withdraw(
    State(state): State<AppState>,
    admin: Admin,
    PathId(id): PathId<AccountLinkId>,
) -> Result<StatusCode, ApiError> {
    let mut tx = state.store.begin().await?;
    let link = tx.delete_account_link(id).await?;
    let subject = link.email.as_deref().unwrap_or("anyone");
    tx.enter(
        &admin
            .act(AuditAction::LinkRevoked, subject)
            .with(serde_json::json!({"kind": link.kind})),
    )
    .await?;
    state.commit(tx).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What a link is for
#[utoipa::path(post, path = "/auth/links", operation_id = "read_account_link", tag = "auth", security(()), request_body = HeldLink,
    responses((status = 200, body = AccountLink), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub async fn read(State(state): State<AppState>, body: JsonBody<HeldLink>) -> Result<Json<AccountLink>, ApiError> {
    let hash = token_hash(body.value.token.expose_secret().trim());
    let found = state.store.read().await?.account_link(body.value.kind, &hash).await?;
    found.map(Json).ok_or(ApiError::NotFound("link"))
}
