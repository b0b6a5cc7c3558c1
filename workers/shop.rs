//! What every hand may reach: the store, the queue, the bus, the vault and the providers.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use quorum_domain::{
    ids::{ApiKeyId, ResponseId},
    settings::LiveSettings,
};
use quorum_providers::Voices;
use quorum_push::Bus;
use quorum_queue::{JobRoom, Queue, QueueError, RunnerHandle};
use quorum_store::{ClaimedJob, Store, StoreError, Tx};
use quorum_vault::Vault;

use crate::{live_text::LiveTexts, reading::Questions};

/// Times that the work keeps.
#[derive(Debug, Clone)]
pub struct WorkOptions {
    /// From the first words to the first save: an answer that is whole by then is saved once.
    pub first_save_after: Duration,
    /// Between two saves of the text so far.
    pub save_every: Duration,
    /// New text after which it is saved earlier, in bytes.
    pub save_after_bytes: usize,
    /// First wait between two attempts; doubles, with full jitter.
    pub backoff: Duration,
    /// Longest wait between two attempts that no provider asked for.
    pub backoff_cap: Duration,
    /// Longest waits after each attempt to deliver to a webhook; after the last one it is given up.
    pub webhook_retries: Vec<Duration>,
}

impl Default for WorkOptions {
    fn default() -> Self {
        Self {
            first_save_after: Duration::from_millis(150),
            save_every: Duration::from_secs(1),
            save_after_bytes: 4096,
            backoff: Duration::from_secs(1),
            backoff_cap: Duration::from_secs(20),
            webhook_retries: Vec::new(),
        }
    }
}

/// The place where the hands work.
pub struct Shop {
    pub(crate) store: Store,
    pub(crate) queue: Queue,
    pub(crate) bus: Bus,
    pub(crate) vault: Vault,
    pub(crate) voices: Voices,
    pub(crate) options: WorkOptions,
    pub(crate) settings: LiveSettings,
    pub(crate) runner: RunnerHandle,
    pub(crate) texts: LiveTexts,
    pub(crate) questions: Questions,
    keys_in_use: Mutex<HashMap<ResponseId, ApiKeyId>>,
}

impl Shop {
    /// A shop of these parts.
    pub fn new(
        queue: Queue,
        bus: Bus,
        vault: Vault,
        voices: Voices,
        options: WorkOptions,
        settings: LiveSettings,
        runner: RunnerHandle,
    ) -> Self {
        Self {
            store: queue.store().clone(),
            queue,
            bus,
            vault,
            voices,
            options,
            settings,
            runner,
            texts: LiveTexts::default(),
            questions: Questions::default(),
            keys_in_use: Mutex::default(),
        }
    }

    /// Commits a transaction and tells the open pages what it made.
    pub(crate) async fn commit(&self, tx: Tx) -> Result<(), QueueError> {
        self.commit_with_job(tx, None).await
    }

    /// The same for one that maybe makes a job due, which begins in a room if there was one.
    pub(crate) async fn commit_with_job(&self, tx: Tx, room: Option<JobRoom>) -> Result<(), QueueError> {
        let committed = self.queue.commit_with_job(tx, room).await?;
        self.bus.publish_all(committed.events, committed.changes);
        Ok(())
    }

    /// Puts a job back after an error of our own; the wait grows with the attempts.
    pub(crate) async fn put_back(&self, claimed: &ClaimedJob, error: QueueError) {
        if matches!(error, QueueError::Store(StoreError::LeaseLost)) {
            return;
        }
        tracing::warn!(job = claimed.job.kind().as_str(), job_id = %claimed.id, error = %error, "a job is put back");
        let wait = chrono::Duration::seconds(1 << claimed.attempt.clamp(0, 6));
        let put_back = async {
            let mut tx = self.store.begin().await?;
            let at = tx.work_now() + wait;
            // What the job is about is gone, or never was: waiting does not bring it.
            let pointless = matches!(
                error,
                QueueError::Store(StoreError::NotFound(_) | StoreError::BudgetExceeded(_))
            );
            if pointless || claimed.attempt >= 20 {
                tx.set_job_aside(claimed, &error.to_string()).await?;
            } else {
                tx.retry_job(claimed, at, &error.to_string()).await?;
            }
            self.commit(tx).await
        };
        if let Err(error) = put_back.await {
            tracing::warn!(job_id = %claimed.id, error = %error, "a job could not be put back; its lease will run out");
        }
    }

    /// Notes which key a response uses, for as long as the guard lives.
    pub(crate) fn key_in_use(&self, response: ResponseId, key: ApiKeyId) -> KeyInUse<'_> {
        self.keys().insert(response, key);
        KeyInUse { shop: self, response }
    }

    /// The responses that use a key at the moment.
    pub(crate) fn responses_using(&self, key: ApiKeyId) -> Vec<ResponseId> {
        self.keys()
            .iter()
            .filter(|(_, used)| **used == key)
            .map(|(response, _)| *response)
            .collect()
    }

    fn keys(&self) -> std::sync::MutexGuard<'_, HashMap<ResponseId, ApiKeyId>> {
        self.keys_in_use.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Forgets the use of a key when dropped.
pub(crate) struct KeyInUse<'a> {
    shop: &'a Shop,
    response: ResponseId,
}

impl Drop for KeyInUse<'_> {
    fn drop(&mut self) {
        self.shop.keys().remove(&self.response);
    }
}
