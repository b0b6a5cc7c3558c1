//! The lines to an embedded database: one to write on and a few to read on.
//!
//! What is written goes to the disk together: a transaction that ends while another waits to begin
//! leaves the commit to it, and both are done when that is. One wait for the disk then serves all
//! who came meanwhile, and a page that all of them change is written once. Nobody is told that
//! their changes are stored before they are.
//!
//! They are kept here and not in a pool of sqlx: every statement on such a line is a message to
//! its thread and one back, and the pool adds up to five more for each transaction (it waits twice
//! each for `BEGIN` and `COMMIT`, and tries the line twice when it is given back).

mod statement;
mod writing;

use std::{
    sync::{Arc, Mutex, PoisonError, atomic::AtomicUsize},
    time::Duration,
};

use sqlx::{ConnectOptions as _, SqliteConnection, migrate::MigrateError, sqlite::SqliteConnectOptions};
use tokio::sync::{Mutex as Turn, OwnedMutexGuard, OwnedSemaphorePermit, Semaphore};
use writing::{Waiting, Writer};

pub use statement::{Ahead, Line, Rows};
pub use writing::{Ending, WriteLine};

use crate::Result;

/// All lines to one file. Cheap to clone.
#[derive(Clone)]
pub struct Lines {
    writer: Arc<Turn<Writer>>,
    /// Transactions that wait to begin.
    waiting: Arc<AtomicUsize>,
    readers: Arc<Readers>,
    patience: Duration,
}

struct Readers {
    connect: SqliteConnectOptions,
    places: Arc<Semaphore>,
    /// Opened when they are needed. The first free one is used, whose pages and statements are
    /// most likely at hand.
    lines: Mutex<Vec<Arc<Turn<SqliteConnection>>>>,
}

impl Lines {
    /// Opens the file; `readers` to read on at most. Whoever waits longer than `patience` for a
    /// line is refused.
    pub async fn open(connect: SqliteConnectOptions, readers: usize, patience: Duration) -> Result<Self> {
        let writer = Writer::open(connect.clone()).await?;
        Ok(Self {
            writer: Arc::new(Turn::new(writer)),
            waiting: Arc::default(),
            readers: Arc::new(Readers {
                connect: connect.read_only(true),
                places: Arc::new(Semaphore::new(readers)),
                lines: Mutex::default(),
            }),
            patience,
        })
    }

    /// A line to read on.
    pub async fn read(&self) -> Result<ReadLine> {
        let places = Arc::clone(&self.readers.places);
        let place = match Arc::clone(&places).try_acquire_owned() {
            Ok(place) => place,
            Err(_) => tokio::time::timeout(self.patience, places.acquire_owned())
                .await
                .map_err(|_| sqlx::Error::PoolTimedOut)?
                .map_err(|_| sqlx::Error::PoolClosed)?,
        };
        let line = match self.readers.free_line() {
            Some(line) => line,
            None => self.readers.new_line().await?,
        };
        Ok(ReadLine {
            line,
            ahead: Ahead::default(),
            _place: place,
        })
    }

    /// A transaction, as soon as it is the only one.
    pub async fn begin(&self) -> Result<WriteLine> {
        let guard = self.writer().await?;
        Ok(WriteLine::begin(
            guard,
            Arc::clone(&self.writer),
            Arc::clone(&self.waiting),
        ))
    }

    /// Waits for the line to write on.
    async fn writer(&self) -> Result<OwnedMutexGuard<Writer>> {
        let mut writer = match Arc::clone(&self.writer).try_lock_owned() {
            Ok(writer) => writer,
            Err(_) => {
                let _waiting = Waiting::among(&self.waiting);
                tokio::time::timeout(self.patience, Arc::clone(&self.writer).lock_owned())
                    .await
                    .map_err(|_| sqlx::Error::PoolTimedOut)?
            }
        };
        writer.make_ready().await?;
        Ok(writer)
    }

    /// Carries out migrations.
    pub async fn migrate(&self, migrations: &sqlx::migrate::Migrator) -> Result<(), MigrateError> {
        let mut writer = self.writer.lock().await;
        writer.make_ready().await?;
        writer.commit_group().await;
        migrations.run_direct(None, &mut writer.line, false).await
    }

    /// Lets running transactions end and nobody begin another, and brings the write-ahead log into
    /// the file.
    pub async fn close(&self) {
        self.readers.places.close();
        self.readers.lines().clear();
        let mut writer = self.writer.lock().await;
        if writer.make_ready().await.is_ok() {
            writer.commit_group().await;
            let done = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)")
                .execute(&mut writer.line)
                .await;
            if let Err(error) = done {
                tracing::warn!(error = %error, "the write-ahead log stays beside the database");
            }
        }
        writer.close();
    }
}

impl Readers {
    fn lines(&self) -> std::sync::MutexGuard<'_, Vec<Arc<Turn<SqliteConnection>>>> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn free_line(&self) -> Option<OwnedMutexGuard<SqliteConnection>> {
        let lines = self.lines();
        lines.iter().find_map(|line| Arc::clone(line).try_lock_owned().ok())
    }

    async fn new_line(&self) -> Result<OwnedMutexGuard<SqliteConnection>> {
        let line = Arc::new(Turn::new(self.connect.connect().await?));
        let taken = Arc::clone(&line).lock_owned().await;
        self.lines().push(line);
        Ok(taken)
    }
}

/// A line to read on, given back when dropped.
pub struct ReadLine {
    line: OwnedMutexGuard<SqliteConnection>,
    ahead: Ahead,
    _place: OwnedSemaphorePermit,
}

impl ReadLine {
    /// The line.
    pub fn line(&mut self) -> Line<'_> {
        Line::reading(&mut self.line, &mut self.ahead)
    }
}
