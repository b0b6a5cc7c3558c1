//! Google Gemini generateContent (ai.google.dev, "Generating content"). The version is part of the
//! base address. Roles are `user` and `model`; a blocked prompt has no candidates at all.

use quorum_domain::{FailureKind, FinishReason, TokenUsage, context::PromptRole};
use secrecy::SecretString;
use serde_json::{Value, json};

use super::{
    Format, Omitted, Optional, Progress, WireRequest, cited, count, error_inside, images_of, join, parse, split_system,
    str_at, wants_thoughts,
};
use crate::{Ask, CallError, Piece, sse::SseEvent};

pub struct Gemini;

fn with_key(request: WireRequest, key: Option<&SecretString>) -> WireRequest {
    match key {
        // Never as ?key=, which lands in every log on the way.
        Some(key) => request.header("x-goog-api-key", key.clone()),
        None => request,
    }
}

impl Format for Gemini {
    fn request(&self, ask: &Ask, omitted: &Omitted) -> WireRequest {
        let (system, messages) = split_system(ask);
        let contents: Vec<Value> = messages
            .iter()
            .map(|message| {
                let role = if message.role == PromptRole::Assistant {
                    "model"
                } else {
                    "user"
                };
                let mut parts: Vec<Value> = images_of(ask, message)
                    .map(|(media_type, data)| json!({"inlineData": {"mimeType": media_type, "data": data}}))
                    .collect();
                parts.push(json!({"text": message.content}));
                json!({"role": role, "parts": parts})
            })
            .collect();
        let mut config = json!({"maxOutputTokens": ask.max_output_tokens});
        if let Some(temperature) = ask
            .service
            .temperature
            .filter(|_| !omitted.contains(&Optional::Temperature))
        {
            config["temperature"] = temperature.into();
        }
        if let Some(effort) = ask
            .service
            .reasoning_effort
            .as_ref()
            .filter(|_| !omitted.contains(&Optional::ReasoningEffort))
        {
            config["thinkingConfig"] = json!({"thinkingLevel": effort.to_uppercase()});
        }
        if wants_thoughts(ask, omitted) {
            config["thinkingConfig"]["includeThoughts"] = true.into();
        }
        if let Some(structured) = ask
            .structured
            .as_ref()
            .filter(|_| !omitted.contains(&Optional::Structured))
        {
            config["responseMimeType"] = "application/json".into();
            config["responseJsonSchema"] = structured.schema.clone();
        }
        let mut body = json!({"contents": contents, "generationConfig": config});
        if !system.is_empty() {
            body["systemInstruction"] = json!({"parts": [{"text": system}]});
        }
        let model = ask.service.model.trim_start_matches("models/");
        let path = format!("models/{model}:streamGenerateContent?alt=sse");
        with_key(
            WireRequest::post(join(&ask.service.base_url, &path), body),
            ask.key.as_ref(),
        )
    }

    fn list_models(&self, base_url: &str, key: Option<&SecretString>) -> WireRequest {
        with_key(WireRequest::get(join(base_url, "models")), key)
    }

    fn event(&self, event: &SseEvent, progress: &mut Progress) -> Result<Vec<Piece>, CallError> {
        read(&parse(&event.data)?, progress)
    }

    fn whole(&self, json: &Value, progress: &mut Progress) -> Result<Vec<Piece>, CallError> {
        // Without alt=sse a stream is one array of chunks.
        let chunks = json
            .as_array()
            .map_or_else(|| std::slice::from_ref(json), Vec::as_slice);
        let mut pieces = Vec::new();
        for chunk in chunks {
            pieces.extend(read(chunk, progress)?);
        }
        Ok(pieces)
    }
}

fn read(json: &Value, progress: &mut Progress) -> Result<Vec<Piece>, CallError> {
    if json.get("error").is_some() {
        return Err(error_inside(json));
    }
    if let Some(id) = json["responseId"].as_str() {
        progress.request_id = Some(id.to_owned());
    }
    if json["usageMetadata"].is_object() {
        // Every chunk has running totals: the last one stands.
        progress.usage = Some(read_usage(&json["usageMetadata"]));
    }
    let Some(candidate) = json["candidates"].get(0) else {
        return blocked(str_at(json, "/promptFeedback/blockReason"), progress);
    };
    let parts = candidate
        .pointer("/content/parts")
        .and_then(Value::as_array)
        .map(Vec::as_slice)
        .unwrap_or_default();
    let pieces = parts
        .iter()
        .filter_map(|part| {
            let text = str_at(part, "/text");
            if part["thought"] == true {
                progress.think(text)
            } else {
                progress.text(text)
            }
        })
        .collect();
    cited::grounding(&candidate["groundingMetadata"], &mut progress.citations);
    match str_at(candidate, "/finishReason") {
        "" => {}
        "MAX_TOKENS" => finish(FinishReason::Length, progress),
        "SAFETY" | "PROHIBITED_CONTENT" | "BLOCKLIST" | "SPII" | "MODEL_ARMOR" => refused(candidate, progress),
        "RECITATION" => {
            return Err(CallError::new(
                FailureKind::ContentFiltered,
                "The answer was stopped by the recitation filter.",
            ));
        }
        "MALFORMED_RESPONSE" | "MALFORMED_FUNCTION_CALL" => {
            return Err(CallError::new(
                FailureKind::BadResponse,
                "The model's reply was malformed.",
            ));
        }
        _ => finish(FinishReason::Stop, progress),
    }
    Ok(pieces)
}

fn blocked(reason: &str, progress: &mut Progress) -> Result<Vec<Piece>, CallError> {
    if !reason.is_empty() {
        progress.refusal = format!("The prompt was blocked ({reason}).");
        finish(FinishReason::Refusal, progress);
    }
    Ok(Vec::new())
}

fn refused(candidate: &Value, progress: &mut Progress) {
    progress.refusal = match str_at(candidate, "/finishMessage") {
        "" => format!("The answer was stopped ({}).", str_at(candidate, "/finishReason")),
        message => message.to_owned(),
    };
    finish(FinishReason::Refusal, progress);
}

const fn finish(reason: FinishReason, progress: &mut Progress) {
    progress.finish = Some(reason);
    progress.ended = true;
}

/// The prompt's count includes what came from the cache; the candidates' excludes thoughts, which
/// are billed as output.
fn read_usage(json: &Value) -> TokenUsage {
    let cached_input = count(json, "/cachedContentTokenCount");
    let reasoning = count(json, "/thoughtsTokenCount");
    TokenUsage {
        input: (count(json, "/promptTokenCount") + count(json, "/toolUsePromptTokenCount"))
            .saturating_sub(cached_input),
        cached_input,
        cache_write: 0,
        output: count(json, "/candidatesTokenCount") + reasoning,
        reasoning,
        estimated: false,
    }
}
