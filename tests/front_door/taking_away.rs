//! Prompts that are kept, conversations that are taken away, brought in, and shown to others.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::harness::{TestApp, TestUser, id, question, responses};

async fn ranked_turn(app: &TestApp, ada: &mut TestUser) -> (String, Value) {
    let services = ada.add_three(app).await;
    let settings = json!({"judging_policy": "local", "system_prompt": "Private instructions"});
    let conversation = ada.conversation(settings).await;
    let message = ada.ask(&conversation, &question(), &services).await;
    let batch = ada.finished(&id(&message["batch"])).await;
    (conversation, batch)
}

#[tokio::test]
async fn a_conversation_is_taken_away_and_brought_in_again_as_it_was() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    let (conversation, batch) = ranked_turn(&app, &mut ada).await;
    let kept = id(&responses(&batch)[1]);
    let removed = id(&responses(&batch)[2]);
    ada.post(&format!("/responses/{kept}/select"), json!({})).await;
    ada.post(&format!("/responses/{removed}/delete"), json!({})).await;
    let document = ada
        .get(&format!("/conversations/{conversation}/export?format=json"))
        .await;
    assert_eq!(document["format"], "quorum.conversation");
    assert_eq!(document["turns"][0]["answers"].as_array().unwrap().len(), 2);
    let text = ada
        .client
        .get(format!("{}/api/v1/conversations/{conversation}/export", app.origin))
        .header("cookie", &ada.cookie)
        .send()
        .await
        .unwrap();
    assert!(
        text.headers()["content-type"]
            .to_str()
            .unwrap()
            .starts_with("text/markdown")
    );
    assert!(
        text.headers()["content-disposition"]
            .to_str()
            .unwrap()
            .contains("attachment")
    );
    let text = text.text().await.unwrap();
    assert!(text.contains(&question()) && text.contains(", kept"), "{text}");

    let calls = app.fleet.calls().count();
    let brought_in = ada.post("/conversations/import", document.clone()).await;
    let again = ada
        .get(&format!("/conversations/{}/export?format=json", id(&brought_in)))
        .await;
    assert_eq!(again, document);
    assert_eq!(app.fleet.calls().count(), calls, "nobody is asked");
    let found = ada.get("/services").await;
    assert_eq!(found["items"].as_array().unwrap().len(), 3, "no service was added");
    let thread = ada.get(&format!("/conversations/{}/messages", id(&brought_in))).await;
    let batch = &thread["items"][0]["batch"];
    assert_eq!(batch["status"], "COMPLETED");
    assert_eq!(
        responses(batch)
            .iter()
            .filter(|response| response["selected"] == true)
            .count(),
        1
    );
    // The next question has the kept answer before it.
    let context = ada.get(&format!("/conversations/{}/context", id(&brought_in))).await;
    assert_eq!(
        context["services"][0]["messages"].as_array().unwrap().len(),
        3,
        "{context}"
    );
}

#[tokio::test]
async fn a_document_that_cannot_be_brought_in_is_refused_by_name_of_the_field() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    let turn = json!({"content": "What?", "answers": [{"service_name": "Aria", "content": "This."}]});
    for (change, field) in [
        (json!({"format": "other"}), "format"),
        (json!({"version": 9}), "format"),
        (json!({"turns": []}), "turns"),
        (json!({"turns": [{"content": "a\u{0}b"}]}), "turns.content"),
        (
            json!({"turns": [{"content": "a", "answers": vec![turn["answers"][0].clone(); 17]}]}),
            "turns.answers",
        ),
    ] {
        let mut document = json!({"format": "quorum.conversation", "version": 1, "title": "T", "turns": [turn]});
        document
            .as_object_mut()
            .unwrap()
            .extend(change.as_object().unwrap().clone());
        let (status, problem) = ada.send(Method::POST, "/conversations/import", Some(document)).await;
        assert_eq!(
            (status.as_u16(), problem["errors"][0]["field"].as_str()),
            (422, Some(field)),
            "{problem}"
        );
    }
}

#[tokio::test]
async fn a_link_shows_a_snapshot_to_anybody_until_it_is_taken_back() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    let (conversation, batch) = ranked_turn(&app, &mut ada).await;
    let kept = id(&responses(&batch)[1]);
    ada.post(&format!("/responses/{kept}/select"), json!({})).await;
    let path = format!("/conversations/{conversation}/shares");
    let all = ada.post(&path, json!({})).await;
    let one = ada.post(&path, json!({"answers": "kept"})).await;
    let token = all["token"].as_str().unwrap().to_owned();
    assert!(token.len() >= 43);
    let mut stranger = TestUser::new(&app.origin);
    let shown = stranger.get(&format!("/shared/{token}")).await;
    assert_eq!(shown["transcript"]["turns"][0]["answers"].as_array().unwrap().len(), 3);
    for secret in ["Private instructions", "cost", "fleet-key", "ada@example.com", "Ada\""] {
        assert!(!shown.to_string().contains(secret), "{secret}");
    }
    let shown = stranger
        .get(&format!("/shared/{}", one["token"].as_str().unwrap()))
        .await;
    assert_eq!(shown["transcript"]["turns"][0]["answers"].as_array().unwrap().len(), 1);
    // What is said later is not in the snapshot.
    ada.ask(&conversation, "Later words", &[]).await;
    let shown = stranger.get(&format!("/shared/{token}")).await;
    assert!(!shown.to_string().contains("Later words"));
    let listed = ada.get(&path).await;
    assert_eq!(listed["items"].as_array().unwrap().len(), 2);
    assert!(!listed.to_string().contains(&token));
    let share = id(&all["share"]);
    ada.post(
        "/admin/users",
        json!({"name": "Bob", "email": "bob@example.com", "password": "battery staple 9"}),
    )
    .await;
    let mut bob = TestUser::sign_in_as(&app.origin, "bob@example.com", "battery staple 9").await;
    let (status, _) = bob.send(Method::DELETE, &format!("/shares/{share}"), None).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    let (status, _) = ada.send(Method::DELETE, &format!("/shares/{share}"), None).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    let (status, _) = stranger.send(Method::GET, &format!("/shared/{token}"), None).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    ada.send(Method::DELETE, &format!("/conversations/{conversation}"), None)
        .await;
    let (status, _) = stranger
        .send(
            Method::GET,
            &format!("/shared/{}", one["token"].as_str().unwrap()),
            None,
        )
        .await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn prompts_are_kept_by_name_for_each_user() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    let prompt = ada
        .post(
            "/prompts",
            json!({"name": "shorter", "content": "Say it in fewer words."}),
        )
        .await;
    let (status, _) = ada
        .send(
            Method::POST,
            "/prompts",
            Some(json!({"name": "shorter", "content": "Again"})),
        )
        .await;
    assert_eq!(status, StatusCode::CONFLICT);
    for (name, content, field) in [("two words", "x", "name"), ("", "x", "name"), ("fine", " ", "content")] {
        let draft = json!({"name": name, "content": content});
        let (status, problem) = ada.send(Method::POST, "/prompts", Some(draft)).await;
        assert_eq!(
            (status.as_u16(), problem["errors"][0]["field"].as_str()),
            (422, Some(field))
        );
    }
    let path = format!("/prompts/{}", id(&prompt));
    let (status, changed) = ada
        .send(
            Method::PUT,
            &path,
            Some(json!({"name": "brief", "content": "Be brief."})),
        )
        .await;
    assert_eq!((status, changed["name"].as_str()), (StatusCode::OK, Some("brief")));
    ada.post(
        "/admin/users",
        json!({"name": "Bob", "email": "bob@example.com", "password": "battery staple 9"}),
    )
    .await;
    let mut bob = TestUser::sign_in_as(&app.origin, "bob@example.com", "battery staple 9").await;
    assert_eq!(bob.get("/prompts").await["items"], json!([]));
    for method in [Method::PUT, Method::DELETE] {
        let (status, _) = bob
            .send(method, &path, Some(json!({"name": "mine", "content": "x"})))
            .await;
        assert_eq!(status, StatusCode::NOT_FOUND);
    }
    bob.post("/prompts", json!({"name": "brief", "content": "My own"}))
        .await;
    let (status, _) = ada.send(Method::DELETE, &path, None).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    assert_eq!(ada.get("/prompts").await["items"], json!([]));
}

#[tokio::test]
async fn a_long_conversation_comes_in_and_one_that_is_far_too_long_does_not() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    let document = |answers: usize| {
        let answer = json!({"service_name": "Elsewhere", "content": "x".repeat(390_000)});
        let turn = json!({"content": "Tell me all of it.", "answers": vec![answer; answers]});
        json!({"format": "quorum.conversation", "version": 1, "title": "Long", "turns": [turn]})
    };
    let brought = ada.post("/conversations/import", document(4)).await;
    assert_eq!(brought["message_count"], 1);
    let many: Vec<Value> = (0..2).map(|_| document(16)["turns"][0].clone()).collect();
    let mut long = document(1);
    long["turns"] = many.into();
    let (status, problem) = ada.send(Method::POST, "/conversations/import", Some(long)).await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE, "{problem}");
    assert!(problem["detail"].as_str().unwrap().contains("8192 KB"), "{problem}");
}
