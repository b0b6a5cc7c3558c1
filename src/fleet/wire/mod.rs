//! One file per wire format, seen from the server: what a request must look like, and how a
//! reply is put.

mod anthropic;
mod chat;
mod gemini;
mod picture;
mod responses;

use axum::http::HeaderMap;
use serde_json::{Value, json};

pub use anthropic::Anthropic;
pub use chat::{CHAT_COMPATIBLE, CHAT_OPENAI};
pub use gemini::Gemini;
pub use picture::Picture;
pub use responses::Responses;

/// A request that was taken.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The model's name.
    pub model: String,
    /// System prompt and messages as (role, text), roles in one spelling.
    pub messages: Vec<(String, String)>,
    /// The images that came, in their order.
    pub images: Vec<Picture>,
    /// Whether the reply is to stream.
    pub stream: bool,
    /// Whether usage is to stand in the stream.
    pub include_usage: bool,
    /// Whether a temperature was sent.
    pub temperature: bool,
    /// Most tokens of the answer; a word counts as one.
    pub max_output_tokens: Option<u64>,
}

/// A source as a model names it.
#[derive(Debug)]
pub struct Source {
    pub url: &'static str,
    pub title: &'static str,
}

/// The sources of a rehearsal: one is named twice, and one has an address that no page may lead to.
pub const SOURCES: [Source; 4] = [
    Source {
        url: "https://www.postgresql.org/docs/current/brin.html",
        title: "BRIN Indexes",
    },
    Source {
        url: "https://example.com/logs?by=time#ranges",
        title: "Logs, kept by time",
    },
    Source {
        url: "https://www.postgresql.org/docs/current/brin.html",
        title: "BRIN Indexes",
    },
    Source {
        url: "javascript:alert(document.domain)",
        title: "A page that <b>must not</b> be opened",
    },
];

/// Whether a request asks to be told what is thought.
pub fn wants_thoughts(body: &Value) -> bool {
    body["reasoning"]["summary"].is_string()
        || body["thinking"]["display"] == "summarized"
        || body["generationConfig"]["thinkingConfig"]["includeThoughts"] == true
}

/// A request that was refused.
#[derive(Debug)]
pub struct Refused {
    /// HTTP status.
    pub status: u16,
    /// The body in the format's own shape.
    pub body: Value,
    /// Headers that belong to it.
    pub headers: Vec<(&'static str, String)>,
}

/// Why a reply ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    Stop,
    Length,
    Refusal,
    Filter,
}

/// Tokens as the fleet counts them: a word is a token.
#[derive(Debug, Clone, Copy)]
pub struct Tokens {
    pub input: usize,
    pub output: usize,
    pub reasoning: usize,
}

/// The reasons for a refusal, in the words of each format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    BadRequest,
    Auth,
    NotFound,
    RateLimited,
    Quota,
    Overloaded,
    Internal,
    ContextLong,
}

/// A wire format as the server speaks it.
pub trait Wire: Send + Sync + 'static {
    /// The mount's name in the call log.
    fn name(&self) -> &'static str;
    /// The key that a request carries; `None` where it carries none.
    fn key(&self, headers: &HeaderMap) -> Option<String>;
    /// Whether a request must carry one.
    fn needs_key(&self) -> bool {
        true
    }
    /// Checks a request.
    fn check(
        &self,
        headers: &HeaderMap,
        body: &Value,
        path_model: Option<&str>,
        stream: bool,
    ) -> Result<Asked, Refused>;
    /// A refusal in this format.
    fn refuse(&self, status: u16, reason: Reason, message: &str) -> Refused;
    /// What opens a stream.
    fn begin(&self, asked: &Asked, id: &str, tokens: Tokens) -> String;
    /// A piece of reasoning.
    fn reasoning(&self, piece: &str, asked: &Asked, id: &str) -> String;
    /// A piece of text.
    fn text(&self, piece: &str, asked: &Asked, id: &str) -> String;
    /// A source that is named.
    fn citation(&self, source: &Source, asked: &Asked, id: &str) -> String;
    /// What closes a stream.
    fn end(&self, full: &str, ending: Ending, tokens: Option<Tokens>, asked: &Asked, id: &str) -> String;
    /// An error inside a stream.
    fn error_event(&self) -> String;
    /// A reply that does not stream.
    fn whole(&self, full: &str, ending: Ending, tokens: Tokens, asked: &Asked, id: &str) -> Value;
    /// The list of models.
    fn models(&self) -> Value;
    /// The name of the header with the request's id, if the format has one.
    fn id_header(&self) -> Option<&'static str>;
}

/// Models that are listed; others are known by their behaviour.
pub const MODELS: [&str; 5] = ["demo-aria", "demo-bolt", "demo-cedar", "demo-judge", "echo"];

/// Refuses a body with a field that is not in the list.
fn unknown_field<'a>(body: &'a Value, known: &[&str]) -> Option<&'a str> {
    body.as_object()?
        .keys()
        .map(String::as_str)
        .find(|key| !known.contains(key))
}

/// Text of a message's content: a string, or parts with `text`.
fn text_of(content: &Value, types: &[&str]) -> Result<String, String> {
    seen_of(content, types, |kind, _| {
        Err(format!("Invalid value: '{kind}'. Supported values are: {types:?}."))
    })
    .map(|(text, _)| text)
}

/// Text and pictures of a message's content; `picture` reads the parts that are no text.
fn seen_of(
    content: &Value,
    types: &[&str],
    picture: impl Fn(&str, &Value) -> Result<Picture, String>,
) -> Result<(String, Vec<Picture>), String> {
    let parts = match content {
        Value::String(text) => return Ok((text.clone(), Vec::new())),
        Value::Array(parts) => parts,
        _ => return Err("Invalid type for 'content'.".to_owned()),
    };
    let (mut text, mut pictures) = (String::new(), Vec::new());
    for part in parts {
        match part["type"].as_str() {
            Some(kind) if types.contains(&kind) => text.push_str(part["text"].as_str().unwrap_or_default()),
            Some(kind) => pictures.push(picture(kind, part)?),
            None => return Err("Missing required parameter: 'type'.".to_owned()),
        }
    }
    Ok((text, pictures))
}

fn data(value: &Value) -> String {
    format!("data: {value}\n\n")
}

fn event(value: &Value) -> String {
    format!(
        "event: {}\ndata: {value}\n\n",
        value["type"].as_str().unwrap_or_default()
    )
}

fn bearer(headers: &HeaderMap) -> Option<String> {
    headers
        .get("authorization")?
        .to_str()
        .ok()?
        .strip_prefix("Bearer ")
        .map(str::to_owned)
}

/// The error object that OpenAI's two formats share.
fn openai_refusal(status: u16, reason: Reason, message: &str) -> Refused {
    let (kind, code) = match reason {
        Reason::BadRequest => ("invalid_request_error", Value::Null),
        Reason::Auth => ("invalid_request_error", json!("invalid_api_key")),
        Reason::NotFound => ("invalid_request_error", json!("model_not_found")),
        Reason::RateLimited => ("requests", json!("rate_limit_exceeded")),
        Reason::Quota => ("insufficient_quota", json!("insufficient_quota")),
        Reason::Overloaded | Reason::Internal => ("server_error", Value::Null),
        Reason::ContextLong => ("invalid_request_error", json!("context_length_exceeded")),
    };
    Refused {
        status,
        body: json!({"error": {"message": message, "type": kind, "param": null, "code": code}}),
        headers: Vec::new(),
    }
}

fn openai_models() -> Value {
    let models: Vec<Value> = MODELS
        .iter()
        .map(|id| json!({"id": id, "object": "model", "created": 1_760_000_000, "owned_by": "fleet"}))
        .collect();
    json!({"object": "list", "data": models})
}
