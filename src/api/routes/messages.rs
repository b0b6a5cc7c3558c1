//! Messages: accepting one, reading pages of them, pruning their answers.

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use quorum_domain::{
    BatchStatus, Message, Response as Answer, Service,
    budget::Spender,
    ids::{AttachmentId, BatchId, ConversationId, MessageId, ResponseId, ServiceId},
};
use quorum_push::Signal;
use quorum_store::{NewMessage, Reservation};
use serde::{Deserialize, Serialize};
use tracing::Instrument;

use super::{
    Items, attachments,
    conversations::{check_services, check_services_of},
    estimate, keep_reply, repeated,
};
use crate::{
    ApiError, AppState, FaultCode, Problem,
    access::SignedIn,
    extract::{IdempotencyKey, JsonBody, PathId, QueryString, check_page_size, check_text},
};

/// A message to send.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub struct MessageDraft {
    /// The text.
    content: String,
    /// Whether services are asked.
    #[serde(default = "yes")]
    trigger_ai_responses: bool,
    /// Whom to ask; without it the conversation's services, or all.
    service_ids: Option<Vec<ServiceId>>,
    /// Images brought before, in the order in which services get them. Those that take no images get
    /// the text alone.
    #[serde(default)]
    attachments: Vec<AttachmentId>,
}

const fn yes() -> bool {
    true
}

/// The batch of an accepted message.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct AcceptedBatch {
    id: BatchId,
    expected_responses: i64,
    status: BatchStatus,
}

/// An accepted message.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Accepted {
    message: Message,
    ai_request_batch: Option<AcceptedBatch>,
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct MessagesQuery {
    /// 1 to 100.
    limit: Option<i64>,
    /// From the page before.
    cursor: Option<i64>,
}

/// A page of messages.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct MessagePage {
    /// Oldest first; the first page is the newest one.
    items: Vec<Message>,
    /// Where the next (older) page begins.
    next_cursor: Option<String>,
    /// Open the socket with `after` of this.
    last_seq: i64,
}

/// What pruning removed.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct PruneResult {
    pruned_response_ids: Vec<ResponseId>,
    /// Estimated tokens that every next turn is lighter by.
    saved_tokens: u64,
    /// What that saves per turn.
    saved_micro_usd: i64,
}

/// What was brought back.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct RestoreResult {
    restored_response_ids: Vec<ResponseId>,
}

/// The services to ask, of all there are: those named, else the conversation's, else all that answer.
pub(super) fn services_to_ask(
    state: &AppState,
    all: Vec<Service>,
    named: Option<&[ServiceId]>,
    of_conversation: &[ServiceId],
) -> Result<Vec<Service>, ApiError> {
    if let Some(ids) = named {
        check_services_of(state, &all, ids)?;
    }
    let available: Vec<Service> = all
        .into_iter()
        .filter(|service| service.active && service.contestant)
        .collect();
    let wanted = named.filter(|ids| !ids.is_empty()).unwrap_or(of_conversation);
    let mut chosen: Vec<Service> = wanted
        .iter()
        .filter_map(|id| available.iter().find(|service| service.id == *id).cloned())
        .collect();
    if chosen.is_empty() {
        chosen = available;
    }
    chosen.truncate(state.limits().services_per_message);
    if chosen.is_empty() {
        Err(ApiError::NoService)
    } else {
        Ok(chosen)
    }
}

/// Send a message; 202 means that it is on disk and will be answered
#[utoipa::path(post, path = "/conversations/{id}/messages", operation_id = "send_message", tag = "messages", params(("id" = ConversationId, Path)), request_body = MessageDraft,
    responses((status = 202, body = Accepted), (status = 402, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub async fn send(
    State(state): State<AppState>,
    signed_in: SignedIn,
    PathId(id): PathId<ConversationId>,
    IdempotencyKey(key): IdempotencyKey,
    body: JsonBody<MessageDraft>,
) -> Result<Response, ApiError> {
    let draft = body.value;
    check_text("content", &draft.content, state.limits().message_chars)?;
    let spender = Spender {
        user_id: signed_in.user.id,
        token_id: signed_in.token_id(),
    };
    let mut session = state.store.read().await?;
    let before = session.before_asking(spender.user_id, id, spender).await?;
    let conversation = before.conversation;
    let services = if draft.trigger_ai_responses {
        state.admit_asking(signed_in.user.id).await?;
        services_to_ask(
            &state,
            before.services,
            draft.service_ids.as_deref(),
            &conversation.service_ids,
        )?
    } else {
        Vec::new()
    };
    let most_images = state.limits().images_per_message;
    let attachments = attachments::named(&mut session, signed_in.user.id, &draft.attachments, most_images).await?;
    let asked = estimate::Asked {
        content: &draft.content,
        attachments: &attachments,
    };
    let amounts = estimate::to_reserve(&mut session, &before.budgets, &conversation, &services, asked).await?;
    drop(session);
    let mut tx = state.store.begin().await?;
    if let Some(reply) = repeated(&mut tx, signed_in.user.id, key.as_deref(), &body.hash).await? {
        return Ok(reply);
    }
    let room = state.room_for(signed_in.user.id, &services);
    let beginning = room.as_ref().map(|room| room.beginning());
    let new = NewMessage {
        conversation_id: id,
        author: signed_in.user.id,
        content: &draft.content,
        attachments: &attachments,
        services: &services,
        token_id: spender.token_id,
        output_limit: None,
        beginning: beginning.as_ref(),
    };
    let message = tx.accept_message(&new).await?;
    let ai_request_batch = message.batch.as_ref().map(|batch| AcceptedBatch {
        id: batch.state.id,
        expected_responses: batch.state.expected_responses,
        status: batch.state.status,
    });
    let accepted = Accepted {
        message,
        ai_request_batch,
    };
    keep_reply(
        &mut tx,
        signed_in.user.id,
        key.as_deref(),
        StatusCode::ACCEPTED,
        &accepted,
    )
    .await?;
    tx.reserve(spender, &estimate::reservations(&accepted.message, &amounts))
        .await?;
    let span = tracing::info_span!("accept message", services = services.len());
    quorum_trace::follow(&span, accepted.message.id);
    state.commit_accepted(tx, room).instrument(span).await?;
    Ok((StatusCode::ACCEPTED, Json(accepted)).into_response())
}

/// A page of messages with their answers' summaries
#[utoipa::path(get, path = "/conversations/{id}/messages", operation_id = "list_messages", tag = "messages", params(("id" = ConversationId, Path), MessagesQuery),
    responses((status = 200, body = MessagePage), (status = 404, body = Problem)))]
pub async fn list(
    State(state): State<AppState>,
    signed_in: SignedIn,
    PathId(id): PathId<ConversationId>,
    QueryString(query): QueryString<MessagesQuery>,
) -> Result<Json<MessagePage>, ApiError> {
    let limit = check_page_size(query.limit, 20)?;
    let mut session = state.store.read().await?;
    session.conversation(signed_in.user.id, id, false).await?;
    let page = session.messages(id, query.cursor, limit).await?;
    Ok(Json(MessagePage {
        items: page.messages,
        next_cursor: page.older_than.map(|position| position.to_string()),
        last_seq: page.last_seq,
    }))
}

/// Changes to a message.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub struct MessageChanges {
    /// Left out of later prompts.
    excluded: bool,
}

/// Leave a turn out of later prompts, or take it in again
#[utoipa::path(patch, path = "/messages/{id}", operation_id = "update_message", tag = "messages", params(("id" = MessageId, Path)), request_body = MessageChanges,
    responses((status = 200, body = Message), (status = 404, body = Problem)))]
pub async fn change(
    State(state): State<AppState>,
    signed_in: SignedIn,
    PathId(id): PathId<MessageId>,
    body: JsonBody<MessageChanges>,
) -> Result<Json<Message>, ApiError> {
    let mut tx = state.store.begin().await?;
    let message = tx.message(signed_in.user.id, id).await?;
    tx.exclude_message(message.conversation_id, id, body.value.excluded)
        .await?;
    state.commit(tx).await?;
    Ok(Json(Message {
        excluded: body.value.excluded,
        ..message
    }))
}

/// Remove all answers of a message but the selected one
#[utoipa::path(post, path = "/messages/{id}/prune", operation_id = "prune_message", tag = "messages", params(("id" = MessageId, Path)),
    responses((status = 200, body = PruneResult), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn prune(
    State(state): State<AppState>,
    signed_in: SignedIn,
    PathId(id): PathId<MessageId>,
) -> Result<Json<PruneResult>, ApiError> {
    let mut tx = state.store.begin().await?;
    let message = tx.message(signed_in.user.id, id).await?;
    let pruned = tx.prune_message(message.conversation_id, id).await?;
    let prices: Vec<i64> = tx
        .services()
        .await?
        .iter()
        .filter(|service| service.active && service.contestant)
        .map(|service| service.prices.input)
        .collect();
    state.commit(tx).await?;
    let asked = i64::try_from(prices.len().max(1)).unwrap_or(1);
    let average = prices.iter().sum::<i64>() / asked;
    for id in &pruned.response_ids {
        // A consensus that was still being written is stopped.
        state.signal(Signal::CancelResponse(*id));
    }
    let tokens = i64::try_from(pruned.tokens).unwrap_or(i64::MAX);
    Ok(Json(PruneResult {
        pruned_response_ids: pruned.response_ids,
        saved_tokens: pruned.tokens,
        saved_micro_usd: tokens.saturating_mul(average) / 1_000_000,
    }))
}

/// Bring back what pruning removed
#[utoipa::path(post, path = "/messages/{id}/restore", operation_id = "restore_message", tag = "messages", params(("id" = MessageId, Path)),
    responses((status = 200, body = RestoreResult), (status = 404, body = Problem)))]
pub async fn restore(
    State(state): State<AppState>,
    signed_in: SignedIn,
    PathId(id): PathId<MessageId>,
) -> Result<Json<RestoreResult>, ApiError> {
    let mut tx = state.store.begin().await?;
    let message = tx.message(signed_in.user.id, id).await?;
    let restored_response_ids = tx.restore_message(message.conversation_id, id).await?;
    state.commit(tx).await?;
    Ok(Json(RestoreResult { restored_response_ids }))
}

/// A service to ask as well.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub struct LateJoiner {
    service_id: ServiceId,
}

/// Ask one more service the same question
#[utoipa::path(post, path = "/messages/{id}/responses", operation_id = "add_response", tag = "messages", params(("id" = MessageId, Path)), request_body = LateJoiner,
    responses((status = 202, body = Answer), (status = 402, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub async fn add_response(
    State(state): State<AppState>,
    signed_in: SignedIn,
    PathId(id): PathId<MessageId>,
    body: JsonBody<LateJoiner>,
) -> Result<(StatusCode, Json<Answer>), ApiError> {
    let wanted = [body.value.service_id];
    check_services(&state, &wanted).await?;
    state.admit_asking(signed_in.user.id).await?;
    let mut tx = state.store.begin().await?;
    let message = tx.message(signed_in.user.id, id).await?;
    let batch = message
        .batch
        .as_ref()
        .ok_or_else(|| ApiError::Conflict("this message asked nobody".into()))?;
    if batch.responses.iter().filter(|response| !response.deleted).count() >= state.limits().services_per_message {
        return Err(ApiError::limit(
            "service_id",
            FaultCode::NoMoreServices,
            "no more services can be asked in this turn",
            state.limits().services_per_message,
        ));
    }
    let service = tx.service(body.value.service_id).await?;
    let spender = Spender {
        user_id: signed_in.user.id,
        token_id: signed_in.token_id(),
    };
    let conversation = tx
        .conversation(signed_in.user.id, message.conversation_id, false)
        .await?;
    let asked = std::slice::from_ref(&service);
    let question = estimate::Asked {
        content: &message.content,
        attachments: &message.attachments,
    };
    let budgets = tx.budgets_of(spender).await?;
    let amounts = estimate::to_reserve(&mut tx, &budgets, &conversation, asked, question).await?;
    let response = tx.add_response(&message, batch.state.id, &service).await?;
    let amount = amounts.first().copied().unwrap_or_default();
    tx.reserve(spender, &[Reservation::of_response(response.id, amount)])
        .await?;
    state.commit(tx).await?;
    Ok((StatusCode::ACCEPTED, Json(response)))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ExpandQuery {
    /// `content` adds the whole answers.
    expand: Option<String>,
}

/// The answers of a message
#[utoipa::path(get, path = "/conversations/{id}/messages/{message_id}/responses", operation_id = "list_responses", tag = "messages",
    params(("id" = ConversationId, Path), ("message_id" = MessageId, Path), ExpandQuery),
    responses((status = 200, body = Items<Answer>), (status = 404, body = Problem)))]
pub async fn responses(
    State(state): State<AppState>,
    signed_in: SignedIn,
    PathId((conversation, id)): PathId<(ConversationId, MessageId)>,
    QueryString(query): QueryString<ExpandQuery>,
) -> Result<Json<Items<Answer>>, ApiError> {
    let mut session = state.store.read().await?;
    let message = session.message(signed_in.user.id, id).await?;
    if message.conversation_id != conversation {
        return Err(ApiError::NotFound("message"));
    }
    let items = match message.batch {
        Some(batch) => {
            session
                .responses_of_batch(batch.state.id, query.expand.as_deref() == Some("content"))
                .await?
        }
        None => Vec::new(),
    };
    Ok(Json(Items { items }))
}
