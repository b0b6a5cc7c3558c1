//! Doorbells in SQLite.

use std::sync::Arc;

use apalis::prelude::{Data, WorkerBuilder, WorkerBuilderExt};
use apalis_core::{backend::ext::BackendExt, task::builder::TaskBuilder};
use apalis_sqlite::{Config, SqliteStorage};
use sqlx::{SqliteConnection, SqlitePool};

use super::{HEARTBEAT, MISSED_HEARTBEATS, QUEUE, bell::Bell};
use crate::{QueueError, ring::Ring};

pub async fn migrate(pool: &SqlitePool) -> Result<(), QueueError> {
    let mut migrations = SqliteStorage::migrations();
    migrations.dangerous_set_table_name("_apalis_migrations");
    migrations.run(pool).await.map_err(QueueError::Migration)?;
    // The acknowledgement query would pick this index and read every job a worker ever had.
    sqlx::query("DROP INDEX IF EXISTS LIdx")
        .execute(pool)
        .await
        .map_err(|error| QueueError::Store(error.into()))?;
    Ok(())
}

pub async fn push(connection: &mut SqliteConnection, run_at_seconds: u64) -> Result<(), QueueError> {
    let bell = TaskBuilder::new(b"null".to_vec())
        .max_attempts(1)
        .run_at_timestamp(run_at_seconds)
        .build();
    apalis_sqlite::queries::push_tasks(connection, QUEUE, &[bell])
        .await
        .map_err(|error| QueueError::Doorbell(Box::new(error)))
}

pub async fn run_worker(
    pool: &SqlitePool,
    name: &str,
    ring: Arc<Ring>,
) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let config = Config {
        batch_size: 1,
        heartbeat_interval: HEARTBEAT,
        missed_heartbeats: MISSED_HEARTBEATS,
        persist_results: false,
        ..Config::default()
    }
    .queue(QUEUE);
    let backend = SqliteStorage::<serde_json::Value>::new(pool)
        .with_config(config)
        .poll_with_strategy(Bell::new(Arc::clone(&ring)));
    let worker = WorkerBuilder::new(name)
        .backend(backend)
        .concurrency(1)
        .data(ring)
        .build(hear);
    worker.run().await.map_err(Into::into)
}

async fn hear(_bell: serde_json::Value, ring: Data<Arc<Ring>>) {
    ring.bell_heard();
}

pub async fn purge(pool: &SqlitePool) -> Result<(), sqlx::Error> {
    loop {
        let done = sqlx::query(
            "DELETE FROM Jobs WHERE rowid IN (
                 SELECT rowid FROM Jobs WHERE status IN ('Done', 'Failed', 'Killed') LIMIT 500)",
        )
        .execute(pool)
        .await?;
        if done.rows_affected() < 500 {
            return Ok(());
        }
    }
}
