//! Who may do what: each handler names in its signature what it needs, and nothing else lets a
//! request in. There is one authenticator for cookies and tokens alike, over HTTP and WebSockets;
//! it asks the store at every request, so what was revoked is refused from the next one on.

use std::net::IpAddr;

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, Method, header, request::Parts},
};
use chrono::{DateTime, Duration, Utc};
use quorum_domain::{
    Credential, Role, Scope, Scopes, User,
    access::SignInKind,
    audit::{Act, AuditAction},
    ids::{ApiTokenId, SessionId},
};
use quorum_vault::{same_text, token_hash};

use crate::{ApiError, AppState, session::by_cookie, visitor::Visitor};

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
    /// From where.
    pub address: IpAddr,
}

/// Somebody who reads, by a method that is not GET.
pub struct Reader(pub SignedIn);

/// Somebody whose account may be closed: to see that it is, to take out what is theirs, to keep it,
/// and to sign out. Everybody else here has an account that stays.
pub struct EvenLeaving(pub SignedIn);

/// Somebody who may manage their own account: password, sessions, tokens.
pub struct AccountHolder(pub SignedIn);

/// An admin, by a credential that may be used as one.
pub struct Admin {
    /// Who.
    pub user: User,
    /// From where.
    pub address: IpAddr,
}

impl Admin {
    /// An act of this admin, for the audit log.
    pub fn act(&self, action: AuditAction, subject: impl AsRef<str>) -> Act {
        Act::by(&self.user, action, subject).from(self.address)
    }
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
pub async fn authenticate(state: &AppState, visitor: &Visitor) -> Result<SignedIn, ApiError> {
    match bearer_text(&visitor.headers)? {
        Some(token) if token.starts_with(TOKEN_MARK) => by_api_token(state, token, visitor.address).await,
        Some(token) => by_access_token(state, token, visitor.address).await,
        None => by_cookie(state, visitor).await,
    }
}

/// An access token is only as good as the sign-in it names: one that was ended is refused at once.
async fn by_access_token(state: &AppState, token: &str, address: IpAddr) -> Result<SignedIn, ApiError> {
    let (user, session) = state
        .access_tokens
        .check(token, state.store.now())
        .ok_or(ApiError::Unauthenticated)?;
    let row = state
        .store
        .read()
        .await?
        .session(session)
        .await?
        .filter(|row| row.user.id == user && row.kind == SignInKind::Client)
        .ok_or(ApiError::Unauthenticated)?;
    Ok(SignedIn {
        user: row.user,
        credential: Credential::Session(session),
        scopes: Scopes::all(),
        ends_at: None,
        csrf_token: None,
        address,
    })
}

async fn by_api_token(state: &AppState, token: &str, address: IpAddr) -> Result<SignedIn, ApiError> {
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
        address,
    })
}

/// Who a credential speaks for, if it is still good; for sockets, which outlive their request.
pub async fn holder_of(state: &AppState, credential: Credential) -> Result<(User, Scopes), ApiError> {
    let mut session = state.store.read().await?;
    let found = match credential {
        Credential::Session(id) => session.session(id).await?.map(|row| (row.user, Scopes::all())),
        Credential::ApiToken(id) => session.api_token(id).await?.map(|(user, token)| (user, token.scopes)),
    };
    let (user, scopes) = found.ok_or(ApiError::Unauthenticated)?;
    check_stays(&user)?;
    Ok((user, scopes))
}

/// Refuses an account that its user closed.
fn check_stays(user: &User) -> Result<(), ApiError> {
    user.leaving_at.map_or(Ok(()), |day| Err(ApiError::AccountClosed(day)))
}

impl SignedIn {
    /// The personal API token that the request came with.
    pub const fn token_id(&self) -> Option<ApiTokenId> {
        match self.credential {
            Credential::ApiToken(id) => Some(id),
            Credential::Session(_) => None,
        }
    }

    /// Refuses an account that its user closed.
    pub fn need_to_stay(&self) -> Result<(), ApiError> {
        check_stays(&self.user)
    }

    /// Refuses a credential without this scope.
    pub fn need(&self, scope: Scope) -> Result<(), ApiError> {
        if self.scopes.allow(scope) {
            Ok(())
        } else {
            Err(ApiError::ScopeMissing(scope))
        }
    }

    /// The sign-in, where it is one and no personal API token.
    pub const fn session(&self) -> Option<SessionId> {
        match self.credential {
            Credential::Session(id) => Some(id),
            Credential::ApiToken(_) => None,
        }
    }

    /// An act of this user, for the audit log.
    pub fn act(&self, action: AuditAction, subject: impl AsRef<str>) -> Act {
        Act::by(&self.user, action, subject).from(self.address)
    }

    /// Whether the user may act as an admin by this credential.
    pub fn is_admin(&self) -> bool {
        self.user.role == Role::Admin && self.scopes.allow(Scope::Admin)
    }
}

/// Authenticates, and checks what every request must have of an account that stays.
async fn checked(parts: &mut Parts, state: &AppState, scope: Scope) -> Result<SignedIn, ApiError> {
    let signed_in = checked_even_leaving(parts, state, scope).await?;
    signed_in.need_to_stay()?;
    Ok(signed_in)
}

/// Authenticates, and checks what every request must have.
async fn checked_even_leaving(parts: &mut Parts, state: &AppState, scope: Scope) -> Result<SignedIn, ApiError> {
    let visitor = Visitor::from_request_parts(parts, state).await?;
    let signed_in = authenticate(state, &visitor).await?;
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
        let scope = scope_of(&parts.method);
        checked(parts, state, scope).await
    }
}

impl FromRequestParts<AppState> for EvenLeaving {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let scope = scope_of(&parts.method);
        checked_even_leaving(parts, state, scope).await.map(Self)
    }
}

/// What reads needs less than what changes.
const fn scope_of(method: &Method) -> Scope {
    match *method {
        Method::GET | Method::HEAD => Scope::Read,
        _ => Scope::Write,
    }
}

impl FromRequestParts<AppState> for Reader {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        checked(parts, state, Scope::Read).await.map(Self)
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
            Ok(Self {
                user: signed_in.user,
                address: signed_in.address,
            })
        } else {
            Err(ApiError::Forbidden)
        }
    }
}
