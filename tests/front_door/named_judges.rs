//! Judges whom the user names: they alone are asked, the cost is theirs, and the record says so.

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{TestApp, TestUser, id, question};

async fn add_judge(app: &TestApp, ada: &mut TestUser, name: &str, model: &str) -> String {
    let more = json!({"judge": true, "contestant": false, "name": name});
    ada.add_service(app, "openai", model, more).await
}

async fn ballots(ada: &mut TestUser, batch: &Value) -> Value {
    ada.get(&format!("/batches/{}/ballots", id(batch))).await
}

fn judges_asked(ballots: &Value) -> Vec<&str> {
    let items = ballots["items"].as_array().unwrap().iter();
    items.map(|ballot| ballot["judge_name"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn only_those_who_are_named_are_asked_and_the_record_says_who() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    let services = ada.add_three(&app).await;
    add_judge(&app, &mut ada, "Best", "demo-judge").await;
    let named = add_judge(&app, &mut ada, "Mine", "demo-judge").await;
    let conversation = ada.conversation(json!({})).await;
    let path = format!("/conversations/{conversation}");
    let changes = json!({"judging_policy": "judge", "judge_ids": [named]});
    let (status, changed) = ada.send(Method::PATCH, &path, Some(changes)).await;
    assert_eq!(
        (status.as_u16(), &changed["judge_ids"]),
        (200, &json!([named])),
        "{changed}"
    );
    let estimate = ada
        .post(
            "/estimates",
            json!({"conversation_id": conversation, "content": question()}),
        )
        .await;
    let judges = estimate["judging"]["judges"].as_array().unwrap();
    assert_eq!((judges.len(), judges[0]["service_name"].as_str()), (1, Some("Mine")));
    assert_eq!(estimate["judging"]["most_calls"], 1);
    assert!(estimate["judging"]["cost_micro_usd"].as_i64().unwrap() > 0);
    let message = ada.ask(&conversation, &question(), &services).await;
    let batch = ada.finished(&id(&message["batch"])).await;
    assert_eq!(batch["ranking_method"], "judge");
    let record = ballots(&mut ada, &batch).await;
    assert_eq!(judges_asked(&record), ["Mine"]);
    assert_eq!(record["rankings"][0]["named_judges"], json!(["Mine"]));
    assert_eq!(record["rankings"][0]["record"]["named_judges"], json!([named]));
    // Another policy does not forget the names, and does not heed them.
    let cascade = json!({"judging_policy": "cascade"});
    let (_, changed) = ada.send(Method::PATCH, &path, Some(cascade)).await;
    assert_eq!(changed["judge_ids"], json!([named]));
    let message = ada.ask(&conversation, &question(), &services).await;
    let batch = ada.finished(&id(&message["batch"])).await;
    let record = ballots(&mut ada, &batch).await;
    assert_eq!(record["rankings"][0]["named_judges"], json!([]));
    assert!(judges_asked(&record).contains(&"Best"));
}

#[tokio::test]
async fn a_named_judge_that_fails_is_replaced_by_nobody_else() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    let services = ada.add_three(&app).await;
    add_judge(&app, &mut ada, "Stranger", "demo-judge").await;
    let broken = add_judge(&app, &mut ada, "Broken", "demo-judge+junkballot").await;
    let sound = add_judge(&app, &mut ada, "Sound", "demo-judge").await;
    let both = json!({"judging_policy": "judge", "judge_ids": [broken, sound]});
    let conversation = ada.conversation(both).await;
    let message = ada.ask(&conversation, &question(), &services).await;
    let batch = ada.finished(&id(&message["batch"])).await;
    assert_eq!(batch["ranking_method"], "judge");
    assert_eq!(
        (batch["judges_voted"].as_i64(), batch["judges_wanted"].as_i64()),
        (Some(1), Some(2))
    );
    assert_eq!(
        batch["ranking_remarks"][0],
        json!({"code": "ranked_in_part", "ranked": 3, "answers": 3, "voted": 1, "wanted": 2})
    );
    let record = ballots(&mut ada, &batch).await;
    assert!(!judges_asked(&record).contains(&"Stranger"));
    let alone = json!({"judging_policy": "judge", "judge_ids": [broken]});
    let conversation = ada.conversation(alone).await;
    let message = ada.ask(&conversation, &question(), &services).await;
    let batch = ada.finished(&id(&message["batch"])).await;
    assert_eq!(batch["ranking_method"], "local");
    let codes: Vec<&str> = batch["ranking_remarks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|remark| remark["code"].as_str().unwrap())
        .collect();
    assert_eq!(codes, ["no_ballot_counted", "by_agreement"]);
}

#[tokio::test]
async fn where_the_named_judge_is_gone_by_then_the_batch_says_so() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    let services = ada.add_three(&app).await;
    add_judge(&app, &mut ada, "Stranger", "demo-judge").await;
    let named = add_judge(&app, &mut ada, "Gone", "demo-judge").await;
    let conversation = ada
        .conversation(json!({"judging_policy": "judge", "judge_ids": [named]}))
        .await;
    let off = Some(json!({"judge": false}));
    ada.send(Method::PATCH, &format!("/admin/services/{named}"), off).await;
    let message = ada.ask(&conversation, &question(), &services).await;
    let batch = ada.finished(&id(&message["batch"])).await;
    assert_eq!(batch["ranking_method"], "local");
    assert_eq!(batch["ranking_remarks"][0]["code"], "named_judges_missing");
    let note = batch["ranking_note"].as_str().unwrap();
    assert!(note.starts_with("none of the judges named can be asked"), "{note}");
    let reason = &batch["responses"][0]["agreement_reason"];
    assert!(reason["code"].is_string(), "{reason}");
}

#[tokio::test]
async fn judges_that_cannot_judge_for_the_user_are_refused_by_name_of_the_field() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    let contestant = ada.add_three(&app).await.remove(0);
    let judge = add_judge(&app, &mut ada, "Mine", "demo-judge").await;
    let draft = json!({"name": "Elsewhere", "service_type": "anthropic", "base_url": "https://api.example.org", "model": "m", "judge": true});
    let elsewhere = ada.post("/admin/services", draft).await["id"].clone();
    let conversation = ada.conversation(json!({})).await;
    let many: Vec<String> = (0..40).map(|_| judge.clone()).collect();
    for named in [
        json!([]),
        json!([judge, judge]),
        json!([contestant]),
        json!([elsewhere]),
        json!(["00000000-0000-7000-8000-000000000000"]),
        json!(many),
    ] {
        let body = json!({"judge_ids": named});
        for (method, path) in [
            (Method::PATCH, format!("/conversations/{conversation}")),
            (Method::POST, "/conversations".to_owned()),
        ] {
            let (status, problem) = ada.send(method, &path, Some(body.clone())).await;
            assert_eq!(
                (status.as_u16(), problem["errors"][0]["field"].as_str()),
                (422, Some("judge_ids")),
                "{problem}"
            );
        }
        let asked = json!({"content": "Why?", "judging_policy": "judge", "judge_ids": named});
        let (status, problem) = ada.send(Method::POST, "/estimates", Some(asked)).await;
        assert_eq!(status.as_u16(), 422, "{problem}");
    }
}
