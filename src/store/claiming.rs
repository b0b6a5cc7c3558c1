//! Claiming due work: many rows in one transaction, fairly between users, never above the caps.

use std::collections::HashMap;

use chrono::Duration;
use quorum_domain::{
    Job, ResponseRole, Timestamp,
    ids::{BatchId, ConversationId, MessageId, ServiceId, UserId},
};
use uuid::Uuid;

use crate::{
    Lease, Result, Session, Store, Tx,
    fairness::{Running, Waiting, choose_fairly},
    jobs::ClaimedJob,
    rows::parsed,
};

pub use crate::fairness::Caps;

/// A response that this worker now works on.
#[derive(Debug, Clone)]
pub struct ClaimedResponse {
    /// The right to it.
    pub lease: Lease,
    /// Its batch.
    pub batch_id: BatchId,
    /// The message to answer.
    pub message_id: MessageId,
    /// The thread.
    pub conversation_id: ConversationId,
    /// Who asked.
    pub user_id: UserId,
    /// An answer, or made from the answers.
    pub role: ResponseRole,
    /// Whom to ask.
    pub service_id: ServiceId,
    /// Calls made before.
    pub attempt: i64,
    /// Calls that may be made.
    pub max_attempts: i64,
    /// When this asking began, retries included.
    pub started_at: Timestamp,
    /// Most tokens of the answer, where whoever asked set a limit.
    pub output_limit: Option<u32>,
}

/// What a worker has room for.
#[derive(Debug, Clone, Copy)]
pub struct Claim<'a> {
    /// The worker.
    pub owner: &'a str,
    /// How long it may be silent.
    pub lease: Duration,
    /// Free places for responses.
    pub responses: usize,
    /// Free places for jobs.
    pub jobs: usize,
    /// Calls at once, over all workers.
    pub caps: Caps,
    /// How long the worker has lived.
    pub up_for: std::time::Duration,
}

/// What a worker now has.
#[derive(Debug, Default)]
pub struct Claimed {
    /// Responses.
    pub responses: Vec<ClaimedResponse>,
    /// Jobs.
    pub jobs: Vec<ClaimedJob>,
    /// Whether due work was left because places or caps were used up.
    pub left_some: bool,
    /// It took as many as one transaction takes, not as many as there was room for.
    pub cut_short: bool,
}

impl Claimed {
    /// Rows claimed.
    pub const fn len(&self) -> usize {
        self.responses.len() + self.jobs.len()
    }

    /// Whether nothing was claimed.
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Rows of one kind claimed at most in one transaction, so that it stays short.
const AT_MOST: usize = 64;
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
struct RunningRow {
    service_id: Option<Uuid>,
    user_id: Option<Uuid>,
    running: i64,
    once_bereaved: i64,
    more_often: i64,
}

#[derive(sqlx::FromRow)]
struct ResponseRow {
    id: Uuid,
    batch_id: Uuid,
    message_id: Uuid,
    conversation_id: Uuid,
    user_id: Uuid,
    service_id: Uuid,
    role: String,
    attempt: i64,
    max_attempts: i64,
    started_at: Timestamp,
    fence: i64,
    output_limit: Option<i64>,
}

#[derive(sqlx::FromRow)]
struct JobRow {
    id: Uuid,
    kind: String,
    subject_id: Uuid,
    fence: i64,
    attempt: i64,
}

impl Store {
    /// Claims due work, in one transaction. Workers of a scale-out set take turns here, so that
    /// together they stay within the caps.
    pub async fn claim(&self, claim: Claim<'_>) -> Result<Claimed> {
        let mut tx = self.begin().await?;
        tx.take_turns("claiming").await?;
        let now = tx.work_now();
        let waiting = tx.waiting_responses(now, claim.responses.min(AT_MOST)).await?;
        let jobs = tx.waiting_jobs(now, claim.jobs.min(AT_MOST)).await?;
        let (deliveries, deliveries_left) = tx.waiting_deliveries(now, claim.jobs).await?;
        if waiting.is_empty() && jobs.is_empty() && deliveries.is_empty() {
            return Ok(Claimed {
                left_some: deliveries_left,
                ..Claimed::default()
            });
        }
        let mut running = tx.running(claim.owner).await?;
        running.set_up_for(claim.up_for);
        let looked_at = waiting.len() + jobs.len();
        let responses = choose_fairly(waiting, &mut running, claim.caps, claim.responses.min(AT_MOST));
        let mut jobs = choose_fairly(jobs, &mut running, claim.caps, claim.jobs.min(AT_MOST));
        let mut left_some = deliveries_left || responses.len() + jobs.len() < looked_at;
        let room = claim.jobs.min(AT_MOST) - jobs.len();
        let many = deliveries.len();
        let deliveries = choose_fairly(deliveries, &mut running, claim.caps, room);
        left_some |= deliveries.len() < many;
        jobs.extend(deliveries);
        let claimed = Claimed {
            responses: tx.take_responses(&responses, &claim, now).await?,
            jobs: tx.take_jobs(&jobs, &claim, now).await?,
            left_some,
            cut_short: responses.len() == AT_MOST || jobs.len() == AT_MOST,
        };
        if !responses.is_empty() || !jobs.is_empty() {
            let _nothing_to_tell = tx.commit().await?;
        }
        Ok(claimed)
    }
}

impl Session {
    /// Due responses, oldest first. Where there are more than are looked at, the oldest of every
    /// user and service, so that nobody's backlog hides another's one question.
    async fn waiting_responses(&mut self, now: Timestamp, places: usize) -> Result<Vec<Waiting>> {
        if places == 0 {
            return Ok(Vec::new());
        }
        let most = i64::try_from(places * LOOK_AT).unwrap_or(i64::MAX);
        let mut rows = fetch!(
            fetch_all,
            self,
            WaitingRow,
            "SELECT id, user_id, service_id, crash_count FROM responses
             WHERE state IN ('queued', 'retrying') AND next_attempt_at <= $1 ORDER BY next_attempt_at, id LIMIT $2",
            now,
            most
        )?;
        if i64::try_from(rows.len()).unwrap_or(i64::MAX) >= most {
            rows = fetch!(
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
                most
            )?;
        }
        Ok(rows.into_iter().map(WaitingRow::into_waiting).collect())
    }

    async fn waiting_jobs(&mut self, now: Timestamp, places: usize) -> Result<Vec<Waiting>> {
        if places == 0 {
            return Ok(Vec::new());
        }
        let rows = fetch!(
            fetch_all,
            self,
            WaitingRow,
            "SELECT id, user_id, service_id, crash_count FROM background_jobs
             WHERE state = 'queued' AND run_at <= $1 AND kind <> 'deliver_webhook' ORDER BY run_at, id LIMIT $2",
            now,
            i64::try_from(places * LOOK_AT).unwrap_or(i64::MAX)
        )?;
        Ok(rows.into_iter().map(WaitingRow::into_waiting).collect())
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

/// Places of an IN list; unused ones repeat the last id, so that one prepared text serves all.
const IN_LIST: usize = 8;

impl Tx {
    async fn take_responses(
        &mut self,
        chosen: &[Uuid],
        claim: &Claim<'_>,
        now: Timestamp,
    ) -> Result<Vec<ClaimedResponse>> {
        let mut by_id = HashMap::with_capacity(chosen.len());
        for some in chosen.chunks(IN_LIST) {
            let id = |place: usize| some.get(place).or(some.last()).copied().unwrap_or_default();
            let rows = fetch!(
                fetch_all,
                self,
                ResponseRow,
                "UPDATE responses SET state = 'calling', lease_owner = $1, lease_expires_at = $2, fence = fence + 1,
                     started_at = COALESCE(started_at, $3)
                 WHERE id IN ($4, $5, $6, $7, $8, $9, $10, $11) AND state IN ('queued', 'retrying')
                 RETURNING id, batch_id, message_id, conversation_id, user_id, service_id, role, attempt, max_attempts,
                     started_at, fence,
                     (SELECT n.max_output_tokens FROM runs n WHERE n.batch_id = responses.batch_id) AS output_limit",
                claim.owner,
                now + claim.lease,
                now,
                id(0),
                id(1),
                id(2),
                id(3),
                id(4),
                id(5),
                id(6),
                id(7)
            )?;
            for row in rows {
                by_id.insert(row.id, claimed(row, claim.owner)?);
            }
        }
        Ok(chosen.iter().filter_map(|id| by_id.remove(id)).collect())
    }

    /// A kind of job that this version does not know is put back for one that does.
    async fn take_jobs(&mut self, chosen: &[Uuid], claim: &Claim<'_>, now: Timestamp) -> Result<Vec<ClaimedJob>> {
        let mut jobs = Vec::with_capacity(chosen.len());
        for id in chosen {
            let row = fetch!(
                fetch_optional,
                self,
                JobRow,
                "UPDATE background_jobs SET state = 'running', lease_owner = $1, lease_expires_at = $2, fence = fence + 1,
                     attempt = attempt + 1
                 WHERE id = $3 AND state = 'queued' RETURNING id, kind, subject_id, fence, attempt",
                claim.owner,
                now + claim.lease,
                *id
            )?;
            let Some(row) = row else { continue };
            match parsed(&row.kind, "background_jobs", "kind") {
                Ok(kind) => jobs.push(ClaimedJob {
                    id: row.id.into(),
                    job: Job::from_parts(kind, row.subject_id),
                    owner: claim.owner.to_owned(),
                    fence: row.fence,
                    attempt: row.attempt,
                }),
                Err(_) => self.leave_unknown_job(row.id, now).await?,
            }
        }
        Ok(jobs)
    }

    async fn leave_unknown_job(&mut self, id: Uuid, now: Timestamp) -> Result<()> {
        execute!(
            self,
            "UPDATE background_jobs SET state = 'queued', run_at = $2, attempt = attempt - 1, lease_owner = NULL,
                 lease_expires_at = NULL, last_error = 'no worker of this version knows this kind' WHERE id = $1",
            id,
            now + Duration::minutes(1)
        )
        .map(|_| ())
    }
}

fn claimed(row: ResponseRow, owner: &str) -> Result<ClaimedResponse> {
    Ok(ClaimedResponse {
        role: parsed(&row.role, "responses", "role")?,
        lease: Lease {
            response_id: row.id.into(),
            owner: owner.to_owned(),
            fence: row.fence,
        },
        batch_id: row.batch_id.into(),
        message_id: row.message_id.into(),
        conversation_id: row.conversation_id.into(),
        user_id: UserId(row.user_id),
        service_id: ServiceId(row.service_id),
        attempt: row.attempt,
        max_attempts: row.max_attempts,
        started_at: row.started_at,
        output_limit: row.output_limit.and_then(|most| u32::try_from(most).ok()),
    })
}
