//! Who may do what: each handler names in its signature what it needs, and nothing else lets a
//! request in. There is one authenticator for cookies and tokens alike, over HTTP and WebSockets;
//! it asks the store at every request, so what was revoked is refused from the next one on.

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, Method, header, request::Parts},
};
use chrono::{DateTime, Duration, Utc};
use quorum_domain::{Credential, Role, Scope, Scopes, User, ids::ApiTokenId};
use quorum_vault::{same_text, token_hash};

use crate::{ApiError, AppState, session::by_cookie};

/// What a personal API token begins with.
pub const TOKEN_MARK: &str = "qk_";
/// The last use of a token is noted at most this often.
const TOUCH_MINUTES: i64 = 1;

/// Somebody who showed who they are. What only reads needs the scope `read`, everything else
/// `write`; a change by cookie carries the CSRF token.
#[derive(Clone)]
pub struct SignedIn {
    /// Who.
    pub user: User,
    /// By what.
    pub credential: Credential,
    /// What the credential may do.
    pub scopes: Scopes,
    /// When a token stops working; none for a sign-in.
    pub ends_at: Option<DateTime<Utc>>,
    /// What the page sends back with every change; none where no cookie is used.
    pub csrf_token: Option<String>,
}

/// Somebody who may manage their own account: password, sessions, tokens.
pub struct AccountHolder(pub SignedIn);

/// An admin, by a credential that may be used as one.
pub struct Admin {
    /// Who.
    pub user: User,
}

/// The text behind `Authorization: Bearer`; none without that header. Of two such headers, or
/// another scheme, nothing is taken: a request has one author.
fn bearer_text(headers: &HeaderMap) -> Result<Option<&str>, ApiError> {
    let mut found = headers.get_all(header::AUTHORIZATION).into_iter();
    let (Some(value), rest) = (found.next(), found.next()) else {
        return Ok(None);
    };
    let value = value.to_str().map_err(|_| ApiError::Unauthenticated)?;
    match value.split_once(' ') {
        Some((scheme, token)) if rest.is_none() && scheme.eq_ignore_ascii_case("bearer") => Ok(Some(token.trim())),
        _ => Err(ApiError::Unauthenticated),
    }
}

/// Whether a request shows who sends it by a header that no other site's page can make a browser send.
pub fn bears_token(headers: &HeaderMap) -> bool {
    headers.contains_key(header::AUTHORIZATION)
}

/// Who sends a request, by its token or its cookie; a request with a token is not also read for
/// its cookie. Whether it may do what it asks is not checked here.
pub async fn authenticate(state: &AppState, headers: &HeaderMap) -> Result<SignedIn, ApiError> {
    match bearer_text(headers)? {
        Some(token) if token.starts_with(TOKEN_MARK) => by_api_token(state, token).await,
        Some(_) => Err(ApiError::Unauthenticated),
        None => by_cookie(state, headers).await,
    }
}

async fn by_api_token(state: &AppState, token: &str) -> Result<SignedIn, ApiError> {
    let found = state.store.read().await?.api_token_by_hash(&token_hash(token)).await?;
    let (user, token) = found.ok_or(ApiError::Unauthenticated)?;
    let now = state.store.now();
    if token
        .last_used_at
        .is_none_or(|last| now - last > Duration::minutes(TOUCH_MINUTES))
    {
        let mut tx = state.store.begin().await?;
        tx.touch_api_token(token.id).await?;
        state.commit(tx).await?;
    }
    Ok(SignedIn {
        user,
        credential: Credential::ApiToken(token.id),
        scopes: token.scopes,
        ends_at: token.expires_at,
        csrf_token: None,
    })
}

/// Whether a credential that was good still is; for sockets, which outlive their request.
pub async fn still_good(state: &AppState, credential: Credential) -> Result<(), ApiError> {
    let mut session = state.store.read().await?;
    let good = match credential {
        Credential::Session(id) => session.session(id).await?.is_some(),
        Credential::ApiToken(id) => session.api_token(id).await?.is_some(),
    };
    if good { Ok(()) } else { Err(ApiError::Unauthenticated) }
}

impl SignedIn {
    /// The personal API token that the request came with.
    pub const fn token_id(&self) -> Option<ApiTokenId> {
        match self.credential {
            Credential::ApiToken(id) => Some(id),
            Credential::Session(_) => None,
        }
    }

    /// Refuses a credential without this scope.
    pub fn need(&self, scope: Scope) -> Result<(), ApiError> {
        if self.scopes.allow(scope) {
            Ok(())
        } else {
            Err(ApiError::ScopeMissing(scope))
        }
    }

    /// Whether the user may act as an admin by this credential.
    pub fn is_admin(&self) -> bool {
        self.user.role == Role::Admin && self.scopes.allow(Scope::Admin)
    }
}

/// Authenticates, and checks what every request must have.
async fn checked(parts: &Parts, state: &AppState, scope: Scope) -> Result<SignedIn, ApiError> {
    let signed_in = authenticate(state, &parts.headers).await?;
    state.admit(signed_in.user.id, signed_in.token_id()).await?;
    let changes = !matches!(parts.method, Method::GET | Method::HEAD);
    if let Some(expected) = signed_in.csrf_token.as_ref().filter(|_| changes) {
        let sent = parts.headers.get("x-csrf-token").and_then(|value| value.to_str().ok());
        if !same_text(sent.unwrap_or_default(), expected) {
            return Err(ApiError::Csrf);
        }
    }
    signed_in.need(scope)?;
    Ok(signed_in)
}

impl FromRequestParts<AppState> for SignedIn {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let scope = match parts.method {
            Method::GET | Method::HEAD => Scope::Read,
            _ => Scope::Write,
        };
        checked(parts, state, scope).await
    }
}

impl FromRequestParts<AppState> for AccountHolder {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        checked(parts, state, Scope::Account).await.map(Self)
    }
}

impl FromRequestParts<AppState> for Admin {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let signed_in = checked(parts, state, Scope::Admin).await?;
        if signed_in.is_admin() {
            Ok(Self { user: signed_in.user })
        } else {
            Err(ApiError::Forbidden)
        }
    }
}
