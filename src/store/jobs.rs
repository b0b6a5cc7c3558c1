//! Background work that is not a response. The row is the record; the queue's job only rings.

use quorum_domain::{
    Job, Timestamp,
    ids::{JobId, ServiceId, UserId},
    job::MAX_JOB_CRASHES,
};
use uuid::Uuid;

use crate::{Result, StoreError, Tx};

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

impl Tx {
    /// Makes a job due now. One that is already waiting stays one; one that is running or done
    /// is done again, and what the running worker would save is refused.
    pub async fn enqueue(&mut self, job: Job) -> Result<()> {
        self.enqueue_row(job, None, None).await
    }

    /// Makes a job due that is done for a user and calls no service.
    pub(crate) async fn enqueue_for(&mut self, job: Job, user: UserId) -> Result<()> {
        self.enqueue_row(job, Some(user), None).await
    }

    /// Makes a job due that calls a service for a user, and counts as such a call.
    pub async fn enqueue_call(&mut self, job: Job, user: UserId, service: ServiceId) -> Result<()> {
        self.enqueue_row(job, Some(user), Some(service)).await
    }

    async fn enqueue_row(&mut self, job: Job, user: Option<UserId>, service: Option<ServiceId>) -> Result<()> {
        let now = self.work_now();
        execute_later!(
            self,
            "INSERT INTO background_jobs (id, kind, subject_id, user_id, service_id, state, run_at, created_at)
             VALUES ($1, $2, $3, $4, $5, 'queued', $6, $6)
             ON CONFLICT (kind, subject_id) DO UPDATE SET
                 state = 'queued', run_at = excluded.run_at, attempt = 0, crash_count = 0, fence = background_jobs.fence + 1,
                 lease_owner = NULL, lease_expires_at = NULL, last_error = NULL, finished_at = NULL",
            JobId::new().uuid(), job.kind().as_str(), job.subject(), user.map(UserId::uuid),
            service.map(ServiceId::uuid), now
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
        let now = self.work_now();
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

    /// Gives a job back to the queue without using up an attempt.
    pub async fn hand_back_job(&mut self, claimed: &ClaimedJob) -> Result<()> {
        let now = self.work_now();
        let freed = execute!(
            self,
            "UPDATE background_jobs SET state = 'queued', run_at = $4, attempt = attempt - 1, lease_owner = NULL, lease_expires_at = NULL
             WHERE id = $1 AND lease_owner = $2 AND fence = $3",
            claimed.id.uuid(), &claimed.owner, claimed.fence, now
        )?;
        if freed == 0 {
            return Err(StoreError::LeaseLost);
        }
        self.work_becomes_due(now);
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
