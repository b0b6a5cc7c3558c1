//! Accounts and sessions.

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{AppendHeaders, IntoResponse, Response},
};
use quorum_domain::{Credential, Role, ids::UserId};
use quorum_store::NewUser;
use quorum_vault::{ExposeSecret, SecretString, check_password, same_text};
use serde::{Deserialize, Serialize};

use crate::{
    ApiError, AppState, Problem,
    access::SignedIn,
    client_address::ClientAddress,
    extract::{JsonBody, check_text, header_text},
    session::{ended_cookie, sign_in},
    throttle::Place,
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
}

impl From<quorum_domain::User> for User {
    fn from(user: quorum_domain::User) -> Self {
        Self {
            id: user.id,
            name: user.name,
            email: user.email,
            role: user.role,
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
    /// Printed on the console at the first start.
    #[schema(value_type = Option<String>)]
    setup_token: Option<SecretString>,
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

const NAME_CHARS: usize = 100;
const EMAIL_CHARS: usize = 254;

fn checked_email(email: &str) -> Result<String, ApiError> {
    let email = email.trim().to_lowercase();
    check_text("email", &email, EMAIL_CHARS)?;
    let looks_right = email.split_once('@').is_some_and(|(name, host)| {
        !name.is_empty() && host.contains('.') && !host.starts_with('.') && !host.ends_with('.')
    });
    if looks_right && !email.contains(char::is_whitespace) {
        Ok(email)
    } else {
        Err(ApiError::field("email", "is not an e-mail address"))
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
    check_password(password.expose_secret(), &email)
        .map_err(|problem| ApiError::field("password", problem.to_string()))?;
    Ok(NewUser {
        name: name.trim().to_owned(),
        email,
        password_hash: state.passwords.hash(password).await?,
        role,
    })
}

async fn reply_signed_in(
    state: &AppState,
    user: quorum_domain::User,
    headers: &HeaderMap,
    status: StatusCode,
) -> Result<Response, ApiError> {
    let (csrf_token, cookie) = sign_in(state, &user, &header_text(headers, "user-agent", 200)).await?;
    let body = Json(Session {
        user: user.into(),
        csrf_token: Some(csrf_token),
    });
    Ok((status, AppendHeaders([(header::SET_COOKIE, cookie)]), body).into_response())
}

/// Create the first account, which is the admin's
#[utoipa::path(post, path = "/auth/register", operation_id = "register", tag = "auth", security(()), request_body = Registration,
    responses((status = 201, body = Session), (status = 403, body = Problem), (status = 422, body = Problem)))]
pub async fn register(
    State(state): State<AppState>,
    ClientAddress(address): ClientAddress,
    headers: HeaderMap,
    body: JsonBody<Registration>,
) -> Result<Response, ApiError> {
    let new = body.value;
    if state.store.read().await?.count_users().await? > 0 {
        return Err(ApiError::RegistrationClosed);
    }
    if let Some(expected) = state.instance.setup_token.as_ref().filter(|_| !address.is_loopback()) {
        let sent = new
            .setup_token
            .as_ref()
            .map(|token| token.expose_secret().trim().to_owned())
            .unwrap_or_default();
        if !same_text(&sent, expected.expose_secret()) {
            return Err(ApiError::SetupTokenRequired);
        }
    }
    let new = checked_account(&state, &new.name, &new.email, new.password, Role::Admin).await?;
    let mut tx = state.store.begin().await?;
    if tx.count_users().await? > 0 {
        return Err(ApiError::RegistrationClosed);
    }
    let user = tx.create_user(&new).await?;
    state.commit(tx).await?;
    reply_signed_in(&state, user, &headers, StatusCode::CREATED).await
}

/// Sign in
#[utoipa::path(post, path = "/auth/login", operation_id = "login", tag = "auth", security(()), request_body = Credentials,
    responses((status = 200, body = Session), (status = 401, body = Problem), (status = 429, body = Problem)))]
pub async fn login(
    State(state): State<AppState>,
    ClientAddress(address): ClientAddress,
    headers: HeaderMap,
    body: JsonBody<Credentials>,
) -> Result<Response, ApiError> {
    let Credentials { email, password } = body.value;
    let email: String = email.trim().to_lowercase().chars().take(EMAIL_CHARS).collect();
    let known = state.store.read().await?.user_by_email(&email).await?;
    let place = Place::of(&state, address, &headers);
    let tried = state
        .begin_sign_in(&email, known.as_ref().map(|(user, _)| user.id), &place)
        .await?;
    let fits = match &known {
        Some((_, hash)) => state.passwords.verify(password, hash.clone()).await?,
        None => {
            state.passwords.verify_unknown(password).await?;
            false
        }
    };
    match known {
        Some((user, _)) if fits && user.active => {
            let device = state.signed_in_from(tried, user.id).await?;
            let mut reply = reply_signed_in(&state, user, &headers, StatusCode::OK).await?;
            reply.headers_mut().append(header::SET_COOKIE, device);
            Ok(reply)
        }
        _ => Err(ApiError::WrongCredentials),
    }
}

/// Sign out
#[utoipa::path(post, path = "/auth/logout", operation_id = "logout", tag = "auth", responses((status = 204), (status = 401, body = Problem), (status = 409, body = Problem)))]
pub async fn logout(State(state): State<AppState>, signed_in: SignedIn) -> Result<Response, ApiError> {
    let Credential::Session(session) = signed_in.credential else {
        return Err(ApiError::Conflict(
            "a personal API token is revoked, not signed out".into(),
        ));
    };
    let mut tx = state.store.begin().await?;
    tx.delete_session(session).await?;
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
pub async fn me(signed_in: SignedIn) -> Json<Session> {
    Json(Session {
        user: signed_in.user.into(),
        csrf_token: signed_in.csrf_token,
    })
}
