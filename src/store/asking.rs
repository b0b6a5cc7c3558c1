//! Putting one more response on a batch: a service's answer, or a consensus.

use quorum_domain::{
    Message, Response, ResponseRole, ResponseState, Service, Timestamp,
    ids::{BatchId, ResponseId},
    response::{MAX_ATTEMPTS, Standing},
};

use crate::{Result, Tx};

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
        let due_at = self.work_now();
        let response = queued_response(message, batch, service, role, position, self.now());
        execute!(
            self,
            "INSERT INTO responses (id, batch_id, message_id, conversation_id, user_id, service_id, service_name,
                 model, demo, tiny, position, state, max_attempts, next_attempt_at, created_at, role)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
            response.id.uuid(),
            batch.uuid(),
            message.id.uuid(),
            message.conversation_id.uuid(),
            message.author_id.uuid(),
            service.id.uuid(),
            &service.name,
            &service.model,
            service.demo,
            service.tiny,
            position,
            ResponseState::Queued.as_str(),
            response.max_attempts,
            due_at,
            response.created_at,
            role.as_str()
        )?;
        self.work_becomes_due(due_at);
        Ok(response)
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
    let standing = Standing {
        state: ResponseState::Queued,
        ranked: false,
        judging: false,
        content_length: 0,
    };
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
