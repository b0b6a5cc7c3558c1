//! The bus: heard at once in this process, and through Redis in the others if there are any.

use std::sync::Arc;

use quorum_domain::{
    ConversationChange,
    event::{Delta, StoredEvent},
    ids::{ApiKeyId, BallotId, ConversationId, ProbeId, ResponseId, UserId},
};
use serde::{Deserialize, Serialize};
use tokio::sync::broadcast;

use crate::{
    Limiter, PushError,
    running::{Heard, RunningText, RunningTexts},
    topics::{Listener, Topics},
    wire::{Hears, Wire},
};

/// Notices that a socket may be behind before it reads the store again: it hands them on to a
/// queue of its own without waiting, so this is for a busy processor only. Room for all of them is
/// taken for every conversation that is looked at.
const CONVERSATION_BEHIND: usize = 256;
/// Notices that a list may be behind; it is read again after missing one.
const LIST_BEHIND: usize = 64;
/// Signals that a worker or socket may be behind.
const SIGNALS_BEHIND: usize = 4096;

/// What a page hears of a conversation.
#[derive(Debug, Clone)]
pub enum Notice {
    /// A stored event.
    Event(Arc<StoredEvent>),
    /// A piece of text.
    Delta(Arc<Delta>),
    /// A piece of what is thought before the text.
    Thoughts(Arc<Delta>),
    /// Some notices were missed: read the store again.
    Lagged,
}

/// A request that reaches every worker and every open socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Signal {
    /// Stop working on a response.
    CancelResponse(ResponseId),
    /// Stop asking a judge.
    CancelBallot(BallotId),
    /// Stop using a key.
    KeyRevoked(ApiKeyId),
    /// A test of a key is done.
    KeyTested(ApiKeyId),
    /// A probe is done.
    Probed(ProbeId),
    /// Settings of the instance were changed.
    SettingsChanged,
    /// Close everything of a user.
    UserClosed(UserId),
    /// Whoever writes this text, say it again from the beginning: somebody came in late.
    TellText(ResponseId),
    /// Signals may have been missed; what they would have said is in the store.
    Missed,
}

/// What a page hears for its list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserNotice {
    /// Which conversation.
    pub conversation_id: ConversationId,
    /// What happened to it.
    pub change: ConversationChange,
}

/// What goes from process to process.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Parcel {
    Event(Box<StoredEvent>),
    Delta(ConversationId, Delta),
    Thoughts(ConversationId, Delta),
    Forget(ResponseId),
    User(UserId, UserNotice),
    Signal(Signal),
}

/// The listeners of this process.
pub struct Local {
    conversations: Arc<Topics<ConversationId, Notice>>,
    users: Arc<Topics<UserId, Option<UserNotice>>>,
    signals: broadcast::Sender<Signal>,
    running: RunningTexts,
    thoughts: RunningTexts,
}

impl Local {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            conversations: Topics::new(CONVERSATION_BEHIND),
            users: Topics::new(LIST_BEHIND),
            signals: broadcast::channel(SIGNALS_BEHIND).0,
            running: RunningTexts::default(),
            thoughts: RunningTexts::default(),
        })
    }

    /// Delivers a parcel; gives the signal to send if a piece of a text was missed.
    pub fn deliver(&self, parcel: Parcel) -> Option<Signal> {
        match parcel {
            Parcel::Event(event) => self
                .conversations
                .send(event.conversation_id, || Notice::Event(Arc::new(*event))),
            Parcel::Delta(conversation, delta) => {
                // First kept, then told, so that subscribing before reading misses nothing.
                let heard = self.running.add(&delta);
                return self.pass_on(conversation, heard, delta, Notice::Delta);
            }
            Parcel::Thoughts(conversation, delta) => {
                let heard = self.thoughts.add(&delta);
                return self.pass_on(conversation, heard, delta, Notice::Thoughts);
            }
            Parcel::Forget(response) => {
                self.running.forget(response);
                self.thoughts.forget(response);
            }
            Parcel::User(user, notice) => self.users.send(user, || Some(notice)),
            Parcel::Signal(signal) => {
                // Without listeners there is nobody to stop.
                let _nobody_listens = self.signals.send(signal);
            }
        }
        None
    }

    /// Tells the pages of a piece; gives what to ask for if one before it was missed.
    fn pass_on(
        &self,
        conversation: ConversationId,
        heard: Heard,
        delta: Delta,
        notice: impl FnOnce(Arc<Delta>) -> Notice,
    ) -> Option<Signal> {
        let response = delta.response_id;
        let listened_to = self.conversations.has_listeners(conversation);
        self.conversations.send(conversation, || notice(Arc::new(delta)));
        let missed = matches!(heard, Heard::Gap { ask: true }) && listened_to;
        missed.then_some(Signal::TellText(response))
    }

    /// After an interruption: everybody reads the store again.
    pub fn interrupted(&self) {
        self.running.forget_all();
        self.thoughts.forget_all();
        self.conversations.send_to_all(&Notice::Lagged);
        self.users.send_to_all(&None);
        let _nobody_listens = self.signals.send(Signal::Missed);
    }
}

/// The bus. Cheap to clone.
#[derive(Clone)]
pub struct Bus {
    local: Arc<Local>,
    wire: Option<Wire>,
    limiter: Limiter,
}

impl Default for Bus {
    fn default() -> Self {
        Self::in_process()
    }
}

impl Bus {
    /// A bus for one process.
    pub fn in_process() -> Self {
        Self {
            local: Local::new(),
            wire: None,
            limiter: Limiter::default(),
        }
    }

    /// A bus over Redis. It works from the start, whether Redis is there or not, and connects
    /// again by itself; what is said meanwhile is heard in this process only.
    pub fn over_redis(url: &str, hears: Hears) -> Result<Self, PushError> {
        let local = Local::new();
        let wire = Wire::start(url, hears, &local)?;
        Ok(Self {
            local,
            limiter: Limiter::over(wire.line()),
            wire: Some(wire),
        })
    }

    /// Counts how often somebody does something, over all processes of this bus.
    pub const fn limiter(&self) -> &Limiter {
        &self.limiter
    }

    fn tell(&self, parcel: Parcel) {
        if let Some(wire) = &self.wire {
            wire.send(parcel.clone());
        }
        if let Some(signal) = self.local.deliver(parcel) {
            self.signal(signal);
        }
    }

    /// Tells the pages of a conversation of a stored event.
    pub fn publish_event(&self, event: StoredEvent) {
        self.tell(Parcel::Event(Box::new(event)));
    }

    /// Sends what a transaction has stored: its events, and hints for the lists of the users named. A
    /// page that is not told now finds the events in the store when it asks next.
    pub fn publish_all(&self, events: Vec<StoredEvent>, changes: Vec<(UserId, ConversationId, ConversationChange)>) {
        for event in events {
            self.publish_event(event);
        }
        for (user, conversation_id, change) in changes {
            let notice = UserNotice {
                conversation_id,
                change,
            };
            self.publish_user(user, notice);
        }
    }

    /// Sends a piece of text to the pages of a conversation, and keeps it for those that come
    /// later. The whole text so far, from offset 0, takes the place of what was heard of it.
    pub fn publish_delta(&self, conversation: ConversationId, delta: Delta) {
        self.tell(Parcel::Delta(conversation, delta));
    }

    /// Sends a piece of what is thought before the text, by the same rules.
    pub fn publish_thoughts(&self, conversation: ConversationId, delta: Delta) {
        self.tell(Parcel::Thoughts(conversation, delta));
    }

    /// Listens to a conversation until dropped. Subscribe first, then read the store and
    /// [`Bus::text_so_far`]; what overlaps is recognised by number and offset.
    pub fn subscribe(&self, conversation: ConversationId) -> Subscription {
        Subscription(self.local.conversations.listen(conversation))
    }

    /// The text so far of a running response; `None` if its beginning was not heard here, and
    /// then the store has what was saved.
    pub async fn text_so_far(&self, id: ResponseId) -> Option<RunningText> {
        self.local.running.get(id)
    }

    /// The thoughts so far of a running response, as [`Bus::text_so_far`] gives its text.
    pub async fn thoughts_so_far(&self, id: ResponseId) -> Option<RunningText> {
        self.local.thoughts.get(id)
    }

    /// The texts so far of those of these responses that have one, as of one moment.
    pub async fn running_texts(&self, ids: &[ResponseId]) -> Vec<(ResponseId, RunningText)> {
        self.local.running.get_all(ids)
    }

    /// Lets go of the text of a response that is final.
    pub fn forget_text(&self, id: ResponseId) {
        self.tell(Parcel::Forget(id));
    }

    /// Tells a user's lists.
    pub fn publish_user(&self, user: UserId, notice: UserNotice) {
        self.tell(Parcel::User(user, notice));
    }

    /// Listens to what concerns a user's lists until dropped.
    pub fn subscribe_user(&self, user: UserId) -> UserSubscription {
        UserSubscription(self.local.users.listen(user))
    }

    /// Sends a signal to all workers and sockets.
    pub fn signal(&self, signal: Signal) {
        self.tell(Parcel::Signal(signal));
    }

    /// Listens to signals until dropped.
    pub fn signals(&self) -> SignalSubscription {
        SignalSubscription(self.local.signals.subscribe())
    }
}

/// A listener of a conversation.
pub struct Subscription(Listener<ConversationId, Notice>);

impl Subscription {
    /// The next notice, in the order they were published.
    pub async fn next(&mut self) -> Option<Notice> {
        self.0.next().await.map(|notice| notice.unwrap_or(Notice::Lagged))
    }
}

/// A listener of a user's lists.
pub struct UserSubscription(Listener<UserId, Option<UserNotice>>);

impl UserSubscription {
    /// The next notice; `Some(None)` when some were missed and the list wants reading again.
    pub async fn next(&mut self) -> Option<Option<UserNotice>> {
        self.0.next().await.map(|notice| notice.ok().flatten())
    }
}

/// A listener of signals.
pub struct SignalSubscription(broadcast::Receiver<Signal>);

impl SignalSubscription {
    /// The next signal; [`Signal::Missed`] in place of those that came too fast.
    pub async fn next(&mut self) -> Option<Signal> {
        match self.0.recv().await {
            Ok(signal) => Some(signal),
            Err(broadcast::error::RecvError::Lagged(_)) => Some(Signal::Missed),
            Err(broadcast::error::RecvError::Closed) => None,
        }
    }
}

#[cfg(test)]
#[path = "bus_tests.rs"]
mod tests;
