//! Claiming due work: many rows in one transaction, fairly between users, never above the caps.

use std::collections::HashMap;

use chrono::Duration;
use quorum_domain::{
    Job, ResponseRole, Timestamp,
    ids::{BatchId, ConversationId, MessageId, ServiceId, UserId},
};
use uuid::Uuid;

use crate::{
    CallStart, Committed, Lease, Result, Store, Tx, answer::Answer, beginning::TakenRow, due::Due,
    fairness::choose_fairly, jobs::ClaimedJob, responses::returning_response, rows::parsed,
};

pub use crate::fairness::{Caps, Running};

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
    /// Its first call, where that is in the ledger already: noted as it was accepted, or claimed.
    pub opened: Option<CallStart>,
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
    /// When the next row becomes due, if one waits.
    pub next_due_at: Option<Timestamp>,
    /// What pages are told of it.
    pub committed: Committed,
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
pub(crate) const AT_MOST: usize = 64;

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
    ///
    /// Answers that nobody was asked for yet begin with it: their calls are in the ledger, and their pages
    /// are to be told, when they are claimed.
    pub async fn claim(&self, claim: Claim<'_>) -> Result<Claimed> {
        if let Some(nothing_due) = self.look_before_turn().await? {
            return Ok(nothing_due);
        }
        let mut tx = self.begin().await?;
        tx.take_turns("claiming").await?;
        let now = tx.work_now();
        let Due {
            responses,
            jobs,
            unknown_jobs,
            deliveries,
            deliveries_left,
            mut running,
        } = tx.due(now, &claim).await?;
        for id in &unknown_jobs {
            tx.leave_unknown_job(*id, now).await?;
        }
        if responses.is_empty() && jobs.is_empty() && deliveries.is_empty() {
            let next = tx.ask_for_next_due().await?;
            let _nothing_to_tell = tx.commit().await?;
            return Ok(Claimed {
                left_some: deliveries_left,
                next_due_at: earliest(next)?,
                ..Claimed::default()
            });
        }
        running.set_up_for(claim.up_for);
        let looked_at = responses.len() + jobs.len();
        let responses = choose_fairly(responses, &mut running, claim.caps, claim.responses.min(AT_MOST));
        let mut jobs = choose_fairly(jobs, &mut running, claim.caps, claim.jobs.min(AT_MOST));
        let mut left_some = deliveries_left || responses.len() + jobs.len() < looked_at;
        let room = claim.jobs.min(AT_MOST) - jobs.len();
        let many = deliveries.len();
        let deliveries = choose_fairly(deliveries, &mut running, claim.caps, room);
        left_some |= deliveries.len() < many;
        jobs.extend(deliveries);
        let taken_jobs = tx.take_jobs(&jobs, &claim, now).await?;
        let next = tx.ask_for_next_due().await?;
        let taken_responses = tx.take_responses(&responses, &claim, now).await?;
        let committed = tx.commit().await?;
        let jobs_taken = heard(taken_jobs)?.into_iter().map(|row: JobRow| (row.id, row));
        Ok(Claimed {
            responses: in_chosen_order(taken_responses, &responses),
            jobs: in_chosen_order(jobs_taken, &jobs)
                .into_iter()
                .map(|row| claimed_job(row, claim.owner))
                .collect::<Result<_>>()?,
            left_some,
            cut_short: responses.len() == AT_MOST || jobs.len() == AT_MOST,
            next_due_at: earliest(next)?,
            committed,
        })
    }

    /// What a claim gives where nothing is due. Between processes it is asked before turns are taken,
    /// because every bell wakes all of them.
    async fn look_before_turn(&self) -> Result<Option<Claimed>> {
        if self.is_embedded() {
            return Ok(None);
        }
        let mut session = self.read().await?;
        let next_due_at = earliest(session.ask_for_next_due().await?)?;
        Ok(match next_due_at {
            Some(due_at) if due_at <= self.work_now() => None,
            _ => Some(Claimed {
                next_due_at,
                ..Claimed::default()
            }),
        })
    }
}

/// Places of an IN list; unused ones repeat the last id, so that few prepared texts serve all.
const IN_LIST: usize = 16;

/// The place in an IN list of the ids of some rows.
macro_rules! bind_places {
    ($macro:ident!($session:expr, $row:ty, $sql:expr, $($bind:expr),+), $some:expr) => {{
        let id = |place: usize| $some.get(place).or($some.last()).copied().unwrap_or_default();
        $macro!(
            $session, $row, $sql, $($bind),+,
            id(0), id(1), id(2), id(3), id(4), id(5), id(6), id(7),
            id(8), id(9), id(10), id(11), id(12), id(13), id(14), id(15)
        )
    }};
}

impl Tx {
    /// Takes responses, and begins the first calls of answers among them.
    async fn take_responses(
        &mut self,
        chosen: &[Uuid],
        claim: &Claim<'_>,
        now: Timestamp,
    ) -> Result<Vec<(Uuid, ClaimedResponse)>> {
        let mut taken = Vec::with_capacity(chosen.len());
        for some in chosen.chunks(IN_LIST) {
            taken.push(bind_places!(
                ask!(
                    self,
                    TakenRow,
                    returning_response!(
                        "UPDATE responses SET state = 'calling', lease_owner = $1, lease_expires_at = $2, fence = fence + 1,
                             started_at = COALESCE(started_at, $3),
                             attempt = attempt + CASE WHEN fence = 0 AND role = 'answer' THEN 1 ELSE 0 END
                         WHERE id IN ($4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
                             AND state IN ('queued', 'retrying')",
                        ", fence, user_id, (SELECT b.token_id FROM batches b WHERE b.id = responses.batch_id) AS token_id,
                         (SELECT n.max_output_tokens FROM runs n WHERE n.batch_id = responses.batch_id) AS output_limit"
                    ),
                    claim.owner,
                    now + claim.lease,
                    now
                ),
                some
            )?);
        }
        let mut rows = Vec::with_capacity(chosen.len());
        for some in taken {
            rows.extend(some.all(self).await?);
        }
        self.begin_claimed(rows, claim.owner).await
    }

    async fn take_jobs(&mut self, chosen: &[Uuid], claim: &Claim<'_>, now: Timestamp) -> Result<Vec<Answer<JobRow>>> {
        let mut taken = Vec::with_capacity(chosen.len().div_ceil(IN_LIST));
        for some in chosen.chunks(IN_LIST) {
            taken.push(bind_places!(
                ask!(
                    self,
                    JobRow,
                    "UPDATE background_jobs SET state = 'running', lease_owner = $1, lease_expires_at = $2, fence = fence + 1,
                         attempt = attempt + 1
                     WHERE id IN ($3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
                         AND state = 'queued' RETURNING id, kind, subject_id, fence, attempt",
                    claim.owner,
                    now + claim.lease
                ),
                some
            )?);
        }
        Ok(taken)
    }

    /// A kind of job that this version does not know is left for one that does.
    async fn leave_unknown_job(&mut self, id: Uuid, now: Timestamp) -> Result<()> {
        execute_later!(
            self,
            "UPDATE background_jobs SET run_at = $2, last_error = 'no worker of this version knows this kind'
             WHERE id = $1 AND state = 'queued'",
            id,
            now + Duration::minutes(1)
        )
    }
}

fn earliest(due: Answer<(Timestamp,)>) -> Result<Option<Timestamp>> {
    Ok(due.heard()?.into_iter().map(|(at,)| at).min())
}

fn heard<R>(answers: Vec<Answer<R>>) -> Result<Vec<R>>
where
    R: for<'r> sqlx::FromRow<'r, sqlx::sqlite::SqliteRow>,
{
    let mut rows = Vec::new();
    for answer in answers {
        rows.extend(answer.heard()?);
    }
    Ok(rows)
}

/// What was taken, in the order of the choice.
fn in_chosen_order<T>(taken: impl IntoIterator<Item = (Uuid, T)>, chosen: &[Uuid]) -> Vec<T> {
    let mut by_id: HashMap<Uuid, T> = taken.into_iter().collect();
    chosen.iter().filter_map(|id| by_id.remove(id)).collect()
}

fn claimed_job(row: JobRow, owner: &str) -> Result<ClaimedJob> {
    let kind = parsed(&row.kind, "background_jobs", "kind")?;
    Ok(ClaimedJob {
        id: row.id.into(),
        job: Job::from_parts(kind, row.subject_id),
        owner: owner.to_owned(),
        fence: row.fence,
        attempt: row.attempt,
    })
}
