//! The sweep: what a dead worker held goes to the next one.

use chrono::Duration;
use quorum_domain::{
    FailureKind, Job, Timestamp,
    ids::{BatchId, ResponseId},
    response::MAX_CRASHES,
};
use uuid::Uuid;

use crate::{Result, Store, Tx};

/// What a sweep found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Swept {
    /// Responses handed to the next worker.
    pub responses_taken_over: u64,
    /// Responses given up after too many deaths.
    pub responses_given_up: u64,
    /// Jobs handed to the next worker.
    pub jobs_taken_over: u64,
    /// Jobs set aside after too many deaths; what waits for them must be told.
    pub jobs_set_aside: Vec<Job>,
}

#[derive(sqlx::FromRow)]
struct ExpiredRow {
    id: Uuid,
    batch_id: Uuid,
    crash_count: i64,
}

/// Rows of one sweep; more are found by the next one a few seconds later.
const SWEEP_PAGE: i64 = 200;

impl Store {
    /// Hands on what leases ran out for. Commit the transaction through the queue.
    ///
    /// A database that was started less than a lease (`hold_off`) ago hands nothing on: while it
    /// was away nobody could renew, and whoever works on may still save what came in.
    pub async fn sweep(&self, hold_off: Duration) -> Result<(Tx, Swept)> {
        let mut tx = self.begin().await?;
        let now = tx.work_now();
        if tx.database_is_younger_than(hold_off).await? {
            return Ok((tx, Swept::default()));
        }
        let (jobs_taken_over, jobs_set_aside) = tx.sweep_jobs(now).await?;
        if jobs_taken_over > 0 {
            tx.work_becomes_due(now);
        }
        let mut swept = Swept {
            jobs_taken_over,
            jobs_set_aside,
            ..Swept::default()
        };
        for row in tx.expired_responses(now).await? {
            if tx.take_over(row, now).await? {
                swept.responses_taken_over += 1;
            } else {
                swept.responses_given_up += 1;
            }
        }
        tx.release_left_behind().await?;
        Ok((tx, swept))
    }

    /// Lets every lease run out now. Only for the one process that owns an embedded database, at
    /// its start: whoever held a lease is dead.
    pub async fn expire_all_leases(&self) -> Result<u64> {
        let mut tx = self.begin().await?;
        let past = tx.work_now() - Duration::seconds(1);
        let responses = execute!(
            tx,
            "UPDATE responses SET lease_expires_at = $1 WHERE lease_owner IS NOT NULL",
            past
        )?;
        let jobs = execute!(
            tx,
            "UPDATE background_jobs SET lease_expires_at = $1 WHERE lease_owner IS NOT NULL",
            past
        )?;
        tx.undo_future_due_times().await?;
        let _nothing_to_tell = tx.commit().await?;
        Ok(responses + jobs)
    }
}

impl Tx {
    /// An embedded database is as old as its process, whose predecessor's leases were ended.
    async fn database_is_younger_than(&mut self, age: Duration) -> Result<bool> {
        if !self.is_postgres() {
            return Ok(false);
        }
        let (young,) = fetch!(
            fetch_one,
            self,
            (bool,),
            "SELECT pg_postmaster_start_time() > clock_timestamp() - make_interval(secs => CAST($1 AS DOUBLE PRECISION))",
            age.as_seconds_f64()
        )?;
        Ok(young)
    }

    async fn expired_responses(&mut self, now: Timestamp) -> Result<Vec<ExpiredRow>> {
        fetch!(
            fetch_all,
            self,
            ExpiredRow,
            "SELECT id, batch_id, crash_count FROM responses
             WHERE lease_owner IS NOT NULL AND lease_expires_at < $1 ORDER BY lease_expires_at LIMIT $2",
            now,
            SWEEP_PAGE
        )
    }

    /// What was due when the clock stood later than now is due now: it must not wait for the
    /// clock to come round again.
    async fn undo_future_due_times(&mut self) -> Result<()> {
        let now = self.work_now();
        let far = now + Duration::minutes(10);
        // A message to a webhook may wait for as long as that.
        let very_far = now + Duration::hours(25);
        execute!(
            self,
            "UPDATE responses SET next_attempt_at = $1
             WHERE state IN ('queued', 'retrying') AND (next_attempt_at > $2 OR (state = 'queued' AND next_attempt_at > $1))",
            now,
            far
        )?;
        execute!(
            self,
            "UPDATE background_jobs SET run_at = $1
             WHERE state = 'queued' AND run_at > CASE WHEN kind = 'deliver_webhook' THEN $3 ELSE $2 END",
            now,
            far,
            very_far
        )?;
        Ok(())
    }

    /// Says whether the response goes on; a lease renewed in between is left alone.
    async fn take_over(&mut self, row: ExpiredRow, now: Timestamp) -> Result<bool> {
        let give_up = row.crash_count + 1 >= MAX_CRASHES;
        let (state, kind) = if give_up {
            ("failed", Some(FailureKind::CrashLimit.as_str()))
        } else {
            ("queued", None)
        };
        let changed = execute!(
            self,
            "UPDATE responses SET state = $3, failure_kind = $4, crash_count = crash_count + 1, fence = fence + 1,
                 max_attempts = max_attempts + 1, next_attempt_at = $2, lease_owner = NULL, lease_expires_at = NULL,
                 finished_at = CASE WHEN $5 THEN $2 ELSE finished_at END
             WHERE id = $1 AND lease_owner IS NOT NULL AND lease_expires_at < $2",
            row.id,
            now,
            state,
            kind,
            give_up
        )?;
        if changed == 0 {
            return Ok(true);
        }
        if give_up {
            self.note_released(row.id);
        } else {
            self.work_becomes_due(now);
        }
        self.tell_response(ResponseId(row.id)).await?;
        self.settle_batch(BatchId(row.batch_id)).await?;
        Ok(!give_up)
    }
}
