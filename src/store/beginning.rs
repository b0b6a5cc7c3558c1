//! Answers that begin with being accepted: where the worker of the same process has room, the rows are
//! stored as claimed by it, with the ledger rows of their first calls, in the accepting transaction.
//! What becomes of them when that worker dies is what becomes of every claimed row.

use chrono::Duration;
use quorum_domain::{
    Response, ResponseState, Timestamp,
    ids::{ApiTokenId, CallId},
    response::Standing,
    usage::{CallOutcome, CallPurpose},
};

use crate::{CallStart, ClaimedResponse, Lease, NewMessage, Result, Tx};

/// A worker that has room for what is about to be stored, and begins with it once it is committed.
#[derive(Debug, Clone)]
pub struct Beginning {
    /// The worker.
    pub owner: String,
    /// How long it may be silent.
    pub lease: Duration,
}

/// The fence of a row that is claimed for the first time.
const FIRST_FENCE: i64 = 1;

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
        let (now, started_at) = (self.now(), self.work_now());
        for response in &mut responses {
            begin(response, started_at);
        }
        self.store_responses(new.author, &responses, Some(beginning)).await?;
        let begun: Vec<(ClaimedResponse, CallStart)> = responses
            .iter()
            .map(|response| {
                let call = CallStart {
                    call_id: CallId::new(),
                    attempt: response.attempt,
                };
                (claimed(response, call, started_at, new, beginning), call)
            })
            .collect();
        insert_rows!(
            self,
            "INSERT INTO calls (id, purpose, user_id, service_id, conversation_id, response_id, attempt, outcome,
                 started_at, token_id) ",
            &begun,
            |row, begun| {
                let (claimed, call) = begun;
                row.push_bind(call.call_id.uuid())
                    .push_bind(CallPurpose::Answer.as_str())
                    .push_bind(new.author.uuid())
                    .push_bind(claimed.service_id.uuid())
                    .push_bind(claimed.conversation_id.uuid())
                    .push_bind(claimed.lease.response_id.uuid())
                    .push_bind(call.attempt)
                    .push_bind(CallOutcome::Unknown.as_str())
                    .push_bind(now)
                    .push_bind(new.token_id.map(ApiTokenId::uuid));
            }
        )?;
        self.begun.extend(begun.into_iter().map(|(claimed, _)| claimed));
        Ok(responses)
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
    call: CallStart,
    started_at: Timestamp,
    new: &NewMessage<'_>,
    beginning: &Beginning,
) -> ClaimedResponse {
    ClaimedResponse {
        lease: Lease {
            response_id: response.id,
            owner: beginning.owner.clone(),
            fence: FIRST_FENCE,
        },
        batch_id: response.batch_id,
        message_id: response.message_id,
        conversation_id: response.conversation_id,
        user_id: new.author,
        role: response.role,
        service_id: response.service_id,
        attempt: 0,
        max_attempts: response.max_attempts,
        started_at,
        output_limit: new.output_limit,
        opened: Some(call),
    }
}
