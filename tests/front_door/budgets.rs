//! Budgets: refused with a reason, never overspent, judges counted too.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::harness::{TestApp, TestUser, id, responses};

/// A budget of the whole instance for today.
async fn cap(ada: &mut TestUser, hard: i64) -> String {
    let draft = json!({"scope": "instance", "period": "day", "soft_micro_usd": hard / 2, "hard_micro_usd": hard});
    id(&ada.post("/admin/budgets", draft).await)
}

/// One service whose answers can cost at most about 2,100 micro-USD.
async fn dear(ada: &mut TestUser, app: &TestApp) -> Vec<String> {
    vec![
        ada.add_service(app, "openai", "demo-bolt", json!({"max_output_tokens": 1_000}))
            .await,
    ]
}

#[tokio::test]
async fn fifty_posts_at_once_at_the_cap_overspend_by_nothing() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    let services = dear(&mut ada, &app).await;
    let conversation = ada.conversation(json!({"judging_policy": "off"})).await;
    cap(&mut ada, 11_000).await;
    let url = format!("{}/api/v1/conversations/{conversation}/messages", app.origin);
    let post = || {
        let request = ada.client.post(&url).header("cookie", &ada.cookie);
        let request = request.header("x-csrf-token", &ada.csrf);
        let request = request.json(&json!({"content": "hello", "service_ids": services}));
        async move {
            let reply = request.send().await.unwrap();
            (reply.status().as_u16(), reply.json::<Value>().await.unwrap())
        }
    };
    let replies = futures::future::join_all((0..50).map(|_| post())).await;
    let accepted: Vec<&Value> = replies
        .iter()
        .filter(|reply| reply.0 == 202)
        .map(|reply| &reply.1)
        .collect();
    assert!((1..50).contains(&accepted.len()), "{} were accepted", accepted.len());
    for (status, problem) in &replies {
        if *status != 202 {
            assert_eq!(
                (*status, &problem["type"]),
                (402, &json!("/problems/budget_exceeded")),
                "{problem}"
            );
            assert_eq!(problem["budget"]["scope"], "instance");
            assert!(
                problem["budget"]["resets_at"].is_string() && problem["retry_after"].is_u64(),
                "{problem}"
            );
        }
    }
    for reply in accepted {
        let batch = reply["ai_request_batch"]["id"].as_str().unwrap();
        assert_eq!(ada.finished(batch).await["status"], "COMPLETED");
    }
    let budget = ada.get("/budgets").await["items"][0].clone();
    let spent = budget["spent_micro_usd"].as_i64().unwrap();
    assert!(spent > 0 && spent <= 11_000, "{budget}");
    assert_eq!(budget["reserved_micro_usd"], 0, "{budget}");
    let usage = ada.get("/usage?group_by=service").await;
    assert_eq!(usage["items"][0]["cost_micro_usd"], spent);
}

#[tokio::test]
async fn a_retry_that_no_longer_fits_fails_with_the_reason_and_free_services_are_still_asked() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    let free = json!({"input_price_micro_usd": 0, "output_price_micro_usd": 0});
    let mut services = dear(&mut ada, &app).await;
    services.push(ada.add_service(&app, "anthropic", "demo-aria", free).await);
    let conversation = ada.conversation(json!({"judging_policy": "off"})).await;
    let message = ada.ask(&conversation, "hello", &services).await;
    ada.finished(message["batch"]["id"].as_str().unwrap()).await;
    let budget = cap(&mut ada, 100).await;
    let path = format!("/conversations/{conversation}/messages");
    let both = json!({"content": "again", "service_ids": services});
    assert_eq!(
        ada.send(Method::POST, &path, Some(both)).await.0,
        StatusCode::PAYMENT_REQUIRED
    );
    let second = ada.ask(&conversation, "again", &services[1..]).await;
    let answered = ada.finished(second["batch"]["id"].as_str().unwrap()).await;
    assert_eq!(answered["status"], "COMPLETED");
    let late = json!({"service_id": services[0]});
    let (status, problem) = ada
        .send(
            Method::POST,
            &format!("/messages/{}/responses", id(&second)),
            Some(late.clone()),
        )
        .await;
    assert_eq!(status, StatusCode::PAYMENT_REQUIRED, "{problem}");

    // Room for one call, which fails; when it is tried again there is none.
    let caps = |hard: i64| Some(json!({"hard_micro_usd": hard}));
    let path = format!("/admin/budgets/{budget}");
    assert_eq!(ada.send(Method::PUT, &path, caps(50_000)).await.0, StatusCode::OK);
    let limit = json!({"max_output_tokens": 1_000});
    let failing = vec![
        ada.add_service(&app, "openai_compatible", "demo-cedar+quota", limit)
            .await,
    ];
    let third = ada.ask(&conversation, "once more", &failing).await;
    let batch = third["batch"]["id"].as_str().unwrap().to_owned();
    let failed = ada.finished(&batch).await;
    assert_eq!(responses(&failed)[0]["error"]["kind"], "quota", "{failed}");
    assert_eq!(ada.get("/budgets").await["items"][0]["reserved_micro_usd"], 0);
    assert_eq!(ada.send(Method::PUT, &path, caps(100)).await.0, StatusCode::OK);
    ada.post(&format!("/responses/{}/retry", id(&responses(&failed)[0])), json!({}))
        .await;
    ada.batch_when(&batch, |batch| {
        responses(batch)[0]["error"]["kind"] == "budget_exceeded"
    })
    .await;
}

#[tokio::test]
async fn judges_are_paid_from_the_budget_too() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    let services = ada.add_three(&app).await;
    let judge = json!({"judge": true, "contestant": false, "input_price_micro_usd": 5_000_000});
    ada.add_service(&app, "openai_compatible", "demo-judge", judge).await;
    let budget = cap(&mut ada, 10_000_000).await;
    let conversation = ada.conversation(json!({"judging_policy": "judge"})).await;
    let message = ada.ask(&conversation, &crate::harness::question(), &services).await;
    let batch = ada.finished(message["batch"]["id"].as_str().unwrap()).await;
    let answers: i64 = responses(&batch)
        .iter()
        .map(|one| one["cost_micro_usd"].as_i64().unwrap())
        .sum();
    let budgets = ada.get("/admin/budgets").await;
    let spent = budgets["items"][0]["spent_micro_usd"].as_i64().unwrap();
    assert!(spent > answers, "{spent} spent, {answers} of it for answers");
    assert_eq!(budgets["items"][0]["id"], json!(budget));
    assert_eq!(budgets["items"][0]["reserved_micro_usd"], 0);
}

#[tokio::test]
async fn budgets_are_kept_by_admins_and_bad_ones_are_refused_by_field() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    let bad = [
        (json!({"scope": "instance", "period": "day"}), "hard_micro_usd"),
        (
            json!({"scope": "instance", "period": "day", "hard_micro_usd": -1}),
            "hard_micro_usd",
        ),
        (
            json!({"scope": "instance", "period": "day", "soft_micro_usd": 2, "hard_micro_usd": 1}),
            "soft_micro_usd",
        ),
        (
            json!({"scope": "user", "period": "day", "hard_micro_usd": 1}),
            "subject_id",
        ),
    ];
    for (draft, field) in bad {
        let (status, problem) = ada.send(Method::POST, "/admin/budgets", Some(draft)).await;
        assert_eq!(
            (status.as_u16(), &problem["errors"][0]["field"]),
            (422, &json!(field)),
            "{problem}"
        );
    }
    let nobody = json!({"scope": "user", "subject_id": "01a1fcbb-c487-76a1-aca0-dce20c31076e", "period": "day", "hard_micro_usd": 1});
    assert_eq!(
        ada.send(Method::POST, "/admin/budgets", Some(nobody)).await.0,
        StatusCode::NOT_FOUND
    );
    let budget = cap(&mut ada, 10).await;
    let again = json!({"scope": "instance", "period": "day", "hard_micro_usd": 1});
    assert_eq!(
        ada.send(Method::POST, "/admin/budgets", Some(again)).await.0,
        StatusCode::CONFLICT
    );
    let account = json!({"name": "Bob", "email": "bob@example.com", "password": "correct horse 7"});
    ada.post("/admin/users", account).await;
    let mut bob = TestUser::sign_in_as(&app.origin, "bob@example.com", "correct horse 7").await;
    assert_eq!(
        bob.send(Method::GET, "/admin/budgets", None).await.0,
        StatusCode::FORBIDDEN
    );
    assert_eq!(bob.get("/budgets").await["items"][0]["scope"], "instance");
    let (status, _) = ada
        .send(Method::DELETE, &format!("/admin/budgets/{budget}"), None)
        .await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    assert_eq!(ada.get("/admin/budgets").await["items"], json!([]));
}

#[tokio::test]
async fn a_message_is_priced_before_it_is_sent_judges_included() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    let services = ada.add_three(&app).await;
    let judge = json!({"judge": true, "contestant": false, "input_price_micro_usd": 5_000_000});
    ada.add_service(&app, "openai_compatible", "demo-judge", judge).await;
    let question = json!({"content": "Which index suits an append-only table?", "service_ids": services});
    let estimate = ada.post("/estimates", question.clone()).await;
    let answers = estimate["answers"].as_array().unwrap();
    assert_eq!(answers.len(), 3);
    let cents = |value: &Value| value.as_i64().unwrap();
    for answer in answers {
        assert!(cents(&answer["cost_micro_usd"]) > 0, "{answer}");
        assert!(
            cents(&answer["cost_micro_usd"]) <= cents(&answer["at_most_micro_usd"]),
            "{answer}"
        );
    }
    assert!(estimate["judging"]["mean_calls"].as_f64().unwrap() >= 1.0, "{estimate}");
    assert!(cents(&estimate["judging"]["cost_micro_usd"]) > 0, "{estimate}");
    assert_eq!(estimate["budget_left_micro_usd"], Value::Null);
    let mut unjudged = question.clone();
    unjudged["judging_policy"] = json!("local");
    assert_eq!(ada.post("/estimates", unjudged).await["judging"]["cost_micro_usd"], 0);

    // What is sent costs no more than was said, and the budget's rest is told.
    cap(&mut ada, 50_000_000).await;
    let conversation = ada.conversation(json!({"judging_policy": "off"})).await;
    let message = ada
        .ask(&conversation, question["content"].as_str().unwrap(), &services)
        .await;
    let batch = ada.finished(message["batch"]["id"].as_str().unwrap()).await;
    for answer in responses(&batch) {
        let said = answers
            .iter()
            .find(|said| said["service_id"] == answer["service_id"])
            .unwrap();
        assert!(
            cents(&answer["cost_micro_usd"]) <= cents(&said["at_most_micro_usd"]),
            "{answer}"
        );
    }
    let mut next = question.clone();
    next["conversation_id"] = json!(conversation);
    let later = ada.post("/estimates", next).await;
    assert!(cents(&later["answers"][0]["input_tokens"]) > cents(&answers[0]["input_tokens"]));
    assert!(cents(&later["budget_left_micro_usd"]) < 50_000_000);
    let (status, problem) = ada
        .send(Method::POST, "/estimates", Some(json!({"content": " "})))
        .await;
    assert_eq!(
        (status.as_u16(), &problem["errors"][0]["field"]),
        (422, &json!("content"))
    );
}

#[tokio::test]
async fn usage_leaves_as_csv_of_the_same_figures_whose_names_are_no_formulas() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    let named = json!({"name": "=1+1, \"two\""});
    let services = vec![ada.add_service(&app, "openai", "demo-bolt", named).await];
    let settings = json!({"judging_policy": "off", "title": "@SUM(A1:A9)"});
    let conversation = ada.conversation(settings).await;
    let message = ada.ask(&conversation, "hello", &services).await;
    ada.finished(message["batch"]["id"].as_str().unwrap()).await;

    let line = ada.get("/usage?group_by=service").await["items"][0].clone();
    let (cost, calls) = (&line["cost_micro_usd"], &line["calls"]);
    assert!(cost.as_i64().unwrap() > 0, "{line}");
    for path in ["/usage/export", "/admin/usage/export"] {
        let url = format!("{}/api/v1{path}?group_by=service", app.origin);
        let reply = ada.client.get(url).header("cookie", &ada.cookie).send().await.unwrap();
        let header = |name: &str| reply.headers()[name].to_str().unwrap().to_owned();
        assert_eq!(header("content-type"), "text/csv; charset=utf-8");
        assert_eq!(
            header("content-disposition"),
            "attachment; filename=\"quorum-usage-by-service.csv\""
        );
        let text = reply.text().await.unwrap();
        let mut rows = text.lines();
        let first = "key,label,calls,input_tokens,output_tokens,cost_micro_usd,";
        assert!(rows.next().unwrap().starts_with(first), "{text}");
        let row = rows.next().unwrap();
        // A leading quote makes it text in a spreadsheet; quotes and commas are as RFC 4180 has them.
        let begins = format!("{},\"'=1+1, \"\"two\"\"\",{calls},", services[0]);
        assert!(row.starts_with(&begins) && row.contains(&format!(",{cost},")), "{row}");
    }
    let url = format!("{}/api/v1/usage/export?group_by=conversation", app.origin);
    let reply = ada.client.get(url).header("cookie", &ada.cookie).send().await.unwrap();
    assert!(reply.text().await.unwrap().contains(",'@SUM(A1:A9),"));
    let by_user = ada.send(Method::GET, "/usage/export?group_by=user", None).await;
    assert_eq!(by_user.0, StatusCode::UNPROCESSABLE_ENTITY);
}
