//! The description of what Quorum tells by itself (AsyncAPI 3.0): events over WebSockets and as
//! server-sent events, and messages to webhooks. Made from the same Rust types that are sent, by the
//! schemas that the description of the API has of them.

use std::collections::BTreeSet;

use quorum_domain::WebhookEvent;
use serde_json::{Map, Value, json};

/// Where a schema stands in both descriptions.
const SCHEMAS: &str = "#/components/schemas/";

/// The whole document.
pub fn asyncapi(openapi: &utoipa::openapi::OpenApi) -> Value {
    let openapi = serde_json::to_value(openapi).unwrap_or_default();
    let known = openapi["components"]["schemas"]
        .as_object()
        .cloned()
        .unwrap_or_default();
    let mut messages = Messages::default();
    let stored = messages.add_stored_events(&known);
    let live = messages.add_frames(&known);
    let webhook = messages.add_webhook_messages();
    let closed = messages.add_closed();
    let with_live = |names: &[&str]| -> Vec<String> {
        let live = live.iter().filter(|name| names.contains(&name.as_str()));
        stored.iter().chain(live).cloned().collect()
    };
    let of_conversation = with_live(&["response_delta", "thoughts_delta", "ready", "resync"]);
    let of_list: Vec<String> = ["conversation_changed", "ready", "resync"].map(str::to_owned).into();
    let streamed = |names: &[String]| -> Vec<String> { names.iter().chain([&closed]).cloned().collect() };
    let (in_conversation_stream, in_list_stream) = (streamed(&of_conversation), streamed(&of_list));
    let schemas = closure(&messages.named, &known);
    json!({
        "asyncapi": "3.0.0",
        "info": {
            "title": openapi["info"]["title"],
            "version": openapi["info"]["version"],
            "description": INTRODUCTION,
            "license": {"name": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"},
        },
        "defaultContentType": "application/json",
        "channels": {
            "conversation": socket("/ws/conversation/{id}", "What happens in a conversation", &of_conversation, &json!({
                "after": {"type": "integer", "description": "Events after this number are told first; 0 tells all."},
                "ticket": ticket(),
            })),
            "list": socket("/ws/user", "Changes of the list of conversations", &of_list, &json!({"ticket": ticket()})),
            "conversation_stream": stream("/api/v1/conversations/{id}/stream", "What happens in a conversation, as server-sent events", &in_conversation_stream),
            "list_stream": stream("/api/v1/stream", "Changes of the list of conversations, as server-sent events", &in_list_stream),
            "webhook": {
                "address": null,
                "title": "Messages to webhooks",
                "description": WEBHOOK,
                "messages": references(&webhook),
            },
        },
        "operations": {
            "tell_of_conversation": telling("conversation", &of_conversation),
            "tell_of_list": telling("list", &of_list),
            "stream_conversation": telling("conversation_stream", &in_conversation_stream),
            "stream_list": telling("list_stream", &in_list_stream),
            "tell_webhook": telling("webhook", &webhook),
        },
        "components": {
            "messages": messages.named,
            "schemas": schemas,
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer",
                    "description": "A personal API token or an access token, as `Authorization: Bearer`."},
                "session": {"type": "httpApiKey", "in": "cookie", "name": "quorum_session",
                    "description": "Given by the sign-in; the page that opens the socket must be Quorum's own."},
            },
        },
    })
}

const INTRODUCTION: &str = "What Quorum tells by itself. Stored events carry `seq`, which counts 1, 2, 3, … without gaps \
    within a conversation; after a break, go on with `after` of the last one. A `response_delta` is a piece of text at \
    `offset` (UTF-16 code units) of an attempt; a higher attempt begins anew, and a gap means that the text has to be \
    read by the API. A `thoughts_delta` is the same of what is thought before the text, with offsets of its own. Unknown types are to be passed over. A socket ends with 4401 (signed out), 4404 (deleted), 4408 \
    (it did not read) or 1012 (come again).";

const WEBHOOK: &str = "A POST to the address that the user gave, signed as Standard Webhooks 1.0 has it: `webhook-id` \
    (the same at every attempt), `webhook-timestamp` and `webhook-signature` (`v1,` and HMAC-SHA256 in base64 over id, \
    time and body with full stops between them).";

fn ticket() -> Value {
    json!({"type": "string", "description": "Of `POST /api/v1/ws-tickets`, for those who cannot send headers."})
}

fn socket(address: &str, title: &str, messages: &[String], query: &Value) -> Value {
    let mut channel = json!({
        "address": address,
        "title": title,
        "messages": references(messages),
        "bindings": {"ws": {"method": "GET", "query": {"type": "object", "properties": query}, "bindingVersion": "0.1.0"}},
    });
    if address.contains("{id}") {
        channel["parameters"] = json!({"id": {"description": "The conversation."}});
    }
    channel
}

/// Server-sent events: each message is the `data` of an event, and its number the `id`.
fn stream(address: &str, title: &str, messages: &[String]) -> Value {
    let mut channel = json!({
        "address": address,
        "title": title,
        "description": "GET with `Accept: text/event-stream`. `Last-Event-ID`, or `?after=`, says after which number to go on.",
        "messages": references(messages),
    });
    if address.contains("{id}") {
        channel["parameters"] = json!({"id": {"description": "The conversation."}});
    }
    channel
}

fn references(names: &[String]) -> Value {
    let named = |name: &String| (name.clone(), json!({"$ref": format!("#/components/messages/{name}")}));
    Value::Object(names.iter().map(named).collect())
}

fn telling(channel: &str, messages: &[String]) -> Value {
    let messages: Vec<Value> = messages
        .iter()
        .map(|name| json!({"$ref": format!("#/channels/{channel}/messages/{name}")}))
        .collect();
    let mut operation = json!({
        "action": "send",
        "channel": {"$ref": format!("#/channels/{channel}")},
        "messages": messages,
    });
    if channel != "webhook" {
        let schemes = ["token", "session"].map(|name| json!({"$ref": format!("#/components/securitySchemes/{name}")}));
        operation["security"] = json!(schemes);
    }
    operation
}

#[derive(Default)]
struct Messages {
    named: Map<String, Value>,
}

impl Messages {
    /// One for each variant of `EventBody`, with what every stored event has.
    fn add_stored_events(&mut self, known: &Map<String, Value>) -> Vec<String> {
        let head = part_of(&known["StoredEvent"], |part| part.get("$ref").is_none());
        let variants = known["EventBody"]["oneOf"].as_array().cloned().unwrap_or_default();
        self.add_variants(&variants, Some(&head))
    }

    fn add_frames(&mut self, known: &Map<String, Value>) -> Vec<String> {
        let variants = known["StreamFrame"]["oneOf"].as_array().cloned().unwrap_or_default();
        self.add_variants(&variants, None)
    }

    fn add_variants(&mut self, variants: &[Value], head: Option<&Value>) -> Vec<String> {
        let mut names = Vec::new();
        for variant in variants {
            let Some(name) = type_of(variant) else { continue };
            let words = variant["description"].as_str().unwrap_or_default();
            let payload = match head {
                Some(head) => json!({"allOf": [head, variant]}),
                None => variant.clone(),
            };
            let message = json!({"name": name, "title": name, "summary": words, "payload": payload});
            self.named.insert(name.clone(), message);
            names.push(name);
        }
        names
    }

    /// How a stream of server-sent events says why it ends; a WebSocket has a close frame for that.
    fn add_closed(&mut self) -> String {
        let message = json!({"name": "closed", "title": "closed", "summary": "The stream ends.", "payload": {
            "type": "object", "required": ["type", "code", "reason"], "properties": {
                "type": {"const": "closed"},
                "code": {"type": "integer", "description": "As a WebSocket would be closed with."},
                "reason": {"type": "string"},
            },
        }});
        self.named.insert("closed".into(), message);
        "closed".into()
    }

    fn add_webhook_messages(&mut self) -> Vec<String> {
        let mut names = Vec::new();
        for event in WebhookEvent::ALL {
            let data = match event {
                WebhookEvent::BatchCompleted | WebhookEvent::BatchFailed => {
                    json!({"$ref": format!("{SCHEMAS}FinishedBatch")})
                }
                WebhookEvent::Test => json!({"type": "object", "required": ["webhook_id"],
                    "properties": {"webhook_id": {"$ref": format!("{SCHEMAS}WebhookId")}}}),
            };
            let text = |words: &str| json!({"type": "string", "description": words});
            let message = json!({
                "name": event, "title": event,
                "headers": {"type": "object", "required": ["webhook-id", "webhook-timestamp", "webhook-signature"], "properties": {
                    "webhook-id": text("The delivery, the same at every attempt."),
                    "webhook-timestamp": text("Seconds since 1970, of this attempt."),
                    "webhook-signature": text("One signature for each secret in force, with spaces between them."),
                }},
                "payload": {"type": "object", "required": ["type", "timestamp", "data"], "properties": {
                    "type": {"const": event}, "timestamp": {"type": "string", "format": "date-time"}, "data": data,
                }},
            });
            // A name in a reference has no full stop.
            let name = event.as_str().replace('.', "_");
            self.named.insert(name.clone(), message);
            names.push(name);
        }
        names
    }
}

/// The part of an `allOf` that fits.
fn part_of(schema: &Value, fits: impl Fn(&Value) -> bool) -> Value {
    let parts = schema["allOf"].as_array().cloned().unwrap_or_default();
    parts.into_iter().find(fits).unwrap_or_default()
}

/// The value of `type` that a variant is known by.
fn type_of(variant: &Value) -> Option<String> {
    let own = |schema: &Value| schema["properties"]["type"]["enum"][0].as_str().map(str::to_owned);
    own(variant).or_else(|| variant["allOf"].as_array()?.iter().find_map(own))
}

/// Every schema that the messages need, directly or not.
fn closure(messages: &Map<String, Value>, known: &Map<String, Value>) -> Map<String, Value> {
    let mut wanted = BTreeSet::new();
    messages.values().for_each(|message| collect(message, &mut wanted));
    let mut schemas = Map::new();
    while let Some(name) = wanted.pop_first() {
        if schemas.contains_key(&name) {
            continue;
        }
        if let Some(schema) = known.get(&name) {
            collect(schema, &mut wanted);
            schemas.insert(name, schema.clone());
        }
    }
    schemas.sort_keys();
    schemas
}

fn collect(value: &Value, names: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            if let Some(name) = fields
                .get("$ref")
                .and_then(Value::as_str)
                .and_then(|name| name.strip_prefix(SCHEMAS))
            {
                names.insert(name.to_owned());
            }
            fields.values().for_each(|field| collect(field, names));
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, names)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reference_leads_somewhere_and_every_event_is_described() {
        let document = asyncapi(&crate::openapi());
        let mut names = BTreeSet::new();
        collect(&document, &mut names);
        for name in &names {
            assert!(document["components"]["schemas"][name].is_object(), "{name}");
        }
        let messages = document["components"]["messages"].as_object().unwrap();
        for name in [
            "message_created",
            "batch_complete",
            "consensus_update",
            "response_delta",
            "thoughts_delta",
            "conversation_changed",
            "batch_failed",
        ] {
            assert!(messages.contains_key(name), "{name} of {:?}", messages.keys());
        }
        for channel in document["channels"].as_object().unwrap().values() {
            for message in channel["messages"].as_object().unwrap().keys() {
                assert!(messages.contains_key(message), "{message}");
            }
        }
    }
}
