//! kill -9, and everything goes on.

use serde_json::json;

use crate::harness::{TestApp, TestUser, id, question, responses};

#[tokio::test]
async fn after_kill_9_in_mid_answer_every_response_is_answered_once() {
    let mut app = TestApp::start().await;
    let mut ada = app.admin().await;
    let services = [
        ada.add_service(&app, "anthropic", "demo-aria+tps100", json!({})).await,
        ada.add_service(&app, "openai", "demo-bolt", json!({})).await,
        ada.add_service(&app, "gemini", "demo-cedar+slow1200", json!({})).await,
    ];
    let conversation = ada.conversation(json!({"judging_policy": "local"})).await;
    let message = ada.ask(&conversation, &question(), &services).await;
    let batch = id(&message["batch"]);
    ada.batch_when(&batch, |batch| {
        responses(batch)[0]["stage"] == "streaming" && responses(batch)[1]["stage"] == "answered"
    })
    .await;
    app.kill();
    let begun = std::time::Instant::now();
    app.restart();
    let mut ada = TestUser::sign_in(&app.origin).await;
    let done = ada.finished(&batch).await;
    assert!(begun.elapsed().as_secs() < 10, "took {:?}", begun.elapsed());
    assert_eq!(
        (done["status"].as_str(), done["answered_responses"].as_i64()),
        (Some("COMPLETED"), Some(3)),
        "{done:#}"
    );
    // One extra call for each of the two that were under way.
    assert!(app.fleet.calls().count() <= 5, "{}", app.fleet.calls().count());
    let events = ada.get(&format!("/conversations/{conversation}/events")).await;
    let numbers: Vec<i64> = events["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| event["seq"].as_i64().unwrap())
        .collect();
    assert_eq!(numbers, (1..=events["last_seq"].as_i64().unwrap()).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_second_product_on_the_same_data_is_refused() {
    let app = TestApp::start().await;
    let second = std::process::Command::new(env!("CARGO_BIN_EXE_quorum"))
        .args(["--data-dir", app.folder.path().to_str().unwrap(), "--port", "0"])
        .output()
        .unwrap();
    assert!(!second.status.success());
    assert!(String::from_utf8_lossy(&second.stderr).contains("another Quorum already runs"));
}

#[tokio::test]
async fn a_wrong_master_key_is_refused_at_the_start() {
    let mut app = TestApp::start().await;
    app.admin().await;
    app.kill();
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_quorum"))
        .args(["--data-dir", app.folder.path().to_str().unwrap(), "--port", "0"])
        .env("QUORUM_MASTER_KEY", "ab".repeat(32))
        .output()
        .unwrap();
    assert!(!output.status.success());
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("does not fit") && !said.contains("abab"), "{said}");
}
