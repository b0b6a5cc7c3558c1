//! What a person does with answers: keep, remove, bring back, stop, ask again.

use quorum_domain::{
    Job, Message, Response, ResponseRole, ResponseState, Service,
    event::EventBody,
    ids::{BatchId, ConversationId, MessageId, ResponseId},
    response::MAX_ATTEMPTS,
    tokens::estimate_tokens,
};
use uuid::Uuid;

use crate::{ResponseContext, Result, StoreError, Tx};

/// What pruning removed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pruned {
    /// The removed answers.
    pub response_ids: Vec<ResponseId>,
    /// Their estimated tokens.
    pub tokens: u64,
}

impl Tx {
    /// Keeps an answer, or none any more.
    pub async fn select_response(&mut self, at: &ResponseContext, selected: bool) -> Result<Response> {
        if selected && (at.state != ResponseState::Answered || at.deleted) {
            return Err(StoreError::Conflict(
                "only a finished answer that was not removed can be selected",
            ));
        }
        execute!(
            self,
            "UPDATE responses SET selected = $2 WHERE batch_id = $1 AND id = $3",
            at.batch_id.uuid(),
            selected,
            at.id.uuid()
        )?;
        if selected {
            execute!(
                self,
                "UPDATE responses SET selected = $2 WHERE batch_id = $1 AND id <> $3",
                at.batch_id.uuid(),
                false,
                at.id.uuid()
            )?;
        }
        let kept = selected.then_some(at.id);
        self.mark_selection(at.batch_id, kept).await?;
        self.enqueue(Job::LearnFromChoice(at.batch_id)).await?;
        let body = EventBody::ResponseSelected {
            message_id: at.message_id,
            response_id: kept,
        };
        self.append_event(at.conversation_id, body);
        self.tell_response(at.id).await
    }

    async fn mark_selection(&mut self, batch: BatchId, kept: Option<ResponseId>) -> Result<()> {
        execute!(
            self,
            "UPDATE batches SET selected_response_id = $2 WHERE id = $1",
            batch.uuid(),
            kept.map(ResponseId::uuid)
        )?;
        Ok(())
    }

    /// Removes every answer of a message but the selected one.
    pub async fn prune_message(&mut self, conversation: ConversationId, message: MessageId) -> Result<Pruned> {
        let now = self.now();
        let batch = self
            .batch_of_message(message)
            .await?
            .ok_or(StoreError::Conflict("this message has no answers"))?;
        let (state, ..) = self.batch_at_work(batch).await?;
        let Some(kept) = state.selected_response_id else {
            return Err(StoreError::Conflict("select the answer to keep first"));
        };
        if !state.status.is_final() {
            return Err(StoreError::Conflict("answers can be removed once all are in"));
        }
        for running in self.running_consensuses(batch).await? {
            self.cancel_row(running).await?;
        }
        let rows = fetch!(
            fetch_all,
            self,
            (Uuid,),
            "UPDATE responses SET deleted_at = $3, pruned = $4 WHERE batch_id = $1 AND id <> $2 AND deleted_at IS NULL RETURNING id",
            batch.uuid(),
            kept.uuid(),
            now,
            true
        )?;
        execute!(self, "UPDATE batches SET pruned = $2 WHERE id = $1", batch.uuid(), true)?;
        let response_ids: Vec<ResponseId> = rows.into_iter().map(|(id,)| ResponseId(id)).collect();
        let mut tokens = 0;
        for id in &response_ids {
            let text = fetch!(
                fetch_optional,
                self,
                (String,),
                "SELECT content FROM response_texts WHERE response_id = $1",
                id.uuid()
            )?;
            tokens += text.map_or(0, |(text,)| estimate_tokens(&text));
        }
        let body = EventBody::ResponsesPruned {
            message_id: message,
            response_ids: response_ids.clone(),
        };
        self.append_event(conversation, body);
        self.tell_batch_quietly(batch, conversation).await?;
        Ok(Pruned { response_ids, tokens })
    }

    /// Brings back what pruning removed.
    pub async fn restore_message(
        &mut self,
        conversation: ConversationId,
        message: MessageId,
    ) -> Result<Vec<ResponseId>> {
        let batch = self
            .batch_of_message(message)
            .await?
            .ok_or(StoreError::Conflict("this message has no answers"))?;
        let rows = fetch!(
            fetch_all,
            self,
            (Uuid,),
            "UPDATE responses SET deleted_at = NULL, pruned = $2 WHERE batch_id = $1 AND pruned = $3 RETURNING id",
            batch.uuid(),
            false,
            true
        )?;
        execute!(
            self,
            "UPDATE batches SET pruned = $2 WHERE id = $1",
            batch.uuid(),
            false
        )?;
        let response_ids: Vec<ResponseId> = rows.into_iter().map(|(id,)| ResponseId(id)).collect();
        let body = EventBody::ResponsesRestored {
            message_id: message,
            response_ids: response_ids.clone(),
        };
        self.append_event(conversation, body);
        self.tell_batch_quietly(batch, conversation).await?;
        Ok(response_ids)
    }

    async fn tell_batch_quietly(&mut self, batch: BatchId, conversation: ConversationId) -> Result<()> {
        let (state, ..) = self.batch_at_work(batch).await?;
        self.append_event(conversation, EventBody::BatchUpdate { batch: Box::new(state) });
        Ok(())
    }

    /// Removes one answer. One that is still running is cancelled; a selected one is no longer kept.
    pub async fn delete_response(&mut self, at: &ResponseContext) -> Result<Response> {
        if !at.state.is_final() {
            self.cancel_row(at.id).await?;
        }
        let now = self.now();
        execute!(
            self,
            "UPDATE responses SET deleted_at = COALESCE(deleted_at, $2), selected = $3 WHERE id = $1",
            at.id.uuid(),
            now,
            false
        )?;
        execute!(
            self,
            "UPDATE batches SET selected_response_id = NULL WHERE id = $1 AND selected_response_id = $2",
            at.batch_id.uuid(),
            at.id.uuid()
        )?;
        let body = EventBody::ResponsesPruned {
            message_id: at.message_id,
            response_ids: vec![at.id],
        };
        self.append_event(at.conversation_id, body);
        let response = self.tell_response(at.id).await?;
        self.settle_batch(at.batch_id).await?;
        Ok(response)
    }

    /// Brings one answer back.
    pub async fn restore_response(&mut self, at: &ResponseContext) -> Result<Response> {
        execute!(
            self,
            "UPDATE responses SET deleted_at = NULL, pruned = $2 WHERE id = $1",
            at.id.uuid(),
            false
        )?;
        let body = EventBody::ResponsesRestored {
            message_id: at.message_id,
            response_ids: vec![at.id],
        };
        self.append_event(at.conversation_id, body);
        self.tell_response(at.id).await
    }

    /// Stops an answer: final at once; the worker that had it lost its lease. Stopping what is
    /// final changes nothing.
    pub async fn cancel_response(&mut self, at: &ResponseContext) -> Result<Response> {
        if self.cancel_row(at.id).await? {
            let response = self.tell_response(at.id).await?;
            self.settle_batch(at.batch_id).await?;
            return Ok(response);
        }
        self.response_row(at.id).await
    }

    pub(crate) async fn cancel_row(&mut self, id: ResponseId) -> Result<bool> {
        let now = self.work_now();
        let row = fetch!(
            fetch_optional,
            self,
            (i64,),
            "UPDATE responses SET state = 'cancelled', failure_kind = 'cancelled', failure_detail = NULL, finished_at = $2,
                 fence = fence + 1, lease_owner = NULL, lease_expires_at = NULL
             WHERE id = $1 AND state IN ('queued', 'calling', 'streaming', 'retrying') RETURNING attempt",
            id.uuid(), now
        )?;
        // One that was called holds its reservation until what it cost is known.
        if row == Some((0,)) {
            self.note_released(id.uuid());
        }
        Ok(row.is_some())
    }

    /// Asks a failed, refused or cancelled service again.
    pub async fn retry_response(&mut self, at: &ResponseContext) -> Result<Response> {
        if !at.state.can_become(ResponseState::Queued) || !at.state.is_final() || at.deleted {
            return Err(StoreError::Conflict(
                "only an answer that failed, was refused or stopped can be asked again",
            ));
        }
        let now = self.work_now();
        execute!(
            self,
            "UPDATE responses SET state = 'queued', max_attempts = attempt + $3, crash_count = 0, next_attempt_at = $2,
                 failure_kind = NULL, failure_detail = NULL, finished_at = NULL, first_token_at = NULL, started_at = NULL,
                 finish_reason = NULL, summary = NULL, summary_source = NULL, content_length = 0, fence = fence + 1
             WHERE id = $1",
            at.id.uuid(), now, MAX_ATTEMPTS
        )?;
        self.work_becomes_due(now);
        if at.role == ResponseRole::Consensus {
            self.restart_chain(at.id).await?;
            return self.tell_response(at.id).await;
        }
        let response = self.tell_response(at.id).await?;
        self.drop_open_ranking(at.batch_id).await?;
        self.settle_batch(at.batch_id).await?;
        Ok(response)
    }

    /// Asks one more service the same question.
    pub async fn add_response(&mut self, message: &Message, batch: BatchId, service: &Service) -> Result<Response> {
        let (next,) = fetch!(
            fetch_one,
            self,
            (i64,),
            "SELECT COALESCE(MAX(position), -1) + 1 FROM responses WHERE batch_id = $1 AND role = 'answer'",
            batch.uuid()
        )?;
        let response = self
            .queue_response(message, batch, service, ResponseRole::Answer, next)
            .await?;
        let told = self.tell_response(response.id).await?;
        self.drop_open_ranking(batch).await?;
        self.settle_batch(batch).await?;
        Ok(told)
    }
}
