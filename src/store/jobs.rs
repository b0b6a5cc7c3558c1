//! Background work that is not a response. The row is the record; the queue's job only rings.

use chrono::Duration;
use quorum_domain::{Job, Timestamp, ids::JobId, job::MAX_JOB_CRASHES};
use uuid::Uuid;

use crate::{Result, Store, StoreError, Tx, rows::parsed};

/// A job that this worker now works on.
#[derive(Debug, Clone)]
pub struct ClaimedJob {
    /// The row.
    pub id: JobId,
    /// What to do.
    pub job: Job,
    /// The worker.
    pub owner: String,
    /// Grows with every claim.
    pub fence: i64,
    /// Times it was begun, this one included.
    pub attempt: i64,
}

#[derive(sqlx::FromRow)]
struct ClaimedRow {
    id: Uuid,
    kind: String,
    subject_id: Uuid,
    fence: i64,
    attempt: i64,
}

macro_rules! claim_due {
    ($lock:literal) => {
        concat!(
            "UPDATE background_jobs SET state = 'running', lease_owner = $1, lease_expires_at = $2, fence = fence + 1,
                 attempt = attempt + 1
             WHERE id IN (SELECT id FROM background_jobs WHERE state = 'queued' AND run_at <= $3 ORDER BY run_at, id LIMIT $4 ", $lock, ")
             RETURNING id, kind, subject_id, fence, attempt"
        )
    };
}

impl Store {
    /// Claims up to `limit` due jobs in one statement. A kind that this version does not know
    /// is put back for one that does.
    pub async fn claim_jobs(&self, owner: &str, lease: Duration, limit: i64) -> Result<Vec<ClaimedJob>> {
        let mut tx = self.begin().await?;
        let now = tx.now();
        let sql = by_dialect!(tx, sqlite: claim_due!(""), postgres: claim_due!("FOR UPDATE SKIP LOCKED"));
        let rows = fetch!(fetch_all, tx, ClaimedRow, sql, owner, now + lease, now, limit)?;
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let mut claimed = Vec::with_capacity(rows.len());
        for row in rows {
            match parsed(&row.kind, "jobs", "kind") {
                Ok(kind) => claimed.push(ClaimedJob {
                    id: row.id.into(),
                    job: Job::from_parts(kind, row.subject_id),
                    owner: owner.to_owned(),
                    fence: row.fence,
                    attempt: row.attempt,
                }),
                Err(_) => {
                    execute!(
                        tx,
                        "UPDATE background_jobs SET state = 'queued', run_at = $2, attempt = attempt - 1, lease_owner = NULL,
                             lease_expires_at = NULL, last_error = 'unknown kind' WHERE id = $1",
                        row.id, now + Duration::minutes(1)
                    )?;
                }
            }
        }
        let _nothing_to_tell = tx.commit().await?;
        Ok(claimed)
    }

    /// Extends every lease of a worker; gives the jobs it still holds.
    pub async fn renew_job_leases(&self, owner: &str, lease: Duration) -> Result<Vec<(JobId, i64)>> {
        let mut tx = self.begin().await?;
        let until = tx.now() + lease;
        let rows = fetch!(
            fetch_all,
            tx,
            (Uuid, i64),
            "UPDATE background_jobs SET lease_expires_at = $2 WHERE lease_owner = $1 RETURNING id, fence",
            owner,
            until
        )?;
        let _nothing_to_tell = tx.commit().await?;
        Ok(rows.into_iter().map(|(id, fence)| (JobId(id), fence)).collect())
    }
}

impl Tx {
    /// Makes a job due now. One that is already waiting stays one; one that is running or done
    /// is done again, and what the running worker would save is refused.
    pub async fn enqueue(&mut self, job: Job) -> Result<()> {
        let now = self.now();
        execute!(
            self,
            "INSERT INTO background_jobs (id, kind, subject_id, state, run_at, created_at) VALUES ($1, $2, $3, 'queued', $4, $4)
             ON CONFLICT (kind, subject_id) DO UPDATE SET
                 state = 'queued', run_at = excluded.run_at, attempt = 0, crash_count = 0, fence = background_jobs.fence + 1,
                 lease_owner = NULL, lease_expires_at = NULL, last_error = NULL, finished_at = NULL",
            JobId::new().uuid(), job.kind().as_str(), job.subject(), now
        )?;
        self.work_becomes_due(now);
        Ok(())
    }

    /// Marks a job done; call it first in the transaction that saves its result, so that a
    /// worker that lost the lease saves nothing.
    pub async fn finish_job(&mut self, claimed: &ClaimedJob) -> Result<()> {
        self.end_job(claimed, "done", None).await
    }

    /// Sets a job aside with a reason; an admin can start it again.
    pub async fn set_job_aside(&mut self, claimed: &ClaimedJob, reason: &str) -> Result<()> {
        self.end_job(claimed, "dead", Some(reason)).await
    }

    async fn end_job(&mut self, claimed: &ClaimedJob, state: &str, reason: Option<&str>) -> Result<()> {
        let now = self.now();
        let ended = execute!(
            self,
            "UPDATE background_jobs SET state = $4, finished_at = $5, last_error = $6, lease_owner = NULL, lease_expires_at = NULL
             WHERE id = $1 AND lease_owner = $2 AND fence = $3",
            claimed.id.uuid(), &claimed.owner, claimed.fence, state, now, reason
        )?;
        if ended == 0 { Err(StoreError::LeaseLost) } else { Ok(()) }
    }

    /// Puts a job back until a moment.
    pub async fn retry_job(&mut self, claimed: &ClaimedJob, at: Timestamp, reason: &str) -> Result<()> {
        let changed = execute!(
            self,
            "UPDATE background_jobs SET state = 'queued', run_at = $4, last_error = $5, lease_owner = NULL, lease_expires_at = NULL
             WHERE id = $1 AND lease_owner = $2 AND fence = $3",
            claimed.id.uuid(), &claimed.owner, claimed.fence, at, reason
        )?;
        if changed == 0 {
            return Err(StoreError::LeaseLost);
        }
        self.work_becomes_due(at);
        Ok(())
    }

    /// Hands expired jobs to the next worker; those that ended their worker too often are set
    /// aside. Gives how many were handed on, and the jobs set aside.
    pub(crate) async fn sweep_jobs(&mut self, now: Timestamp) -> Result<(u64, Vec<Job>)> {
        let dead = fetch!(
            fetch_all, self, (String, Uuid),
            "UPDATE background_jobs SET state = 'dead', finished_at = $1, last_error = 'it ended its worker repeatedly',
                 crash_count = crash_count + 1, fence = fence + 1, lease_owner = NULL, lease_expires_at = NULL
             WHERE lease_owner IS NOT NULL AND lease_expires_at < $1 AND crash_count + 1 >= $2
             RETURNING kind, subject_id",
            now, MAX_JOB_CRASHES
        )?;
        let handed_on = execute!(
            self,
            "UPDATE background_jobs SET state = 'queued', run_at = $1, crash_count = crash_count + 1, fence = fence + 1,
                 lease_owner = NULL, lease_expires_at = NULL
             WHERE lease_owner IS NOT NULL AND lease_expires_at < $1",
            now
        )?;
        let set_aside = dead
            .into_iter()
            .filter_map(|(kind, subject)| Some(Job::from_parts(kind.parse().ok()?, subject)))
            .collect();
        Ok((handed_on, set_aside))
    }
}
