//! Topics: a broadcast channel each, made by the first listener and dropped after the last.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::sync::broadcast;

/// Messages that a listener may be behind before it is told that it missed some.
const BEHIND: usize = 1024;

pub struct Topics<K, M> {
    senders: Mutex<HashMap<K, broadcast::Sender<M>>>,
}

impl<K, M> Default for Topics<K, M> {
    fn default() -> Self {
        Self {
            senders: Mutex::new(HashMap::new()),
        }
    }
}

impl<K: Eq + Hash + Copy, M: Clone> Topics<K, M> {
    fn senders(&self) -> std::sync::MutexGuard<'_, HashMap<K, broadcast::Sender<M>>> {
        self.senders.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sends to the listeners of a topic, if there are any; the message is only made for them.
    pub fn send(&self, topic: K, message: impl FnOnce() -> M) {
        if let Some(sender) = self.senders().get(&topic) {
            // The last listener may leave at this moment; then nobody misses the message.
            let _nobody_listens = sender.send(message());
        }
    }

    /// Listens to a topic until dropped.
    pub fn listen(self: &Arc<Self>, topic: K) -> Listener<K, M> {
        let mut senders = self.senders();
        let sender = senders.entry(topic).or_insert_with(|| broadcast::channel(BEHIND).0);
        Listener {
            receiver: Some(sender.subscribe()),
            topic,
            topics: Arc::clone(self),
        }
    }

    /// Topics with at least one listener.
    #[cfg(test)]
    pub fn len(&self) -> usize {
        self.senders().len()
    }
}

/// One listener of one topic.
pub struct Listener<K: Eq + Hash + Copy, M: Clone> {
    receiver: Option<broadcast::Receiver<M>>,
    topic: K,
    topics: Arc<Topics<K, M>>,
}

impl<K: Eq + Hash + Copy, M: Clone> Listener<K, M> {
    /// The next message; `Err` when some were missed.
    pub async fn next(&mut self) -> Option<Result<M, ()>> {
        let receiver = self.receiver.as_mut()?;
        match receiver.recv().await {
            Ok(message) => Some(Ok(message)),
            Err(broadcast::error::RecvError::Lagged(_)) => Some(Err(())),
            Err(broadcast::error::RecvError::Closed) => None,
        }
    }
}

impl<K: Eq + Hash + Copy, M: Clone> Drop for Listener<K, M> {
    fn drop(&mut self) {
        let mut senders = self.topics.senders();
        self.receiver = None;
        if senders
            .get(&self.topic)
            .is_some_and(|sender| sender.receiver_count() == 0)
        {
            senders.remove(&self.topic);
        }
    }
}
