//! OpenAI's Responses and Anthropic's Messages: the same runs in their own words.

use std::time::{Duration, Instant};

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::{
    compatible::{council, events, read, request, user},
    harness::{TestApp, question},
    runs::question_sent,
};

#[tokio::test]
async fn the_responses_api_answers_streams_waits_and_goes_on() {
    let app = TestApp::start().await;
    let (_, program) = council(&app).await;
    let body =
        json!({"model": "quorum/demo-aria", "input": question(), "instructions": "Be brief.", "background": true});
    let (status, begun) = read(request(&program, Method::POST, "/responses").json(&body)).await;
    assert_eq!(
        (status, begun["status"].as_str()),
        (StatusCode::OK, Some("in_progress"))
    );
    let path = format!("/responses/{}", begun["id"].as_str().unwrap());
    let since = Instant::now();
    let done = loop {
        let (_, reply) = read(request(&program, Method::GET, &path)).await;
        if reply["status"] != "in_progress" {
            break reply;
        }
        assert!(since.elapsed() < Duration::from_secs(30), "{reply:#}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    };
    assert_eq!(done["status"], "completed", "{done:#}");
    let answer = done["output"][0]["content"][0]["text"].as_str().unwrap().to_owned();
    let body = json!({"model": "quorum/demo-aria", "input": "And why?", "instructions": "Be brief.",
        "previous_response_id": begun["id"], "stream": true});
    let calls = app.fleet.calls().count();
    let told = events(request(&program, Method::POST, "/responses").json(&body)).await;
    let told: Vec<Value> = told.iter().map(|event| serde_json::from_str(event).unwrap()).collect();
    let numbers: Vec<u64> = told
        .iter()
        .map(|event| event["sequence_number"].as_u64().unwrap())
        .collect();
    assert_eq!(numbers, (0..told.len() as u64).collect::<Vec<_>>());
    let last = told.last().unwrap();
    assert_eq!(last["type"], "response.completed");
    let pieces: String = told.iter().filter_map(|event| event["delta"].as_str()).collect();
    assert_eq!(last["response"]["output"][0]["content"][0]["text"], pieces.as_str());
    assert_eq!(
        last["response"]["quorum"]["conversation_id"],
        done["quorum"]["conversation_id"]
    );
    let sent = question_sent(&app, calls, "And why?");
    assert_eq!(sent[2], ("assistant".to_owned(), answer));
}

#[tokio::test]
async fn anthropics_messages_are_answered_with_the_key_in_its_own_header() {
    let app = TestApp::start().await;
    let (_, program) = council(&app).await;
    let key = program.bearer.clone().unwrap();
    let ask = |body: &Value| {
        program
            .client
            .post(format!("{}/v1/messages", app.origin))
            .header("x-api-key", &key)
            .header("anthropic-version", "2023-06-01")
            .json(body)
    };
    let body =
        json!({"model": "quorum:best", "max_tokens": 500, "system": "Be brief.", "messages": [user(&question())]});
    let (status, reply) = read(ask(&body)).await;
    assert_eq!(
        (status, reply["stop_reason"].as_str()),
        (StatusCode::OK, Some("end_turn")),
        "{reply:#}"
    );
    assert_eq!(
        (reply["type"].as_str(), reply["quorum"]["answered_by"].as_str()),
        (Some("message"), Some("best"))
    );
    let mut streamed = body.clone();
    streamed["stream"] = true.into();
    let told = events(ask(&streamed)).await;
    let told: Vec<Value> = told.iter().map(|event| serde_json::from_str(event).unwrap()).collect();
    assert_eq!(told[0]["type"], "message_start");
    assert_eq!(told.last().unwrap()["type"], "message_stop");
    let pieces: String = told
        .iter()
        .filter_map(|event| event["delta"]["text"].as_str())
        .collect();
    assert!(!pieces.is_empty());
    let mut without = body.clone();
    without.as_object_mut().unwrap().remove("max_tokens");
    let (status, reply) = read(ask(&without)).await;
    assert_eq!(
        (status.as_u16(), reply["error"]["type"].as_str()),
        (400, Some("invalid_request_error"))
    );
    let elsewhere = program
        .client
        .get(format!("{}/api/v1/conversations", app.origin))
        .header("x-api-key", &key);
    assert_eq!(elsewhere.send().await.unwrap().status(), StatusCode::UNAUTHORIZED);
}
