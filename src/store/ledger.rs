//! The ledger: one row per HTTP call to a provider, written before the request goes out.

use quorum_domain::{
    ResponseRole,
    ids::{BallotId, CallId, ConversationId, ResponseId, ServiceId, UserId},
    usage::{CallOutcome, CallPurpose, MicroUsd, TokenUsage, UsageGroup},
};
use sqlx::types::Json;

use crate::{ClaimedResponse, Result, Session, Tx, rows::as_i64};

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
}

/// The end of a call.
#[derive(Debug, Clone)]
pub struct CallEnd {
    /// The ledger row.
    pub call_id: CallId,
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

/// One line of a usage report.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct UsageLine {
    /// The day, or the id of the service or conversation.
    pub key: String,
    /// What to show for it.
    pub label: String,
    /// Calls made.
    pub calls: i64,
    /// Input tokens.
    pub input_tokens: i64,
    /// Output tokens.
    pub output_tokens: i64,
    /// Cost.
    pub cost_micro_usd: i64,
}

macro_rules! usage_query {
    ($key:literal, $label:literal, $join:literal) => {
        concat!(
            "SELECT ",
            $key,
            " AS key, ",
            $label,
            " AS label, COUNT(*) AS calls,
                    CAST(COALESCE(SUM(k.input_tokens), 0) AS BIGINT) AS input_tokens,
                    CAST(COALESCE(SUM(k.output_tokens), 0) AS BIGINT) AS output_tokens,
                    CAST(COALESCE(SUM(k.cost_micro_usd), 0) AS BIGINT) AS cost_micro_usd
             FROM calls k ",
            $join,
            " WHERE k.user_id = $1 GROUP BY 1, 2 ORDER BY 1 DESC LIMIT 400"
        )
    };
}

impl Session {
    /// What a user's calls came to.
    pub async fn usage(&mut self, user: UserId, by: UsageGroup) -> Result<Vec<UsageLine>> {
        let sql = match by {
            UsageGroup::Day => by_dialect!(
                self,
                sqlite: usage_query!("substr(k.started_at, 1, 10)", "substr(k.started_at, 1, 10)", ""),
                postgres: usage_query!(
                    "to_char(k.started_at AT TIME ZONE 'UTC', 'YYYY-MM-DD')",
                    "to_char(k.started_at AT TIME ZONE 'UTC', 'YYYY-MM-DD')", "")
            ),
            UsageGroup::Service => by_dialect!(
                self,
                sqlite: usage_query!("lower(hex(s.id))", "s.name", "JOIN services s ON s.id = k.service_id"),
                postgres: usage_query!("CAST(s.id AS TEXT)", "s.name", "JOIN services s ON s.id = k.service_id")
            ),
            UsageGroup::Conversation => by_dialect!(
                self,
                sqlite: usage_query!("lower(hex(c.id))", "c.title", "JOIN conversations c ON c.id = k.conversation_id"),
                postgres: usage_query!("CAST(c.id AS TEXT)", "c.title", "JOIN conversations c ON c.id = k.conversation_id")
            ),
        };
        let mut lines = fetch!(fetch_all, self, UsageLine, sql, user.uuid())?;
        if by != UsageGroup::Day {
            for line in &mut lines {
                if let Ok(id) = line.key.parse::<uuid::Uuid>() {
                    line.key = id.to_string();
                }
            }
        }
        Ok(lines)
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
    /// Opens a ledger row; commit before the request goes out.
    pub async fn open_call(&mut self, call: &NewCall) -> Result<CallId> {
        let id = CallId::new();
        let now = self.now();
        execute!(
            self,
            "INSERT INTO calls (id, purpose, user_id, service_id, conversation_id, response_id, ballot_id, attempt, outcome, started_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            id.uuid(), call.purpose.as_str(), call.user_id.uuid(), call.service_id.uuid(),
            call.conversation_id.map(ConversationId::uuid), call.response_id.map(ResponseId::uuid),
            call.ballot_id.map(BallotId::uuid), call.attempt, CallOutcome::Unknown.as_str(), now
        )?;
        Ok(id)
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
        })
        .await
    }

    /// Books the end of a call. The ledger is not fenced: what was spent was spent.
    pub async fn close_call(&mut self, end: &CallEnd) -> Result<()> {
        let now = self.now();
        let usage = end.usage.unwrap_or_default();
        execute!(
            self,
            "UPDATE calls SET outcome = $2, usage = $3, input_tokens = $4, output_tokens = $5, cost_micro_usd = $6,
                 provider_request_id = $7, detail = $8, finished_at = $9
             WHERE id = $1",
            end.call_id.uuid(),
            end.outcome.as_str(),
            end.usage.map(Json),
            as_i64(usage.total_input()),
            as_i64(usage.output),
            end.cost.0,
            end.provider_request_id.as_deref(),
            end.detail.as_deref(),
            now
        )?;
        Ok(())
    }
}
