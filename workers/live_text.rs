//! The text of a running answer: sent on at once, saved now and then.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
    time::Duration,
};

use quorum_domain::{
    Timestamp,
    event::{Delta, utf16_length},
    ids::{ConversationId, ResponseId},
};
use quorum_push::Bus;
use quorum_queue::{Stop, StopReason};
use quorum_store::{Lease, StoreError};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::shop::Shop;

/// The text so far, shared between the hand that receives it and the one that saves it, so that
/// a slow disk does not hold up a delta.
pub struct LiveText {
    conversation_id: ConversationId,
    lease: Lease,
    attempt: i64,
    text: Mutex<Growing>,
    thoughts: Mutex<Growing>,
    first_at: OnceLock<Timestamp>,
    grown: Notify,
}

/// A text that grows, and its length in the unit of offsets.
#[derive(Default)]
struct Growing {
    text: String,
    length: i64,
}

impl Growing {
    /// Adds a piece; gives where it stands.
    fn add(&mut self, piece: &str) -> i64 {
        let at = self.length;
        self.length += utf16_length(piece);
        self.text.push_str(piece);
        at
    }
}

/// What was saved last.
#[derive(Default)]
struct Saved {
    /// Bytes of text and thoughts.
    bytes: usize,
    /// Bytes of thoughts; none were written yet, not even that there are none.
    thoughts: Option<usize>,
    /// Whether the text had begun.
    has_words: bool,
}

/// The running texts of this process.
#[derive(Default)]
pub struct LiveTexts(Mutex<HashMap<ResponseId, Arc<LiveText>>>);

impl LiveTexts {
    fn texts(&self) -> MutexGuard<'_, HashMap<ResponseId, Arc<LiveText>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps a text in reach until the guard is dropped.
    pub fn keep<'a>(&'a self, text: &Arc<LiveText>) -> InReach<'a> {
        let id = text.lease.response_id;
        self.texts().insert(id, Arc::clone(text));
        InReach { texts: self, id }
    }

    /// Has a running text said again from its beginning, if it is written here.
    pub fn tell_again(&self, id: ResponseId, bus: &Bus) {
        let text = self.texts().get(&id).cloned();
        if let Some(text) = text {
            text.tell_again(bus);
        }
    }
}

/// Takes a text out of reach when dropped.
pub struct InReach<'a> {
    texts: &'a LiveTexts,
    id: ResponseId,
}

impl Drop for InReach<'_> {
    fn drop(&mut self) {
        self.texts.texts().remove(&self.id);
    }
}

fn grown(text: &Mutex<Growing>) -> MutexGuard<'_, Growing> {
    text.lock().unwrap_or_else(PoisonError::into_inner)
}

impl LiveText {
    pub fn new(conversation_id: ConversationId, lease: Lease, attempt: i64) -> Arc<Self> {
        Arc::new(Self {
            conversation_id,
            lease,
            attempt,
            text: Mutex::default(),
            thoughts: Mutex::default(),
            first_at: OnceLock::new(),
            grown: Notify::new(),
        })
    }

    /// Whose text it is.
    pub const fn response_id(&self) -> ResponseId {
        self.lease.response_id
    }

    /// When the first piece came.
    pub fn first_at(&self) -> Option<Timestamp> {
        self.first_at.get().copied()
    }

    /// Sends a piece on and adds it to the text.
    pub fn push(&self, shop: &Shop, piece: String) {
        self.first_at.get_or_init(|| shop.store.work_now());
        let offset = grown(&self.text).add(&piece);
        shop.bus.publish_delta(self.conversation_id, self.delta(offset, piece));
        self.grown.notify_one();
    }

    /// Sends a piece of what is thought on and adds it to the thoughts. It is not the first of the text.
    pub fn think(&self, shop: &Shop, piece: String) {
        if piece.is_empty() {
            return;
        }
        let offset = grown(&self.thoughts).add(&piece);
        shop.bus
            .publish_thoughts(self.conversation_id, self.delta(offset, piece));
        self.grown.notify_one();
    }

    const fn delta(&self, offset: i64, text: String) -> Delta {
        Delta {
            response_id: self.lease.response_id,
            attempt: self.attempt,
            offset,
            text,
        }
    }

    /// Says the whole text so far once more, for those who came in late.
    fn tell_again(&self, bus: &Bus) {
        let thoughts = grown(&self.thoughts).text.clone();
        if !thoughts.is_empty() {
            bus.publish_thoughts(self.conversation_id, self.delta(0, thoughts));
        }
        let text = grown(&self.text).text.clone();
        if !text.is_empty() {
            bus.publish_delta(self.conversation_id, self.delta(0, text));
        }
    }

    /// Bytes of text and thoughts.
    fn len(&self) -> usize {
        grown(&self.text).text.len() + grown(&self.thoughts).text.len()
    }

    /// Saves the text until `done`: soon after the first piece, then at the pace of the options.
    /// When the lease is gone, the work is told to stop.
    pub async fn keep_saved(self: Arc<Self>, shop: Arc<Shop>, stop: Stop, done: CancellationToken) {
        let mut saved = Saved::default();
        loop {
            tokio::select! {
                () = self.grown.notified() => {}
                () = done.cancelled() => return,
            }
            // The first of the thoughts and the first words are saved soon.
            let still_thinks = saved.bytes > 0 && grown(&self.text).text.is_empty();
            let wait = if saved.has_words || still_thinks {
                shop.options.save_every
            } else {
                shop.options.first_save_after
            };
            let enough = saved.bytes + shop.options.save_after_bytes;
            if self.len() < enough {
                tokio::select! {
                    () = self.enough(enough, wait) => {}
                    () = done.cancelled() => return,
                }
            }
            match self.save(&shop, &mut saved).await {
                Ok(()) => {}
                Err(StoreError::LeaseLost) => {
                    stop.request(StopReason::LeaseLost);
                    return;
                }
                Err(error) => {
                    tracing::warn!(response_id = %self.lease.response_id, error = %error, "the text so far could not be saved yet");
                    tokio::time::sleep(Duration::from_millis(200)).await;
                }
            }
        }
    }

    /// Until the text has reached a length, or the time is up.
    async fn enough(&self, length: usize, at_most: Duration) {
        let grown = async {
            while self.len() < length {
                self.grown.notified().await;
            }
        };
        // Either way the next save is due.
        let _time_is_up = tokio::time::timeout(at_most, grown).await;
    }

    async fn save(&self, shop: &Shop, saved: &mut Saved) -> Result<(), StoreError> {
        let text = grown(&self.text).text.clone();
        // Thoughts mostly end where the text begins: from then on they are not written again.
        let (thoughts_bytes, more_thoughts) = {
            let thoughts = &grown(&self.thoughts).text;
            let bytes = thoughts.len();
            (bytes, (saved.thoughts != Some(bytes)).then(|| thoughts.clone()))
        };
        let first_token_at = self.first_at().filter(|_| !saved.has_words && !text.is_empty());
        let mut tx = shop.store.begin().await?;
        tx.save_text_so_far(
            &self.lease,
            self.attempt,
            &text,
            more_thoughts.as_deref(),
            first_token_at,
        )
        .await?;
        if let Err(error) = shop.commit(tx).await
            && let Some(error) = error.into_store_error()
        {
            return Err(error);
        }
        *saved = Saved {
            bytes: text.len() + thoughts_bytes,
            thoughts: Some(thoughts_bytes),
            has_words: !text.is_empty(),
        };
        Ok(())
    }
}
