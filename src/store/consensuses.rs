//! Consensuses: what a response in that role has besides a text and a state.

use std::collections::HashMap;

use quorum_domain::{
    AttributedSentence, BatchStatus, Claim, Consensus, ConsensusComparison, Message, PassedOver, Response,
    ResponseRole, Service,
    ids::{BatchId, ConversationId, ResponseId, ServiceId},
};
use sqlx::types::Json;
use uuid::Uuid;

use crate::{
    Result, Session, StoreError, Tx,
    responses::{ResponseRow, select_responses},
};

/// A consensus to make.
#[derive(Debug, Clone)]
pub struct NewConsensus<'a> {
    /// The message with its batch.
    pub message: &'a Message,
    /// Who may write it, in the order asked; never empty.
    pub candidates: &'a [Service],
    /// The points that must be in it.
    pub keep: &'a [Claim],
}

/// What a consensus is to be made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsensusPlan {
    /// The points that must be in it.
    pub keep: Vec<Claim>,
    /// The services that may write it, in order.
    pub candidates: Vec<ServiceId>,
}

#[derive(sqlx::FromRow)]
pub(crate) struct Row {
    response_id: Uuid,
    pub(crate) candidates: Json<Vec<ServiceId>>,
    pub(crate) passed_over: Json<Vec<PassedOver>>,
    keep: Json<Vec<Claim>>,
    source_ids: Json<Vec<ResponseId>>,
    known_ids: Json<Vec<ResponseId>>,
    sentences: Json<Vec<AttributedSentence>>,
    comparison: Option<Json<ConsensusComparison>>,
}

impl Row {
    fn with(self, response: Response) -> Consensus {
        Consensus {
            response,
            source_ids: self.source_ids.0,
            known_ids: self.known_ids.0,
            keep: self.keep.0,
            passed_over: self.passed_over.0,
            sentences: self.sentences.0,
            comparison: self.comparison.map(|comparison| comparison.0),
        }
    }
}

macro_rules! select_consensuses {
    ($rest:literal) => {
        concat!(
            "SELECT k.response_id, k.candidates, k.passed_over, k.keep, k.source_ids, k.known_ids, k.sentences,
                    k.comparison
             FROM consensuses k JOIN responses r ON r.id = k.response_id ",
            $rest
        )
    };
}

/// Puts what a consensus has besides to the responses that it belongs to.
fn joined(responses: Vec<Response>, rows: Vec<Row>) -> Result<Vec<Consensus>> {
    let mut by_id: HashMap<Uuid, Row> = rows.into_iter().map(|row| (row.response_id, row)).collect();
    responses
        .into_iter()
        .map(|response| {
            let row = by_id.remove(&response.id.uuid()).ok_or(StoreError::Corrupt {
                table: "consensuses",
                column: "response_id",
            })?;
            Ok(row.with(response))
        })
        .collect()
}

impl Session {
    /// The consensuses of a batch, newest first, without their texts.
    pub async fn consensuses_of_batch(&mut self, batch: BatchId) -> Result<Vec<Consensus>> {
        let rows = fetch!(
            fetch_all,
            self,
            ResponseRow,
            select_responses!(
                brief,
                "WHERE r.batch_id = $1 AND r.role = 'consensus' ORDER BY r.id DESC"
            ),
            batch.uuid()
        )?;
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let responses = rows.into_iter().map(Response::try_from).collect::<Result<_>>()?;
        let rows = fetch!(
            fetch_all,
            self,
            Row,
            select_consensuses!("WHERE r.batch_id = $1"),
            batch.uuid()
        )?;
        joined(responses, rows)
    }

    /// The consensuses of these responses, by message and newest first.
    pub(crate) async fn consensuses_by_message(
        &mut self,
        conversation: ConversationId,
        (first, last): (i64, i64),
        responses: Vec<Response>,
    ) -> Result<HashMap<Uuid, Vec<Consensus>>> {
        let mut by_message: HashMap<Uuid, Vec<Consensus>> = HashMap::new();
        if responses.is_empty() {
            return Ok(by_message);
        }
        let rows = fetch!(
            fetch_all,
            self,
            Row,
            select_consensuses!(
                "JOIN messages m ON m.id = r.message_id
                 WHERE m.conversation_id = $1 AND m.position BETWEEN $2 AND $3"
            ),
            conversation.uuid(),
            first,
            last
        )?;
        let mut consensuses = joined(responses, rows)?;
        consensuses.sort_by_key(|consensus| std::cmp::Reverse(consensus.response.id));
        for consensus in consensuses {
            let message = consensus.response.message_id.uuid();
            by_message.entry(message).or_default().push(consensus);
        }
        Ok(by_message)
    }

    /// What a consensus is to be made from.
    pub async fn consensus_plan(&mut self, id: ResponseId) -> Result<ConsensusPlan> {
        let row = self.consensus_row(id).await?;
        Ok(ConsensusPlan {
            keep: row.keep.0,
            candidates: row.candidates.0,
        })
    }

    /// A consensus with its text, for whoever works on it.
    pub async fn consensus_at_work(&mut self, id: ResponseId) -> Result<Consensus> {
        let row = fetch!(
            fetch_optional,
            self,
            ResponseRow,
            select_responses!(whole, "WHERE r.id = $1 AND r.role = 'consensus'"),
            id.uuid()
        )?;
        let response = Response::try_from(row.ok_or(StoreError::NotFound("consensus"))?)?;
        self.as_consensus(response).await
    }

    pub(crate) async fn consensus_row(&mut self, id: ResponseId) -> Result<Row> {
        fetch!(
            fetch_optional,
            self,
            Row,
            select_consensuses!("WHERE k.response_id = $1"),
            id.uuid()
        )?
        .ok_or(StoreError::NotFound("consensus"))
    }

    /// What a response in the role of a consensus has besides, put to it.
    pub(crate) async fn as_consensus(&mut self, response: Response) -> Result<Consensus> {
        Ok(self.consensus_row(response.id).await?.with(response))
    }
}

impl Tx {
    /// Asks for a consensus of a batch; its first candidate is due at once. One is made at a time.
    pub async fn begin_consensus(&mut self, new: &NewConsensus<'_>) -> Result<Consensus> {
        let batch = new
            .message
            .batch
            .as_ref()
            .ok_or(StoreError::Conflict("this message has no answers"))?;
        let id = batch.state.id;
        // Locks the row: two requests must not both find nothing under way.
        execute!(self, "UPDATE batches SET finished = finished WHERE id = $1", id.uuid())?;
        let (state, ..) = self.batch_at_work(id).await?;
        if state.status != BatchStatus::Completed {
            return Err(StoreError::Conflict(
                "a consensus can be made once all answers are in and ranked",
            ));
        }
        let (running, answers) = fetch!(
            fetch_one,
            self,
            (i64, i64),
            "SELECT COUNT(CASE WHEN role = 'consensus' AND state IN ('queued', 'calling', 'streaming', 'retrying') THEN 1 END),
                    COUNT(CASE WHEN role = 'answer' AND state = 'answered' AND deleted_at IS NULL THEN 1 END)
             FROM responses WHERE batch_id = $1",
            id.uuid()
        )?;
        if running > 0 {
            return Err(StoreError::Conflict("a consensus is being made; stop it first"));
        }
        if answers < 2 {
            return Err(StoreError::Conflict(
                "a consensus needs two answers that were not removed",
            ));
        }
        let first = new
            .candidates
            .first()
            .ok_or(StoreError::Conflict("no service can write a consensus"))?;
        let candidates: Vec<ServiceId> = new.candidates.iter().map(|service| service.id).collect();
        let response = self
            .queue_response(
                new.message,
                id,
                first,
                ResponseRole::Consensus,
                state.expected_responses,
            )
            .await?;
        let nothing = Json(serde_json::json!([]));
        execute!(
            self,
            "INSERT INTO consensuses (response_id, candidates, passed_over, keep, source_ids, known_ids, sentences)
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
            response.id.uuid(),
            Json(&candidates),
            &nothing,
            Json(new.keep),
            &nothing,
            &nothing,
            &nothing
        )?;
        let response = self.tell_response(response.id).await?;
        self.as_consensus(response).await
    }

    /// Notes what a consensus is made from, in the transaction that begins its call.
    pub async fn note_sources(&mut self, id: ResponseId, sources: &[ResponseId], known: &[ResponseId]) -> Result<()> {
        execute!(
            self,
            "UPDATE consensuses SET source_ids = $2, known_ids = $3 WHERE response_id = $1",
            id.uuid(),
            Json(sources),
            Json(known)
        )?;
        Ok(())
    }

    pub(crate) async fn save_sentences(&mut self, id: ResponseId, sentences: &[AttributedSentence]) -> Result<()> {
        execute!(
            self,
            "UPDATE consensuses SET sentences = $2 WHERE response_id = $1",
            id.uuid(),
            Json(sentences)
        )?;
        Ok(())
    }

    /// Which running consensuses a message has.
    pub(crate) async fn running_consensuses(&mut self, batch: BatchId) -> Result<Vec<ResponseId>> {
        let rows = fetch!(
            fetch_all,
            self,
            (Uuid,),
            "SELECT id FROM responses WHERE batch_id = $1 AND role = 'consensus'
                 AND state IN ('queued', 'calling', 'streaming', 'retrying')",
            batch.uuid()
        )?;
        Ok(rows.into_iter().map(|(id,)| ResponseId(id)).collect())
    }
}
