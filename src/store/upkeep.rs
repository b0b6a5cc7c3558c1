//! Looking after a database from outside the running product: its state, a copy of it, and
//! whether a copy is whole.

use std::{path::Path, str::FromStr, time::Duration};

use chrono::Utc;
use quorum_domain::Timestamp;
use sqlx::{
    ConnectOptions, Connection, PgConnection, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode},
};

use crate::{Result, StoreError, opening::known_schema};

/// How long a database may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// What a look at a database found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoreReport {
    /// Number of the newest migration that was carried out; none on an empty database.
    pub schema: Option<i64>,
    /// Number of the newest migration that this binary has.
    pub known_schema: i64,
    /// How far the database's clock is ahead of this machine's (PostgreSQL).
    pub clock_ahead: chrono::Duration,
    /// Whether the extension that the queue needs is there or can be made (PostgreSQL).
    pub has_hstore: bool,
}

/// Looks at a database without changing it.
pub async fn inspect(url: &str) -> Result<StoreReport> {
    if url.starts_with("sqlite:") {
        let mut connection = read_only(url).await?;
        let schema = schema_of_sqlite(&mut connection).await?;
        connection.close().await?;
        return Ok(StoreReport {
            schema,
            known_schema: known_schema(),
            clock_ahead: chrono::Duration::zero(),
            has_hstore: true,
        });
    }
    let mut connection = tokio::time::timeout(PATIENCE, PgConnection::connect(url))
        .await
        .map_err(|_| StoreError::Unavailable(sqlx::Error::PoolTimedOut))??;
    let (now, migrated, has_hstore): (Timestamp, bool, bool) = sqlx::query_as(
        "SELECT clock_timestamp(), to_regclass('_sqlx_migrations') IS NOT NULL,
                EXISTS (SELECT 1 FROM pg_available_extensions WHERE name = 'hstore')",
    )
    .fetch_one(&mut connection)
    .await?;
    let clock_ahead = now - Utc::now();
    let schema = if migrated {
        let (newest,): (Option<i64>,) = sqlx::query_as("SELECT MAX(version) FROM _sqlx_migrations")
            .fetch_one(&mut connection)
            .await?;
        newest
    } else {
        None
    };
    connection.close().await?;
    Ok(StoreReport {
        schema,
        known_schema: known_schema(),
        clock_ahead,
        has_hstore,
    })
}

async fn read_only(url: &str) -> Result<SqliteConnection> {
    let options = SqliteConnectOptions::from_str(url)?
        .read_only(true)
        .journal_mode(SqliteJournalMode::Wal)
        .busy_timeout(PATIENCE);
    Ok(options.connect().await?)
}

async fn schema_of_sqlite(connection: &mut SqliteConnection) -> Result<Option<i64>> {
    let (migrated,): (i64,) =
        sqlx::query_as("SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = '_sqlx_migrations'")
            .fetch_one(&mut *connection)
            .await?;
    if migrated == 0 {
        return Ok(None);
    }
    let (newest,): (Option<i64>,) = sqlx::query_as("SELECT MAX(version) FROM _sqlx_migrations")
        .fetch_one(connection)
        .await?;
    Ok(newest)
}

/// A setting of the instance, read without changing the database.
pub async fn setting(url: &str, name: &str) -> Result<Option<String>> {
    const SQL: &str = "SELECT value FROM settings WHERE name = $1";
    let row: Option<(String,)> = if url.starts_with("sqlite:") {
        let mut connection = read_only(url).await?;
        sqlx::query_as(SQL).bind(name).fetch_optional(&mut connection).await?
    } else {
        let mut connection = PgConnection::connect(url).await?;
        sqlx::query_as(SQL).bind(name).fetch_optional(&mut connection).await?
    };
    Ok(row.map(|(value,)| value))
}

/// Writes a whole copy of an embedded database, also while the product runs on it.
pub async fn copy_sqlite(url: &str, to: &Path) -> Result<()> {
    let mut connection = read_only(url).await?;
    sqlx::query("VACUUM INTO $1")
        .bind(to.to_string_lossy().into_owned())
        .execute(&mut connection)
        .await?;
    connection.close().await?;
    Ok(())
}

/// Checks a copy: readable, undamaged, and not from a newer version.
pub async fn check_sqlite_copy(file: &Path) -> Result<()> {
    let mut connection = SqliteConnectOptions::new()
        .filename(file)
        .immutable(true)
        .read_only(true)
        .connect()
        .await?;
    let (verdict,): (String,) = sqlx::query_as("PRAGMA integrity_check(1)")
        .fetch_one(&mut connection)
        .await?;
    let schema = schema_of_sqlite(&mut connection).await?;
    connection.close().await?;
    match schema {
        Some(schema) if schema > known_schema() => Err(StoreError::NewerSchema),
        Some(_) if verdict == "ok" => Ok(()),
        _ => Err(StoreError::Conflict(
            "the file is not an undamaged copy of a Quorum database",
        )),
    }
}
