//! A question is asked differently: what came before it goes along, the rest stays where it is.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::harness::{TestApp, TestUser, id, question, responses};

/// Two turns with two answers each, the second answer of the first turn kept.
async fn two_turns(app: &TestApp, ada: &mut TestUser) -> (String, Vec<Value>) {
    let mut services = Vec::new();
    for model in ["demo-aria", "demo-bolt"] {
        services.push(ada.add_service(app, "openai_compatible", model, json!({})).await);
    }
    let settings = json!({"judging_policy": "off", "system_prompt": "Be brief.", "service_ids": services});
    let conversation = ada.conversation(settings).await;
    let mut messages = Vec::new();
    for content in [question(), "And then?".to_owned()] {
        let message = ada.ask(&conversation, &content, &services).await;
        let batch = ada.finished(&id(&message["batch"])).await;
        if messages.is_empty() {
            let kept = id(&responses(&batch)[1]);
            ada.post(&format!("/responses/{kept}/select"), json!({})).await;
        }
        messages.push(message);
    }
    (conversation, messages)
}

#[tokio::test]
async fn a_branch_has_the_turns_before_the_message_and_asks_nobody() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    let (conversation, messages) = two_turns(&app, &mut ada).await;
    let asked = app.fleet.calls().count();
    let body = json!({"message_id": messages[1]["id"], "title": "Another way"});
    let branch = ada.post(&format!("/conversations/{conversation}/branches"), body).await;
    assert_eq!(
        (&branch["title"], &branch["system_prompt"]),
        (&json!("Another way"), &json!("Be brief."))
    );
    let page = ada.get(&format!("/conversations/{}/messages", id(&branch))).await;
    let turns = page["items"].as_array().unwrap();
    assert_eq!(turns.len(), 1, "{page:#}");
    assert_eq!(turns[0]["content"], question());
    let kept = responses(&turns[0]["batch"])
        .iter()
        .filter(|answer| answer["selected"] == true)
        .count();
    assert_eq!((responses(&turns[0]["batch"]).len(), kept), (2, 1));
    let context = |of: String| format!("/conversations/{of}/context");
    let there = ada.get(&context(id(&branch))).await;
    let texts = |context: &Value, most: usize| -> Vec<Value> {
        let messages = context["services"][0]["messages"].as_array().unwrap();
        messages
            .iter()
            .take(most)
            .map(|message| message["content"].clone())
            .collect()
    };
    let here = ada.get(&context(conversation.clone())).await;
    assert_eq!(
        texts(&there, 9),
        texts(&here, 3),
        "the same goes along as before the message"
    );
    assert_eq!(app.fleet.calls().count(), asked);
    let untouched = ada.get(&format!("/conversations/{conversation}/messages")).await;
    assert_eq!(untouched["items"].as_array().unwrap().len(), 2);
    let first = ada
        .post(
            &format!("/conversations/{conversation}/branches"),
            json!({"message_id": messages[0]["id"]}),
        )
        .await;
    assert_eq!(first["message_count"], 0);
}

#[tokio::test]
async fn in_own_threads_a_branch_still_knows_whose_answer_is_whose() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    let (conversation, messages) = two_turns(&app, &mut ada).await;
    let path = format!("/conversations/{conversation}");
    ada.send(Method::PATCH, &path, Some(json!({"context_mode": "own_thread"})))
        .await;
    let branch = ada
        .post(&format!("{path}/branches"), json!({"message_id": messages[1]["id"]}))
        .await;
    let context = ada.get(&format!("/conversations/{}/context", id(&branch))).await;
    let answers: Vec<&Value> = context["services"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["messages"][2]["content"])
        .collect();
    assert_eq!(answers.len(), 2);
    assert!(answers[0].is_string() && answers[0] != answers[1], "{answers:?}");
}

#[tokio::test]
async fn nobody_branches_off_where_they_may_not_read() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    let (conversation, messages) = two_turns(&app, &mut ada).await;
    let other = ada.conversation(json!({})).await;
    let body = json!({"message_id": messages[1]["id"]});
    let (status, _) = ada
        .send(
            Method::POST,
            &format!("/conversations/{other}/branches"),
            Some(body.clone()),
        )
        .await;
    assert_eq!(status, StatusCode::NOT_FOUND, "a message of another conversation");
    let new = json!({"name": "Bob", "email": "bob@example.com", "password": "battery staple 9"});
    ada.post("/admin/users", new).await;
    let mut bob = TestUser::sign_in_as(&app.origin, "bob@example.com", "battery staple 9").await;
    let (status, _) = bob
        .send(
            Method::POST,
            &format!("/conversations/{conversation}/branches"),
            Some(body),
        )
        .await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}
