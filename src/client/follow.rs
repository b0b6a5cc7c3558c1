//! Following a conversation over a WebSocket that comes back by itself.

use std::time::Duration;

use futures::StreamExt;
use quorum_domain::{Delta, StoredEvent, StreamFrame, ids::ConversationId};
use rand::Rng;
use reqwest_websocket::{CloseCode, Message, Upgrade, WebSocket};

use crate::{Client, ClientError};

/// Silence after which the line is taken for dead: the server pings every 20 s.
const SILENCE: Duration = Duration::from_secs(50);
const OPEN_WITHIN: Duration = Duration::from_secs(20);
const FIRST_WAIT: Duration = Duration::from_millis(200);
const LONGEST_WAIT: Duration = Duration::from_secs(5);
/// Lines that could not be opened in a row, after which it is given up.
const MOST_FAILURES: u32 = 12;

const SIGNED_OUT: u16 = 4401;
const GONE: u16 = 4404;

/// Something that happened in a conversation.
#[derive(Debug, Clone, PartialEq)]
pub enum Update {
    /// A stored event; each comes once and in order.
    Event(Box<StoredEvent>),
    /// A piece of text of a running response.
    Delta(Delta),
    /// What was missed has been told; from now on things are told as they happen.
    Ready {
        /// Number of the last event told.
        last_seq: i64,
    },
    /// So much was missed that it is not told again: read the conversation anew.
    Resync {
        /// Number of the last event there is.
        last_seq: i64,
    },
}

/// Follows one conversation. Dropping it ends nothing but the following.
pub struct Follower {
    client: Client,
    conversation: ConversationId,
    last_seq: i64,
    line: Option<WebSocket>,
    failures: u32,
}

/// How a line ended.
enum End {
    /// Open another one.
    Broken,
    Final(ClientError),
}

impl Client {
    /// Follows a conversation from after this event on; 0 tells everything.
    pub fn follow(&self, conversation: ConversationId, after: i64) -> Follower {
        Follower {
            client: self.clone(),
            conversation,
            last_seq: after,
            line: None,
            failures: 0,
        }
    }
}

impl Follower {
    /// The number of the last event that was told.
    pub const fn last_seq(&self) -> i64 {
        self.last_seq
    }

    /// Waits for what happens next. Safe to cancel.
    pub async fn next(&mut self) -> Result<Update, ClientError> {
        loop {
            if self.line.is_none() {
                self.open().await?;
            }
            let Some(line) = &mut self.line else { continue };
            match heard(line).await {
                Ok(Some(text)) => {
                    self.failures = 0;
                    if let Some(update) = self.understood(&text)? {
                        return Ok(update);
                    }
                }
                Ok(None) => {}
                Err(End::Broken) => self.line = None,
                Err(End::Final(error)) => return Err(error),
            }
        }
    }

    async fn open(&mut self) -> Result<(), ClientError> {
        loop {
            let error = match self.try_open().await {
                Ok(line) => {
                    self.line = Some(line);
                    // A line that opens and breaks at once is not asked for without a pause either.
                    self.failures += 1;
                    return Ok(());
                }
                Err(error) => error,
            };
            if error.wait().is_none() || self.failures >= MOST_FAILURES {
                return Err(error);
            }
            let longest = (FIRST_WAIT * 2_u32.pow(self.failures.min(6))).min(LONGEST_WAIT);
            let wait = longest.mul_f64(rand::rng().random_range(0.1..=1.0));
            self.failures += 1;
            tokio::time::sleep(wait.max(error.wait().unwrap_or_default())).await;
        }
    }

    async fn try_open(&self) -> Result<WebSocket, ClientError> {
        let path = format!("/ws/conversation/{}?after={}", self.conversation, self.last_seq);
        let request = self
            .client
            .with_token(self.client.sockets.get(self.client.address(&path)));
        let response = tokio::time::timeout(OPEN_WITHIN, request.upgrade().send())
            .await
            .map_err(|_| self.unanswered())?
            .map_err(|error| self.not_opened(error))?;
        if response.status().as_u16() != 101 {
            return Err(self.client.refusal(response.into_inner()).await);
        }
        response.into_websocket().await.map_err(|error| self.not_opened(error))
    }

    fn unanswered(&self) -> ClientError {
        ClientError::Unreachable {
            origin: self.client.origin(),
            words: format!("no answer within {} seconds", OPEN_WITHIN.as_secs()),
        }
    }

    fn not_opened(&self, error: reqwest_websocket::Error) -> ClientError {
        match error {
            reqwest_websocket::Error::Reqwest(error) => self.client.unreachable(error),
            other => ClientError::Unreachable {
                origin: self.client.origin(),
                words: other.to_string(),
            },
        }
    }

    /// What a frame says; none for one that a newer server sends and this version does not know.
    fn understood(&mut self, text: &str) -> Result<Option<Update>, ClientError> {
        match serde_json::from_str(text) {
            Ok(StreamFrame::ResponseDelta(delta)) => return Ok(Some(Update::Delta(delta))),
            Ok(StreamFrame::Ready { last_seq }) => {
                self.last_seq = self.last_seq.max(last_seq);
                return Ok(Some(Update::Ready { last_seq }));
            }
            Ok(StreamFrame::Resync { last_seq }) => {
                self.last_seq = last_seq;
                return Ok(Some(Update::Resync { last_seq }));
            }
            // What is thought is not part of any text; the rest is told to those who follow a list.
            Ok(StreamFrame::ThoughtsDelta(_) | StreamFrame::ConversationChanged { .. }) => return Ok(None),
            Err(_) => {}
        }
        if let Ok(event) = serde_json::from_str::<StoredEvent>(text) {
            let known = event.seq <= self.last_seq;
            self.last_seq = self.last_seq.max(event.seq);
            return Ok((!known).then(|| Update::Event(Box::new(event))));
        }
        let frame: serde_json::Value =
            serde_json::from_str(text).map_err(|error| ClientError::Unreadable(error.to_string()))?;
        if let Some(seq) = frame["seq"].as_i64() {
            self.last_seq = self.last_seq.max(seq);
        }
        Ok(None)
    }
}

/// The next text of a line; none for what is not text.
async fn heard(line: &mut WebSocket) -> Result<Option<String>, End> {
    match tokio::time::timeout(SILENCE, line.next()).await {
        Ok(Some(Ok(Message::Text(text)))) => Ok(Some(text)),
        Ok(Some(Ok(Message::Close { code, .. }))) => Err(ended(code)),
        Ok(Some(Ok(_))) => Ok(None),
        Ok(Some(Err(_)) | None) | Err(_) => Err(End::Broken),
    }
}

fn ended(code: CloseCode) -> End {
    match u16::from(code) {
        SIGNED_OUT => End::Final(ClientError::SignedOut),
        GONE => End::Final(ClientError::Gone),
        _ => End::Broken,
    }
}
