//! One's own account: its name, what it holds, closing it, and keeping it after all.

use axum::{Json, extract::State};
use chrono::{DateTime, Duration, Utc};
use quorum_domain::{Scope, audit::AuditAction};
use quorum_push::Signal;
use quorum_vault::SecretString;
use serde::{Deserialize, Serialize};

use super::{
    auth::{NAME_CHARS, User},
    passwords,
};
use crate::{
    ApiError, AppState, FaultCode, Problem,
    access::{AccountHolder, EvenLeaving, SignedIn},
    extract::{JsonBody, check_text},
    visitor::Visitor,
};

/// For how long a sign-in confirms what an account without a password cannot confirm by one.
const FRESH: Duration = Duration::minutes(10);

/// How much there is of a user's own.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Holdings {
    /// Conversations, deleted ones that can still be restored included.
    conversations: i64,
    /// Answers in them.
    answers: i64,
    /// Length of those in UTF-16 code units.
    answer_characters: i64,
    /// Images.
    images: i64,
    /// Bytes of those.
    image_bytes: i64,
}

impl From<quorum_store::Holdings> for Holdings {
    fn from(held: quorum_store::Holdings) -> Self {
        Self {
            conversations: held.conversations,
            answers: held.answers,
            answer_characters: held.answer_characters,
            images: held.images,
            image_bytes: held.image_bytes,
        }
    }
}

/// One's own account.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct OwnAccount {
    /// Who.
    user: User,
    /// When it was made.
    created_at: DateTime<Utc>,
    /// Whether it has a password, which confirms its closing. Others confirm it by a sign-in of the
    /// last ten minutes.
    has_password: bool,
    /// Whether the sign-in that asks is as fresh as that.
    signed_in_just_now: bool,
    /// Nobody else administers this installation, so it cannot be closed.
    is_last_admin: bool,
    /// Days for which it can be kept once it is closed.
    closed_account_days: u32,
    /// Longest name in characters.
    name_chars: usize,
    /// How much is in it.
    holdings: Holdings,
}

async fn is_fresh(state: &AppState, signed_in: &SignedIn) -> Result<bool, ApiError> {
    let Some(id) = signed_in.session() else {
        return Ok(false);
    };
    let session = state.store.read().await?.session(id).await?;
    Ok(session.is_some_and(|session| confirms(session.created_at, state.store.now())))
}

/// Whether a sign-in that began then still confirms something now.
fn confirms(begun: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    now - begun < FRESH
}

/// Your account, and how much is in it
#[utoipa::path(get, path = "/account", operation_id = "get_account", tag = "account",
    responses((status = 200, body = OwnAccount), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub async fn get(
    State(state): State<AppState>,
    EvenLeaving(holder): EvenLeaving,
) -> Result<Json<OwnAccount>, ApiError> {
    holder.need(Scope::Account)?;
    let signed_in_just_now = is_fresh(&state, &holder).await?;
    let mut session = state.store.read().await?;
    let standing = session.account_standing(holder.user.id).await?;
    let holdings = session.holdings(holder.user.id).await?.into();
    Ok(Json(OwnAccount {
        created_at: holder.user.created_at,
        user: holder.user.into(),
        has_password: standing.has_password,
        signed_in_just_now,
        is_last_admin: standing.is_last_admin,
        closed_account_days: state.settings.now().closed_account_days,
        name_chars: NAME_CHARS,
        holdings,
    }))
}

/// Changes to one's own account.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AccountChanges {
    /// The name to be shown by, 1 to 100 characters.
    #[schema(min_length = 1, max_length = 100)]
    name: String,
}

/// Change the name that you are shown by
#[utoipa::path(patch, path = "/account", operation_id = "change_account", tag = "account", request_body = AccountChanges,
    responses((status = 200, body = User), (status = 401, body = Problem), (status = 403, body = Problem), (status = 422, body = Problem)))]
pub async fn change(
    State(state): State<AppState>,
    AccountHolder(holder): AccountHolder,
    body: JsonBody<AccountChanges>,
) -> Result<Json<User>, ApiError> {
    let name = body.value.name.trim();
    check_text("name", name, NAME_CHARS)?;
    if name.chars().any(char::is_control) {
        return Err(ApiError::field(
            "name",
            FaultCode::BadCharacters,
            "must be on one line, without control characters",
        ));
    }
    let mut tx = state.store.begin().await?;
    let user = tx.rename_user(holder.user.id, name).await?;
    tx.enter(&holder.act(AuditAction::AccountRenamed, &user.email)).await?;
    state.commit(tx).await?;
    Ok(Json(user.into()))
}

/// What confirms that an account is to be closed.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AccountClosing {
    /// The password, where the account has one.
    #[schema(value_type = Option<String>)]
    password: Option<SecretString>,
}

async fn confirm(
    state: &AppState,
    visitor: &Visitor,
    holder: &SignedIn,
    password: Option<SecretString>,
) -> Result<(), ApiError> {
    let standing = state.store.read().await?.account_standing(holder.user.id).await?;
    if standing.is_last_admin {
        return Err(ApiError::LastAdmin);
    }
    match password {
        Some(password) if standing.has_password => {
            passwords::confirm(state, visitor, &holder.user, "password", password).await
        }
        None if standing.has_password => Err(ApiError::field("password", FaultCode::Missing, "is required")),
        _ if is_fresh(state, holder).await? => Ok(()),
        _ => Err(ApiError::SignInAgain),
    }
}

/// Close your account; what runs is stopped, tokens, webhooks and shared links stop working, other
/// sign-ins end, and after some days everything is erased
#[utoipa::path(post, path = "/account/closing", operation_id = "close_account", tag = "account", request_body = AccountClosing,
    responses((status = 200, body = User), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 409, body = Problem, description = "You are the last admin"), (status = 422, body = Problem), (status = 429, body = Problem)))]
pub async fn close(
    State(state): State<AppState>,
    AccountHolder(holder): AccountHolder,
    visitor: Visitor,
    body: JsonBody<AccountClosing>,
) -> Result<Json<User>, ApiError> {
    confirm(&state, &visitor, &holder, body.value.password).await?;
    let days = i64::from(state.settings.now().closed_account_days);
    let mut tx = state.store.begin().await?;
    let goes_at = tx.now() + Duration::days(days);
    let (user, stopped) = tx.close_account(holder.user.id, goes_at).await?;
    tx.delete_sessions_but(user.id, holder.session()).await?;
    let act = holder.act(AuditAction::AccountClosed, &user.email);
    tx.enter(&act.with(serde_json::json!({"goes_at": user.leaving_at})))
        .await?;
    state.commit(tx).await?;
    state.tell_stopped(stopped);
    state.signal(Signal::UserClosed(user.id));
    Ok(Json(user.into()))
}

/// Keep an account that was closed; tokens, webhooks and shared links work again
#[utoipa::path(delete, path = "/account/closing", operation_id = "keep_account", tag = "account",
    responses((status = 200, body = User), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub async fn keep(State(state): State<AppState>, EvenLeaving(holder): EvenLeaving) -> Result<Json<User>, ApiError> {
    holder.need(Scope::Account)?;
    let mut tx = state.store.begin().await?;
    let user = tx.keep_account(holder.user.id).await?;
    if holder.user.leaving_at.is_some() {
        tx.enter(&holder.act(AuditAction::AccountKept, &user.email)).await?;
    }
    state.commit(tx).await?;
    Ok(Json(user.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sign_in_confirms_for_ten_minutes() {
        let begun = DateTime::UNIX_EPOCH;
        assert!(confirms(begun, begun + Duration::minutes(9)));
        assert!(!confirms(begun, begun + Duration::minutes(10)));
    }
}
