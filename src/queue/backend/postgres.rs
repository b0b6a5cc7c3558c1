//! Doorbells in PostgreSQL; its trigger notifies every listening worker.

use std::sync::Arc;

use apalis::prelude::{Data, WorkerBuilder, WorkerBuilderExt};
use apalis_core::{backend::ext::BackendExt, task::builder::TaskBuilder};
use apalis_postgres::{Config, PostgresStorage};
use sqlx::{PgConnection, PgPool};

use super::{HEARTBEAT, MISSED_HEARTBEATS, QUEUE, bell::Bell};
use crate::{QueueError, ring::Ring};

pub async fn migrate(pool: &PgPool) -> Result<(), QueueError> {
    let mut migrations = PostgresStorage::migrations();
    migrations.dangerous_set_table_name("_apalis_migrations");
    migrations.run(pool).await.map_err(QueueError::Migration)
}

pub async fn push(connection: &mut PgConnection, run_at_seconds: u64) -> Result<(), QueueError> {
    let bell = TaskBuilder::new(b"null".to_vec())
        .max_attempts(1)
        .run_at_timestamp(run_at_seconds)
        .build();
    apalis_postgres::queries::push_tasks(connection, QUEUE, vec![bell])
        .await
        .map_err(|error| QueueError::Doorbell(Box::new(error)))
}

pub async fn run_worker(
    pool: &PgPool,
    name: &str,
    ring: Arc<Ring>,
) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let config = Config::default()
        .queue(QUEUE)
        .batch_size(1)
        .heartbeat_interval(HEARTBEAT)
        .missed_heartbeats(MISSED_HEARTBEATS)
        .persist_results(false);
    let backend = PostgresStorage::<serde_json::Value>::new(pool)
        .with_config(config)
        .with_pubsub()
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

pub async fn purge(pool: &PgPool) -> Result<(), sqlx::Error> {
    loop {
        let done = sqlx::query(
            "DELETE FROM apalis.jobs WHERE id IN (
                 SELECT id FROM apalis.jobs WHERE status IN ('Done', 'Failed', 'Killed') LIMIT 500)",
        )
        .execute(pool)
        .await?;
        if done.rows_affected() < 500 {
            return Ok(());
        }
    }
}
