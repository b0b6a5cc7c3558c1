//! Webhooks: signed, told of every batch that is done, tried again, given up, sent again on request,
//! never sent where nobody may call.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::{
    harness::{TestApp, TestUser, id, question},
    webhook_receiver::{Receiver, Reply},
};

/// The next try comes at once, and there are three in all.
const QUICK: (&str, &str) = ("QUORUM__WEBHOOKS__RETRY_AFTER", "[0.02, 0.02]");
const LOOPBACK: (&str, &str) = ("QUORUM__PROVIDERS__ALLOWED_PRIVATE_HOSTS", "[\"127.0.0.1\"]");

struct Told {
    id: String,
    secret: String,
}

async fn add(user: &mut TestUser, url: &str) -> Told {
    let made = user
        .post("/webhooks", json!({"url": url, "description": "Team chat"}))
        .await;
    assert!(made["secret"].as_str().unwrap().starts_with("whsec_"));
    Told {
        id: id(&made["webhook"]),
        secret: made["secret"].as_str().unwrap().to_owned(),
    }
}

/// Looks at the log of a webhook until it has come to something.
pub async fn deliveries_when(user: &mut TestUser, webhook: &str, ready: impl Fn(&[Value]) -> bool) -> Vec<Value> {
    for _ in 0..3_000 {
        let page = user.get(&format!("/webhooks/{webhook}/deliveries")).await;
        let items = page["items"].as_array().unwrap().clone();
        if ready(&items) {
            return items;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("the deliveries did not come to that");
}

fn first_is(status: &'static str) -> impl Fn(&[Value]) -> bool {
    move |items| items.first().is_some_and(|item| item["status"] == status)
}

async fn ask(user: &mut TestUser, service: &str) -> (String, Value) {
    let conversation = user.conversation(json!({"judging_policy": "off"})).await;
    let message = user.ask(&conversation, &question(), &[service.to_owned()]).await;
    let batch = user.finished(&id(&message["batch"])).await;
    (conversation, batch)
}

#[tokio::test]
async fn a_finished_batch_is_told_once_signed_and_without_the_text_of_its_answers() {
    let receiver = Receiver::start(&[]).await;
    let app = TestApp::start_with(&[LOOPBACK]).await;
    let mut ada = app.admin().await;
    let service = ada.add_service(&app, "openai", "demo-bolt", json!({})).await;
    let told = add(&mut ada, &receiver.url).await;
    let (conversation, batch) = ask(&mut ada, &service).await;
    let messages = receiver.messages_when(1).await;
    let message = &messages[0];
    assert!(message.is_signed_with(&told.secret));
    assert!(!message.is_signed_with("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"));
    let payload = message.json();
    assert_eq!(payload["type"], "batch.completed");
    assert_eq!(
        (
            &payload["data"]["batch_id"],
            payload["data"]["conversation_id"].as_str()
        ),
        (&batch["id"], Some(conversation.as_str()))
    );
    let answer = &payload["data"]["responses"][0];
    assert_eq!(
        (&answer["id"], &answer["summary"]),
        (&batch["responses"][0]["id"], &batch["responses"][0]["summary"])
    );
    let whole = ada.get(&format!("/responses/{}", answer["id"].as_str().unwrap())).await;
    let text = whole["expanded_content"].as_str().unwrap();
    let body = String::from_utf8_lossy(&message.body).into_owned();
    assert!(!body.contains(text.lines().last().unwrap()) && !body.contains("fleet-key"));
    assert!(message.body.len() < 20_000);
    let log = deliveries_when(&mut ada, &told.id, first_is("delivered")).await;
    assert_eq!((log.len(), log[0]["id"].as_str()), (1, Some(message.id().as_str())));
    assert_eq!(log[0]["attempts"][0]["response_status"], 204);
    assert_eq!(receiver.messages().len(), 1);
}

#[tokio::test]
async fn a_batch_that_failed_is_told_to_those_who_want_to_know() {
    let receiver = Receiver::start(&[]).await;
    let app = TestApp::start_with(&[LOOPBACK]).await;
    let mut ada = app.admin().await;
    let broken = ada.add_service(&app, "gemini", "demo-cedar+quota", json!({})).await;
    let good = ada.add_service(&app, "openai", "demo-bolt", json!({})).await;
    let draft = json!({"url": receiver.url, "events": ["batch.failed"]});
    ada.post("/webhooks", draft).await;
    ask(&mut ada, &good).await;
    ask(&mut ada, &broken).await;
    let messages = receiver.messages_when(1).await;
    let payload = messages[0].json();
    assert_eq!(payload["type"], "batch.failed");
    assert_eq!(payload["data"]["responses"][0]["error"], "quota");
    assert_eq!(messages.len(), 1);
}

#[tokio::test]
async fn a_message_that_is_not_taken_is_sent_again_under_its_id_until_it_is() {
    let receiver = Receiver::start(&[Reply::Status(500), Reply::Redirect]).await;
    let app = TestApp::start_with(&[LOOPBACK, QUICK]).await;
    let mut ada = app.admin().await;
    let service = ada.add_service(&app, "openai", "demo-bolt", json!({})).await;
    let told = add(&mut ada, &receiver.url).await;
    ask(&mut ada, &service).await;
    let messages = receiver.messages_when(3).await;
    let log = deliveries_when(&mut ada, &told.id, first_is("delivered")).await;
    let seen: Vec<&Value> = log[0]["attempts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|attempt| &attempt["response_status"])
        .collect();
    assert_eq!(seen, [500, 302, 204]);
    assert_eq!(log[0]["attempts"][0]["response_excerpt"], "this is 500");
    for message in &messages {
        assert_eq!((message.id(), &message.body), (messages[0].id(), &messages[0].body));
        assert!(message.is_signed_with(&told.secret));
    }
    assert_eq!(receiver.messages().len(), 3, "a redirect is not followed");
}

#[tokio::test]
async fn what_was_given_up_is_sent_again_on_request() {
    let receiver = Receiver::start(&[Reply::Status(503); 3]).await;
    let app = TestApp::start_with(&[LOOPBACK, QUICK]).await;
    let mut ada = app.admin().await;
    let service = ada.add_service(&app, "openai", "demo-bolt", json!({})).await;
    let told = add(&mut ada, &receiver.url).await;
    ask(&mut ada, &service).await;
    let log = deliveries_when(&mut ada, &told.id, first_is("failed")).await;
    assert_eq!(log[0]["failure"], "Given up after 3 attempts.");
    assert_eq!(receiver.messages().len(), 3);
    let path = format!("/webhooks/{}/deliveries/{}/redrive", told.id, id(&log[0]));
    let (status, again) = ada.send(Method::POST, &path, None).await;
    assert_eq!(
        (status, again["id"].as_str()),
        (StatusCode::ACCEPTED, log[0]["id"].as_str())
    );
    let log = deliveries_when(&mut ada, &told.id, first_is("delivered")).await;
    assert_eq!(log[0]["attempts"].as_array().unwrap().len(), 4);
    let messages = receiver.messages_when(4).await;
    assert_eq!(messages[0].id(), messages[3].id());
}

#[tokio::test]
async fn an_address_that_is_gone_is_not_called_again_until_it_is_switched_on() {
    let receiver = Receiver::start(&[Reply::Status(410)]).await;
    let app = TestApp::start_with(&[LOOPBACK, QUICK]).await;
    let mut ada = app.admin().await;
    let service = ada.add_service(&app, "openai", "demo-bolt", json!({})).await;
    let told = add(&mut ada, &receiver.url).await;
    ask(&mut ada, &service).await;
    deliveries_when(&mut ada, &told.id, first_is("failed")).await;
    let webhook = ada.get(&format!("/webhooks/{}", told.id)).await;
    assert_eq!(
        (webhook["active"].as_bool(), webhook["disabled_reason"].as_str()),
        (Some(false), Some("gone"))
    );
    ask(&mut ada, &service).await;
    assert_eq!(receiver.messages().len(), 1);
    let (status, webhook) = ada
        .send(
            Method::PATCH,
            &format!("/webhooks/{}", told.id),
            Some(json!({"active": true})),
        )
        .await;
    assert_eq!((status, &webhook["disabled_reason"]), (StatusCode::OK, &Value::Null));
    ask(&mut ada, &service).await;
    receiver.messages_when(2).await;
}

#[tokio::test]
async fn killed_between_sending_and_saving_it_sends_the_same_message_again() {
    let receiver = Receiver::start(&[Reply::Never]).await;
    let mut app = TestApp::start_with(&[LOOPBACK]).await;
    let mut ada = app.admin().await;
    let told = add(&mut ada, &receiver.url).await;
    ada.post(&format!("/webhooks/{}/test", told.id), json!({})).await;
    receiver.messages_when(1).await;
    app.kill();
    app.restart();
    let mut ada = TestUser::sign_in(&app.origin).await;
    let messages = receiver.messages_when(2).await;
    assert_eq!(
        (messages[0].id(), &messages[0].body),
        (messages[1].id(), &messages[1].body)
    );
    assert!(messages[1].is_signed_with(&told.secret));
    deliveries_when(&mut ada, &told.id, first_is("delivered")).await;
    assert_eq!(receiver.messages().len(), 2);
}

#[tokio::test]
async fn private_addresses_are_refused_when_added_and_again_when_called() {
    let receiver = Receiver::start(&[]).await;
    let mut app = TestApp::start_with(&[LOOPBACK]).await;
    let mut ada = app.admin().await;
    for url in [
        "http://10.0.0.1/hook",
        "http://169.254.169.254/latest",
        "http://[::1]/",
        "ftp://example.com/",
        "https://ada:secret@example.com/",
        "hook",
        "",
    ] {
        let (status, problem) = ada.send(Method::POST, "/webhooks", Some(json!({"url": url}))).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{url}: {problem}");
        assert_eq!(problem["errors"][0]["field"], "url", "{url}");
    }
    let told = add(&mut ada, &receiver.url).await;
    app.kill();
    app.change_setting("QUORUM__PROVIDERS__ALLOWED_PRIVATE_HOSTS", "[]");
    app.restart();
    let mut ada = TestUser::sign_in(&app.origin).await;
    ada.post(&format!("/webhooks/{}/test", told.id), json!({})).await;
    let log = deliveries_when(&mut ada, &told.id, first_is("failed")).await;
    assert!(
        log[0]["failure"].as_str().unwrap().contains("private network"),
        "{log:#?}"
    );
    assert!(receiver.messages().is_empty());
}

#[tokio::test]
async fn a_new_secret_signs_at_once_and_the_former_one_for_a_day() {
    let receiver = Receiver::start(&[]).await;
    let app = TestApp::start_with(&[LOOPBACK]).await;
    let mut ada = app.admin().await;
    let told = add(&mut ada, &receiver.url).await;
    let rotated = ada
        .post(&format!("/webhooks/{}/rotate-secret", told.id), json!({}))
        .await;
    let new = rotated["secret"].as_str().unwrap();
    assert_ne!(new, told.secret);
    assert!(rotated["webhook"]["former_secret_until"].is_string());
    ada.post(&format!("/webhooks/{}/test", told.id), json!({})).await;
    let message = receiver.messages_when(1).await.remove(0);
    assert!(message.is_signed_with(new) && message.is_signed_with(&told.secret));
    assert_eq!(message.json()["type"], "webhook.test");
    // The master key is changed while both are in force.
    let (good, said) = app.console(&["admin", "rotate-master-key"], "");
    assert!(good, "{said}");
    ada.post(&format!("/webhooks/{}/test", told.id), json!({})).await;
    let message = receiver.messages_when(2).await.remove(1);
    assert!(message.is_signed_with(new) && message.is_signed_with(&told.secret));
}

#[tokio::test]
async fn webhooks_are_their_users_own_and_need_the_scope_of_the_account() {
    let receiver = Receiver::start(&[]).await;
    let app = TestApp::start_with(&[LOOPBACK]).await;
    let mut ada = app.admin().await;
    let told = add(&mut ada, &receiver.url).await;
    let token = |scopes: Value| json!({"name": "script", "scopes": scopes});
    let made = ada.post("/api-tokens", token(json!(["read", "write"]))).await;
    let mut script = TestUser::with_bearer(&app.origin, made["token"].as_str().unwrap());
    assert_eq!(script.get("/webhooks").await["items"][0]["id"], told.id.as_str());
    for (method, path) in [
        (Method::POST, "/webhooks".to_owned()),
        (Method::DELETE, format!("/webhooks/{}", told.id)),
        (Method::POST, format!("/webhooks/{}/rotate-secret", told.id)),
    ] {
        let (status, problem) = script.send(method, &path, Some(json!({"url": receiver.url}))).await;
        assert_eq!(
            (status.as_u16(), problem["type"].as_str()),
            (403, Some("/problems/scope_missing"))
        );
    }
    let seen = ada.get("/webhooks").await.to_string() + &ada.get(&format!("/webhooks/{}", told.id)).await.to_string();
    assert!(!seen.contains("whsec_") && !seen.contains(&told.secret));
    ada.send(Method::DELETE, &format!("/webhooks/{}", told.id), None).await;
    assert_eq!(ada.get("/webhooks").await["items"], json!([]));
    ada.post(&format!("/webhooks/{}/restore", told.id), json!({})).await;
    assert_eq!(ada.get("/webhooks").await["items"][0]["id"], told.id.as_str());
}

#[tokio::test]
async fn bad_webhooks_are_refused_by_field_and_an_eleventh_by_count() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    for (body, field) in [
        (
            json!({"url": format!("https://example.com/{}", "x".repeat(2_000))}),
            "url",
        ),
        (
            json!({"url": "https://example.com", "description": "x".repeat(201)}),
            "description",
        ),
        (json!({"url": "https://example.com", "events": []}), "body"),
        (json!({"url": "https://example.com", "secret": "mine"}), "secret"),
        (json!({}), "url"),
    ] {
        let (status, problem) = ada.send(Method::POST, "/webhooks", Some(body.clone())).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{body}");
        assert_eq!(problem["errors"][0]["field"], field, "{problem}");
    }
    for number in 0..10 {
        add(&mut ada, &format!("https://example.com/{number}")).await;
    }
    let (status, problem) = ada
        .send(Method::POST, "/webhooks", Some(json!({"url": "https://example.com"})))
        .await;
    assert_eq!(
        (status, problem["type"].as_str()),
        (StatusCode::CONFLICT, Some("/problems/conflict"))
    );
}
