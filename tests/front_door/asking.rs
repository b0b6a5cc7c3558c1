//! Ask, fan out, rank.

use serde_json::json;

use crate::harness::{TestApp, id, question, responses};

async fn three_services_answer_and_are_ranked(app: TestApp) {
    let mut ada = app.admin().await;
    let services = ada.add_three(&app).await;
    ada.add_judge(&app, "openai_responses", "demo-judge").await;
    let conversation = ada.conversation(json!({})).await;
    let message = ada.ask(&conversation, &question(), &services).await;
    let batch = ada.finished(&id(&message["batch"])).await;
    assert_eq!(
        (batch["status"].as_str(), batch["ranking_method"].as_str()),
        (Some("COMPLETED"), Some("judge")),
        "{batch:#}"
    );
    assert_eq!(
        (batch["judges_wanted"].as_i64(), batch["judges_voted"].as_i64()),
        (Some(1), Some(1))
    );
    for response in responses(&batch) {
        assert_eq!(
            (response["stage"].as_str(), response["progress"].as_i64()),
            (Some("ranked"), Some(100))
        );
        assert!(response["summary"].as_str().unwrap().split_whitespace().count() <= 50);
        assert!(response["reasoning"].as_str().unwrap().split_whitespace().count() <= 20);
        assert!(
            response["usage"]["output_tokens"].as_i64().unwrap() > 0
                && response["cost_micro_usd"].as_i64().unwrap() > 0
        );
    }
    let best = responses(&batch).iter().find(|response| response["rank"] == 1).unwrap();
    assert_eq!(best["model"], "demo-aria");
    let ballots = ada.get(&format!("/batches/{}/ballots", id(&batch))).await;
    assert_eq!(ballots["items"][0]["tiers"][0][0], best["id"]);
    assert!(
        ada.get(&format!("/conversations/{conversation}")).await["title"]
            .as_str()
            .unwrap()
            .starts_with("Which index suits")
    );
    // Three answers, and two ballots of the one judge there is, in opposite orders.
    assert_eq!(app.fleet.calls().count(), 5);
}

#[tokio::test]
async fn on_sqlite_three_services_answer_and_are_ranked() {
    three_services_answer_and_are_ranked(TestApp::start().await).await;
}

#[tokio::test]
async fn on_postgresql_three_services_answer_and_are_ranked() {
    let cluster = std::env::var("QUORUM_TEST_POSTGRES_URL")
        .expect("QUORUM_TEST_POSTGRES_URL is not set: run `make test`, or `tests/with-postgres.sh cargo test`");
    three_services_answer_and_are_ranked(TestApp::start_with(&[("QUORUM__STORE__URL", &cluster)]).await).await;
}

#[tokio::test]
async fn a_slow_and_a_failing_service_hold_nobody_up() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    let quick = ada.add_service(&app, "openai", "demo-bolt", json!({})).await;
    let slow = ada
        .add_service(&app, "anthropic", "demo-aria+slow1500", json!({}))
        .await;
    let broken = ada.add_service(&app, "gemini", "demo-cedar+quota", json!({})).await;
    let conversation = ada.conversation(json!({})).await;
    let message = ada.ask(&conversation, &question(), &[quick, slow, broken]).await;
    let batch = id(&message["batch"]);
    let early = ada
        .batch_when(&batch, |batch| {
            responses(batch)[0]["stage"] == "answered" && responses(batch)[2]["stage"] == "failed"
        })
        .await;
    assert!(
        matches!(responses(&early)[1]["stage"].as_str(), Some("calling" | "queued")),
        "{early:#}"
    );
    assert!(responses(&early)[0]["summary"].is_string());
    let error = &responses(&early)[2]["error"];
    assert_eq!(
        (error["kind"].as_str(), error["retryable"].as_bool()),
        (Some("quota"), Some(true))
    );
    assert!(error["action"].as_str().unwrap().contains("credit"));
    let done = ada.finished(&batch).await;
    assert_eq!(
        (done["answered_responses"].as_i64(), done["status"].as_str()),
        (Some(2), Some("COMPLETED"))
    );
}

#[tokio::test]
async fn a_missing_key_fails_its_card_alone_and_a_saved_key_mends_it() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    let with_key = ada.add_service(&app, "openai", "demo-bolt", json!({})).await;
    let draft = json!({"name": "No key", "service_type": "gemini", "base_url": format!("{}/gemini/v1beta", app.fleet.origin()), "model": "demo-cedar"});
    let without = id(&ada.post("/admin/services", draft).await);
    let conversation = ada.conversation(json!({"judging_policy": "local"})).await;
    let message = ada.ask(&conversation, &question(), &[with_key, without.clone()]).await;
    let batch = ada.finished(&id(&message["batch"])).await;
    let keyless = &responses(&batch)[1];
    assert_eq!(keyless["error"]["kind"], "key_missing");
    ada.post("/api-keys", json!({"service_id": without, "key": "fleet-key-5678"}))
        .await;
    ada.post(&format!("/responses/{}/retry", id(keyless)), json!({})).await;
    let batch = ada.finished(&id(&batch)).await;
    assert_eq!(
        (batch["answered_responses"].as_i64(), batch["ranking_method"].as_str()),
        (Some(2), Some("local"))
    );
    assert_eq!(batch["ranking_note"], "ordered by agreement, not judged");
}

#[tokio::test]
async fn a_question_asked_again_with_the_same_key_asks_no_provider_again() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    let services = ada.add_three(&app).await;
    let conversation = ada.conversation(json!({"judging_policy": "off"})).await;
    let path = format!("/conversations/{conversation}/messages");
    let headers = [("content-type", "application/json"), ("idempotency-key", "same")];
    let body = json!({"content": question(), "service_ids": services})
        .to_string()
        .into_bytes();
    let mut first = None;
    for _ in 0..3 {
        let (status, reply) = ada.send_raw(reqwest::Method::POST, &path, &headers, body.clone()).await;
        assert_eq!(status, 202);
        assert_eq!(*first.get_or_insert(reply.clone()), reply);
    }
    let batch = id(&first.unwrap()["ai_request_batch"]);
    ada.finished(&batch).await;
    let other = json!({"content": "another question"}).to_string().into_bytes();
    let (status, problem) = ada.send_raw(reqwest::Method::POST, &path, &headers, other).await;
    assert_eq!(
        (status.as_u16(), problem["type"].as_str()),
        (422, Some("/problems/idempotency_mismatch"))
    );
    assert_eq!(ada.get(&path).await["items"].as_array().unwrap().len(), 1);
    assert_eq!(app.fleet.calls().count(), 3);
}
