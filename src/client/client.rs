//! The connection to one server: addresses, the token, trying again.

use std::time::Duration;

use rand::Rng;
use reqwest::{Method, RequestBuilder, Response, Url, header::HeaderValue, redirect::Policy};
use secrecy::{ExposeSecret, SecretString};
use serde::{Serialize, de::DeserializeOwned};
use tokio::time::Instant;
use uuid::Uuid;

use crate::{ClientError, Problem};

const CONNECT: Duration = Duration::from_secs(10);
/// Longer than the server takes for any request.
const TOTAL: Duration = Duration::from_secs(70);
/// For how long a request that may be repeated is tried while the server is away.
const PATIENCE: Duration = Duration::from_secs(30);
const FIRST_WAIT: Duration = Duration::from_millis(200);
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// A client of one server. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Client {
    http: reqwest::Client,
    /// Sockets are opened from HTTP/1.1.
    pub(crate) sockets: reqwest::Client,
    base: Url,
    token: HeaderValue,
    patience: Duration,
}

impl Client {
    /// A client of the server at this address (such as `http://127.0.0.1:8000`) that shows this
    /// personal API token.
    pub fn new(url: &str, token: SecretString) -> Result<Self, ClientError> {
        // A second installation is refused and changes nothing.
        let _first = rustls::crypto::ring::default_provider().install_default();
        let bad = || ClientError::BadUrl(url.to_owned());
        let base = Url::parse(url.trim().trim_end_matches('/')).map_err(|_| bad())?;
        if !matches!(base.scheme(), "http" | "https") || base.cannot_be_a_base() {
            return Err(bad());
        }
        let mut header = HeaderValue::from_str(&format!("Bearer {}", token.expose_secret().trim()))
            .map_err(|_| ClientError::BadToken)?;
        header.set_sensitive(true);
        let builder = || {
            reqwest::Client::builder()
                // The token goes to this server and to no other.
                .redirect(Policy::none())
                .connect_timeout(CONNECT)
                .user_agent(concat!("quorum-client/", env!("CARGO_PKG_VERSION")))
        };
        Ok(Self {
            http: builder().timeout(TOTAL).build().map_err(ClientError::NoHttp)?,
            sockets: builder().http1_only().build().map_err(ClientError::NoHttp)?,
            base,
            token: header,
            patience: PATIENCE,
        })
    }

    /// For how long requests that may be repeated are tried while the server is away; 30 s at first.
    #[must_use]
    pub fn with_patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// Scheme, host and port of the server.
    pub fn origin(&self) -> String {
        self.base.origin().ascii_serialization()
    }

    /// The address of a path of the server, with what stands before it behind a reverse proxy.
    pub(crate) fn address(&self, path: &str) -> Url {
        let mut url = self.base.clone();
        let whole = format!("{}{path}", self.base.path().trim_end_matches('/'));
        let (path, query) = whole
            .split_once('?')
            .map_or((whole.as_str(), None), |(path, query)| (path, Some(query)));
        url.set_path(path);
        url.set_query(query);
        url
    }

    pub(crate) fn with_token(&self, request: RequestBuilder) -> RequestBuilder {
        request.header(reqwest::header::AUTHORIZATION, self.token.clone())
    }

    pub(crate) async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, ClientError> {
        read(self.patiently(Method::GET, path, None, None).await?).await
    }

    pub(crate) async fn get_text(&self, path: &str) -> Result<String, ClientError> {
        let response = self.patiently(Method::GET, path, None, None).await?;
        response.text().await.map_err(|error| self.unreachable(error))
    }

    /// A POST that makes something: it carries a new key, and is repeated under it until there is a reply.
    pub(crate) async fn create<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, ClientError> {
        self.create_as(&Uuid::now_v7().to_string(), path, body).await
    }

    /// The same under a key of the caller's.
    pub(crate) async fn create_as<T: DeserializeOwned>(
        &self,
        key: &str,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, ClientError> {
        let body = serde_json::to_value(body).map_err(|error| ClientError::Unreadable(error.to_string()))?;
        read(self.patiently(Method::POST, path, Some(&body), Some(key)).await?).await
    }

    /// A POST that says how something shall be; repeating it changes nothing more.
    pub(crate) async fn command<T: DeserializeOwned>(&self, path: &str) -> Result<T, ClientError> {
        read(self.patiently(Method::POST, path, None, None).await?).await
    }

    async fn patiently(
        &self,
        method: Method,
        path: &str,
        body: Option<&serde_json::Value>,
        key: Option<&str>,
    ) -> Result<Response, ClientError> {
        let begun = Instant::now();
        let mut longest = FIRST_WAIT;
        loop {
            let error = match self.once(method.clone(), path, body, key).await {
                Ok(response) => return Ok(response),
                Err(error) => error,
            };
            let Some(asked_for) = error.wait() else {
                return Err(error);
            };
            let wait = asked_for.max(longest.mul_f64(rand::rng().random_range(0.1..=1.0)));
            if begun.elapsed() + wait > self.patience {
                return Err(error);
            }
            tokio::time::sleep(wait).await;
            longest = (longest * 2).min(LONGEST_WAIT);
        }
    }

    async fn once(
        &self,
        method: Method,
        path: &str,
        body: Option<&serde_json::Value>,
        key: Option<&str>,
    ) -> Result<Response, ClientError> {
        let mut request = self.with_token(self.http.request(method, self.address(path)));
        if let Some(body) = body {
            request = request.json(body);
        }
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        let response = request.send().await.map_err(|error| self.unreachable(error))?;
        if response.status().is_success() {
            Ok(response)
        } else {
            Err(self.refusal(response).await)
        }
    }

    pub(crate) fn unreachable(&self, error: reqwest::Error) -> ClientError {
        let error = error.without_url();
        let mut words = error.to_string();
        let mut cause: Option<&dyn std::error::Error> = std::error::Error::source(&error);
        while let Some(current) = cause {
            words = current.to_string();
            cause = current.source();
        }
        ClientError::Unreachable {
            origin: self.origin(),
            words,
        }
    }

    pub(crate) async fn refusal(&self, response: Response) -> ClientError {
        let status = response.status().as_u16();
        match response.json::<Problem>().await {
            Ok(problem) => ClientError::Refused(Box::new(problem)),
            Err(_) => ClientError::NotQuorum {
                origin: self.origin(),
                status,
            },
        }
    }
}

async fn read<T: DeserializeOwned>(response: Response) -> Result<T, ClientError> {
    response
        .json()
        .await
        .map_err(|error| ClientError::Unreadable(error.without_url().to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(url: &str) -> Client {
        Client::new(url, "qk_x".into()).unwrap()
    }

    #[test]
    fn paths_stand_behind_what_a_reverse_proxy_puts_before_them() {
        let path = "/api/v1/search?q=a%20b";
        assert_eq!(
            at("http://h:1/").address(path).as_str(),
            "http://h:1/api/v1/search?q=a%20b"
        );
        assert_eq!(
            at("https://h/quorum/").address(path).as_str(),
            "https://h/quorum/api/v1/search?q=a%20b"
        );
    }

    #[test]
    fn odd_addresses_and_tokens_are_refused() {
        for url in ["", "h", "ftp://h", "data:x"] {
            assert!(
                matches!(Client::new(url, "qk_x".into()), Err(ClientError::BadUrl(_))),
                "{url}"
            );
        }
        assert!(matches!(
            Client::new("http://h", "a\nb".into()),
            Err(ClientError::BadToken)
        ));
    }

    #[test]
    fn the_token_is_not_printed() {
        let client = Client::new("http://h", "qk_secret".into()).unwrap();
        assert!(!format!("{client:?}").contains("qk_secret"));
    }
}
