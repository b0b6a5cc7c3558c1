//! Telling a run as a response of OpenAI's format: whole, as far as it is, or event by event.

use axum::response::sse::Event;
use quorum_domain::{FinishReason, Run, ids::BatchId, response::ResponseUsage};
use serde::Serialize;
use serde_json::{Value, json};

use super::{
    errors::OpenAiError,
    stream::{Telling, named},
};
use crate::{
    Problem,
    council::{Outcome, metadata::CouncilMetadata},
};

fn id_of(run: &Run) -> String {
    format!("resp_{}", run.batch_id.uuid().simple())
}

/// The run that an id names.
pub fn batch_of(id: &str) -> Option<BatchId> {
    id.strip_prefix("resp_")?.parse().ok()
}

/// Tokens in the words of this format.
#[derive(Debug, Clone, Copy, Serialize, utoipa::ToSchema)]
pub struct ResponsesUsage {
    input_tokens: i64,
    input_tokens_details: InputTokensDetails,
    output_tokens: i64,
    output_tokens_details: OutputTokensDetails,
    total_tokens: i64,
}

/// The part of the input that was read from a cache.
#[derive(Debug, Clone, Copy, Serialize, utoipa::ToSchema)]
pub struct InputTokensDetails {
    cached_tokens: i64,
    cache_write_tokens: i64,
}

/// The part of the output that was reasoning.
#[derive(Debug, Clone, Copy, Serialize, utoipa::ToSchema)]
pub struct OutputTokensDetails {
    reasoning_tokens: i64,
}

impl From<ResponseUsage> for ResponsesUsage {
    fn from(usage: ResponseUsage) -> Self {
        Self {
            input_tokens: usage.input_tokens,
            input_tokens_details: InputTokensDetails {
                cached_tokens: usage.cached_input_tokens,
                cache_write_tokens: 0,
            },
            output_tokens: usage.output_tokens,
            output_tokens_details: OutputTokensDetails {
                reasoning_tokens: usage.reasoning_tokens,
            },
            total_tokens: usage.input_tokens + usage.output_tokens,
        }
    }
}

/// A response: the answer in a message of one part.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ResponseReply {
    id: String,
    /// Always `response`.
    object: &'static str,
    /// Seconds of Unix time.
    created_at: i64,
    /// `in_progress`, `completed`, `incomplete` or `failed`.
    status: &'static str,
    /// Why it failed.
    error: Option<Value>,
    /// Why it is incomplete.
    incomplete_details: Option<Value>,
    model: String,
    /// The message with the answer.
    output: Vec<Value>,
    max_output_tokens: Option<u32>,
    usage: Option<ResponsesUsage>,
    // What the format wants to be there, and says nothing here.
    instructions: Option<()>,
    metadata: Value,
    parallel_tool_calls: bool,
    tool_choice: &'static str,
    tools: Vec<Value>,
    temperature: Option<f64>,
    top_p: Option<f64>,
    text: Value,
    /// What the council has to say besides.
    #[serde(skip_serializing_if = "Option::is_none")]
    quorum: Option<Box<CouncilMetadata>>,
}

/// A response that is not answered yet.
pub fn reply(run: &Run) -> ResponseReply {
    ResponseReply {
        id: id_of(run),
        object: "response",
        created_at: run.created_at.timestamp(),
        status: "in_progress",
        error: None,
        incomplete_details: None,
        model: run.model.clone(),
        output: Vec::new(),
        max_output_tokens: run.max_output_tokens,
        usage: None,
        instructions: None,
        metadata: json!({}),
        parallel_tool_calls: false,
        tool_choice: "none",
        tools: Vec::new(),
        temperature: None,
        top_p: None,
        text: json!({"format": {"type": "text"}}),
        quorum: None,
    }
}

fn part(finish: FinishReason, text: &str) -> Value {
    match finish {
        FinishReason::Refusal => json!({"type": "refusal", "refusal": text}),
        FinishReason::Stop | FinishReason::Length => {
            json!({"type": "output_text", "text": text, "annotations": [], "logprobs": []})
        }
    }
}

fn message(run: &Run, status: &str, content: Vec<Value>) -> Value {
    let id = format!("msg_{}", run.batch_id.uuid().simple());
    json!({"id": id, "type": "message", "status": status, "role": "assistant", "content": content})
}

/// A response with its answer.
pub fn answer(outcome: Outcome) -> ResponseReply {
    let cut = outcome.finish == FinishReason::Length;
    let status = if cut { "incomplete" } else { "completed" };
    let content = vec![part(outcome.finish, &outcome.text)];
    ResponseReply {
        status,
        incomplete_details: cut.then(|| json!({"reason": "max_output_tokens"})),
        output: vec![message(&outcome.run, status, content)],
        usage: Some(outcome.usage.into()),
        quorum: Some(Box::new(outcome.metadata)),
        ..reply(&outcome.run)
    }
}

/// A response that has no answer.
pub fn failed(run: &Run, problem: &Problem) -> ResponseReply {
    let error = OpenAiError::from(problem).error;
    ResponseReply {
        status: "failed",
        error: Some(json!({"code": error.code, "message": error.message})),
        ..reply(run)
    }
}

/// A stream of numbered events.
pub struct Events {
    run: Run,
    sent: u64,
    text: String,
}

impl Events {
    /// Of a run of which nothing was told yet.
    pub const fn of(run: Run) -> Self {
        Self {
            run,
            sent: 0,
            text: String::new(),
        }
    }

    fn event(&mut self, name: &'static str, mut fields: Value) -> Event {
        fields["type"] = name.into();
        fields["sequence_number"] = self.sent.into();
        self.sent += 1;
        named(name, &fields)
    }

    fn of_text(&mut self, name: &'static str, mut fields: Value) -> Event {
        let id = format!("msg_{}", self.run.batch_id.uuid().simple());
        fields["item_id"] = id.into();
        fields["output_index"] = 0.into();
        fields["content_index"] = 0.into();
        self.event(name, fields)
    }
}

impl Telling for Events {
    fn begin(&mut self) -> Vec<Event> {
        let response = json!({"response": reply(&self.run)});
        let item = json!({"output_index": 0, "item": message(&self.run, "in_progress", Vec::new())});
        vec![
            self.event("response.created", response.clone()),
            self.event("response.in_progress", response),
            self.event("response.output_item.added", item),
            self.of_text(
                "response.content_part.added",
                json!({"part": part(FinishReason::Stop, "")}),
            ),
        ]
    }

    fn text(&mut self, piece: &str) -> Vec<Event> {
        self.text.push_str(piece);
        vec![self.of_text("response.output_text.delta", json!({"delta": piece, "logprobs": []}))]
    }

    fn end(&mut self, outcome: &Outcome) -> Vec<Event> {
        let whole = answer(outcome.clone());
        let name = match whole.status {
            "incomplete" => "response.incomplete",
            _ => "response.completed",
        };
        let text = std::mem::take(&mut self.text);
        let item = json!({"output_index": 0, "item": whole.output.first()});
        vec![
            self.of_text("response.output_text.done", json!({"text": text, "logprobs": []})),
            self.of_text(
                "response.content_part.done",
                json!({"part": part(outcome.finish, &outcome.text)}),
            ),
            self.event("response.output_item.done", item),
            self.event(name, json!({"response": whole})),
        ]
    }

    fn fail(&mut self, problem: &Problem) -> Vec<Event> {
        let response = failed(&self.run, problem);
        vec![self.event("response.failed", json!({"response": response}))]
    }
}
