//! The tools: ask the council, look at a run, see who can be asked.

use std::{borrow::Cow, fmt::Write as _, sync::Arc};

use quorum_domain::{Scope, context::PromptRole, ids::BatchId};
use rmcp::{
    ErrorData, RoleServer,
    model::{
        CallToolRequestParams, CallToolResult, ContentBlock, JsonObject, ProgressNotificationParam, ProgressToken,
        Tool, ToolAnnotations,
    },
    service::{Peer, RequestContext},
};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    ApiError, AppState, FaultCode,
    access::SignedIn,
    council::{
        self, Follower, Outcome, Progress, Step, Words,
        history::{Said, said_until},
        model::{council_of, listed},
    },
    extract::checked_key,
};

fn schema(value: Value) -> Arc<JsonObject> {
    match value {
        Value::Object(fields) => Arc::new(fields),
        _ => Arc::default(),
    }
}

fn tool(name: &'static str, description: &'static str, input: Value, hints: ToolAnnotations) -> Tool {
    Tool::new(Cow::Borrowed(name), Cow::Borrowed(description), schema(input)).with_annotations(hints)
}

/// Every tool.
pub fn all() -> Vec<Tool> {
    let run_id = json!({"type": "string", "format": "uuid", "description": "The run_id that ask_council gave"});
    let ask = json!({
        "type": "object",
        "properties": {
            "question": {"type": "string", "description": "The question, with all it needs to be understood"},
            "model": {"type": "string", "default": "quorum", "description": "quorum: the consensus of all services; quorum:best: the answer ranked first; quorum:<panel>: the consensus of a saved panel; quorum/<service>: one service. list_services names them"},
            "instructions": {"type": "string", "description": "Standing instructions for every service"},
            "previous_run_id": {"type": "string", "format": "uuid", "description": "The run to go on from: its question and answer go along"},
            "max_tokens": {"type": "integer", "minimum": 1, "description": "Most tokens of each service's answer"},
            "idempotency_key": {"type": "string", "maxLength": 200, "description": "The same key gives the same run: nobody is asked twice"},
        },
        "required": ["question"],
        "additionalProperties": false,
    });
    let get = json!({"type": "object", "properties": {"run_id": run_id}, "required": ["run_id"], "additionalProperties": false});
    let nothing = json!({"type": "object", "properties": {}, "additionalProperties": false});
    let reads = || ToolAnnotations::new().read_only(true).open_world(false);
    vec![
        tool(
            "ask_council",
            "Ask several language models the same question and get one answer, with how the models' answers rank, where they agree and where they differ.",
            ask,
            ToolAnnotations::new()
                .read_only(false)
                .destructive(false)
                .idempotent(false),
        ),
        tool(
            "get_run",
            "The answer of a run that was begun by ask_council, or how far it is.",
            get,
            reads(),
        ),
        tool(
            "list_services",
            "The models that ask_council can be asked with: the whole council, saved panels and single services.",
            nothing,
            reads(),
        ),
    ]
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct AskArguments {
    question: String,
    model: Option<String>,
    #[serde(default)]
    instructions: String,
    previous_run_id: Option<BatchId>,
    max_tokens: Option<u32>,
    idempotency_key: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RunArguments {
    run_id: BatchId,
}

fn arguments<T: serde::de::DeserializeOwned>(request: &CallToolRequestParams) -> Result<T, ApiError> {
    let given = Value::Object(request.arguments.clone().unwrap_or_default());
    serde_json::from_value(given).map_err(|error| ApiError::field("arguments", FaultCode::WrongForm, error.to_string()))
}

/// Calls a tool. What it refuses is said to the model in its result: it may do better next time.
pub async fn call(
    state: &AppState,
    signed_in: &SignedIn,
    request: &CallToolRequestParams,
    context: &RequestContext<RoleServer>,
) -> Result<CallToolResult, ErrorData> {
    let done = match request.name.as_ref() {
        "ask_council" => ask_council(state, signed_in, request, context).await,
        "get_run" => get_run(state, signed_in, request).await,
        "list_services" => list_services(state, signed_in).await,
        other => {
            return Err(ErrorData::invalid_params(format!("there is no tool {other}"), None));
        }
    };
    Ok(done.unwrap_or_else(refused))
}

fn refused(error: ApiError) -> CallToolResult {
    let problem = error.problem();
    let said = match problem.errors.first() {
        Some(first) => format!("{} {}", first.field, first.message),
        None => problem.detail,
    };
    CallToolResult::error(vec![ContentBlock::text(said)])
}

async fn ask_council(
    state: &AppState,
    signed_in: &SignedIn,
    request: &CallToolRequestParams,
    context: &RequestContext<RoleServer>,
) -> Result<CallToolResult, ApiError> {
    signed_in.need(Scope::Write)?;
    let asked: AskArguments = arguments(request)?;
    let key = asked.idempotency_key.map(checked_key).transpose()?;
    let mut said = vec![Said::text(PromptRole::System, asked.instructions, "instructions")];
    if let Some(id) = asked.previous_run_id {
        let mut session = state.store.read().await?;
        let run = session.run(signed_in.user.id, id).await?;
        said.extend(said_until(&mut session, &run).await?);
    }
    said.push(Said::text(PromptRole::User, asked.question, "question"));
    let words = Words::of(said, asked.max_tokens.filter(|most| *most > 0), &state.limits())?;
    let council = council_of(state, signed_in.user.id, asked.model.as_deref().unwrap_or("quorum")).await?;
    let run = council::begin(state, signed_in, key.as_deref(), council, &words).await?;
    let mut follower = Follower::start(state, signed_in.credential, run).await?;
    let mut teller = context.meta.get_progress_token().map(|token| Teller {
        peer: context.peer.clone(),
        token,
        told: -1.0,
    });
    loop {
        match follower.next().await? {
            Step::Done(outcome) => return Ok(answered(*outcome)),
            Step::Progress(progress) => {
                if let Some(teller) = &mut teller {
                    teller.tell(progress).await;
                }
            }
            Step::Text(_) => {}
        }
    }
}

/// Tells a client that wants to know how far a run is.
struct Teller {
    peer: Peer<RoleServer>,
    token: ProgressToken,
    told: f64,
}

impl Teller {
    async fn tell(&mut self, progress: Progress) {
        let Progress {
            finished,
            expected,
            weighing,
        } = progress;
        // One step more than there are answers: weighing them.
        let so_far = finished as f64 + if weighing { 0.5 } else { 0.0 };
        if so_far <= self.told {
            return;
        }
        self.told = so_far;
        let words = if weighing {
            format!("{finished} of {expected} answered; weighing them")
        } else {
            format!("{finished} of {expected} answered")
        };
        let note = ProgressNotificationParam::new(self.token.clone(), so_far)
            .with_total(expected as f64 + 1.0)
            .with_message(words);
        // A client that does not listen any more misses nothing but this.
        let _heard = self.peer.notify_progress(note).await;
    }
}

/// The answer as text, how the answers stand as text, and all of it as data.
fn answered(outcome: Outcome) -> CallToolResult {
    let standing = standing_of(&outcome);
    let data = json!({
        "run_id": outcome.run.batch_id,
        "status": "answered",
        "answer": outcome.text,
        "finish_reason": outcome.finish,
        "quorum": outcome.metadata,
    });
    let mut result = CallToolResult::structured(data);
    result.content = vec![ContentBlock::text(outcome.text), ContentBlock::text(standing)];
    result
}

fn standing_of(outcome: &Outcome) -> String {
    let council = &outcome.metadata;
    let mut text = format!("run_id {}, {} of:", outcome.run.batch_id, council.answered_by);
    for answer in &council.answers {
        let rank = answer.rank.map_or_else(|| "-".to_owned(), |rank| rank.to_string());
        let why = answer.reasoning.as_deref().or(answer.error.as_deref());
        // Writing to a String does not fail.
        let _written = write!(text, "\n{rank}. {}", answer.service);
        if let Some(score) = answer.score {
            let _written = write!(text, " ({score:.1})");
        }
        if let Some(why) = why {
            let _written = write!(text, ": {why}");
        }
    }
    for difference in &council.differ {
        let _written = write!(text, "\nThey differ on: {}", difference.point);
    }
    text
}

async fn get_run(
    state: &AppState,
    signed_in: &SignedIn,
    request: &CallToolRequestParams,
) -> Result<CallToolResult, ApiError> {
    let RunArguments { run_id } = arguments(request)?;
    let run = state.store.read().await?.run(signed_in.user.id, run_id).await?;
    let mut follower = Follower::start(state, signed_in.credential, run).await?;
    while let Some(step) = follower.at_hand() {
        if let Step::Done(outcome) = step {
            return Ok(answered(*outcome));
        }
    }
    let (batch, _) = state.store.read().await?.batch_state(signed_in.user.id, run_id).await?;
    Ok(CallToolResult::structured(json!({
        "run_id": run_id,
        "status": "running",
        "answered": batch.finished_responses,
        "expected": batch.expected_responses,
    })))
}

async fn list_services(state: &AppState, signed_in: &SignedIn) -> Result<CallToolResult, ApiError> {
    let models = listed(state, signed_in.user.id).await?;
    let models = models
        .into_iter()
        .map(|model| json!({"model": model.id, "description": model.description}));
    Ok(CallToolResult::structured(
        json!({"models": models.collect::<Vec<_>>()}),
    ))
}
