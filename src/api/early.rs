//! Events that came before their predecessors: two transactions that were committed together tell
//! of themselves in any order.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use quorum_domain::event::StoredEvent;
use tokio::time::Instant;

/// How long the missing ones are waited for before the store is asked.
const PATIENCE: Duration = Duration::from_millis(10);
/// More than a few are no matter of order: something was missed.
const MOST: usize = 64;

/// Events that are held back.
#[derive(Default)]
pub struct Early {
    events: BTreeMap<i64, Arc<StoredEvent>>,
    since: Option<Instant>,
}

impl Early {
    /// Holds one back; says whether the missing ones may still come.
    pub fn hold(&mut self, event: Arc<StoredEvent>) -> bool {
        self.since.get_or_insert_with(Instant::now);
        self.events.insert(event.seq, event);
        self.events.len() < MOST
    }

    /// The one with this number, if it is here.
    pub fn take(&mut self, seq: i64) -> Option<Arc<StoredEvent>> {
        let event = self.events.remove(&seq);
        if self.events.is_empty() {
            self.since = None;
        }
        event
    }

    /// Forgets those up to a number: they have been sent.
    pub fn forget_to(&mut self, seq: i64) {
        self.events = self.events.split_off(&(seq + 1));
        if self.events.is_empty() {
            self.since = None;
        }
    }

    /// Done when the missing ones have been waited for long enough; never while none is missing.
    pub async fn waited(&self) {
        match self.since {
            Some(since) => tokio::time::sleep_until(since + PATIENCE).await,
            None => std::future::pending().await,
        }
    }
}
