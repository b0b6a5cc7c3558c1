//! WebSockets: replay, text so far, live; every event once and in order.

use futures::{SinkExt, StreamExt};
use reqwest::Method;
use serde_json::{Value, json};
use tokio_tungstenite::{
    connect_async,
    tungstenite::{Error, Message, client::IntoClientRequest},
};

use crate::harness::{TestApp, TestUser, id, question, responses};

pub type Socket = tokio_tungstenite::WebSocketStream<tokio_tungstenite::MaybeTlsStream<tokio::net::TcpStream>>;

pub async fn open(user: &TestUser, path: &str, origin: Option<&str>) -> Result<Socket, Error> {
    let mut request = format!("{}{path}", user.origin.replace("http:", "ws:")).into_client_request()?;
    match &user.bearer {
        Some(token) => request
            .headers_mut()
            .insert("authorization", format!("Bearer {token}").parse().unwrap()),
        None => request.headers_mut().insert("cookie", user.cookie.parse().unwrap()),
    };
    // A browser names the page that opens a socket; a program with a token needs not.
    let page = origin.or(user.bearer.is_none().then_some(user.origin.as_str()));
    if let Some(page) = page.filter(|page| !page.is_empty()) {
        request.headers_mut().insert("origin", page.parse().unwrap());
    }
    connect_async(request).await.map(|(socket, _)| socket)
}

pub async fn frame(socket: &mut Socket) -> Value {
    loop {
        match socket.next().await.unwrap().unwrap() {
            Message::Text(text) => return serde_json::from_str(&text).unwrap(),
            Message::Ping(payload) => socket.send(Message::Pong(payload)).await.unwrap(),
            other => panic!("unexpected frame: {other:?}"),
        }
    }
}

/// Applies a delta as the page does; a gap is an error.
fn apply(text: &mut Vec<u16>, frame: &Value) {
    let offset = usize::try_from(frame["offset"].as_i64().unwrap()).unwrap();
    let piece: Vec<u16> = frame["text"].as_str().unwrap().encode_utf16().collect();
    assert!(offset <= text.len(), "a gap at {offset}, have {}", text.len());
    let known = text.len() - offset;
    text.extend(piece.iter().skip(known));
}

#[tokio::test]
async fn a_socket_cut_again_and_again_misses_no_event_and_no_text() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    let service = ada.add_service(&app, "anthropic", "demo-aria+tps150", json!({})).await;
    let conversation = ada.conversation(json!({"judging_policy": "local"})).await;
    let message = ada.ask(&conversation, &question(), &[service]).await;
    let response = id(&responses(&message["batch"])[0]);
    let (mut last, mut text, mut done, mut cuts) = (0, Vec::new(), false, 0);
    while !done {
        let mut socket = open(
            &ada,
            &format!("/ws/conversation/{conversation}?after={last}"),
            Some(&ada.origin),
        )
        .await
        .unwrap();
        for _ in 0..12 {
            let next = frame(&mut socket).await;
            match next["type"].as_str().unwrap() {
                "response_delta" => apply(&mut text, &next),
                "ready" => {}
                kind => {
                    assert_eq!(next["seq"], last + 1, "{kind}");
                    last += 1;
                    done |= kind == "batch_complete";
                }
            }
            if done {
                break;
            }
        }
        cuts += 1;
        drop(socket);
    }
    assert!(cuts > 3, "the socket was cut {cuts} times");
    let whole = ada.get(&format!("/responses/{response}")).await;
    let stored: Vec<u16> = whole["expanded_content"].as_str().unwrap().encode_utf16().collect();
    // What came after the last cut may have gone by as events; what was seen must be a beginning.
    assert!(stored.starts_with(&text) && text.len() > stored.len() / 2);
    assert_eq!(app.fleet.calls().count(), 1);
}

#[tokio::test]
async fn two_pages_hear_the_same_and_the_list_hears_of_changes() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    let service = ada.add_service(&app, "openai", "demo-bolt", json!({})).await;
    let conversation = ada.conversation(json!({"judging_policy": "off"})).await;
    let path = format!("/ws/conversation/{conversation}?after=0");
    let (mut one, mut two) = (
        open(&ada, &path, None).await.unwrap(),
        open(&ada, &path, None).await.unwrap(),
    );
    let mut list = open(&ada, "/ws/user", None).await.unwrap();
    for socket in [&mut one, &mut two, &mut list] {
        assert_eq!(frame(socket).await["type"], "ready");
    }
    let message = ada.ask(&conversation, &question(), &[service]).await;
    let changed = frame(&mut list).await;
    assert_eq!(
        (changed["type"].as_str(), changed["conversation_id"].as_str()),
        (Some("conversation_changed"), Some(conversation.as_str()))
    );
    let mut heard = [Vec::new(), Vec::new()];
    for (socket, heard) in [&mut one, &mut two].into_iter().zip(&mut heard) {
        loop {
            let next = frame(socket).await;
            let kind = next["type"].as_str().unwrap().to_owned();
            if kind != "response_delta" {
                heard.push((next["seq"].as_i64().unwrap(), kind.clone()));
            }
            if kind == "batch_complete" {
                break;
            }
        }
    }
    assert_eq!(heard[0], heard[1]);
    assert_eq!(heard[0][0], (1, "message_created".to_owned()));
    ada.finished(&id(&message["batch"])).await;
}

#[tokio::test]
async fn sockets_of_other_sites_of_nobody_and_of_what_is_not_there_are_refused() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    let conversation = ada.conversation(json!({})).await;
    let path = format!("/ws/conversation/{conversation}");
    let status = |result: Result<Socket, Error>| match result {
        Err(Error::Http(reply)) => reply.status().as_u16(),
        other => panic!("not refused: {:?}", other.map(|_| ())),
    };
    assert_eq!(status(open(&ada, &path, Some("https://evil.example")).await), 403);
    assert_eq!(status(open(&TestUser::new(&app.origin), &path, None).await), 401);
    assert_eq!(
        status(open(&ada, &path, Some("")).await),
        403,
        "a socket by cookie names the page that opens it"
    );
    assert_eq!(
        status(open(&ada, "/ws/conversation/01a1fcbb-c487-76a1-aca0-dce20c31076e", None).await),
        404
    );
}

#[tokio::test]
async fn signing_out_and_deleting_close_the_socket_with_their_codes() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    let conversation = ada.conversation(json!({})).await;
    let mut gone = open(&ada, &format!("/ws/conversation/{conversation}"), None)
        .await
        .unwrap();
    let mut list = open(&ada, "/ws/user", None).await.unwrap();
    let closed = |mut socket: Socket| async move {
        loop {
            match socket.next().await.unwrap().unwrap() {
                Message::Close(frame) => return u16::from(frame.unwrap().code),
                _ => continue,
            }
        }
    };
    assert_eq!(frame(&mut gone).await["type"], "ready");
    assert_eq!(frame(&mut list).await["type"], "ready");
    ada.send(reqwest::Method::DELETE, &format!("/conversations/{conversation}"), None)
        .await;
    assert_eq!(closed(gone).await, 4404);
    ada.send(reqwest::Method::POST, "/auth/logout", None).await;
    assert_eq!(closed(list).await, 4401);
}

#[tokio::test]
async fn a_number_that_is_too_high_makes_the_page_read_anew() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    let conversation = ada.conversation(json!({})).await;
    let mut socket = open(&ada, &format!("/ws/conversation/{conversation}?after=999"), None)
        .await
        .unwrap();
    assert_eq!(frame(&mut socket).await["type"], "resync");
}

#[tokio::test]
async fn a_conversation_that_was_brought_back_is_followed_past_its_deletion() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    let conversation = ada.conversation(json!({"judging_policy": "off"})).await;
    let path = format!("/conversations/{conversation}");
    ada.send(Method::DELETE, &path, None).await;
    ada.post(&format!("{path}/restore"), json!({})).await;
    let line = format!("/ws/conversation/{conversation}?after=0");
    let mut socket = open(&ada, &line, None).await.unwrap();
    let mut heard = Vec::new();
    while heard.last().is_none_or(|kind| kind != "ready") {
        heard.push(frame(&mut socket).await["type"].as_str().unwrap().to_owned());
    }
    assert!(heard.iter().any(|kind| kind == "conversation_deleted"), "{heard:?}");
    ada.send(Method::DELETE, &path, None).await;
    assert_eq!(frame(&mut socket).await["type"], "conversation_deleted");
    let closed = socket.next().await.unwrap().unwrap();
    assert!(matches!(closed, Message::Close(Some(why)) if u16::from(why.code) == 4404));
}
