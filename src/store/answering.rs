//! The life of a claimed response in the hands of a worker: called, saved. Every write checks
//! the lease in its own transaction, so a worker that lost it changes nothing.

use quorum_domain::{
    AttributedSentence, Beside, Failure, FailureKind, FinishReason, Job, ResponseRole, ResponseState, Summary,
    Timestamp,
    event::utf16_length,
    ids::{CallId, ResponseId},
    usage::{MicroUsd, TokenUsage},
};
use sqlx::types::Json;

use crate::{
    ClaimedResponse, Lease, Result, StoreError, Tx,
    answer::Answer,
    ledger::CallEnd,
    responses::{ResponseRow, returning_response},
    rows::as_i64,
    texts::storable,
};

/// What begins with a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CallStart {
    /// The ledger row.
    pub call_id: CallId,
    /// Number of this call for the response, from 1.
    pub attempt: i64,
}

/// How work on a response ended.
#[derive(Debug, Clone)]
pub enum Outcome {
    /// The model answered, or declined (`finish` says which).
    Answered {
        /// The whole text; for a refusal what was said, maybe nothing.
        content: String,
        /// What came beside it.
        beside: Beside,
        /// Why it ends.
        finish: FinishReason,
        /// At most 50 words, extractive.
        summary: Option<Summary>,
        /// Tokens of the call.
        usage: TokenUsage,
        /// When the first words came, where that is known; else what was saved before counts.
        first_token_at: Option<Timestamp>,
        /// What the sentences of a consensus rest on; an answer rests on itself.
        sentences: Vec<AttributedSentence>,
    },
    /// Given up.
    Failed {
        /// Why.
        failure: Failure,
        /// The text that came before.
        partial: Option<String>,
        /// What came beside it.
        beside: Beside,
    },
    /// To be tried again.
    Retry {
        /// Why.
        failure: Failure,
        /// Not before.
        at: Timestamp,
    },
}

impl Outcome {
    /// Why there is no answer: a model that declined has given none either.
    fn failure(&self) -> Option<Failure> {
        match self {
            Self::Answered {
                finish: FinishReason::Refusal,
                ..
            } => Some(Failure::new(FailureKind::ContentFiltered, "It declined to write one.")),
            Self::Answered { .. } => None,
            Self::Failed { failure, .. } | Self::Retry { failure, .. } => Some(failure.clone()),
        }
    }
}

impl Tx {
    /// Notes, before the request goes out, that a call begins: attempt, ledger row, batch and events.
    /// What an earlier call of the response has used up is set aside again, `at_most` this much. A call
    /// that is noted already (see [`ClaimedResponse::opened`]) changes nothing.
    ///
    /// # Errors
    /// [`StoreError::BudgetExceeded`] where a budget has no room for it any more.
    pub async fn start_call(&mut self, claimed: &ClaimedResponse, at_most: MicroUsd) -> Result<CallStart> {
        if let Some(opened) = claimed.opened {
            return Ok(opened);
        }
        let lease = &claimed.lease;
        let row = ask!(
            self,
            ResponseRow,
            returning_response!(
                "UPDATE responses SET attempt = attempt + 1, content_length = 0, citation_count = 0, finish_reason = NULL,
                     failure_kind = NULL, failure_detail = NULL
                 WHERE id = $1 AND lease_owner = $2 AND fence = $3 AND state = 'calling'"
            ),
            lease.response_id.uuid(),
            &lease.owner,
            lease.fence
        )?;
        let attempt = claimed.attempt + 1;
        let call_id = self.open_answer_call(claimed, attempt).await?;
        let row = row.optional(self).await?.ok_or(StoreError::LeaseLost)?;
        // The first of a batch to begin moves the batch on; a later one changes no count.
        let settled = claimed.role == ResponseRole::Answer && row.batch_is_processing();
        self.tell_response_as(row.try_into()?).await?;
        if !settled {
            self.settle_batch(claimed.batch_id).await?;
        }
        self.reserve_again(lease.response_id, claimed.user_id, at_most).await?;
        Ok(CallStart { call_id, attempt })
    }

    /// Saves the text and thoughts so far; thoughts are left out where they are as this call saved them
    /// before. The first save of an attempt that has words moves the response to `streaming` and
    /// says when they came.
    pub async fn save_text_so_far(
        &mut self,
        lease: &Lease,
        attempt: i64,
        text: &str,
        thoughts: Option<&str>,
        first_token_at: Option<Timestamp>,
    ) -> Result<()> {
        let text = storable(text);
        let row = ask!(
            self,
            ResponseRow,
            returning_response!(
                "UPDATE responses SET state = CASE WHEN $4 > 0 THEN 'streaming' ELSE state END, content_length = $4,
                     first_token_at = COALESCE($5, first_token_at)
                 WHERE id = $1 AND lease_owner = $2 AND fence = $3 AND state IN ('calling', 'streaming')"
            ),
            lease.response_id.uuid(),
            &lease.owner,
            lease.fence,
            utf16_length(&text),
            first_token_at
        )?;
        self.put_text_so_far(lease.response_id, attempt, &text, thoughts)
            .await?;
        let row = row.optional(self).await?.ok_or(StoreError::LeaseLost)?;
        if first_token_at.is_some() {
            self.tell_response_as(row.try_into()?).await?;
        }
        Ok(())
    }

    /// Ends work on a response: text, usage, cost, state, ledger and events in one transaction.
    /// A consensus that a service did not give goes to the next one of its chain.
    pub async fn finish_response(
        &mut self,
        claimed: &ClaimedResponse,
        attempt: i64,
        outcome: &Outcome,
        call: Option<&CallEnd>,
    ) -> Result<()> {
        let lease = &claimed.lease;
        let failure = outcome.failure().filter(|_| claimed.role == ResponseRole::Consensus);
        if let Some(failure) = failure
            && self.pass_on(claimed, &failure).await?
        {
            if let Some(call) = call {
                self.close_call(call).await?;
                self.add_cost(lease.response_id, call.cost).await?;
            }
            self.tell_response(lease.response_id).await?;
            self.settle_batch(claimed.batch_id).await?;
            return Ok(());
        }
        let cost = call.map_or(MicroUsd(0), |call| call.cost);
        let row = self.save_outcome(claimed, attempt, outcome, cost).await?;
        if call.is_none() && matches!(outcome, Outcome::Failed { .. }) {
            self.note_released(lease.response_id.uuid());
        }
        let payer = match call {
            Some(call) => Some((call, self.ask_to_close_call(call).await?)),
            None => None,
        };
        let counted = self.counted_batch(claimed.batch_id).await?;
        let row = row.optional(self).await?.ok_or(StoreError::LeaseLost)?;
        if let Some((call, payer)) = payer {
            let payer = payer.optional(self).await?;
            self.note_payer(call, payer);
        }
        let _told = match claimed.role {
            ResponseRole::Answer => self.tell_response_as(row.try_into()?).await?,
            // What a run waited for is selected by now, so the row is read anew.
            ResponseRole::Consensus => self.tell_response(lease.response_id).await?,
        };
        self.settle_counted(counted).await?;
        Ok(())
    }

    /// Gives the row where the lease was still held.
    async fn save_outcome(
        &mut self,
        claimed: &ClaimedResponse,
        attempt: i64,
        outcome: &Outcome,
        cost: MicroUsd,
    ) -> Result<Answer<ResponseRow>> {
        let lease = &claimed.lease;
        match outcome {
            Outcome::Answered {
                content,
                beside,
                finish,
                sentences,
                ..
            } => {
                let row = self.save_answer(lease, outcome, cost).await?;
                let content = storable(content);
                if claimed.role == ResponseRole::Consensus {
                    self.save_sentences(lease.response_id, sentences).await?;
                    if *finish != FinishReason::Refusal {
                        self.enqueue(Job::CompareConsensus(lease.response_id)).await?;
                    }
                }
                if *finish == FinishReason::Refusal {
                    self.put_text(lease.response_id, attempt, &content, beside).await?;
                } else {
                    self.keep_awaited_consensus(claimed).await?;
                    self.put_findable_text(claimed, attempt, &content, beside).await?;
                }
                Ok(row)
            }
            Outcome::Failed {
                failure,
                partial,
                beside,
            } => {
                let row = self.save_failure(lease, failure, None, cost).await?;
                if let Some(text) = partial {
                    self.put_text(lease.response_id, attempt, &storable(text), beside)
                        .await?;
                }
                Ok(row)
            }
            Outcome::Retry { failure, at } => {
                let row = self.save_failure(lease, failure, Some(*at), cost).await?;
                self.work_becomes_due(*at);
                Ok(row)
            }
        }
    }

    async fn save_answer(&mut self, lease: &Lease, outcome: &Outcome, cost: MicroUsd) -> Result<Answer<ResponseRow>> {
        let Outcome::Answered {
            content,
            beside,
            finish,
            summary,
            usage,
            first_token_at,
            ..
        } = outcome
        else {
            return Err(StoreError::Conflict("only an answer is saved as one"));
        };
        let now = self.work_now();
        let state = if *finish == FinishReason::Refusal {
            ResponseState::Refused
        } else {
            ResponseState::Answered
        };
        ask!(
            self,
            ResponseRow,
            returning_response!(
                "UPDATE responses SET state = $4, content_length = $5, finish_reason = $6, summary = $7,
                     summary_source = $8, usage = $9, finished_at = $10, first_token_at = COALESCE(first_token_at, $11, $10),
                     cost_micro_usd = cost_micro_usd + $12, citation_count = $13, lease_owner = NULL, lease_expires_at = NULL
                 WHERE id = $1 AND lease_owner = $2 AND fence = $3"
            ),
            lease.response_id.uuid(),
            &lease.owner,
            lease.fence,
            state.as_str(),
            utf16_length(&storable(content)),
            finish.as_str(),
            summary.as_ref().map(Summary::as_str),
            summary.as_ref().map(|_| "extractive"),
            Json(*usage),
            now,
            *first_token_at,
            cost.0,
            as_i64(beside.citations.len() as u64)
        )
    }

    /// Without a time of the next try it is for good.
    async fn save_failure(
        &mut self,
        lease: &Lease,
        failure: &Failure,
        retry_at: Option<Timestamp>,
        cost: MicroUsd,
    ) -> Result<Answer<ResponseRow>> {
        let now = self.work_now();
        let state = retry_at.map_or(ResponseState::Failed, |_| ResponseState::Retrying);
        ask!(
            self,
            ResponseRow,
            returning_response!(
                "UPDATE responses SET state = $4, failure_kind = $5, failure_detail = $6,
                     next_attempt_at = COALESCE($7, next_attempt_at), finished_at = $8,
                     cost_micro_usd = cost_micro_usd + $9, lease_owner = NULL, lease_expires_at = NULL
                 WHERE id = $1 AND lease_owner = $2 AND fence = $3"
            ),
            lease.response_id.uuid(),
            &lease.owner,
            lease.fence,
            state.as_str(),
            failure.kind.as_str(),
            &*storable(&failure.detail),
            retry_at,
            retry_at.is_none().then_some(now),
            cost.0
        )
    }

    /// Gives a response back to the queue without using up an attempt.
    pub async fn hand_back_response(&mut self, claimed: &ClaimedResponse) -> Result<()> {
        let lease = &claimed.lease;
        let now = self.work_now();
        let freed = execute!(
            self,
            "UPDATE responses SET state = 'queued', next_attempt_at = $4,
                 max_attempts = max_attempts + CASE WHEN attempt > $5 THEN 1 ELSE 0 END,
                 lease_owner = NULL, lease_expires_at = NULL
             WHERE id = $1 AND lease_owner = $2 AND fence = $3",
            lease.response_id.uuid(),
            &lease.owner,
            lease.fence,
            now,
            claimed.attempt
        )?;
        if freed == 0 {
            return Err(StoreError::LeaseLost);
        }
        self.work_becomes_due(now);
        self.tell_response(lease.response_id).await?;
        Ok(())
    }

    /// After a cancellation took the lease away: the text and cost that had come in are kept
    /// where the response still stands cancelled.
    pub async fn keep_cancelled_text(
        &mut self,
        claimed: &ClaimedResponse,
        attempt: i64,
        text: &str,
        beside: &Beside,
        call: Option<&CallEnd>,
    ) -> Result<()> {
        let id = claimed.lease.response_id;
        let text = storable(text);
        let kept = execute!(
            self,
            "UPDATE responses SET content_length = $3
             WHERE id = $1 AND fence = $2 AND state = 'cancelled' AND deleted_at IS NULL",
            id.uuid(),
            claimed.lease.fence + 1,
            utf16_length(&text)
        )?;
        if let Some(call) = call {
            self.close_call(call).await?;
            self.add_cost(id, call.cost).await?;
        }
        if kept == 1 {
            self.put_text(id, attempt, &text, beside).await?;
            self.tell_response(id).await?;
        }
        Ok(())
    }

    /// Books what a call cost when its response is no longer this worker's to change.
    pub async fn book_lost_call(&mut self, response: ResponseId, call: &CallEnd) -> Result<()> {
        self.close_call(call).await?;
        self.add_cost(response, call.cost).await
    }
}
