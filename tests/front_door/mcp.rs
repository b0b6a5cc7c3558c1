//! The Model Context Protocol at its door: who is let in, and what the tools do.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::{
    harness::{TestApp, TestUser, id, question},
    tokens::token,
};

fn sent(user: &TestUser, method: &str, params: Value) -> reqwest::RequestBuilder {
    let request = user
        .client
        .post(format!("{}/mcp", user.origin))
        .header("accept", "application/json, text/event-stream")
        .header("mcp-protocol-version", "2025-06-18")
        .json(&json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}));
    match &user.bearer {
        Some(token) => request.bearer_auth(token),
        None => request,
    }
}

/// Every message of the reply, the result last.
async fn replies(request: reqwest::RequestBuilder) -> Vec<Value> {
    let reply = request.send().await.unwrap();
    assert_eq!(reply.status(), StatusCode::OK);
    let body = reply.text().await.unwrap();
    let data = body.lines().filter_map(|line| line.strip_prefix("data: "));
    let found: Vec<Value> = data.filter_map(|data| serde_json::from_str(data).ok()).collect();
    if found.is_empty() {
        vec![serde_json::from_str(&body).unwrap()]
    } else {
        found
    }
}

async fn call(user: &TestUser, tool: &str, arguments: Value) -> Value {
    let params = json!({"name": tool, "arguments": arguments});
    let mut found = replies(sent(user, "tools/call", params)).await;
    found.pop().unwrap()["result"].clone()
}

#[tokio::test]
async fn only_a_token_opens_it_and_no_page_of_another_site() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    let (token_id, program) = token(&mut ada, json!(["read"])).await;
    let refused = |request: reqwest::RequestBuilder| async move { request.send().await.unwrap().status().as_u16() };
    assert_eq!(
        refused(sent(&TestUser::new(&app.origin), "tools/list", json!({}))).await,
        401
    );
    let by_cookie = sent(&TestUser::new(&app.origin), "tools/list", json!({})).header("cookie", &ada.cookie);
    assert_eq!(refused(by_cookie).await, 401);
    let elsewhere = sent(&program, "tools/list", json!({})).header("origin", "https://evil.example");
    assert_eq!(refused(elsewhere).await, 403);
    let listed = replies(sent(&program, "tools/list", json!({}))).await;
    let names: Vec<&str> = listed[0]["result"]["tools"]
        .as_array()
        .unwrap()
        .iter()
        .map(|tool| tool["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["ask_council", "get_run", "list_services"]);
    let result = call(&program, "ask_council", json!({"question": "Hello?"})).await;
    assert_eq!(result["isError"], true);
    assert!(result["content"][0]["text"].as_str().unwrap().contains("`write`"));
    ada.send(Method::DELETE, &format!("/api-tokens/{token_id}"), None).await;
    assert_eq!(refused(sent(&program, "tools/list", json!({}))).await, 401);
}

#[tokio::test]
async fn the_council_is_asked_once_tells_how_far_it_is_and_is_found_again() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    ada.add_three(&app).await;
    let (_, program) = token(&mut ada, json!(["read", "write"])).await;
    let arguments = json!({"question": question(), "model": "quorum:best", "idempotency_key": "once"});
    let params = json!({"name": "ask_council", "arguments": arguments, "_meta": {"progressToken": "p"}});
    let told = replies(sent(&program, "tools/call", params)).await;
    let (result, notes) = told.split_last().unwrap();
    let so_far: Vec<f64> = notes
        .iter()
        .map(|note| {
            assert_eq!(
                (note["method"].as_str(), note["params"]["progressToken"].as_str()),
                (Some("notifications/progress"), Some("p"))
            );
            note["params"]["progress"].as_f64().unwrap()
        })
        .collect();
    assert!(
        !so_far.is_empty() && so_far.windows(2).all(|pair| pair[0] < pair[1]),
        "{so_far:?}"
    );
    let data = &result["result"]["structuredContent"];
    assert_eq!(data["quorum"]["answered_by"], "best", "{result:#}");
    assert_eq!(data["answer"], result["result"]["content"][0]["text"]);
    let again = call(&program, "ask_council", arguments).await;
    assert_eq!(again["structuredContent"]["run_id"], data["run_id"]);
    let found = call(&program, "get_run", json!({"run_id": data["run_id"]})).await;
    assert_eq!(found["structuredContent"]["answer"], data["answer"]);
    assert_eq!(app.fleet.calls().count(), 3, "three services, once each");
    let next = json!({"question": "And why?", "previous_run_id": data["run_id"], "model": "quorum/demo-aria"});
    let next = call(&program, "ask_council", next).await;
    assert_eq!(
        next["structuredContent"]["quorum"]["conversation_id"],
        data["quorum"]["conversation_id"]
    );
    let services = call(&program, "list_services", json!({})).await;
    assert!(services.to_string().contains("quorum/demo-cedar"));
    let wrong = call(&program, "ask_council", json!({"question": "x", "model": "gpt-4o"})).await;
    assert_eq!(wrong["isError"], true);
}

#[tokio::test]
async fn conversations_are_resources_of_their_user_alone() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    let service = ada.add_service(&app, "anthropic", "demo-aria", json!({})).await;
    let (_, program) = token(&mut ada, json!(["read"])).await;
    let conversation = ada
        .conversation(json!({"title": "Indexes", "judging_policy": "off"}))
        .await;
    let message = ada.ask(&conversation, &question(), &[service]).await;
    ada.finished(&id(&message["batch"])).await;
    let listed = replies(sent(&program, "resources/list", json!({}))).await;
    let resource = &listed[0]["result"]["resources"][0];
    let uri = format!("quorum://conversations/{conversation}");
    assert_eq!(
        (resource["uri"].as_str(), resource["name"].as_str()),
        (Some(uri.as_str()), Some("Indexes"))
    );
    let read = replies(sent(&program, "resources/read", json!({"uri": uri}))).await;
    let text = read[0]["result"]["contents"][0]["text"].as_str().unwrap();
    assert!(text.starts_with("# Indexes") && text.contains("BRIN"), "{text}");
    let bob = json!({"name": "Bob", "email": "bob@example.com", "password": "correct horse 8"});
    ada.post("/admin/users", bob).await;
    let mut bob = TestUser::sign_in_as(&app.origin, "bob@example.com", "correct horse 8").await;
    let (_, bobs) = token(&mut bob, json!(["read"])).await;
    let theirs = replies(sent(&bobs, "resources/read", json!({"uri": uri}))).await;
    let nothing = format!("quorum://conversations/{}", uuid::Uuid::now_v7());
    let nowhere = replies(sent(&bobs, "resources/read", json!({"uri": nothing}))).await;
    assert_eq!(theirs[0]["error"], nowhere[0]["error"]);
    assert!(theirs[0]["error"].is_object());
}
