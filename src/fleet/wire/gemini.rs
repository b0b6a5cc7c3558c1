//! Google Gemini generateContent.

use axum::http::HeaderMap;
use serde_json::{Value, json};

use super::{Asked, Ending, MODELS, Picture, Reason, Refused, Source, Tokens, Wire, data, unknown_field};

pub struct Gemini;

const KNOWN: &[&str] = &[
    "contents",
    "systemInstruction",
    "system_instruction",
    "generationConfig",
    "generation_config",
    "safetySettings",
    "tools",
    "toolConfig",
    "cachedContent",
];
const KNOWN_CONFIG: &[&str] = &[
    "maxOutputTokens",
    "temperature",
    "topP",
    "topK",
    "stopSequences",
    "responseMimeType",
    "responseSchema",
    "responseJsonSchema",
    "thinkingConfig",
    "candidateCount",
    "seed",
    "presencePenalty",
    "frequencyPenalty",
];

fn usage(tokens: Tokens) -> Value {
    json!({"promptTokenCount": tokens.input, "candidatesTokenCount": tokens.output, "thoughtsTokenCount": tokens.reasoning,
           "totalTokenCount": tokens.input + tokens.output + tokens.reasoning})
}

fn chunk(parts: Value, finish: Option<&str>, usage: Option<Value>, asked: &Asked, id: &str) -> Value {
    let mut candidate = json!({"content": {"parts": parts, "role": "model"}, "index": 0});
    if let Some(finish) = finish {
        candidate["finishReason"] = json!(finish);
    }
    let mut chunk = json!({"candidates": [candidate], "modelVersion": asked.model, "responseId": id});
    if let Some(usage) = usage {
        chunk["usageMetadata"] = usage;
    }
    chunk
}

const fn finish(ending: Ending) -> &'static str {
    match ending {
        Ending::Stop => "STOP",
        Ending::Length => "MAX_TOKENS",
        Ending::Refusal => "SAFETY",
        Ending::Filter => "RECITATION",
    }
}

fn text_parts(content: &Value) -> Option<String> {
    let parts = content["parts"].as_array().filter(|parts| !parts.is_empty())?;
    let texts: Option<Vec<&str>> = parts.iter().map(|part| part["text"].as_str()).collect();
    texts.map(|texts| texts.join("")).filter(|text| !text.is_empty())
}

/// Text and images of a content; both spellings are read.
fn seen_parts(content: &Value) -> Result<(String, Vec<Picture>), String> {
    let parts = content["parts"].as_array().filter(|parts| !parts.is_empty());
    let parts = parts.ok_or("* GenerateContentRequest.contents.parts: must not be empty")?;
    let (mut text, mut pictures) = (String::new(), Vec::new());
    for part in parts {
        let inline = part.get("inlineData").or_else(|| part.get("inline_data"));
        match (part["text"].as_str(), inline) {
            (Some(said), None) => text.push_str(said),
            (None, Some(image)) => {
                Picture::only(image, &["mimeType", "mime_type", "data"])?;
                let kind = image.get("mimeType").or_else(|| image.get("mime_type"));
                let kind = kind.and_then(Value::as_str).unwrap_or_default();
                pictures.push(Picture::read(kind, image["data"].as_str().unwrap_or_default())?);
            }
            _ => return Err("* GenerateContentRequest.contents.parts: one of text and inline_data".to_owned()),
        }
    }
    if text.is_empty() && pictures.is_empty() {
        return Err("* GenerateContentRequest.contents.parts: must not be empty".to_owned());
    }
    Ok((text, pictures))
}

impl Gemini {
    fn bad(&self, message: impl AsRef<str>) -> Refused {
        self.refuse(400, Reason::BadRequest, message.as_ref())
    }
}

impl Wire for Gemini {
    fn name(&self) -> &'static str {
        "gemini"
    }

    fn key(&self, headers: &HeaderMap) -> Option<String> {
        headers
            .get("x-goog-api-key")
            .and_then(|key| key.to_str().ok())
            .map(str::to_owned)
    }

    fn check(&self, _: &HeaderMap, body: &Value, path_model: Option<&str>, stream: bool) -> Result<Asked, Refused> {
        let unknown = |field: &str| {
            self.bad(format!(
                "Invalid JSON payload received. Unknown name \"{field}\": Cannot find field."
            ))
        };
        if let Some(field) = unknown_field(body, KNOWN) {
            return Err(unknown(field));
        }
        let config = body
            .get("generationConfig")
            .or_else(|| body.get("generation_config"))
            .unwrap_or(&Value::Null);
        if let Some(field) = unknown_field(config, KNOWN_CONFIG) {
            return Err(unknown(field));
        }
        let (mut messages, mut images) = (Vec::new(), Vec::new());
        if let Some(system) = body.get("systemInstruction").or_else(|| body.get("system_instruction")) {
            messages.push((
                "system".to_owned(),
                text_parts(system)
                    .ok_or_else(|| self.bad("* GenerateContentRequest.system_instruction.parts: must not be empty"))?,
            ));
        }
        let contents = body["contents"]
            .as_array()
            .filter(|list| !list.is_empty())
            .ok_or_else(|| self.bad("* GenerateContentRequest.contents: contents is not specified"))?;
        for content in contents {
            let role = match content["role"].as_str() {
                Some("user") | None => "user",
                Some("model") => "assistant",
                Some(_) => return Err(self.bad("Please use a valid role: user, model.")),
            };
            let (text, seen) = seen_parts(content).map_err(|error| self.bad(error))?;
            if role != "user" && !seen.is_empty() {
                return Err(self.bad("Please use a valid role for images: user."));
            }
            images.extend(seen);
            messages.push((role.to_owned(), text));
        }
        Ok(Asked {
            model: path_model.unwrap_or_default().to_owned(),
            messages,
            images,
            stream,
            include_usage: true,
            temperature: config.get("temperature").is_some(),
            max_output_tokens: config["maxOutputTokens"].as_u64(),
        })
    }

    fn refuse(&self, status: u16, reason: Reason, message: &str) -> Refused {
        let (status, code) = match reason {
            Reason::BadRequest => (status, "INVALID_ARGUMENT"),
            // A wrong key is a 400 here.
            Reason::Auth => (400, "INVALID_ARGUMENT"),
            Reason::NotFound => (status, "NOT_FOUND"),
            Reason::RateLimited | Reason::Quota => (429, "RESOURCE_EXHAUSTED"),
            Reason::Overloaded => (503, "UNAVAILABLE"),
            Reason::Internal => (status, "INTERNAL"),
            Reason::ContextLong => (400, "INVALID_ARGUMENT"),
        };
        let details = match reason {
            Reason::Auth => {
                json!([{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "API_KEY_INVALID", "domain": "googleapis.com"}])
            }
            Reason::RateLimited => {
                json!([{"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "1s"}])
            }
            Reason::Quota => {
                json!([{"@type": "type.googleapis.com/google.rpc.QuotaFailure", "violations": [{"quotaId": "GenerateRequestsPerDayPerProject"}]}])
            }
            _ => json!([]),
        };
        let message = if reason == Reason::ContextLong {
            "The input token count exceeds the maximum number of tokens allowed."
        } else {
            message
        };
        Refused {
            status,
            body: json!({"error": {"code": status, "message": message, "status": code, "details": details}}),
            headers: Vec::new(),
        }
    }

    fn begin(&self, _: &Asked, _: &str, _: Tokens) -> String {
        String::new()
    }

    fn reasoning(&self, piece: &str, asked: &Asked, id: &str) -> String {
        data(&chunk(json!([{"text": piece, "thought": true}]), None, None, asked, id))
    }

    fn citation(&self, source: &Source, asked: &Asked, id: &str) -> String {
        let mut grounded = chunk(json!([{"text": ""}]), None, None, asked, id);
        grounded["candidates"][0]["groundingMetadata"] = json!({"webSearchQueries": ["index logs"], "groundingChunks": [{"web": {"uri": source.url, "title": source.title}}]});
        data(&grounded)
    }

    fn text(&self, piece: &str, asked: &Asked, id: &str) -> String {
        data(&chunk(json!([{"text": piece}]), None, None, asked, id))
    }

    fn end(&self, _: &str, ending: Ending, tokens: Option<Tokens>, asked: &Asked, id: &str) -> String {
        data(&chunk(
            json!([{"text": ""}]),
            Some(finish(ending)),
            tokens.map(usage),
            asked,
            id,
        ))
    }

    fn error_event(&self) -> String {
        // In mid-stream the real service sends the error as bare, indented JSON.
        "{\n  \"error\": {\n    \"code\": 503,\n    \"message\": \"The model is overloaded.\",\n    \"status\": \"UNAVAILABLE\"\n  }\n}\n".to_owned()
    }

    fn whole(&self, full: &str, ending: Ending, tokens: Tokens, asked: &Asked, id: &str) -> Value {
        if ending == Ending::Refusal {
            return json!({"promptFeedback": {"blockReason": "SAFETY"}, "usageMetadata": usage(tokens), "modelVersion": asked.model, "responseId": id});
        }
        chunk(
            json!([{"text": full}]),
            Some(finish(ending)),
            Some(usage(tokens)),
            asked,
            id,
        )
    }

    fn models(&self) -> Value {
        let models: Vec<Value> = MODELS
            .iter()
            .map(|id| json!({"name": format!("models/{id}"), "displayName": id, "inputTokenLimit": 200_000, "outputTokenLimit": 64_000,
                             "supportedGenerationMethods": ["generateContent", "countTokens"]}))
            .collect();
        json!({"models": models})
    }

    fn id_header(&self) -> Option<&'static str> {
        None
    }
}
