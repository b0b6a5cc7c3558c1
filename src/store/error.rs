//! What can go wrong with the memory.

use quorum_domain::budget::BudgetRefusal;

/// Errors of the store. The API turns them into problem+json; workers decide by them.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// No such row, or not this user's: callers cannot tell the two apart.
    #[error("{0} not found")]
    NotFound(&'static str),
    /// The state of the row does not allow the change.
    #[error("{0}")]
    Conflict(&'static str),
    /// Another worker owns the row now; this write came too late and changed nothing.
    #[error("the lease on this row was lost")]
    LeaseLost,
    /// A row holds a value that this version cannot read.
    #[error("column {column} of {table} holds an unreadable value")]
    Corrupt {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
    },
    /// A budget has no room for what this would cost; nothing of this change was stored.
    #[error("{0}")]
    BudgetExceeded(Box<BudgetRefusal>),
    /// The disk is full; nothing of this change was stored.
    #[error("the disk is full")]
    DiskFull,
    /// The database cannot be reached or is too busy; worth trying again.
    #[error("the database is not available")]
    Unavailable(#[source] sqlx::Error),
    /// The database is newer than this binary.
    #[error("the database was written by a newer version of Quorum")]
    NewerSchema,
    /// A migration failed.
    #[error("the database could not be migrated")]
    Migration(#[source] sqlx::migrate::MigrateError),
    /// The database URL is not one of SQLite or PostgreSQL.
    #[error("the store URL must begin with sqlite: or postgres:")]
    UnknownUrl,
    /// Any other database error.
    #[error("a database statement failed")]
    Statement(#[source] sqlx::Error),
}

/// PostgreSQL's code for having waited too long for a lock.
const LOCK_TIMEOUT: &str = "55P03";
/// SQLite's result code for a full disk (sqlite.org, "Result and Error Codes": SQLITE_FULL).
const SQLITE_FULL: &str = "13";
/// What a full disk looks like where SQLite grows its write-ahead log and its index.
const SQLITE_IOERR_WRITE: &str = "778";
const SQLITE_IOERR_SHMSIZE: &str = "4874";

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::Database(cause) => match cause.code().as_deref() {
                Some(SQLITE_FULL | SQLITE_IOERR_WRITE | SQLITE_IOERR_SHMSIZE | "53100") => Self::DiskFull,
                // SQLITE_BUSY and LOCKED; PostgreSQL classes 08 (connection), 53 (resources), 57P
                // (shutdown), 40 (serialisation), 25P03 (idle for too long) and 55P03 (waited too
                // long for a lock): the same statement may work later.
                Some("5" | "6" | "261" | "517") => Self::Unavailable(error),
                Some(code)
                    if ["08", "53", "57P", "40", "25P03", LOCK_TIMEOUT]
                        .iter()
                        .any(|class| code.starts_with(class)) =>
                {
                    Self::Unavailable(error)
                }
                _ => Self::Statement(error),
            },
            sqlx::Error::Io(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed
            | sqlx::Error::Tls(_)
            | sqlx::Error::Protocol(_) => Self::Unavailable(error),
            _ => Self::Statement(error),
        }
    }
}

impl StoreError {
    /// Whether the same operation may succeed later without anything being changed.
    pub const fn is_transient(&self) -> bool {
        matches!(self, Self::Unavailable(_) | Self::DiskFull)
    }

    /// Whether another transaction was merely in the way.
    pub fn is_lock_timeout(&self) -> bool {
        let Self::Unavailable(sqlx::Error::Database(cause)) = self else {
            return false;
        };
        cause.code().as_deref() == Some(LOCK_TIMEOUT)
    }
}
