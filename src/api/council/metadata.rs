//! What every reply carries besides the answer, in the field `quorum`: who answered, how the
//! answers stand, and why. Wire formats that do not know it pass it by.

use quorum_domain::{
    BatchStatus, Response, Run, RunAnswer,
    batch::{BallotStatus, BatchState, RankingMethod},
    ids::{BatchId, ConversationId, MessageId, ResponseId, ServiceId},
    response::ResponseStatus,
};
use quorum_store::BallotRow;
use serde::Serialize;

/// An answer of the council and where it stands.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct CouncilAnswer {
    /// The answer; `GET /api/v1/responses/{id}` has all of it.
    pub response_id: ResponseId,
    /// Who gave it.
    pub service: String,
    /// Id of that service.
    pub service_id: ServiceId,
    /// The model's name there.
    pub model: String,
    /// Where it stands.
    pub status: ResponseStatus,
    /// 1 is best; none where it is not ranked.
    pub rank: Option<i64>,
    /// 0 to 10, relative to the other answers; 5 is no preference.
    pub score: Option<f64>,
    /// Lower and upper end of the 80 % interval of the score.
    pub interval: Option<[f64; 2]>,
    /// Too close to call against a neighbour.
    pub tied: bool,
    /// At most 50 words.
    pub summary: Option<String>,
    /// At most 20 words: why it stands where it stands.
    pub reasoning: Option<String>,
    /// Why there is none.
    pub error: Option<String>,
    /// What it cost.
    pub cost_micro_usd: i64,
}

/// A judge of the council.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct CouncilJudge {
    /// Who.
    pub service: String,
    /// What became of its ballot.
    pub status: BallotStatus,
    /// What the ballot counts beside the best judge's, which counts 1.
    pub weight: f64,
}

/// A point on which the answers differ.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct CouncilDifference {
    /// What it is about.
    pub point: String,
    /// The answers that stand apart.
    pub response_ids: Vec<ResponseId>,
}

/// What the council has to say besides its answer.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct CouncilMetadata {
    /// The run: ask for it again by `GET /api/v1/batches/{id}`.
    pub batch_id: BatchId,
    /// The conversation that it stands in.
    pub conversation_id: ConversationId,
    /// The message that was asked.
    pub message_id: MessageId,
    /// Which answer this is; `best` also where a consensus was asked for and there is none.
    pub answered_by: RunAnswer,
    /// The answer that was given, or the consensus.
    pub response_id: Option<ResponseId>,
    /// Where the run stands.
    pub status: BatchStatus,
    /// How the order came about; none where nothing was ranked yet.
    pub ranking_method: Option<RankingMethod>,
    /// What the reader should know about the ranking.
    pub ranking_note: Option<String>,
    /// Every answer, best first; those that are not ranked last.
    pub answers: Vec<CouncilAnswer>,
    /// Who judged.
    pub judges: Vec<CouncilJudge>,
    /// What all answers say.
    pub agree: Vec<String>,
    /// Where they differ.
    pub differ: Vec<CouncilDifference>,
    /// What answers, consensus and judges cost.
    pub cost_micro_usd: i64,
}

impl From<&Response> for CouncilAnswer {
    fn from(response: &Response) -> Self {
        Self {
            response_id: response.id,
            service: response.service_name.clone(),
            service_id: response.service_id,
            model: response.model.clone(),
            status: response.status,
            rank: response.rank,
            score: response.ranking_score,
            interval: response
                .score_low
                .zip(response.score_high)
                .map(|(low, high)| [low, high]),
            tied: response.tied,
            summary: response.summary.as_ref().map(|summary| summary.as_str().to_owned()),
            reasoning: response
                .reasoning
                .as_ref()
                .map(|reasoning| reasoning.as_str().to_owned()),
            error: response.error.as_ref().map(|error| error.message.clone()),
            cost_micro_usd: response.cost_micro_usd,
        }
    }
}

/// Answers in the order in which they are told: by rank, then as they were asked.
pub fn in_order(answers: &mut [Response]) {
    answers.sort_by_key(|answer| (answer.rank.unwrap_or(i64::MAX), answer.position));
}

impl CouncilMetadata {
    /// Of a run that has its answer. `answers` without those that were removed.
    pub fn of(
        run: &Run,
        batch: &BatchState,
        answers: &[Response],
        given: &Response,
        answered_by: RunAnswer,
        ballots: &[BallotRow],
    ) -> Self {
        let newest = ballots.first().map(|ballot| ballot.ranking_id);
        let judges = ballots.iter().filter(|ballot| Some(ballot.ranking_id) == newest);
        let fused = (answered_by == RunAnswer::Consensus).then_some(given.cost_micro_usd);
        let agreement = batch.agreement.as_ref();
        Self {
            batch_id: run.batch_id,
            conversation_id: run.conversation_id,
            message_id: run.message_id,
            answered_by,
            response_id: Some(given.id),
            status: batch.status,
            ranking_method: batch.ranking_method,
            ranking_note: batch.ranking_note.clone(),
            answers: answers.iter().map(CouncilAnswer::from).collect(),
            judges: judges
                .map(|ballot| CouncilJudge {
                    service: ballot.judge_name.clone(),
                    status: ballot.status,
                    weight: ballot.weight,
                })
                .collect(),
            agree: agreement.map(|found| found.agree.clone()).unwrap_or_default(),
            differ: agreement.map_or_else(Vec::new, |found| {
                let differences = found.disagree.iter().map(|difference| CouncilDifference {
                    point: difference.point.clone(),
                    response_ids: difference.response_ids.clone(),
                });
                differences.collect()
            }),
            cost_micro_usd: answers.iter().map(|answer| answer.cost_micro_usd).sum::<i64>()
                + ballots.iter().map(|ballot| ballot.cost.0).sum::<i64>()
                + fused.unwrap_or(0),
        }
    }
}
