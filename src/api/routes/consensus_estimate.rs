//! What a consensus will cost, before it is asked for: writing it, and having it compared with the best
//! single answer.

use axum::{Json, extract::State};
use quorum_domain::{
    Message, TokenUsage,
    ids::{BatchId, ServiceId},
    response::ResponseStatus,
    tokens::estimate_tokens,
};
use quorum_rank::{ballot_tokens, consensus_tokens, expected_comparison};
use serde::{Deserialize, Serialize};

use super::{
    callable_judges::{CallableJudges, JudgingCost, policy_of_conversation},
    consensuses::candidates,
};
use crate::{
    ApiError, AppState, Problem,
    access::SignedIn,
    extract::{PathId, QueryString},
};

/// Characters of a token, roughly.
const TOKEN_CHARACTERS: i64 = 4;

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ConsensusEstimateQuery {
    /// Who writes it; without it whoever judges best.
    service_id: Option<ServiceId>,
}

/// What a consensus will cost.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ConsensusEstimate {
    /// Who would write it.
    service_id: ServiceId,
    /// Its name.
    service_name: String,
    /// What writing it is likely to cost.
    writing_micro_usd: i64,
    /// What comparing it with the best single answer is likely to cost; no calls where nobody is asked.
    comparing: JudgingCost,
    /// Both.
    cost_micro_usd: i64,
}

fn lengths(message: &Message) -> Vec<usize> {
    let responses = message.batch.iter().flat_map(|batch| &batch.responses);
    responses
        .filter(|response| response.status == ResponseStatus::Completed && !response.deleted)
        .map(|response| usize::try_from(response.content_length / TOKEN_CHARACTERS).unwrap_or_default())
        .collect()
}

/// What a consensus of a batch will cost, and having it compared with the best answer
#[utoipa::path(get, path = "/batches/{id}/consensus/estimate", operation_id = "estimate_consensus", tag = "batches", params(("id" = BatchId, Path), ConsensusEstimateQuery),
    responses((status = 200, body = ConsensusEstimate), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub async fn estimate(
    State(state): State<AppState>,
    signed_in: SignedIn,
    PathId(id): PathId<BatchId>,
    QueryString(query): QueryString<ConsensusEstimateQuery>,
) -> Result<Json<ConsensusEstimate>, ApiError> {
    let mut session = state.store.read().await?;
    let (batch, conversation) = session.batch_state(signed_in.user.id, id).await?;
    let conversation = session.conversation(signed_in.user.id, conversation, false).await?;
    let message = session.message(signed_in.user.id, batch.message_id).await?;
    let writers = candidates(&mut session, &message, query.service_id).await?;
    let writer = writers.first().ok_or(ApiError::NoService)?;
    let (question, answers) = (estimate_tokens(&message.content) as usize, lengths(&message));
    let (input, output) = consensus_tokens(question, &answers);
    let usage = TokenUsage {
        input: input as u64,
        output: output as u64,
        ..TokenUsage::default()
    };
    let writing = writer.prices.cost(&usage).0;
    let judges = CallableJudges::of(&mut session, signed_in.user.id).await?;
    let planned = expected_comparison(writer.id, &judges.bench, &policy_of_conversation(&conversation));
    let comparing = judges.cost(&planned, ballot_tokens(question, &[output, output]));
    Ok(Json(ConsensusEstimate {
        service_id: writer.id,
        service_name: writer.name.clone(),
        writing_micro_usd: writing,
        cost_micro_usd: writing + comparing.cost_micro_usd,
        comparing,
    }))
}
