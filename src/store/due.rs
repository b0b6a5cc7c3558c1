//! What is due: responses, jobs and messages to webhooks, and what is under way already.

use quorum_domain::{
    JobKind, Timestamp,
    ids::{ServiceId, UserId},
};
use uuid::Uuid;

use crate::{
    Claim, Result, Session,
    answer::Answer,
    claiming::AT_MOST,
    fairness::{Running, Waiting},
};

/// Rows looked at for each that may be claimed, so that one capped service does not hide others.
const LOOK_AT: usize = 4;

#[derive(sqlx::FromRow)]
struct WaitingRow {
    id: Uuid,
    user_id: Option<Uuid>,
    service_id: Option<Uuid>,
    crash_count: i64,
}

#[derive(sqlx::FromRow)]
struct WaitingJobRow {
    #[sqlx(flatten)]
    waiting: WaitingRow,
    kind: String,
}

#[derive(sqlx::FromRow)]
struct RunningRow {
    service_id: Option<Uuid>,
    user_id: Option<Uuid>,
    running: i64,
    once_bereaved: i64,
    more_often: i64,
}

/// Work that is due, and what is under way.
pub(crate) struct Due {
    /// Responses, oldest first.
    pub responses: Vec<Waiting>,
    /// Jobs, oldest first.
    pub jobs: Vec<Waiting>,
    /// Jobs of a kind that this version does not know.
    pub unknown_jobs: Vec<Uuid>,
    /// Messages to webhooks that there is room for.
    pub deliveries: Vec<Waiting>,
    /// Whether there are more of them.
    pub deliveries_left: bool,
    /// Calls under way over all workers.
    pub running: Running,
}

impl Session {
    /// Looks, on an embedded database with one message where there is not too much.
    pub(crate) async fn due(&mut self, now: Timestamp, claim: &Claim<'_>) -> Result<Due> {
        let places = claim.responses.min(AT_MOST);
        let responses = self.ask_for_responses(now, places).await?;
        let jobs = self.ask_for_jobs(now, claim.jobs.min(AT_MOST)).await?;
        let due_deliveries = self.ask_for_deliveries(now).await?;
        let running = self.running(claim.owner).await?;
        let mut responses = responses.heard()?;
        if responses.len() >= places * LOOK_AT && places > 0 {
            responses = self.oldest_of_each(now, places).await?;
        }
        let (known, unknown): (Vec<_>, Vec<_>) = jobs
            .heard()?
            .into_iter()
            .partition(|row| row.kind.parse::<JobKind>().is_ok());
        let (deliveries, deliveries_left) = match due_deliveries.heard()?.first() {
            Some((due,)) if *due > 0 => self.waiting_deliveries(now, claim.jobs, *due).await?,
            _ => (Vec::new(), false),
        };
        Ok(Due {
            responses: responses.into_iter().map(WaitingRow::into_waiting).collect(),
            jobs: known.into_iter().map(|row| row.waiting.into_waiting()).collect(),
            unknown_jobs: unknown.into_iter().map(|row| row.waiting.id).collect(),
            deliveries,
            deliveries_left,
            running,
        })
    }

    /// Due responses, oldest first.
    async fn ask_for_responses(&mut self, now: Timestamp, places: usize) -> Result<Answer<WaitingRow>> {
        ask!(
            self,
            WaitingRow,
            "SELECT id, user_id, service_id, crash_count FROM responses
             WHERE state IN ('queued', 'retrying') AND next_attempt_at <= $1 ORDER BY next_attempt_at, id LIMIT $2",
            now,
            i64::try_from(places * LOOK_AT).unwrap_or(i64::MAX)
        )
    }

    /// Where more responses are due than are looked at, the oldest of every user and service, so
    /// that nobody's backlog hides another's one question.
    async fn oldest_of_each(&mut self, now: Timestamp, places: usize) -> Result<Vec<WaitingRow>> {
        fetch!(
            fetch_all,
            self,
            WaitingRow,
            "SELECT id, user_id, service_id, crash_count FROM (
                 SELECT id, user_id, service_id, crash_count, next_attempt_at,
                        ROW_NUMBER() OVER (PARTITION BY user_id, service_id ORDER BY next_attempt_at, id) AS place
                 FROM responses WHERE state IN ('queued', 'retrying') AND next_attempt_at <= $1
             ) AS waiting WHERE place <= $2 ORDER BY place, next_attempt_at, id LIMIT $3",
            now,
            i64::try_from(places).unwrap_or(i64::MAX),
            i64::try_from(places * LOOK_AT).unwrap_or(i64::MAX)
        )
    }

    async fn ask_for_jobs(&mut self, now: Timestamp, places: usize) -> Result<Answer<WaitingJobRow>> {
        ask!(
            self,
            WaitingJobRow,
            "SELECT id, user_id, service_id, crash_count, kind FROM background_jobs
             WHERE state = 'queued' AND run_at <= $1 AND kind <> 'deliver_webhook' ORDER BY run_at, id LIMIT $2",
            now,
            i64::try_from(places * LOOK_AT).unwrap_or(i64::MAX)
        )
    }

    /// When the first response and the first job become due that still wait.
    pub(crate) async fn ask_for_next_due(&mut self) -> Result<Answer<(Timestamp,)>> {
        ask!(
            self,
            (Timestamp,),
            "SELECT at FROM (SELECT next_attempt_at AS at FROM responses WHERE state IN ('queued', 'retrying')
                             ORDER BY next_attempt_at LIMIT 1) AS next_answer
             UNION ALL
             SELECT at FROM (SELECT run_at AS at FROM background_jobs WHERE state = 'queued' ORDER BY run_at LIMIT 1) AS next_job"
        )
    }

    /// Calls under way over all workers, and what this one has in hand that others died with.
    async fn running(&mut self, owner: &str) -> Result<Running> {
        let rows = fetch!(
            fetch_all,
            self,
            RunningRow,
            "SELECT service_id, user_id, COUNT(*) AS running,
                    COUNT(CASE WHEN lease_owner = $1 AND crash_count = 1 THEN 1 END) AS once_bereaved,
                    COUNT(CASE WHEN lease_owner = $1 AND crash_count > 1 THEN 1 END) AS more_often
             FROM (
                 SELECT service_id, user_id, lease_owner, crash_count FROM responses WHERE lease_owner IS NOT NULL
                 UNION ALL
                 SELECT service_id, user_id, lease_owner, crash_count FROM background_jobs WHERE lease_owner IS NOT NULL
             ) AS leased GROUP BY service_id, user_id",
            owner
        )?;
        let count = |many: i64| usize::try_from(many).unwrap_or(usize::MAX);
        let mut running = Running::default();
        for row in rows {
            if let Some((user, service)) = row.user_id.zip(row.service_id) {
                running.add(UserId(user), ServiceId(service), count(row.running));
            }
            running.add_bereaved(count(row.once_bereaved), count(row.more_often));
        }
        Ok(running)
    }
}

impl WaitingRow {
    fn into_waiting(self) -> Waiting {
        Waiting {
            row: self.id,
            call: self
                .user_id
                .zip(self.service_id)
                .map(|(user, service)| (UserId(user), ServiceId(service))),
            deaths: self.crash_count,
        }
    }
}
