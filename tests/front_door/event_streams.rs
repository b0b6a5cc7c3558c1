//! Server-sent events: the frames of the socket, resumed where they were cut off.

use std::time::{Duration, Instant};

use futures::StreamExt;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::{
    harness::{TestApp, TestUser, id, question, responses},
    tokens::token,
};

/// One event as it arrived.
#[derive(Debug)]
struct Arrived {
    id: Option<i64>,
    data: Value,
}

struct Events {
    body: std::pin::Pin<Box<dyn futures::Stream<Item = Vec<u8>> + Send>>,
    waiting: String,
}

fn asked(user: &TestUser, path: &str, last: Option<i64>) -> reqwest::RequestBuilder {
    let request = user.client.get(format!("{}/api/v1{path}", user.origin));
    let request = match &user.bearer {
        Some(token) => request.bearer_auth(token),
        None => request.header("cookie", &user.cookie),
    };
    match last {
        Some(last) => request.header("last-event-id", last.to_string()),
        None => request,
    }
}

impl Events {
    async fn open(user: &TestUser, path: &str, last: Option<i64>) -> Self {
        let reply = asked(user, path, last).send().await.unwrap();
        assert_eq!(reply.status(), StatusCode::OK);
        assert_eq!(reply.headers()["content-type"], "text/event-stream");
        Self {
            body: reply
                .bytes_stream()
                .filter_map(|piece| async { piece.ok().map(Vec::from) })
                .boxed(),
            waiting: String::new(),
        }
    }

    /// The next event; none when the stream is over.
    async fn next(&mut self) -> Option<Arrived> {
        loop {
            if let Some((block, rest)) = self.waiting.split_once("\n\n") {
                let (block, rest) = (block.to_owned(), rest.to_owned());
                self.waiting = rest;
                let field = |name: &str| block.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
                let Some(data) = field("data:") else { continue };
                return Some(Arrived {
                    id: field("id:").map(|id| id.parse().unwrap()),
                    data: serde_json::from_str(data).unwrap(),
                });
            }
            let piece = self.body.next().await?;
            self.waiting.push_str(std::str::from_utf8(&piece).unwrap());
        }
    }

    /// The last frame before the stream ends.
    async fn end(&mut self) -> Value {
        let mut last = Value::Null;
        while let Some(next) = self.next().await {
            last = next.data;
        }
        last
    }
}

#[tokio::test]
async fn a_stream_cut_again_and_again_misses_no_event_and_has_none_twice() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    let service = ada.add_service(&app, "anthropic", "demo-aria+tps150", json!({})).await;
    let conversation = ada.conversation(json!({"judging_policy": "local"})).await;
    let message = ada.ask(&conversation, &question(), &[service]).await;
    let (path, mut last, mut done, mut cuts) = (format!("/conversations/{conversation}/stream"), None, false, 0);
    let mut heard: Vec<i64> = Vec::new();
    while !done {
        let mut events = Events::open(&ada, &path, last).await;
        for _ in 0..12 {
            let next = events.next().await.unwrap();
            match next.data["type"].as_str().unwrap() {
                "response_delta" => assert_eq!(next.id, None),
                "ready" => assert_eq!(next.id, next.data["last_seq"].as_i64()),
                kind => {
                    assert_eq!(next.id, next.data["seq"].as_i64());
                    heard.extend(next.id);
                    done |= kind == "batch_complete";
                }
            }
            // As a browser keeps it: the last number there was.
            last = next.id.or(last);
            if done {
                break;
            }
        }
        cuts += 1;
    }
    assert!(cuts > 3, "cut {cuts} times");
    assert_eq!(heard, (1..=*heard.last().unwrap()).collect::<Vec<_>>());
    ada.finished(&id(&message["batch"])).await;
    assert_eq!(app.fleet.calls().count(), 1);
}

#[tokio::test]
async fn text_arrives_as_deltas_from_the_beginning_and_by_a_token_too() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    let service = ada.add_service(&app, "openai", "demo-bolt+tps200", json!({})).await;
    let (_, program) = token(&mut ada, json!(["read"])).await;
    let conversation = ada.conversation(json!({"judging_policy": "off"})).await;
    let mut events = Events::open(&program, &format!("/conversations/{conversation}/stream?after=0"), None).await;
    assert_eq!(events.next().await.unwrap().data["type"], "ready");
    let message = ada.ask(&conversation, &question(), &[service]).await;
    let response = id(&responses(&message["batch"])[0]);
    let mut text: Vec<u16> = Vec::new();
    loop {
        let next = events.next().await.unwrap().data;
        match next["type"].as_str().unwrap() {
            "response_delta" => {
                let offset = usize::try_from(next["offset"].as_i64().unwrap()).unwrap();
                let piece: Vec<u16> = next["text"].as_str().unwrap().encode_utf16().collect();
                assert!(offset <= text.len(), "a gap at {offset}");
                let known = text.len() - offset;
                text.extend(piece.iter().skip(known));
            }
            "batch_complete" => break,
            _ => {}
        }
    }
    let whole = ada.get(&format!("/responses/{response}")).await;
    let stored: Vec<u16> = whole["expanded_content"].as_str().unwrap().encode_utf16().collect();
    assert_eq!(String::from_utf16(&text).unwrap(), String::from_utf16(&stored).unwrap());
}

#[tokio::test]
async fn a_number_that_is_unknown_makes_the_reader_begin_anew() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    let conversation = ada.conversation(json!({})).await;
    let path = format!("/conversations/{conversation}/stream?after=999");
    let first = Events::open(&ada, &path, None).await.next().await.unwrap();
    assert_eq!((first.data["type"].as_str(), first.id), (Some("resync"), Some(0)));
    let refused = asked(&ada, &path, None)
        .header("last-event-id", "x")
        .send()
        .await
        .unwrap();
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn the_end_says_why_whether_deleted_revoked_or_signed_out() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    let (gone, kept) = (ada.conversation(json!({})).await, ada.conversation(json!({})).await);
    let (token_id, program) = token(&mut ada, json!(["read"])).await;
    let mut deleted = Events::open(&ada, &format!("/conversations/{gone}/stream"), None).await;
    let mut revoked = Events::open(&program, &format!("/conversations/{kept}/stream"), None).await;
    let mut list = Events::open(&ada, "/stream", None).await;
    for events in [&mut deleted, &mut revoked, &mut list] {
        assert_eq!(events.next().await.unwrap().data["type"], "ready");
    }
    ada.send(Method::DELETE, &format!("/conversations/{gone}"), None).await;
    assert_eq!(
        deleted.end().await,
        json!({"type": "closed", "code": 4404, "reason": "gone"})
    );
    assert_eq!(list.next().await.unwrap().data["type"], "conversation_changed");
    let begun = Instant::now();
    ada.send(Method::DELETE, &format!("/api-tokens/{token_id}"), None).await;
    assert_eq!(
        revoked.end().await,
        json!({"type": "closed", "code": 4401, "reason": "signed out"})
    );
    assert!(begun.elapsed() < Duration::from_secs(6), "{:?}", begun.elapsed());
    let refused = asked(&program, &format!("/conversations/{kept}/stream"), None)
        .send()
        .await
        .unwrap();
    assert_eq!(refused.status(), StatusCode::UNAUTHORIZED);
    ada.send(Method::POST, "/auth/logout", None).await;
    assert_eq!(list.end().await["code"], 4401);
}

#[tokio::test]
async fn what_is_not_there_or_not_yours_is_not_found() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    let conversation = ada.conversation(json!({})).await;
    let bob = json!({"name": "Bob", "email": "bob@example.com", "password": "correct horse 8"});
    ada.post("/admin/users", bob).await;
    let bob = TestUser::sign_in_as(&app.origin, "bob@example.com", "correct horse 8").await;
    let nobody = TestUser::new(&app.origin);
    for (user, id, status) in [
        (&bob, conversation.as_str(), 404),
        (&bob, "01a1fcbb-c487-76a1-aca0-dce20c31076e", 404),
        (&nobody, conversation.as_str(), 401),
    ] {
        let reply = asked(user, &format!("/conversations/{id}/stream"), None)
            .send()
            .await
            .unwrap();
        assert_eq!(reply.status().as_u16(), status);
    }
}
