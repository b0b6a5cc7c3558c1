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
            conversations: Arc::default(),
            users: Arc::default(),
            signals: broadcast::channel(4096).0,
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

    /// The text so far of a running response.
    pub async fn text_so_far(&self, id: ResponseId) -> Option<RunningText> {
        self.running.get(id)
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
mod tests {
    use super::*;

    fn delta(response_id: ResponseId, attempt: i64, offset: i64, text: &str) -> Delta {
        Delta {
            response_id,
            attempt,
            offset,
            text: text.into(),
        }
    }

    #[tokio::test]
    async fn a_page_that_comes_late_finds_the_text_so_far_and_the_rest_follows() {
        let (bus, conversation, response) = (Bus::in_process(), ConversationId::new(), ResponseId::new());
        bus.publish_delta(conversation, delta(response, 1, 0, "Grüß "))
            .await
            .unwrap();
        let mut page = bus.subscribe(conversation);
        let so_far = bus.text_so_far(response).await.unwrap();
        assert_eq!((so_far.attempt, so_far.text.as_str(), so_far.length()), (1, "Grüß ", 5));
        bus.publish_delta(conversation, delta(response, 1, 5, "𝕏 dich"))
            .await
            .unwrap();
        let Some(Notice::Delta(next)) = page.next().await else {
            panic!("a delta was expected")
        };
        assert_eq!(next.offset, so_far.length());
        assert_eq!(bus.text_so_far(response).await.unwrap().length(), 5 + 7);
    }

    #[tokio::test]
    async fn a_new_attempt_starts_anew_and_an_old_one_is_ignored() {
        let (bus, conversation, response) = (Bus::in_process(), ConversationId::new(), ResponseId::new());
        bus.publish_delta(conversation, delta(response, 1, 0, "first"))
            .await
            .unwrap();
        bus.publish_delta(conversation, delta(response, 2, 0, "second"))
            .await
            .unwrap();
        bus.publish_delta(conversation, delta(response, 1, 5, " late"))
            .await
            .unwrap();
        assert_eq!(bus.text_so_far(response).await.unwrap().text, "second");
        bus.forget_text(response).await;
        assert_eq!(bus.text_so_far(response).await, None);
    }

    #[tokio::test]
    async fn a_slow_page_is_told_that_it_missed_something_and_holds_nobody_up() {
        let (bus, conversation, response) = (Bus::in_process(), ConversationId::new(), ResponseId::new());
        let mut page = bus.subscribe(conversation);
        for at in 0..5_000 {
            bus.publish_delta(conversation, delta(response, 1, at, "x"))
                .await
                .unwrap();
        }
        assert!(matches!(page.next().await, Some(Notice::Lagged)));
        assert!(matches!(page.next().await, Some(Notice::Delta(_))));
    }

    #[tokio::test]
    async fn a_topic_is_dropped_with_its_last_listener() {
        let (bus, conversation) = (Bus::in_process(), ConversationId::new());
        let first = bus.subscribe(conversation);
        let second = bus.subscribe(conversation);
        drop(first);
        assert_eq!(bus.conversations.len(), 1);
        drop(second);
        assert_eq!(bus.conversations.len(), 0);
    }

    #[tokio::test]
    async fn a_signal_reaches_every_listener() {
        let bus = Bus::in_process();
        let (mut one, mut two) = (bus.signals(), bus.signals());
        let stop = Signal::CancelResponse(ResponseId::new());
        bus.signal(stop).await.unwrap();
        assert_eq!((one.next().await, two.next().await), (Some(stop), Some(stop)));
    }
}
