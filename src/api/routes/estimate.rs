//! What a message will cost, before it is sent: by the very function that builds the prompt.

use axum::{Json, extract::State};
use quorum_domain::{
    ContextMode, Conversation, JudgingPolicy, Service, TokenUsage,
    budget::Spender,
    context::{Reader, build_prompt},
    ids::{ConversationId, MessageId, ServiceId, UserId},
    tokens::estimate_tokens,
    usage::MicroUsd,
};
use quorum_rank::{Judge, Policy, TrackRecord, ballot_tokens, expected_ballots, family_of};
use quorum_store::{JudgeRecord, Reservation, Session};
use serde::{Deserialize, Serialize};

use super::messages::services_to_ask;
use crate::{
    ApiError, AppState, Problem,
    access::SignedIn,
    extract::{JsonBody, check_text},
};

/// Output tokens of an answer of a service that has not answered anything yet.
const USUAL_OUTPUT: u64 = 500;

/// What one service's answer will come to.
pub struct AnswerEstimate {
    pub service: Service,
    /// Estimated.
    pub input_tokens: u64,
    /// On average of what the service has answered of late.
    pub output_tokens: u64,
    /// What is likely.
    pub expected: MicroUsd,
    /// What it cannot exceed; this is what budgets set aside.
    pub at_most: MicroUsd,
}

/// Estimates the answers of these services to a new message.
pub async fn answers(
    session: &mut Session,
    conversation: Option<&Conversation>,
    services: &[Service],
    content: &str,
) -> Result<Vec<AnswerEstimate>, ApiError> {
    let longest = services.iter().map(|service| u64::from(service.context_window)).max();
    let turns = match conversation {
        Some(known) => session.turns_before(known.id, None, longest.unwrap_or(0)).await?,
        None => Vec::new(),
    };
    let usual = session.usual_output_tokens().await?;
    let estimates = services.iter().map(|service| {
        let reader = Reader {
            service_id: service.id,
            context_window: u64::from(service.context_window),
            max_output_tokens: u64::from(service.max_output_tokens),
            mode: conversation.map_or(ContextMode::Shared, |known| known.context_mode),
            system_prompt: conversation.map_or("", |known| &known.system_prompt),
        };
        let prompt = build_prompt(reader, &turns, Some((MessageId::new(), content)));
        let output = usual.get(&service.id).copied().unwrap_or(USUAL_OUTPUT);
        let output = output.min(u64::from(service.max_output_tokens));
        let usage = TokenUsage {
            input: prompt.input_tokens,
            output,
            ..TokenUsage::default()
        };
        AnswerEstimate {
            service: service.clone(),
            input_tokens: prompt.input_tokens,
            output_tokens: output,
            expected: service.prices.cost(&usage),
            at_most: service.prices.at_most(prompt.input_tokens, service.max_output_tokens),
        }
    });
    Ok(estimates.collect())
}

/// The most that each service's answer can cost, where a budget bounds this spender.
pub async fn to_reserve(
    session: &mut Session,
    spender: Spender,
    conversation: &Conversation,
    services: &[Service],
    content: &str,
) -> Result<Vec<MicroUsd>, ApiError> {
    let bounded = session.budgets_of(spender).await?;
    if services.is_empty() || bounded.iter().all(|budget| budget.caps.hard().is_none()) {
        return Ok(Vec::new());
    }
    let estimates = answers(session, Some(conversation), services, content).await?;
    Ok(estimates.into_iter().map(|estimate| estimate.at_most).collect())
}

/// What is set aside for the responses of a message, in the order in which they were asked for.
pub fn reservations(message: &quorum_domain::Message, amounts: &[MicroUsd]) -> Vec<Reservation> {
    let responses = message.batch.iter().flat_map(|batch| &batch.responses);
    responses
        .zip(amounts)
        .map(|(response, at_most)| Reservation::of_response(response.id, *at_most))
        .collect()
}

/// A message that may be sent.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EstimateRequest {
    /// The thread it would go into; none for a new one.
    conversation_id: Option<ConversationId>,
    /// The text.
    content: String,
    /// Whom to ask; without it the conversation's services, or all.
    service_ids: Option<Vec<ServiceId>>,
    /// How the answers are judged; without it as the conversation says.
    judging_policy: Option<JudgingPolicy>,
}

/// What one service's answer will come to.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct AnswerCost {
    service_id: ServiceId,
    service_name: String,
    /// Estimated.
    input_tokens: u64,
    /// On average of what the service has answered of late.
    output_tokens: u64,
    /// What is likely.
    cost_micro_usd: i64,
    /// What it cannot exceed; this is what budgets set aside.
    at_most_micro_usd: i64,
}

/// What judging the answers will come to.
#[derive(Debug, Default, Serialize, utoipa::ToSchema)]
pub struct JudgingCost {
    /// Calls on average; a ballot that has to be repaired costs one more.
    mean_calls: f64,
    /// Calls where the first ballots disagree.
    most_calls: usize,
    /// Input tokens on average.
    input_tokens: u64,
    /// Output tokens on average.
    output_tokens: u64,
    /// What is likely.
    cost_micro_usd: i64,
    /// What is likely where the first ballots disagree.
    most_micro_usd: i64,
}

/// What sending a message will cost.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Estimate {
    /// By service.
    answers: Vec<AnswerCost>,
    /// The judges.
    judging: JudgingCost,
    /// All of it, as is likely.
    cost_micro_usd: i64,
    /// The answers at their longest and judging where ballots disagree.
    at_most_micro_usd: i64,
    /// The least that any budget has left; none where nothing is bounded.
    budget_left_micro_usd: Option<i64>,
}

/// What a message will cost, judges included, before it is sent
#[utoipa::path(post, path = "/estimates", operation_id = "estimate_cost", tag = "messages", request_body = EstimateRequest,
    responses((status = 200, body = Estimate), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub async fn estimate(
    State(state): State<AppState>,
    signed_in: SignedIn,
    body: JsonBody<EstimateRequest>,
) -> Result<Json<Estimate>, ApiError> {
    let asked = body.value;
    check_text("content", &asked.content, state.limits().message_chars)?;
    let mut session = state.store.read().await?;
    let conversation = match asked.conversation_id {
        Some(id) => Some(session.conversation(signed_in.user.id, id, false).await?),
        None => None,
    };
    drop(session);
    let of_conversation = conversation.as_ref().map(|one| one.service_ids.as_slice());
    let services = services_to_ask(
        &state,
        asked.service_ids.as_deref(),
        of_conversation.unwrap_or_default(),
    )
    .await?;
    let mut session = state.store.read().await?;
    let answers = answers(&mut session, conversation.as_ref(), &services, &asked.content).await?;
    let policy = asked
        .judging_policy
        .or(conversation.as_ref().map(|one| one.judging_policy))
        .unwrap_or(JudgingPolicy::Cascade);
    let judging = judging(&mut session, signed_in.user.id, policy, &asked.content, &answers).await?;
    let spender = Spender {
        user_id: signed_in.user.id,
        token_id: signed_in.token_id(),
    };
    let budgets = session.budgets_of(spender).await?;
    let expected: MicroUsd = answers.iter().map(|one| one.expected).sum();
    let at_most: MicroUsd = answers.iter().map(|one| one.at_most).sum();
    Ok(Json(Estimate {
        cost_micro_usd: expected.0 + judging.cost_micro_usd,
        at_most_micro_usd: at_most.0 + judging.most_micro_usd,
        budget_left_micro_usd: budgets
            .iter()
            .filter_map(|budget| budget.left())
            .min()
            .map(|left| left.0),
        judging,
        answers: answers.into_iter().map(Into::into).collect(),
    }))
}

impl From<AnswerEstimate> for AnswerCost {
    fn from(estimate: AnswerEstimate) -> Self {
        Self {
            service_id: estimate.service.id,
            service_name: estimate.service.name,
            input_tokens: estimate.input_tokens,
            output_tokens: estimate.output_tokens,
            cost_micro_usd: estimate.expected.0,
            at_most_micro_usd: estimate.at_most.0,
        }
    }
}

/// The judges that this user can call, in the order in which workers would find them.
async fn judges_of(session: &mut Session, user: UserId) -> Result<Vec<Service>, ApiError> {
    let mut judges: Vec<Service> = session.services().await?;
    judges.retain(|service| service.active && service.judge);
    judges.sort_by_key(|service| (service.tiny, service.created_at));
    let mut callable = Vec::with_capacity(judges.len());
    for judge in judges {
        let key = session.key_for(user, judge.service_type, &judge.origin()).await?;
        if key.is_some() || !judge.requires_key {
            callable.push(judge);
        }
    }
    Ok(callable)
}

fn known_of(record: &JudgeRecord) -> TrackRecord {
    TrackRecord {
        right: record.right(),
        pairs: record.pairs(),
    }
}

/// What judging will come to, from the plan that will be followed.
async fn judging(
    session: &mut Session,
    user: UserId,
    policy: JudgingPolicy,
    question: &str,
    answers: &[AnswerEstimate],
) -> Result<JudgingCost, ApiError> {
    if !policy.asks_judges() {
        return Ok(JudgingCost::default());
    }
    let judges = judges_of(session, user).await?;
    let records = session.judge_records().await?;
    let bench: Vec<Judge> = judges
        .iter()
        .map(|judge| Judge {
            service_id: judge.id,
            family: family_of(&judge.model),
            record: records.get(&judge.id).map(known_of).unwrap_or_default(),
        })
        .collect();
    let answering: Vec<ServiceId> = answers.iter().map(|one| one.service.id).collect();
    let planned = expected_ballots(&answering, &bench, &Policy::of(policy));
    let size = |tokens: u64| usize::try_from(tokens).unwrap_or(usize::MAX);
    let lengths: Vec<usize> = answers.iter().map(|one| size(one.output_tokens)).collect();
    let (input, output) = ballot_tokens(size(estimate_tokens(question)), &lengths);
    let usage = TokenUsage {
        input: input as u64,
        output: output as u64,
        ..TokenUsage::default()
    };
    let price = |id: ServiceId| {
        let judge = judges.iter().find(|judge| judge.id == id);
        judge.map_or(0.0, |judge| judge.prices.cost(&usage).0 as f64)
    };
    let cost: f64 = planned
        .by_judge
        .iter()
        .map(|(judge, ballots)| price(*judge) * ballots)
        .sum();
    let dearest = planned
        .by_judge
        .iter()
        .map(|(judge, _)| price(*judge))
        .fold(0.0, f64::max);
    let more = planned.most as f64 - planned.mean;
    Ok(JudgingCost {
        mean_calls: planned.mean,
        most_calls: planned.most,
        input_tokens: (input as f64 * planned.mean).round() as u64,
        output_tokens: (output as f64 * planned.mean).round() as u64,
        cost_micro_usd: cost.ceil() as i64,
        most_micro_usd: (cost + dearest * more.max(0.0)).ceil() as i64,
    })
}
