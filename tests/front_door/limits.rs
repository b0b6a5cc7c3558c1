//! Too often is refused politely, and guessing of passwords is slowed down without locking anybody out.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::harness::{TestApp, TestUser};

/// A refusal that says when to come back.
async fn refused(user: &TestUser, path: &str, body: &Value) -> Option<u64> {
    let url = format!("{}/api/v1{path}", user.origin);
    let request = user.client.post(url).header("cookie", &user.cookie);
    let reply = request
        .header("x-csrf-token", &user.csrf)
        .json(body)
        .send()
        .await
        .unwrap();
    if reply.status() != StatusCode::TOO_MANY_REQUESTS {
        return None;
    }
    let seconds = reply.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    let problem: Value = reply.json().await.unwrap();
    assert_eq!(problem["type"], "/problems/rate_limited");
    assert_eq!(problem["retry_after"], seconds);
    Some(seconds)
}

#[tokio::test]
async fn a_user_who_asks_too_often_is_told_when_to_come_back_and_others_go_on() {
    let app = TestApp::start_with(&[("QUORUM__RATES__ASKING", "{per_minute=1,burst=2}")]).await;
    let mut ada = app.admin().await;
    let services = vec![ada.add_service(&app, "openai", "demo-bolt", json!({})).await];
    let conversation = ada.conversation(json!({"judging_policy": "off"})).await;
    let account = json!({"name": "Bob", "email": "bob@example.com", "password": "correct horse 7"});
    ada.post("/admin/users", account).await;
    for _ in 0..2 {
        ada.ask(&conversation, "hello", &services).await;
    }
    let path = format!("/conversations/{conversation}/messages");
    let question = json!({"content": "hello", "service_ids": services});
    let seconds = refused(&ada, &path, &question).await.expect("a refusal");
    assert!((50..=60).contains(&seconds), "{seconds}");
    // What costs nothing is still taken, and nobody else is held up.
    ada.post(&path, json!({"content": "a note", "trigger_ai_responses": false}))
        .await;
    let mut bob = TestUser::sign_in_as(&app.origin, "bob@example.com", "correct horse 7").await;
    let own = bob.conversation(json!({"judging_policy": "off"})).await;
    bob.ask(&own, "hello", &services).await;
}

#[tokio::test]
async fn requests_are_counted_by_user_and_by_address() {
    let by_user = TestApp::start_with(&[("QUORUM__RATES__USER", "{per_minute=1,burst=5}")]).await;
    let mut ada = by_user.admin().await;
    for _ in 0..5 {
        ada.get("/conversations").await;
    }
    let (status, problem) = ada.send(Method::GET, "/conversations", None).await;
    assert_eq!(
        (status.as_u16(), &problem["type"]),
        (429, &json!("/problems/rate_limited"))
    );

    let by_address = TestApp::start_with(&[("QUORUM__RATES__ADDRESS", "{per_minute=1,burst=3}")]).await;
    let mut stranger = TestUser::new(&by_address.origin);
    for _ in 0..3 {
        stranger.get("/instance").await;
    }
    assert_eq!(stranger.send(Method::GET, "/instance", None).await.0.as_u16(), 429);
    let live = stranger.client.get(format!("{}/health/live", by_address.origin));
    assert_eq!(live.send().await.unwrap().status(), StatusCode::OK);
}

async fn guess(user: &TestUser, email: &str, password: &str, forwarded: &str) -> StatusCode {
    let url = format!("{}/api/v1/auth/login", user.origin);
    let request = user.client.post(url).header("x-forwarded-for", forwarded);
    let request = request.header("cookie", &user.cookie);
    let body = json!({"email": email, "password": password});
    request.json(&body).send().await.unwrap().status()
}

#[tokio::test]
async fn a_forged_forwarded_header_buys_no_more_guesses() {
    let app = TestApp::start().await;
    app.admin().await;
    let stranger = TestUser::new(&app.origin);
    let mut seen = Vec::new();
    for number in 0..12 {
        let forged = format!("203.0.113.{number}");
        seen.push(guess(&stranger, "ada@example.com", "wrong", &forged).await.as_u16());
    }
    assert_eq!(seen[..8], [401; 8]);
    assert_eq!(seen[8..], [429; 4]);
}

#[tokio::test]
async fn guessing_from_many_addresses_is_slowed_down_but_the_owner_still_gets_in() {
    let app = TestApp::start_with(&[
        ("QUORUM__SERVER__TRUSTED_PROXIES", r#"["127.0.0.1"]"#),
        ("QUORUM__RATES__SIGN_IN_ACCOUNT", "{per_minute=1,burst=10}"),
    ])
    .await;
    app.admin().await;
    let mut stranger = TestUser::new(&app.origin);
    let right = "correct horse 7";
    // The owner signs in from home, and keeps the browser's cookie.
    let url = format!("{}/api/v1/auth/login", app.origin);
    let body = json!({"email": "ada@example.com", "password": right});
    let request = stranger.client.post(url).header("x-forwarded-for", "198.51.100.1");
    let reply = request.json(&body).send().await.unwrap();
    let cookies: Vec<&str> = reply
        .headers()
        .get_all("set-cookie")
        .iter()
        .map(|cookie| cookie.to_str().unwrap())
        .collect();
    let device = cookies
        .iter()
        .find(|cookie| cookie.starts_with("quorum_device="))
        .unwrap();
    assert!(
        device.contains("HttpOnly") && device.contains("SameSite=Strict"),
        "{device}"
    );
    let device = device.split(';').next().unwrap().to_owned();

    let mut refusals = 0;
    for number in 0..30 {
        let from = format!("203.0.113.{number}");
        refusals += u32::from(guess(&stranger, "ada@example.com", "wrong", &from).await.as_u16() == 429);
    }
    assert_eq!(refusals, 20);
    // A stranger's place is refused even with the right password; home and the browser are not.
    assert_eq!(
        guess(&stranger, "ada@example.com", right, "203.0.113.99")
            .await
            .as_u16(),
        429
    );
    assert_eq!(
        guess(&stranger, "ada@example.com", right, "198.51.100.1")
            .await
            .as_u16(),
        200
    );
    stranger.cookie = device;
    assert_eq!(
        guess(&stranger, "ada@example.com", right, "203.0.113.98")
            .await
            .as_u16(),
        200
    );
}

#[tokio::test]
async fn a_right_password_never_counts_as_a_guess() {
    let app = TestApp::start().await;
    app.admin().await;
    for _ in 0..15 {
        TestUser::sign_in(&app.origin).await;
    }
}
