//! OpenAI Responses.

use axum::http::HeaderMap;
use serde_json::{Value, json};

use super::{
    Asked, Ending, Picture, Reason, Refused, Source, Tokens, Wire, bearer, event, openai_models, openai_refusal,
    seen_of, unknown_field,
};

pub struct Responses;

const KNOWN: &[&str] = &[
    "model",
    "input",
    "instructions",
    "max_output_tokens",
    "reasoning",
    "text",
    "tools",
    "tool_choice",
    "store",
    "previous_response_id",
    "include",
    "truncation",
    "background",
    "stream",
    "temperature",
    "top_p",
    "metadata",
    "service_tier",
    "prompt_cache_key",
    "safety_identifier",
];
const DECLINED: &str = "I cannot help with that in this rehearsal.";

/// An image item: its address is a string here.
fn image_item(role: &str, kind: &str, part: &Value) -> Result<Picture, String> {
    if kind != "input_image" || role != "user" {
        return Err(format!("Invalid value: '{kind}'."));
    }
    Picture::only(part, &["type", "image_url", "detail"])?;
    if !matches!(part["detail"].as_str(), Some("auto" | "low" | "high")) {
        return Err("Missing required parameter: 'detail'.".to_owned());
    }
    Picture::read_data_url(part["image_url"].as_str())
}

fn usage(tokens: Tokens) -> Value {
    let output = tokens.output + tokens.reasoning;
    json!({"input_tokens": tokens.input, "input_tokens_details": {"cached_tokens": 0}, "output_tokens": output,
           "output_tokens_details": {"reasoning_tokens": tokens.reasoning}, "total_tokens": tokens.input + output})
}

fn response(status: &str, output: Value, usage: Value, incomplete: Value, asked: &Asked, id: &str) -> Value {
    json!({"id": format!("resp_{id}"), "object": "response", "created_at": 1_760_000_000, "status": status, "error": null,
           "incomplete_details": incomplete, "instructions": null, "metadata": {}, "model": asked.model, "output": output,
           "parallel_tool_calls": true, "temperature": 1.0, "tool_choice": "auto", "tools": [], "top_p": 1.0, "usage": usage})
}

fn output(full: &str, ending: Ending, id: &str) -> Value {
    let part = if ending == Ending::Refusal {
        json!({"type": "refusal", "refusal": DECLINED})
    } else {
        json!({"type": "output_text", "text": full, "annotations": []})
    };
    json!([{"type": "message", "id": format!("msg_{id}"), "status": "completed", "role": "assistant", "content": [part]}])
}

fn finished(full: &str, ending: Ending, usage: Value, asked: &Asked, id: &str) -> (&'static str, Value) {
    let incomplete = match ending {
        Ending::Length => Some("max_output_tokens"),
        Ending::Filter => Some("content_filter"),
        Ending::Stop | Ending::Refusal => None,
    };
    match incomplete {
        Some(reason) => (
            "response.incomplete",
            response(
                "incomplete",
                output(full, ending, id),
                usage,
                json!({"reason": reason}),
                asked,
                id,
            ),
        ),
        None => (
            "response.completed",
            response("completed", output(full, ending, id), usage, Value::Null, asked, id),
        ),
    }
}

impl Responses {
    fn bad(&self, message: impl AsRef<str>) -> Refused {
        self.refuse(400, Reason::BadRequest, message.as_ref())
    }
}

impl Wire for Responses {
    fn name(&self) -> &'static str {
        "responses"
    }

    fn key(&self, headers: &HeaderMap) -> Option<String> {
        bearer(headers)
    }

    fn check(&self, _: &HeaderMap, body: &Value, _: Option<&str>, _: bool) -> Result<Asked, Refused> {
        if let Some(field) = unknown_field(body, KNOWN) {
            return Err(self.bad(format!("Unknown parameter: '{field}'.")));
        }
        let model = body["model"]
            .as_str()
            .ok_or_else(|| self.bad("Missing required parameter: 'model'."))?;
        let (mut messages, mut images) = (Vec::new(), Vec::new());
        if let Some(instructions) = body["instructions"].as_str() {
            messages.push(("system".to_owned(), instructions.to_owned()));
        }
        match &body["input"] {
            Value::String(text) => messages.push(("user".to_owned(), text.clone())),
            Value::Array(items) => {
                for (at, item) in items.iter().enumerate() {
                    let role = item["role"].as_str().unwrap_or_default();
                    let (role, types): (&str, &[&str]) = match role {
                        "user" => ("user", &["input_text"]),
                        "assistant" => ("assistant", &["output_text", "refusal"]),
                        "system" | "developer" => ("system", &["input_text"]),
                        other => {
                            return Err(self.bad(format!("Invalid value: '{other}' for 'input[{at}].role'.")));
                        }
                    };
                    let (text, seen) = seen_of(&item["content"], types, |kind, part| image_item(role, kind, part))
                        .map_err(|error| self.bad(format!("input[{at}].content: {error}")))?;
                    images.extend(seen);
                    messages.push((role.to_owned(), text));
                }
            }
            _ => return Err(self.bad("Missing required parameter: 'input'.")),
        }
        Ok(Asked {
            model: model.to_owned(),
            messages,
            images,
            stream: body["stream"] == true,
            include_usage: true,
            temperature: body.get("temperature").is_some(),
            max_output_tokens: body["max_output_tokens"].as_u64(),
        })
    }

    fn refuse(&self, status: u16, reason: Reason, message: &str) -> Refused {
        openai_refusal(status, reason, message)
    }

    fn begin(&self, asked: &Asked, id: &str, _: Tokens) -> String {
        let open = response("in_progress", json!([]), Value::Null, Value::Null, asked, id);
        let item = json!({"type": "message", "id": format!("msg_{id}"), "status": "in_progress", "role": "assistant", "content": []});
        event(&json!({"type": "response.created", "sequence_number": 0, "response": open}))
            + &event(&json!({"type": "response.in_progress", "sequence_number": 1, "response": open}))
            + &event(
                &json!({"type": "response.output_item.added", "sequence_number": 2, "output_index": 0, "item": item}),
            )
            + &event(
                &json!({"type": "response.content_part.added", "sequence_number": 3, "item_id": format!("msg_{id}"), "output_index": 0,
                             "content_index": 0, "part": {"type": "output_text", "text": "", "annotations": []}}),
            )
    }

    fn reasoning(&self, piece: &str, _: &Asked, id: &str) -> String {
        event(
            &json!({"type": "response.reasoning_summary_text.delta", "sequence_number": 4, "item_id": format!("rs_{id}"), "output_index": 0,
                      "summary_index": 0, "delta": piece}),
        )
    }

    fn citation(&self, source: &Source, _: &Asked, id: &str) -> String {
        let annotation =
            json!({"type": "url_citation", "url": source.url, "title": source.title, "start_index": 0, "end_index": 1});
        event(
            &json!({"type": "response.output_text.annotation.added", "sequence_number": 5, "item_id": format!("msg_{id}"), "output_index": 0,
                      "content_index": 0, "annotation_index": 0, "annotation": annotation}),
        )
    }

    fn text(&self, piece: &str, _: &Asked, id: &str) -> String {
        event(
            &json!({"type": "response.output_text.delta", "sequence_number": 5, "item_id": format!("msg_{id}"), "output_index": 0,
                      "content_index": 0, "delta": piece, "logprobs": []}),
        )
    }

    fn end(&self, full: &str, ending: Ending, tokens: Option<Tokens>, asked: &Asked, id: &str) -> String {
        let mut frames = String::new();
        if ending == Ending::Refusal {
            frames += &event(
                &json!({"type": "response.refusal.delta", "sequence_number": 6, "item_id": format!("msg_{id}"), "output_index": 0,
                                     "content_index": 0, "delta": DECLINED}),
            );
        }
        let (kind, response) = finished(full, ending, tokens.map_or(Value::Null, usage), asked, id);
        frames + &event(&json!({"type": kind, "sequence_number": 7, "response": response}))
    }

    fn error_event(&self) -> String {
        event(
            &json!({"type": "error", "code": "server_error", "message": "The server had an error.", "param": null, "sequence_number": 8}),
        )
    }

    fn whole(&self, full: &str, ending: Ending, tokens: Tokens, asked: &Asked, id: &str) -> Value {
        finished(full, ending, usage(tokens), asked, id).1
    }

    fn models(&self) -> Value {
        openai_models()
    }

    fn id_header(&self) -> Option<&'static str> {
        Some("x-request-id")
    }
}
