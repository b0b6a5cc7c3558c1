//! A line to somebody who follows a conversation or a list: replay what was stored, then the text
//! so far, then everything as it happens. Each event arrives once and in order, whatever was missed
//! in between. Over what it goes, a WebSocket or server-sent events, is the transport's business.

use std::{sync::Arc, time::Duration};

use futures::{
    FutureExt,
    future::{BoxFuture, Fuse},
};
use quorum_domain::{
    Credential, Delta,
    event::{EventBody, StoredEvent},
    ids::{ConversationId, UserId},
};
use quorum_push::{Notice, RunningText, Signal};
use quorum_store::SavedText;
use serde::Serialize;

use crate::{
    ApiError, AppState,
    access::holder_of,
    early::Early,
    outgoing::{NotSent, Outgoing, Parcel},
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

/// What is sent besides stored events.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Frame<'a> {
    ResponseDelta {
        #[serde(flatten)]
        delta: &'a Delta,
    },
    ThoughtsDelta {
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

/// Something that is sent, and the number after which to go on once it has arrived.
trait Numbered: Serialize {
    fn number(&self) -> Option<i64>;
}

impl Numbered for StoredEvent {
    fn number(&self) -> Option<i64> {
        Some(self.seq)
    }
}

impl Numbered for Frame<'_> {
    fn number(&self) -> Option<i64> {
        match self {
            Self::Ready { last_seq } | Self::Resync { last_seq } => Some(*last_seq),
            Self::ResponseDelta { .. } | Self::ThoughtsDelta { .. } | Self::ConversationChanged { .. } => None,
        }
    }
}

fn parcel_of(frame: &impl Numbered) -> Result<Parcel, End> {
    let text = serde_json::to_string(frame).map_err(|_| End::Close(RESTART, "try again"))?;
    Ok(Parcel::Frame {
        text,
        number: frame.number(),
    })
}

/// What was heard so far, from its beginning, or what was saved where that is of a later attempt.
fn newer(heard: Option<RunningText>, saved: &SavedText, text: &str) -> Delta {
    let (attempt, text) = match heard {
        Some(running) if running.attempt >= saved.attempt => (running.attempt, running.text),
        _ => (saved.attempt, text.to_owned()),
    };
    Delta {
        response_id: saved.response_id,
        attempt,
        offset: 0,
        text,
    }
}

/// Why a line ends.
pub enum End {
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

/// Who may follow, and by what; asked again for as long as the line is open.
#[derive(Debug, Clone, Copy)]
pub struct Admitted {
    /// Who.
    pub user: UserId,
    /// By what.
    pub credential: Credential,
}

/// What a line goes over.
pub struct Transport {
    /// The sending half.
    pub outgoing: Outgoing,
    /// Done once the other end has left.
    pub left: BoxFuture<'static, ()>,
}

/// A line to one listener.
pub struct Line {
    outgoing: Outgoing,
    left: Fuse<BoxFuture<'static, ()>>,
    state: AppState,
    credential: Credential,
    user: UserId,
}

impl Line {
    /// A line over a transport.
    pub fn new(transport: Transport, state: AppState, admitted: Admitted) -> Self {
        Self {
            outgoing: transport.outgoing,
            left: transport.left.fuse(),
            state,
            credential: admitted.credential,
            user: admitted.user,
        }
    }

    /// Says why it ends, to whoever is still there.
    pub async fn close(self, end: Result<(), End>) {
        let Err(End::Close(code, reason)) = end else { return };
        self.outgoing.close(Parcel::Close { code, reason }).await;
        // A connection dropped with something unread is reset, and the reason lost on the way.
        let _in_time = tokio::time::timeout(Duration::from_secs(1), self.left).await;
    }

    /// Sends something that just happened. A page that is too far behind is dropped.
    fn send(&mut self, frame: &impl Numbered) -> Result<(), End> {
        self.outgoing.send(parcel_of(frame)?).map_err(End::from)
    }

    /// Sends something of the past, as fast as the page reads.
    async fn replay(&mut self, frame: &impl Numbered) -> Result<(), End> {
        self.outgoing.send_when_read(parcel_of(frame)?).await.map_err(End::from)
    }

    async fn check_session(&mut self) -> Result<(), End> {
        match holder_of(&self.state, self.credential).await {
            Err(ApiError::Unauthenticated) => Err(End::Close(SIGNED_OUT, "signed out")),
            // The database being away for a moment signs nobody out.
            Ok(_) | Err(_) => Ok(()),
        }
    }

    /// Everything of a conversation after a number, until somebody ends it.
    pub async fn follow(&mut self, id: ConversationId, after: i64) -> Result<(), End> {
        // Subscribed before anything is read, so that nothing falls between.
        let mut notices = self.state.bus.subscribe(id);
        let mut signals = self.state.bus.signals();
        let stopping = self.state.stopping.clone();
        let mut last = self.catch_up(id, after).await?;
        self.send_texts(id).await?;
        self.replay(&Frame::Ready { last_seq: last }).await?;
        let mut early = Early::default();
        let mut ping = tokio::time::interval(PING_EVERY);
        let mut check = tokio::time::interval(CHECK_SESSION_EVERY);
        loop {
            tokio::select! {
                notice = notices.next() => match notice {
                    Some(Notice::Event(event)) => last = self.pass_on(id, event, last, &mut early).await?,
                    Some(Notice::Delta(delta)) => self.send(&Frame::ResponseDelta { delta: &delta })?,
                    Some(Notice::Thoughts(delta)) => self.send(&Frame::ThoughtsDelta { delta: &delta })?,
                    Some(Notice::Lagged) => {
                        last = self.catch_up(id, last).await?;
                        early.forget_to(last);
                        self.send_texts(id).await?;
                    }
                    None => return Err(End::Close(RESTART, "try again")),
                },
                () = early.waited() => {
                    last = self.catch_up(id, last).await?;
                    early.forget_to(last);
                }
                signal = signals.next() => if self.concerns_session(signal) { self.check_session().await?; },
                () = stopping.cancelled() => return Err(End::Close(RESTART, "restarting")),
                _ = ping.tick() => self.outgoing.send(Parcel::Ping)?,
                _ = check.tick() => self.check_session().await?,
                () = &mut self.left => return Err(End::Left),
            }
        }
    }

    fn concerns_session(&self, signal: Option<Signal>) -> bool {
        matches!(signal, Some(Signal::Missed)) || signal == Some(Signal::UserClosed(self.user))
    }

    /// Sends an event if it is the next one, and those that waited for it. After a gap it waits a
    /// moment for the ones before; if they do not come, the store has them.
    async fn pass_on(
        &mut self,
        id: ConversationId,
        event: Arc<StoredEvent>,
        mut last: i64,
        early: &mut Early,
    ) -> Result<i64, End> {
        if event.seq > last + 1 {
            if !early.hold(event) {
                last = self.catch_up(id, last).await?;
                early.forget_to(last);
            }
            return Ok(last);
        }
        let mut next = (event.seq == last + 1).then_some(event);
        while let Some(event) = next {
            self.send(&*event)?;
            self.after_event(id, &event.body).await?;
            last = event.seq;
            next = early.take(last + 1);
        }
        Ok(last)
    }

    /// A conversation that is deleted ends its line, unless it has been brought back since.
    async fn after_event(&mut self, id: ConversationId, body: &EventBody) -> Result<(), End> {
        if matches!(body, EventBody::ConversationDeleted {}) {
            let mut session = self.state.store.read().await?;
            session.conversation(self.user, id, false).await?;
        }
        Ok(())
    }

    /// Replays stored events after a number; one that is too old or unknown makes the page read anew.
    async fn catch_up(&mut self, id: ConversationId, after: i64) -> Result<i64, End> {
        let mut session = self.state.store.read().await?;
        let ((first, newest), mut events) = session.events_since(id, after, REPLAY_PAGE).await?;
        drop(session);
        let gone = after < newest && (first == 0 || after + 1 < first);
        if after > newest || gone || newest - after > REPLAY_MOST {
            self.replay(&Frame::Resync { last_seq: newest }).await?;
            return Ok(newest);
        }
        let mut last = after;
        while let Some(reached) = events.last().map(|event| event.seq) {
            for event in &events {
                self.replay(event).await?;
                self.after_event(id, &event.body).await?;
            }
            last = reached;
            if last >= newest {
                break;
            }
            events = self
                .state
                .store
                .read()
                .await?
                .events_after(id, last, REPLAY_PAGE)
                .await?;
        }
        Ok(last)
    }

    /// The text so far of every running answer, as a delta from the beginning; and its thoughts, if
    /// there are any.
    async fn send_texts(&mut self, id: ConversationId) -> Result<(), End> {
        let saved = self.state.store.read().await?.running_texts(id).await?;
        for saved in saved {
            let id = saved.response_id;
            let thoughts = newer(self.state.bus.thoughts_so_far(id).await, &saved, &saved.thoughts);
            if !thoughts.text.is_empty() {
                self.replay(&Frame::ThoughtsDelta { delta: &thoughts }).await?;
            }
            let text = newer(self.state.bus.text_so_far(id).await, &saved, &saved.text);
            self.replay(&Frame::ResponseDelta { delta: &text }).await?;
        }
        Ok(())
    }

    /// Every change of the user's list, until somebody ends it.
    pub async fn follow_list(&mut self) -> Result<(), End> {
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
                _ = ping.tick() => self.outgoing.send(Parcel::Ping)?,
                _ = check.tick() => self.check_session().await?,
                () = &mut self.left => return Err(End::Left),
            }
        }
    }
}
