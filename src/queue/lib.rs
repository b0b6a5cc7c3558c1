//! THE POST: how work becomes due, wakes a worker, and is handed to it.
//!
//! The record of work is the store's rows (`responses`, `jobs`); a worker claims due rows, many
//! in one statement. The apalis queue carries only a *doorbell*, pushed in the transaction that
//! made work due, so that its tables are an outbox that may be lost without losing work: the
//! runner also looks by itself whenever the next row becomes due, and at least once a second.
//!
//! May enter: apalis (in `backend/` only), claiming, leases, wake-ups. May not enter: what a job
//! does (that is `workers`), HTTP, providers.
//!
//! To add a job: a variant of `domain::Job`, a line in [`jobs`], and its hand in `workers`.

mod active;
mod backend;
mod error;
pub mod jobs;
mod leases;
mod ring;
mod runner;
mod stop;

use std::sync::Arc;

use quorum_store::{Committed, Store, Tx};

pub use active::RunnerHandle;
pub use error::QueueError;
pub use runner::{Hands, Runner, RunnerOptions};
pub use stop::{Stop, StopReason};

use ring::Ring;

/// The way to make work due. Cheap to clone.
#[derive(Clone)]
pub struct Queue {
    store: Store,
    ring: Arc<Ring>,
}

impl Queue {
    /// Opens the queue on the store's database and brings its tables up to date.
    pub async fn open(store: Store) -> Result<Self, QueueError> {
        backend::migrate(&store).await?;
        Ok(Self {
            store,
            ring: Arc::new(Ring::default()),
        })
    }

    /// Commits a transaction. If it made work due, the doorbell is pushed in the same transaction,
    /// and workers of this process are woken at once. No bell is needed where the runner of this
    /// process is at work: it looks before it rests, and what it should die before, others find
    /// when they next look by themselves.
    pub async fn commit(&self, mut tx: Tx) -> Result<Committed, QueueError> {
        let due_at = tx.work_due_at();
        let mut rings = false;
        if let Some(due_at) = due_at {
            let now = tx.work_now();
            rings = due_at > now || !self.ring.will_look();
            if rings {
                backend::push_doorbell(&mut tx, due_at).await?;
            }
            if rings && due_at <= now {
                self.ring.bell_under_way();
            }
        }
        let committed = tx.commit().await?;
        if due_at.is_some() {
            self.ring.wake();
        }
        if rings {
            self.ring.bell_pushed();
        }
        Ok(committed)
    }

    /// The store underneath.
    pub const fn store(&self) -> &Store {
        &self.store
    }
}
