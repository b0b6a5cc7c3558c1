//! THE POST: how work becomes due, wakes a worker, and is handed to it.
//!
//! The record of work is the store's rows (`responses`, `jobs`); a worker claims due rows, many
//! in one statement. The apalis queue carries only a *doorbell*, pushed in the transaction that
//! made work due, so that its tables are an outbox that may be lost without losing work: the
//! runner also looks by itself whenever the next row becomes due, and at least once a second.
//!
//! Where the runner works in the process that accepts (an embedded database) and has room, nobody
//! claims: answers are stored as begun by it. So is, in every worker with room, the ranking that a last
//! answer makes due.
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
mod reception;
mod ring;
mod runner;
mod stop;

use std::sync::Arc;

use quorum_domain::ids::{ServiceId, UserId};
use quorum_store::{Committed, Store, StoreError, Tx};

pub use active::RunnerHandle;
pub use error::QueueError;
pub use reception::{JobRoom, Room};
pub use runner::{Hands, Runner, RunnerOptions};
pub use stop::{Stop, StopReason};

use reception::Door;
use ring::Ring;

/// The way to make work due. Cheap to clone.
#[derive(Clone)]
pub struct Queue {
    store: Store,
    ring: Arc<Ring>,
    door: Arc<Door>,
}

impl Queue {
    /// Opens the queue on the store's database and brings its tables up to date.
    pub async fn open(store: Store) -> Result<Self, QueueError> {
        backend::migrate(&store).await?;
        Ok(Self {
            store,
            ring: Arc::default(),
            door: Arc::default(),
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

    /// Room in the runner of this process for an answer of each service to a user's question. None
    /// where there is no runner here, or something waits that goes first, or caps are used up: what
    /// is accepted is then due, and claimed in its turn.
    ///
    /// Only where this process is the one that works, on an embedded database: of several, none
    /// knows alone what the caps leave.
    pub fn room_for(&self, user: UserId, services: &[ServiceId]) -> Option<Room> {
        if services.is_empty() || !self.store.is_embedded() {
            return None;
        }
        self.door.room(user, services)
    }

    /// Room in the runner of this process for a job that calls nobody, and so is under no caps.
    pub fn room_for_a_job(&self) -> Option<JobRoom> {
        self.door.job_room()
    }

    /// Commits a transaction whose job, if it makes one due, begins in a room if there was one.
    pub async fn commit_with_job(&self, tx: Tx, room: Option<JobRoom>) -> Result<Committed, QueueError> {
        let mut committed = self.commit(tx).await?;
        if let Some((room, job)) = room.zip(committed.begun_job.take()) {
            room.begin(job);
        }
        Ok(committed)
    }

    /// Commits a transaction whose answers begin in a room, if there was one, and begins with them.
    pub async fn commit_begun(&self, mut tx: Tx, room: Option<Room>) -> Result<Committed, QueueError> {
        let Some(room) = room else {
            return self.commit(tx).await;
        };
        let taken = room.take(tx.take_begun());
        let queue = self.clone();
        // Not to be broken off half-way: who asked may go away, but the answers are in hand.
        let done = tokio::spawn(async move {
            let committed = queue.commit(tx).await?;
            taken.begin();
            queue.ring.set_at_work(true);
            Ok(committed)
        });
        done.await
            .map_err(|_| StoreError::Unavailable(sqlx::Error::WorkerCrashed))?
    }

    /// The store underneath.
    pub const fn store(&self) -> &Store {
        &self.store
    }
}
