//! What the wire formats of others refuse, and how they tell of what failed.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::{
    compatible::{asking, chat, council, events, read, request, text, user},
    harness::{TestApp, TestUser, id, question},
    tokens::token,
};

#[tokio::test]
async fn refusals_have_the_shape_that_the_clients_know() {
    let app = TestApp::start().await;
    let (_, program) = council(&app).await;
    let good = || asking("quorum:best", json!([user("Hello?")]));
    let with = |name: &str, value: Value| {
        let mut body = good();
        body[name] = value;
        body
    };
    let image = json!([{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "https://example.com/x.png"}}]}]);
    let tool = json!([user("a"), {"role": "tool", "content": "b", "tool_call_id": "c"}]);
    for (body, status, param, code) in [
        (with("n", json!(2)), 400, "n", "invalid_value"),
        (
            with("tools", json!([{"type": "function"}])),
            400,
            "tools",
            "invalid_value",
        ),
        (with("logprobs", json!(true)), 400, "logprobs", "invalid_value"),
        (with("stop", json!(["x"])), 400, "stop", "invalid_value"),
        (
            with("response_format", json!({"type": "json_object"})),
            400,
            "response_format",
            "invalid_value",
        ),
        (with("max_tokens", json!(0)), 400, "max_tokens", "invalid_value"),
        (
            asking("quorum", image),
            400,
            "messages[0].content[0].image_url.url",
            "invalid_value",
        ),
        (asking("quorum", tool), 400, "messages[1].role", "invalid_value"),
        (asking("quorum", json!([])), 400, "messages", "invalid_value"),
        (
            asking("quorum", json!([user(&"x".repeat(8_001))])),
            400,
            "messages[0].content",
            "limit_exceeded",
        ),
        (asking("gpt-4o", json!([user("a")])), 404, "model", "model_not_found"),
        (
            asking("quorum:nobody", json!([user("a")])),
            404,
            "model",
            "model_not_found",
        ),
        (
            asking("quorum/nobody", json!([user("a")])),
            404,
            "model",
            "model_not_found",
        ),
    ] {
        let (got, reply) = read(request(&program, Method::POST, "/chat/completions").json(&body)).await;
        let error = &reply["error"];
        assert_eq!(
            (got.as_u16(), error["param"].as_str(), error["code"].as_str()),
            (status, Some(param), Some(code)),
            "{reply}"
        );
        assert_eq!(error["type"], "invalid_request_error");
        assert!(error["message"].as_str().unwrap().len() > 10);
    }
    assert_eq!(app.fleet.calls().count(), 0, "what is refused asks nobody");
    let harmless = json!({"model": "quorum:best", "messages": [user(&question())], "n": 1, "tools": [], "tool_choice": "auto", "stop": null,
        "logprobs": false, "temperature": 0.2, "top_p": 1, "seed": 4, "response_format": {"type": "text"}, "user": "me", "invented": 3});
    chat(&program, &harmless).await;
    let nobody = TestUser::new(&app.origin);
    let (status, reply) = read(request(&nobody, Method::GET, "/models")).await;
    assert_eq!(
        (status.as_u16(), reply["error"]["code"].as_str()),
        (401, Some("invalid_api_key"))
    );
    let (status, reply) = read(request(&nobody, Method::POST, "/messages").json(&json!({}))).await;
    assert_eq!(
        (status.as_u16(), reply["error"]["type"].as_str()),
        (401, Some("authentication_error"))
    );
    let (status, reply) = read(request(&program, Method::GET, "/nothing")).await;
    assert_eq!(
        (status.as_u16(), reply["error"]["code"].as_str()),
        (404, Some("not_found"))
    );
}

#[tokio::test]
async fn scopes_rates_and_budgets_hold_here_as_everywhere() {
    let app = TestApp::start_with(&[("QUORUM__RATES__ASKING", "{per_minute=1,burst=2}")]).await;
    let (mut ada, program) = council(&app).await;
    let (_, reader) = token(&mut ada, json!(["read"])).await;
    let body = asking("quorum/demo-aria", json!([user(&question())]));
    let (status, reply) = read(request(&reader, Method::POST, "/chat/completions").json(&body)).await;
    assert_eq!(
        (status.as_u16(), reply["error"]["code"].as_str()),
        (403, Some("scope_missing"))
    );
    let me = ada.get("/auth/me").await["user"]["id"].clone();
    let budget = json!({"scope": "user", "subject_id": me, "period": "day", "hard_micro_usd": 1});
    let budget = ada.post("/admin/budgets", budget).await;
    let (status, reply) = read(request(&program, Method::POST, "/chat/completions").json(&body)).await;
    assert_eq!(
        (status.as_u16(), reply["error"]["code"].as_str()),
        (402, Some("insufficient_quota")),
        "{reply}"
    );
    assert_eq!(app.fleet.calls().count(), 0);
    ada.send(Method::DELETE, &format!("/admin/budgets/{}", id(&budget)), None)
        .await;
    chat(&program, &body).await;
    let reply = request(&program, Method::POST, "/chat/completions")
        .json(&body)
        .send()
        .await
        .unwrap();
    assert_eq!(reply.status(), StatusCode::TOO_MANY_REQUESTS);
    assert!(reply.headers().contains_key("retry-after"));
    let reply: Value = reply.json().await.unwrap();
    assert_eq!(reply["error"]["code"], "rate_limit_exceeded");
}

#[tokio::test]
async fn a_service_that_fails_is_a_clear_error_and_one_of_many_is_not() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    ada.add_service(&app, "openai", "demo-bolt+quota", json!({"name": "broke"}))
        .await;
    ada.add_service(&app, "anthropic", "demo-aria", json!({"name": "fine"}))
        .await;
    let (_, program) = token(&mut ada, json!(["write"])).await;
    let body = asking("quorum/broke", json!([user(&question())]));
    let (status, reply) = read(request(&program, Method::POST, "/chat/completions").json(&body)).await;
    assert_eq!(
        (status.as_u16(), reply["error"]["code"].as_str()),
        (424, Some("no_answer"))
    );
    assert!(
        reply["error"]["message"].as_str().unwrap().contains("credit"),
        "{reply}"
    );
    // One answer is nothing to fuse: it is the answer.
    let reply = chat(&program, &asking("quorum", json!([user(&question())]))).await;
    assert_eq!(reply["quorum"]["answered_by"], "best");
    assert!(!text(&reply).is_empty());
}

#[tokio::test]
async fn a_service_that_breaks_off_in_the_middle_is_told_once_and_ends_in_an_error() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    ada.add_service(&app, "anthropic", "demo-aria+cutclean", json!({"name": "brittle"}))
        .await;
    let (_, program) = token(&mut ada, json!(["write"])).await;
    let mut body = asking("quorum/brittle", json!([user(&question())]));
    body["stream"] = true.into();
    let told = events(request(&program, Method::POST, "/chat/completions").json(&body)).await;
    let told: Vec<Value> = told.iter().map(|event| serde_json::from_str(event).unwrap()).collect();
    let (last, chunks) = told.split_last().unwrap();
    assert_eq!(last["error"]["code"], "no_answer", "{last}");
    let text: String = chunks
        .iter()
        .filter_map(|chunk| chunk["choices"][0]["delta"]["content"].as_str())
        .collect();
    let beginning: String = text.chars().take(40).collect();
    assert_eq!(
        text.matches(&beginning).count(),
        1,
        "what is asked again is not told again"
    );
    assert_eq!(app.fleet.calls().count(), 3);
}
