//! An address that webhooks are sent to: it keeps what came and replies as it is told.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use standardwebhooks::Webhook;

/// How the receiver replies to one message.
#[derive(Debug, Clone, Copy)]
pub enum Reply {
    Status(u16),
    /// Elsewhere.
    Redirect,
    /// Not at all.
    Never,
}

/// A message as it came.
#[derive(Debug, Clone)]
pub struct Message {
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Message {
    pub fn id(&self) -> String {
        self.headers["webhook-id"].to_str().unwrap().to_owned()
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// Whether the library that receivers use takes it for genuine.
    pub fn is_signed_with(&self, secret: &str) -> bool {
        Webhook::new(secret).unwrap().verify(&self.body, &self.headers).is_ok()
    }
}

#[derive(Default)]
struct Kept {
    messages: Vec<Message>,
    replies: VecDeque<Reply>,
}

pub struct Receiver {
    pub url: String,
    kept: Arc<Mutex<Kept>>,
}

impl Receiver {
    /// Replies in this order, and with 204 from then on.
    pub async fn start(replies: &[Reply]) -> Self {
        let kept = Arc::new(Mutex::new(Kept {
            replies: replies.iter().copied().collect(),
            ..Kept::default()
        }));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let router = Router::new().fallback(receive).with_state(Arc::clone(&kept));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, kept }
    }

    pub fn messages(&self) -> Vec<Message> {
        self.kept.lock().unwrap().messages.clone()
    }

    /// Waits until so many came.
    pub async fn messages_when(&self, many: usize) -> Vec<Message> {
        let begun = Instant::now();
        loop {
            let messages = self.messages();
            if messages.len() >= many {
                return messages;
            }
            assert!(
                begun.elapsed() < Duration::from_secs(60),
                "only {} came",
                messages.len()
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

async fn receive(State(kept): State<Arc<Mutex<Kept>>>, headers: HeaderMap, body: Bytes) -> Response {
    let reply = {
        let mut kept = kept.lock().unwrap();
        kept.messages.push(Message { headers, body });
        kept.replies.pop_front().unwrap_or(Reply::Status(204))
    };
    match reply {
        Reply::Status(status) => (StatusCode::from_u16(status).unwrap(), format!("this is {status}")).into_response(),
        Reply::Redirect => (StatusCode::FOUND, [("location", "/elsewhere")]).into_response(),
        Reply::Never => std::future::pending().await,
    }
}
