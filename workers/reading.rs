//! Questions as those read them who are about to answer: siblings at the same time read together.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, Weak},
};

use quorum_domain::{context::Turn, ids::MessageId};
use quorum_store::{BeforeAnswering, ClaimedResponse, StoreError};
use tokio::sync::OnceCell;

use crate::shop::Shop;

/// Questions being read at the moment. Nobody finds what an earlier one has read.
#[derive(Default)]
pub struct Questions(Mutex<HashMap<MessageId, Weak<Reading>>>);

impl Questions {
    /// The reading of a question that is under way, or a new one.
    pub fn reading(&self, message: MessageId) -> Arc<Reading> {
        let mut readings = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(reading) = readings.get(&message).and_then(Weak::upgrade) {
            return reading;
        }
        readings.retain(|_, reading| reading.strong_count() > 0);
        let reading = Arc::<Reading>::default();
        readings.insert(message, Arc::downgrade(&reading));
        reading
    }
}

/// A question that is read once, whoever asks for it.
#[derive(Default)]
pub struct Reading {
    read: OnceCell<BeforeAnswering>,
    /// What was said before it, by the size of the window it is read for.
    turns: Mutex<HashMap<u64, Arc<OnceTurns>>>,
}

type OnceTurns = OnceCell<Arc<[Turn]>>;

impl Reading {
    /// What has to be known before it is answered.
    pub async fn read(&self, shop: &Shop, claimed: &ClaimedResponse) -> Result<&BeforeAnswering, StoreError> {
        self.read
            .get_or_try_init(|| async {
                let mut session = shop.store.read().await?;
                session
                    .before_answering(claimed.user_id, claimed.batch_id, claimed.message_id)
                    .await
            })
            .await
    }

    /// What was said before it, as much of it as a window of this many tokens can hold.
    pub async fn turns(
        &self,
        shop: &Shop,
        claimed: &ClaimedResponse,
        position: i64,
        window: u64,
    ) -> Result<Arc<[Turn]>, StoreError> {
        if position <= 1 {
            return Ok(Arc::default());
        }
        let turns = {
            let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(turns.entry(window).or_default())
        };
        let turns = turns
            .get_or_try_init(|| async {
                let mut session = shop.store.read().await?;
                let read = session.turns_before_position(claimed.conversation_id, position, window);
                Ok::<_, StoreError>(read.await?.into())
            })
            .await?;
        Ok(Arc::clone(turns))
    }
}
