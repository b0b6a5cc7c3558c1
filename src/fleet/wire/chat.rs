//! OpenAI Chat Completions: strict as at OpenAI, lenient as at compatible servers.

use axum::http::HeaderMap;
use serde_json::{Value, json};

use super::{
    Asked, Ending, Picture, Reason, Refused, Source, Tokens, Wire, bearer, data, openai_models, openai_refusal,
    seen_of, unknown_field,
};

pub struct Chat {
    name: &'static str,
    strict: bool,
}

pub static CHAT_OPENAI: Chat = Chat {
    name: "openai",
    strict: true,
};
pub static CHAT_COMPATIBLE: Chat = Chat {
    name: "compatible",
    strict: false,
};

const KNOWN: &[&str] = &[
    "model",
    "messages",
    "max_completion_tokens",
    "max_tokens",
    "temperature",
    "top_p",
    "reasoning_effort",
    "verbosity",
    "response_format",
    "tools",
    "tool_choice",
    "parallel_tool_calls",
    "stream",
    "stream_options",
    "seed",
    "stop",
    "n",
    "store",
    "metadata",
    "service_tier",
    "prompt_cache_key",
    "safety_identifier",
    "user",
];

fn usage(tokens: Tokens) -> Value {
    let output = tokens.output + tokens.reasoning;
    json!({"prompt_tokens": tokens.input, "completion_tokens": output, "total_tokens": tokens.input + output,
           "prompt_tokens_details": {"cached_tokens": 0}, "completion_tokens_details": {"reasoning_tokens": tokens.reasoning}})
}

fn finish(ending: Ending) -> &'static str {
    match ending {
        Ending::Stop | Ending::Refusal => "stop",
        Ending::Length => "length",
        Ending::Filter => "content_filter",
    }
}

const DECLINED: &str = "I cannot help with that in this rehearsal.";

/// An image part: its address is inside an object here.
fn image_part(role: &str, kind: &str, part: &Value) -> Result<Picture, String> {
    if kind != "image_url" || role != "user" {
        return Err(format!(
            "Invalid value: '{kind}'. Supported values are: 'text' and, for users, 'image_url'."
        ));
    }
    Picture::only(part, &["type", "image_url"])?;
    let image = &part["image_url"];
    if !image.is_object() {
        return Err("Invalid type for 'image_url': expected an object".to_owned());
    }
    Picture::only(image, &["url", "detail"])?;
    Picture::read_data_url(image["url"].as_str())
}

impl Chat {
    fn chunk(&self, delta: Value, finish: Value, asked: &Asked, id: &str) -> String {
        let mut chunk = json!({"id": format!("chatcmpl-{id}"), "object": "chat.completion.chunk", "created": 1_760_000_000, "model": asked.model,
                               "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]});
        if asked.include_usage {
            chunk["usage"] = Value::Null;
        }
        data(&chunk)
    }

    fn bad(&self, message: impl AsRef<str>) -> Refused {
        self.refuse(400, Reason::BadRequest, message.as_ref())
    }
}

impl Wire for Chat {
    fn name(&self) -> &'static str {
        self.name
    }

    fn key(&self, headers: &HeaderMap) -> Option<String> {
        bearer(headers)
    }

    fn needs_key(&self) -> bool {
        self.strict
    }

    fn check(&self, _: &HeaderMap, body: &Value, _: Option<&str>, _: bool) -> Result<Asked, Refused> {
        if let Some(field) = unknown_field(body, KNOWN).filter(|_| self.strict) {
            return Err(self.bad(format!("Unrecognized request argument supplied: {field}")));
        }
        if self.strict && body.get("max_tokens").is_some() {
            let message = "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.";
            let mut refused = self.bad(message);
            refused.body["error"]["code"] = json!("unsupported_parameter");
            return Err(refused);
        }
        let model = body["model"]
            .as_str()
            .ok_or_else(|| self.bad("you must provide a model parameter"))?;
        let list = body["messages"]
            .as_array()
            .filter(|list| !list.is_empty())
            .ok_or_else(|| self.bad("Invalid 'messages': empty array."))?;
        let (mut messages, mut images) = (Vec::new(), Vec::new());
        for (at, message) in list.iter().enumerate() {
            let role = message["role"].as_str().unwrap_or_default();
            let role = match role {
                "developer" => "system",
                "system" | "user" | "assistant" => role,
                other => {
                    return Err(self.bad(format!("Invalid value: '{other}' for 'messages[{at}].role'.")));
                }
            };
            let (text, seen) = seen_of(&message["content"], &["text"], |kind, part| {
                image_part(role, kind, part)
            })
            .map_err(|error| self.bad(format!("messages[{at}]: {error}")))?;
            images.extend(seen);
            messages.push((role.to_owned(), text));
        }
        if self.strict && body.get("stream_options").is_some() && body["stream"] != true {
            return Err(self.bad("The 'stream_options' parameter is only allowed when 'stream' is enabled."));
        }
        Ok(Asked {
            model: model.to_owned(),
            messages,
            images,
            stream: body["stream"] == true,
            include_usage: body["stream_options"]["include_usage"] == true,
            temperature: body.get("temperature").is_some(),
            max_output_tokens: body["max_completion_tokens"].as_u64().or(body["max_tokens"].as_u64()),
        })
    }

    fn refuse(&self, status: u16, reason: Reason, message: &str) -> Refused {
        let mut refused = openai_refusal(status, reason, message);
        if !self.strict && reason != Reason::ContextLong && reason != Reason::Quota {
            // Compatible servers often repeat the status as a number.
            refused.body["error"]["code"] = json!(status);
        }
        refused
    }

    fn begin(&self, asked: &Asked, id: &str, _: Tokens) -> String {
        let comment = if self.strict { "" } else { ": PROCESSING\n\n" };
        comment.to_owned()
            + &self.chunk(
                json!({"role": "assistant", "content": "", "refusal": null}),
                Value::Null,
                asked,
                id,
            )
    }

    fn reasoning(&self, piece: &str, asked: &Asked, id: &str) -> String {
        self.chunk(json!({"reasoning_content": piece}), Value::Null, asked, id)
    }

    fn citation(&self, source: &Source, asked: &Asked, id: &str) -> String {
        if self.strict {
            let annotation = json!({"type": "url_citation", "url_citation": {"url": source.url, "title": source.title,
                                    "start_index": 0, "end_index": 1}});
            return self.chunk(json!({"annotations": [annotation]}), Value::Null, asked, id);
        }
        // As services do that search by themselves: beside the choices, in every chunk anew.
        data(
            &json!({"id": format!("chatcmpl-{id}"), "object": "chat.completion.chunk", "created": 1_760_000_000, "model": asked.model,
                     "citations": [source.url], "search_results": [{"url": source.url, "title": source.title}],
                     "choices": [{"index": 0, "delta": {}, "finish_reason": null}]}),
        )
    }

    fn text(&self, piece: &str, asked: &Asked, id: &str) -> String {
        self.chunk(json!({"content": piece}), Value::Null, asked, id)
    }

    fn end(&self, _: &str, ending: Ending, tokens: Option<Tokens>, asked: &Asked, id: &str) -> String {
        let mut frames = String::new();
        if ending == Ending::Refusal {
            frames += &self.chunk(json!({"refusal": DECLINED}), Value::Null, asked, id);
        }
        frames += &self.chunk(json!({}), json!(finish(ending)), asked, id);
        if let Some(tokens) = tokens.filter(|_| asked.include_usage) {
            frames += &data(
                &json!({"id": format!("chatcmpl-{id}"), "object": "chat.completion.chunk", "created": 1_760_000_000, "model": asked.model,
                                    "choices": [], "usage": usage(tokens)}),
            );
        }
        frames + "data: [DONE]\n\n"
    }

    fn error_event(&self) -> String {
        let code = if self.strict { Value::Null } else { json!(503) };
        data(
            &json!({"error": {"message": "The server had an error while processing your request.", "type": "server_error", "param": null, "code": code}}),
        )
    }

    fn whole(&self, full: &str, ending: Ending, tokens: Tokens, asked: &Asked, id: &str) -> Value {
        let refused = ending == Ending::Refusal;
        json!({"id": format!("chatcmpl-{id}"), "object": "chat.completion", "created": 1_760_000_000, "model": asked.model,
               "choices": [{"index": 0, "finish_reason": finish(ending), "message": {"role": "assistant",
                   "content": if refused { Value::Null } else { json!(full) }, "refusal": if refused { json!(DECLINED) } else { Value::Null }}}],
               "usage": usage(tokens), "service_tier": "default", "system_fingerprint": "fp_fleet"})
    }

    fn models(&self) -> Value {
        openai_models()
    }

    fn id_header(&self) -> Option<&'static str> {
        Some("x-request-id")
    }
}
