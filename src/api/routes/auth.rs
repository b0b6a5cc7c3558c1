//! Accounts and sign-ins by the page.

use axum::{
    Json,
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{AppendHeaders, IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use quorum_domain::{
    Role,
    access::{AccountLink, LinkKind, RegistrationPolicy},
    audit::{Act, AuditAction},
    ids::UserId,
};
use quorum_store::NewUser;
use quorum_vault::{ExposeSecret, Passwords, SecretString, check_password, same_text, token_hash};
use serde::{Deserialize, Serialize};

use crate::{
    ApiError, AppState, FaultCode, FieldError, Problem,
    access::EvenLeaving,
    extract::{JsonBody, check_text},
    session::{Started, ended_cookie, start_session},
    throttle::Place,
    visitor::Visitor,
};

/// A user as shown.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct User {
    /// Its id.
    pub id: UserId,
    /// Shown name.
    pub name: String,
    /// Sign-in name.
    pub email: String,
    /// What the user may do.
    pub role: Role,
    /// When the account goes, because its user closed it; none while it stays.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub leaving_at: Option<DateTime<Utc>>,
}

impl From<quorum_domain::User> for User {
    fn from(user: quorum_domain::User) -> Self {
        Self {
            id: user.id,
            name: user.name,
            email: user.email,
            role: user.role,
            leaving_at: user.leaving_at,
        }
    }
}

/// Who is signed in.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Session {
    /// Who.
    pub user: User,
    /// To be sent as `X-CSRF-Token` with every change; none where no cookie is used.
    pub csrf_token: Option<String>,
}

/// A new account.
#[derive(Deserialize, utoipa::ToSchema)]
pub struct Registration {
    /// Shown name.
    name: String,
    /// Sign-in name.
    email: String,
    /// 8 to 256 characters.
    #[schema(value_type = String)]
    password: SecretString,
    /// Printed on the console at the first start; for the first account from another machine.
    #[schema(value_type = Option<String>)]
    setup_token: Option<SecretString>,
    /// What stands behind `#` in an invitation's link.
    #[schema(value_type = Option<String>)]
    invite: Option<SecretString>,
}

/// Sign-in name and password.
#[derive(Deserialize, utoipa::ToSchema)]
pub struct Credentials {
    /// Sign-in name.
    email: String,
    /// The password.
    #[schema(value_type = String)]
    password: SecretString,
}

pub(super) const NAME_CHARS: usize = 100;
const EMAIL_CHARS: usize = 254;

pub(super) fn checked_email(email: &str) -> Result<String, ApiError> {
    let email = email.trim().to_lowercase();
    check_text("email", &email, EMAIL_CHARS)?;
    let looks_right = email.split_once('@').is_some_and(|(name, host)| {
        !name.is_empty() && host.contains('.') && !host.starts_with('.') && !host.ends_with('.')
    });
    if looks_right && !email.contains(char::is_whitespace) {
        Ok(email)
    } else {
        Err(ApiError::field(
            "email",
            FaultCode::NotAnEmail,
            "is not an e-mail address",
        ))
    }
}

/// A new account whose every field was checked; the password is hashed last, because that is dear.
pub(super) async fn checked_account(
    state: &AppState,
    name: &str,
    email: &str,
    password: SecretString,
    role: Role,
) -> Result<NewUser, ApiError> {
    check_text("name", name, NAME_CHARS)?;
    let email = checked_email(email)?;
    check_password(password.expose_secret(), &email).map_err(|problem| FieldError::password("password", problem))?;
    Ok(NewUser {
        name: name.trim().to_owned(),
        email,
        password_hash: Some(state.passwords.hash(password).await?),
        role,
    })
}

/// The reply to a sign-in by the page.
pub(super) fn reply_signed_in(
    user: quorum_domain::User,
    started: Started,
    status: StatusCode,
) -> Result<Response, ApiError> {
    let body = Json(Session {
        user: user.into(),
        csrf_token: Some(started.csrf_token),
    });
    Ok((status, AppendHeaders([(header::SET_COOKIE, started.cookie)]), body).into_response())
}

/// By what right somebody makes an account for themselves.
enum Entitled {
    /// It is the first one.
    First,
    /// By an invitation with this hash.
    Invited(String, AccountLink),
    /// Anybody may.
    Anybody,
}

async fn entitled(state: &AppState, visitor: &Visitor, new: &Registration) -> Result<Entitled, ApiError> {
    let mut session = state.store.read().await?;
    if session.count_users().await? == 0 {
        check_setup_token(state, visitor, new)?;
        return Ok(Entitled::First);
    }
    if let Some(token) = new
        .invite
        .as_ref()
        .filter(|_| state.settings.now().registration.takes_invites())
    {
        let hash = token_hash(token.expose_secret().trim());
        let link = session.account_link(LinkKind::Invite, &hash).await?;
        let link = link.ok_or_else(|| ApiError::field("invite", FaultCode::DeadLink, "is unknown, used or too old"))?;
        return Ok(Entitled::Invited(hash, link));
    }
    match state.settings.now().registration {
        RegistrationPolicy::Open => Ok(Entitled::Anybody),
        RegistrationPolicy::Invite | RegistrationPolicy::Off => Err(ApiError::RegistrationClosed),
    }
}

fn check_setup_token(state: &AppState, visitor: &Visitor, new: &Registration) -> Result<(), ApiError> {
    let needed = state.instance.setup_token.as_ref();
    let Some(expected) = needed.filter(|_| !visitor.address.is_loopback()) else {
        return Ok(());
    };
    let sent = new.setup_token.as_ref().map(|token| token.expose_secret().trim());
    if same_text(sent.unwrap_or_default(), expected.expose_secret()) {
        Ok(())
    } else {
        Err(ApiError::SetupTokenRequired)
    }
}

/// Make an account: the first one, which is the admin's, or by invitation, or where anybody may
#[utoipa::path(post, path = "/auth/register", operation_id = "register", tag = "auth", security(()), request_body = Registration,
    responses((status = 201, body = Session), (status = 403, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn register(
    State(state): State<AppState>,
    visitor: Visitor,
    body: JsonBody<Registration>,
) -> Result<Response, ApiError> {
    let new = body.value;
    let right = entitled(&state, &visitor, &new).await?;
    let role = match &right {
        Entitled::First => Role::Admin,
        Entitled::Invited(_, link) => link.role,
        Entitled::Anybody => Role::User,
    };
    if let Entitled::Invited(_, link) = &right
        && let Some(email) = &link.email
        && *email != new.email.trim().to_lowercase()
    {
        return Err(ApiError::field(
            "email",
            FaultCode::OtherEmail,
            "is not the one that the invitation is for",
        ));
    }
    let account = checked_account(&state, &new.name, &new.email, new.password, role).await?;
    let mut tx = state.store.begin().await?;
    match &right {
        Entitled::First => {
            tx.take_turns("first account").await?;
            if tx.count_users().await? > 0 {
                return Err(ApiError::RegistrationClosed);
            }
        }
        Entitled::Invited(hash, _) => {
            let used = tx.use_account_link(LinkKind::Invite, hash).await?;
            used.ok_or_else(|| ApiError::field("invite", FaultCode::DeadLink, "is unknown, used or too old"))?;
        }
        Entitled::Anybody => {}
    }
    let user = tx.create_user(&account).await?;
    let started = start_session(&state, &mut tx, &user, &visitor).await?;
    let act = Act::by(&user, AuditAction::Registered, &user.email).with(serde_json::json!({"role": role}));
    tx.enter(&act.from(visitor.address)).await?;
    state.commit(tx).await?;
    reply_signed_in(user, started, StatusCode::CREATED)
}

/// Somebody whose credentials were right.
pub(super) struct Verified {
    /// Who.
    pub user: quorum_domain::User,
    /// The cookie by which the browser is known again.
    pub device: HeaderValue,
}

/// The user of these credentials. Whether the name is known shows neither in the answer nor in
/// the time it takes.
pub(super) async fn verified(
    state: &AppState,
    visitor: &Visitor,
    credentials: Credentials,
) -> Result<Verified, ApiError> {
    let Credentials { email, password } = credentials;
    let email: String = email.trim().to_lowercase().chars().take(EMAIL_CHARS).collect();
    let known = match email.contains('\0') {
        true => None,
        false => state.store.read().await?.user_by_email(&email).await?,
    };
    let place = Place::of(state, visitor.address, &visitor.headers);
    let tried = state
        .begin_sign_in(&email, known.as_ref().map(|(user, _)| user.id), &place)
        .await?;
    let fits = match &known {
        Some((_, Some(hash))) => state.passwords.verify(password.clone(), hash.clone()).await?,
        _ => {
            state.passwords.verify_unknown(password.clone()).await?;
            false
        }
    };
    match known {
        Some((user, hash)) if fits && user.may_sign_in(state.store.now()) => {
            let device = state.signed_in_from(tried, user.id).await?;
            if hash.is_some_and(|hash| Passwords::needs_rehash(&hash)) {
                let stronger = state.passwords.hash(password).await?;
                let mut tx = state.store.begin().await?;
                tx.set_password_hash(user.id, &stronger).await?;
                state.commit(tx).await?;
            }
            Ok(Verified { user, device })
        }
        _ => {
            let mut tx = state.store.begin().await?;
            let act = Act::by_name(&email, AuditAction::SignInFailed, &email);
            tx.enter(&act.from(visitor.address)).await?;
            state.commit(tx).await?;
            Err(ApiError::WrongCredentials)
        }
    }
}

/// Sign in by the page
#[utoipa::path(post, path = "/auth/login", operation_id = "login", tag = "auth", security(()), request_body = Credentials,
    responses((status = 200, body = Session), (status = 401, body = Problem), (status = 429, body = Problem)))]
pub async fn login(
    State(state): State<AppState>,
    visitor: Visitor,
    body: JsonBody<Credentials>,
) -> Result<Response, ApiError> {
    let Verified { user, device } = verified(&state, &visitor, body.value).await?;
    let mut tx = state.store.begin().await?;
    let started = start_session(&state, &mut tx, &user, &visitor).await?;
    let act = Act::by(&user, AuditAction::SignedIn, "browser");
    tx.enter(&act.from(visitor.address)).await?;
    state.commit(tx).await?;
    let mut reply = reply_signed_in(user, started, StatusCode::OK)?;
    reply.headers_mut().append(header::SET_COOKIE, device);
    Ok(reply)
}

/// Sign out
#[utoipa::path(post, path = "/auth/logout", operation_id = "logout", tag = "auth",
    responses((status = 204), (status = 401, body = Problem), (status = 409, body = Problem)))]
pub async fn logout(State(state): State<AppState>, EvenLeaving(signed_in): EvenLeaving) -> Result<Response, ApiError> {
    let Some(session) = signed_in.session() else {
        return Err(ApiError::Conflict(
            "a personal API token is revoked, not signed out".into(),
        ));
    };
    let mut tx = state.store.begin().await?;
    tx.delete_session(signed_in.user.id, session).await?;
    tx.enter(&signed_in.act(AuditAction::SignedOut, &signed_in.user.email))
        .await?;
    state.commit(tx).await?;
    state.signal(quorum_push::Signal::UserClosed(signed_in.user.id));
    Ok((
        StatusCode::NO_CONTENT,
        AppendHeaders([(header::SET_COOKIE, ended_cookie(&state)?)]),
    )
        .into_response())
}

/// Who is signed in
#[utoipa::path(get, path = "/auth/me", operation_id = "get_session", tag = "auth", responses((status = 200, body = Session), (status = 401, body = Problem)))]
pub async fn me(EvenLeaving(signed_in): EvenLeaving) -> Json<Session> {
    Json(Session {
        user: signed_in.user.into(),
        csrf_token: signed_in.csrf_token,
    })
}
