//! Opening the database, reading sessions, and the transactions that make changes.

use std::{
    ops::{Deref, DerefMut},
    sync::Arc,
};

use quorum_domain::{
    ConversationChange, Timestamp,
    clock::{SharedClock, SystemClock},
    event::StoredEvent,
    ids::{ConversationId, UserId},
};
use sqlx::{
    PgConnection, Postgres, SqliteConnection, Transaction, pool::PoolConnection, postgres::PgPool, sqlite::SqlitePool,
};
use uuid::Uuid;

use crate::{
    Beginning, ClaimedJob, ClaimedResponse, Result, StoreError,
    answer::Answer,
    embedded::{self, Ending, ReadLine, WriteLine},
    jobs::BegunJob,
    opening::{self, Pools, StoreOptions},
    reservations::Booking,
    time::DatabaseClock,
};

/// Where a store has the time from.
pub enum Timekeeping {
    /// From whoever opens it; tests move it by hand.
    Given(SharedClock),
    /// Embedded: this machine's clock. PostgreSQL: the database's, on which all processes agree.
    OfTheDatabase,
}

/// The memory. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    pools: Pools,
    clock: SharedClock,
}

impl Store {
    /// Opens the database and brings its schema up to date.
    pub async fn open(options: &StoreOptions, time: Timekeeping) -> Result<Self> {
        let pools = if options.url.starts_with("sqlite:") {
            opening::open_sqlite(options).await?
        } else if options.url.starts_with("postgres") {
            opening::open_postgres(options).await?
        } else {
            return Err(StoreError::UnknownUrl);
        };
        let clock: SharedClock = match (time, &pools) {
            (Timekeeping::Given(clock), _) => clock,
            (Timekeeping::OfTheDatabase, Pools::Sqlite { .. }) => Arc::new(SystemClock),
            (Timekeeping::OfTheDatabase, Pools::Postgres(pool)) => DatabaseClock::start(pool.clone()).await?,
        };
        let store = Self { pools, clock };
        store.migrate().await?;
        Ok(store)
    }

    pub(crate) async fn migrate(&self) -> Result<()> {
        let done = match &self.pools {
            Pools::Sqlite { lines, .. } => lines.migrate(&opening::SQLITE_MIGRATIONS).await,
            Pools::Postgres(pool) => opening::POSTGRES_MIGRATIONS.run(pool).await,
        };
        done.map_err(|error| match error {
            sqlx::migrate::MigrateError::VersionMissing(_) => StoreError::NewerSchema,
            other => StoreError::Migration(other),
        })
    }

    /// A session to read with.
    pub async fn read(&self) -> Result<Session> {
        let link = match &self.pools {
            Pools::Sqlite { lines, .. } => Link::SqliteRead(lines.read().await?),
            Pools::Postgres(pool) => Link::PostgresRead(pool.acquire().await?),
        };
        Ok(Session {
            link,
            clock: self.clock.clone(),
        })
    }

    /// A transaction to change with. On SQLite it waits until it is the only one.
    pub async fn begin(&self) -> Result<Tx> {
        let link = match &self.pools {
            Pools::Sqlite { lines, .. } => Link::SqliteWrite(lines.begin().await?),
            Pools::Postgres(pool) => Link::PostgresWrite(begin_on_a_living_line(pool).await?),
        };
        let session = Session {
            link,
            clock: self.clock.clone(),
        };
        Ok(Tx {
            session,
            events: Vec::new(),
            changes: Vec::new(),
            work_due_at: None,
            begun: Vec::new(),
            job_beginning: None,
            begun_job: None,
            ended_jobs: Vec::new(),
            bookings: Vec::new(),
            ending: None,
        })
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<()> {
        let mut session = self.read().await?;
        execute!(session, "SELECT 1").map(|_| ())
    }

    /// The present moment as the store sees it.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The moment that leases and due times are reckoned by.
    pub fn work_now(&self) -> Timestamp {
        self.clock.steady_now()
    }

    /// Whether the database is embedded in this process, which then is the only one that uses it.
    pub const fn is_embedded(&self) -> bool {
        matches!(self.pools, Pools::Sqlite { .. })
    }

    /// A line to SQLite for the queue's backend; `None` on PostgreSQL. It is none of those that
    /// transactions are made on: two that write at once wait for each other, so use it rarely.
    pub fn sqlite_pool(&self) -> Option<&SqlitePool> {
        match &self.pools {
            Pools::Sqlite { queue, .. } => Some(queue),
            Pools::Postgres(_) => None,
        }
    }

    /// The PostgreSQL pool, for the queue's backend; `None` on SQLite.
    pub fn postgres_pool(&self) -> Option<&PgPool> {
        match &self.pools {
            Pools::Sqlite { .. } => None,
            Pools::Postgres(pool) => Some(pool),
        }
    }

    /// Closes all connections after running statements are done.
    pub async fn close(&self) {
        match &self.pools {
            Pools::Sqlite { lines, queue } => {
                queue.close().await;
                lines.close().await;
            }
            Pools::Postgres(pool) => pool.close().await,
        }
    }
}

/// A session that the server ended shows only when it is used: then another is taken, once.
async fn begin_on_a_living_line(pool: &PgPool) -> Result<Transaction<'static, Postgres>> {
    match pool.begin().await.map_err(StoreError::from) {
        Err(error) if error.is_transient() => Ok(pool.begin().await?),
        begun => begun,
    }
}

/// A connection of either database, for the queue's backend.
pub enum Connection<'a> {
    /// SQLite.
    Sqlite(&'a mut SqliteConnection),
    /// PostgreSQL.
    Postgres(&'a mut PgConnection),
}

/// What statements are put to.
pub(crate) enum Line<'a> {
    Sqlite(embedded::Line<'a>),
    Postgres(&'a mut PgConnection),
}

enum Link {
    SqliteRead(ReadLine),
    PostgresRead(PoolConnection<Postgres>),
    SqliteWrite(WriteLine),
    PostgresWrite(Transaction<'static, Postgres>),
}

/// A session to read with. Reading methods live on it, in one file per table.
pub struct Session {
    link: Link,
    clock: SharedClock,
}

impl Session {
    pub(crate) fn line(&mut self) -> Line<'_> {
        match &mut self.link {
            Link::SqliteRead(line) => Line::Sqlite(line.line()),
            Link::SqliteWrite(line) => Line::Sqlite(line.line()),
            Link::PostgresRead(connection) => Line::Postgres(connection),
            Link::PostgresWrite(transaction) => Line::Postgres(transaction),
        }
    }

    /// The connection underneath, on which all changes so far are made.
    pub async fn connection(&mut self) -> Result<Connection<'_>> {
        Ok(match self.line() {
            Line::Sqlite(line) => Connection::Sqlite(line.raw().await?),
            Line::Postgres(connection) => Connection::Postgres(connection),
        })
    }

    /// Whether this is PostgreSQL; for the few statements that differ.
    pub(crate) const fn is_postgres(&self) -> bool {
        matches!(self.link, Link::PostgresRead(_) | Link::PostgresWrite(_))
    }

    /// Whether others have left their commit to this transaction.
    fn others_depend(&self) -> bool {
        matches!(&self.link, Link::SqliteWrite(line) if line.others_depend())
    }

    /// How the transaction ends if it ends now, and the statement for it; PostgreSQL is told by itself.
    pub(crate) fn ending(&self) -> Option<(Ending, Option<&'static str>)> {
        match &self.link {
            Link::SqliteWrite(line) => {
                let ending = line.ending();
                Some((ending, line.statement(ending)))
            }
            Link::SqliteRead(_) | Link::PostgresRead(_) | Link::PostgresWrite(_) => None,
        }
    }

    /// The present moment.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The moment that leases and due times are reckoned by.
    pub fn work_now(&self) -> Timestamp {
        self.clock.steady_now()
    }
}

/// What a transaction made, handed back when it is committed.
#[derive(Debug, Default)]
#[must_use = "events that are not published reach no open page"]
pub struct Committed {
    /// Stored events, in order.
    pub events: Vec<StoredEvent>,
    /// Hints for the conversation lists of the users named.
    pub changes: Vec<(UserId, ConversationId, ConversationChange)>,
    /// A job that begins now, where a worker had room for it.
    pub begun_job: Option<ClaimedJob>,
}

/// A transaction: all its changes are stored, or none. Dropping it undoes everything.
pub struct Tx {
    session: Session,
    pub(crate) events: Vec<StoredEvent>,
    pub(crate) changes: Vec<(UserId, ConversationId, ConversationChange)>,
    work_due_at: Option<Timestamp>,
    pub(crate) begun: Vec<ClaimedResponse>,
    /// A worker with room for a job, and the job that begins there.
    pub(crate) job_beginning: Option<Beginning>,
    pub(crate) begun_job: Option<BegunJob>,
    /// Jobs that were ended, if they were this worker's to end.
    pub(crate) ended_jobs: Vec<Answer<(Uuid,)>>,
    pub(crate) bookings: Vec<Booking>,
    /// How the statement that stored the events has ended it too.
    pub(crate) ending: Option<Ending>,
}

impl Tx {
    /// Stores all changes.
    ///
    /// Use the queue's `commit` where work may have become due: it rings the doorbell in the
    /// same transaction.
    pub async fn commit(self) -> Result<Committed> {
        if !self.session.others_depend() {
            return self.finish().await;
        }
        // Not to be broken off half-way, whatever becomes of who asked for it.
        let done = tokio::spawn(self.finish()).await;
        done.map_err(|_| StoreError::Unavailable(sqlx::Error::WorkerCrashed))?
    }

    async fn finish(mut self) -> Result<Committed> {
        self.confirm_ended_jobs().await?;
        if self.is_postgres() {
            self.store_events().await?;
            self.book().await?;
        } else {
            // One writer: nobody waits for these rows, and the events go out with the commit.
            self.book().await?;
            self.store_events().await?;
        }
        match (self.session.link, self.ending) {
            (Link::SqliteWrite(line), Some(ending)) => line.ended(ending).await?,
            (Link::SqliteWrite(line), None) => line.commit().await?,
            (Link::PostgresWrite(transaction), _) => transaction.commit().await?,
            // A Tx is only made from the two links above.
            (Link::SqliteRead(_) | Link::PostgresRead(_), _) => {}
        }
        Ok(Committed {
            events: self.events,
            changes: self.changes,
            begun_job: self.begun_job.map(BegunJob::claimed).transpose()?,
        })
    }

    /// Waits until no other process is at the same thing; until the end of this transaction others
    /// wait for this one. An embedded database has one process and one writer anyway.
    pub async fn take_turns(&mut self, at: &str) -> Result<()> {
        if self.is_postgres() {
            execute!(self, "SELECT pg_advisory_xact_lock(7305, hashtext($1))", at)?;
        }
        Ok(())
    }

    /// When the earliest work made due by this transaction may begin.
    pub const fn work_due_at(&self) -> Option<Timestamp> {
        self.work_due_at
    }

    pub(crate) fn work_becomes_due(&mut self, at: Timestamp) {
        self.work_due_at = Some(self.work_due_at.map_or(at, |earlier| earlier.min(at)));
    }
}

impl Deref for Tx {
    type Target = Session;
    fn deref(&self) -> &Session {
        &self.session
    }
}

impl DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut Session {
        &mut self.session
    }
}
