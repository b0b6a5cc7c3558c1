//! A provider's stream, bent in every way, ends in a reply or an error in time, within the limits, without the key.

use std::time::{Duration, Instant};

use quorum_domain::{
    Service,
    context::{PromptMessage, PromptRole},
};
use quorum_fleet::{Fleet, FleetOptions, demo_questions};
use quorum_providers::{AllowedHosts, Ask, Deadlines, Voices, VoicesOptions};
use rand::Rng;
use secrecy::SecretString;
use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::mpsc,
};
use tokio_util::sync::CancellationToken;

use crate::bend::{Case, cases};

const KEY: &str = "fleet-key-canary-93ab";
const MOST_BYTES: usize = 256 * 1024;
const FORMATS: &[(&str, &str)] = &[
    ("anthropic", "/anthropic"),
    ("openai", "/openai/v1"),
    ("openai_responses", "/openai/v1"),
    ("gemini", "/gemini/v1beta"),
    ("openai_compatible", "/compatible/v1"),
];

fn ask(service_type: &str, base_url: String, model: &str) -> Ask {
    let service: Service = serde_json::from_value(json!({
        "id": "01a1fcbb-c487-76a1-aca0-dce20c31076e", "name": "bent", "service_type": service_type, "base_url": base_url, "model": model,
        "max_output_tokens": 1_000, "context_window": 8_000, "vision": false, "temperature": null, "reasoning_effort": null,
        "prices": {"input": 0, "cached_input": 0, "output": 0, "long_over": 0, "long": [0, 0, 0]}, "active": true, "contestant": true, "judge": false,
        "demo": false, "tiny": false, "requires_key": true, "created_at": "2026-01-01T00:00:00Z",
    }))
    .unwrap();
    Ask {
        service,
        key: Some(SecretString::from(KEY)),
        messages: vec![PromptMessage::new(PromptRole::User, demo_questions()[0].clone())],
        images: Default::default(),
        max_output_tokens: 500,
        structured: None,
    }
}

fn voices(hosts: Vec<String>) -> Voices {
    Voices::new(VoicesOptions {
        deadlines: Deadlines {
            connect: Duration::from_secs(2),
            first_token: Duration::from_secs(3),
            content_idle: Duration::from_secs(3),
            total: Duration::from_secs(5),
        },
        allowed_hosts: AllowedHosts::new(hosts),
        max_answer_bytes: MOST_BYTES,
        max_line_bytes: 64 * 1024,
    })
    .unwrap()
}

/// What a good provider sends, in each format: taken down between the client and the fleet.
async fn examples() -> Vec<Vec<Vec<u8>>> {
    let options = FleetOptions {
        first_token: Duration::ZERO,
        tokens_per_second: 0,
        ..FleetOptions::default()
    };
    let fleet = Fleet::start(options).await.unwrap();
    let mut all = Vec::new();
    for (service_type, mount) in FORMATS {
        let mut taken = Vec::new();
        for model in [
            "demo-aria",
            "demo-bolt+thinking",
            "demo-aria+errorinstream",
            "demo-bolt+refusal",
        ] {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let host = listener.local_addr().unwrap().to_string();
            let voices = voices(vec![host.clone()]);
            let asking = ask(service_type, format!("http://{host}{mount}"), model);
            let (pieces, mut read) = mpsc::channel(1_000);
            let drained = tokio::spawn(async move { while read.recv().await.is_some() {} });
            let token = CancellationToken::new();
            let (_outcome, body) = tokio::join!(
                voices.ask(&asking, pieces, &token),
                take_down(&listener, fleet.address().to_string())
            );
            drained.abort();
            taken.push(body);
        }
        all.push(taken);
    }
    all
}

/// Carries one exchange and gives the body of the reply.
async fn take_down(listener: &TcpListener, upstream: String) -> Vec<u8> {
    let (mut client, _) = listener.accept().await.unwrap();
    let mut server = TcpStream::connect(upstream).await.unwrap();
    let (mut reply, mut request, mut chunk) = (Vec::new(), vec![0; 64 * 1024], vec![0; 64 * 1024]);
    loop {
        tokio::select! {
            read = client.read(&mut request) => match read {
                Ok(0) | Err(_) => break,
                Ok(count) => server.write_all(&request[..count]).await.unwrap(),
            },
            read = server.read(&mut chunk) => match read {
                Ok(0) | Err(_) => break,
                Ok(count) => {
                    reply.extend_from_slice(&chunk[..count]);
                    if client.write_all(&chunk[..count]).await.is_err() || reply.ends_with(b"0\r\n\r\n") { break }
                }
            },
        }
    }
    body_of(&reply)
}

/// The body of a reply in chunks.
fn body_of(reply: &[u8]) -> Vec<u8> {
    let head = reply.windows(4).position(|end| end == b"\r\n\r\n").unwrap() + 4;
    let (mut rest, mut body) = (&reply[head..], Vec::new());
    while let Some(end) = rest.windows(2).position(|end| end == b"\r\n") {
        let Ok(length) = usize::from_str_radix(&String::from_utf8_lossy(&rest[..end]), 16) else {
            return rest.to_vec();
        };
        let Some(chunk) = rest.get(end + 2..end + 2 + length) else {
            break;
        };
        body.extend_from_slice(chunk);
        rest = rest.get(end + 4 + length..).unwrap_or_default();
        if length == 0 {
            break;
        }
    }
    body
}

/// Sends a bent stream to whoever asks, in pieces of any size.
async fn play(listener: &TcpListener, case: &mut Case, body: &[u8]) {
    let (mut client, _) = listener.accept().await.unwrap();
    let mut request = vec![0; 64 * 1024];
    let _request = client.read(&mut request).await;
    let status = ["200 OK", "200 OK", "200 OK", "429 Too Many Requests", "500 Oops"][case.rng.random_range(0..5)];
    let head = format!("HTTP/1.1 {status}\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n");
    let _sent = client.write_all(head.as_bytes()).await;
    let mut rest = body;
    while !rest.is_empty() {
        let (piece, later) = rest.split_at(case.rng.random_range(1..=rest.len()));
        if client.write_all(piece).await.is_err() {
            return;
        }
        let _flushed = client.flush().await;
        rest = later;
    }
    let _closed = client.shutdown().await;
}

#[tokio::test]
async fn a_bent_stream_ends_in_time_within_its_limits_and_without_the_key() {
    let examples = examples().await;
    assert!(examples.iter().flatten().all(|body| !body.is_empty()));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let host = listener.local_addr().unwrap().to_string();
    let voices = voices(vec![host.clone()]);
    let (mut replies, mut errors) = (0_u64, 0_u64);
    for mut case in cases(1_500) {
        let number = usize::try_from(case.number % FORMATS.len() as u64).unwrap();
        let (service_type, mount) = FORMATS[number];
        let mut body = case.bytes(&examples[number]);
        if case.rng.random_bool(0.1) {
            // A provider that tells the key back.
            body.extend_from_slice(format!("data: {{\"error\": {{\"message\": \"bad key {KEY}\"}}}}\n\n").as_bytes());
        }
        let asking = ask(
            service_type,
            format!("http://{host}{mount}"),
            &format!("model-{}", case.number),
        );
        let (pieces, mut read) = mpsc::channel(64);
        let streamed = tokio::spawn(async move {
            let mut bytes = 0;
            while let Some(piece) = read.recv().await {
                if let quorum_providers::Piece::Text(text) = piece {
                    bytes += text.len();
                }
            }
            bytes
        });
        let token = CancellationToken::new();
        let asked = voices.ask(&asking, pieces, &token);
        tokio::pin!(asked);
        let begun = Instant::now();
        let outcome = loop {
            // A refused field may be left out and asked again, so more than one connection may come.
            tokio::select! {
                outcome = &mut asked => break outcome,
                () = play(&listener, &mut case, &body) => {}
            }
            assert!(
                begun.elapsed() < Duration::from_secs(20),
                "case {} does not end",
                case.number
            );
        };
        let number = case.number;
        assert!(
            streamed.await.unwrap() <= MOST_BYTES + 64 * 1024,
            "case {number} streams too much"
        );
        match outcome {
            Ok(reply) => {
                replies += 1;
                assert!(reply.text.len() <= MOST_BYTES, "case {number} is too long");
            }
            Err(error) => {
                errors += 1;
                let told = format!("{error} {:?}", error.failure);
                assert!(
                    !told.contains(KEY) && !told.contains(&host),
                    "case {number} tells {told}"
                );
            }
        }
    }
    assert!(
        replies > 0 && errors > 0,
        "{replies} replies and {errors} errors show little"
    );
}
