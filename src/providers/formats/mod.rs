//! One file per wire format: how to put a request, and how to read what comes back.

mod anthropic;
mod cited;
mod gemini;
mod openai_chat;
mod openai_responses;

use std::collections::BTreeSet;

use base64::{Engine, engine::general_purpose::STANDARD};
use quorum_domain::{
    Citations, FailureKind, FinishReason, ImageType, ServiceType, Thoughts, TokenUsage, context::PromptMessage,
};
use reqwest::Method;
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

use crate::{Ask, CallError, Piece, classify::ErrorBody, sse::SseEvent};

/// A field that a request can do without, should the provider refuse it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Optional {
    /// Sampling temperature.
    Temperature,
    /// Usage in the stream.
    StreamOptions,
    /// `max_completion_tokens`, where `max_tokens` is understood (or the other way round).
    TokenLimitName,
    /// To be told what was thought.
    Thoughts,
    /// How hard to think.
    ReasoningEffort,
    /// The schema of the reply.
    Structured,
}

/// Fields left out for a model because it refused them.
pub type Omitted = BTreeSet<Optional>;

/// Words in a refusal that name an optional field.
const NAMES: &[(Optional, &[&str])] = &[
    (Optional::Temperature, &["temperature"]),
    (Optional::StreamOptions, &["stream_options"]),
    (Optional::TokenLimitName, &["max_completion_tokens", "max_tokens"]),
    (
        Optional::ReasoningEffort,
        &["reasoning_effort", "effort", "thinkinglevel", "thinking_level"],
    ),
    (
        Optional::Structured,
        &[
            "response_format",
            "json_schema",
            "output_config",
            "text.format",
            "responsejsonschema",
            "schema",
        ],
    ),
];

/// Words in a refusal that mean the wish to be told the thoughts, with the field that was sent.
const THOUGHTS: &[(&str, &str)] = &[
    ("summar", "\"summary\""),
    ("thoughts", "\"includethoughts\""),
    ("include_thoughts", "\"includethoughts\""),
    ("thinking", "\"thinking\""),
];

/// The optional field that a refusal names and the request had.
pub fn refused_field(body: &Value, message: &str, omitted: &Omitted) -> Option<Optional> {
    let message = message.to_lowercase();
    let sent = body.to_string().to_lowercase();
    let thoughts = THOUGHTS
        .iter()
        .any(|(said, field)| message.contains(said) && sent.contains(field));
    if thoughts && !omitted.contains(&Optional::Thoughts) {
        return Some(Optional::Thoughts);
    }
    NAMES.iter().find_map(|(field, names)| {
        let is_sent = |name: &str| name.split('.').all(|part| sent.contains(&format!("\"{part}\"")));
        let named = names.iter().any(|name| message.contains(name) && is_sent(name));
        (named && !omitted.contains(field)).then_some(*field)
    })
}

/// Whether to ask for what is thought: where a person reads the answer, and somebody has set how hard
/// to think. Without that a request stays as it is, since not every model takes the wish.
fn wants_thoughts(ask: &Ask, omitted: &Omitted) -> bool {
    let thinks = ask.service.reasoning_effort.is_some() && !omitted.contains(&Optional::ReasoningEffort);
    thinks && ask.structured.is_none() && !omitted.contains(&Optional::Thoughts)
}

/// A request ready to be sent.
pub struct WireRequest {
    pub method: Method,
    pub url: String,
    pub headers: Vec<(&'static str, SecretString)>,
    pub body: Option<Value>,
}

impl WireRequest {
    fn post(url: String, body: Value) -> Self {
        Self {
            method: Method::POST,
            url,
            headers: Vec::new(),
            body: Some(body),
        }
    }

    fn get(url: String) -> Self {
        Self {
            method: Method::GET,
            url,
            headers: Vec::new(),
            body: None,
        }
    }

    fn header(mut self, name: &'static str, value: impl Into<SecretString>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}

/// What has come in so far.
#[derive(Debug, Default)]
pub struct Progress {
    /// The text.
    pub text: String,
    /// What was thought before it.
    pub thoughts: Thoughts,
    /// The sources named for it.
    pub citations: Citations,
    /// What was said instead of an answer.
    pub refusal: String,
    /// Tokens, as last reported.
    pub usage: Option<TokenUsage>,
    /// Why it ends.
    pub finish: Option<FinishReason>,
    /// Whether the event that ends a reply was seen; a stream without it was cut.
    pub ended: bool,
    /// The provider's id of the request, where only the body has it.
    pub request_id: Option<String>,
}

impl Progress {
    fn text(&mut self, piece: &str) -> Option<Piece> {
        if piece.is_empty() {
            return None;
        }
        self.text.push_str(piece);
        Some(Piece::Text(piece.to_owned()))
    }

    fn refuse(&mut self, piece: &str) -> Option<Piece> {
        self.refusal.push_str(piece);
        self.finish = Some(FinishReason::Refusal);
        Some(Piece::Sign)
    }

    fn think(&mut self, piece: &str) -> Option<Piece> {
        // Thoughts that are too long to keep are a sign of life as well.
        (!piece.is_empty()).then(|| Piece::Thought(self.thoughts.add(piece)))
    }

    /// Another thought begins.
    fn think_anew(&mut self) -> Option<Piece> {
        let apart = self.thoughts.set_apart();
        (!apart.is_empty()).then_some(Piece::Thought(apart))
    }
}

/// One wire format.
pub trait Format: Send + Sync {
    /// The request that asks, without the fields left out.
    fn request(&self, ask: &Ask, omitted: &Omitted) -> WireRequest;
    /// The cheapest request that needs the key: the list of models.
    fn list_models(&self, base_url: &str, key: Option<&SecretString>) -> WireRequest;
    /// Reads one event of a stream.
    fn event(&self, event: &SseEvent, progress: &mut Progress) -> Result<Vec<Piece>, CallError>;
    /// Reads a reply that came whole.
    fn whole(&self, json: &Value, progress: &mut Progress) -> Result<Vec<Piece>, CallError>;
}

/// The format of a service type.
pub fn format_of(service_type: ServiceType) -> &'static dyn Format {
    match service_type {
        ServiceType::Anthropic => &anthropic::Anthropic,
        ServiceType::OpenAi => &openai_chat::OPENAI,
        ServiceType::OpenAiCompatible => &openai_chat::COMPATIBLE,
        ServiceType::OpenAiResponses => &openai_responses::OpenAiResponses,
        ServiceType::Gemini => &gemini::Gemini,
    }
}

/// Joins a base address and a path; a version that the base already ends with is not repeated.
fn join(base: &str, path: &str) -> String {
    let base = base.trim_end_matches('/');
    match path.split_once('/') {
        Some((version, rest)) if base.ends_with(&format!("/{version}")) => format!("{base}/{rest}"),
        _ => format!("{base}/{path}"),
    }
}

/// OpenAI's formats carry the key as a bearer token; local servers may take none.
fn with_bearer(request: WireRequest, key: Option<&SecretString>) -> WireRequest {
    match key {
        Some(key) => request.header("authorization", format!("Bearer {}", key.expose_secret())),
        None => request,
    }
}

fn parse(data: &str) -> Result<Value, CallError> {
    serde_json::from_str(data)
        .map_err(|_| CallError::new(FailureKind::BadResponse, "The service sent something that is not JSON."))
}

/// An error that came inside a reply which began well.
fn error_inside(json: &Value) -> CallError {
    let body = ErrorBody::from_json(json.clone());
    let status = body.status().unwrap_or(500);
    crate::classify::classify(status, &reqwest::header::HeaderMap::new(), &body)
}

fn count(json: &Value, pointer: &str) -> u64 {
    json.pointer(pointer).and_then(Value::as_u64).unwrap_or(0)
}

fn str_at<'a>(json: &'a Value, pointer: &str) -> &'a str {
    json.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

/// The images of a message with their bytes in base64; one whose bytes are not there is not sent.
fn images_of<'a>(ask: &'a Ask, message: &'a PromptMessage) -> impl Iterator<Item = (ImageType, String)> + 'a {
    message.attachments.iter().filter_map(|image| {
        let content = ask.images.get(&image.id)?;
        Some((image.media_type, STANDARD.encode(content)))
    })
}

/// An image as an address that holds it.
fn data_url((media_type, content): (ImageType, String)) -> String {
    format!("data:{media_type};base64,{content}")
}

/// System messages joined, and the others.
fn split_system(ask: &Ask) -> (String, Vec<&PromptMessage>) {
    use quorum_domain::context::PromptRole;
    let system: Vec<&str> = ask
        .messages
        .iter()
        .filter(|message| message.role == PromptRole::System)
        .map(|message| message.content.as_str())
        .collect();
    let rest = ask
        .messages
        .iter()
        .filter(|message| message.role != PromptRole::System)
        .collect();
    (system.join("\n\n"), rest)
}
