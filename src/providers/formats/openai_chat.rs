//! OpenAI Chat Completions (platform.openai.com, "Chat" and "Streaming"), at OpenAI itself and at
//! the many servers that speak it with differences: other names of the token limit, reasoning in
//! its own field, no usage, numeric error codes, errors inside a 200.

use quorum_domain::{
    FinishReason, TokenUsage,
    context::{PromptMessage, PromptRole},
};
use secrecy::SecretString;
use serde_json::{Value, json};

use super::{
    Format, Omitted, Optional, Progress, WireRequest, cited, count, data_url, error_inside, images_of, join, parse,
    str_at, with_bearer,
};
use crate::{Ask, CallError, Piece, sse::SseEvent};

pub struct OpenAiChat {
    /// The name of the token limit that is tried first.
    token_limit: &'static str,
    /// The name that is tried when that one is refused.
    other_token_limit: &'static str,
}

pub static OPENAI: OpenAiChat = OpenAiChat {
    token_limit: "max_completion_tokens",
    other_token_limit: "max_tokens",
};
pub static COMPATIBLE: OpenAiChat = OpenAiChat {
    token_limit: "max_tokens",
    other_token_limit: "max_completion_tokens",
};

/// Plain text, which every compatible server takes, or parts where there are images.
fn content(ask: &Ask, message: &PromptMessage) -> Value {
    let images: Vec<Value> = images_of(ask, message)
        .map(|image| json!({"type": "image_url", "image_url": {"url": data_url(image)}}))
        .collect();
    if images.is_empty() {
        return message.content.as_str().into();
    }
    let text = json!({"type": "text", "text": message.content});
    std::iter::once(text).chain(images).collect::<Vec<_>>().into()
}

impl Format for OpenAiChat {
    fn request(&self, ask: &Ask, omitted: &Omitted) -> WireRequest {
        let messages: Vec<Value> = ask
            .messages
            .iter()
            .map(|message| json!({"role": role(message.role), "content": content(ask, message)}))
            .collect();
        let mut body = json!({"model": ask.service.model, "messages": messages, "stream": true});
        let swapped = omitted.contains(&Optional::TokenLimitName);
        body[if swapped {
            self.other_token_limit
        } else {
            self.token_limit
        }] = ask.max_output_tokens.into();
        if !omitted.contains(&Optional::StreamOptions) {
            body["stream_options"] = json!({"include_usage": true});
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
            body["reasoning_effort"] = effort.as_str().into();
        }
        if let Some(structured) = ask
            .structured
            .as_ref()
            .filter(|_| !omitted.contains(&Optional::Structured))
        {
            body["response_format"] = json!({
                "type": "json_schema",
                "json_schema": {"name": structured.name, "strict": true, "schema": structured.schema},
            });
        }
        with_bearer(
            WireRequest::post(join(&ask.service.base_url, "chat/completions"), body),
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
        read(&parse(&event.data)?, "delta", progress)
    }

    fn whole(&self, json: &Value, progress: &mut Progress) -> Result<Vec<Piece>, CallError> {
        read(json, "message", progress)
    }
}

const fn role(role: PromptRole) -> &'static str {
    role.as_str()
}

/// Reads a chunk (`delta`) or a whole reply (`message`); both have the same form.
fn read(json: &Value, part: &str, progress: &mut Progress) -> Result<Vec<Piece>, CallError> {
    if json.get("error").is_some_and(|error| !error.is_null()) {
        return Err(error_inside(json));
    }
    // Groq puts it under x_groq in the last chunk.
    for usage in [&json["usage"], &json["x_groq"]["usage"]] {
        if usage.is_object() {
            progress.usage = Some(read_usage(usage));
        }
    }
    cited::beside_choices(json, &mut progress.citations);
    let Some(choice) = json["choices"].get(0) else {
        return Ok(Vec::new());
    };
    let said = &choice[part];
    cited::annotations(&said["annotations"], &mut progress.citations);
    // Some servers say the same under both names.
    let thought = ["reasoning_content", "reasoning"]
        .into_iter()
        .filter_map(|field| said[field].as_str())
        .find(|thought| !thought.is_empty());
    let mut pieces: Vec<Piece> = progress.think(thought.unwrap_or_default()).into_iter().collect();
    pieces.extend(progress.text(said["content"].as_str().unwrap_or_default()));
    if let Some(refusal) = said["refusal"].as_str().filter(|refusal| !refusal.is_empty()) {
        pieces.extend(progress.refuse(refusal));
    }
    read_finish(str_at(choice, "/finish_reason"), choice, progress)?;
    Ok(pieces)
}

fn read_finish(reason: &str, choice: &Value, progress: &mut Progress) -> Result<(), CallError> {
    let finish = match reason {
        "" => return Ok(()),
        "error" => return Err(error_inside(choice)),
        "length" => FinishReason::Length,
        "content_filter" => {
            return Err(CallError::new(
                quorum_domain::FailureKind::ContentFiltered,
                "The answer was stopped by the filter.",
            ));
        }
        _ => FinishReason::Stop,
    };
    if progress.finish != Some(FinishReason::Refusal) {
        progress.finish = Some(finish);
    }
    progress.ended = true;
    Ok(())
}

/// The prompt's count includes what came from and went to the cache; the completion's includes
/// reasoning.
fn read_usage(json: &Value) -> TokenUsage {
    let cached_input = count(json, "/prompt_tokens_details/cached_tokens");
    let cache_write = count(json, "/prompt_tokens_details/cache_write_tokens");
    TokenUsage {
        input: count(json, "/prompt_tokens").saturating_sub(cached_input + cache_write),
        cached_input,
        cache_write,
        output: count(json, "/completion_tokens"),
        reasoning: count(json, "/completion_tokens_details/reasoning_tokens"),
        estimated: false,
    }
}
