//! The four clicks, and what goes into the next prompt.

use reqwest::Method;
use serde_json::json;

use crate::harness::{TestApp, id, question, responses};

#[tokio::test]
async fn the_next_prompt_has_the_kept_answer_nothing_deleted_and_equals_its_preview() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    let services = ada.add_three(&app).await;
    let conversation = ada
        .conversation(json!({"judging_policy": "local", "system_prompt": "Be brief."}))
        .await;
    let message = ada.ask(&conversation, &question(), &services).await;
    let batch = ada.finished(&id(&message["batch"])).await;
    let kept = &responses(&batch)[1];
    let selected = ada.post(&format!("/responses/{}/select", id(kept)), json!({})).await;
    assert_eq!(selected["selected"], true);
    let pruned = ada.post(&format!("/messages/{}/prune", id(&message)), json!({})).await;
    assert_eq!(pruned["pruned_response_ids"].as_array().unwrap().len(), 2);
    assert!(pruned["saved_tokens"].as_i64().unwrap() > 100 && pruned["saved_micro_usd"].as_i64().unwrap() > 0);
    let preview = ada.get(&format!("/conversations/{conversation}/context")).await;
    assert_eq!(preview["services"][0]["messages"][2]["kept"], "selected");
    let before = app.fleet.calls().count();
    let second = ada.ask(&conversation, "And for updates?", &services).await;
    ada.finished(&id(&second["batch"])).await;
    let whole = ada.get(&format!("/responses/{}", id(kept))).await;
    for (number, service) in preview["services"].as_array().unwrap().iter().enumerate() {
        let mut expected: Vec<(String, String)> = service["messages"]
            .as_array()
            .unwrap()
            .iter()
            .map(|message| {
                (
                    message["role"].as_str().unwrap().to_owned(),
                    message["content"].as_str().unwrap().to_owned(),
                )
            })
            .collect();
        expected.push(("user".into(), "And for updates?".into()));
        assert_eq!(
            expected[2],
            (
                "assistant".to_owned(),
                whole["expanded_content"].as_str().unwrap().to_owned()
            )
        );
        let model = ["demo-aria", "demo-bolt", "demo-cedar"][number];
        let sent = app
            .fleet
            .calls()
            .after(before)
            .into_iter()
            .find(|call| call.model == model)
            .unwrap();
        assert_eq!(sent.messages, expected, "{model}");
    }
}

#[tokio::test]
async fn pruning_can_be_undone_and_needs_a_selection() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    let services = ada.add_three(&app).await;
    let conversation = ada.conversation(json!({"judging_policy": "off"})).await;
    let message = ada.ask(&conversation, &question(), &services).await;
    let batch = ada.finished(&id(&message["batch"])).await;
    let (status, problem) = ada
        .send(Method::POST, &format!("/messages/{}/prune", id(&message)), None)
        .await;
    assert_eq!(
        (status.as_u16(), problem["type"].as_str()),
        (409, Some("/problems/conflict"))
    );
    ada.post(&format!("/responses/{}/select", id(&responses(&batch)[0])), json!({}))
        .await;
    ada.post(&format!("/messages/{}/prune", id(&message)), json!({})).await;
    let restored = ada
        .post(&format!("/messages/{}/restore", id(&message)), json!({}))
        .await;
    assert_eq!(restored["restored_response_ids"].as_array().unwrap().len(), 2);
    let batch = ada.get(&format!("/batches/{}", id(&batch))).await;
    assert!(responses(&batch).iter().all(|response| response["deleted"] == false) && batch["pruned"] == false);
}

#[tokio::test]
async fn an_excluded_turn_and_an_own_thread_are_kept_to() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    let services = ada.add_three(&app).await;
    let conversation = ada
        .conversation(json!({"judging_policy": "off", "context_mode": "own_thread"}))
        .await;
    let message = ada.ask(&conversation, &question(), &services).await;
    ada.finished(&id(&message["batch"])).await;
    let preview = ada.get(&format!("/conversations/{conversation}/context")).await;
    let answers: Vec<&str> = preview["services"]
        .as_array()
        .unwrap()
        .iter()
        .map(|service| service["messages"][1]["content"].as_str().unwrap())
        .collect();
    assert!(answers[0] != answers[1] && answers[1] != answers[2]);
    let (status, _) = ada
        .send(
            Method::PATCH,
            &format!("/messages/{}", id(&message)),
            Some(json!({"excluded": true})),
        )
        .await;
    assert_eq!(status, 200);
    let preview = ada.get(&format!("/conversations/{conversation}/context")).await;
    assert!(preview["services"][0]["messages"].as_array().unwrap().is_empty());
}

#[tokio::test]
async fn stopping_closes_the_providers_connection_and_keeps_the_text() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    let service = ada.add_service(&app, "anthropic", "demo-aria+tps20", json!({})).await;
    let conversation = ada.conversation(json!({})).await;
    let message = ada.ask(&conversation, &question(), &[service]).await;
    let batch = id(&message["batch"]);
    ada.batch_when(&batch, |batch| responses(batch)[0]["content_length"].as_i64() > Some(0))
        .await;
    let response = id(&responses(&message["batch"])[0]);
    let stopped = ada.post(&format!("/responses/{response}/cancel"), json!({})).await;
    assert_eq!(stopped["status"], "cancelled");
    let begun = std::time::Instant::now();
    while app.fleet.calls().after(0)[0].outcome != "client_disconnected" {
        assert!(begun.elapsed().as_secs_f64() < 1.0, "the provider still streams");
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    let kept = ada.get(&format!("/responses/{response}")).await;
    assert_eq!(kept["stage"], "cancelled");
    assert!(kept["expanded_content"].as_str().unwrap().starts_with("For an "));
    assert!(kept["cost_micro_usd"].as_i64().unwrap() > 0);
    ada.post(&format!("/batches/{batch}/retry-failed"), json!({})).await;
    ada.batch_when(&batch, |batch| responses(batch)[0]["stage"] == "streaming")
        .await;
    ada.post(&format!("/batches/{batch}/cancel"), json!({})).await;
    assert_eq!(ada.finished(&batch).await["status"], "CANCELLED");
}

#[tokio::test]
async fn history_is_listed_renamed_archived_deleted_restored_and_searched() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    let services = ada.add_three(&app).await;
    let conversation = ada.conversation(json!({"judging_policy": "off"})).await;
    let message = ada.ask(&conversation, &question(), &services).await;
    ada.finished(&id(&message["batch"])).await;
    let hits = ada.get("/search?q=pages_per_range").await;
    assert!(hits["items"][0]["response_id"].is_string(), "{hits}");
    assert_eq!(hits["items"][0]["conversation_id"], conversation.as_str());
    assert!(!hits["items"][0]["highlights"].as_array().unwrap().is_empty());
    let path = format!("/conversations/{conversation}");
    let (_, renamed) = ada.send(Method::PATCH, &path, Some(json!({"title": "Zanzibar"}))).await;
    assert_eq!(
        (renamed["title"].as_str(), renamed["title_source"].as_str()),
        (Some("Zanzibar"), Some("user"))
    );
    ada.send(Method::PATCH, &path, Some(json!({"archived": true}))).await;
    assert!(ada.get("/conversations").await["items"].as_array().unwrap().is_empty());
    assert_eq!(
        ada.get("/conversations?archived=true").await["items"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    let (status, _) = ada.send(Method::DELETE, &path, None).await;
    assert_eq!(status, 204);
    assert!(
        ada.get("/search?q=zanzibar").await["items"]
            .as_array()
            .unwrap()
            .is_empty()
    );
    ada.post(&format!("{path}/restore"), json!({})).await;
    assert_eq!(
        ada.get("/search?q=zanzibar").await["items"].as_array().unwrap().len(),
        1
    );
}
