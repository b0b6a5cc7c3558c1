//! Topics: a broadcast channel each, made by the first listener and dropped after the last.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::sync::broadcast;

pub struct Topics<K, M> {
    senders: Mutex<HashMap<K, broadcast::Sender<M>>>,
    behind: usize,
}

impl<K: Eq + Hash + Copy, M: Clone> Topics<K, M> {
    /// Topics whose listeners may be `behind` messages behind before they are told that they
    /// missed some. The room for them is taken when a topic gets its first listener.
    pub fn new(behind: usize) -> Arc<Self> {
        Arc::new(Self {
            senders: Mutex::new(HashMap::new()),
            behind,
        })
    }

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

    /// Whether anybody listens to a topic.
    pub fn has_listeners(&self, topic: K) -> bool {
        self.senders().contains_key(&topic)
    }

    /// Sends to all listeners of all topics.
    pub fn send_to_all(&self, message: &M) {
        for sender in self.senders().values() {
            let _nobody_listens = sender.send(message.clone());
        }
    }

    /// Listens to a topic until dropped.
    pub fn listen(self: &Arc<Self>, topic: K) -> Listener<K, M> {
        let mut senders = self.senders();
        let sender = senders
            .entry(topic)
            .or_insert_with(|| broadcast::channel(self.behind).0);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_that_nobody_listens_to_is_not_made() {
        let topics = Topics::<u8, String>::new(4);
        topics.send(1, || panic!("made for nobody"));
        let _elsewhere = topics.listen(2);
        topics.send(1, || panic!("made for nobody"));
        assert_eq!(topics.len(), 1);
    }

    #[tokio::test]
    async fn after_missing_some_a_listener_goes_on_with_the_oldest_that_is_kept() {
        let topics = Topics::new(4);
        let mut listener = topics.listen('a');
        (0..10).for_each(|number| topics.send('a', || number));
        assert_eq!(listener.next().await, Some(Err(())));
        for kept in 6..10 {
            assert_eq!(listener.next().await, Some(Ok(kept)));
        }
    }

    #[tokio::test]
    async fn who_comes_back_hears_what_is_said_from_then_on() {
        let topics = Topics::new(4);
        drop(topics.listen('a'));
        topics.send('a', || "unheard");
        let mut again = topics.listen('a');
        topics.send('a', || "heard");
        assert_eq!(again.next().await, Some(Ok("heard")));
    }

    #[test]
    fn topics_of_listeners_that_come_and_go_at_once_are_all_dropped() {
        let topics = Topics::new(4);
        std::thread::scope(|scope| {
            for seed in 0..8_u32 {
                let topics = &topics;
                scope.spawn(move || {
                    for round in 0..500 {
                        let topic = (seed + round) % 3;
                        let one = topics.listen(topic);
                        let two = topics.listen(topic);
                        topics.send(topic, || round);
                        drop((one, two));
                    }
                });
            }
        });
        assert_eq!(topics.len(), 0);
    }
}
