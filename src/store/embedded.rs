//! The lines to an embedded database: one to write on and a few to read on.
//!
//! They are kept here and not in a pool of sqlx: every statement on such a line is a message to
//! its thread and one back, and the pool adds up to five more for each transaction (it waits twice
//! each for `BEGIN` and `COMMIT`, and tries the line twice when it is given back).

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use sqlx::{ConnectOptions as _, SqliteConnection, migrate::MigrateError, sqlite::SqliteConnectOptions};
use tokio::{
    runtime::Handle,
    sync::{Mutex as Turn, OwnedMutexGuard, OwnedSemaphorePermit, Semaphore},
};

use crate::Result;

/// All lines to one file. Cheap to clone.
#[derive(Clone)]
pub struct Lines {
    writer: Arc<Turn<Writer>>,
    readers: Arc<Readers>,
    patience: Duration,
}

struct Writer {
    line: SqliteConnection,
    connect: SqliteConnectOptions,
    standing: Standing,
}

/// How the line to write on was left.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Standing {
    /// Outside any transaction.
    Ready,
    /// Maybe inside a transaction that is to be undone.
    Unfinished,
    /// Not to be used any more; the next one opens another.
    Lost,
    /// Nobody is to write any more.
    Closed,
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
        let writer = Writer {
            line: connect.connect().await?,
            connect: connect.clone(),
            standing: Standing::Ready,
        };
        Ok(Self {
            writer: Arc::new(Turn::new(writer)),
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
        Ok(ReadLine { line, _place: place })
    }

    /// A transaction, as soon as it is the only one.
    pub async fn begin(&self) -> Result<WriteLine> {
        let guard = self.writer().await?;
        let mut line = WriteLine {
            guard,
            turn: Arc::clone(&self.writer),
        };
        line.guard.standing = Standing::Unfinished;
        sqlx::query("BEGIN IMMEDIATE").execute(&mut line.guard.line).await?;
        Ok(line)
    }

    /// Waits for the line to write on.
    async fn writer(&self) -> Result<OwnedMutexGuard<Writer>> {
        let mut writer = match Arc::clone(&self.writer).try_lock_owned() {
            Ok(writer) => writer,
            Err(_) => tokio::time::timeout(self.patience, Arc::clone(&self.writer).lock_owned())
                .await
                .map_err(|_| sqlx::Error::PoolTimedOut)?,
        };
        writer.make_ready().await?;
        Ok(writer)
    }

    /// Carries out migrations.
    pub async fn migrate(&self, migrations: &sqlx::migrate::Migrator) -> Result<(), MigrateError> {
        let mut writer = self.writer.lock().await;
        writer.make_ready().await?;
        migrations.run_direct(None, &mut writer.line, false).await
    }

    /// Lets running transactions end and nobody begin another, and brings the write-ahead log into
    /// the file.
    pub async fn close(&self) {
        self.readers.places.close();
        self.readers.lines().clear();
        let mut writer = self.writer.lock().await;
        if writer.make_ready().await.is_ok() {
            let done = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)")
                .execute(&mut writer.line)
                .await;
            if let Err(error) = done {
                tracing::warn!(error = %error, "the write-ahead log stays beside the database");
            }
        }
        writer.standing = Standing::Closed;
    }
}

impl Writer {
    /// Undoes what was left unfinished, and opens the line again where it was lost.
    async fn make_ready(&mut self) -> Result<(), sqlx::Error> {
        if self.standing == Standing::Unfinished {
            // It fails where there is nothing to undo: SQLite has ended the transaction by itself
            // (a full disk), or it never began. A new line knows of neither.
            let undone = sqlx::query("ROLLBACK").execute(&mut self.line).await;
            self.standing = if undone.is_ok() {
                Standing::Ready
            } else {
                Standing::Lost
            };
        }
        match self.standing {
            Standing::Ready | Standing::Unfinished => Ok(()),
            Standing::Closed => Err(sqlx::Error::PoolClosed),
            Standing::Lost => {
                self.line = self.connect.connect().await?;
                self.standing = Standing::Ready;
                Ok(())
            }
        }
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
    _place: OwnedSemaphorePermit,
}

impl ReadLine {
    /// The line.
    pub fn line(&mut self) -> &mut SqliteConnection {
        &mut self.line
    }
}

/// A transaction on the line to write on. What is dropped without being committed is undone.
pub struct WriteLine {
    guard: OwnedMutexGuard<Writer>,
    turn: Arc<Turn<Writer>>,
}

impl WriteLine {
    /// The line.
    pub fn line(&mut self) -> &mut SqliteConnection {
        &mut self.guard.line
    }

    /// Stores all changes.
    pub async fn commit(mut self) -> Result<()> {
        sqlx::query("COMMIT").execute(&mut self.guard.line).await?;
        self.committed();
        Ok(())
    }

    /// Notes that a statement has stored all changes.
    pub fn committed(mut self) {
        self.guard.standing = Standing::Ready;
    }
}

impl Drop for WriteLine {
    fn drop(&mut self) {
        if self.guard.standing != Standing::Unfinished {
            return;
        }
        // The lock on the file must not wait for whoever writes next, as others may want it.
        let turn = Arc::clone(&self.turn);
        if let Ok(runtime) = Handle::try_current() {
            runtime.spawn(async move {
                if turn.lock().await.make_ready().await.is_err() {
                    tracing::debug!("the line to write on is opened when it is needed");
                }
            });
        }
    }
}
