//! Whatever is sent, the reply is a clear problem that names field and limit, and nothing breaks.

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{TestApp, TestUser};

async fn refused(user: &mut TestUser, path: &str, body: Value, status: u16, field: &str) -> Value {
    let (found, problem) = user.send(Method::POST, path, Some(body)).await;
    assert_eq!(found.as_u16(), status, "{problem}");
    if !field.is_empty() {
        assert_eq!(problem["errors"][0]["field"], field, "{problem}");
    }
    problem
}

#[tokio::test]
async fn messages_that_break_a_rule_are_refused_by_field_and_limit() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    let conversation = ada.conversation(json!({})).await;
    let path = format!("/conversations/{conversation}/messages");
    refused(&mut ada, &path, json!({"content": "hello"}), 422, "").await;
    let service = ada.add_service(&app, "openai", "demo-bolt", json!({})).await;
    refused(&mut ada, &path, json!({"content": "  \n "}), 422, "content").await;
    let long = refused(&mut ada, &path, json!({"content": "x".repeat(8_001)}), 422, "content").await;
    assert_eq!(long["errors"][0]["limit"], 8_000);
    refused(&mut ada, &path, json!({"content": "nul \0"}), 422, "content").await;
    refused(&mut ada, &path, json!({"content": 7}), 422, "body").await;
    refused(&mut ada, &path, json!({}), 422, "content").await;
    refused(
        &mut ada,
        &path,
        json!({"content": "hi", "service_ids": ["01a1fcbb-c487-76a1-aca0-dce20c31076e"]}),
        422,
        "service_ids",
    )
    .await;
    refused(
        &mut ada,
        &path,
        json!({"content": "hi", "service_ids": [service, service]}),
        422,
        "service_ids",
    )
    .await;
    let nine: Vec<&str> = vec![&service; 9];
    assert_eq!(
        refused(
            &mut ada,
            &path,
            json!({"content": "hi", "service_ids": nine}),
            422,
            "service_ids"
        )
        .await["errors"][0]["limit"],
        8
    );
    assert!(ada.get(&path).await["items"].as_array().unwrap().is_empty());
    assert_eq!(app.fleet.calls().count(), 0);
}

#[tokio::test]
async fn bodies_that_are_no_json_too_large_or_of_another_type_are_refused() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    let json_type = [("content-type", "application/json")];
    let (status, problem) = ada
        .send_raw(Method::POST, "/conversations", &json_type, b"{\"title\": ".to_vec())
        .await;
    assert_eq!(
        (status.as_u16(), problem["type"].as_str()),
        (400, Some("/problems/malformed_json"))
    );
    for list in ["[]", "[null, null]", "\"text\"", "null"] {
        let (status, problem) = ada
            .send_raw(Method::POST, "/conversations", &json_type, list.into())
            .await;
        assert_eq!(
            (status.as_u16(), problem["errors"][0]["field"].as_str()),
            (422, Some("body")),
            "{list}"
        );
    }
    let (status, _) = ada
        .send_raw(
            Method::POST,
            "/conversations",
            &[("content-type", "text/plain")],
            b"{}".to_vec(),
        )
        .await;
    assert_eq!(status, 415);
    let (status, problem) = ada
        .send_raw(Method::POST, "/conversations", &json_type, vec![b' '; 1_100_000])
        .await;
    assert_eq!(
        (status.as_u16(), problem["type"].as_str()),
        (413, Some("/problems/payload_too_large"))
    );
    let (status, _) = ada
        .send_raw(
            Method::POST,
            "/conversations",
            &[("content-type", "application/json"), ("idempotency-key", "two words")],
            b"{}".to_vec(),
        )
        .await;
    assert_eq!(status, 422);
}

#[tokio::test]
async fn unknown_ids_and_odd_queries_are_clear_refusals() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    for path in [
        "/conversations/nonsense",
        "/conversations/01a1fcbb-c487-76a1-aca0-dce20c31076e",
        "/responses/01a1fcbb-c487-76a1-aca0-dce20c31076e",
        "/batches/%00",
        "/nowhere",
    ] {
        let (status, _) = ada.send(Method::GET, path, None).await;
        assert_eq!(status, 404, "{path}");
    }
    for path in [
        "/conversations?limit=0",
        "/conversations?limit=1000",
        "/conversations?cursor=zzz",
        "/search?q=",
        "/conversations?archived=perhaps",
    ] {
        let (status, problem) = ada.send(Method::GET, path, None).await;
        assert_eq!(status, 422, "{path}: {problem}");
    }
    for query in ["%27", "%22", "%25", "a%20OR%20b", "NEAR(", "%5C", "*"] {
        ada.get(&format!("/search?q={query}")).await;
    }
}

#[tokio::test]
async fn accounts_are_refused_by_field_and_only_the_first_is_made() {
    let app = TestApp::start().await;
    let mut user = TestUser::new(&app.origin);
    let account = |name: &str, email: &str, password: &str| json!({"name": name, "email": email, "password": password});
    refused(
        &mut user,
        "/auth/register",
        account("", "a@b.c", "correct horse 7"),
        422,
        "name",
    )
    .await;
    refused(
        &mut user,
        "/auth/register",
        account("Ada", "nobody", "correct horse 7"),
        422,
        "email",
    )
    .await;
    refused(
        &mut user,
        "/auth/register",
        account("Ada", "a@b.c", "short"),
        422,
        "password",
    )
    .await;
    refused(
        &mut user,
        "/auth/register",
        account("Ada", "a@b.c", "Password123"),
        422,
        "password",
    )
    .await;
    app.admin().await;
    refused(
        &mut user,
        "/auth/register",
        account("Eve", "e@b.c", "correct horse 7"),
        403,
        "",
    )
    .await;
    let wrong = refused(
        &mut user,
        "/auth/login",
        json!({"email": "ada@example.com", "password": "wrong"}),
        401,
        "",
    )
    .await;
    let unknown = refused(
        &mut user,
        "/auth/login",
        json!({"email": "eve@example.com", "password": "wrong"}),
        401,
        "",
    )
    .await;
    assert_eq!(wrong, unknown);
    for _ in 0..8 {
        user.send(
            Method::POST,
            "/auth/login",
            Some(json!({"email": "ada@example.com", "password": "wrong"})),
        )
        .await;
    }
    let throttled = refused(
        &mut user,
        "/auth/login",
        json!({"email": "ada@example.com", "password": "wrong"}),
        429,
        "",
    )
    .await;
    assert!(throttled["retry_after"].as_i64().unwrap() > 0);
}

#[tokio::test]
async fn services_at_private_addresses_or_with_odd_numbers_are_refused() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    let service = |url: &str| json!({"name": "x", "service_type": "openai", "base_url": url, "model": "m"});
    for url in [
        "http://127.0.0.1:1/v1",
        "http://169.254.169.254/",
        "http://[::1]/",
        "file:///etc/passwd",
        "http://user@example.com/",
        "http://2130706433/",
        "nonsense",
    ] {
        refused(&mut ada, "/admin/services", service(url), 422, "base_url").await;
    }
    let mut odd = service("https://api.example.com/v1");
    odd["temperature"] = json!(3);
    refused(&mut ada, "/admin/services", odd, 422, "temperature").await;
}
