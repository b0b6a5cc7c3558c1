//! How the databases are opened: their settings, and the migrations of both.

use std::{str::FromStr, time::Duration};

use sqlx::{
    postgres::{PgConnectOptions, PgPool, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous},
};

use crate::{Result, embedded::Lines};

pub static SQLITE_MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("../../migrations/sqlite");
pub static POSTGRES_MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("../../migrations/postgres");

/// The number of the newest migration of this binary.
pub fn known_schema() -> i64 {
    SQLITE_MIGRATIONS
        .iter()
        .map(|migration| migration.version)
        .max()
        .unwrap_or(0)
}

/// How to open a store.
#[derive(Debug, Clone)]
pub struct StoreOptions {
    /// `sqlite:PATH` or `postgres://...`.
    pub url: String,
    /// Connections for reading (SQLite) or in all (PostgreSQL).
    pub connections: u32,
    /// How long to wait for a free connection.
    pub acquire_timeout: Duration,
}

/// The lines of a store.
#[derive(Clone)]
pub enum Pools {
    /// Embedded.
    Sqlite {
        /// Its own.
        lines: Lines,
        /// The queue's own line, which it uses now and then.
        queue: SqlitePool,
    },
    /// Those of a server.
    Postgres(PgPool),
}

/// A file, made where there is none.
pub async fn open_sqlite(options: &StoreOptions) -> Result<Pools> {
    let connect = SqliteConnectOptions::from_str(&options.url)?
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        // FULL: an accepted message survives a power cut, not only a killed process.
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(Duration::from_secs(10))
        .foreign_keys(true)
        .pragma("temp_store", "memory")
        .pragma("cache_size", "-2000");
    let queue = SqlitePoolOptions::new()
        .max_connections(1)
        .acquire_timeout(options.acquire_timeout)
        .max_lifetime(None)
        .idle_timeout(None)
        .test_before_acquire(false)
        .connect_lazy_with(connect.clone());
    // Every statement of the product fits, so that none is prepared twice.
    let connect = connect.statement_cache_capacity(400);
    let readers = usize::try_from(options.connections.max(1)).unwrap_or(1);
    let lines = Lines::open(connect, readers, options.acquire_timeout).await?;
    Ok(Pools::Sqlite { lines, queue })
}

/// A server.
pub async fn open_postgres(options: &StoreOptions) -> Result<Pools> {
    let connect = PgConnectOptions::from_str(&options.url)?
        .application_name("quorum")
        // A process that stands still, or whose line died in silence, must not keep others from
        // its rows: the server ends its transaction, and nobody waits long for a lock.
        .options([
            ("idle_in_transaction_session_timeout", "5s"),
            ("lock_timeout", "2s"),
            ("tcp_user_timeout", "8s"),
            ("tcp_keepalives_idle", "5"),
            ("tcp_keepalives_interval", "2"),
            ("tcp_keepalives_count", "3"),
        ]);
    let pool = PgPoolOptions::new()
        .max_connections(options.connections.max(2))
        .acquire_timeout(options.acquire_timeout)
        .connect_with(connect)
        .await?;
    Ok(Pools::Postgres(pool))
}
