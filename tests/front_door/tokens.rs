//! Personal API tokens: on every route and socket, within their scopes, until they are revoked.

use futures::StreamExt;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

use crate::{
    harness::{TestApp, TestUser, id, question},
    sockets::{frame, open},
};

/// A token with these scopes, as whoever holds it.
pub async fn token(user: &mut TestUser, scopes: Value) -> (String, TestUser) {
    let made = user
        .post("/api-tokens", json!({"name": "script", "scopes": scopes}))
        .await;
    let text = made["token"].as_str().unwrap();
    assert!(text.starts_with("qk_") && text.ends_with(made["api_token"]["last4"].as_str().unwrap()));
    (id(&made["api_token"]), TestUser::with_bearer(&user.origin, text))
}

#[tokio::test]
async fn a_program_asks_and_reads_with_a_token_and_needs_no_cookie() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    let service = ada.add_service(&app, "anthropic", "demo-aria", json!({})).await;
    let (token_id, mut program) = token(&mut ada, json!(["read", "write"])).await;
    let conversation = program.conversation(json!({"judging_policy": "local"})).await;
    let mut socket = open(&program, &format!("/ws/conversation/{conversation}"), None)
        .await
        .unwrap();
    let message = program.ask(&conversation, &question(), &[service]).await;
    assert_eq!(program.finished(&id(&message["batch"])).await["status"], "COMPLETED");
    while frame(&mut socket).await["type"] != "batch_complete" {}
    assert_eq!(program.get("/auth/me").await["csrf_token"], Value::Null);
    let listed = ada.get("/api-tokens").await;
    assert_eq!(listed["items"][0]["id"], token_id.as_str());
    assert!(listed["items"][0]["last_used_at"].is_string());
    assert!(!listed.to_string().contains(program.bearer.as_ref().unwrap()));
}

#[tokio::test]
async fn a_token_does_what_its_scopes_name_and_nothing_else() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    let (_, mut reader) = token(&mut ada, json!(["read"])).await;
    let (_, mut writer) = token(&mut ada, json!(["write"])).await;
    let (_, mut keeper) = token(&mut ada, json!(["account", "read"])).await;
    let refused = |(status, problem): (StatusCode, Value), scope: &str| {
        assert_eq!(status, StatusCode::FORBIDDEN, "{problem}");
        assert_eq!(problem["type"], "/problems/scope_missing");
        assert!(
            problem["detail"].as_str().unwrap().contains(&format!("`{scope}`")),
            "{problem}"
        );
    };
    reader.get("/conversations").await;
    refused(
        reader.send(Method::POST, "/conversations", Some(json!({}))).await,
        "write",
    );
    refused(reader.send(Method::GET, "/admin/users", None).await, "admin");
    refused(reader.send(Method::GET, "/api-tokens", None).await, "account");
    writer.conversation(json!({})).await;
    refused(writer.send(Method::GET, "/conversations", None).await, "read");
    assert!(open(&writer, "/ws/user", None).await.is_err());
    let more = json!({"name": "more", "scopes": ["admin"]});
    let (status, problem) = keeper.send(Method::POST, "/api-tokens", Some(more)).await;
    assert_eq!(
        (status, &problem["errors"][0]["field"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("scopes"))
    );
    token(&mut keeper, json!(["read"])).await;
}

#[tokio::test]
async fn the_scope_admin_makes_nobody_an_admin() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    let account = json!({"name": "Bob", "email": "bob@example.com", "password": "battery staple 9"});
    ada.post("/admin/users", account).await;
    let mut bob = TestUser::sign_in_as(&app.origin, "bob@example.com", "battery staple 9").await;
    let (bobs, mut program) = token(&mut bob, json!(["read", "write", "account", "admin"])).await;
    let (status, problem) = program.send(Method::GET, "/admin/users", None).await;
    assert_eq!(
        (status, &problem["type"]),
        (StatusCode::FORBIDDEN, &json!("/problems/forbidden"))
    );
    let (status, _) = ada.send(Method::DELETE, &format!("/api-tokens/{bobs}"), None).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_revoked_token_is_refused_at_once_and_its_socket_closes() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    let (token_id, mut program) = token(&mut ada, json!(["read"])).await;
    let mut socket = open(&program, "/ws/user", None).await.unwrap();
    assert_eq!(frame(&mut socket).await["type"], "ready");
    let (status, _) = ada.send(Method::DELETE, &format!("/api-tokens/{token_id}"), None).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    let (status, problem) = program.send(Method::GET, "/conversations", None).await;
    assert_eq!(
        (status, &problem["type"]),
        (StatusCode::UNAUTHORIZED, &json!("/problems/unauthenticated"))
    );
    let code = loop {
        if let Message::Close(frame) = socket.next().await.unwrap().unwrap() {
            break u16::from(frame.unwrap().code);
        }
    };
    assert_eq!(code, 4401);
    assert!(ada.get("/api-tokens").await["items"].as_array().unwrap().is_empty());
}

#[tokio::test]
async fn a_request_has_one_author() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    let (_, program) = token(&mut ada, json!(["read"])).await;
    let good = format!("Bearer {}", program.bearer.as_ref().unwrap());
    let bare = program.bearer.clone().unwrap();
    let address = format!("{}/api/v1/conversations", app.origin);
    // A wrong token is not made good by the cookie beside it; other schemes, places and doubles are not read.
    for headers in [
        vec![("authorization", "Bearer qk_wrong"), ("cookie", ada.cookie.as_str())],
        vec![("authorization", good.as_str()), ("authorization", good.as_str())],
        vec![("authorization", bare.as_str())],
        vec![("authorization", "Basic YWRhOmFkYQ=="), ("cookie", ada.cookie.as_str())],
        vec![("authorization", "Bearer "), ("cookie", ada.cookie.as_str())],
        vec![("x-api-key", bare.as_str())],
    ] {
        let mut request = program.client.get(&address);
        for (name, value) in &headers {
            request = request.header(*name, *value);
        }
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), StatusCode::UNAUTHORIZED, "{headers:?}");
        assert_eq!(response.headers()["www-authenticate"], "Bearer");
    }
    let in_query = program
        .client
        .get(format!("{address}?access_token={bare}&token={bare}"));
    assert_eq!(in_query.send().await.unwrap().status(), StatusCode::UNAUTHORIZED);
    let scheme = program
        .client
        .get(&address)
        .header("authorization", format!("bearer {bare}"));
    assert_eq!(scheme.send().await.unwrap().status(), StatusCode::OK);
}

#[tokio::test]
async fn a_token_cannot_be_made_without_name_scope_or_with_an_absurd_end() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    for (body, field) in [
        (json!({"name": " ", "scopes": ["read"]}), "name"),
        (json!({"name": "x".repeat(101), "scopes": ["read"]}), "name"),
        (json!({"name": "x", "scopes": []}), "body"),
        (json!({"name": "x", "scopes": ["everything"]}), "body"),
        (json!({"name": "x"}), "scopes"),
        (
            json!({"name": "x", "scopes": ["read"], "expires_in_days": 0}),
            "expires_in_days",
        ),
        (
            json!({"name": "x", "scopes": ["read"], "expires_in_days": 9_999}),
            "expires_in_days",
        ),
        (json!({"name": "x", "scopes": ["read"], "user_id": "0"}), "user_id"),
    ] {
        let (status, problem) = ada.send(Method::POST, "/api-tokens", Some(body.clone())).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{body} {problem}");
        assert_eq!(problem["errors"][0]["field"], field, "{body} {problem}");
    }
    let made = ada
        .post(
            "/api-tokens",
            json!({"name": "x", "scopes": ["account"], "expires_in_days": 2}),
        )
        .await;
    assert!(made["api_token"]["expires_at"].is_string());
    let mut program = TestUser::with_bearer(&app.origin, made["token"].as_str().unwrap());
    for days in [json!(null), json!(3)] {
        let longer = json!({"name": "x", "scopes": ["account"], "expires_in_days": days});
        let (_, problem) = program.send(Method::POST, "/api-tokens", Some(longer)).await;
        assert_eq!(problem["errors"][0]["field"], "expires_in_days", "{problem}");
    }
}
