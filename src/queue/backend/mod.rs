//! The only place with apalis. It carries doorbells: a job without content that says "look".
//!
//! How it is used follows from what was measured of apalis 1.0: a worker name is new at every
//! start; batches of one; jobs that cannot fail to decode; a handler that always succeeds;
//! polling that registers its waker; a supervisor that builds a new worker when one ends.

mod bell;
mod postgres;
mod sqlite;

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, Utc};
use quorum_store::{Connection, Store, Tx};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::{QueueError, ring::Ring};

/// The queue's name in apalis's tables.
const QUEUE: &str = "quorum-doorbell";
/// A worker that misses this many heartbeats loses its doorbells.
const HEARTBEAT: Duration = Duration::from_secs(5);
const MISSED_HEARTBEATS: usize = 6;
/// Doorbells are fetched at least this often, should every wake-up be lost.
const FETCH_EVERY: Duration = Duration::from_millis(1_000);
/// Heard doorbells are deleted this often.
const PURGE_EVERY: Duration = Duration::from_secs(30);

/// Brings apalis's tables up to date, under a migrations table of their own.
pub async fn migrate(store: &Store) -> Result<(), QueueError> {
    if let Some(pool) = store.sqlite_pool() {
        sqlite::migrate(pool).await?;
    }
    if let Some(pool) = store.postgres_pool() {
        postgres::migrate(pool).await?;
    }
    Ok(())
}

/// Pushes a doorbell in the caller's transaction, to be heard at `due_at`.
pub async fn push_doorbell(tx: &mut Tx, due_at: DateTime<Utc>) -> Result<(), QueueError> {
    // apalis keeps whole seconds and may start a job up to a second early: the bell of a later
    // moment rings in the second after it.
    let late = due_at > tx.work_now();
    let seconds = u64::try_from(due_at.timestamp()).unwrap_or(0) + u64::from(late);
    match tx.connection().await? {
        Connection::Sqlite(connection) => sqlite::push(connection, seconds).await,
        Connection::Postgres(connection) => postgres::push(connection, seconds).await,
    }
}

/// Hears doorbells until `shutdown`, and starts anew whenever apalis's worker ends.
pub async fn listen(store: Store, ring: Arc<Ring>, shutdown: CancellationToken) {
    let mut starts = 0_u64;
    ring.set_listening(true);
    while !shutdown.is_cancelled() {
        starts += 1;
        let name = format!("quorum-{}-{starts}", Uuid::new_v4());
        let heard = async {
            match (store.sqlite_pool(), store.postgres_pool()) {
                (Some(pool), _) => sqlite::run_worker(pool, &name, Arc::clone(&ring)).await,
                (None, Some(pool)) => postgres::run_worker(pool, &name, Arc::clone(&ring)).await,
                (None, None) => Ok(()),
            }
        };
        let ended = tokio::select! {
            ended = heard => ended,
            () = shutdown.cancelled() => break,
        };
        if let Err(error) = ended {
            tracing::warn!(error = %error, "the doorbell listener ended; starting it anew");
        }
        // A bell that was pushed but not heard must not keep others from being pushed.
        ring.set_listening(true);
        tokio::select! {
            () = tokio::time::sleep(Duration::from_millis(500)) => {}
            () = shutdown.cancelled() => break,
        }
    }
    ring.set_listening(false);
}

/// Deletes heard doorbells now and then, so that apalis's tables stay small.
pub async fn purge(store: Store, shutdown: CancellationToken) {
    loop {
        tokio::select! {
            () = tokio::time::sleep(PURGE_EVERY) => {}
            () = shutdown.cancelled() => return,
        }
        let purged = match (store.sqlite_pool(), store.postgres_pool()) {
            (Some(pool), _) => sqlite::purge(pool).await,
            (None, Some(pool)) => postgres::purge(pool).await,
            (None, None) => Ok(()),
        };
        if let Err(error) = purged {
            tracing::warn!(error = %error, "heard doorbells could not be deleted");
        }
    }
}
