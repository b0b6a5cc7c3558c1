//! The council in the wire formats of others: what comes back, whole and streamed.

use futures::StreamExt;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::{
    harness::{TestApp, TestUser, id, question},
    tokens::token,
};

/// A program with a token of Ada's, and three services with a judge that also writes.
pub async fn council(app: &TestApp) -> (TestUser, TestUser) {
    let mut ada = app.admin().await;
    ada.add_three(app).await;
    let judge = json!({"judge": true, "contestant": false, "name": "Judge"});
    ada.add_service(app, "openai_responses", "demo-judge", judge).await;
    let (_, program) = token(&mut ada, json!(["read", "write"])).await;
    (ada, program)
}

pub fn request(user: &TestUser, method: Method, path: &str) -> reqwest::RequestBuilder {
    let request = user.client.request(method, format!("{}/v1{path}", user.origin));
    match &user.bearer {
        Some(token) => request.bearer_auth(token),
        None => request,
    }
}

pub async fn read(request: reqwest::RequestBuilder) -> (StatusCode, Value) {
    let reply = request.send().await.unwrap();
    let status = reply.status();
    let kind = reply.headers()["content-type"].to_str().unwrap().to_owned();
    assert_eq!(kind, "application/json", "{status}");
    (status, reply.json().await.unwrap())
}

pub fn asking(model: &str, messages: Value) -> Value {
    json!({"model": model, "messages": messages})
}

pub fn user(text: &str) -> Value {
    json!({"role": "user", "content": text})
}

pub async fn chat(program: &TestUser, body: &Value) -> Value {
    let (status, reply) = read(request(program, Method::POST, "/chat/completions").json(body)).await;
    assert_eq!(status, StatusCode::OK, "{reply:#}");
    reply
}

pub fn text(completion: &Value) -> String {
    completion["choices"][0]["message"]["content"]
        .as_str()
        .unwrap()
        .to_owned()
}

/// The data of every event of a stream, in order.
pub async fn events(request: reqwest::RequestBuilder) -> Vec<String> {
    let reply = request.send().await.unwrap();
    assert_eq!(reply.status(), StatusCode::OK);
    assert_eq!(reply.headers()["content-type"], "text/event-stream");
    let body = reply.text().await.unwrap();
    body.lines()
        .filter_map(|line| line.strip_prefix("data: "))
        .map(str::to_owned)
        .collect()
}

#[tokio::test]
async fn the_consensus_comes_with_the_ranking_and_stands_as_a_conversation() {
    let app = TestApp::start().await;
    let (mut ada, program) = council(&app).await;
    let messages = json!([{"role": "system", "content": "Be brief."}, user(&question())]);
    let reply = chat(&program, &asking("quorum", messages)).await;
    assert_eq!(
        (reply["object"].as_str(), reply["model"].as_str()),
        (Some("chat.completion"), Some("quorum"))
    );
    let council = &reply["quorum"];
    assert_eq!(council["answered_by"], "consensus", "{council:#}");
    let ranks: Vec<i64> = council["answers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|answer| answer["rank"].as_i64().unwrap())
        .collect();
    assert_eq!(ranks, [1, 2, 3]);
    assert_eq!(council["judges"][0]["service"], "Judge");
    assert!(council["answers"][0]["summary"].is_string() && council["answers"][0]["interval"][1].is_f64());
    assert!(reply["usage"]["total_tokens"].as_i64().unwrap() > 0);
    let conversation = ada
        .get(&format!(
            "/conversations/{}",
            council["conversation_id"].as_str().unwrap()
        ))
        .await;
    assert_eq!(conversation["system_prompt"], "Be brief.");
    let batch = ada
        .get(&format!("/batches/{}", council["batch_id"].as_str().unwrap()))
        .await;
    let consensus = &batch["consensuses"][0]["response"];
    assert_eq!(consensus["id"], council["response_id"]);
    assert_eq!(
        batch["selected_response_id"], consensus["id"],
        "what was answered is what goes on"
    );
    let whole = ada.get(&format!("/responses/{}", id(consensus))).await;
    assert_eq!(whole["expanded_content"], text(&reply).as_str());
    let asked = app.fleet.calls().after(0);
    assert!(
        asked
            .iter()
            .any(|call| call.messages[0] == ("system".to_owned(), "Be brief.".to_owned()))
    );
}

#[tokio::test]
async fn the_best_one_service_and_a_panel_each_have_a_name() {
    let app = TestApp::start().await;
    let (mut ada, program) = council(&app).await;
    let services = ada.get("/services").await["items"].clone();
    let chosen: Vec<&Value> = services
        .as_array()
        .unwrap()
        .iter()
        .filter(|service| service["name"] != "Judge")
        .take(2)
        .map(|service| &service["id"])
        .collect();
    let panel = ada
        .post("/panels", json!({"name": "Fast & cheap", "service_ids": chosen}))
        .await;
    assert_eq!(panel["slug"], "fast-cheap");
    let (_, listed) = read(request(&program, Method::GET, "/models")).await;
    let ids: Vec<&str> = listed["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|model| model["id"].as_str().unwrap())
        .collect();
    assert_eq!(
        ids,
        [
            "quorum",
            "quorum:best",
            "quorum:fast-cheap",
            "quorum/demo-aria",
            "quorum/demo-bolt",
            "quorum/demo-cedar"
        ]
    );
    for (model, answers, by) in [
        ("quorum:best", 3, "best"),
        ("quorum/demo-bolt", 1, "service"),
        ("quorum:fast-cheap", 2, "consensus"),
    ] {
        let reply = chat(&program, &asking(model, json!([user(&question())]))).await;
        let council = &reply["quorum"];
        assert_eq!(council["answers"].as_array().unwrap().len(), answers, "{model}");
        assert_eq!(council["answered_by"], by, "{model}");
        assert!(!text(&reply).is_empty());
        if by == "best" {
            assert_eq!(council["response_id"], council["answers"][0]["response_id"]);
        }
        let (status, one) = read(request(&program, Method::GET, &format!("/models/{model}"))).await;
        assert_eq!((status, one["id"].as_str()), (StatusCode::OK, Some(model)));
    }
}

#[tokio::test]
async fn a_stream_tells_the_text_once_and_then_how_the_answers_stand() {
    let app = TestApp::start().await;
    let (mut ada, program) = council(&app).await;
    for model in ["quorum", "quorum:best", "quorum/demo-aria"] {
        let mut body = asking(model, json!([user(&question())]));
        body["stream"] = true.into();
        body["stream_options"] = json!({"include_usage": true});
        let told = events(request(&program, Method::POST, "/chat/completions").json(&body)).await;
        assert_eq!(told.last().map(String::as_str), Some("[DONE]"));
        let chunks: Vec<Value> = told[..told.len() - 1]
            .iter()
            .map(|event| serde_json::from_str(event).unwrap())
            .collect();
        assert_eq!(chunks[0]["choices"][0]["delta"]["role"], "assistant");
        let whole: String = chunks
            .iter()
            .filter_map(|chunk| chunk["choices"][0]["delta"]["content"].as_str())
            .collect();
        let last = &chunks[chunks.len() - 2];
        assert_eq!(last["choices"][0]["finish_reason"], "stop", "{model}");
        assert_eq!(chunks[chunks.len() - 1]["choices"], json!([]));
        assert!(chunks[chunks.len() - 1]["usage"]["completion_tokens"].as_i64().unwrap() > 0);
        let given = last["quorum"]["response_id"].as_str().unwrap();
        let stored = ada.get(&format!("/responses/{given}")).await;
        assert_eq!(stored["expanded_content"], whole.as_str(), "{model}");
    }
}

#[tokio::test]
async fn what_one_service_writes_arrives_as_it_is_written() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    ada.add_service(&app, "anthropic", "demo-aria+tps40", json!({"name": "slow writer"}))
        .await;
    let (_, program) = token(&mut ada, json!(["write"])).await;
    let mut body = asking("quorum/slow-writer", json!([user(&question())]));
    body["stream"] = true.into();
    let reply = request(&program, Method::POST, "/chat/completions")
        .json(&body)
        .send()
        .await
        .unwrap();
    let batch = reply.headers()["x-quorum-batch-id"].to_str().unwrap().to_owned();
    let mut stream = reply.bytes_stream();
    let mut heard = String::new();
    while heard.matches("\"content\":").count() < 4 {
        heard.push_str(&String::from_utf8_lossy(&stream.next().await.unwrap().unwrap()));
    }
    let state = ada.get(&format!("/batches/{batch}")).await;
    assert_eq!(state["responses"][0]["finished_at"], Value::Null, "it is not held back");
}

#[tokio::test]
async fn a_limit_of_tokens_reaches_the_services() {
    let app = TestApp::start().await;
    let (_, program) = council(&app).await;
    let mut body = asking("quorum/demo-aria", json!([user(&question())]));
    body["max_tokens"] = 7.into();
    let reply = chat(&program, &body).await;
    assert_eq!(reply["choices"][0]["finish_reason"], "length", "{reply:#}");
    assert!(text(&reply).split_whitespace().count() <= 8, "{}", text(&reply));
}
