//! OpenAI's Chat Completions: <https://platform.openai.com/docs/api-reference/chat>.

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response, sse::Event},
};
use quorum_domain::{FinishReason, Run, context::PromptRole, response::ResponseUsage};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    content::{ImageParts, content_of, text_of},
    errors::OpenAiError,
    parameters::{Harmless, output_limit, refuse_unsupported},
    stream::{Telling, data, tell, whole, with_run},
};
use crate::{
    ApiError, AppState, FaultCode, Problem,
    access::SignedIn,
    council::{self, Follower, Outcome, Words, history::Said, metadata::CouncilMetadata, model::council_of},
    extract::{IdempotencyKey, JsonWithImages},
    state::Limits,
};

/// A message of a request.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub struct ChatMessage {
    /// `system`, `developer`, `user` or `assistant`.
    role: String,
    /// A text, or parts of type `text` and, of a user, `image_url` with a data URL.
    #[serde(default)]
    content: Value,
    /// Not supported.
    #[serde(default)]
    tool_calls: Value,
}

/// What streams tell besides.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
pub struct StreamOptions {
    /// A last chunk with the tokens.
    #[serde(default)]
    include_usage: bool,
}

/// A question for the council. Sampling belongs to the services' own settings: `temperature`,
/// `top_p`, penalties and `seed` are taken and change nothing. Other fields are not looked at.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[schema(example = json!({"model": "quorum:best", "messages": [{"role": "user", "content": "Which index suits a table that is only appended to?"}]}))]
pub struct ChatRequest {
    /// `quorum`, `quorum:best`, `quorum:<panel>` or `quorum/<service>`.
    model: String,
    /// What was said so far, and the question.
    messages: Vec<ChatMessage>,
    /// Whether the answer is sent as it comes.
    #[serde(default)]
    stream: Option<bool>,
    /// What the stream tells besides.
    #[serde(default)]
    stream_options: Option<StreamOptions>,
    /// Most tokens of each service's answer.
    #[serde(default)]
    max_completion_tokens: Option<i64>,
    /// The same, by its older name.
    #[serde(default)]
    max_tokens: Option<i64>,
    /// At most 1.
    #[serde(default)]
    n: Option<Value>,
    /// Not supported.
    #[serde(default)]
    tools: Option<Value>,
    /// `none` or `auto`.
    #[serde(default)]
    tool_choice: Option<Value>,
    /// Not supported.
    #[serde(default)]
    functions: Option<Value>,
    /// `none` or `auto`.
    #[serde(default)]
    function_call: Option<Value>,
    /// Not supported.
    #[serde(default)]
    logprobs: Option<Value>,
    /// Not supported.
    #[serde(default)]
    top_logprobs: Option<Value>,
    /// Not supported.
    #[serde(default)]
    logit_bias: Option<Value>,
    /// Not supported.
    #[serde(default)]
    stop: Option<Value>,
    /// `text`.
    #[serde(default)]
    response_format: Option<Value>,
    /// `text`.
    #[serde(default)]
    modalities: Option<Value>,
    /// Not supported.
    #[serde(default)]
    audio: Option<Value>,
    /// Not supported.
    #[serde(default)]
    prediction: Option<Value>,
    /// Not supported.
    #[serde(default)]
    web_search_options: Option<Value>,
}

impl ChatRequest {
    fn refuse_unsupported(&self) -> Result<(), ApiError> {
        const TEXT: Harmless = Harmless::Words(&["text"]);
        const NO_TOOL: Harmless = Harmless::Words(&["none", "auto"]);
        refuse_unsupported(&[
            ("n", self.n.as_ref(), Harmless::Number(1)),
            ("tools", self.tools.as_ref(), Harmless::Empty),
            ("tool_choice", self.tool_choice.as_ref(), NO_TOOL),
            ("functions", self.functions.as_ref(), Harmless::Empty),
            ("function_call", self.function_call.as_ref(), NO_TOOL),
            ("logprobs", self.logprobs.as_ref(), Harmless::Empty),
            ("top_logprobs", self.top_logprobs.as_ref(), Harmless::Empty),
            ("logit_bias", self.logit_bias.as_ref(), Harmless::Empty),
            ("stop", self.stop.as_ref(), Harmless::Empty),
            ("response_format", self.response_format.as_ref(), TEXT),
            ("modalities", self.modalities.as_ref(), TEXT),
            ("audio", self.audio.as_ref(), Harmless::Empty),
            ("prediction", self.prediction.as_ref(), Harmless::Empty),
            ("web_search_options", self.web_search_options.as_ref(), Harmless::Empty),
        ])
    }

    fn words(&self, state: &AppState) -> Result<Words, ApiError> {
        self.refuse_unsupported()?;
        let limit = match (self.max_completion_tokens, self.max_tokens) {
            (Some(tokens), _) => output_limit("max_completion_tokens", Some(tokens))?,
            (None, tokens) => output_limit("max_tokens", tokens)?,
        };
        let limits = state.limits();
        let said = self.messages.iter().enumerate().map(|(at, message)| {
            let place = format!("messages[{at}]");
            let role = match message.role.as_str() {
                "system" | "developer" => PromptRole::System,
                "user" => PromptRole::User,
                "assistant" => PromptRole::Assistant,
                _ => {
                    let why = "must be system, developer, user or assistant; tools are not supported";
                    return Err(ApiError::field(&format!("{place}.role"), FaultCode::NotOneOf, why));
                }
            };
            let calls = format!("{place}.tool_calls");
            refuse_unsupported(&[(&calls, Some(&message.tool_calls), Harmless::Empty)])?;
            let field = format!("{place}.content");
            said(role, &message.content, field, &limits)
        });
        Words::of(said.collect::<Result<_, _>>()?, limit, &limits)
    }
}

/// One message; only a user's can have images.
fn said(role: PromptRole, content: &Value, field: String, limits: &Limits) -> Result<Said, ApiError> {
    const TEXTS: &[&str] = &["text", "refusal"];
    if role != PromptRole::User {
        return Ok(Said::text(role, text_of(&field, content, TEXTS)?, field));
    }
    let content = content_of(&field, content, TEXTS, ImageParts::Chat, limits)?;
    Ok(Said {
        images: content.images,
        ..Said::text(role, content.text, field)
    })
}

/// Tokens in OpenAI's words.
#[derive(Debug, Clone, Copy, Serialize, utoipa::ToSchema)]
pub struct ChatUsage {
    prompt_tokens: i64,
    completion_tokens: i64,
    total_tokens: i64,
    prompt_tokens_details: PromptTokensDetails,
    completion_tokens_details: CompletionTokensDetails,
}

/// The part of the input that was read from a cache.
#[derive(Debug, Clone, Copy, Serialize, utoipa::ToSchema)]
pub struct PromptTokensDetails {
    cached_tokens: i64,
}

/// The part of the output that was reasoning.
#[derive(Debug, Clone, Copy, Serialize, utoipa::ToSchema)]
pub struct CompletionTokensDetails {
    reasoning_tokens: i64,
}

impl From<ResponseUsage> for ChatUsage {
    fn from(usage: ResponseUsage) -> Self {
        Self {
            prompt_tokens: usage.input_tokens,
            completion_tokens: usage.output_tokens,
            total_tokens: usage.input_tokens + usage.output_tokens,
            prompt_tokens_details: PromptTokensDetails {
                cached_tokens: usage.cached_input_tokens,
            },
            completion_tokens_details: CompletionTokensDetails {
                reasoning_tokens: usage.reasoning_tokens,
            },
        }
    }
}

/// The message of a choice, or what is new of it.
#[derive(Debug, Clone, Default, Serialize, utoipa::ToSchema)]
pub struct ChatText {
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    content: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refusal: Option<String>,
}

/// The one choice.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ChatChoice {
    index: u8,
    /// The answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<ChatText>,
    /// What is new of it, in a stream.
    #[serde(skip_serializing_if = "Option::is_none")]
    delta: Option<ChatText>,
    /// `stop`, `length` or `content_filter`.
    finish_reason: Option<&'static str>,
    /// Always null.
    logprobs: Option<()>,
}

/// An answer, or a piece of it (`object` says which).
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ChatCompletion {
    id: String,
    /// `chat.completion`, or `chat.completion.chunk` in a stream.
    object: &'static str,
    /// Seconds of Unix time.
    created: i64,
    model: String,
    choices: Vec<ChatChoice>,
    #[serde(skip_serializing_if = "Option::is_none")]
    usage: Option<ChatUsage>,
    /// What the council has to say besides.
    #[serde(skip_serializing_if = "Option::is_none")]
    quorum: Option<Box<CouncilMetadata>>,
}

const fn finish_of(finish: FinishReason) -> &'static str {
    match finish {
        FinishReason::Stop => "stop",
        FinishReason::Length => "length",
        FinishReason::Refusal => "content_filter",
    }
}

fn completion(run: &Run, object: &'static str) -> ChatCompletion {
    ChatCompletion {
        id: format!("chatcmpl-{}", run.batch_id.uuid().simple()),
        object,
        created: run.created_at.timestamp(),
        model: run.model.clone(),
        choices: Vec::new(),
        usage: None,
        quorum: None,
    }
}

fn answer(outcome: Outcome) -> ChatCompletion {
    let refused = outcome.finish == FinishReason::Refusal;
    let message = ChatText {
        role: Some("assistant"),
        refusal: refused.then(|| outcome.text.clone()),
        content: Some(outcome.text),
    };
    ChatCompletion {
        choices: vec![ChatChoice {
            index: 0,
            message: Some(message),
            delta: None,
            finish_reason: Some(finish_of(outcome.finish)),
            logprobs: None,
        }],
        usage: Some(outcome.usage.into()),
        quorum: Some(Box::new(outcome.metadata)),
        ..completion(&outcome.run, "chat.completion")
    }
}

/// A stream of chunks, closed by `[DONE]`.
struct Chunks {
    frame: ChatCompletion,
    include_usage: bool,
}

impl Chunks {
    fn chunk(&self, delta: ChatText, finish_reason: Option<&'static str>) -> ChatCompletion {
        ChatCompletion {
            choices: vec![ChatChoice {
                index: 0,
                message: None,
                delta: Some(delta),
                finish_reason,
                logprobs: None,
            }],
            ..self.frame.clone()
        }
    }
}

impl Telling for Chunks {
    fn begin(&mut self) -> Vec<Event> {
        let role = ChatText {
            role: Some("assistant"),
            content: Some(String::new()),
            refusal: None,
        };
        vec![data(&self.chunk(role, None))]
    }

    fn text(&mut self, piece: &str) -> Vec<Event> {
        let more = ChatText {
            content: Some(piece.to_owned()),
            ..ChatText::default()
        };
        vec![data(&self.chunk(more, None))]
    }

    fn end(&mut self, outcome: &Outcome) -> Vec<Event> {
        let last = ChatCompletion {
            quorum: Some(Box::new(outcome.metadata.clone())),
            ..self.chunk(ChatText::default(), Some(finish_of(outcome.finish)))
        };
        let mut events = vec![data(&last)];
        if self.include_usage {
            events.push(data(&ChatCompletion {
                usage: Some(outcome.usage.into()),
                ..self.frame.clone()
            }));
        }
        events.push(Event::default().data("[DONE]"));
        events
    }

    fn fail(&mut self, problem: &Problem) -> Vec<Event> {
        vec![data(&OpenAiError::from(problem))]
    }
}

/// Ask the council, as OpenAI's clients do
#[utoipa::path(post, path = "/chat/completions", operation_id = "create_chat_completion", tag = "compatible", request_body = ChatRequest,
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key gives the same run: nobody is asked twice")),
    responses((status = 200, content((ChatCompletion = "application/json"), (String = "text/event-stream")), description = "With `stream`, server-sent events with one of these each"),
        (status = 402, body = OpenAiError), (status = 404, body = OpenAiError),
        (status = 424, body = OpenAiError, description = "No service answered")))]
pub async fn create(
    State(state): State<AppState>,
    signed_in: SignedIn,
    IdempotencyKey(key): IdempotencyKey,
    body: JsonWithImages<ChatRequest>,
) -> Result<Response, ApiError> {
    let request = body.0.value;
    let words = request.words(&state)?;
    let council = council_of(&state, signed_in.user.id, &request.model).await?;
    let run = council::begin(&state, &signed_in, key.as_deref(), council, &words).await?;
    let follower = Follower::start(&state, signed_in.credential, run.clone()).await?;
    let told = if request.stream.unwrap_or(false) {
        let chunks = Chunks {
            frame: completion(&run, "chat.completion.chunk"),
            include_usage: request.stream_options.unwrap_or_default().include_usage,
        };
        tell(follower, chunks)
    } else {
        Json(answer(whole(follower).await?)).into_response()
    };
    Ok(with_run(told, &run))
}
