//! Anthropic Messages (platform.claude.com, "Messages API" and "Streaming"; API version 2023-06-01,
//! which takes a temperature on the models that have one).

use quorum_domain::{FinishReason, TokenUsage, context::PromptMessage};
use secrecy::SecretString;
use serde_json::{Value, json};

use super::{
    Format, Omitted, Optional, Progress, WireRequest, cited, count, error_inside, images_of, join, parse, split_system,
    str_at, wants_thoughts,
};
use crate::{Ask, CallError, Piece, sse::SseEvent};

const API_VERSION: &str = "2023-06-01";

pub struct Anthropic;

fn with_headers(request: WireRequest, key: Option<&SecretString>) -> WireRequest {
    let request = request.header("anthropic-version", API_VERSION.to_owned());
    match key {
        // One credential only: with both headers present the API reads this one.
        Some(key) => request.header("x-api-key", key.clone()),
        None => request,
    }
}

/// Plain text, or blocks: images first, as the documentation advises, then the text.
fn content(ask: &Ask, message: &PromptMessage) -> Value {
    let mut blocks: Vec<Value> = images_of(ask, message)
        .map(|(media_type, data)| {
            json!({"type": "image", "source": {"type": "base64", "media_type": media_type, "data": data}})
        })
        .collect();
    if blocks.is_empty() {
        return message.content.as_str().into();
    }
    blocks.push(json!({"type": "text", "text": message.content}));
    blocks.into()
}

impl Format for Anthropic {
    fn request(&self, ask: &Ask, omitted: &Omitted) -> WireRequest {
        let (system, messages) = split_system(ask);
        let messages: Vec<Value> = messages
            .iter()
            .map(|message| json!({"role": message.role, "content": content(ask, message)}))
            .collect();
        let mut body = json!({
            "model": ask.service.model,
            "max_tokens": ask.max_output_tokens,
            "messages": messages,
            "stream": true,
        });
        if !system.is_empty() {
            body["system"] = system.into();
        }
        if let Some(temperature) = ask
            .service
            .temperature
            .filter(|_| !omitted.contains(&Optional::Temperature))
        {
            body["temperature"] = temperature.into();
        }
        if let Some(effort) = ask
            .service
            .reasoning_effort
            .as_ref()
            .filter(|_| !omitted.contains(&Optional::ReasoningEffort))
        {
            body["output_config"]["effort"] = effort.as_str().into();
        }
        // A temperature and thoughts exclude each other here; the temperature was set by somebody.
        if wants_thoughts(ask, omitted) && ask.service.temperature.is_none() {
            body["thinking"] = json!({"type": "adaptive", "display": "summarized"});
        }
        if let Some(structured) = ask
            .structured
            .as_ref()
            .filter(|_| !omitted.contains(&Optional::Structured))
        {
            body["output_config"]["format"] = json!({"type": "json_schema", "schema": structured.schema});
        }
        with_headers(
            WireRequest::post(join(&ask.service.base_url, "v1/messages"), body),
            ask.key.as_ref(),
        )
    }

    fn list_models(&self, base_url: &str, key: Option<&SecretString>) -> WireRequest {
        with_headers(WireRequest::get(join(base_url, "v1/models")), key)
    }

    fn event(&self, event: &SseEvent, progress: &mut Progress) -> Result<Vec<Piece>, CallError> {
        let json = parse(&event.data)?;
        match str_at(&json, "/type") {
            "message_start" => {
                read_usage(&json["message"]["usage"], progress);
                Ok(Vec::new())
            }
            "content_block_start" => Ok(block(&json["content_block"], progress)),
            "content_block_delta" => Ok(delta(&json["delta"], progress).into_iter().collect()),
            "message_delta" => {
                read_usage(&json["usage"], progress);
                read_stop(&json["delta"], progress);
                Ok(Vec::new())
            }
            "message_stop" => {
                progress.ended = true;
                Ok(Vec::new())
            }
            "error" => Err(error_inside(&json)),
            // Pings, block ends, and whatever the versioning policy lets them add.
            _ => Ok(Vec::new()),
        }
    }

    fn whole(&self, json: &Value, progress: &mut Progress) -> Result<Vec<Piece>, CallError> {
        if str_at(json, "/type") == "error" {
            return Err(error_inside(json));
        }
        read_usage(&json["usage"], progress);
        read_stop(json, progress);
        progress.ended = progress.finish.is_some();
        let blocks = json["content"].as_array().map(Vec::as_slice).unwrap_or_default();
        Ok(blocks.iter().flat_map(|one| block(one, progress)).collect())
    }
}

/// A block as it begins, or a whole one.
fn block(block: &Value, progress: &mut Progress) -> Vec<Piece> {
    let cited = block["citations"].as_array().map(Vec::as_slice).unwrap_or_default();
    cited
        .iter()
        .for_each(|one| cited::of_anthropic(one, &mut progress.citations));
    if str_at(block, "/type") == "thinking" {
        let apart = progress.think_anew();
        return apart
            .into_iter()
            .chain(progress.think(str_at(block, "/thinking")))
            .collect();
    }
    progress.text(str_at(block, "/text")).into_iter().collect()
}

fn delta(delta: &Value, progress: &mut Progress) -> Option<Piece> {
    match str_at(delta, "/type") {
        "text_delta" => progress.text(str_at(delta, "/text")),
        "thinking_delta" => progress.think(str_at(delta, "/thinking")),
        "citations_delta" => {
            cited::of_anthropic(&delta["citation"], &mut progress.citations);
            None
        }
        _ => None,
    }
}

fn read_stop(json: &Value, progress: &mut Progress) {
    let finish = match str_at(json, "/stop_reason") {
        "" => return,
        "refusal" => {
            progress.refusal = str_at(json, "/stop_details/explanation").to_owned();
            FinishReason::Refusal
        }
        "max_tokens" | "model_context_window_exceeded" => FinishReason::Length,
        _ => FinishReason::Stop,
    };
    progress.finish = Some(finish);
}

/// Input excludes what came from or went to the cache; output includes thinking. Counts in a
/// stream are running totals, and a later event may leave some out.
fn read_usage(json: &Value, progress: &mut Progress) {
    if !json.is_object() {
        return;
    }
    let usage = progress.usage.get_or_insert_with(TokenUsage::default);
    let set = |field: &mut u64, pointer: &str| {
        if let Some(value) = json.pointer(pointer).and_then(Value::as_u64) {
            *field = value;
        }
    };
    set(&mut usage.input, "/input_tokens");
    set(&mut usage.cached_input, "/cache_read_input_tokens");
    set(&mut usage.cache_write, "/cache_creation_input_tokens");
    set(&mut usage.output, "/output_tokens");
    usage.reasoning = usage
        .reasoning
        .max(count(json, "/output_tokens_details/thinking_tokens"));
}
