//! The text of a running answer: sent on at once, saved now and then.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, OnceLock, PoisonError},
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
    text: Mutex<String>,
    offset: Mutex<i64>,
    first_at: OnceLock<Timestamp>,
    grown: Notify,
}

/// The running texts of this process.
#[derive(Default)]
pub struct LiveTexts(Mutex<HashMap<ResponseId, Arc<LiveText>>>);

impl LiveTexts {
    fn texts(&self) -> std::sync::MutexGuard<'_, HashMap<ResponseId, Arc<LiveText>>> {
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

impl LiveText {
    pub fn new(conversation_id: ConversationId, lease: Lease, attempt: i64) -> Arc<Self> {
        Arc::new(Self {
            conversation_id,
            lease,
            attempt,
            text: Mutex::default(),
            offset: Mutex::default(),
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
        let offset = {
            let mut offset = self.offset.lock().unwrap_or_else(PoisonError::into_inner);
            let at = *offset;
            *offset += utf16_length(&piece);
            self.text
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push_str(&piece);
            at
        };
        let delta = Delta {
            response_id: self.lease.response_id,
            attempt: self.attempt,
            offset,
            text: piece,
        };
        shop.bus.publish_delta(self.conversation_id, delta);
        self.grown.notify_one();
    }

    /// Says the whole text so far once more, for those who came in late.
    fn tell_again(&self, bus: &Bus) {
        let delta = Delta {
            response_id: self.lease.response_id,
            attempt: self.attempt,
            offset: 0,
            text: self.snapshot(),
        };
        if !delta.text.is_empty() {
            bus.publish_delta(self.conversation_id, delta);
        }
    }

    fn snapshot(&self) -> String {
        self.text.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn len(&self) -> usize {
        self.text.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// Saves the text until `done`: soon after the first piece, then at the pace of the options.
    /// When the lease is gone, the work is told to stop.
    pub async fn keep_saved(self: Arc<Self>, shop: Arc<Shop>, stop: Stop, done: CancellationToken) {
        let mut saved = 0;
        loop {
            tokio::select! {
                () = self.grown.notified() => {}
                () = done.cancelled() => return,
            }
            let first = saved == 0;
            let wait = if first {
                shop.options.first_save_after
            } else {
                shop.options.save_every
            };
            if self.len() < saved + shop.options.save_after_bytes {
                tokio::select! {
                    () = self.enough(saved + shop.options.save_after_bytes, wait) => {}
                    () = done.cancelled() => return,
                }
            }
            let text = self.snapshot();
            match self.save(&shop, &text, first).await {
                Ok(()) => saved = text.len().max(1),
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

    async fn save(&self, shop: &Shop, text: &str, first: bool) -> Result<(), StoreError> {
        let mut tx = shop.store.begin().await?;
        let first_token_at = self.first_at().filter(|_| first);
        tx.save_text_so_far(&self.lease, self.attempt, text, first_token_at)
            .await?;
        match shop.commit(tx).await {
            Ok(()) => Ok(()),
            Err(error) => error.into_store_error().map_or(Ok(()), Err),
        }
    }
}
