//! The backlog as an admin sees it: what waits, what runs, what was given up; never what it says.

use quorum_domain::{
    Job, Timestamp,
    ids::{JobId, ResponseId, ServiceId, UserId},
    job::JobKind,
};
use uuid::Uuid;

use crate::{Cursor, Result, Session, StoreError, Tx, rows::parsed};

/// Which part of the backlog.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Waits for its turn, or for its next try.
    Waiting,
    /// A worker has it.
    Running,
    /// Failed or set aside: nothing happens until somebody acts.
    SetAside,
}

/// What a piece of work is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WorkId {
    /// An answer.
    Response(ResponseId),
    /// A background job of this kind.
    Job(JobId, JobKind),
}

/// A piece of work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkItem {
    /// Which.
    pub id: WorkId,
    /// For whom.
    pub user_name: Option<String>,
    /// Whom it asks.
    pub service_name: Option<String>,
    /// Its state in the store.
    pub state: String,
    /// Times that it was begun.
    pub attempt: i64,
    /// Workers that died with it in hand.
    pub crash_count: i64,
    /// Why it failed or waits.
    pub reason: Option<String>,
    /// Who has it.
    pub worker: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it may begin, or ended.
    pub due_at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct WorkRow {
    id: Uuid,
    kind: String,
    user_name: Option<String>,
    service_name: Option<String>,
    state: String,
    attempt: i64,
    crash_count: i64,
    reason: Option<String>,
    worker: Option<String>,
    created_at: Timestamp,
    due_at: Timestamp,
}

impl WorkRow {
    fn into_item(self) -> Result<WorkItem> {
        let id = if self.kind == "answer" {
            WorkId::Response(self.id.into())
        } else {
            WorkId::Job(self.id.into(), parsed(&self.kind, "background_jobs", "kind")?)
        };
        Ok(WorkItem {
            id,
            user_name: self.user_name,
            service_name: self.service_name,
            state: self.state,
            attempt: self.attempt,
            crash_count: self.crash_count,
            reason: self.reason,
            worker: self.worker,
            created_at: self.created_at,
            due_at: self.due_at,
        })
    }
}

macro_rules! select_answers {
    ($which:literal, $due:literal) => {
        concat!(
            "SELECT r.id, 'answer' AS kind, u.name AS user_name, r.service_name, r.state, r.attempt, r.crash_count,
                    r.failure_kind AS reason, r.lease_owner AS worker, r.created_at, ",
            $due,
            " AS due_at FROM responses r JOIN users u ON u.id = r.user_id WHERE r.deleted_at IS NULL AND ",
            $which
        )
    };
}
macro_rules! select_jobs {
    ($which:literal, $due:literal) => {
        concat!(
            "SELECT j.id, j.kind, u.name AS user_name, s.name AS service_name, j.state, j.attempt, j.crash_count,
                    j.last_error AS reason, j.lease_owner AS worker, j.created_at, ",
            $due,
            " AS due_at FROM background_jobs j LEFT JOIN users u ON u.id = j.user_id
             LEFT JOIN services s ON s.id = j.service_id WHERE ",
            $which
        )
    };
}

const WAITING: &str = concat!(
    "SELECT * FROM (",
    "SELECT * FROM (",
    select_answers!(
        "r.state IN ('queued', 'retrying') AND (r.next_attempt_at, r.id) > ($1, $2) ORDER BY r.next_attempt_at, r.id LIMIT $3",
        "r.next_attempt_at"
    ),
    ") AS a",
    " UNION ALL SELECT * FROM (",
    select_jobs!(
        "j.state = 'queued' AND j.lease_owner IS NULL AND (j.run_at, j.id) > ($1, $2) ORDER BY j.run_at, j.id LIMIT $3",
        "j.run_at"
    ),
    ") AS b",
    ") AS work ORDER BY due_at, id LIMIT $3"
);
const RUNNING: &str = concat!(
    "SELECT * FROM (",
    "SELECT * FROM (",
    select_answers!(
        "r.lease_owner IS NOT NULL AND (r.created_at, r.id) > ($1, $2) ORDER BY r.created_at, r.id LIMIT $3",
        "r.created_at"
    ),
    ") AS a",
    " UNION ALL SELECT * FROM (",
    select_jobs!(
        "j.lease_owner IS NOT NULL AND (j.created_at, j.id) > ($1, $2) ORDER BY j.created_at, j.id LIMIT $3",
        "j.created_at"
    ),
    ") AS b",
    ") AS work ORDER BY due_at, id LIMIT $3"
);
const SET_ASIDE: &str = concat!(
    "SELECT * FROM (",
    "SELECT * FROM (",
    select_answers!(
        "r.state = 'failed' AND (r.finished_at, r.id) < ($1, $2) ORDER BY r.finished_at DESC, r.id DESC LIMIT $3",
        "r.finished_at"
    ),
    ") AS a",
    " UNION ALL SELECT * FROM (",
    select_jobs!(
        "j.state = 'dead' AND (j.finished_at, j.id) < ($1, $2) ORDER BY j.finished_at DESC, j.id DESC LIMIT $3",
        "j.finished_at"
    ),
    ") AS b",
    ") AS work ORDER BY due_at DESC, id DESC LIMIT $3"
);

impl Standing {
    const fn sql(self) -> &'static str {
        match self {
            Self::Waiting => WAITING,
            Self::Running => RUNNING,
            Self::SetAside => SET_ASIDE,
        }
    }

    /// Before the first row: the oldest of what is still to be done, the newest of what was given up.
    fn start(self) -> Cursor {
        match self {
            Self::Waiting | Self::Running => Cursor {
                at: Timestamp::UNIX_EPOCH,
                id: Uuid::nil(),
            },
            Self::SetAside => Cursor {
                at: Timestamp::UNIX_EPOCH + chrono::Duration::days(365 * 500),
                id: Uuid::max(),
            },
        }
    }
}

impl Session {
    /// A part of the backlog, after a cursor: the oldest first of what is still to be done, the
    /// newest first of what was given up.
    pub async fn backlog(
        &mut self,
        standing: Standing,
        after: Option<Cursor>,
        limit: i64,
    ) -> Result<(Vec<WorkItem>, Option<Cursor>)> {
        let after = after.unwrap_or_else(|| standing.start());
        let mut rows = fetch!(fetch_all, self, WorkRow, standing.sql(), after.at, after.id, limit + 1)?;
        let wanted = usize::try_from(limit).unwrap_or_default();
        let more = rows.len() > wanted;
        rows.truncate(wanted);
        let next = rows.last().filter(|_| more).map(|row| Cursor {
            at: row.due_at,
            id: row.id,
        });
        let items = rows.into_iter().map(WorkRow::into_item).collect::<Result<_>>()?;
        Ok((items, next))
    }

    /// Whose a response is.
    pub async fn owner_of_response(&mut self, id: ResponseId) -> Result<UserId> {
        let row = fetch!(
            fetch_optional,
            self,
            (Uuid,),
            "SELECT user_id FROM responses WHERE id = $1",
            id.uuid()
        )?;
        row.map(|(user,)| user.into()).ok_or(StoreError::NotFound("answer"))
    }
}

impl Tx {
    /// Makes a job that was set aside due again, as if it had never been begun.
    pub async fn restart_job(&mut self, id: JobId) -> Result<()> {
        let row = fetch!(
            fetch_optional,
            self,
            (String, Uuid, Option<Uuid>, Option<Uuid>),
            "SELECT kind, subject_id, user_id, service_id FROM background_jobs WHERE id = $1 AND state = 'dead'",
            id.uuid()
        )?;
        let (kind, subject, user, service) = row.ok_or(StoreError::Conflict(
            "only a job that was set aside can be started again",
        ))?;
        let job = Job::from_parts(parsed(&kind, "background_jobs", "kind")?, subject);
        match (user, service) {
            (Some(user), Some(service)) => self.enqueue_call(job, UserId(user), ServiceId(service)).await,
            _ => self.enqueue(job).await,
        }
    }

    /// Lets go of a job that was set aside.
    pub async fn discard_job(&mut self, id: JobId) -> Result<()> {
        let changed = execute!(
            self,
            "UPDATE background_jobs SET state = 'done' WHERE id = $1 AND state = 'dead'",
            id.uuid()
        )?;
        if changed == 0 {
            return Err(StoreError::Conflict("only a job that was set aside can be discarded"));
        }
        Ok(())
    }
}
