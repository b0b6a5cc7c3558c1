//! Sign-in by an account elsewhere: there and back again.

use axum::{
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use chrono::Duration;
use quorum_domain::{
    Role, User,
    access::RegistrationPolicy,
    audit::{Act, AuditAction},
};
use quorum_store::{NewUser, OidcFlow, Tx};
use quorum_vault::{Identity, Token, same_text, token_hash};
use serde::Deserialize;

use crate::{
    ApiError, AppState, Problem,
    extract::QueryString,
    oidc::{Begin, Oidc, encoded},
    session::{cookie_value, set_cookie, start_session},
    visitor::Visitor,
};

const MINUTES: i64 = 10;
const NAME_CHARS: usize = 100;
const PATH_CHARS: usize = 500;

/// Where to go afterwards.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Next {
    /// A path of this page; `/` when not said.
    next: Option<String>,
    /// Whether the issuer is to ask who it is even of somebody who is signed in there.
    #[serde(default)]
    again: bool,
}

/// What the issuer sends the browser back with.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Back {
    /// As it was sent there.
    state: Option<String>,
    /// Stands for whoever signed in.
    code: Option<String>,
    /// The issuer's identifier, from issuers that send it.
    iss: Option<String>,
}

/// Why nobody was signed in, as the page is told.
#[derive(Debug, Clone, Copy)]
enum Refused {
    Failed,
    NoAccount,
    Disabled,
}

impl Refused {
    const fn word(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::NoAccount => "no_account",
            Self::Disabled => "disabled",
        }
    }
}

const fn cookie_name(secure: bool) -> &'static str {
    if secure {
        "__Host-quorum_sign_in"
    } else {
        "quorum_sign_in"
    }
}

/// Only paths of this page: anything else would lead whoever follows a forged link elsewhere.
fn own_path(next: Option<String>) -> String {
    next.filter(|path| {
        path.starts_with('/')
            && !path[1..].starts_with(['/', '\\'])
            && path.len() <= PATH_CHARS
            && path.bytes().all(|byte| byte.is_ascii_graphic())
    })
    .unwrap_or_else(|| "/".into())
}

fn redirect_uri(state: &AppState, oidc: &Oidc, visitor: &Visitor) -> Result<String, ApiError> {
    let base = match &oidc.settings.public_url {
        Some(url) => url.trim_end_matches('/').to_owned(),
        None => {
            let host = visitor.headers.get(header::HOST).and_then(|host| host.to_str().ok());
            let scheme = if state.cookies.secure { "https" } else { "http" };
            format!("{scheme}://{}", host.ok_or(ApiError::NotFound("page"))?)
        }
    };
    Ok(format!("{base}/api/v1/auth/oidc/callback"))
}

fn to(place: &str, cookies: Vec<HeaderValue>) -> Result<Response, ApiError> {
    let place = HeaderValue::from_str(place).map_err(|_| ApiError::Internal)?;
    let cookies: Vec<_> = cookies.into_iter().map(|cookie| (header::SET_COOKIE, cookie)).collect();
    let mut response = (StatusCode::SEE_OTHER, [(header::LOCATION, place)]).into_response();
    for (name, cookie) in cookies {
        response.headers_mut().append(name, cookie);
    }
    Ok(response)
}

/// Go and sign in elsewhere
#[utoipa::path(get, path = "/auth/oidc/start", operation_id = "begin_oidc", tag = "auth", security(()), params(Next),
    responses((status = 303), (status = 404, body = Problem), (status = 503, body = Problem)))]
pub async fn start(
    State(state): State<AppState>,
    visitor: Visitor,
    QueryString(query): QueryString<Next>,
) -> Result<Response, ApiError> {
    let oidc = state.oidc.as_ref().ok_or(ApiError::NotFound("page"))?;
    let (sent, nonce, verifier) = (Token::random(), Token::random(), Token::random());
    let begin = Begin {
        state: sent.reveal(),
        nonce: nonce.reveal(),
        verifier: verifier.reveal(),
        redirect_uri: &redirect_uri(&state, oidc, &visitor)?,
        again: query.again,
    };
    let url = match oidc.authorization_url(&begin, state.store.now()).await {
        Ok(url) => url,
        Err(error) => {
            tracing::warn!(error = %error, "a sign-in elsewhere could not begin");
            return refused(&state, Refused::Failed);
        }
    };
    let mut tx = state.store.begin().await?;
    let flow = OidcFlow {
        nonce: nonce.reveal().to_owned(),
        verifier: verifier.reveal().to_owned(),
        next_path: own_path(query.next),
        expires_at: tx.now() + Duration::minutes(MINUTES),
    };
    tx.begin_oidc_flow(&sent.hash(), &flow).await?;
    state.commit(tx).await?;
    // Only the browser that began comes back: nobody can be signed in to an account of somebody else's choosing.
    let cookie = set_cookie(&state, cookie_name(state.cookies.secure), sent.reveal(), MINUTES * 60)?;
    to(&url, vec![cookie])
}

fn refused(state: &AppState, why: Refused) -> Result<Response, ApiError> {
    let cookie = set_cookie(state, cookie_name(state.cookies.secure), "", 0)?;
    to(&format!("/sign-in?{}", encoded(&[("oidc", why.word())])), vec![cookie])
}

/// Come back signed in
#[utoipa::path(get, path = "/auth/oidc/callback", operation_id = "finish_oidc", tag = "auth", security(()), params(Back),
    responses((status = 303), (status = 404, body = Problem), (status = 503, body = Problem)))]
pub async fn callback(
    State(state): State<AppState>,
    visitor: Visitor,
    QueryString(back): QueryString<Back>,
) -> Result<Response, ApiError> {
    let oidc = state.oidc.as_ref().ok_or(ApiError::NotFound("page"))?;
    let Some((flow, code)) = flow_of(&state, oidc, &visitor, back).await? else {
        return refused(&state, Refused::Failed);
    };
    let redirect_uri = redirect_uri(&state, oidc, &visitor)?;
    let now = state.store.now();
    let identity = match oidc
        .identity(&code, &flow.nonce, &flow.verifier, &redirect_uri, now)
        .await
    {
        Ok(identity) => identity,
        Err(error) => {
            tracing::warn!(error = %error, "a sign-in elsewhere failed");
            return refused(&state, Refused::Failed);
        }
    };
    let mut tx = state.store.begin().await?;
    match user_of(&state, oidc, &mut tx, &identity, &visitor).await? {
        Ok(user) => {
            let started = start_session(&state, &mut tx, &user, &visitor).await?;
            let act = Act::by(&user, AuditAction::SignedIn, &oidc.settings.name);
            tx.enter(&act.from(visitor.address)).await?;
            state.commit(tx).await?;
            let ended = set_cookie(&state, cookie_name(state.cookies.secure), "", 0)?;
            to(&flow.next_path, vec![started.cookie, ended])
        }
        Err(why) => {
            let name = identity.email.unwrap_or(identity.sub);
            let act = Act::by_name(&name, AuditAction::SignInFailed, &oidc.settings.name);
            tx.enter(&act.from(visitor.address)).await?;
            state.commit(tx).await?;
            refused(&state, why)
        }
    }
}

/// The sign-in that a browser comes back from, if it is the one that began it, and its code.
async fn flow_of(
    state: &AppState,
    oidc: &Oidc,
    visitor: &Visitor,
    back: Back,
) -> Result<Option<(OidcFlow, String)>, ApiError> {
    let began = cookie_value(&visitor.headers, cookie_name(state.cookies.secure)).unwrap_or_default();
    let sent = back.state.unwrap_or_default();
    let of_another = back.iss.is_some_and(|issuer| issuer != oidc.settings.issuer);
    if sent.is_empty() || !same_text(&began, &sent) || of_another {
        return Ok(None);
    }
    let mut tx = state.store.begin().await?;
    let flow = tx.take_oidc_flow(&token_hash(&sent)).await?;
    state.commit(tx).await?;
    Ok(flow.zip(back.code.filter(|code| !code.is_empty())))
}

/// The account that an identity signs in: the one it is linked to; else the one with its address,
/// if the issuer made sure of that; else a new one, where people without one get one.
async fn user_of(
    state: &AppState,
    oidc: &Oidc,
    tx: &mut Tx,
    identity: &Identity,
    visitor: &Visitor,
) -> Result<Result<User, Refused>, ApiError> {
    let issuer = &oidc.settings.issuer;
    if let Some(user) = tx.user_by_identity(issuer, &identity.sub).await? {
        let enters = user.may_sign_in(state.store.now());
        return Ok(if enters { Ok(user) } else { Err(Refused::Disabled) });
    }
    let email = identity.email.as_deref().filter(|_| identity.email_verified);
    let Some(email) = email.and_then(|email| super::auth::checked_email(email).ok()) else {
        return Ok(Err(Refused::NoAccount));
    };
    let user = match tx.user_by_email(&email).await? {
        Some((user, _)) if user.may_sign_in(state.store.now()) => user,
        Some(_) => return Ok(Err(Refused::Disabled)),
        None if oidc.settings.create_accounts || state.settings.now().registration == RegistrationPolicy::Open => {
            let first = tx.count_users().await? == 0;
            if first {
                // The first account is made on the setup page, with its token.
                return Ok(Err(Refused::NoAccount));
            }
            create(tx, identity, email).await?
        }
        None => return Ok(Err(Refused::NoAccount)),
    };
    tx.link_identity(user.id, issuer, &identity.sub).await?;
    let act = Act::by(&user, AuditAction::IdentityLinked, &oidc.settings.name);
    tx.enter(&act.from(visitor.address)).await?;
    Ok(Ok(user))
}

async fn create(tx: &mut Tx, identity: &Identity, email: String) -> Result<User, ApiError> {
    let name = identity.name.as_deref().map(str::trim).filter(|name| !name.is_empty());
    let name: String = name
        .unwrap_or(&email)
        .chars()
        .filter(|c| !c.is_control())
        .take(NAME_CHARS)
        .collect();
    let new = NewUser {
        name,
        email,
        password_hash: None,
        role: Role::User,
    };
    Ok(tx.create_user(&new).await?)
}
