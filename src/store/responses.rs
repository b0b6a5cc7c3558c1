//! Responses as the page sees them.

use quorum_domain::{
    AgreementReason, BatchStatus, Citation, Failure, MicroUsd, Response, ResponseRole, ResponseState, Timestamp,
    event::EventBody,
    ids::{BatchId, ConversationId, MessageId, ResponseId, ServiceId, UserId},
    limits::{Reasoning, Summary},
    response::{ResponseError, ResponseUsage, Standing},
    usage::TokenUsage,
};
use sqlx::types::Json;
use uuid::Uuid;

use crate::{
    Result, Session, StoreError, Tx,
    answer::Answer,
    rows::{as_i64, parsed, parsed_option},
};

#[derive(sqlx::FromRow)]
pub struct ResponseRow {
    id: Uuid,
    batch_id: Uuid,
    message_id: Uuid,
    conversation_id: Uuid,
    service_id: Uuid,
    service_name: String,
    model: String,
    demo: bool,
    tiny: bool,
    role: String,
    position: i64,
    state: String,
    batch_status: String,
    attempt: i64,
    max_attempts: i64,
    next_attempt_at: Timestamp,
    content: Option<String>,
    thoughts: Option<String>,
    citations: Option<Json<Vec<Citation>>>,
    citation_count: i64,
    content_length: i64,
    finish_reason: Option<String>,
    summary: Option<String>,
    summary_source: Option<String>,
    reasoning: Option<String>,
    agreement_reason: Option<Json<AgreementReason>>,
    score: Option<f64>,
    score_low: Option<f64>,
    score_high: Option<f64>,
    rank: Option<i64>,
    tied: bool,
    failure_kind: Option<String>,
    failure_detail: Option<String>,
    usage: Option<Json<TokenUsage>>,
    cost_micro_usd: i64,
    created_at: Timestamp,
    started_at: Option<Timestamp>,
    first_token_at: Option<Timestamp>,
    finished_at: Option<Timestamp>,
    selected: bool,
    deleted_at: Option<Timestamp>,
}

fn shown_usage(usage: TokenUsage) -> ResponseUsage {
    ResponseUsage {
        input_tokens: as_i64(usage.total_input()),
        cached_input_tokens: as_i64(usage.cached_input),
        output_tokens: as_i64(usage.output),
        reasoning_tokens: as_i64(usage.reasoning),
    }
}

impl ResponseRow {
    /// Whether its batch is already known to be worked on.
    pub fn batch_is_processing(&self) -> bool {
        self.batch_status == BatchStatus::Processing.as_str()
    }

    /// Whether it is an answer, not made from answers.
    pub fn is_answer(&self) -> bool {
        self.role == ResponseRole::Answer.as_str()
    }

    fn failure(&self) -> Result<Option<Failure>> {
        let kind = parsed_option(self.failure_kind.as_deref(), "responses", "failure_kind")?;
        Ok(kind.map(|kind| Failure {
            kind,
            detail: self.failure_detail.clone().unwrap_or_default(),
        }))
    }
}

impl TryFrom<ResponseRow> for Response {
    type Error = StoreError;
    fn try_from(row: ResponseRow) -> Result<Self> {
        const TABLE: &str = "responses";
        let state: ResponseState = parsed(&row.state, TABLE, "state")?;
        let judging = row.batch_status == BatchStatus::Ranking.as_str();
        let standing = Standing {
            state,
            ranked: row.rank.is_some(),
            judging,
            content_length: row.content_length,
        };
        let corrupt = |column| move |_| StoreError::Corrupt { table: TABLE, column };
        Ok(Self {
            error: row.failure()?.as_ref().map(ResponseError::from),
            id: row.id.into(),
            batch_id: row.batch_id.into(),
            message_id: row.message_id.into(),
            conversation_id: row.conversation_id.into(),
            service_id: ServiceId(row.service_id),
            status: standing.status(),
            stage: standing.stage(),
            progress: standing.progress(),
            summary: row.summary.map(Summary::new).transpose().map_err(corrupt("summary"))?,
            summary_source: parsed_option(row.summary_source.as_deref(), TABLE, "summary_source")?,
            reasoning: row
                .reasoning
                .map(Reasoning::new)
                .transpose()
                .map_err(corrupt("reasoning"))?,
            agreement_reason: row.agreement_reason.map(|reason| reason.0),
            finish_reason: parsed_option(row.finish_reason.as_deref(), TABLE, "finish_reason")?,
            retry_at: (state == ResponseState::Retrying).then_some(row.next_attempt_at),
            usage: row.usage.map(|usage| shown_usage(usage.0)),
            service_name: row.service_name,
            model: row.model,
            demo: row.demo,
            tiny: row.tiny,
            role: parsed(&row.role, TABLE, "role")?,
            position: row.position,
            ranking_score: row.score,
            score_low: row.score_low,
            score_high: row.score_high,
            rank: row.rank,
            tied: row.tied,
            expanded_content: row.content,
            thoughts: row.thoughts,
            citations: row.citations.map(|citations| citations.0).unwrap_or_default(),
            citation_count: row.citation_count,
            content_length: row.content_length,
            attempt: row.attempt,
            max_attempts: row.max_attempts,
            cost_micro_usd: row.cost_micro_usd,
            created_at: row.created_at,
            started_at: row.started_at,
            first_token_at: row.first_token_at,
            finished_at: row.finished_at,
            selected: row.selected,
            deleted: row.deleted_at.is_some(),
        })
    }
}

/// Responses by what follows the joins, `whole` with their texts or `brief` without.
macro_rules! select_responses {
    (whole, $rest:literal) => {
        $crate::responses::select_responses!("t.content, t.thoughts, t.citations", $rest)
    };
    (brief, $rest:literal) => {
        $crate::responses::select_responses!(
            "CAST(NULL AS TEXT) AS content, CAST(NULL AS TEXT) AS thoughts, NULL AS citations",
            $rest
        )
    };
    ($texts:literal, $rest:literal) => {
        concat!(
            "SELECT r.id, r.batch_id, r.message_id, r.conversation_id, r.service_id, r.service_name, r.model,
                    r.demo, r.tiny, r.role, r.position, r.state, b.status AS batch_status, r.attempt, r.max_attempts,
                    r.next_attempt_at, ",
            $texts,
            ", r.citation_count, r.content_length, r.finish_reason,
                    r.summary, r.summary_source, r.reasoning, r.agreement_reason, r.score, r.score_low, r.score_high, r.rank, r.tied,
                    r.failure_kind, r.failure_detail, r.usage, r.cost_micro_usd, r.created_at, r.started_at,
                    r.first_token_at, r.finished_at, r.selected, r.deleted_at
             FROM responses r JOIN batches b ON b.id = r.batch_id
             LEFT JOIN response_texts t ON t.response_id = r.id ",
            $rest
        )
    };
}
pub(crate) use select_responses;

/// A change of `responses` that gives the row back as it is now, to be told without reading it again.
macro_rules! returning_response {
    ($change:literal) => {
        returning_response!($change, "")
    };
    ($change:literal, $more_columns:literal) => {
        concat!(
            $change,
            " RETURNING id, batch_id, message_id, conversation_id, service_id, service_name, model, demo, tiny, role,
                 position, state, (SELECT b.status FROM batches b WHERE b.id = responses.batch_id) AS batch_status,
                 attempt, max_attempts, next_attempt_at, CAST(NULL AS TEXT) AS content, CAST(NULL AS TEXT) AS thoughts,
                 NULL AS citations, citation_count, content_length, finish_reason,
                 summary, summary_source, reasoning, agreement_reason, score, score_low, score_high, rank, tied,
                 failure_kind, failure_detail, usage, cost_micro_usd, created_at, started_at, first_token_at, finished_at, selected,
                 deleted_at",
            $more_columns
        )
    };
}
pub(crate) use returning_response;

/// Where a response stands, for a command on it.
#[derive(Debug, Clone, Copy)]
pub struct ResponseContext {
    /// Its id.
    pub id: ResponseId,
    /// Its batch.
    pub batch_id: BatchId,
    /// Its message.
    pub message_id: MessageId,
    /// Its conversation.
    pub conversation_id: ConversationId,
    /// The service asked.
    pub service_id: ServiceId,
    /// An answer, or made from the answers.
    pub role: ResponseRole,
    /// Its state.
    pub state: ResponseState,
    /// Whether it was removed.
    pub deleted: bool,
}

/// What was saved of a running response; 0 and nothing where nothing was saved yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedText {
    /// Its id.
    pub response_id: ResponseId,
    /// The attempt it is of.
    pub attempt: i64,
    /// The text.
    pub text: String,
    /// What was thought before it.
    pub thoughts: String,
}

#[derive(sqlx::FromRow)]
struct ContextRow {
    id: Uuid,
    batch_id: Uuid,
    message_id: Uuid,
    conversation_id: Uuid,
    service_id: Uuid,
    role: String,
    state: String,
    deleted_at: Option<Timestamp>,
}

impl Session {
    /// A response of a user's conversation, with its text.
    pub async fn response(&mut self, user: UserId, id: ResponseId) -> Result<Response> {
        let row = fetch!(
            fetch_optional,
            self,
            ResponseRow,
            select_responses!(
                whole,
                "JOIN participants p ON p.conversation_id = r.conversation_id AND p.user_id = $2
                 JOIN conversations c ON c.id = r.conversation_id
                 WHERE r.id = $1 AND c.deleted_at IS NULL"
            ),
            id.uuid(),
            user.uuid()
        )?;
        row.ok_or(StoreError::NotFound("response"))?.try_into()
    }

    /// Where a response of a user's conversation stands. Inside a transaction the row is locked.
    pub async fn response_context(&mut self, user: UserId, id: ResponseId) -> Result<ResponseContext> {
        let row = fetch!(
            fetch_optional,
            self,
            ContextRow,
            "SELECT r.id, r.batch_id, r.message_id, r.conversation_id, r.service_id, r.role, r.state, r.deleted_at
             FROM responses r
             JOIN participants p ON p.conversation_id = r.conversation_id AND p.user_id = $2
             JOIN conversations c ON c.id = r.conversation_id
             WHERE r.id = $1 AND c.deleted_at IS NULL",
            id.uuid(),
            user.uuid()
        )?
        .ok_or(StoreError::NotFound("response"))?;
        Ok(ResponseContext {
            id: row.id.into(),
            batch_id: row.batch_id.into(),
            message_id: row.message_id.into(),
            conversation_id: row.conversation_id.into(),
            service_id: ServiceId(row.service_id),
            role: parsed(&row.role, "responses", "role")?,
            state: parsed(&row.state, "responses", "state")?,
            deleted: row.deleted_at.is_some(),
        })
    }

    /// The answers of a batch in the order asked, with their texts when `with_content`.
    pub async fn responses_of_batch(&mut self, batch: BatchId, with_content: bool) -> Result<Vec<Response>> {
        let rows = if with_content {
            self.ask_for_answers(batch).await?.all(self).await?
        } else {
            fetch!(
                fetch_all,
                self,
                ResponseRow,
                select_responses!(
                    brief,
                    "WHERE r.batch_id = $1 AND r.role = 'answer' ORDER BY r.position, r.id"
                ),
                batch.uuid()
            )?
        };
        rows.into_iter().map(Response::try_from).collect()
    }

    /// The answers of a batch with their texts.
    pub(crate) async fn ask_for_answers(&mut self, batch: BatchId) -> Result<Answer<ResponseRow>> {
        ask!(
            self,
            ResponseRow,
            select_responses!(
                whole,
                "WHERE r.batch_id = $1 AND r.role = 'answer' ORDER BY r.position, r.id"
            ),
            batch.uuid()
        )
    }

    /// Running responses of a conversation with what was saved of them so far.
    pub async fn running_texts(&mut self, conversation: ConversationId) -> Result<Vec<SavedText>> {
        let rows = fetch!(
            fetch_all,
            self,
            (Uuid, i64, String, String),
            "SELECT r.id, COALESCE(t.attempt, 0), COALESCE(t.content, ''), COALESCE(t.thoughts, '')
             FROM batches b JOIN responses r ON r.batch_id = b.id 
             LEFT JOIN response_texts t ON t.response_id = r.id AND t.attempt = r.attempt
             WHERE b.conversation_id = $1 AND r.state IN ('calling', 'streaming')
                 AND (b.status IN ('PENDING', 'PROCESSING') OR r.role = 'consensus')",
            conversation.uuid()
        )?;
        Ok(rows
            .into_iter()
            .map(|(id, attempt, text, thoughts)| SavedText {
                response_id: ResponseId(id),
                attempt,
                text,
                thoughts,
            })
            .collect())
    }

    pub(crate) async fn response_row(&mut self, id: ResponseId) -> Result<Response> {
        let row = fetch!(
            fetch_optional,
            self,
            ResponseRow,
            select_responses!(brief, "WHERE r.id = $1"),
            id.uuid()
        )?;
        row.ok_or(StoreError::NotFound("response"))?.try_into()
    }
}

impl Tx {
    /// Stores the event that a response moved.
    pub(crate) async fn tell_response(&mut self, id: ResponseId) -> Result<Response> {
        let response = self.response_row(id).await?;
        self.tell_response_as(response).await
    }

    /// The same for one that was just read or given back by its change.
    pub(crate) async fn tell_response_as(&mut self, response: Response) -> Result<Response> {
        let body = match response.role {
            ResponseRole::Answer => EventBody::ResponseUpdate {
                response: Box::new(response.clone()),
            },
            ResponseRole::Consensus => EventBody::ConsensusUpdate {
                consensus: Box::new(self.as_consensus(response.clone()).await?),
            },
        };
        self.append_event(response.conversation_id, body);
        Ok(response)
    }

    /// Adds to what a response has cost, whoever owns it now: spent is spent.
    pub(crate) async fn add_cost(&mut self, id: ResponseId, cost: MicroUsd) -> Result<()> {
        if cost.0 != 0 {
            execute_later!(
                self,
                "UPDATE responses SET cost_micro_usd = cost_micro_usd + $2 WHERE id = $1",
                id.uuid(),
                cost.0
            )?;
        }
        Ok(())
    }
}
