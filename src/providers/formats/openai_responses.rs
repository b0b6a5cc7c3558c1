//! OpenAI Responses (platform.openai.com, "Responses" and "Streaming responses"), stateless.

use quorum_domain::{
    FailureKind, FinishReason, TokenUsage,
    context::{PromptMessage, PromptRole},
};
use secrecy::SecretString;
use serde_json::{Value, json};

use super::{
    Format, Omitted, Optional, Progress, WireRequest, cited, count, data_url, error_inside, images_of, join, parse,
    split_system, str_at, wants_thoughts, with_bearer,
};
use crate::{Ask, CallError, Piece, sse::SseEvent};

pub struct OpenAiResponses;

fn item(ask: &Ask, message: &PromptMessage) -> Value {
    let kind = if message.role == PromptRole::Assistant {
        "output_text"
    } else {
        "input_text"
    };
    let text = json!({"type": kind, "text": message.content});
    // The address is a string here, and an object in Chat Completions.
    let images = images_of(ask, message)
        .map(|image| json!({"type": "input_image", "image_url": data_url(image), "detail": "auto"}));
    let content: Vec<Value> = std::iter::once(text).chain(images).collect();
    json!({"role": message.role, "content": content})
}

impl Format for OpenAiResponses {
    fn request(&self, ask: &Ask, omitted: &Omitted) -> WireRequest {
        let (system, messages) = split_system(ask);
        let input: Vec<Value> = messages.iter().map(|message| item(ask, message)).collect();
        let mut body = json!({
            "model": ask.service.model,
            "input": input,
            "max_output_tokens": ask.max_output_tokens.max(16),
            "store": false,
            "stream": true,
        });
        if !system.is_empty() {
            body["instructions"] = system.into();
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
            body["reasoning"] = json!({"effort": effort});
        }
        if wants_thoughts(ask, omitted) {
            body["reasoning"]["summary"] = "auto".into();
        }
        if let Some(structured) = ask
            .structured
            .as_ref()
            .filter(|_| !omitted.contains(&Optional::Structured))
        {
            body["text"] = json!({"format": {
                "type": "json_schema", "name": structured.name, "strict": true, "schema": structured.schema,
            }});
        }
        with_bearer(
            WireRequest::post(join(&ask.service.base_url, "responses"), body),
            ask.key.as_ref(),
        )
    }

    fn list_models(&self, base_url: &str, key: Option<&SecretString>) -> WireRequest {
        with_bearer(WireRequest::get(join(base_url, "models")), key)
    }

    fn event(&self, event: &SseEvent, progress: &mut Progress) -> Result<Vec<Piece>, CallError> {
        if event.data.trim() == "[DONE]" {
            return Ok(Vec::new());
        }
        let json = parse(&event.data)?;
        let piece = match str_at(&json, "/type") {
            "response.output_text.delta" => progress.text(str_at(&json, "/delta")),
            "response.refusal.delta" => progress.refuse(str_at(&json, "/delta")),
            "response.reasoning_summary_text.delta" | "response.reasoning_text.delta" => {
                progress.think(str_at(&json, "/delta"))
            }
            "response.reasoning_summary_part.added" => progress.think_anew(),
            "response.output_text.annotation.added" => {
                cited::annotation(&json["annotation"], &mut progress.citations);
                None
            }
            "response.completed" | "response.incomplete" => {
                // Who says no annotation while it writes may name them all here.
                for part in parts_of(&json["response"]) {
                    cited::annotations(&part["annotations"], &mut progress.citations);
                }
                end(&json["response"], progress)?;
                None
            }
            "response.failed" => return Err(error_inside(&json)),
            // It has no `error` key, so the official client takes it for an ordinary event.
            "error" => return Err(error_inside(&json)),
            _ => None,
        };
        Ok(piece.into_iter().collect())
    }

    fn whole(&self, json: &Value, progress: &mut Progress) -> Result<Vec<Piece>, CallError> {
        if json.get("error").is_some_and(|error| !error.is_null()) || json["status"] == "failed" {
            return Err(error_inside(json));
        }
        let mut pieces = Vec::new();
        for part in parts_of(json) {
            cited::annotations(&part["annotations"], &mut progress.citations);
            match str_at(part, "/type") {
                "output_text" => pieces.extend(progress.text(str_at(part, "/text"))),
                "refusal" => pieces.extend(progress.refuse(str_at(part, "/refusal"))),
                "summary_text" | "reasoning_text" => {
                    pieces.extend(progress.think_anew());
                    pieces.extend(progress.think(str_at(part, "/text")));
                }
                _ => {}
            }
        }
        end(json, progress)?;
        Ok(pieces)
    }
}

/// The parts of all items of a reply: what was thought, what was written, what was refused.
fn parts_of(response: &Value) -> impl Iterator<Item = &Value> {
    let items = response["output"].as_array().map(Vec::as_slice).unwrap_or_default();
    items
        .iter()
        .flat_map(|item| [&item["summary"], &item["content"]])
        .filter_map(Value::as_array)
        .flatten()
}

fn end(response: &Value, progress: &mut Progress) -> Result<(), CallError> {
    if response["usage"].is_object() {
        progress.usage = Some(read_usage(&response["usage"]));
    }
    let finish = match str_at(response, "/incomplete_details/reason") {
        "content_filter" => {
            return Err(CallError::new(
                FailureKind::ContentFiltered,
                "The answer was stopped by the filter.",
            ));
        }
        "" => FinishReason::Stop,
        _ => FinishReason::Length,
    };
    if progress.finish != Some(FinishReason::Refusal) {
        progress.finish = Some(finish);
    }
    progress.ended = true;
    Ok(())
}

/// The input's count includes what came from the cache; the output's includes reasoning.
fn read_usage(json: &Value) -> TokenUsage {
    let cached_input = count(json, "/input_tokens_details/cached_tokens");
    let cache_write = count(json, "/input_tokens_details/cache_write_tokens");
    TokenUsage {
        input: count(json, "/input_tokens").saturating_sub(cached_input + cache_write),
        cached_input,
        cache_write,
        output: count(json, "/output_tokens"),
        reasoning: count(json, "/output_tokens_details/reasoning_tokens"),
        estimated: false,
    }
}
