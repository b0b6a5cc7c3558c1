//! The server: routes, faults before a reply, and the reply at its pace.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use axum::{
    Json, Router,
    body::Body,
    extract::{DefaultBodyLimit, Path, Query, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use bytes::Bytes;
use serde::Deserialize;
use serde_json::Value;
use sha2::{Digest, Sha256};
use tokio::sync::mpsc;

use crate::{
    FleetOptions,
    behaviour::{Behaviour, ModelName},
    call_log::CallLog,
    fusion, judge,
    playbook::Playbook,
    refusals::fault_before,
    script::{CallGuard, Script},
    structured::{fault_in, schema_in},
    wire::{
        Anthropic, Asked, CHAT_COMPATIBLE, CHAT_OPENAI, Ending, Gemini, MODELS, Reason, Refused, Responses, Tokens,
        Wire, wants_thoughts,
    },
};

/// What all requests share.
pub struct Stage {
    pub options: FleetOptions,
    pub playbook: Playbook,
    pub calls: Arc<CallLog>,
    /// How often each (model, last message) was asked, for faults that pass.
    pub turns: Mutex<HashMap<(String, String), u32>>,
}

type Shared = State<Arc<Stage>>;

/// The whole URL map.
pub fn router(stage: Stage) -> Router {
    Router::new()
        .route(
            "/anthropic/v1/messages",
            post(|stage: Shared, headers: HeaderMap, body: Bytes| ask(stage, &Anthropic, headers, body, None, false)),
        )
        .route(
            "/openai/v1/chat/completions",
            post(|stage: Shared, headers: HeaderMap, body: Bytes| ask(stage, &CHAT_OPENAI, headers, body, None, false)),
        )
        .route(
            "/compatible/v1/chat/completions",
            post(|stage: Shared, headers: HeaderMap, body: Bytes| {
                ask(stage, &CHAT_COMPATIBLE, headers, body, None, false)
            }),
        )
        .route(
            "/openai/v1/responses",
            post(|stage: Shared, headers: HeaderMap, body: Bytes| ask(stage, &Responses, headers, body, None, false)),
        )
        .route("/gemini/{version}/models/{call}", post(gemini))
        .route(
            "/anthropic/v1/models",
            get(|headers: HeaderMap| models(&Anthropic, headers)),
        )
        .route(
            "/openai/v1/models",
            get(|headers: HeaderMap| models(&CHAT_OPENAI, headers)),
        )
        .route(
            "/compatible/v1/models",
            get(|headers: HeaderMap| models(&CHAT_COMPATIBLE, headers)),
        )
        .route(
            "/gemini/{version}/models",
            get(|headers: HeaderMap| models(&Gemini, headers)),
        )
        .route("/fleet/calls", get(calls))
        .route(
            "/fleet/calls/count",
            get(|State(stage): Shared| async move { Json(stage.calls.count()) }),
        )
        .route("/fleet/reset", post(reset))
        .route("/fleet/health", get(|| async { "ok" }))
        // As large as providers take a request with images.
        .layer(DefaultBodyLimit::max(32 * 1024 * 1024))
        .with_state(Arc::new(stage))
}

#[derive(Deserialize)]
struct After {
    #[serde(default)]
    after: u64,
}

async fn calls(State(stage): Shared, Query(query): Query<After>) -> Json<Vec<crate::Call>> {
    Json(stage.calls.after(query.after))
}

async fn reset(State(stage): Shared) -> StatusCode {
    stage.calls.reset();
    stage.turns.lock().unwrap_or_else(PoisonError::into_inner).clear();
    StatusCode::NO_CONTENT
}

#[derive(Deserialize)]
struct Alt {
    alt: Option<String>,
}

async fn gemini(
    stage: Shared,
    Path((_, call)): Path<(String, String)>,
    Query(alt): Query<Alt>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let Some((model, method)) = call.split_once(':') else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let stream = method == "streamGenerateContent" && alt.alt.as_deref() == Some("sse");
    ask(stage, &Gemini, headers, body, Some(model.to_owned()), stream).await
}

async fn models(wire: &'static dyn Wire, headers: HeaderMap) -> Response {
    match check_key(wire, &headers) {
        Ok(_) => Json(wire.models()).into_response(),
        Err(refused) => reply_refused(wire, *refused),
    }
}

fn check_key(wire: &dyn Wire, headers: &HeaderMap) -> Result<String, Box<Refused>> {
    let key = wire.key(headers);
    match key {
        Some(key) if key.contains("wrong") || key.contains("revoked") => Err(Box::new(wire.refuse(
            401,
            Reason::Auth,
            &format!("Incorrect API key provided: {key}."),
        ))),
        Some(key) => Ok(key),
        None if wire.needs_key() => Err(Box::new(wire.refuse(
            401,
            Reason::Auth,
            "You didn't provide an API key.",
        ))),
        None => Ok(String::new()),
    }
}

fn reply_refused(wire: &dyn Wire, refused: Refused) -> Response {
    let status = StatusCode::from_u16(refused.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = (status, Json(refused.body)).into_response();
    for (name, value) in refused.headers {
        if let Ok(value) = value.parse() {
            response.headers_mut().insert(name, value);
        }
    }
    with_id(wire, response, "req_rehearsal")
}

fn with_id(wire: &dyn Wire, mut response: Response, id: &str) -> Response {
    if let (Some(name), Ok(value)) = (wire.id_header(), id.parse()) {
        response.headers_mut().insert(name, value);
    }
    response
}

async fn ask(
    State(stage): Shared,
    wire: &'static dyn Wire,
    headers: HeaderMap,
    body: Bytes,
    path_model: Option<String>,
    stream: bool,
) -> Response {
    let number = stage
        .calls
        .begin(wire.name(), &wire.key(&headers).unwrap_or_default(), &body);
    let refused = |refused: Refused| {
        stage.calls.update(number, |call| call.outcome = "refused");
        reply_refused(wire, refused)
    };
    if let Err(no_key) = check_key(wire, &headers) {
        return refused(*no_key);
    }
    let Ok(json) = serde_json::from_slice::<Value>(&body) else {
        return refused(wire.refuse(
            400,
            Reason::BadRequest,
            "We could not parse the JSON body of your request.",
        ));
    };
    let asked = match wire.check(&headers, &json, path_model.as_deref(), stream) {
        Ok(asked) => asked,
        Err(error) => return refused(error),
    };
    let structured = schema_in(&json);
    if let Some(fault) = structured.and_then(|(_, schema)| fault_in(schema)) {
        return refused(wire.refuse(
            400,
            Reason::BadRequest,
            &format!("Invalid schema for the reply: {fault}."),
        ));
    }
    let last = asked.messages.last().map(|(_, text)| text.clone()).unwrap_or_default();
    stage.calls.update(number, |call| {
        call.model = asked.model.clone();
        call.last_message = last.chars().take(200).collect();
        call.structured = structured.map(|(place, _)| place);
        call.thoughts = wants_thoughts(&json);
        call.images.clone_from(&asked.images);
        if stage.options.keep_bodies {
            call.messages = asked.messages.clone();
        }
    });
    let known = |name: &ModelName| {
        MODELS.contains(&name.base.as_str())
            || stage.playbook.answer(&last, &name.base).is_some()
            || name.base.starts_with("demo-")
    };
    let Some(name) = ModelName::parse(&asked.model).filter(known) else {
        return refused(wire.refuse(
            404,
            Reason::NotFound,
            &format!(
                "The model `{}` does not exist or you do not have access to it.",
                asked.model
            ),
        ));
    };
    if let Some((place, _)) = structured.filter(|_| name.has(&Behaviour::NoSchema)) {
        let unknown = format!("Invalid parameter: '{place}' is not supported with this model.");
        return refused(wire.refuse(400, Reason::BadRequest, &unknown));
    }
    if name.has(&Behaviour::NoThoughts) && wants_thoughts(&json) {
        let unknown = "Your organization must be verified to be shown summaries of thinking or thoughts.";
        return refused(wire.refuse(400, Reason::BadRequest, unknown));
    }
    if let Some(error) = fault_before(&stage, wire, &name, &asked, &last) {
        return refused(error);
    }
    perform(stage.clone(), wire, name, asked, number).await
}

/// What is said to a question: from the playbook, by the judge, or a marked text.
fn lines(stage: &Stage, name: &ModelName, asked: &Asked) -> String {
    let last = asked.messages.last().map(|(_, text)| text.as_str()).unwrap_or_default();
    if name.has(&Behaviour::Empty) {
        return String::new();
    }
    if let Some(verdict) = judge::verdict(name, &stage.playbook, &asked.messages) {
        return verdict;
    }
    if let Some(fused) = fusion::fused(&stage.playbook, &asked.messages) {
        return fused;
    }
    if let Some(said) = stage.playbook.answer(last, &name.base) {
        return said.text.clone();
    }
    let kept = asked
        .messages
        .iter()
        .rev()
        .find(|(role, _)| role == "assistant")
        .map(|(_, text)| text.chars().take(80).collect::<String>());
    let context = match kept {
        Some(kept) => format!(
            "The answer kept from the last turn begins: “{}”.",
            kept.replace('\n', " ")
        ),
        None => "No earlier answer came with this question.".to_owned(),
    };
    let question: String = last.chars().take(160).collect();
    let shown = match asked.images.as_slice() {
        [] => String::new(),
        images => {
            let kinds: Vec<&str> = images.iter().map(|image| image.media_type.as_str()).collect();
            format!("Images received: {}.\n\n", kinds.join(", "))
        }
    };
    format!(
        "{shown}**[demo]** This is a rehearsal answer by `{}`, not the work of a model. The demo has real answers to its sample questions only; for your own questions, add a provider key or a local model in Settings.\n\nYou asked: “{}”. {} messages came with it. {context}\n\nEverything around this text is real: the request went out over HTTP in the provider's own format, the reply streamed back, was saved while it came, summarised and ranked.",
        name.base,
        question.replace('\n', " "),
        asked.messages.len(),
    )
}

/// A text cut at the limit that the request sets, as a model's is.
fn within(limit: Option<u64>, text: String, ending: Ending) -> (String, Ending) {
    let limit = limit.map_or(usize::MAX, |limit| usize::try_from(limit).unwrap_or(usize::MAX));
    if words(&text) <= limit {
        return (text, ending);
    }
    (text.split_inclusive(' ').take(limit).collect(), Ending::Length)
}

fn ending(name: &ModelName) -> Ending {
    if name.has(&Behaviour::Refusal) {
        Ending::Refusal
    } else if name.has(&Behaviour::Length) {
        Ending::Length
    } else if name.has(&Behaviour::Filter) {
        Ending::Filter
    } else {
        Ending::Stop
    }
}

pub fn words(text: &str) -> usize {
    text.split_whitespace().count()
}

async fn perform(stage: Arc<Stage>, wire: &'static dyn Wire, name: ModelName, asked: Asked, number: u64) -> Response {
    let guard = CallGuard::open(Arc::clone(&stage), number);
    if name.has(&Behaviour::Hang) {
        // Ends when the client hangs up and this future is dropped; the guard notes it.
        let _open = guard;
        std::future::pending::<()>().await;
        return StatusCode::NO_CONTENT.into_response();
    }
    if let Some(Behaviour::Html(status)) = name
        .behaviours
        .iter()
        .find(|behaviour| matches!(behaviour, Behaviour::Html(_)))
    {
        guard.finish("fault", 0);
        let page = "<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center></body></html>";
        return (
            StatusCode::from_u16(*status).unwrap_or_default(),
            [(header::CONTENT_TYPE, "text/html")],
            page,
        )
            .into_response();
    }
    let (full, ending) = match ending(&name) {
        Ending::Refusal => (String::new(), Ending::Refusal),
        ending => within(asked.max_output_tokens, lines(&stage, &name, &asked), ending),
    };
    let tokens = Tokens {
        input: asked.messages.iter().map(|(_, text)| words(text)).sum(),
        output: words(&full),
        reasoning: if name.thinks_for().is_some() { 12 } else { 0 },
    };
    let id = hex::encode(&Sha256::digest(format!("{number}{full}").as_bytes())[..12]);
    if !asked.stream {
        tokio::time::sleep(first_token(&stage, &name)).await;
        let whole = wire.whole(&full, ending, tokens, &asked, &id);
        guard.finish("completed", full.len());
        return with_id(wire, Json(whole).into_response(), &format!("req_{id}"));
    }
    let (sender, receiver) = mpsc::channel::<Result<Bytes, std::io::Error>>(32);
    let script = Script {
        stage,
        wire,
        name,
        asked,
        full,
        ending,
        tokens,
        id: id.clone(),
        sender,
        guard,
    };
    tokio::spawn(script.play());
    let body = Body::from_stream(futures::stream::unfold(receiver, |mut receiver| async move {
        Some((receiver.recv().await?, receiver))
    }));
    let response = (
        [
            (header::CONTENT_TYPE, "text/event-stream; charset=utf-8"),
            (header::CACHE_CONTROL, "no-cache"),
        ],
        body,
    )
        .into_response();
    with_id(wire, response, &format!("req_{id}"))
}

pub fn first_token(stage: &Stage, name: &ModelName) -> Duration {
    let set = name.behaviours.iter().find_map(|behaviour| match behaviour {
        Behaviour::FirstToken(after) => Some(*after),
        _ => None,
    });
    set.unwrap_or(stage.options.first_token)
}
