//! The descriptions of the API and its events: served, the same as the committed copies, and true of
//! what goes over the wire.

use std::collections::BTreeSet;

use jsonschema::Validator;
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    harness::{TestApp, TestUser, id, question, responses},
    sockets::{frame, open},
    webhook_receiver::Receiver,
    webhooks::deliveries_when,
};

/// The messages of the description by name, each with a validator of its own.
struct Described {
    messages: Vec<(String, Validator)>,
    seen: BTreeSet<String>,
}

impl Described {
    async fn of(user: &TestUser) -> Self {
        let request = user.client.get(format!("{}/asyncapi.json", user.origin));
        let document: Value = request.send().await.unwrap().json().await.unwrap();
        let messages = document["components"]["messages"]
            .as_object()
            .unwrap()
            .iter()
            .map(|(name, message)| {
                let schema = json!({"$schema": "https://json-schema.org/draft/2020-12/schema",
                    "components": document["components"], "allOf": [message["payload"]]});
                (name.clone(), jsonschema::validator_for(&schema).unwrap())
            })
            .collect();
        Self {
            messages,
            seen: BTreeSet::new(),
        }
    }

    /// Fails unless the message of this name is described, and looks like this.
    fn check(&mut self, name: &str, message: &Value) {
        let (_, validator) = self
            .messages
            .iter()
            .find(|(known, _)| known == name)
            .unwrap_or_else(|| panic!("{name} is not described"));
        let wrong: Vec<String> = validator
            .iter_errors(message)
            .map(|error| format!("{error} at {}", error.instance_path()))
            .collect();
        assert!(wrong.is_empty(), "{name}: {wrong:#?}\n{message:#}");
        self.seen.insert(name.to_owned());
    }

    fn unseen(&self) -> Vec<&str> {
        self.messages
            .iter()
            .map(|(name, _)| name.as_str())
            .filter(|name| !self.seen.contains(*name))
            .collect()
    }
}

#[test]
fn the_committed_copies_are_what_the_product_says_of_itself() {
    for (command, copy) in [("openapi", "web/openapi.json"), ("asyncapi", "web/asyncapi.json")] {
        let said = std::process::Command::new(env!("CARGO_BIN_EXE_quorum"))
            .arg(command)
            .output()
            .unwrap()
            .stdout;
        let kept = std::fs::read(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(copy)).unwrap();
        let (said, kept): (Value, Value) = (
            serde_json::from_slice(&said).unwrap(),
            serde_json::from_slice(&kept).unwrap(),
        );
        assert!(
            said == kept,
            "{copy} is not what `quorum {command}` prints: write it anew"
        );
    }
}

#[tokio::test]
async fn every_frame_and_every_webhook_is_as_described() {
    let receiver = Receiver::start(&[]).await;
    let app = TestApp::start_with(&[("QUORUM__PROVIDERS__ALLOWED_PRIVATE_HOSTS", "[\"127.0.0.1\"]")]).await;
    let mut ada = app.admin().await;
    let mut described = Described::of(&ada).await;
    let mut services = ada.add_three(&app).await;
    services.push(
        ada.add_service(&app, "openai_compatible", "demo-aria+thinking+cites", json!({}))
            .await,
    );
    let broken = ada.add_service(&app, "gemini", "demo-cedar+quota", json!({})).await;
    ada.add_judge(&app, "openai_responses", "demo-judge").await;
    ada.post("/webhooks", json!({"url": receiver.url})).await;
    let mut list = open(&ada, "/ws/user", None).await.unwrap();
    let conversation = ada.conversation(json!({})).await;
    let path = format!("/ws/conversation/{conversation}");
    let mut late = open(&ada, &format!("{path}?after=999"), None).await.unwrap();
    let resync = frame(&mut late).await;
    described.check("resync", &resync);
    let mut socket = open(&ada, &path, None).await.unwrap();
    let message = ada.ask(&conversation, &question(), &services).await;
    let batch = ada.finished(&id(&message["batch"])).await;
    ada.post(&format!("/batches/{}/consensus", id(&batch)), json!({})).await;
    ada.batch_when(&id(&batch), |batch| {
        batch["consensuses"][0]["response"]["stage"] == "answered"
    })
    .await;
    let (message, first) = (id(&message), id(&responses(&batch)[0]));
    ada.post(&format!("/responses/{first}/select"), json!({})).await;
    ada.post(&format!("/messages/{message}/prune"), json!({})).await;
    ada.post(&format!("/messages/{message}/restore"), json!({})).await;
    ada.send(
        Method::PATCH,
        &format!("/messages/{message}"),
        Some(json!({"excluded": true})),
    )
    .await;
    ada.send(
        Method::PATCH,
        &format!("/conversations/{conversation}"),
        Some(json!({"title": "Mine"})),
    )
    .await;
    let failed = ada.ask(&conversation, "Why?", &[broken]).await;
    ada.finished(&id(&failed["batch"])).await;
    let webhook = id(&ada.get("/webhooks").await["items"][0]);
    ada.post(&format!("/webhooks/{webhook}/test"), json!({})).await;
    // Of a conversation that is deleted nothing more is told.
    let delivered = |item: &Value| item["status"] == "delivered";
    deliveries_when(&mut ada, &webhook, |items| {
        items.len() == 3 && items.iter().all(delivered)
    })
    .await;
    let stream = ada
        .client
        .get(format!(
            "{}/api/v1/conversations/{conversation}/stream?after=0",
            ada.origin
        ))
        .header("cookie", &ada.cookie);
    let mut stream = stream.send().await.unwrap();
    ada.send(Method::DELETE, &format!("/conversations/{conversation}"), None)
        .await;
    loop {
        let next = frame(&mut socket).await;
        let kind = next["type"].as_str().unwrap().to_owned();
        described.check(&kind, &next);
        if kind == "conversation_deleted" {
            break;
        }
    }
    let mut streamed = Vec::new();
    while let Some(bytes) = stream.chunk().await.unwrap() {
        streamed.extend_from_slice(&bytes);
    }
    for data in String::from_utf8(streamed)
        .unwrap()
        .lines()
        .filter_map(|line| line.strip_prefix("data:"))
    {
        let next: Value = serde_json::from_str(data).unwrap();
        described.check(next["type"].as_str().unwrap(), &next);
    }
    for _ in 0..2 {
        let next = frame(&mut list).await;
        described.check(next["type"].as_str().unwrap(), &next);
    }
    for message in receiver.messages() {
        let payload = message.json();
        described.check(&payload["type"].as_str().unwrap().replace('.', "_"), &payload);
    }
    let unseen = described.unseen();
    assert!(unseen.is_empty(), "described and never seen: {unseen:?}");
}

#[tokio::test]
async fn every_kind_of_error_is_explained_under_its_address() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    let client = ada.client.clone();
    let page = |path: String| {
        let request = client.get(format!("{}{path}", app.origin));
        async move { request.send().await.unwrap() }
    };
    let (_, problem) = ada
        .send(Method::GET, "/conversations/01a1fcbb-c487-76a1-aca0-dce20c31076e", None)
        .await;
    let explained = page(problem["type"].as_str().unwrap().to_owned()).await;
    assert_eq!(explained.status(), 200);
    assert!(explained.text().await.unwrap().contains("it is not yours"));
    let all = page("/problems".into()).await.text().await.unwrap();
    let document: Value = page("/openapi.json".into()).await.json().await.unwrap();
    let described = document["components"]["schemas"]["Problem"]["properties"]["type"]["description"]
        .as_str()
        .unwrap();
    for uri in [
        "/problems/validation",
        "/problems/budget_exceeded",
        "/problems/scope_missing",
        "/problems/internal",
    ] {
        assert!(all.contains(uri) && described.contains(uri), "{uri}");
    }
    assert_eq!(page("/problems/nothing".into()).await.status(), 404);
}
