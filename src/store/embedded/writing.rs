//! The line to write on, and what is written going to the disk together.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use sqlx::{ConnectOptions as _, SqliteConnection, sqlite::SqliteConnectOptions};
use tokio::{
    runtime::Handle,
    sync::{Mutex as Turn, OwnedMutexGuard, watch},
};

use super::statement::{Ahead, Line};
use crate::{Result, StoreError};

/// Most transactions that share a commit, so that the first of them does not wait for long.
const MOST_TOGETHER: usize = 16;

/// The one line that changes are made on.
pub struct Writer {
    pub(super) line: SqliteConnection,
    connect: SqliteConnectOptions,
    standing: Standing,
    /// Transactions that have ended and are not committed yet.
    group: Option<Group>,
}

/// Transactions that share a commit: each of them hears what became of it.
struct Group {
    outcome: watch::Sender<Option<Outcome>>,
    members: usize,
}

/// What became of a commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Stored,
    DiskFull,
    Undone,
}

impl Outcome {
    fn into_result(self) -> Result<()> {
        match self {
            Self::Stored => Ok(()),
            Self::DiskFull => Err(StoreError::DiskFull),
            Self::Undone => Err(StoreError::Unavailable(sqlx::Error::WorkerCrashed)),
        }
    }
}

/// How a transaction ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// Its changes, and those of who left the commit to it, go to the disk.
    Commit,
    /// It leaves the commit to who comes next.
    LeaveToNext,
}

/// How the line to write on was left.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Outside any transaction.
    Ready,
    /// Maybe inside a transaction that is to be undone.
    Unfinished,
    /// Not to be used any more; the next one opens another.
    Lost,
    /// Nobody is to write any more.
    Closed,
}

/// One who waits to begin, for as long as this lives.
pub struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    /// One more.
    pub fn among(count: &'a AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::AcqRel);
        Self(count)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

impl Writer {
    /// Opens it.
    pub async fn open(connect: SqliteConnectOptions) -> Result<Self> {
        Ok(Self {
            line: connect.connect().await?,
            connect,
            standing: Standing::Ready,
            group: None,
        })
    }

    /// Nobody is to write any more.
    pub const fn close(&mut self) {
        self.standing = Standing::Closed;
    }

    /// Undoes what was left unfinished, and opens the line again where it was lost.
    pub async fn make_ready(&mut self) -> Result<(), sqlx::Error> {
        if self.standing == Standing::Unfinished {
            let undo = match self.group {
                None => "ROLLBACK",
                Some(_) => "ROLLBACK TO member; RELEASE member",
            };
            // It fails where there is nothing to undo: SQLite has ended the transaction by itself
            // (a full disk), or it never began. A new line knows of neither.
            let undone = sqlx::query(undo).execute(&mut self.line).await;
            self.standing = if undone.is_ok() {
                Standing::Ready
            } else {
                self.end_group(Outcome::Undone);
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

impl Writer {
    /// Brings to the disk what was left to who comes next, and says what became of it.
    pub async fn commit_group(&mut self) {
        if self.group.is_none() {
            return;
        }
        let outcome = match sqlx::query("COMMIT").execute(&mut self.line).await {
            Ok(_) => Outcome::Stored,
            Err(error) => {
                self.standing = Standing::Lost;
                match StoreError::from(error) {
                    StoreError::DiskFull => Outcome::DiskFull,
                    error => {
                        tracing::warn!(
                            error = &error as &dyn std::error::Error,
                            "changes could not be committed"
                        );
                        Outcome::Undone
                    }
                }
            }
        };
        self.end_group(outcome);
    }

    fn end_group(&mut self, outcome: Outcome) {
        if let Some(group) = self.group.take() {
            group.outcome.send_replace(Some(outcome));
        }
    }

    /// Takes one more into the group; gives where it hears the outcome.
    fn join_group(&mut self) -> watch::Receiver<Option<Outcome>> {
        let group = self.group.get_or_insert_with(|| Group {
            outcome: watch::Sender::new(None),
            members: 0,
        });
        group.members += 1;
        group.outcome.subscribe()
    }
}

/// A transaction on the line to write on. What is dropped without being committed is undone.
pub struct WriteLine {
    guard: OwnedMutexGuard<Writer>,
    /// Its `BEGIN` at first, and changes that nobody waits for.
    ahead: Ahead,
    turn: Arc<Turn<Writer>>,
    waiting: Arc<AtomicUsize>,
}

impl WriteLine {
    /// Begins a transaction on the line, whose turn it is. The database hears of it with the first
    /// statement.
    pub fn begin(guard: OwnedMutexGuard<Writer>, turn: Arc<Turn<Writer>>, waiting: Arc<AtomicUsize>) -> Self {
        let begin = match guard.group {
            None => "BEGIN IMMEDIATE",
            Some(_) => "SAVEPOINT member",
        };
        Self {
            guard,
            ahead: Ahead::beginning_with(begin),
            turn,
            waiting,
        }
    }

    /// The line.
    pub fn line(&mut self) -> Line<'_> {
        let writer = &mut *self.guard;
        Line::writing(&mut writer.line, &mut self.ahead, &mut writer.standing)
    }

    /// Whether others have left their commit to this one.
    pub fn others_depend(&self) -> bool {
        self.guard.group.is_some()
    }

    /// How it ends, if it ended now.
    pub fn ending(&self) -> Ending {
        let members = self.guard.group.as_ref().map_or(0, |group| group.members);
        if self.waiting.load(Ordering::Acquire) == 0 || members >= MOST_TOGETHER {
            Ending::Commit
        } else {
            Ending::LeaveToNext
        }
    }

    /// The statement that ends it so; none where there is nothing to say.
    pub fn statement(&self, ending: Ending) -> Option<&'static str> {
        match (ending, &self.guard.group) {
            (Ending::Commit, _) => Some("COMMIT"),
            (Ending::LeaveToNext, Some(_)) => Some("RELEASE member"),
            (Ending::LeaveToNext, None) => None,
        }
    }

    /// Stores all changes.
    pub async fn commit(mut self) -> Result<()> {
        if self.ahead.is_only_beginning() {
            return Ok(());
        }
        let ending = self.ending();
        match self.statement(ending) {
            Some(statement) => self.line().statement(statement).execute().await.map(|_| ())?,
            None => self.line().raw().await.map(|_| ())?,
        }
        self.ended(ending).await
    }

    /// Waits until all changes are stored, after the statement that ends it.
    pub async fn ended(mut self, ending: Ending) -> Result<()> {
        self.guard.standing = Standing::Ready;
        match ending {
            Ending::Commit => {
                self.guard.end_group(Outcome::Stored);
                Ok(())
            }
            Ending::LeaveToNext => {
                let member = Member {
                    outcome: self.guard.join_group(),
                    turn: Arc::clone(&self.turn),
                };
                drop(self);
                member.outcome().await.into_result()
            }
        }
    }
}

/// Somebody who left the commit to who comes next.
struct Member {
    outcome: watch::Receiver<Option<Outcome>>,
    turn: Arc<Turn<Writer>>,
}

impl Member {
    /// What became of it. Whoever it was left to may undo their own changes or go away: so this
    /// queues for the line as well, and commits if nobody has.
    async fn outcome(mut self) -> Outcome {
        let turn = Arc::clone(&self.turn);
        let writer = tokio::select! {
            biased;
            _ = self.outcome.wait_for(Option::is_some) => None,
            writer = turn.lock_owned() => Some(writer),
        };
        if let Some(writer) = writer {
            // Not to be broken off half-way, as others depend on it.
            let done = tokio::spawn(commit_left(writer, self.outcome.clone())).await;
            if let Err(error) = done {
                tracing::error!(%error, "a commit was broken off");
            }
        }
        let outcome = *self.outcome.borrow();
        outcome.unwrap_or(Outcome::Undone)
    }
}

impl Drop for Member {
    fn drop(&mut self) {
        if self.outcome.borrow().is_some() {
            return;
        }
        // Others may have left their commit to the same one, and the file is locked until then.
        let (turn, outcome) = (Arc::clone(&self.turn), self.outcome.clone());
        if let Ok(runtime) = Handle::try_current() {
            runtime.spawn(async move { commit_left(turn.lock_owned().await, outcome).await });
        }
    }
}

/// Commits what was left to who comes next, unless somebody has.
async fn commit_left(mut writer: OwnedMutexGuard<Writer>, outcome: watch::Receiver<Option<Outcome>>) {
    let undone = writer.make_ready().await;
    if undone.is_ok() && outcome.borrow().is_none() {
        writer.commit_group().await;
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
