//! What is asked, and what comes back.

use std::{collections::HashMap, sync::Arc, time::Duration};

use quorum_domain::{
    Beside, Failure, FailureKind, FinishReason, Service, TokenUsage, context::PromptMessage, ids::AttachmentId,
};
use secrecy::SecretString;

/// A JSON schema that the reply must fit, where the provider can enforce one.
#[derive(Debug, Clone)]
pub struct JsonSchema {
    /// A name of letters, digits and underscores.
    pub name: &'static str,
    /// The schema: every object closed, every property required.
    pub schema: serde_json::Value,
}

/// The bytes of the images that messages name.
pub type ImageContents = HashMap<AttachmentId, Arc<[u8]>>;

/// One request to one service.
#[derive(Debug, Clone)]
pub struct Ask {
    /// Whom to ask.
    pub service: Service,
    /// With which key.
    pub key: Option<SecretString>,
    /// What: system messages first, the last one from the user.
    pub messages: Vec<PromptMessage>,
    /// The bytes of the images in them.
    pub images: ImageContents,
    /// Longest answer in tokens.
    pub max_output_tokens: u32,
    /// The form of the reply.
    pub structured: Option<JsonSchema>,
}

/// A piece of a running reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// Text of the answer.
    Text(String),
    /// What the model thinks before it writes; nothing once its thoughts were cut. Not part of the answer.
    Thought(String),
    /// A sign of life with nothing in it to show.
    Sign,
}

/// A complete reply.
#[derive(Debug, Clone)]
pub struct Reply {
    /// The whole text.
    pub text: String,
    /// What came beside it.
    pub beside: Beside,
    /// Why it ends.
    pub finish: FinishReason,
    /// What was said instead of an answer, for a refusal.
    pub refusal: Option<String>,
    /// Tokens; estimated where the provider reported none.
    pub usage: TokenUsage,
    /// The provider's id of the request.
    pub request_id: Option<String>,
    /// From the request to the first piece.
    pub first_token_after: Duration,
}

/// A call that brought no complete reply. Holds neither key nor URL.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{}: {}", .failure.kind, .failure.detail)]
pub struct CallError {
    /// The class, and the provider's words.
    pub failure: Failure,
    /// How long the provider asks to wait.
    pub retry_after: Option<Duration>,
    /// Whether the same request may succeed later.
    pub retryable: bool,
    /// The text that came before.
    pub partial_text: String,
    /// What came beside it.
    pub beside: Beside,
    /// What was spent, as far as known.
    pub usage: Option<TokenUsage>,
    /// The provider's id of the request.
    pub request_id: Option<String>,
    /// The HTTP status, if a reply began.
    pub http_status: Option<u16>,
}

impl CallError {
    /// An error of a class; transient classes are retryable.
    pub fn new(kind: FailureKind, detail: impl AsRef<str>) -> Self {
        Self {
            failure: Failure::new(kind, detail),
            retry_after: None,
            retryable: kind.is_transient(),
            partial_text: String::new(),
            beside: Beside::default(),
            usage: None,
            request_id: None,
            http_status: None,
        }
    }
}
