//! Judges: who is asked, what is learned of them, and what the user's choices come to.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::harness::{TestApp, TestUser, id, question, responses};

async fn ballots(ada: &mut TestUser, batch: &str) -> Value {
    ada.get(&format!("/batches/{batch}/ballots")).await
}

#[tokio::test]
async fn two_judges_see_opposite_orders_and_the_record_explains_the_ranking() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    let services = ada.add_three(&app).await;
    ada.add_judge(&app, "openai", "demo-judge").await;
    ada.add_judge(&app, "gemini", "demo-judge").await;
    let conversation = ada.conversation(json!({})).await;
    let message = ada.ask(&conversation, &question(), &services).await;
    let batch = ada.finished(&id(&message["batch"])).await;
    assert_eq!(batch["ranking_method"], "judge");
    let asked = ballots(&mut ada, &id(&batch)).await;
    let mut items = asked["items"].as_array().unwrap().clone();
    items.sort_by_key(|ballot| ballot["id"].as_str().unwrap().to_owned());
    let order = |at: usize| items[at]["order"].as_array().unwrap().clone();
    let reversed: Vec<Value> = order(1).into_iter().rev().collect();
    assert_eq!(order(0), reversed);
    let record = &asked["rankings"][0]["record"];
    assert_eq!(record["ballots"].as_array().unwrap().len(), items.len());
    assert_eq!(record["entries"].as_array().unwrap().len(), 3);
    assert!(record["pairs"][0]["probability"].as_f64().is_some(), "{record:#}");
}

#[tokio::test]
async fn an_exam_tries_a_judge_and_its_mark_becomes_its_weight() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    let judge = ada.add_judge(&app, "openai", "demo-judge").await;
    let before = ada.get("/admin/judges").await["items"][0].clone();
    assert_eq!(
        (before["expected_accuracy"].as_f64(), before["exam"].is_null()),
        (Some(0.65), true)
    );
    let begun = ada.post(&format!("/admin/services/{judge}/exam"), json!({})).await;
    assert_eq!(
        (begun["status"].as_str(), begun["sheets"].as_i64()),
        (Some("running"), Some(80))
    );
    let again = ada.post(&format!("/admin/services/{judge}/exam"), json!({})).await;
    assert_eq!(begun["id"], again["id"], "one that runs is not begun twice");
    let done = ada.examined(&judge).await;
    let exam = &done["exam"];
    let pairs: i64 = exam["by_kind"]
        .as_array()
        .unwrap()
        .iter()
        .map(|kind| kind["pairs"].as_i64().unwrap())
        .sum();
    assert_eq!((exam["marked"].as_i64(), pairs), (Some(80), 40));
    assert!(exam["cost_micro_usd"].as_i64().unwrap() > 0);
    // The judge of the demo goes by rules of thumb, and those are enough to count.
    let expected = done["expected_accuracy"].as_f64().unwrap();
    assert!(expected > 0.7 && done["counts"] == true, "{exam:#}");
    assert_eq!(app.fleet.calls().count(), 80);
}

#[tokio::test]
async fn what_a_user_keeps_is_a_standing_of_services_and_a_lesson_about_judges() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    let services = ada.add_three(&app).await;
    ada.add_judge(&app, "openai", "demo-judge").await;
    assert!(
        ada.get("/usage/leaderboard").await["boards"]
            .as_array()
            .unwrap()
            .is_empty()
    );
    let conversation = ada.conversation(json!({})).await;
    for _ in 0..2 {
        let message = ada.ask(&conversation, &question(), &services).await;
        let batch = ada.finished(&id(&message["batch"])).await;
        let kept = responses(&batch)
            .iter()
            .find(|response| response["service_id"] == json!(services[1]))
            .unwrap();
        ada.post(&format!("/responses/{}/select", id(kept)), json!({})).await;
    }
    let board = ada.get("/usage/leaderboard").await["boards"][0].clone();
    assert_eq!(
        (board["selections"].as_i64(), board["topic"].is_null()),
        (Some(2), true)
    );
    assert_eq!(board["standings"][0]["service_id"], json!(services[1]));
    assert_eq!(board["standings"][0]["kept"], 2);
    assert_eq!(board["proposed_panel"].as_array().unwrap().len(), 3);
    let since = Instant::now();
    while ada.get("/admin/judges").await["items"][0]["choice_pairs"].as_f64() != Some(4.0) {
        assert!(
            since.elapsed() < Duration::from_secs(10),
            "nothing was learned of the judge"
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
