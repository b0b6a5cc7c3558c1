//! Asking: what has to be known before a message is accepted, and putting one more response on a
//! batch (a service's answer, or a consensus).

use quorum_domain::{
    Conversation, Message, Response, ResponseRole, ResponseState, Service, Timestamp,
    budget::{Budget, Spender},
    ids::{BatchId, ConversationId, ResponseId, UserId},
    response::{MAX_ATTEMPTS, Standing},
};

use crate::{Beginning, NewMessage, Result, Session, Tx};

/// What has to be known before a message is accepted.
#[derive(Debug)]
pub struct BeforeAsking {
    /// Where it is to go.
    pub conversation: Conversation,
    /// All services there are.
    pub services: Vec<Service>,
    /// What bounds whoever pays.
    pub budgets: Vec<Budget>,
}

impl Session {
    /// Reads it all, on an embedded database in one message.
    ///
    /// # Errors
    /// [`crate::StoreError::NotFound`] where the conversation is not the user's.
    pub async fn before_asking(
        &mut self,
        user: UserId,
        conversation: ConversationId,
        spender: Spender,
    ) -> Result<BeforeAsking> {
        let services = self.ask_for_services().await?;
        let budgets = self.ask_for_budgets_of(spender).await?;
        let conversation = self.conversation(user, conversation, false).await?;
        let services = services.heard()?.into_iter().map(Service::try_from);
        Ok(BeforeAsking {
            conversation,
            services: services.collect::<Result<_>>()?,
            budgets: self.read_budgets(budgets.heard()?)?,
        })
    }
}

impl Tx {
    /// Adds one queued response to a batch; it is due at once.
    pub(crate) async fn queue_response(
        &mut self,
        message: &Message,
        batch: BatchId,
        service: &Service,
        role: ResponseRole,
        position: i64,
    ) -> Result<Response> {
        let response = queued_response(message, batch, service, role, position, self.now());
        self.store_responses(message.author_id, std::slice::from_ref(&response), None)
            .await?;
        self.work_becomes_due(self.work_now());
        Ok(response)
    }

    /// Adds an answer of each service to a batch, in one statement; they are due at once, or begun
    /// already.
    pub(crate) async fn add_answers(
        &mut self,
        message: &Message,
        batch: BatchId,
        new: &NewMessage<'_>,
    ) -> Result<Vec<Response>> {
        let now = self.now();
        let responses: Vec<Response> = (0_i64..)
            .zip(new.services)
            .map(|(position, service)| queued_response(message, batch, service, ResponseRole::Answer, position, now))
            .collect();
        if let Some(beginning) = new.beginning {
            return self.begin_answers(new, responses, beginning).await;
        }
        self.store_responses(message.author_id, &responses, None).await?;
        self.work_becomes_due(self.work_now());
        Ok(responses)
    }

    pub(crate) async fn store_responses(
        &mut self,
        user: UserId,
        responses: &[Response],
        beginning: Option<&Beginning>,
    ) -> Result<()> {
        let due_at = self.work_now();
        let (owner, expires_at) = beginning
            .map(|beginning| (beginning.owner.as_str(), due_at + beginning.lease))
            .unzip();
        let state = match beginning {
            None => ResponseState::Queued,
            Some(_) => ResponseState::Calling,
        };
        insert_rows!(
            self,
            "INSERT INTO responses (id, batch_id, message_id, conversation_id, user_id, service_id, service_name,
                 model, demo, tiny, position, state, max_attempts, next_attempt_at, created_at, role, attempt, started_at,
                 fence, lease_owner, lease_expires_at) ",
            responses,
            |row, response| {
                row.push_bind(response.id.uuid())
                    .push_bind(response.batch_id.uuid())
                    .push_bind(response.message_id.uuid())
                    .push_bind(response.conversation_id.uuid())
                    .push_bind(user.uuid())
                    .push_bind(response.service_id.uuid())
                    .push_bind(&response.service_name)
                    .push_bind(&response.model)
                    .push_bind(response.demo)
                    .push_bind(response.tiny)
                    .push_bind(response.position)
                    .push_bind(state.as_str())
                    .push_bind(response.max_attempts)
                    .push_bind(due_at)
                    .push_bind(response.created_at)
                    .push_bind(response.role.as_str())
                    .push_bind(response.attempt)
                    .push_bind(response.started_at)
                    .push_bind(i64::from(beginning.is_some()))
                    .push_bind(owner)
                    .push_bind(expires_at);
            }
        )
    }
}

fn queued_response(
    message: &Message,
    batch: BatchId,
    service: &Service,
    role: ResponseRole,
    position: i64,
    now: Timestamp,
) -> Response {
    let standing = Standing::without_text(ResponseState::Queued);
    Response {
        id: ResponseId::new(),
        batch_id: batch,
        message_id: message.id,
        conversation_id: message.conversation_id,
        service_id: service.id,
        service_name: service.name.clone(),
        model: service.model.clone(),
        demo: service.demo,
        tiny: service.tiny,
        role,
        position,
        status: standing.status(),
        stage: standing.stage(),
        progress: standing.progress(),
        summary: None,
        summary_source: None,
        reasoning: None,
        agreement_reason: None,
        ranking_score: None,
        score_low: None,
        score_high: None,
        rank: None,
        tied: false,
        expanded_content: None,
        thoughts: None,
        citations: Vec::new(),
        citation_count: 0,
        content_length: 0,
        finish_reason: None,
        error: None,
        retry_at: None,
        attempt: 0,
        max_attempts: MAX_ATTEMPTS,
        usage: None,
        cost_micro_usd: 0,
        created_at: now,
        started_at: None,
        first_token_at: None,
        finished_at: None,
        selected: false,
        deleted: false,
    }
}
