//! First calls of answers, whose ledger rows are there before anybody works on them: opened with the
//! accepting transaction where the worker of the same process has room (the answers are stored as claimed
//! by it), with the claim everywhere else. What becomes of them when that worker dies is what becomes of
//! every claimed row.

use chrono::Duration;
use quorum_domain::{
    Response, ResponseState, Timestamp,
    ids::{ApiTokenId, CallId, UserId},
    response::Standing,
    usage::{CallOutcome, CallPurpose},
};

use uuid::Uuid;

use crate::{CallStart, ClaimedResponse, Lease, NewMessage, Result, Tx, responses::ResponseRow};

/// A worker that has room for what is about to be stored, and begins with it once it is committed.
#[derive(Debug, Clone)]
pub struct Beginning {
    /// The worker.
    pub owner: String,
    /// How long it may be silent.
    pub lease: Duration,
}

/// The fence of a row that is claimed for the first time.
pub(crate) const FIRST_FENCE: i64 = 1;

/// A first call, and the answer that it is for.
struct FirstCall {
    call: CallStart,
    claimed: ClaimedResponse,
    /// The personal API token that it is paid with.
    token_id: Option<Uuid>,
}

/// A response that was just claimed.
#[derive(sqlx::FromRow)]
pub(crate) struct TakenRow {
    #[sqlx(flatten)]
    response: ResponseRow,
    fence: i64,
    user_id: Uuid,
    token_id: Option<Uuid>,
    output_limit: Option<i64>,
}

impl TakenRow {
    /// Whether nobody was asked for this answer yet, so that its claim began the first call.
    fn is_first_call(&self) -> bool {
        self.fence == FIRST_FENCE && self.response.is_answer()
    }

    /// As a worker has it, with the token that pays for it and the response as pages have it.
    fn claimed(self, owner: &str) -> Result<(Option<Uuid>, ClaimedResponse, Response)> {
        let is_first = self.is_first_call();
        let response = Response::try_from(self.response)?;
        let lease = Lease {
            response_id: response.id,
            owner: owner.to_owned(),
            fence: self.fence,
        };
        let opened = is_first.then(|| CallStart {
            call_id: CallId::new(),
            attempt: response.attempt,
        });
        let limit = self.output_limit.and_then(|most| u32::try_from(most).ok());
        let claimed = claimed(&response, lease, UserId(self.user_id), limit, opened);
        Ok((self.token_id, claimed, response))
    }
}

impl Tx {
    /// What this transaction begins; it is to be worked on once the transaction is committed.
    pub fn take_begun(&mut self) -> Vec<ClaimedResponse> {
        std::mem::take(&mut self.begun)
    }

    /// Stores answers with their first calls under way, and opens the ledger rows of these.
    pub(crate) async fn begin_answers(
        &mut self,
        new: &NewMessage<'_>,
        mut responses: Vec<Response>,
        beginning: &Beginning,
    ) -> Result<Vec<Response>> {
        let started_at = self.work_now();
        for response in &mut responses {
            begin(response, started_at);
        }
        self.store_responses(new.author, &responses, Some(beginning)).await?;
        let begun: Vec<FirstCall> = responses
            .iter()
            .map(|response| {
                let call = CallStart {
                    call_id: CallId::new(),
                    attempt: response.attempt,
                };
                let lease = Lease {
                    response_id: response.id,
                    owner: beginning.owner.clone(),
                    fence: FIRST_FENCE,
                };
                FirstCall {
                    call,
                    claimed: claimed(response, lease, new.author, new.output_limit, Some(call)),
                    token_id: new.token_id.map(ApiTokenId::uuid),
                }
            })
            .collect();
        self.open_first_calls(&begun).await?;
        self.begun.extend(begun.into_iter().map(|first| first.claimed));
        Ok(responses)
    }

    /// Claimed rows as who works on them needs them. The first calls of answers are opened and told of,
    /// and so are the batches that begin with them.
    pub(crate) async fn begin_claimed(
        &mut self,
        rows: Vec<TakenRow>,
        owner: &str,
    ) -> Result<Vec<(Uuid, ClaimedResponse)>> {
        let mut taken = Vec::with_capacity(rows.len());
        let (mut first_calls, mut waiting_batches) = (Vec::new(), Vec::new());
        for row in rows {
            let (is_first, batch_waits) = (row.is_first_call(), !row.response.batch_is_processing());
            let (token_id, claimed, response) = row.claimed(owner)?;
            if is_first {
                if batch_waits && !waiting_batches.contains(&claimed.batch_id) {
                    waiting_batches.push(claimed.batch_id);
                }
                self.tell_response_as(response).await?;
            }
            if let Some(call) = claimed.opened {
                first_calls.push(FirstCall {
                    call,
                    claimed: claimed.clone(),
                    token_id,
                });
            }
            taken.push((claimed.lease.response_id.uuid(), claimed));
        }
        if !first_calls.is_empty() {
            self.open_first_calls(&first_calls).await?;
        }
        for batch in waiting_batches {
            self.settle_batch(batch).await?;
        }
        Ok(taken)
    }

    async fn open_first_calls(&mut self, begun: &[FirstCall]) -> Result<()> {
        let now = self.now();
        insert_rows!(
            self,
            "INSERT INTO calls (id, purpose, user_id, service_id, conversation_id, response_id, attempt, outcome,
                 started_at, token_id) ",
            begun,
            |row, begun| {
                let FirstCall {
                    call,
                    claimed,
                    token_id,
                } = begun;
                row.push_bind(call.call_id.uuid())
                    .push_bind(CallPurpose::Answer.as_str())
                    .push_bind(claimed.user_id.uuid())
                    .push_bind(claimed.service_id.uuid())
                    .push_bind(claimed.conversation_id.uuid())
                    .push_bind(claimed.lease.response_id.uuid())
                    .push_bind(call.attempt)
                    .push_bind(CallOutcome::Unknown.as_str())
                    .push_bind(now)
                    .push_bind(*token_id);
            }
        )
    }

    /// Takes back a call that was noted and does not go out: its ledger row goes, and its attempt
    /// counts for nothing.
    pub async fn withdraw_call(&mut self, claimed: &ClaimedResponse, call: CallId) -> Result<()> {
        execute_later!(
            self,
            "DELETE FROM calls WHERE id = $1 AND finished_at IS NULL",
            call.uuid()
        )?;
        execute_later!(
            self,
            "UPDATE responses SET attempt = attempt - 1 WHERE id = $1 AND lease_owner = $2 AND fence = $3",
            claimed.lease.response_id.uuid(),
            &claimed.lease.owner,
            claimed.lease.fence
        )
    }
}

/// Puts the first call of a response under way.
fn begin(response: &mut Response, started_at: Timestamp) {
    let standing = Standing::without_text(ResponseState::Calling);
    response.status = standing.status();
    response.stage = standing.stage();
    response.progress = standing.progress();
    response.attempt = 1;
    response.started_at = Some(started_at);
}

fn claimed(
    response: &Response,
    lease: Lease,
    user_id: UserId,
    output_limit: Option<u32>,
    opened: Option<CallStart>,
) -> ClaimedResponse {
    ClaimedResponse {
        lease,
        batch_id: response.batch_id,
        message_id: response.message_id,
        conversation_id: response.conversation_id,
        user_id,
        role: response.role,
        service_id: response.service_id,
        // Calls made before the one that is noted.
        attempt: response.attempt - i64::from(opened.is_some()),
        max_attempts: response.max_attempts,
        started_at: response.started_at.unwrap_or(response.created_at),
        output_limit,
        opened,
    }
}
