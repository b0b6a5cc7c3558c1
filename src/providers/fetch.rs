//! Small requests to addresses that somebody configured, behind the same guard as providers:
//! addresses checked, no redirects, bounded time and size.

use std::{sync::Arc, time::Duration};

use futures::StreamExt;
use reqwest::{Client, RequestBuilder, Url, header::CONTENT_TYPE, redirect::Policy};
use secrecy::{ExposeSecret, SecretString};

use crate::{
    AllowedHosts, ProviderError,
    guard::{AddressRefused, GuardedResolver, check_url},
    voices::install_tls,
};

const CONNECT: Duration = Duration::from_secs(5);
const TOTAL: Duration = Duration::from_secs(10);
const BODY_BYTES: usize = 1024 * 1024;

/// Why there is no reply. Holds neither address nor body, which may hold secrets.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// The address may not be called.
    #[error(transparent)]
    Refused(#[from] AddressRefused),
    /// Nobody answered in time.
    #[error("no answer")]
    NoAnswer,
    /// The reply is larger than a megabyte, or not text.
    #[error("the reply cannot be read")]
    Unreadable,
    /// The reply is a refusal, with this status.
    #[error("the reply was {0}")]
    Status(u16),
}

/// A client for small requests. Cheap to clone.
#[derive(Clone)]
pub struct Fetcher {
    client: Client,
    allowed: AllowedHosts,
}

impl Fetcher {
    /// Makes the client; these hosts in private ranges may be called.
    pub fn new(allowed: AllowedHosts) -> Result<Self, ProviderError> {
        install_tls();
        let client = Client::builder()
            .redirect(Policy::none())
            .no_proxy()
            .dns_resolver(Arc::new(GuardedResolver::new(allowed.clone())))
            .connect_timeout(CONNECT)
            .timeout(TOTAL)
            .user_agent(concat!("quorum/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(ProviderError)?;
        Ok(Self { client, allowed })
    }

    /// Reads a text.
    pub async fn get(&self, url: &str) -> Result<String, FetchError> {
        read(self.client.get(check_url(url, &self.allowed)?)).await
    }

    /// Sends a form, with a name and a secret if there are any, and reads the reply.
    pub async fn post_form(
        &self,
        url: &str,
        form: &[(&str, &str)],
        basic: Option<(&str, &SecretString)>,
    ) -> Result<String, FetchError> {
        // A query and a form are written alike; the address is never used.
        let written = Url::parse_with_params("http://form.invalid/", form).map_err(|_| AddressRefused::NotAUrl)?;
        let mut request = self
            .client
            .post(check_url(url, &self.allowed)?)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(written.query().unwrap_or_default().to_owned());
        if let Some((name, secret)) = basic {
            request = request.basic_auth(name, Some(secret.expose_secret()));
        }
        read(request).await
    }
}

async fn read(request: RequestBuilder) -> Result<String, FetchError> {
    let response = request
        .header("accept", "application/json")
        .send()
        .await
        .map_err(|_| FetchError::NoAnswer)?;
    let status = response.status();
    let mut pieces = response.bytes_stream();
    let mut body = Vec::new();
    while let Some(piece) = pieces.next().await {
        body.extend_from_slice(&piece.map_err(|_| FetchError::NoAnswer)?);
        if body.len() > BODY_BYTES {
            return Err(FetchError::Unreadable);
        }
    }
    if !status.is_success() {
        return Err(FetchError::Status(status.as_u16()));
    }
    String::from_utf8(body).map_err(|_| FetchError::Unreadable)
}
