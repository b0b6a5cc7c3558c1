//! What became of a run.

use quorum_domain::{
    FinishReason, Response, Run, RunAnswer, Stage,
    ids::{BatchId, UserId},
    response::{ResponseStatus, ResponseUsage},
};
use quorum_store::Session;

use super::metadata::{CouncilMetadata, in_order};
use crate::ApiError;

/// The answer of a run, and everything besides.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The run.
    pub run: Run,
    /// The answer; for a refusal what was said, maybe nothing.
    pub text: String,
    /// Why it ends.
    pub finish: FinishReason,
    /// Tokens of every answer, and of the consensus; those of judges stand in the usage report.
    pub usage: ResponseUsage,
    /// What the council has to say besides.
    pub metadata: CouncilMetadata,
}

/// How far a run is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// Something is still to come. Names the response whose text is the run's, once that is known.
    Open {
        /// The response.
        text_of: Option<quorum_domain::ids::ResponseId>,
    },
    /// The answer is there, or it is known that there will be none.
    Settled,
}

fn is_final(response: &Response) -> bool {
    matches!(
        response.status,
        ResponseStatus::Completed | ResponseStatus::Failed | ResponseStatus::Cancelled
    )
}

fn is_answered(response: &Response) -> bool {
    response.status == ResponseStatus::Completed && response.stage != Stage::Refused
}

/// How far a run is, from what is stored.
pub async fn standing(session: &mut Session, user: UserId, id: BatchId) -> Result<Standing, ApiError> {
    let run = session.run(user, id).await?;
    let (batch, _) = session.batch_state(user, id).await?;
    let open = |response: &Response| Standing::Open {
        text_of: Some(response.id),
    };
    match run.wants {
        RunAnswer::Service => {
            let answers = session.responses_of_batch(id, false).await?;
            Ok(match answers.first() {
                Some(answer) if !is_final(answer) => open(answer),
                Some(_) | None => Standing::Settled,
            })
        }
        RunAnswer::Best | RunAnswer::Consensus if !batch.status.is_final() => Ok(Standing::Open { text_of: None }),
        RunAnswer::Best => Ok(Standing::Settled),
        RunAnswer::Consensus => {
            let Some(consensus) = run.consensus_id else {
                return Ok(Standing::Settled);
            };
            let made = session.consensuses_of_batch(id).await?;
            let made = made.iter().find(|made| made.response.id == consensus);
            Ok(match made {
                Some(made) if !is_final(&made.response) => open(&made.response),
                Some(_) | None => Standing::Settled,
            })
        }
    }
}

impl Outcome {
    /// The outcome of a run that is settled.
    pub async fn of(session: &mut Session, user: UserId, id: BatchId) -> Result<Self, ApiError> {
        let run = session.run(user, id).await?;
        let (batch, _) = session.batch_state(user, id).await?;
        let mut answers = session.responses_of_batch(id, false).await?;
        answers.retain(|answer| !answer.deleted);
        in_order(&mut answers);
        let (given, answered_by) = given(session, &run, &answers).await?;
        let ballots = session.ballots_of_batch(id).await?;
        let fused = (answered_by == RunAnswer::Consensus).then_some(&given);
        Ok(Self {
            text: given.expanded_content.clone().unwrap_or_default(),
            finish: given.finish_reason.unwrap_or(FinishReason::Stop),
            usage: usage_of(answers.iter().chain(fused)),
            metadata: CouncilMetadata::of(&run, &batch, &answers, &given, answered_by, &ballots),
            run,
        })
    }
}

/// The answer of a run with its text, and which one it is.
async fn given(session: &mut Session, run: &Run, answers: &[Response]) -> Result<(Response, RunAnswer), ApiError> {
    if let Some(consensus) = run.consensus_id {
        let response = session.response(run.user_id, consensus).await?;
        if is_answered(&response) && !response.deleted {
            return Ok((response, RunAnswer::Consensus));
        }
    }
    let answered = answers.iter().find(|answer| is_answered(answer));
    // A service that declined has said so in words of its own.
    let said = answered.or_else(|| answers.iter().find(|answer| answer.stage == Stage::Refused));
    let given = said.ok_or_else(|| no_answer(answers))?;
    let by = match run.wants {
        RunAnswer::Service => RunAnswer::Service,
        RunAnswer::Best | RunAnswer::Consensus => RunAnswer::Best,
    };
    Ok((session.response(run.user_id, given.id).await?, by))
}

fn no_answer(answers: &[Response]) -> ApiError {
    let failed = answers.iter().filter_map(|answer| {
        let error = answer.error.as_ref()?;
        Some(format!("{}: {} {}", answer.service_name, error.message, error.action))
    });
    let reasons: Vec<String> = failed.collect();
    ApiError::NoAnswer(if reasons.is_empty() {
        "its answers were removed".to_owned()
    } else {
        reasons.join(" ")
    })
}

fn usage_of<'a>(responses: impl Iterator<Item = &'a Response>) -> ResponseUsage {
    let none = ResponseUsage {
        input_tokens: 0,
        cached_input_tokens: 0,
        output_tokens: 0,
        reasoning_tokens: 0,
    };
    responses
        .filter_map(|response| response.usage)
        .fold(none, |sum, usage| ResponseUsage {
            input_tokens: sum.input_tokens + usage.input_tokens,
            cached_input_tokens: sum.cached_input_tokens + usage.cached_input_tokens,
            output_tokens: sum.output_tokens + usage.output_tokens,
            reasoning_tokens: sum.reasoning_tokens + usage.reasoning_tokens,
        })
}
