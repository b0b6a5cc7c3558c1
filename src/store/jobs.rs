//! Background work that is not a response. The row is the record; the queue's job only rings.

use quorum_domain::{
    Job, Timestamp,
    ids::{JobId, ServiceId, UserId},
    job::MAX_JOB_CRASHES,
};
use uuid::Uuid;

use crate::{Beginning, Result, StoreError, Tx, answer::Answer};

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

/// A job that begins when its transaction is committed.
pub(crate) struct BegunJob {
    job: Job,
    owner: String,
    row: Answer<(Uuid, i64)>,
}

impl BegunJob {
    /// It, once the transaction is committed.
    pub fn claimed(self) -> Result<ClaimedJob> {
        let row = self.row.heard()?.into_iter().next();
        let (id, fence) = row.ok_or(StoreError::NotFound("job"))?;
        Ok(ClaimedJob {
            id: id.into(),
            job: self.job,
            owner: self.owner,
            fence,
            attempt: 1,
        })
    }
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

    /// Lets the first job that this transaction makes due and that calls nobody begin with a worker
    /// that has room for it, as soon as the transaction is committed.
    pub fn let_a_job_begin(&mut self, beginning: Beginning) {
        self.job_beginning = Some(beginning);
    }

    async fn enqueue_row(&mut self, job: Job, user: Option<UserId>, service: Option<ServiceId>) -> Result<()> {
        if user.is_none()
            && let Some(beginning) = self.job_beginning.take()
        {
            return self.begin_job(job, beginning).await;
        }
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

    async fn begin_job(&mut self, job: Job, beginning: Beginning) -> Result<()> {
        let now = self.work_now();
        let row = ask!(
            self,
            (Uuid, i64),
            "INSERT INTO background_jobs (id, kind, subject_id, state, run_at, created_at, attempt, fence, lease_owner,
                 lease_expires_at)
             VALUES ($1, $2, $3, 'running', $4, $4, 1, 1, $5, $6)
             ON CONFLICT (kind, subject_id) DO UPDATE SET
                 state = 'running', run_at = excluded.run_at, attempt = 1, crash_count = 0,
                 fence = background_jobs.fence + 1, lease_owner = excluded.lease_owner,
                 lease_expires_at = excluded.lease_expires_at, last_error = NULL, finished_at = NULL
             RETURNING id, fence",
            JobId::new().uuid(),
            job.kind().as_str(),
            job.subject(),
            now,
            &beginning.owner,
            now + beginning.lease
        )?;
        self.begun_job = Some(BegunJob {
            job,
            owner: beginning.owner,
            row,
        });
        Ok(())
    }

    /// Marks a job done, in the transaction that saves its result: a worker that lost the lease cannot
    /// commit it ([`StoreError::LeaseLost`]).
    pub async fn finish_job(&mut self, claimed: &ClaimedJob) -> Result<()> {
        self.end_job(claimed, "done", None).await
    }

    /// Sets a job aside with a reason; an admin can start it again. Who lost the lease cannot commit it.
    pub async fn set_job_aside(&mut self, claimed: &ClaimedJob, reason: &str) -> Result<()> {
        self.end_job(claimed, "dead", Some(reason)).await
    }

    async fn end_job(&mut self, claimed: &ClaimedJob, state: &str, reason: Option<&str>) -> Result<()> {
        let now = self.work_now();
        let ended = ask!(
            self,
            (Uuid,),
            "UPDATE background_jobs SET state = $4, finished_at = $5, last_error = $6, lease_owner = NULL, lease_expires_at = NULL
             WHERE id = $1 AND lease_owner = $2 AND fence = $3 RETURNING id",
            claimed.id.uuid(), &claimed.owner, claimed.fence, state, now, reason
        )?;
        self.ended_jobs.push(ended);
        Ok(())
    }

    /// Whether every job that was ended here was still this worker's to end.
    pub(crate) async fn confirm_ended_jobs(&mut self) -> Result<()> {
        for ended in std::mem::take(&mut self.ended_jobs) {
            ended.optional(self).await?.ok_or(StoreError::LeaseLost)?;
        }
        Ok(())
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
