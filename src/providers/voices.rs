//! Sending a request and reading the reply under deadlines.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, RwLock},
    time::Duration,
};

use bytes::Bytes;
use futures::{Stream, StreamExt};
use quorum_domain::{Beside, FailureKind, FinishReason, Service, TokenUsage, tokens::estimate_tokens};
use reqwest::{Client, header::CONTENT_TYPE, redirect::Policy};
use secrecy::{ExposeSecret, SecretString};
use tokio::{sync::mpsc, time::Instant};
use tokio_util::sync::CancellationToken;

use crate::{
    AllowedHosts, Ask, CallError, Deadlines, Piece, Reply,
    classify::{ErrorBody, classify, request_id, without_secret},
    formats::{Format, Omitted, Progress, WireRequest, format_of, refused_field},
    guard::{GuardedResolver, check_url},
    sse::SseParser,
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
        let mut call = Call {
            voices: self,
            ask,
            pieces,
            progress: Progress::default(),
            begun: Instant::now(),
            deadlines: self.deadlines(),
            first: None,
        };
        let total = call.deadlines.total;
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

    fn omitted_for(&self, service: &Service) -> Omitted {
        let omitted = self.omitted.lock().unwrap_or_else(PoisonError::into_inner);
        omitted
            .get(&(service.origin(), service.model.clone()))
            .cloned()
            .unwrap_or_default()
    }

    fn remember_omitted(&self, service: &Service, fields: Omitted) {
        let mut omitted = self.omitted.lock().unwrap_or_else(PoisonError::into_inner);
        omitted.insert((service.origin(), service.model.clone()), fields);
    }
}

/// An error of the transport, without the URL that reqwest puts into it.
fn transport_error(error: reqwest::Error) -> CallError {
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

struct Call<'a> {
    voices: &'a Voices,
    ask: &'a Ask,
    pieces: mpsc::Sender<Piece>,
    progress: Progress,
    begun: Instant,
    deadlines: Deadlines,
    first: Option<Duration>,
}

impl Call<'_> {
    async fn run(&mut self) -> Result<Option<String>, CallError> {
        let format = format_of(self.ask.service.service_type);
        let first_token = self.begun + self.deadlines.first_token;
        let response = tokio::time::timeout_at(first_token, self.open(format))
            .await
            .unwrap_or_else(|_| Err(self.no_first_token()))?;
        let id = request_id(response.headers());
        let is_json = response
            .headers()
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .map(|kind| kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase());
        let mut body = std::pin::pin!(response.bytes_stream());
        let read = match is_json.as_deref() {
            Some("text/event-stream") | None => self.read_stream(format, &mut body).await,
            Some("application/json") => self.read_whole(format, &mut body).await,
            Some(_) => Err(CallError::new(
                FailureKind::BadResponse,
                "The service replied with a page instead of an answer.",
            )),
        };
        let id = id.or_else(|| self.progress.request_id.clone());
        match read {
            Ok(()) => Ok(id),
            Err(error) => Err(CallError {
                request_id: id.or(error.request_id.clone()),
                ..error
            }),
        }
    }

    /// Sends the request; one that is refused for an optional field is sent once more without it.
    async fn open(&self, format: &dyn Format) -> Result<reqwest::Response, CallError> {
        let mut omitted = self.voices.omitted_for(&self.ask.service);
        // One more request per optional field at the most.
        for _ in 0..4 {
            let request = format.request(self.ask, &omitted);
            let body = request.body.clone().unwrap_or_default();
            let response = self.voices.send(request).await?;
            if response.status().is_success() {
                return Ok(response);
            }
            let (error, message) = self.voices.read_error(response).await;
            let refused = matches!(error.http_status, Some(400 | 422))
                .then(|| refused_field(&body, &message, &omitted))
                .flatten();
            let Some(field) = refused else {
                return Err(error);
            };
            omitted.insert(field);
            self.voices.remember_omitted(&self.ask.service, omitted.clone());
        }
        Err(CallError::new(
            FailureKind::BadRequest,
            "The service refused several settings of this model.",
        ))
    }

    fn no_first_token(&self) -> CallError {
        let waited = self.deadlines.first_token.as_secs_f32();
        CallError::new(
            FailureKind::TimeoutFirstToken,
            format!("Nothing came within {waited} s."),
        )
    }

    /// When the next content must have come.
    fn content_due(&self, last_content: Option<Instant>) -> Instant {
        let deadlines = &self.deadlines;
        last_content.map_or(self.begun + deadlines.first_token, |at| at + deadlines.content_idle)
    }

    fn overdue(&self, last_content: Option<Instant>) -> CallError {
        if last_content.is_none() {
            return self.no_first_token();
        }
        let idle = self.deadlines.content_idle.as_secs_f32();
        CallError::new(FailureKind::TimeoutIdle, format!("Nothing more came for {idle} s."))
    }

    async fn read_stream<S>(&mut self, format: &dyn Format, body: &mut S) -> Result<(), CallError>
    where
        S: Stream<Item = reqwest::Result<Bytes>> + Unpin,
    {
        let mut parser = SseParser::new(self.voices.options.max_line_bytes);
        let mut last_content = None;
        while !self.progress.ended || self.progress.usage.is_none() {
            // After its end a stream may still bring the usage, but nobody waits long for it.
            let due = if self.progress.ended {
                Instant::now() + Duration::from_secs(2)
            } else {
                self.content_due(last_content)
            };
            let bytes = match tokio::time::timeout_at(due, body.next()).await {
                Ok(Some(Ok(bytes))) => bytes,
                Ok(Some(Err(_))) | Err(_) if self.progress.ended => break,
                Ok(Some(Err(error))) => return Err(transport_error(error)),
                Ok(None) => break,
                Err(_) => return Err(self.overdue(last_content)),
            };
            let events = parser
                .feed(&bytes)
                .map_err(|_| CallError::new(FailureKind::BadResponse, "The service sent a line that is too long."))?;
            for event in events {
                let pieces = format.event(&event, &mut self.progress)?;
                if !pieces.is_empty() {
                    last_content = Some(Instant::now());
                }
                self.pass_on(pieces).await;
                if self.is_full() {
                    // The rest stays with the provider: what was asked for is a text to read.
                    self.progress.finish = Some(FinishReason::Length);
                    return Ok(());
                }
            }
        }
        if let Some(event) = parser.finish() {
            let pieces = format.event(&event, &mut self.progress)?;
            self.pass_on(pieces).await;
        }
        if !self.progress.ended {
            return Err(stray_error(parser.stray()));
        }
        Ok(())
    }

    async fn read_whole<S>(&mut self, format: &dyn Format, body: &mut S) -> Result<(), CallError>
    where
        S: Stream<Item = reqwest::Result<Bytes>> + Unpin,
    {
        let mut bytes = Vec::new();
        loop {
            let due = self.begun + self.deadlines.first_token;
            match tokio::time::timeout_at(due, body.next()).await {
                Ok(Some(Ok(more))) => bytes.extend_from_slice(&more),
                Ok(Some(Err(error))) => return Err(transport_error(error)),
                Ok(None) => break,
                Err(_) => return Err(self.no_first_token()),
            }
            if bytes.len() > self.voices.options.max_answer_bytes {
                // Asking again would bring, and cost, the same.
                return Err(CallError {
                    retryable: false,
                    ..CallError::new(FailureKind::BadResponse, "The answer is larger than allowed.")
                });
            }
        }
        let json = serde_json::from_slice(&bytes)
            .map_err(|_| CallError::new(FailureKind::BadResponse, "The service sent something that is not JSON."))?;
        let pieces = format.whole(&json, &mut self.progress)?;
        self.pass_on(pieces).await;
        if self.progress.ended { Ok(()) } else { Err(cut_short()) }
    }

    async fn pass_on(&mut self, pieces: Vec<Piece>) {
        if self.first.is_none() && !pieces.is_empty() {
            self.first = Some(self.begun.elapsed());
        }
        for piece in pieces {
            // Nobody reads any more: the caller is about to stop this call.
            if self.pieces.send(piece).await.is_err() {
                break;
            }
        }
    }

    fn is_full(&self) -> bool {
        self.progress.text.len() > self.voices.options.max_answer_bytes
    }

    fn conclude(self, result: Result<Option<String>, CallError>) -> Result<Reply, CallError> {
        let Self {
            ask,
            progress,
            begun,
            first,
            ..
        } = self;
        let usage = progress.usage;
        let beside = Beside {
            thoughts: progress.thoughts.into_text(),
            citations: progress.citations.into_vec(),
        };
        match result {
            Ok(request_id) => Ok(Reply {
                usage: usage
                    .filter(|usage| usage.output > 0 || usage.total_input() > 0)
                    .unwrap_or_else(|| estimated(ask, &progress.text)),
                finish: progress.finish.unwrap_or(FinishReason::Stop),
                refusal: (progress.finish == Some(FinishReason::Refusal)).then_some(progress.refusal),
                request_id,
                first_token_after: first.unwrap_or_else(|| begun.elapsed()),
                text: progress.text,
                beside,
            }),
            Err(mut error) => {
                error.usage = usage.or_else(|| (!progress.text.is_empty()).then(|| estimated(ask, &progress.text)));
                error.partial_text = progress.text;
                error.beside = beside;
                Err(hide_key(error, ask.key.as_ref()))
            }
        }
    }
}

/// Providers repeat the key that they refuse.
pub fn hide_key(mut error: CallError, key: Option<&SecretString>) -> CallError {
    if let Some(key) = key {
        error.failure.detail = without_secret(&error.failure.detail, key.expose_secret());
    }
    error
}

fn estimated(ask: &Ask, text: &str) -> TokenUsage {
    TokenUsage {
        input: ask
            .messages
            .iter()
            .map(quorum_domain::context::PromptMessage::tokens)
            .sum(),
        output: estimate_tokens(text),
        estimated: true,
        ..TokenUsage::default()
    }
}

/// Chooses the TLS implementation of this process; whoever opens a connection calls it first.
pub fn install_tls() {
    let _already_installed = rustls::crypto::ring::default_provider().install_default();
}

fn cut_short() -> CallError {
    CallError::new(FailureKind::BadResponse, "The answer broke off before its end.")
}

/// A stream that ended without its last event: maybe a bare JSON error stands where an event should.
fn stray_error(stray: &str) -> CallError {
    let stray = stray.trim();
    if !stray.starts_with(['{', '[']) {
        return cut_short();
    }
    let body = ErrorBody::parse(stray);
    match body.status() {
        Some(status) => classify(status, &reqwest::header::HeaderMap::new(), &body),
        None => cut_short(),
    }
}
