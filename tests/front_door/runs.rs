//! Runs that programs ask for: asked once, kept through cuts and kills, gone on with where they belong.

use std::time::{Duration, Instant};

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::{
    compatible::{asking, chat, council, events, read, request, text, user},
    harness::{TestApp, TestUser, question},
    tokens::token,
};

#[tokio::test]
async fn the_same_key_gives_the_same_run_also_while_it_runs_and_after_a_cut() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    ada.add_service(&app, "anthropic", "demo-aria+slow800", json!({"name": "aria"}))
        .await;
    let (_, program) = token(&mut ada, json!(["write"])).await;
    let body = asking("quorum/aria", json!([user(&question())]));
    let ask = |body: &Value| {
        request(&program, Method::POST, "/chat/completions")
            .header("idempotency-key", "one")
            .json(body)
    };
    // Whoever asks first hangs up before there is an answer.
    let cut = ask(&body).timeout(Duration::from_millis(300)).send().await;
    assert!(cut.is_err());
    let mut streamed = body.clone();
    streamed["stream"] = true.into();
    let (whole, told) = tokio::join!(read(ask(&body)), events(ask(&streamed)));
    assert_eq!(whole.0, StatusCode::OK);
    let pieces: String = told[..told.len() - 1]
        .iter()
        .filter_map(|event| {
            let chunk: Value = serde_json::from_str(event).unwrap();
            chunk["choices"][0]["delta"]["content"].as_str().map(str::to_owned)
        })
        .collect();
    assert_eq!(pieces, text(&whole.1));
    let again = read(ask(&body)).await.1;
    assert_eq!(again["id"], whole.1["id"]);
    assert_eq!(app.fleet.calls().count(), 1, "nobody was asked twice");
    let other = asking("quorum/aria", json!([user("Something else?")]));
    let (status, reply) = read(ask(&other)).await;
    assert_eq!(
        (status.as_u16(), reply["error"]["code"].as_str()),
        (400, Some("idempotency_mismatch"))
    );
    let listed = ada.get("/conversations").await;
    assert_eq!(listed["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_run_outlives_kill_9_and_its_key_finds_it_again() {
    let mut app = TestApp::start().await;
    let mut ada = app.admin().await;
    ada.add_service(&app, "anthropic", "demo-aria+tps80", json!({"name": "aria"}))
        .await;
    ada.add_service(&app, "openai", "demo-bolt", json!({"name": "bolt"}))
        .await;
    let (_, program) = token(&mut ada, json!(["read", "write"])).await;
    let body = asking("quorum", json!([user(&question())]));
    let asked = request(&program, Method::POST, "/chat/completions")
        .header("idempotency-key", "kept")
        .json(&body);
    let hanging = tokio::spawn(async move { asked.send().await.map(|_| ()) });
    let begun = Instant::now();
    while app.fleet.calls().count() < 2 {
        assert!(begun.elapsed() < Duration::from_secs(20));
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    app.kill();
    let _cut = hanging.await;
    app.restart();
    let program = TestUser::with_bearer(&app.origin, program.bearer.as_ref().unwrap());
    let asked = request(&program, Method::POST, "/chat/completions")
        .header("idempotency-key", "kept")
        .json(&body);
    let (status, reply) = read(asked).await;
    assert_eq!(status, StatusCode::OK, "{reply:#}");
    assert_eq!(reply["quorum"]["answered_by"], "consensus", "{reply:#}");
    let mut ada = TestUser::sign_in(&app.origin).await;
    assert_eq!(ada.get("/conversations").await["items"].as_array().unwrap().len(), 1);
}

/// What a service was asked that ends so; judges may still be at an earlier turn.
pub fn question_sent(app: &TestApp, calls: u64, end: &str) -> Vec<(String, String)> {
    let sent = app.fleet.calls().after(calls).into_iter().map(|call| call.messages);
    let mut questions = sent.filter(|messages| messages.last().is_some_and(|(_, text)| text == end));
    questions.next().expect("the question was sent")
}

#[tokio::test]
async fn a_history_goes_on_in_its_conversation_and_another_one_has_its_own() {
    let app = TestApp::start().await;
    let (mut ada, program) = council(&app).await;
    let first = chat(&program, &asking("quorum", json!([user(&question())]))).await;
    let conversation = first["quorum"]["conversation_id"].clone();
    let said =
        |answer: &str, next: &str| json!([user(&question()), {"role": "assistant", "content": answer}, user(next)]);
    let calls = app.fleet.calls().count();
    let second = chat(
        &program,
        &asking("quorum/demo-bolt", said(&text(&first), "And for updates?")),
    )
    .await;
    assert_eq!(second["quorum"]["conversation_id"], conversation);
    let sent = question_sent(&app, calls, "And for updates?");
    let wanted = [
        ("user".to_owned(), question()),
        ("assistant".to_owned(), text(&first)),
        ("user".to_owned(), "And for updates?".to_owned()),
    ];
    assert_eq!(sent, wanted);
    // An answer that was never given here is what the services read all the same.
    let calls = app.fleet.calls().count();
    let other = chat(
        &program,
        &asking("quorum/demo-bolt", said("An answer of somebody else.", "And why?")),
    )
    .await;
    assert_ne!(other["quorum"]["conversation_id"], conversation);
    let sent = question_sent(&app, calls, "And why?");
    assert_eq!(
        sent[1],
        ("assistant".to_owned(), "An answer of somebody else.".to_owned())
    );
    assert_eq!(sent.len(), 3);
    let brought = other["quorum"]["conversation_id"].as_str().unwrap();
    let page = ada.get(&format!("/conversations/{brought}/messages")).await;
    assert_eq!(page["items"].as_array().unwrap().len(), 2);
    // Asked again from the middle, the first conversation has moved on: this is another one.
    let again = chat(
        &program,
        &asking("quorum/demo-bolt", said(&text(&first), "And for deletes?")),
    )
    .await;
    assert_ne!(again["quorum"]["conversation_id"], conversation);
    let kept = ada
        .get(&format!("/conversations/{}", conversation.as_str().unwrap()))
        .await;
    assert_eq!(kept["message_count"], 2);
}

#[tokio::test]
async fn what_is_another_users_is_as_if_it_were_not_there() {
    let app = TestApp::start().await;
    let (mut ada, program) = council(&app).await;
    let bob = json!({"name": "Bob", "email": "bob@example.com", "password": "correct horse 8"});
    ada.post("/admin/users", bob).await;
    let mut bob = TestUser::sign_in_as(&app.origin, "bob@example.com", "correct horse 8").await;
    let (_, bobs) = token(&mut bob, json!(["read", "write"])).await;
    let services = ada.get("/services").await["items"][0]["id"].clone();
    ada.post("/panels", json!({"name": "mine", "service_ids": [services]}))
        .await;
    let body = json!({"model": "quorum:mine", "input": question()});
    let (status, asked) = read(request(&program, Method::POST, "/responses").json(&body)).await;
    assert_eq!(status, StatusCode::OK, "{asked:#}");
    let path = format!("/responses/{}", asked["id"].as_str().unwrap());
    let (status, theirs) = read(request(&bobs, Method::GET, &path)).await;
    let nowhere = format!("/responses/resp_{}", uuid::Uuid::now_v7().simple());
    assert_eq!(
        (status, theirs),
        read(request(&bobs, Method::GET, &nowhere)).await,
        "as what is not there"
    );
    assert_eq!(status, StatusCode::NOT_FOUND);
    let (status, _) = read(request(&bobs, Method::POST, "/responses").json(&body)).await;
    assert_eq!(status, StatusCode::NOT_FOUND, "a panel is its user's");
    let body = json!({"model": "quorum:best", "input": "more", "previous_response_id": asked["id"]});
    let (status, reply) = read(request(&bobs, Method::POST, "/responses").json(&body)).await;
    assert_eq!(
        (status.as_u16(), reply["error"]["param"].as_str()),
        (400, Some("previous_response_id"))
    );
}
