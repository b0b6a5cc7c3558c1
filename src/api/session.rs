//! Browser sign-ins: a cookie that only the hash is stored of.

use axum::http::{HeaderMap, HeaderValue, header};
use chrono::Duration;
use quorum_domain::{Credential, Scopes, User};
use quorum_vault::{Token, csrf_token_of, token_hash};

use crate::{ApiError, AppState, access::SignedIn};

/// Days after the last use at which a session ends.
const SESSION_DAYS: i64 = 14;
/// A session in use is moved forward at most this often.
const TOUCH_MINUTES: i64 = 10;

const fn cookie_name(secure: bool) -> &'static str {
    if secure {
        "__Host-quorum_session"
    } else {
        "quorum_session"
    }
}

pub(crate) fn cookie_value(headers: &HeaderMap, name: &str) -> Option<String> {
    let cookies = headers
        .get_all(header::COOKIE)
        .into_iter()
        .filter_map(|value| value.to_str().ok());
    cookies
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(found, _)| *found == name)
        .map(|(_, value)| value.to_owned())
}

/// The session behind a request's cookie.
pub async fn by_cookie(state: &AppState, headers: &HeaderMap) -> Result<SignedIn, ApiError> {
    let token = cookie_value(headers, cookie_name(state.cookies.secure)).ok_or(ApiError::Unauthenticated)?;
    let row = state
        .store
        .read()
        .await?
        .session_by_token(&token_hash(&token))
        .await?
        .ok_or(ApiError::Unauthenticated)?;
    let now = state.store.now();
    if now - row.last_used_at > Duration::minutes(TOUCH_MINUTES) {
        let mut tx = state.store.begin().await?;
        tx.touch_session(row.id, now + Duration::days(SESSION_DAYS)).await?;
        state.commit(tx).await?;
    }
    Ok(SignedIn {
        user: row.user,
        credential: Credential::Session(row.id),
        scopes: Scopes::all(),
        ends_at: None,
        csrf_token: Some(csrf_token_of(&token)),
    })
}

/// Signs a user in: a new token every time; gives the CSRF token and the cookie to set.
pub async fn sign_in(state: &AppState, user: &User, user_agent: &str) -> Result<(String, HeaderValue), ApiError> {
    let token = Token::random();
    let mut tx = state.store.begin().await?;
    let expires_at = tx.now() + Duration::days(SESSION_DAYS);
    tx.create_session(user.id, &token.hash(), user_agent, expires_at)
        .await?;
    state.commit(tx).await?;
    let cookie = set_cookie(state, token.reveal(), SESSION_DAYS * 86_400)?;
    Ok((csrf_token_of(token.reveal()), cookie))
}

/// The cookie that ends a session in the browser; with the attributes it was set with.
pub fn ended_cookie(state: &AppState) -> Result<HeaderValue, ApiError> {
    set_cookie(state, "", 0)
}

fn set_cookie(state: &AppState, value: &str, max_age: i64) -> Result<HeaderValue, ApiError> {
    let secure = if state.cookies.secure { "; Secure" } else { "" };
    let name = cookie_name(state.cookies.secure);
    let cookie = format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={max_age}{secure}");
    HeaderValue::from_str(&cookie).map_err(|_| ApiError::Internal)
}
