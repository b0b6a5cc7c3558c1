//! Provider keys: written, tested, revoked, never read.

use reqwest::Method;
use serde_json::json;

use crate::harness::{TestApp, id, question, responses};

const SECRET: &str = "sk-canary-4f9a1b7c2d-wxyz";

#[tokio::test]
async fn a_key_is_tested_at_its_provider_and_the_refusal_names_the_field() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    for service_type in ["anthropic", "openai", "openai_responses", "gemini"] {
        let service = ada.add_service(&app, service_type, "demo-aria", json!({})).await;
        let good = ada
            .post("/api-keys", json!({"service_id": service, "key": "fleet-key-9999"}))
            .await;
        assert_eq!(
            (good["last4"].as_str(), good["status"].as_str()),
            (Some("999"), Some("untested"))
        );
        assert_eq!(
            ada.post(&format!("/api-keys/{}/test", id(&good)), json!({})).await["status"],
            "ok"
        );
        let bad = ada
            .post("/api-keys", json!({"service_id": service, "key": "wrong-key-0000"}))
            .await;
        let (status, problem) = ada
            .send(Method::POST, &format!("/api-keys/{}/test", id(&bad)), None)
            .await;
        assert_eq!(
            (status.as_u16(), problem["type"].as_str()),
            (422, Some("/problems/key_test_failed")),
            "{service_type}"
        );
        assert_eq!(problem["errors"][0]["field"], "key");
        assert!(!problem.to_string().contains("wrong-key-0000"));
    }
}

#[tokio::test]
async fn a_revoked_key_is_not_used_again_and_breaks_off_what_runs() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    let service = ada.add_service(&app, "anthropic", "demo-aria+tps20", json!({})).await;
    let key = id(&ada.get("/api-keys").await["items"][0]);
    let conversation = ada.conversation(json!({})).await;
    let message = ada
        .ask(&conversation, &question(), std::slice::from_ref(&service))
        .await;
    let batch = id(&message["batch"]);
    ada.batch_when(&batch, |batch| responses(batch)[0]["stage"] == "streaming")
        .await;
    let (status, _) = ada.send(Method::DELETE, &format!("/api-keys/{key}"), None).await;
    assert_eq!(status, 204);
    let batch = ada.finished(&batch).await;
    assert_eq!(responses(&batch)[0]["error"]["kind"], "key_revoked");
    let message = ada.ask(&conversation, &question(), &[service]).await;
    let batch = ada.finished(&id(&message["batch"])).await;
    assert_eq!(responses(&batch)[0]["error"]["kind"], "key_missing");
    assert_eq!(app.fleet.calls().count(), 1);
}

#[tokio::test]
async fn a_key_stands_nowhere_in_the_open() {
    let mut app = TestApp::start_with(&[("QUORUM__LOG__FILTER", "debug")]).await;
    let mut ada = app.admin().await;
    let service = ada.add_service(&app, "openai", "demo-bolt", json!({})).await;
    let saved = ada
        .post("/api-keys", json!({"service_id": service, "key": SECRET}))
        .await;
    assert_eq!(saved["last4"], "wxyz");
    ada.post(&format!("/api-keys/{}/test", id(&saved)), json!({})).await;
    let conversation = ada.conversation(json!({})).await;
    let message = ada.ask(&conversation, &question(), &[service]).await;
    ada.finished(&id(&message["batch"])).await;
    let mut seen = ada.get("/api-keys").await.to_string() + &ada.get("/services").await.to_string();
    seen += &ada
        .get(&format!("/conversations/{conversation}/events"))
        .await
        .to_string();
    seen += &ada
        .client
        .get(format!("{}/metrics", app.origin))
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    app.kill();
    for entry in std::fs::read_dir(app.folder.path()).unwrap() {
        seen += &String::from_utf8_lossy(&std::fs::read(entry.unwrap().path()).unwrap());
    }
    assert!(!seen.contains("canary-4f9a1b7c2d"), "the key was found in the open");
}
