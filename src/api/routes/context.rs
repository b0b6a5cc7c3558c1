//! What goes into the next prompt, per service: built by the very function that builds it.

use axum::{Json, extract::State};
use quorum_domain::{
    ContextMode, TokenUsage,
    context::{PromptMessage, Reader, build_prompt},
    ids::{ConversationId, ServiceId},
};
use serde::Serialize;

use crate::{ApiError, AppState, Problem, access::SignedIn, extract::PathId};

/// The next prompt of one service.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ServiceContext {
    service_id: ServiceId,
    service_name: String,
    /// The exact messages, before the new one.
    messages: Vec<PromptMessage>,
    /// Estimated.
    input_tokens: u64,
    /// Estimated cost of the input.
    cost_micro_usd: i64,
    /// Oldest turns left out because they do not fit.
    dropped_turns: u64,
    /// Whether it takes images.
    vision: bool,
    /// Images of these turns that it does not get, because it takes none or they are too many.
    images_left_out: u64,
}

/// The next prompt of every chosen service.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ContextPreview {
    context_mode: ContextMode,
    /// Turns that go along.
    turns: u64,
    services: Vec<ServiceContext>,
}

/// What the next prompt will contain
#[utoipa::path(get, path = "/conversations/{id}/context", operation_id = "get_context", tag = "conversations", params(("id" = ConversationId, Path)),
    responses((status = 200, body = ContextPreview), (status = 404, body = Problem)))]
pub async fn get(
    State(state): State<AppState>,
    signed_in: SignedIn,
    PathId(id): PathId<ConversationId>,
) -> Result<Json<ContextPreview>, ApiError> {
    let mut session = state.store.read().await?;
    let conversation = session.conversation(signed_in.user.id, id, false).await?;
    let services: Vec<_> = session
        .services()
        .await?
        .into_iter()
        .filter(|service| service.active && service.contestant)
        .filter(|service| conversation.service_ids.is_empty() || conversation.service_ids.contains(&service.id))
        .collect();
    let longest = services
        .iter()
        .map(|service| u64::from(service.context_window))
        .max()
        .unwrap_or(0);
    let turns = session.turns_before(id, None, longest).await?;
    let mut most_turns = 0;
    let previews = services
        .into_iter()
        .map(|service| {
            let reader = Reader {
                service_id: service.id,
                context_window: u64::from(service.context_window),
                max_output_tokens: u64::from(service.max_output_tokens),
                mode: conversation.context_mode,
                system_prompt: &conversation.system_prompt,
                vision: service.vision,
            };
            let prompt = build_prompt(reader, &turns, None);
            most_turns = most_turns.max(prompt.turns);
            let usage = TokenUsage {
                input: prompt.input_tokens,
                ..TokenUsage::default()
            };
            ServiceContext {
                service_id: service.id,
                service_name: service.name,
                cost_micro_usd: service.prices.cost(&usage).0,
                messages: prompt.messages,
                input_tokens: prompt.input_tokens,
                dropped_turns: prompt.dropped_turns,
                vision: service.vision,
                images_left_out: prompt.images_left_out,
            }
        })
        .collect();
    Ok(Json(ContextPreview {
        context_mode: conversation.context_mode,
        turns: most_turns,
        services: previews,
    }))
}
