//! Accepting a run: the transaction after which it is answered, whoever is still listening.

use axum::http::StatusCode;
use quorum_domain::{
    Attachment, ContextMode, Conversation, JudgingPolicy, Run,
    budget::Spender,
    conversation::title_from_question,
    ids::{BatchId, ServiceId, UserId},
};
use quorum_queue::Room;
use quorum_store::{NewConversation, NewMessage, NewRun, RequestState, Tx};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tracing::Instrument;

use super::{Council, Words, given_image::GivenImage};
use crate::{
    ApiError, AppState,
    access::SignedIn,
    routes::{estimate, keep_reply},
    state::Limits,
};

/// What is kept for an Idempotency-Key: the run that it began.
#[derive(Debug, Serialize, Deserialize)]
struct Begun {
    run: BatchId,
}

/// What makes two requests the same: everything that changes what is asked, and nothing of how the
/// answer is sent back.
fn request_hash(council: &Council, words: &Words) -> String {
    let mut hash = Sha256::new();
    hash.update("council run");
    hash.update(council.model.len().to_le_bytes());
    hash.update(&council.model);
    hash.update(words.max_output_tokens.unwrap_or(u32::MAX).to_le_bytes());
    hash.update(words.hash());
    hex::encode(hash.finalize())
}

/// Accepts a question, or finds the run that the same key began before.
pub async fn begin(
    state: &AppState,
    signed_in: &SignedIn,
    key: Option<&str>,
    mut council: Council,
    words: &Words,
) -> Result<Run, ApiError> {
    let user = signed_in.user.id;
    state.admit_asking(user).await?;
    for service in &mut council.services {
        service.max_output_tokens = service
            .max_output_tokens
            .min(words.max_output_tokens.unwrap_or(u32::MAX));
    }
    let known = words.conversation(&mut state.store.read().await?, user).await?;
    let mut tx = state.store.begin().await?;
    if let Some(run) = begun_before(&mut tx, signed_in, key, &request_hash(&council, words)).await? {
        return Ok(run);
    }
    let limits = state.limits();
    let conversation = conversation_for(&mut tx, &limits, signed_in, &council, words, known).await?;
    let images = kept(&mut tx, &limits, user, &words.images).await?;
    let room = state.room_for(user, &council.services);
    let run = accept(
        &mut tx,
        signed_in,
        &council,
        words,
        &conversation,
        &images,
        room.as_ref(),
    )
    .await?;
    keep_reply(&mut tx, user, key, StatusCode::ACCEPTED, &Begun { run: run.batch_id }).await?;
    let span = tracing::info_span!("accept message", services = council.services.len());
    quorum_trace::follow(&span, run.message_id);
    state.commit_accepted(tx, room).instrument(span).await?;
    Ok(run)
}

async fn begun_before(
    tx: &mut Tx,
    signed_in: &SignedIn,
    key: Option<&str>,
    hash: &str,
) -> Result<Option<Run>, ApiError> {
    let Some(key) = key else { return Ok(None) };
    match tx.begin_request(signed_in.user.id, key, hash).await? {
        RequestState::New => Ok(None),
        RequestState::Repeated { request_hash, .. } if request_hash != hash => Err(ApiError::IdempotencyMismatch),
        RequestState::Repeated { reply, .. } => {
            let begun: Begun = serde_json::from_value(reply).map_err(|_| ApiError::IdempotencyMismatch)?;
            Ok(Some(tx.run(signed_in.user.id, begun.run).await?))
        }
    }
}

/// The conversation to go on with, or a new one with the past in it.
async fn conversation_for(
    tx: &mut Tx,
    limits: &Limits,
    signed_in: &SignedIn,
    council: &Council,
    words: &Words,
    known: Option<Conversation>,
) -> Result<Conversation, ApiError> {
    if let Some(known) = known
        && tx.hold_conversation(known.id, known.message_count).await?
    {
        return Ok(known);
    }
    let services: Vec<ServiceId> = council.services.iter().map(|service| service.id).collect();
    let new = NewConversation {
        title: None,
        service_ids: services,
        // What the services read is what the program sent, whatever is usual here.
        context_mode: ContextMode::Shared,
        judging_policy: JudgingPolicy::Cascade,
        judge_ids: Vec::new(),
        system_prompt: words.system_prompt.clone(),
    };
    if words.past.is_empty() {
        return Ok(tx.create_conversation(signed_in.user.id, &new).await?);
    }
    let turns = words.turns();
    let mut images = Vec::with_capacity(words.past.len());
    for turn in &words.past {
        images.push(kept(tx, limits, signed_in.user.id, &turn.images).await?);
    }
    let conversation = tx
        .bring_in_with_images(signed_in.user.id, &new, &turns, &images)
        .await?;
    if let Some(first) = turns.first() {
        tx.set_automatic_title(conversation.id, &title_from_question(&first.content))
            .await?;
    }
    Ok(conversation)
}

/// The images of one question, kept for the user.
async fn kept(tx: &mut Tx, limits: &Limits, user: UserId, images: &[GivenImage]) -> Result<Vec<Attachment>, ApiError> {
    let mut kept: Vec<Attachment> = Vec::with_capacity(images.len());
    for image in images {
        let attachment = image.keep(tx, limits, user, "messages").await?;
        // The same one twice belongs to the question once.
        if kept.iter().all(|known| known.id != attachment.id) {
            kept.push(attachment);
        }
    }
    Ok(kept)
}

async fn accept(
    tx: &mut Tx,
    signed_in: &SignedIn,
    council: &Council,
    words: &Words,
    conversation: &Conversation,
    images: &[Attachment],
    room: Option<&Room>,
) -> Result<Run, ApiError> {
    let spender = Spender {
        user_id: signed_in.user.id,
        token_id: signed_in.token_id(),
    };
    let asked = estimate::Asked {
        content: &words.question,
        attachments: images,
    };
    let budgets = tx.budgets_of(spender).await?;
    let amounts = estimate::to_reserve(tx, &budgets, conversation, &council.services, asked).await?;
    let beginning = room.map(Room::beginning);
    let new = NewMessage {
        conversation_id: conversation.id,
        author: signed_in.user.id,
        content: &words.question,
        attachments: images,
        services: &council.services,
        token_id: spender.token_id,
        output_limit: words.max_output_tokens,
        beginning: beginning.as_ref(),
    };
    let message = tx.accept_message(&new).await?;
    let batch = message.batch.as_ref().ok_or(ApiError::NoService)?;
    tx.begin_run(&NewRun {
        batch_id: batch.state.id,
        user_id: spender.user_id,
        conversation_id: conversation.id,
        message_id: message.id,
        wants: council.wants,
        model: &council.model,
        history_hash: &words.hash(),
        max_output_tokens: words.max_output_tokens,
    })
    .await?;
    tx.reserve(spender, &estimate::reservations(&message, &amounts)).await?;
    Ok(tx.run(spender.user_id, batch.state.id).await?)
}
