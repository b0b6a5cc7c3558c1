//! What a message will cost, before it is sent: by the very function that builds the prompt.

use axum::{Json, extract::State};
use quorum_domain::{
    Attachment, ContextMode, Conversation, JudgingPolicy, Service, TokenUsage,
    budget::{Budget, Spender},
    context::{Question, Reader, build_prompt},
    ids::{AttachmentId, ConversationId, MessageId, ServiceId},
    tokens::estimate_tokens,
    usage::MicroUsd,
};
use quorum_rank::{Policy, ballot_tokens, expected_ballots};
use quorum_store::{Reservation, Session};
use serde::{Deserialize, Serialize};

use super::{
    attachments,
    callable_judges::{CallableJudges, JudgingCost, policy_of},
    messages::services_to_ask,
};
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

/// A message before it is one.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// The text.
    pub content: &'a str,
    /// The images that come with it.
    pub attachments: &'a [Attachment],
}

/// Estimates the answers of these services to a new message.
pub async fn answers(
    session: &mut Session,
    conversation: Option<&Conversation>,
    services: &[Service],
    asked: Asked<'_>,
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
            vision: service.vision,
        };
        let question = Question {
            id: MessageId::new(),
            content: asked.content,
            attachments: asked.attachments,
        };
        let prompt = build_prompt(reader, &turns, Some(question));
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

/// The most that each service's answer can cost, where one of these budgets bounds whoever pays.
pub async fn to_reserve(
    session: &mut Session,
    budgets: &[Budget],
    conversation: &Conversation,
    services: &[Service],
    asked: Asked<'_>,
) -> Result<Vec<MicroUsd>, ApiError> {
    if services.is_empty() || budgets.iter().all(|budget| budget.caps.hard().is_none()) {
        return Ok(Vec::new());
    }
    let estimates = answers(session, Some(conversation), services, asked).await?;
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
    /// Who judges under the policy `judge`; without it as the conversation says.
    judge_ids: Option<Vec<ServiceId>>,
    /// Images brought before.
    #[serde(default)]
    attachments: Vec<AttachmentId>,
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
    let of_conversation = conversation.as_ref().map(|one| one.service_ids.as_slice());
    let services = services_to_ask(
        &state,
        session.services().await?,
        asked.service_ids.as_deref(),
        of_conversation.unwrap_or_default(),
    )?;
    let most_images = state.limits().images_per_message;
    let attachments = attachments::named(&mut session, signed_in.user.id, &asked.attachments, most_images).await?;
    let message = Asked {
        content: &asked.content,
        attachments: &attachments,
    };
    let answers = answers(&mut session, conversation.as_ref(), &services, message).await?;
    let policy = asked
        .judging_policy
        .or(conversation.as_ref().map(|one| one.judging_policy))
        .unwrap_or(JudgingPolicy::Cascade);
    let judges = CallableJudges::of(&mut session, signed_in.user.id).await?;
    if let Some(named) = &asked.judge_ids {
        judges.check(named, state.limits().services_per_message)?;
    }
    let of_conversation = conversation.as_ref().map(|one| one.judge_ids.as_slice());
    let named = asked.judge_ids.as_deref().or(of_conversation).unwrap_or_default();
    let judging = judging(&judges, &policy_of(policy, named), &asked.content, &answers);
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

/// What judging will come to, from the plan that will be followed.
fn judging(judges: &CallableJudges, policy: &Policy, question: &str, answers: &[AnswerEstimate]) -> JudgingCost {
    if !policy.judging.asks_judges() {
        return JudgingCost::default();
    }
    let answering: Vec<ServiceId> = answers.iter().map(|one| one.service.id).collect();
    let planned = expected_ballots(&answering, &judges.bench, policy);
    let size = |tokens: u64| usize::try_from(tokens).unwrap_or(usize::MAX);
    let lengths: Vec<usize> = answers.iter().map(|one| size(one.output_tokens)).collect();
    judges.cost(&planned, ballot_tokens(size(estimate_tokens(question)), &lengths))
}
