//! Browser sign-ins: a cookie that only the hash is stored of.

use axum::http::{HeaderMap, HeaderValue, header};
use chrono::Duration;
use quorum_domain::{Credential, Scopes, Timestamp, User, access::SignInKind};
use quorum_store::{NewSession, Tx};
use quorum_vault::{Token, csrf_token_of, token_hash};

use crate::{ApiError, AppState, access::SignedIn, state::SignInSettings, visitor::Visitor};

/// A session in use is moved forward at most this often.
const TOUCH_MINUTES: i64 = 10;

const fn cookie_name(secure: bool) -> &'static str {
    if secure {
        "__Host-quorum_session"
    } else {
        "quorum_session"
    }
}

/// The value of a cookie; none if the browser sent none of this name.
pub fn cookie_value(headers: &HeaderMap, name: &str) -> Option<String> {
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

impl SignInSettings {
    /// When a sign-in that began then and is used now ends: after some days without use, and in
    /// any case after some more.
    pub fn end_of_session(&self, begun: Timestamp, now: Timestamp) -> Timestamp {
        (now + self.session_idle).min(begun + self.session_life)
    }
}

/// The session behind a request's cookie.
pub async fn by_cookie(state: &AppState, visitor: &Visitor) -> Result<SignedIn, ApiError> {
    let name = cookie_name(state.cookies.secure);
    let token = cookie_value(&visitor.headers, name).ok_or(ApiError::Unauthenticated)?;
    let row = state
        .store
        .read()
        .await?
        .session_by_token(&token_hash(&token))
        .await?
        .filter(|row| row.kind == SignInKind::Browser)
        .ok_or(ApiError::Unauthenticated)?;
    let now = state.store.now();
    if now - row.last_used_at > Duration::minutes(TOUCH_MINUTES) {
        let end = state.sign_in.end_of_session(row.created_at, now);
        let mut tx = state.store.begin().await?;
        tx.touch_session(row.id, &visitor.address.to_string(), end).await?;
        state.commit(tx).await?;
    }
    Ok(SignedIn {
        user: row.user,
        credential: Credential::Session(row.id),
        scopes: Scopes::all(),
        ends_at: None,
        csrf_token: Some(csrf_token_of(&token)),
        address: visitor.address,
    })
}

/// A session that the browser has yet to be told of.
pub struct Started {
    /// What the page sends back with every change.
    pub csrf_token: String,
    /// The cookie to set.
    pub cookie: HeaderValue,
}

/// Signs a user in: a new token every time, and whatever this browser was signed in by before ends.
pub async fn start_session(state: &AppState, tx: &mut Tx, user: &User, visitor: &Visitor) -> Result<Started, ApiError> {
    if let Some(old) = cookie_value(&visitor.headers, cookie_name(state.cookies.secure)) {
        tx.delete_session_by_token(&token_hash(&old)).await?;
    }
    let token = Token::random();
    let new = NewSession {
        kind: SignInKind::Browser,
        token_hash: &token.hash(),
        user_agent: &visitor.user_agent,
        address: &visitor.address.to_string(),
        expires_at: state.sign_in.end_of_session(tx.now(), tx.now()),
    };
    tx.create_session(user.id, &new).await?;
    Ok(Started {
        csrf_token: csrf_token_of(token.reveal()),
        cookie: set_cookie(
            state,
            cookie_name(state.cookies.secure),
            token.reveal(),
            state.sign_in.session_life.num_seconds(),
        )?,
    })
}

/// The cookie that ends a session in the browser; with the attributes it was set with.
pub fn ended_cookie(state: &AppState) -> Result<HeaderValue, ApiError> {
    set_cookie(state, cookie_name(state.cookies.secure), "", 0)
}

/// A cookie that scripts cannot read and other sites' pages cannot make a browser send with a change.
pub fn set_cookie(state: &AppState, name: &str, value: &str, max_age: i64) -> Result<HeaderValue, ApiError> {
    let secure = if state.cookies.secure { "; Secure" } else { "" };
    let cookie = format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={max_age}{secure}");
    HeaderValue::from_str(&cookie).map_err(|_| ApiError::Internal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn use_moves_the_end_forward_but_never_beyond_the_last_day() {
        let settings = SignInSettings {
            session_idle: Duration::days(14),
            session_life: Duration::days(90),
            access_life: Duration::minutes(15),
        };
        let begun = chrono::DateTime::from_timestamp(1_790_000_000, 0).unwrap();
        let end_if_used = |day| settings.end_of_session(begun, begun + Duration::days(day)) - begun;
        assert_eq!(end_if_used(0), Duration::days(14));
        assert_eq!(end_if_used(60), Duration::days(74));
        assert_eq!(end_if_used(80), Duration::days(90));
        assert_eq!(end_if_used(100), Duration::days(90));
    }
}
