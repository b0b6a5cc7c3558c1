//! Images in the wire formats of others: taken with the question, kept like any, never fetched.

use base64::{Engine, engine::general_purpose::STANDARD};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::{
    compatible::{asking, chat, read, request, text, user},
    harness::{TestApp, TestUser, question},
    tokens::token,
};

/// A whole PNG of one grey pixel.
const DOT: &[u8] = b"\x89PNG\x0d\x0a\x1a\x0a\x00\x00\x00\x0dIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x00\x00\x00\x00:~\x9bU\x00\x00\x00\x0aIDATx\xdach\x00\x00\x00\x82\x00\x81\xdaE\x08;\x00\x00\x00\x00IEND\xaeB`\x82";

/// The same with something behind its end, which makes it another image.
fn dot_and(behind: &[u8]) -> String {
    STANDARD.encode([DOT, behind].concat())
}

fn data_url(base64: &str) -> String {
    format!("data:image/png;base64,{base64}")
}

/// A service that sees, and a program of the one who may ask it.
async fn seeing(settings: &[(&str, &str)]) -> (TestApp, TestUser, TestUser) {
    let app = TestApp::start_with(settings).await;
    let mut ada = app.admin().await;
    ada.add_service(&app, "anthropic", "echo", json!({"name": "eye", "vision": true}))
        .await;
    let (_, program) = token(&mut ada, json!(["read", "write"])).await;
    (app, ada, program)
}

fn shown(url: &str) -> Value {
    json!({"role": "user", "content": [{"type": "text", "text": question()}, {"type": "image_url", "image_url": {"url": url}}]})
}

async fn images_in(user: &mut TestUser, conversation: &str) -> usize {
    let page = user.get(&format!("/conversations/{conversation}/messages")).await;
    let messages = page["items"].as_array().unwrap();
    messages
        .iter()
        .map(|message| message["attachments"].as_array().unwrap().len())
        .sum()
}

#[tokio::test]
async fn an_image_reaches_the_services_from_every_format_and_belongs_to_its_question() {
    let (app, mut ada, program) = seeing(&[]).await;
    let base64 = dot_and(b"");
    let source = json!({"type": "base64", "media_type": "image/png", "data": base64});
    for (path, body) in [
        (
            "/chat/completions",
            asking("quorum/eye", json!([shown(&data_url(&base64))])),
        ),
        (
            "/responses",
            json!({"model": "quorum/eye", "input": [{"role": "user", "content": [
                {"type": "input_text", "text": question()}, {"type": "input_image", "image_url": data_url(&base64), "detail": "auto"}]}]}),
        ),
        (
            "/messages",
            json!({"model": "quorum/eye", "max_tokens": 500, "messages": [{"role": "user", "content": [
                {"type": "image", "source": source}, {"type": "text", "text": question()}]}]}),
        ),
    ] {
        let seen = app.fleet.calls().after(0).len();
        let (status, reply) = read(request(&program, Method::POST, path).json(&body)).await;
        assert_eq!(status, StatusCode::OK, "{path}: {reply:#}");
        let calls = app.fleet.calls().after(0);
        assert_eq!((calls.len(), calls[seen].images.len()), (seen + 1, 1), "{path}");
        assert_eq!(calls[seen].last_message, question(), "the text stands beside it");
        let conversation = reply["quorum"]["conversation_id"].as_str().unwrap().to_owned();
        assert_eq!(images_in(&mut ada, &conversation).await, 1, "{path}");
    }
}

#[tokio::test]
async fn a_history_with_images_goes_on_where_it_was_and_another_image_is_another_history() {
    let (app, mut ada, program) = seeing(&[]).await;
    let first = chat(
        &program,
        &asking("quorum/eye", json!([shown(&data_url(&dot_and(b"")))])),
    )
    .await;
    let answer = json!({"role": "assistant", "content": text(&first)});
    let further = |image: &[u8]| {
        let said = json!([
            shown(&data_url(&dot_and(image))),
            answer,
            user("And what is beside it?")
        ]);
        asking("quorum/eye", said)
    };
    let same = chat(&program, &further(b"")).await;
    let place = |reply: &Value| reply["quorum"]["conversation_id"].as_str().unwrap().to_owned();
    assert_eq!(place(&same), place(&first), "the same history is the same conversation");
    assert_eq!(images_in(&mut ada, &place(&first)).await, 1, "nothing is kept twice");
    let other = chat(&program, &further(b"x")).await;
    assert_ne!(place(&other), place(&first));
    assert_eq!(
        images_in(&mut ada, &place(&other)).await,
        1,
        "the image of the history comes along"
    );
    let calls = app.fleet.calls().after(0);
    assert!(
        calls.iter().all(|call| call.images.len() == 1),
        "every prompt has the one image"
    );
    assert_ne!(calls[1].images[0].hash, calls[2].images[0].hash);

    let response = json!({"model": "quorum/eye", "input": [{"role": "user", "content": [
        {"type": "input_text", "text": question()}, {"type": "input_image", "image_url": data_url(&dot_and(b"y"))}]}]});
    let (_, begun) = read(request(&program, Method::POST, "/responses").json(&response)).await;
    let next = json!({"model": "quorum/eye", "input": "And why?", "previous_response_id": begun["id"]});
    let (status, next) = read(request(&program, Method::POST, "/responses").json(&next)).await;
    assert_eq!(status, StatusCode::OK, "{next:#}");
    assert_eq!(next["quorum"]["conversation_id"], begun["quorum"]["conversation_id"]);
}

#[tokio::test]
async fn a_key_belongs_to_its_image_too() {
    let (app, _, program) = seeing(&[]).await;
    let ask = async |image: &[u8]| {
        let body = asking("quorum/eye", json!([shown(&data_url(&dot_and(image)))]));
        let asked = request(&program, Method::POST, "/chat/completions").header("idempotency-key", "once");
        read(asked.json(&body)).await
    };
    let (first, again) = (ask(b"").await, ask(b"").await);
    assert_eq!(first.1["id"], again.1["id"]);
    assert_eq!(app.fleet.calls().count(), 1, "nobody is asked twice");
    let (status, refused) = ask(b"x").await;
    assert_eq!(
        (status.as_u16(), refused["error"]["code"].as_str()),
        (400, Some("idempotency_mismatch"))
    );
}

#[tokio::test]
async fn what_is_elsewhere_no_image_too_large_or_too_many_is_refused_by_its_place() {
    let small = [
        ("QUORUM__LIMITS__IMAGE_KILOBYTES", "16"),
        ("QUORUM__LIMITS__IMAGES_PER_MESSAGE", "1"),
        ("QUORUM__LIMITS__IMAGE_MEGABYTES_PER_USER", "1"),
    ];
    let (app, mut ada, program) = seeing(&small).await;
    let here = "messages[0].content[1].image_url.url";
    let mut two = shown(&data_url(&dot_and(b"")));
    let again = two["content"][1].clone();
    two["content"].as_array_mut().unwrap().push(again);
    for (message, param) in [
        (shown("https://example.com/x.png"), here),
        (shown(&format!("{}/fleet/calls", app.fleet.origin())), here),
        (shown("data:image/png;base64,!!!!"), here),
        (shown("data:image/svg+xml;base64,AAAA"), here),
        (shown(&data_url(&STANDARD.encode("no image at all"))), here),
        (shown(&data_url(&dot_and(&[0; 16 * 1024]))), here),
        (two, "messages[0].content"),
        (
            json!({"role": "system", "content": [{"type": "image_url", "image_url": {"url": data_url(&dot_and(b""))}}]}),
            "messages[0].content[0].type",
        ),
    ] {
        let body = asking("quorum/eye", json!([message]));
        let (status, reply) = read(request(&program, Method::POST, "/chat/completions").json(&body)).await;
        assert_eq!(
            (status.as_u16(), reply["error"]["param"].as_str()),
            (400, Some(param)),
            "{reply}"
        );
    }
    assert_eq!(
        app.fleet.calls().count(),
        0,
        "nobody was asked, and nothing was fetched"
    );
    // A request may be as large as its images need, and no larger.
    let body = asking("quorum/eye", json!([shown(&"x".repeat(1_200_000))]));
    let (status, _) = read(request(&program, Method::POST, "/chat/completions").json(&body)).await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
    let (status, _) = ada
        .send(
            Method::POST,
            "/prompts",
            Some(json!({"name": "a", "content": "x".repeat(1_060_000)})),
        )
        .await;
    assert_eq!(
        status,
        StatusCode::PAYLOAD_TOO_LARGE,
        "other routes take no more than before"
    );
}

#[tokio::test]
async fn what_a_user_may_keep_bounds_images_of_programs_as_well() {
    let (_app, mut ada, program) = seeing(&[("QUORUM__LIMITS__IMAGE_MEGABYTES_PER_USER", "1")]).await;
    let large = dot_and(&vec![0; 700 * 1024]);
    chat(&program, &asking("quorum/eye", json!([shown(&data_url(&large))]))).await;
    let body = asking("quorum/eye", json!([shown(&data_url(&large))]));
    let (status, reply) = read(request(&program, Method::POST, "/chat/completions").json(&body)).await;
    assert_eq!(status, StatusCode::BAD_REQUEST, "{reply}");
    assert!(reply["error"]["message"].as_str().unwrap().contains("1 MB"), "{reply}");
    let listed = ada.get("/conversations").await;
    assert_eq!(
        listed["items"].as_array().unwrap().len(),
        1,
        "nothing of the refused request is kept"
    );
}
