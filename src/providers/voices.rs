//! All providers behind one client: sending requests, and reading what is refused.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, RwLock},
    time::Duration,
};

use futures::StreamExt;
use quorum_domain::{FailureKind, Service};
use reqwest::{Client, redirect::Policy};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::{
    AllowedHosts, Ask, CallError, Deadlines, Piece, Reply,
    call::Call,
    classify::{ErrorBody, classify, without_secret},
    formats::{Omitted, WireRequest, format_of},
    guard::{GuardedResolver, check_url},
};

/// The HTTP client could not be made.
#[derive(Debug, thiserror::Error)]
#[error("the HTTP client could not be made")]
pub struct ProviderError(#[source] pub(crate) reqwest::Error);

/// Limits of all calls.
#[derive(Debug, Clone)]
pub struct VoicesOptions {
    /// Time limits.
    pub deadlines: Deadlines,
    /// Hosts in private ranges that may be called.
    pub allowed_hosts: AllowedHosts,
    /// Longest answer taken, in bytes.
    pub max_answer_bytes: usize,
    /// Longest line of a stream taken, in bytes.
    pub max_line_bytes: usize,
}

impl Default for VoicesOptions {
    fn default() -> Self {
        Self {
            deadlines: Deadlines::default(),
            allowed_hosts: AllowedHosts::default(),
            max_answer_bytes: 4 * 1024 * 1024,
            max_line_bytes: 1024 * 1024,
        }
    }
}

/// Error bodies are read up to this many bytes.
const ERROR_BODY_BYTES: usize = 64 * 1024;

/// All providers behind one client. Cheap to clone.
#[derive(Clone)]
pub struct Voices {
    pub(crate) client: Client,
    options: Arc<VoicesOptions>,
    deadlines: Arc<RwLock<Deadlines>>,
    omitted: Arc<Mutex<HashMap<(String, String), Omitted>>>,
}

impl Voices {
    /// Makes the client: no redirects, no proxy from the environment, addresses checked.
    pub fn new(options: VoicesOptions) -> Result<Self, ProviderError> {
        // A second installation is refused and changes nothing.
        install_tls();
        let client = Client::builder()
            .redirect(Policy::none())
            .no_proxy()
            .dns_resolver(Arc::new(GuardedResolver::new(options.allowed_hosts.clone())))
            .connect_timeout(options.deadlines.connect)
            .pool_idle_timeout(Duration::from_secs(60))
            .tcp_nodelay(true)
            .user_agent(concat!("quorum/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(ProviderError)?;
        Ok(Self {
            client,
            deadlines: Arc::new(RwLock::new(options.deadlines)),
            options: Arc::new(options),
            omitted: Arc::default(),
        })
    }

    /// The hosts in private ranges that may be called; more can be allowed at run time.
    pub fn allowed_hosts(&self) -> &AllowedHosts {
        &self.options.allowed_hosts
    }

    /// The deadlines of calls that begin now.
    pub fn deadlines(&self) -> Deadlines {
        *self.deadlines.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the deadlines of calls that begin later. How long a connection may take stays.
    pub fn set_deadlines(&self, deadlines: Deadlines) {
        *self.deadlines.write().unwrap_or_else(PoisonError::into_inner) = deadlines;
    }

    /// Asks a service. Pieces go into `pieces` as they come; a full channel slows the reading
    /// down, not the memory up. When `cancel` fires the connection is dropped at once.
    pub async fn ask(
        &self,
        ask: &Ask,
        pieces: mpsc::Sender<Piece>,
        cancel: &CancellationToken,
    ) -> Result<Reply, CallError> {
        let deadlines = self.deadlines();
        let total = deadlines.total;
        let mut call = Call::new(self, ask, pieces, deadlines);
        let outcome = tokio::select! {
            outcome = tokio::time::timeout(total, call.run()) => outcome,
            () = cancel.cancelled() => Ok(Err(CallError::new(FailureKind::Cancelled, ""))),
        };
        let result = outcome.unwrap_or_else(|_| {
            Err(CallError::new(
                FailureKind::TimeoutTotal,
                format!("No end after {} s.", total.as_secs_f32()),
            ))
        });
        call.conclude(result)
    }

    /// Tries a key as cheaply as can be: the list of models, or one token where there is no list.
    pub async fn test_key(
        &self,
        service: &Service,
        key: Option<SecretString>,
        cancel: &CancellationToken,
    ) -> Result<(), CallError> {
        let format = format_of(service.service_type);
        let request = format.list_models(&service.base_url, key.as_ref());
        let listed = tokio::time::timeout(Duration::from_secs(15), self.send(request))
            .await
            .unwrap_or_else(|_| {
                Err(CallError::new(
                    FailureKind::TimeoutFirstToken,
                    "The service did not reply.",
                ))
            });
        let response = listed?;
        let status = response.status().as_u16();
        if response.status().is_success() {
            return Ok(());
        }
        if !matches!(status, 404 | 405 | 501) {
            return Err(hide_key(self.read_error(response).await.0, key.as_ref()));
        }
        let question = quorum_domain::context::PromptMessage::new(quorum_domain::context::PromptRole::User, "Say ok.");
        let ask = Ask {
            service: service.clone(),
            key,
            messages: vec![question],
            images: crate::ImageContents::new(),
            max_output_tokens: 16,
            structured: None,
        };
        // Nobody reads the pieces; a channel that nobody empties would hold the call up.
        let (sender, receiver) = mpsc::channel(1);
        drop(receiver);
        self.ask(&ask, sender, cancel).await.map(|_| ())
    }

    pub(crate) async fn send(&self, request: WireRequest) -> Result<reqwest::Response, CallError> {
        let url = check_url(&request.url, &self.options.allowed_hosts).map_err(|refused| CallError {
            retryable: false,
            ..CallError::new(FailureKind::Connection, refused.to_string())
        })?;
        let mut builder = self.client.request(request.method, url);
        for (name, value) in request.headers {
            let mut value = reqwest::header::HeaderValue::from_str(value.expose_secret())
                .map_err(|_| CallError::new(FailureKind::Auth, "The key has characters that no key has."))?;
            value.set_sensitive(true);
            builder = builder.header(name, value);
        }
        if let Some(body) = request.body {
            builder = builder.json(&body);
        }
        builder.send().await.map_err(transport_error)
    }

    /// The class of an error reply, and its message as sent.
    pub(crate) async fn read_error(&self, response: reqwest::Response) -> (CallError, String) {
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let mut body = Vec::new();
        let mut stream = response.bytes_stream();
        let reading = async {
            while let Some(Ok(bytes)) = stream.next().await {
                body.extend_from_slice(&bytes[..bytes.len().min(ERROR_BODY_BYTES - body.len())]);
                if body.len() >= ERROR_BODY_BYTES {
                    break;
                }
            }
        };
        // What has come by then is enough to classify.
        let _enough = tokio::time::timeout(Duration::from_secs(10), reading).await;
        if (300..400).contains(&status) {
            let error = CallError::new(
                FailureKind::BadRequest,
                "The service redirects elsewhere, which is not followed.",
            );
            return (
                CallError {
                    http_status: Some(status),
                    ..error
                },
                String::new(),
            );
        }
        let body = ErrorBody::parse(&String::from_utf8_lossy(&body));
        (classify(status, &headers, &body), body.message)
    }

    /// The limits of all calls.
    pub(crate) fn options(&self) -> &VoicesOptions {
        &self.options
    }

    /// The optional fields that a service is known to refuse.
    pub(crate) fn omitted_for(&self, service: &Service) -> Omitted {
        let omitted = self.omitted.lock().unwrap_or_else(PoisonError::into_inner);
        omitted
            .get(&(service.origin(), service.model.clone()))
            .cloned()
            .unwrap_or_default()
    }

    /// From now on these are left out.
    pub(crate) fn remember_omitted(&self, service: &Service, fields: Omitted) {
        let mut omitted = self.omitted.lock().unwrap_or_else(PoisonError::into_inner);
        omitted.insert((service.origin(), service.model.clone()), fields);
    }
}

/// An error of the transport, without the URL that reqwest puts into it.
pub(crate) fn transport_error(error: reqwest::Error) -> CallError {
    let error = error.without_url();
    let mut words = Vec::new();
    let mut cause: Option<&dyn std::error::Error> = Some(&error);
    while let Some(current) = cause {
        if let Some(refused) = current.downcast_ref::<crate::AddressRefused>() {
            return CallError {
                retryable: false,
                ..CallError::new(FailureKind::Connection, refused.to_string())
            };
        }
        words.push(current.to_string());
        cause = current.source();
    }
    let detail = words.last().map(String::as_str).unwrap_or_default();
    CallError::new(FailureKind::Connection, crate::classify::scrub(detail))
}

/// Providers repeat the key that they refuse.
pub fn hide_key(mut error: CallError, key: Option<&SecretString>) -> CallError {
    if let Some(key) = key {
        error.failure.detail = without_secret(&error.failure.detail, key.expose_secret());
    }
    error
}

/// Chooses the TLS implementation of this process; whoever opens a connection calls it first.
pub fn install_tls() {
    let _already_installed = rustls::crypto::ring::default_provider().install_default();
}
