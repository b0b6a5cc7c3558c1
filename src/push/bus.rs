//! The bus. In one process for now; every method is shaped so that a network can stand behind it.

use std::sync::Arc;

use quorum_domain::{
    event::{Delta, StoredEvent},
    ids::{ApiKeyId, ConversationId, ResponseId, UserId},
};
use tokio::sync::broadcast;

use crate::{
    running::{RunningText, RunningTexts},
    topics::{Listener, Topics},
};

/// Notices that a page of a conversation may be behind: some seconds of the text of many answers.
const CONVERSATION_BEHIND: usize = 1024;
/// Notices that a list may be behind; it is read again after missing one.
const LIST_BEHIND: usize = 64;
/// Signals that a worker or socket may be behind.
const SIGNALS_BEHIND: usize = 4096;

/// What can go wrong with the bus.
#[derive(Debug, thiserror::Error)]
pub enum PushError {
    /// The transport is down; what was to be told is in the store.
    #[error("the bus cannot be reached")]
    Unreachable,
}

/// What a page hears of a conversation.
#[derive(Debug, Clone)]
pub enum Notice {
    /// A stored event.
    Event(Arc<StoredEvent>),
    /// A piece of text.
    Delta(Arc<Delta>),
    /// Some notices were missed: read the store again.
    Lagged,
}

/// A request that reaches every worker and every open socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    /// Stop working on a response.
    CancelResponse(ResponseId),
    /// Stop using a key.
    KeyRevoked(ApiKeyId),
    /// A test of a key is done.
    KeyTested(ApiKeyId),
    /// Close everything of a user.
    UserClosed(UserId),
}

/// How a conversation changed, for the lists that show it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ConversationChange {
    /// New.
    Created,
    /// Title, place or settings.
    Updated,
    /// Gone from the list.
    Deleted,
}

/// What a page hears for its list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct UserNotice {
    /// Which conversation.
    pub conversation_id: ConversationId,
    /// What happened to it.
    pub change: ConversationChange,
}

/// The bus. Cheap to clone.
#[derive(Clone)]
pub struct Bus {
    conversations: Arc<Topics<ConversationId, Notice>>,
    users: Arc<Topics<UserId, UserNotice>>,
    signals: broadcast::Sender<Signal>,
    running: Arc<RunningTexts>,
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
            conversations: Topics::new(CONVERSATION_BEHIND),
            users: Topics::new(LIST_BEHIND),
            signals: broadcast::channel(SIGNALS_BEHIND).0,
            running: Arc::default(),
        }
    }

    /// Tells the pages of a conversation of a stored event.
    pub async fn publish_event(&self, event: StoredEvent) -> Result<(), PushError> {
        self.conversations
            .send(event.conversation_id, || Notice::Event(Arc::new(event)));
        Ok(())
    }

    /// Sends a piece of text to the pages of a conversation, and keeps it for those that come
    /// later: first kept, then sent, so that subscribing before reading misses nothing.
    pub async fn publish_delta(&self, conversation: ConversationId, delta: Delta) -> Result<(), PushError> {
        self.running.add(&delta);
        self.conversations.send(conversation, || Notice::Delta(Arc::new(delta)));
        Ok(())
    }

    /// Listens to a conversation until dropped. Subscribe first, then read the store and
    /// [`Bus::text_so_far`]; what overlaps is recognised by number and offset.
    pub fn subscribe(&self, conversation: ConversationId) -> Subscription {
        Subscription(self.conversations.listen(conversation))
    }

    /// The text so far of a running response; `None` if its beginning was not heard here, and
    /// then the store has what was saved.
    pub async fn text_so_far(&self, id: ResponseId) -> Option<RunningText> {
        self.running.get(id)
    }

    /// The texts so far of those of these responses that have one, as of one moment.
    pub async fn running_texts(&self, ids: &[ResponseId]) -> Vec<(ResponseId, RunningText)> {
        self.running.get_all(ids)
    }

    /// Lets go of the text of a response that is final.
    pub async fn forget_text(&self, id: ResponseId) {
        self.running.forget(id);
    }

    /// Tells a user's lists.
    pub async fn publish_user(&self, user: UserId, notice: UserNotice) -> Result<(), PushError> {
        self.users.send(user, || notice);
        Ok(())
    }

    /// Listens to what concerns a user's lists until dropped.
    pub fn subscribe_user(&self, user: UserId) -> UserSubscription {
        UserSubscription(self.users.listen(user))
    }

    /// Sends a signal to all workers and sockets.
    pub async fn signal(&self, signal: Signal) -> Result<(), PushError> {
        // Without listeners there is nobody to stop.
        let _nobody_listens = self.signals.send(signal);
        Ok(())
    }

    /// Listens to signals until dropped.
    pub fn signals(&self) -> SignalSubscription {
        SignalSubscription(self.signals.subscribe())
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
pub struct UserSubscription(Listener<UserId, UserNotice>);

impl UserSubscription {
    /// The next notice; `Some(None)` when some were missed and the list wants reading again.
    pub async fn next(&mut self) -> Option<Option<UserNotice>> {
        self.0.next().await.map(Result::ok)
    }
}

/// A listener of signals.
pub struct SignalSubscription(broadcast::Receiver<Signal>);

impl SignalSubscription {
    /// The next signal; missed ones are made good by leases and by checking sessions again.
    pub async fn next(&mut self) -> Option<Signal> {
        loop {
            match self.0.recv().await {
                Ok(signal) => return Some(signal),
                Err(broadcast::error::RecvError::Lagged(_)) => {}
                Err(broadcast::error::RecvError::Closed) => return None,
            }
        }
    }
}

#[cfg(test)]
#[path = "bus_tests.rs"]
mod tests;
