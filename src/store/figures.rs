//! Figures of the work that waits and runs, for those who watch over it.

use quorum_domain::{Timestamp, job::JobKind};

use crate::{Result, Store};

/// How much work stands where.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Figures {
    /// Responses that are not final, by state.
    pub responses: Vec<(String, i64)>,
    /// Background jobs that are not done, by kind and state; `dead` ones were set aside.
    pub jobs: Vec<(String, String, i64)>,
    /// Work that may begin now, by kind; `answer` for responses. Every kind is named.
    pub due: Vec<(String, i64)>,
    /// How long the oldest due row has waited, in seconds. Messages to webhooks do not count: one
    /// user's slow address may hold up that user's own.
    pub oldest_due_seconds: f64,
    /// How long ago the lease that ran out first did so, in seconds.
    pub oldest_expired_lease_seconds: f64,
    /// Services left alone because they keep failing.
    pub open_breakers: i64,
}

impl Store {
    /// Counts, by indexes that hold only what is not final.
    pub async fn figures(&self) -> Result<Figures> {
        let mut session = self.read().await?;
        let now = session.work_now();
        let responses = fetch!(
            fetch_all,
            session,
            (String, i64),
            "SELECT state, COUNT(*) FROM responses WHERE state IN ('queued', 'retrying') GROUP BY state
             UNION ALL SELECT state, COUNT(*) FROM responses WHERE lease_owner IS NOT NULL GROUP BY state"
        )?;
        let jobs = fetch!(
            fetch_all,
            session,
            (String, String, i64),
            "SELECT kind, state, COUNT(*) FROM background_jobs WHERE state <> 'done' GROUP BY kind, state"
        )?;
        let due_now = fetch!(
            fetch_all,
            session,
            (String, i64),
            "SELECT 'answer', COUNT(*) FROM responses WHERE state IN ('queued', 'retrying') AND next_attempt_at <= $1
             UNION ALL SELECT kind, COUNT(CASE WHEN run_at <= $1 THEN 1 END) FROM background_jobs WHERE state <> 'done' AND state = 'queued' GROUP BY kind",
            now
        )?;
        let oldest = |rows: Vec<(Timestamp,)>| {
            rows.into_iter()
                .map(|(at,)| (now - at).as_seconds_f64().max(0.0))
                .fold(0.0, f64::max)
        };
        let due = fetch!(
            fetch_all,
            session,
            (Timestamp,),
            "SELECT at FROM (SELECT next_attempt_at AS at FROM responses WHERE state IN ('queued', 'retrying')
                 ORDER BY next_attempt_at LIMIT 1) AS response
             UNION ALL SELECT at FROM (SELECT run_at AS at FROM background_jobs
                 WHERE state = 'queued' AND kind <> 'deliver_webhook' ORDER BY run_at LIMIT 1) AS job"
        )?;
        let expired = fetch!(
            fetch_all,
            session,
            (Timestamp,),
            "SELECT at FROM (SELECT lease_expires_at AS at FROM responses WHERE lease_owner IS NOT NULL
                 ORDER BY lease_expires_at LIMIT 1) AS response
             UNION ALL SELECT at FROM (SELECT lease_expires_at AS at FROM background_jobs WHERE lease_owner IS NOT NULL
                 ORDER BY lease_expires_at LIMIT 1) AS job"
        )?;
        Ok(Figures {
            responses,
            jobs,
            due: every_kind(due_now),
            oldest_due_seconds: oldest(due),
            oldest_expired_lease_seconds: oldest(expired),
            open_breakers: session.open_breakers().await?,
        })
    }
}

/// A kind of which nothing is due counts zero.
fn every_kind(mut due: Vec<(String, i64)>) -> Vec<(String, i64)> {
    for kind in JobKind::ALL {
        if !due.iter().any(|(known, _)| known == kind.as_str()) {
            due.push((kind.as_str().to_owned(), 0));
        }
    }
    due
}
