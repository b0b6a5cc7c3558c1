//! The ledger: one row per HTTP call to a provider, written before the request goes out.

use std::collections::HashMap;

use quorum_domain::{
    ResponseRole,
    budget::Spender,
    ids::{ApiKeyId, ApiTokenId, BallotId, CallId, ConversationId, ResponseId, ServiceId, UserId},
    usage::{CallOutcome, CallPurpose, MicroUsd, TokenUsage},
};
use sqlx::types::Json;
use uuid::Uuid;

use crate::{ClaimedResponse, Reservation, Result, Session, Tx, answer::Answer, rows::as_i64};

/// A call that is about to be made.
#[derive(Debug, Clone)]
pub struct NewCall {
    /// What it is for.
    pub purpose: CallPurpose,
    /// Who pays.
    pub user_id: UserId,
    /// Whom it asks.
    pub service_id: ServiceId,
    /// The thread it belongs to.
    pub conversation_id: Option<ConversationId>,
    /// The response it is for.
    pub response_id: Option<ResponseId>,
    /// The ballot it is for.
    pub ballot_id: Option<BallotId>,
    /// Number of the call for its subject, from 1.
    pub attempt: i64,
    /// The most that it can cost, which is set aside before it goes out. For a response that was
    /// done when it was accepted.
    pub at_most: MicroUsd,
}

#[derive(sqlx::FromRow)]
pub(crate) struct PayerRow {
    user_id: Uuid,
    token_id: Option<Uuid>,
    response_id: Option<Uuid>,
    bounded: bool,
}

/// The end of a call.
#[derive(Debug, Clone)]
pub struct CallEnd {
    /// The ledger row.
    pub call_id: CallId,
    /// The key that it was made with, whose last use is noted.
    pub key_id: Option<ApiKeyId>,
    /// How it ended.
    pub outcome: CallOutcome,
    /// Tokens, as far as known.
    pub usage: Option<TokenUsage>,
    /// What it cost.
    pub cost: MicroUsd,
    /// The provider's id of the request.
    pub provider_request_id: Option<String>,
    /// What went wrong, free of secrets.
    pub detail: Option<String>,
}

impl Session {
    /// Output tokens of an answer, on average of each service's answers of the last month.
    pub async fn usual_output_tokens(&mut self) -> Result<HashMap<ServiceId, u64>> {
        let since = self.now() - chrono::Duration::days(30);
        let rows = fetch!(
            fetch_all,
            self,
            (Uuid, i64),
            "SELECT service_id, CAST(AVG(output_tokens) AS BIGINT) FROM calls
             WHERE purpose = 'answer' AND outcome = 'completed' AND started_at > $1 GROUP BY service_id",
            since
        )?;
        let usual = rows
            .into_iter()
            .map(|(id, tokens)| (ServiceId(id), tokens.unsigned_abs()));
        Ok(usual.collect())
    }

    /// How many calls the ledger has for a response, by outcome.
    pub async fn calls_of_response(&mut self, response: ResponseId) -> Result<Vec<(String, i64)>> {
        fetch!(
            fetch_all,
            self,
            (String, i64),
            "SELECT outcome, COUNT(*) FROM calls WHERE response_id = $1 GROUP BY outcome ORDER BY outcome",
            response.uuid()
        )
    }
}

impl Tx {
    /// Opens a ledger row and sets the most that the call can cost aside; commit before the request
    /// goes out. To be called last in a transaction.
    ///
    /// # Errors
    /// [`crate::StoreError::BudgetExceeded`] where a budget has no room for it.
    pub async fn open_call(&mut self, call: &NewCall) -> Result<CallId> {
        let (id, payer) = self.insert_call(call).await?;
        if call.response_id.is_none() {
            let token_id = payer.optional(self).await?.and_then(|(token_id,)| token_id);
            let spender = Spender {
                user_id: call.user_id,
                token_id: token_id.map(ApiTokenId),
            };
            self.reserve(spender, &[Reservation::of_call(id, call.at_most)]).await?;
        }
        Ok(id)
    }

    /// Gives the token that the call is paid with, too.
    async fn insert_call(&mut self, call: &NewCall) -> Result<(CallId, Answer<(Option<Uuid>,)>)> {
        let (id, now) = (CallId::new(), self.now());
        let payer = ask!(
            self,
            (Option<Uuid>,),
            "INSERT INTO calls (id, purpose, user_id, service_id, conversation_id, response_id, ballot_id, attempt,
                 outcome, started_at, token_id)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, COALESCE(
                 (SELECT b.token_id FROM batches b JOIN responses r ON r.batch_id = b.id WHERE r.id = $6),
                 (SELECT b.token_id FROM batches b JOIN ballots v ON v.batch_id = b.id WHERE v.id = $7)))
             RETURNING token_id",
            id.uuid(),
            call.purpose.as_str(),
            call.user_id.uuid(),
            call.service_id.uuid(),
            call.conversation_id.map(ConversationId::uuid),
            call.response_id.map(ResponseId::uuid),
            call.ballot_id.map(BallotId::uuid),
            call.attempt,
            CallOutcome::Unknown.as_str(),
            now
        )?;
        Ok((id, payer))
    }

    pub(crate) async fn open_answer_call(&mut self, claimed: &ClaimedResponse, attempt: i64) -> Result<CallId> {
        self.open_call(&NewCall {
            purpose: match claimed.role {
                ResponseRole::Answer => CallPurpose::Answer,
                ResponseRole::Consensus => CallPurpose::Consensus,
            },
            user_id: claimed.user_id,
            service_id: claimed.service_id,
            conversation_id: Some(claimed.conversation_id),
            response_id: Some(claimed.lease.response_id),
            ballot_id: None,
            attempt,
            at_most: MicroUsd(0),
        })
        .await
    }

    /// Books the end of a call, once. The ledger is not fenced: what was spent was spent.
    pub async fn close_call(&mut self, end: &CallEnd) -> Result<()> {
        let payer = self.ask_to_close_call(end).await?;
        let payer = payer.optional(self).await?;
        self.note_payer(end, payer);
        Ok(())
    }

    /// The same for who has more to ask before hearing who pays: that is for [`Self::note_payer`].
    pub(crate) async fn ask_to_close_call(&mut self, end: &CallEnd) -> Result<Answer<PayerRow>> {
        if let Some(key) = end.key_id {
            self.note_key_use(key).await?;
        }
        let now = self.now();
        let usage = end.usage.unwrap_or_default();
        ask!(
            self,
            PayerRow,
            "UPDATE calls SET outcome = $2, usage = $3, input_tokens = $4, output_tokens = $5, cost_micro_usd = $6,
                 provider_request_id = $7, detail = $8, finished_at = $9
             WHERE id = $1 AND finished_at IS NULL
             RETURNING user_id, token_id, response_id, EXISTS (SELECT 1 FROM budgets) AS bounded",
            end.call_id.uuid(),
            end.outcome.as_str(),
            end.usage.map(Json),
            as_i64(usage.total_input()),
            as_i64(usage.output),
            end.cost.0,
            end.provider_request_id.as_deref(),
            end.detail.as_deref(),
            now
        )
    }

    /// Notes what a call came to, for the budgets of who pays. Nobody does where it was booked before.
    pub(crate) fn note_payer(&mut self, end: &CallEnd, payer: Option<PayerRow>) {
        // Most installations have no budget, and nothing to book.
        if let Some(row) = payer.filter(|row| row.bounded) {
            let spender = Spender {
                user_id: UserId(row.user_id),
                token_id: row.token_id.map(ApiTokenId),
            };
            let subject = row.response_id.unwrap_or_else(|| end.call_id.uuid());
            self.note_paid(subject, spender, end.cost);
        }
    }
}
