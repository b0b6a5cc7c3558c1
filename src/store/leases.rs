//! Leases: the right of one worker to a row, for as long as it renews it.

use chrono::Duration;
use quorum_domain::ids::{JobId, ResponseId};
use uuid::Uuid;

use crate::{Result, Store, beginning::FIRST_FENCE};

/// The right to work on a response: valid while the row shows the same owner and fence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// The response.
    pub response_id: ResponseId,
    /// The worker, unique per start of a process.
    pub owner: String,
    /// Grows with every claim; a write with an older number is refused.
    pub fence: i64,
}

/// Rows that a worker holds, with the fences it claimed them under.
#[derive(Debug, Default)]
pub struct Held {
    /// Responses.
    pub responses: Vec<(ResponseId, i64)>,
    /// Jobs.
    pub jobs: Vec<(JobId, i64)>,
}

impl Store {
    /// Extends every lease of a worker; gives what it still holds.
    pub async fn renew_leases(&self, owner: &str, lease: Duration) -> Result<Held> {
        let mut tx = self.begin().await?;
        let until = tx.work_now() + lease;
        let responses = fetch!(
            fetch_all,
            tx,
            (Uuid, i64),
            "UPDATE responses SET lease_expires_at = $2 WHERE lease_owner = $1 RETURNING id, fence",
            owner,
            until
        )?;
        let jobs = fetch!(
            fetch_all,
            tx,
            (Uuid, i64),
            "UPDATE background_jobs SET lease_expires_at = $2 WHERE lease_owner = $1 RETURNING id, fence",
            owner,
            until
        )?;
        let _nothing_to_tell = tx.commit().await?;
        Ok(Held {
            responses: responses
                .into_iter()
                .map(|(id, fence)| (ResponseId(id), fence))
                .collect(),
            jobs: jobs.into_iter().map(|(id, fence)| (JobId(id), fence)).collect(),
        })
    }

    /// Gives back a response that was claimed and never worked on, because the claim's reply got lost. The
    /// first call that was noted with the claim never went out.
    pub async fn give_back_response(&self, owner: &str, id: ResponseId, fence: i64) -> Result<()> {
        let mut tx = self.begin().await?;
        let now = tx.work_now();
        let given = execute!(
            tx,
            "UPDATE responses SET state = 'queued', next_attempt_at = $4, fence = fence + 1, lease_owner = NULL,
                 lease_expires_at = NULL, attempt = CASE WHEN fence = $5 THEN 0 ELSE attempt END
             WHERE id = $1 AND lease_owner = $2 AND fence = $3 AND state = 'calling'",
            id.uuid(),
            owner,
            fence,
            now,
            FIRST_FENCE
        )?;
        if given == 1 && fence == FIRST_FENCE {
            execute!(
                tx,
                "DELETE FROM calls WHERE response_id = $1 AND finished_at IS NULL",
                id.uuid()
            )?;
        }
        tx.commit().await.map(drop)
    }

    /// The same for a job.
    pub async fn give_back_job(&self, owner: &str, id: JobId, fence: i64) -> Result<()> {
        let mut tx = self.begin().await?;
        let now = tx.work_now();
        execute!(
            tx,
            "UPDATE background_jobs SET state = 'queued', run_at = $4, attempt = attempt - 1, fence = fence + 1,
                 lease_owner = NULL, lease_expires_at = NULL
             WHERE id = $1 AND lease_owner = $2 AND fence = $3",
            id.uuid(),
            owner,
            fence,
            now
        )?;
        tx.commit().await.map(drop)
    }
}
