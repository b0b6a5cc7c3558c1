//! Anthropic Messages.

use axum::http::HeaderMap;
use serde_json::{Value, json};

use super::{
    Asked, Ending, MODELS, Picture, Reason, Refused, Source, Tokens, Wire, bearer, event, seen_of, text_of,
    unknown_field,
};

pub struct Anthropic;

const KNOWN: &[&str] = &[
    "model",
    "max_tokens",
    "messages",
    "system",
    "stream",
    "stop_sequences",
    "temperature",
    "top_p",
    "top_k",
    "thinking",
    "output_config",
    "tools",
    "tool_choice",
    "metadata",
    "service_tier",
    "cache_control",
];

fn usage(tokens: Tokens) -> Value {
    json!({"input_tokens": tokens.input, "cache_creation_input_tokens": 0, "cache_read_input_tokens": 0, "output_tokens": tokens.output + tokens.reasoning,
           "output_tokens_details": {"thinking_tokens": tokens.reasoning}, "service_tier": "standard"})
}

fn stop(ending: Ending) -> Value {
    match ending {
        Ending::Stop => {
            json!({"stop_reason": "end_turn", "stop_sequence": null, "stop_details": null})
        }
        Ending::Length => {
            json!({"stop_reason": "max_tokens", "stop_sequence": null, "stop_details": null})
        }
        Ending::Refusal | Ending::Filter => json!({"stop_reason": "refusal", "stop_sequence": null,
            "stop_details": {"type": "refusal", "category": "general_harms", "explanation": "This request was declined in rehearsal."}}),
    }
}

/// An image block; only the user shows images.
fn image_block(role: &str, kind: &str, part: &Value) -> Result<Picture, String> {
    if kind != "image" || role != "user" {
        return Err(format!(
            "Input tag '{kind}' found using 'type' does not match any of the expected tags"
        ));
    }
    Picture::only(part, &["type", "source", "cache_control"])?;
    let source = &part["source"];
    Picture::only(source, &["type", "media_type", "data"])?;
    if source["type"] != "base64" {
        return Err("source.type: Input should be 'base64'".to_owned());
    }
    let text = |field: &str| {
        source[field]
            .as_str()
            .ok_or_else(|| format!("source.{field}: Field required"))
    };
    Picture::read(text("media_type")?, text("data")?)
}

impl Anthropic {
    fn bad(&self, message: impl AsRef<str>) -> Refused {
        self.refuse(400, Reason::BadRequest, message.as_ref())
    }
}

impl Wire for Anthropic {
    fn name(&self) -> &'static str {
        "anthropic"
    }

    fn key(&self, headers: &HeaderMap) -> Option<String> {
        headers
            .get("x-api-key")
            .and_then(|key| key.to_str().ok())
            .map(str::to_owned)
            .or_else(|| bearer(headers))
    }

    fn check(&self, headers: &HeaderMap, body: &Value, _: Option<&str>, _: bool) -> Result<Asked, Refused> {
        let version = headers
            .get("anthropic-version")
            .and_then(|version| version.to_str().ok());
        let newer = match version {
            Some("2023-06-01") => false,
            Some("2026-10-21") => true,
            Some(other) => {
                return Err(self.bad(format!("anthropic-version: \"{other}\" is not a valid version")));
            }
            None => return Err(self.bad("anthropic-version: header is required")),
        };
        if let Some(field) = unknown_field(body, KNOWN) {
            return Err(self.bad(format!("{field}: Extra inputs are not permitted")));
        }
        for sampling in ["temperature", "top_p", "top_k"] {
            if newer && body.get(sampling).is_some() {
                return Err(self.bad(format!("{sampling}: Extra inputs are not permitted")));
            }
        }
        if !body["max_tokens"].is_u64() {
            return Err(self.bad("max_tokens: Field required"));
        }
        let model = body["model"]
            .as_str()
            .ok_or_else(|| self.bad("model: Field required"))?;
        let list = body["messages"]
            .as_array()
            .filter(|list| !list.is_empty())
            .ok_or_else(|| self.bad("messages: at least one message is required"))?;
        let (mut messages, mut images) = (Vec::new(), Vec::new());
        if let Some(system) = body.get("system") {
            messages.push((
                "system".into(),
                text_of(system, &["text"]).map_err(|error| self.bad(error))?,
            ));
        }
        for (at, message) in list.iter().enumerate() {
            let role = message["role"]
                .as_str()
                .filter(|role| matches!(*role, "user" | "assistant"));
            let role =
                role.ok_or_else(|| self.bad(format!("messages.{at}.role: Input should be 'user' or 'assistant'")))?;
            let (text, seen) = seen_of(&message["content"], &["text"], |kind, part| {
                image_block(role, kind, part)
            })
            .map_err(|error| self.bad(format!("messages.{at}.content: {error}")))?;
            images.extend(seen);
            if text.is_empty() {
                return Err(self.bad(format!("messages.{at}: all messages must have non-empty content")));
            }
            messages.push((role.to_owned(), text));
        }
        if messages
            .iter()
            .find(|(role, _)| role != "system")
            .is_some_and(|(role, _)| role != "user")
        {
            return Err(self.bad("messages: first message must use the \"user\" role"));
        }
        if messages.last().is_some_and(|(role, _)| role != "user") {
            return Err(self.bad(
                "This model does not support assistant message prefill. The conversation must end with a user message.",
            ));
        }
        Ok(Asked {
            model: model.to_owned(),
            messages,
            images,
            stream: body["stream"] == true,
            include_usage: true,
            temperature: body.get("temperature").is_some(),
            max_output_tokens: body["max_tokens"].as_u64(),
        })
    }

    fn refuse(&self, status: u16, reason: Reason, message: &str) -> Refused {
        let kind = match reason {
            Reason::BadRequest | Reason::ContextLong => "invalid_request_error",
            Reason::Auth => "authentication_error",
            Reason::NotFound => "not_found_error",
            Reason::RateLimited => "rate_limit_error",
            Reason::Quota => "billing_error",
            Reason::Overloaded => "overloaded_error",
            Reason::Internal => "api_error",
        };
        let body = json!({"type": "error", "error": {"type": kind, "message": message}, "request_id": "req_rehearsal"});
        Refused {
            status,
            body,
            headers: Vec::new(),
        }
    }

    fn begin(&self, asked: &Asked, id: &str, tokens: Tokens) -> String {
        let mut first = usage(tokens);
        first["output_tokens"] = json!(1);
        let message = json!({"id": format!("msg_{id}"), "type": "message", "role": "assistant", "model": asked.model, "content": [],
                             "stop_reason": null, "stop_sequence": null, "stop_details": null, "usage": first});
        event(&json!({"type": "message_start", "message": message}))
            + &event(&json!({"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}))
            + &event(&json!({"type": "ping"}))
    }

    fn reasoning(&self, piece: &str, _: &Asked, _: &str) -> String {
        event(
            &json!({"type": "content_block_delta", "index": 0, "delta": {"type": "thinking_delta", "thinking": piece}}),
        )
    }

    fn citation(&self, source: &Source, _: &Asked, _: &str) -> String {
        let citation = json!({"type": "web_search_result_location", "url": source.url, "title": source.title,
                              "encrypted_index": "Eo8BCioI", "cited_text": "As it is said there."});
        event(
            &json!({"type": "content_block_delta", "index": 0, "delta": {"type": "citations_delta", "citation": citation}}),
        )
    }

    fn text(&self, piece: &str, _: &Asked, _: &str) -> String {
        event(&json!({"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": piece}}))
    }

    fn end(&self, _: &str, ending: Ending, tokens: Option<Tokens>, _: &Asked, _: &str) -> String {
        let usage = tokens.map_or_else(|| json!({"output_tokens": 0}), usage);
        event(&json!({"type": "content_block_stop", "index": 0}))
            + &event(&json!({"type": "message_delta", "delta": stop(ending), "usage": usage}))
            + &event(&json!({"type": "message_stop"}))
    }

    fn error_event(&self) -> String {
        event(&json!({"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}))
    }

    fn whole(&self, full: &str, ending: Ending, tokens: Tokens, asked: &Asked, id: &str) -> Value {
        let mut message = json!({"id": format!("msg_{id}"), "type": "message", "role": "assistant", "model": asked.model,
                                 "content": [{"type": "text", "text": full}], "usage": usage(tokens)});
        if ending == Ending::Refusal {
            message["content"] = json!([]);
        }
        if let (Some(message), Value::Object(stop)) = (message.as_object_mut(), stop(ending)) {
            message.extend(stop);
        }
        message
    }

    fn models(&self) -> Value {
        let models: Vec<Value> = MODELS
            .iter()
            .map(|id| json!({"id": id, "type": "model", "display_name": id, "created_at": "2026-10-01T00:00:00Z", "max_input_tokens": 200_000, "max_tokens": 64_000}))
            .collect();
        json!({"data": models, "has_more": false, "first_id": MODELS[0], "last_id": MODELS[MODELS.len() - 1]})
    }

    fn id_header(&self) -> Option<&'static str> {
        Some("request-id")
    }
}
