//! OpenID Connect: what is asked of the issuer, and what is believed of its answers (OpenID Connect
//! Core 1.0 and Discovery 1.0, RFC 7636 for PKCE, RFC 9207 for the issuer in the answer).

use std::sync::Arc;

use axum::http::Uri;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::Duration;
use futures::future::BoxFuture;
use quorum_domain::Timestamp;
use quorum_vault::{Expected, ExposeSecret, IdTokenProblem, Identity, SecretString, check_id_token};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use tokio::sync::Mutex;

/// How long what the issuer said of itself is believed.
const KNOWN_FOR: Duration = Duration::hours(1);

/// Sends requests to the issuer; guarded, with bounded time and size.
pub trait Outbound: Send + Sync {
    /// Reads a text.
    fn get<'a>(&'a self, url: &'a str) -> BoxFuture<'a, Result<String, String>>;
    /// Sends a form, with a name and a secret if there are any, and reads the reply.
    fn post_form<'a>(
        &'a self,
        url: &'a str,
        form: &'a [(&'a str, &'a str)],
        basic: Option<(&'a str, &'a SecretString)>,
    ) -> BoxFuture<'a, Result<String, String>>;
}

/// What an administrator says of an issuer.
#[derive(Clone)]
pub struct OidcSettings {
    /// Shown on the button.
    pub name: String,
    /// The issuer's identifier, an https URL.
    pub issuer: String,
    /// Our name there.
    pub client_id: String,
    /// Our secret there, if it gave one.
    pub client_secret: Option<SecretString>,
    /// Where this site is reached, if not as the browser says.
    pub public_url: Option<String>,
    /// Whether somebody without an account gets one.
    pub create_accounts: bool,
}

/// Why a sign-in elsewhere came to nothing. What the issuer said stands in the log only.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OidcError {
    /// The issuer did not answer, or not with what it must.
    #[error("the issuer cannot be asked: {0}")]
    Issuer(String),
    /// Its document is not its own.
    #[error("the document of the issuer names another issuer, or an address that is not https")]
    Document,
    /// The ID token is not believed.
    #[error(transparent)]
    Token(#[from] IdTokenProblem),
}

#[derive(Debug, Clone, Deserialize)]
struct Document {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
    #[serde(default)]
    token_endpoint_auth_methods_supported: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct TokenReply {
    id_token: String,
}

/// What is known of the issuer, and since when.
#[derive(Clone)]
struct Known {
    document: Document,
    keys: String,
    since: Timestamp,
}

/// An issuer that may sign people in. Cheap to clone.
#[derive(Clone)]
pub struct Oidc {
    /// What an administrator says of it.
    pub settings: OidcSettings,
    outbound: Arc<dyn Outbound>,
    known: Arc<Mutex<Option<Known>>>,
}

/// One sign-in under way, as the issuer must hear of it.
pub struct Begin<'a> {
    /// Comes back with the browser.
    pub state: &'a str,
    /// Comes back in the ID token.
    pub nonce: &'a str,
    /// Whose hash is sent now, and itself with the code.
    pub verifier: &'a str,
    /// Where the browser comes back to.
    pub redirect_uri: &'a str,
    /// Whether somebody who is signed in there is to be asked all the same.
    pub again: bool,
}

impl Oidc {
    /// An issuer, asked by this client.
    pub fn new(settings: OidcSettings, outbound: Arc<dyn Outbound>) -> Self {
        Self {
            settings,
            outbound,
            known: Arc::default(),
        }
    }

    /// Where to send the browser.
    pub async fn authorization_url(&self, begin: &Begin<'_>, now: Timestamp) -> Result<String, OidcError> {
        let document = self.known(now, false).await?.document;
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(begin.verifier.as_bytes()));
        let mut query = encoded(&[
            ("response_type", "code"),
            ("client_id", &self.settings.client_id),
            ("redirect_uri", begin.redirect_uri),
            ("scope", "openid email profile"),
            ("state", begin.state),
            ("nonce", begin.nonce),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ]);
        if begin.again {
            query.push_str("&prompt=login");
        }
        let endpoint = document.authorization_endpoint;
        let joint = if endpoint.contains('?') { '&' } else { '?' };
        Ok(format!("{endpoint}{joint}{query}"))
    }

    /// Whom a code stands for.
    pub async fn identity(
        &self,
        code: &str,
        nonce: &str,
        verifier: &str,
        redirect_uri: &str,
        now: Timestamp,
    ) -> Result<Identity, OidcError> {
        let known = self.known(now, false).await?;
        let token = self.exchange(&known.document, code, verifier, redirect_uri).await?;
        let expected = Expected {
            issuer: &self.settings.issuer,
            client_id: &self.settings.client_id,
            nonce,
            now,
        };
        match check_id_token(&token, &known.keys, expected) {
            // Its keys may have been changed since they were read.
            Err(IdTokenProblem::Key) => {
                let known = self.known(now, true).await?;
                Ok(check_id_token(&token, &known.keys, expected)?)
            }
            checked => Ok(checked?),
        }
    }

    async fn exchange(
        &self,
        document: &Document,
        code: &str,
        verifier: &str,
        redirect_uri: &str,
    ) -> Result<String, OidcError> {
        let methods = &document.token_endpoint_auth_methods_supported;
        let takes = |method: &str| methods.iter().any(|known| known == method);
        let secret = self.settings.client_secret.as_ref();
        // `client_secret_basic` is what an issuer takes that says nothing.
        let by_post = secret.filter(|_| takes("client_secret_post") && !takes("client_secret_basic"));
        let basic = secret.filter(|_| by_post.is_none());
        let mut form = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", redirect_uri),
            ("code_verifier", verifier),
        ];
        if basic.is_none() {
            form.push(("client_id", &self.settings.client_id));
        }
        if let Some(secret) = by_post {
            form.push(("client_secret", secret.expose_secret()));
        }
        let basic = basic.map(|secret| (self.settings.client_id.as_str(), secret));
        let reply = self
            .outbound
            .post_form(&document.token_endpoint, &form, basic)
            .await
            .map_err(OidcError::Issuer)?;
        let reply: TokenReply =
            serde_json::from_str(&reply).map_err(|_| OidcError::Issuer("its reply holds no ID token".into()))?;
        Ok(reply.id_token)
    }

    async fn known(&self, now: Timestamp, anew: bool) -> Result<Known, OidcError> {
        let mut known = self.known.lock().await;
        if let Some(known) = known.as_ref().filter(|known| !anew && now - known.since < KNOWN_FOR) {
            return Ok(known.clone());
        }
        let issuer = self.settings.issuer.trim_end_matches('/');
        let read = async |url: &str| self.outbound.get(url).await.map_err(OidcError::Issuer);
        let document = read(&format!("{issuer}/.well-known/openid-configuration")).await?;
        let document: Document =
            serde_json::from_str(&document).map_err(|_| OidcError::Issuer("its document cannot be read".into()))?;
        if document.issuer != self.settings.issuer || !is_as_safe_as_its_issuer(&document) {
            return Err(OidcError::Document);
        }
        let fresh = Known {
            keys: read(&document.jwks_uri).await?,
            document,
            since: now,
        };
        *known = Some(fresh.clone());
        Ok(fresh)
    }
}

/// An issuer behind TLS names no address without it.
fn is_as_safe_as_its_issuer(document: &Document) -> bool {
    let plain_issuer = document.issuer.starts_with("http://");
    [
        &document.authorization_endpoint,
        &document.token_endpoint,
        &document.jwks_uri,
    ]
    .iter()
    .all(|url| {
        let scheme = url
            .parse::<Uri>()
            .ok()
            .and_then(|url| url.scheme_str().map(str::to_owned));
        match scheme.as_deref() {
            Some("https") => true,
            Some("http") => plain_issuer,
            _ => false,
        }
    })
}

/// A query of names and values, percent-encoded (RFC 3986, unreserved characters stay).
pub fn encoded(pairs: &[(&str, &str)]) -> String {
    let encode = |text: &str| -> String {
        text.bytes()
            .map(|byte| match byte {
                b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
                other => format!("%{other:02X}"),
            })
            .collect()
    };
    let pairs: Vec<String> = pairs
        .iter()
        .map(|(name, value)| format!("{}={}", encode(name), encode(value)))
        .collect();
    pairs.join("&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_holds_any_text() {
        assert_eq!(encoded(&[("a", "ä b&c="), ("d", "~-._")]), "a=%C3%A4%20b%26c%3D&d=~-._");
    }

    #[test]
    fn an_issuer_behind_tls_names_no_address_without_it() {
        let document = |issuer: &str, token: &str| Document {
            issuer: issuer.into(),
            authorization_endpoint: "https://id.example/authorize".into(),
            token_endpoint: token.into(),
            jwks_uri: "https://id.example/keys".into(),
            token_endpoint_auth_methods_supported: Vec::new(),
        };
        assert!(is_as_safe_as_its_issuer(&document(
            "https://id.example",
            "https://id.example/token"
        )));
        assert!(is_as_safe_as_its_issuer(&document(
            "http://localhost:1",
            "http://localhost:1/token"
        )));
        for token in ["http://id.example/token", "javascript:alert(1)", "/token", ""] {
            assert!(
                !is_as_safe_as_its_issuer(&document("https://id.example", token)),
                "{token}"
            );
        }
    }
}
