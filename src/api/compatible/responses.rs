//! OpenAI's Responses: <https://platform.openai.com/docs/api-reference/responses>.

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use quorum_domain::context::PromptRole;
use serde::Deserialize;
use serde_json::Value;

use super::{
    content::{ImageParts, content_of, text_of},
    errors::OpenAiError,
    parameters::{Harmless, output_limit, refuse_unsupported},
    response_reply::{Events, ResponseReply, answer, batch_of, failed, reply},
    stream::{tell, whole, with_run},
};
use crate::{
    ApiError, AppState, FaultCode,
    access::SignedIn,
    council::{
        self, Follower, Step, Words,
        history::{Said, said_until},
        model::council_of,
    },
    extract::{IdempotencyKey, JsonWithImages, PathId},
    state::Limits,
};

/// A question for the council. Sampling, `reasoning`, `store` and `metadata` are taken and change
/// nothing. Other fields are not looked at.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[schema(example = json!({"model": "quorum:best", "input": "Which index suits a table that is only appended to?"}))]
pub struct ResponseRequest {
    /// `quorum`, `quorum:best`, `quorum:<panel>` or `quorum/<service>`.
    model: String,
    /// The question, or messages of which the last is the user's.
    input: Value,
    /// Standing instructions.
    #[serde(default)]
    instructions: Option<String>,
    /// The response that this goes on from.
    #[serde(default)]
    previous_response_id: Option<String>,
    /// Whether the answer is sent as it comes.
    #[serde(default)]
    stream: Option<bool>,
    /// Whether the reply does not wait for the answer; `GET /v1/responses/{id}` has it later.
    #[serde(default)]
    background: Option<bool>,
    /// Most tokens of each service's answer.
    #[serde(default)]
    max_output_tokens: Option<i64>,
    /// Not supported.
    #[serde(default)]
    tools: Option<Value>,
    /// `none` or `auto`.
    #[serde(default)]
    tool_choice: Option<Value>,
    /// With `format` of type `text`.
    #[serde(default)]
    text: Option<Value>,
    /// Not supported.
    #[serde(default)]
    top_logprobs: Option<Value>,
    /// Not supported.
    #[serde(default)]
    conversation: Option<Value>,
    /// Not supported.
    #[serde(default)]
    prompt: Option<Value>,
}

impl ResponseRequest {
    fn refuse_unsupported(&self) -> Result<(), ApiError> {
        let format = self.text.as_ref().and_then(|text| text.get("format"));
        refuse_unsupported(&[
            ("tools", self.tools.as_ref(), Harmless::Empty),
            (
                "tool_choice",
                self.tool_choice.as_ref(),
                Harmless::Words(&["none", "auto"]),
            ),
            ("text.format", format, Harmless::Words(&["text"])),
            ("top_logprobs", self.top_logprobs.as_ref(), Harmless::Empty),
            ("conversation", self.conversation.as_ref(), Harmless::Empty),
            ("prompt", self.prompt.as_ref(), Harmless::Empty),
        ])
    }

    /// What the request itself says, after what was said before the response that it goes on from.
    fn said(&self, before: Vec<Said>, limits: &Limits) -> Result<Vec<Said>, ApiError> {
        let instructions = self.instructions.clone().unwrap_or_default();
        let mut said = vec![Said::text(PromptRole::System, instructions, "instructions")];
        said.extend(before);
        match &self.input {
            Value::String(text) => said.push(Said::text(PromptRole::User, text, "input")),
            Value::Array(items) => {
                for (at, item) in items.iter().enumerate() {
                    said.extend(said_by(at, item, limits)?);
                }
            }
            _ => {
                return Err(ApiError::field(
                    "input",
                    FaultCode::WrongForm,
                    "must be a text or a list of messages",
                ));
            }
        }
        Ok(said)
    }
}

/// One item of the input. Reasoning that a client brings along says nothing to others.
fn said_by(at: usize, item: &Value, limits: &Limits) -> Result<Option<Said>, ApiError> {
    match item["type"].as_str().unwrap_or("message") {
        "message" => {}
        "reasoning" => return Ok(None),
        _ => {
            return Err(ApiError::field(
                &format!("input[{at}].type"),
                FaultCode::NotSupported,
                "must be message; tools and files are not supported",
            ));
        }
    }
    let role = match item["role"].as_str().unwrap_or_default() {
        "system" | "developer" => PromptRole::System,
        "user" => PromptRole::User,
        "assistant" => PromptRole::Assistant,
        _ => {
            return Err(ApiError::field(
                &format!("input[{at}].role"),
                FaultCode::NotOneOf,
                "must be system, developer, user or assistant",
            ));
        }
    };
    let field = format!("input[{at}].content");
    let kinds = ["input_text", "output_text", "text", "refusal"];
    if role != PromptRole::User {
        let text = text_of(&field, &item["content"], &kinds)?;
        return Ok(Some(Said::text(role, text, field)));
    }
    let content = content_of(&field, &item["content"], &kinds, ImageParts::Responses, limits)?;
    Ok(Some(Said {
        images: content.images,
        ..Said::text(role, content.text, field)
    }))
}

/// Ask the council, as OpenAI's clients do by Responses
#[utoipa::path(post, path = "/responses", operation_id = "create_model_response", tag = "compatible", request_body = ResponseRequest,
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key gives the same run: nobody is asked twice")),
    responses((status = 200, content((ResponseReply = "application/json"), (String = "text/event-stream")), description = "With `stream`, the server-sent events of OpenAI's Responses"),
        (status = 402, body = OpenAiError), (status = 404, body = OpenAiError),
        (status = 424, body = OpenAiError, description = "No service answered")))]
pub async fn create(
    State(state): State<AppState>,
    signed_in: SignedIn,
    IdempotencyKey(key): IdempotencyKey,
    body: JsonWithImages<ResponseRequest>,
) -> Result<Response, ApiError> {
    let request = body.0.value;
    request.refuse_unsupported()?;
    let limit = output_limit("max_output_tokens", request.max_output_tokens)?;
    let before = match request.previous_response_id.as_deref().filter(|id| !id.is_empty()) {
        Some(id) => said_before(&state, &signed_in, id).await?,
        None => Vec::new(),
    };
    let limits = state.limits();
    let words = Words::of(request.said(before, &limits)?, limit, &limits)?;
    let council = council_of(&state, signed_in.user.id, &request.model).await?;
    let run = council::begin(&state, &signed_in, key.as_deref(), council, &words).await?;
    let stream = request.stream.unwrap_or(false);
    if request.background.unwrap_or(false) && !stream {
        let begun = Json(reply(&run)).into_response();
        return Ok(with_run(begun, &run));
    }
    let follower = Follower::start(&state, signed_in.credential, run.clone()).await?;
    let told = if stream {
        tell(follower, Events::of(run.clone()))
    } else {
        Json(answer(whole(follower).await?)).into_response()
    };
    Ok(with_run(told, &run))
}

/// What was said up to a response, its answer included.
async fn said_before(state: &AppState, signed_in: &SignedIn, id: &str) -> Result<Vec<Said>, ApiError> {
    let unknown = || ApiError::field("previous_response_id", FaultCode::Unknown, "is not a response of yours");
    let batch = batch_of(id).ok_or_else(unknown)?;
    let mut session = state.store.read().await?;
    let run = session
        .run(signed_in.user.id, batch)
        .await
        .map_err(|error| match ApiError::from(error) {
            ApiError::NotFound(_) => unknown(),
            other => other,
        })?;
    said_until(&mut session, &run).await
}

/// A response that was asked for before, as far as it is
#[utoipa::path(get, path = "/responses/{id}", operation_id = "get_model_response", tag = "compatible", params(("id" = String, Path)),
    responses((status = 200, body = ResponseReply), (status = 404, body = OpenAiError)))]
pub async fn get(
    State(state): State<AppState>,
    signed_in: SignedIn,
    PathId(id): PathId<String>,
) -> Result<Json<ResponseReply>, ApiError> {
    let batch = batch_of(&id).ok_or(ApiError::NotFound("response"))?;
    let run = state.store.read().await?.run(signed_in.user.id, batch).await?;
    let mut follower = match Follower::start(&state, signed_in.credential, run.clone()).await {
        Ok(follower) => follower,
        Err(error @ (ApiError::NoAnswer(_) | ApiError::AnswerRestarted)) => {
            return Ok(Json(failed(&run, &error.problem())));
        }
        Err(error) => return Err(error),
    };
    while let Some(step) = follower.at_hand() {
        if let Step::Done(outcome) = step {
            return Ok(Json(answer(*outcome)));
        }
    }
    Ok(Json(reply(&run)))
}
