//! WebSockets: replay what was stored, then the text so far, then everything as it happens. Each
//! event reaches the page once and in order, whatever was missed in between.

use std::time::Duration;

use axum::{
    extract::{
        State, WebSocketUpgrade,
        ws::{CloseFrame, Message, Utf8Bytes, WebSocket},
    },
    response::{IntoResponse, Response},
};
use futures::{StreamExt, stream::SplitStream};
use quorum_domain::{
    Credential, Delta, Scope,
    event::{EventBody, StoredEvent},
    ids::{ConversationId, UserId},
};
use quorum_push::{Notice, Signal};
use quorum_vault::{ExposeSecret, SecretString, token_hash};
use serde::{Deserialize, Serialize};

use crate::{
    ApiError, AppState,
    access::{authenticate, bears_token, holder_of},
    extract::{PathId, QueryString},
    outgoing::{NotSent, Outgoing},
    security::names_same_origin,
    visitor::Visitor,
};

const PING_EVERY: Duration = Duration::from_secs(20);
const CHECK_SESSION_EVERY: Duration = Duration::from_secs(5);
/// Events replayed at a time; and the most that are replayed before the page starts afresh.
const REPLAY_PAGE: i64 = 500;
const REPLAY_MOST: i64 = 5_000;

const SIGNED_OUT: u16 = 4401;
const GONE: u16 = 4404;
const TOO_SLOW: u16 = 4408;
const RESTART: u16 = 1012;

#[derive(Debug, Deserialize)]
pub struct After {
    #[serde(default)]
    after: i64,
}

/// By what a client that cannot send headers may open a socket.
#[derive(Debug, Deserialize)]
pub struct Ticket {
    ticket: Option<SecretString>,
}

/// What is sent besides stored events.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Frame<'a> {
    ResponseDelta {
        #[serde(flatten)]
        delta: &'a Delta,
    },
    Ready {
        last_seq: i64,
    },
    Resync {
        last_seq: i64,
    },
    ConversationChanged {
        #[serde(flatten)]
        notice: &'a quorum_push::UserNotice,
    },
}

fn text_of(frame: &impl Serialize) -> Result<Message, End> {
    let text = serde_json::to_string(frame).map_err(|_| End::Close(RESTART, "try again"))?;
    Ok(Message::Text(text.into()))
}

/// Why a socket ends.
enum End {
    /// The page left.
    Left,
    /// With this code and reason.
    Close(u16, &'static str),
}

impl From<ApiError> for End {
    fn from(error: ApiError) -> Self {
        match error {
            ApiError::NotFound(_) => Self::Close(GONE, "gone"),
            ApiError::Unauthenticated => Self::Close(SIGNED_OUT, "signed out"),
            _ => Self::Close(RESTART, "try again"),
        }
    }
}

impl From<NotSent> for End {
    fn from(error: NotSent) -> Self {
        match error {
            NotSent::Left => Self::Left,
            NotSent::TooSlow => Self::Close(TOO_SLOW, "too slow"),
        }
    }
}

impl From<quorum_store::StoreError> for End {
    fn from(error: quorum_store::StoreError) -> Self {
        ApiError::from(error).into()
    }
}

/// Events of one conversation.
pub async fn conversation(
    State(state): State<AppState>,
    PathId(id): PathId<ConversationId>,
    QueryString(query): QueryString<After>,
    QueryString(ticket): QueryString<Ticket>,
    visitor: Visitor,
    upgrade: WebSocketUpgrade,
) -> Response {
    let allowed = async {
        let admitted = admitted(&state, &visitor, ticket).await?;
        state.store.read().await?.conversation(admitted.user, id, false).await?;
        Ok::<_, ApiError>(admitted)
    };
    match allowed.await {
        Ok(admitted) => upgrade.on_upgrade(move |socket| async move {
            let mut line = Line::new(socket, state, &admitted);
            let end = line.follow(id, query.after).await;
            line.close(end).await;
        }),
        Err(error) => error.into_response(),
    }
}

/// Changes of the user's list.
pub async fn user(
    State(state): State<AppState>,
    QueryString(ticket): QueryString<Ticket>,
    visitor: Visitor,
    upgrade: WebSocketUpgrade,
) -> Response {
    match admitted(&state, &visitor, ticket).await {
        Ok(admitted) => upgrade.on_upgrade(move |socket| async move {
            let mut line = Line::new(socket, state, &admitted);
            let end = line.follow_list().await;
            line.close(end).await;
        }),
        Err(error) => error.into_response(),
    }
}

/// Who may open a socket, and by what; asked again for as long as it is open.
struct Admitted {
    user: UserId,
    credential: Credential,
}

/// Who opens a socket. A browser sends its cookie to whoever asks, so there the page must be ours.
async fn admitted(state: &AppState, visitor: &Visitor, ticket: Ticket) -> Result<Admitted, ApiError> {
    if let Some(ticket) = ticket.ticket {
        return by_ticket(state, &ticket).await;
    }
    if !bears_token(&visitor.headers) && !names_same_origin(&visitor.headers) {
        return Err(ApiError::Csrf);
    }
    let signed_in = authenticate(state, visitor).await?;
    signed_in.need(Scope::Read)?;
    Ok(Admitted {
        user: signed_in.user.id,
        credential: signed_in.credential,
    })
}

async fn by_ticket(state: &AppState, ticket: &SecretString) -> Result<Admitted, ApiError> {
    let mut tx = state.store.begin().await?;
    let credential = tx.take_ws_ticket(&token_hash(ticket.expose_secret())).await?;
    state.commit(tx).await?;
    let credential = credential.ok_or(ApiError::Unauthenticated)?;
    let (user, scopes) = holder_of(state, credential).await?;
    if !scopes.allow(Scope::Read) {
        return Err(ApiError::ScopeMissing(Scope::Read));
    }
    Ok(Admitted {
        user: user.id,
        credential,
    })
}

struct Line {
    outgoing: Outgoing,
    incoming: SplitStream<WebSocket>,
    state: AppState,
    credential: Credential,
    user: UserId,
}

impl Line {
    fn new(socket: WebSocket, state: AppState, admitted: &Admitted) -> Self {
        let (sink, incoming) = socket.split();
        Self {
            outgoing: Outgoing::start(sink),
            incoming,
            state,
            credential: admitted.credential,
            user: admitted.user,
        }
    }

    async fn close(mut self, end: Result<(), End>) {
        let Err(End::Close(code, reason)) = end else { return };
        let frame = CloseFrame {
            code,
            reason: Utf8Bytes::from_static(reason),
        };
        self.outgoing.close(frame).await;
        // A connection dropped with something unread is reset, and the reason lost on the way.
        let answered = async { while let Some(Ok(_)) = self.incoming.next().await {} };
        let _in_time = tokio::time::timeout(Duration::from_secs(1), answered).await;
    }

    /// Sends something that just happened. A page that is too far behind is dropped.
    fn send(&mut self, frame: &impl Serialize) -> Result<(), End> {
        self.outgoing.send(text_of(frame)?).map_err(End::from)
    }

    /// Sends something of the past, as fast as the page reads.
    async fn replay(&mut self, frame: &impl Serialize) -> Result<(), End> {
        self.outgoing.send_when_read(text_of(frame)?).await.map_err(End::from)
    }

    async fn check_session(&mut self) -> Result<(), End> {
        match holder_of(&self.state, self.credential).await {
            Err(ApiError::Unauthenticated) => Err(End::Close(SIGNED_OUT, "signed out")),
            // The database being away for a moment signs nobody out.
            Ok(_) | Err(_) => Ok(()),
        }
    }

    async fn follow(&mut self, id: ConversationId, after: i64) -> Result<(), End> {
        // Subscribed before anything is read, so that nothing falls between.
        let mut notices = self.state.bus.subscribe(id);
        let mut signals = self.state.bus.signals();
        let stopping = self.state.stopping.clone();
        let mut last = self.catch_up(id, after).await?;
        self.send_texts(id).await?;
        self.replay(&Frame::Ready { last_seq: last }).await?;
        let mut ping = tokio::time::interval(PING_EVERY);
        let mut check = tokio::time::interval(CHECK_SESSION_EVERY);
        loop {
            tokio::select! {
                notice = notices.next() => match notice {
                    Some(Notice::Event(event)) => last = self.pass_on(id, &event, last).await?,
                    Some(Notice::Delta(delta)) => self.send(&Frame::ResponseDelta { delta: &delta })?,
                    Some(Notice::Lagged) => {
                        last = self.catch_up(id, last).await?;
                        self.send_texts(id).await?;
                    }
                    None => return Err(End::Close(RESTART, "try again")),
                },
                signal = signals.next() => if self.concerns_session(signal) { self.check_session().await?; },
                () = stopping.cancelled() => return Err(End::Close(RESTART, "restarting")),
                _ = ping.tick() => self.outgoing.send(Message::Ping(Default::default()))?,
                _ = check.tick() => self.check_session().await?,
                message = self.incoming.next() => match message {
                    Some(Ok(Message::Close(_)) | Err(_)) | None => return Err(End::Left),
                    Some(Ok(_)) => {}
                },
            }
        }
    }

    fn concerns_session(&self, signal: Option<Signal>) -> bool {
        matches!(signal, Some(Signal::Missed)) || signal == Some(Signal::UserClosed(self.user))
    }

    /// Sends an event if it is the next one; after a gap, what the store has in between.
    async fn pass_on(&mut self, id: ConversationId, event: &StoredEvent, last: i64) -> Result<i64, End> {
        match event.seq - last {
            ..=0 => Ok(last),
            1 => {
                self.send(event)?;
                self.after_event(&event.body)?;
                Ok(event.seq)
            }
            _ => self.catch_up(id, last).await,
        }
    }

    fn after_event(&self, body: &EventBody) -> Result<(), End> {
        if matches!(body, EventBody::ConversationDeleted {}) {
            Err(End::Close(GONE, "gone"))
        } else {
            Ok(())
        }
    }

    /// Replays stored events after a number; one that is too old or unknown makes the page read anew.
    async fn catch_up(&mut self, id: ConversationId, after: i64) -> Result<i64, End> {
        let (first, newest) = self.state.store.read().await?.event_range(id).await?;
        let gone = after < newest && (first == 0 || after + 1 < first);
        if after > newest || gone || newest - after > REPLAY_MOST {
            self.replay(&Frame::Resync { last_seq: newest }).await?;
            return Ok(newest);
        }
        let mut last = after;
        loop {
            let events = self
                .state
                .store
                .read()
                .await?
                .events_after(id, last, REPLAY_PAGE)
                .await?;
            let Some(newest) = events.last().map(|event| event.seq) else {
                return Ok(last);
            };
            for event in &events {
                self.replay(event).await?;
                self.after_event(&event.body)?;
            }
            last = newest;
        }
    }

    /// The text so far of every running answer, as a delta from the beginning.
    async fn send_texts(&mut self, id: ConversationId) -> Result<(), End> {
        let saved = self.state.store.read().await?.running_texts(id).await?;
        for (response_id, attempt, text) in saved {
            let (attempt, text) = match self.state.bus.text_so_far(response_id).await {
                Some(running) if running.attempt >= attempt => (running.attempt, running.text),
                _ => (attempt, text),
            };
            self.replay(&Frame::ResponseDelta {
                delta: &Delta {
                    response_id,
                    attempt,
                    offset: 0,
                    text,
                },
            })
            .await?;
        }
        Ok(())
    }

    async fn follow_list(&mut self) -> Result<(), End> {
        let mut notices = self.state.bus.subscribe_user(self.user);
        let mut signals = self.state.bus.signals();
        let stopping = self.state.stopping.clone();
        self.replay(&Frame::Ready { last_seq: 0 }).await?;
        let mut ping = tokio::time::interval(PING_EVERY);
        let mut check = tokio::time::interval(CHECK_SESSION_EVERY);
        loop {
            tokio::select! {
                notice = notices.next() => match notice {
                    Some(Some(notice)) => self.send(&Frame::ConversationChanged { notice: &notice })?,
                    Some(None) => self.send(&Frame::Resync { last_seq: 0 })?,
                    None => return Err(End::Close(RESTART, "try again")),
                },
                signal = signals.next() => if self.concerns_session(signal) { self.check_session().await?; },
                () = stopping.cancelled() => return Err(End::Close(RESTART, "restarting")),
                _ = ping.tick() => self.outgoing.send(Message::Ping(Default::default()))?,
                _ = check.tick() => self.check_session().await?,
                message = self.incoming.next() => match message {
                    Some(Ok(Message::Close(_)) | Err(_)) | None => return Err(End::Left),
                    Some(Ok(_)) => {}
                },
            }
        }
    }
}
