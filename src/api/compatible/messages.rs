//! Anthropic's Messages: <https://docs.anthropic.com/en/api/messages>.

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response, sse::Event},
};
use quorum_domain::{FinishReason, Run, context::PromptRole, response::ResponseUsage};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    content::{ImageParts, content_of, text_of},
    errors::AnthropicError,
    parameters::{Harmless, output_limit, refuse_unsupported},
    stream::{Telling, named, tell, whole, with_run},
};
use crate::{
    ApiError, AppState, FaultCode, Problem,
    access::{Reader, SignedIn},
    council::{self, Follower, Outcome, Words, history::Said, metadata::CouncilMetadata, model::council_of},
    extract::{IdempotencyKey, JsonWithImages},
    state::Limits,
};

/// A message of a request.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub struct InputMessage {
    /// `user` or `assistant`.
    role: String,
    /// A text, or blocks of type `text` and, of a user, `image` with a source of type `base64`.
    content: Value,
}

/// A question for the council. `temperature`, `top_p` and `top_k` are taken and change nothing.
/// Other fields are not looked at.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[schema(example = json!({"model": "quorum:best", "max_tokens": 1024, "messages": [{"role": "user", "content": "Which index suits a table that is only appended to?"}]}))]
pub struct MessageRequest {
    /// `quorum`, `quorum:best`, `quorum:<panel>` or `quorum/<service>`.
    model: String,
    /// What was said so far, and the question.
    messages: Vec<InputMessage>,
    /// Most tokens of each service's answer.
    #[serde(default)]
    max_tokens: Option<i64>,
    /// Standing instructions: a text, or blocks of type `text`.
    #[serde(default)]
    system: Value,
    /// Whether the answer is sent as it comes.
    #[serde(default)]
    stream: Option<bool>,
    /// Not supported.
    #[serde(default)]
    tools: Option<Value>,
    /// `none` or `auto`.
    #[serde(default)]
    tool_choice: Option<Value>,
    /// Not supported.
    #[serde(default)]
    stop_sequences: Option<Value>,
    /// `disabled`.
    #[serde(default)]
    thinking: Option<Value>,
    /// Not supported.
    #[serde(default)]
    mcp_servers: Option<Value>,
    /// Not supported.
    #[serde(default)]
    output_format: Option<Value>,
}

impl MessageRequest {
    fn words(&self, state: &AppState) -> Result<Words, ApiError> {
        refuse_unsupported(&[
            ("tools", self.tools.as_ref(), Harmless::Empty),
            (
                "tool_choice",
                self.tool_choice.as_ref(),
                Harmless::Words(&["none", "auto"]),
            ),
            ("stop_sequences", self.stop_sequences.as_ref(), Harmless::Empty),
            ("thinking", self.thinking.as_ref(), Harmless::Words(&["disabled"])),
            ("mcp_servers", self.mcp_servers.as_ref(), Harmless::Empty),
            ("output_format", self.output_format.as_ref(), Harmless::Words(&["text"])),
        ])?;
        let limits = state.limits();
        let system = text_of("system", &self.system, &["text"])?;
        let mut said = vec![Said::text(PromptRole::System, system, "system")];
        for (at, message) in self.messages.iter().enumerate() {
            let role = match message.role.as_str() {
                "user" => PromptRole::User,
                "assistant" => PromptRole::Assistant,
                "system" => PromptRole::System,
                _ => {
                    return Err(ApiError::field(
                        &format!("messages[{at}].role"),
                        FaultCode::NotOneOf,
                        "must be user or assistant",
                    ));
                }
            };
            let field = format!("messages[{at}].content");
            said.push(said_by(role, &message.content, field, &limits)?);
        }
        Words::of(said, output_limit("max_tokens", self.max_tokens)?, &limits)
    }
}

/// One message; only a user's can have images.
fn said_by(role: PromptRole, content: &Value, field: String, limits: &Limits) -> Result<Said, ApiError> {
    if role != PromptRole::User {
        return Ok(Said::text(role, text_of(&field, content, &["text"])?, field));
    }
    let content = content_of(&field, content, &["text"], ImageParts::Messages, limits)?;
    Ok(Said {
        images: content.images,
        ..Said::text(role, content.text, field)
    })
}

/// Tokens in Anthropic's words.
#[derive(Debug, Clone, Copy, Default, Serialize, utoipa::ToSchema)]
pub struct MessageUsage {
    /// Fresh input.
    input_tokens: i64,
    output_tokens: i64,
    cache_creation_input_tokens: i64,
    cache_read_input_tokens: i64,
}

impl From<ResponseUsage> for MessageUsage {
    fn from(usage: ResponseUsage) -> Self {
        Self {
            input_tokens: (usage.input_tokens - usage.cached_input_tokens).max(0),
            output_tokens: usage.output_tokens,
            cache_creation_input_tokens: 0,
            cache_read_input_tokens: usage.cached_input_tokens,
        }
    }
}

/// A block of an answer.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct TextBlock {
    /// Always `text`.
    #[serde(rename = "type")]
    kind: &'static str,
    text: String,
}

/// An answer.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct MessageReply {
    id: String,
    /// Always `message`.
    #[serde(rename = "type")]
    kind: &'static str,
    /// Always `assistant`.
    role: &'static str,
    model: String,
    /// One block with the answer.
    content: Vec<TextBlock>,
    /// `end_turn`, `max_tokens` or `refusal`.
    stop_reason: Option<&'static str>,
    /// Always null.
    stop_sequence: Option<()>,
    usage: MessageUsage,
    /// What the council has to say besides; in a stream it stands in the event `message_delta`.
    #[serde(skip_serializing_if = "Option::is_none")]
    quorum: Option<Box<CouncilMetadata>>,
}

const fn stop_of(finish: FinishReason) -> &'static str {
    match finish {
        FinishReason::Stop => "end_turn",
        FinishReason::Length => "max_tokens",
        FinishReason::Refusal => "refusal",
    }
}

fn reply(run: &Run) -> MessageReply {
    MessageReply {
        id: format!("msg_{}", run.batch_id.uuid().simple()),
        kind: "message",
        role: "assistant",
        model: run.model.clone(),
        content: Vec::new(),
        stop_reason: None,
        stop_sequence: None,
        usage: MessageUsage::default(),
        quorum: None,
    }
}

fn answer(outcome: Outcome) -> MessageReply {
    MessageReply {
        stop_reason: Some(stop_of(outcome.finish)),
        usage: outcome.usage.into(),
        content: vec![TextBlock {
            kind: "text",
            text: outcome.text,
        }],
        quorum: Some(Box::new(outcome.metadata)),
        ..reply(&outcome.run)
    }
}

/// A stream of events for the one block of an answer.
struct Blocks {
    frame: MessageReply,
}

impl Telling for Blocks {
    fn begin(&mut self) -> Vec<Event> {
        let block = json!({"type": "text", "text": ""});
        vec![
            named(
                "message_start",
                &json!({"type": "message_start", "message": self.frame}),
            ),
            named(
                "content_block_start",
                &json!({"type": "content_block_start", "index": 0, "content_block": block}),
            ),
            named("ping", &json!({"type": "ping"})),
        ]
    }

    fn text(&mut self, piece: &str) -> Vec<Event> {
        let delta = json!({"type": "text_delta", "text": piece});
        vec![named(
            "content_block_delta",
            &json!({"type": "content_block_delta", "index": 0, "delta": delta}),
        )]
    }

    fn end(&mut self, outcome: &Outcome) -> Vec<Event> {
        let delta = json!({"stop_reason": stop_of(outcome.finish), "stop_sequence": null});
        let usage = MessageUsage::from(outcome.usage);
        let last = json!({"type": "message_delta", "delta": delta, "usage": usage, "quorum": outcome.metadata});
        vec![
            named("content_block_stop", &json!({"type": "content_block_stop", "index": 0})),
            named("message_delta", &last),
            named("message_stop", &json!({"type": "message_stop"})),
        ]
    }

    fn fail(&mut self, problem: &Problem) -> Vec<Event> {
        vec![named("error", &AnthropicError::from(problem))]
    }
}

/// Ask the council, as Anthropic's clients do
#[utoipa::path(post, path = "/messages", operation_id = "create_message", tag = "compatible", request_body = MessageRequest,
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key gives the same run: nobody is asked twice")),
    responses((status = 200, content((MessageReply = "application/json"), (String = "text/event-stream")), description = "With `stream`, the server-sent events of Anthropic's Messages"),
        (status = 402, body = AnthropicError), (status = 404, body = AnthropicError),
        (status = 424, body = AnthropicError, description = "No service answered")))]
pub async fn create(
    State(state): State<AppState>,
    signed_in: SignedIn,
    IdempotencyKey(key): IdempotencyKey,
    body: JsonWithImages<MessageRequest>,
) -> Result<Response, ApiError> {
    let request = body.0.value;
    if request.max_tokens.is_none() {
        return Err(ApiError::field("max_tokens", FaultCode::Missing, "is required"));
    }
    let words = request.words(&state)?;
    let council = council_of(&state, signed_in.user.id, &request.model).await?;
    let run = council::begin(&state, &signed_in, key.as_deref(), council, &words).await?;
    let follower = Follower::start(&state, signed_in.credential, run.clone()).await?;
    let told = if request.stream.unwrap_or(false) {
        let frame = reply(&run);
        tell(follower, Blocks { frame })
    } else {
        Json(answer(whole(follower).await?)).into_response()
    };
    Ok(with_run(told, &run))
}

/// What a request will cost in tokens.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct TokenCount {
    /// Estimated, over all services that would be asked.
    input_tokens: u64,
}

/// Estimate the tokens of a request, without asking anybody
#[utoipa::path(post, path = "/messages/count_tokens", operation_id = "count_message_tokens", tag = "compatible", request_body = MessageRequest,
    responses((status = 200, body = TokenCount), (status = 404, body = AnthropicError)))]
pub async fn count_tokens(
    State(state): State<AppState>,
    Reader(signed_in): Reader,
    body: JsonWithImages<MessageRequest>,
) -> Result<Json<TokenCount>, ApiError> {
    let request = body.0.value;
    let words = request.words(&state)?;
    let council = council_of(&state, signed_in.user.id, &request.model).await?;
    Ok(Json(TokenCount {
        input_tokens: words.tokens() * council.services.len() as u64,
    }))
}
