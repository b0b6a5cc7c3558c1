//! Answers a message with one service: claim in hand, build the prompt, open the key, note the
//! call, stream, save.

use std::sync::Arc;

use quorum_domain::{
    Failure, FailureKind, FinishReason, Service, Timestamp,
    context::PromptMessage,
    usage::{CallOutcome, MicroUsd},
};
use quorum_providers::{Ask, CallError, Piece, Reply};
use quorum_queue::{QueueError, Stop, StopReason};
use quorum_store::{CallEnd, CallStart, ClaimedResponse, Outcome, StoreError, Tx};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use tracing::Instrument;

use crate::{
    keys::NoKey,
    live_text::LiveText,
    pauses::{self, Held, Leave, Standing, Verdict},
    preparing::{Prepared, prepare},
    retrying::{Partial, deadline_of, failed_or_retry},
    saving::{is_transient, save_until_done},
    shop::Shop,
    synthesize::{self, Material},
};

/// Pieces that may wait between the provider's socket and the page.
const PIECES_IN_FLIGHT: usize = 64;

pub async fn run(shop: &Arc<Shop>, claimed: ClaimedResponse, stop: Stop) {
    let span =
        tracing::info_span!("answer", response_id = %claimed.lease.response_id, attempts_before = claimed.attempt);
    quorum_trace::follow(&span, claimed.message_id);
    answer(shop, claimed, stop).instrument(span).await;
}

async fn answer(shop: &Arc<Shop>, claimed: ClaimedResponse, stop: Stop) {
    let response_id = claimed.lease.response_id;
    let done = match prepare(shop, &claimed).await {
        Ok(prepared) => call(shop, &claimed, &stop, prepared).await,
        Err(NoKey::Failed(failure)) => fail_without_call(shop, &claimed, failure).await,
        Err(NoKey::Store(error)) => put_back(shop, &claimed, error.into()).await,
    };
    shop.bus.forget_text(response_id);
    match done {
        Ok(()) | Err(QueueError::Store(StoreError::LeaseLost)) => {}
        Err(error) => {
            tracing::warn!(%response_id, error = %error, "work on a response ended early; its lease will run out");
        }
    }
}

async fn call(shop: &Arc<Shop>, claimed: &ClaimedResponse, stop: &Stop, prepared: Prepared) -> Result<(), QueueError> {
    if stop.reason().is_some() {
        return hand_back(shop, claimed, None).await;
    }
    let Prepared {
        service,
        pauses,
        key,
        messages,
        images,
        material,
    } = prepared;
    let standing = match pauses::ask_leave(shop, service.id, &pauses, key.as_ref()).await {
        Ok(Leave::Granted(standing)) => standing,
        Ok(Leave::Held(held)) => return wait(shop, claimed, held).await,
        Err(error) => return put_back(shop, claimed, error.into()).await,
    };
    let input = messages.iter().map(PromptMessage::tokens).sum();
    let at_most = service.prices.at_most(input, service.max_output_tokens);
    let started = match start(shop, claimed, material.as_ref(), at_most).await {
        Ok(started) => started,
        Err(QueueError::Store(StoreError::BudgetExceeded(refusal))) => {
            let failure = Failure::new(FailureKind::BudgetExceeded, refusal.to_string());
            return fail_without_call(shop, claimed, failure).await;
        }
        Err(error) => return put_back(shop, claimed, error).await,
    };
    metrics::counter!("quorum_provider_calls_started_total", "purpose" => claimed.role.as_str()).increment(1);
    let _in_use = key
        .as_ref()
        .map(|key| shop.key_in_use(claimed.lease.response_id, key.id));
    let ask = Ask {
        max_output_tokens: service.max_output_tokens,
        service,
        key: key.map(|key| key.secret),
        messages,
        images,
        structured: None,
    };
    let live = LiveText::new(claimed.conversation_id, claimed.lease.clone(), started.attempt);
    let result = stream(shop, &live, stop, &ask, started).await;
    match result {
        Ok(reply) => {
            let first_at = live.first_at();
            save_reply(shop, claimed, &ask.service, &standing, started, reply, first_at).await
        }
        Err(error) => save_error(shop, claimed, stop, &ask.service, &standing, started, error).await,
    }
}

/// The service is left alone for now: no call, no attempt used up.
async fn wait(shop: &Shop, claimed: &ClaimedResponse, held: Held) -> Result<(), QueueError> {
    let outcome = if held.is_worth_waiting(claimed.started_at) && held.until < deadline_of(shop, claimed) {
        Outcome::Retry {
            failure: held.failure,
            at: held.until,
        }
    } else {
        Partial::default().failed(held.failure)
    };
    save_without_call(shop, claimed, &outcome).await
}

async fn start(
    shop: &Shop,
    claimed: &ClaimedResponse,
    material: Option<&Material>,
    at_most: MicroUsd,
) -> Result<CallStart, QueueError> {
    if let Some(opened) = claimed.opened {
        return Ok(opened);
    }
    let mut tx = shop.store.begin().await?;
    synthesize::note(&mut tx, claimed, material).await?;
    let started = tx.start_call(claimed, at_most).await?;
    shop.commit(tx).await?;
    Ok(started)
}

/// Streams the answer: pieces go to the bus at once and to the store now and then.
async fn stream(
    shop: &Arc<Shop>,
    live: &Arc<LiveText>,
    stop: &Stop,
    ask: &Ask,
    started: CallStart,
) -> Result<Reply, CallError> {
    let _in_reach = shop.texts.keep(live);
    let done = CancellationToken::new();
    let saver = tokio::spawn(Arc::clone(live).keep_saved(Arc::clone(shop), stop.clone(), done.clone()));
    let (sender, mut pieces) = mpsc::channel(PIECES_IN_FLIGHT);
    let span = tracing::info_span!("provider call", service = %ask.service.name, model = %ask.service.model, attempt = started.attempt);
    let asking = shop.voices.ask(ask, sender, stop.token()).instrument(span);
    let forwarding = async {
        while let Some(piece) = pieces.recv().await {
            match piece {
                Piece::Text(text) => live.push(shop, text),
                Piece::Thought(thought) => live.think(shop, thought),
                Piece::Sign => {}
            }
        }
    };
    let (result, ()) = tokio::join!(asking, forwarding);
    done.cancel();
    if saver.await.is_err() {
        tracing::error!(response_id = %live.response_id(), "saving the text so far failed");
    }
    result
}

async fn save_reply(
    shop: &Shop,
    claimed: &ClaimedResponse,
    service: &Service,
    standing: &Standing,
    started: CallStart,
    reply: Reply,
    first_token_at: Option<Timestamp>,
) -> Result<(), QueueError> {
    metrics::histogram!("quorum_first_token_seconds").record(reply.first_token_after.as_secs_f64());
    let end = CallEnd {
        call_id: started.call_id,
        key_id: standing.key(),
        outcome: CallOutcome::Completed,
        usage: Some(reply.usage),
        cost: service.prices.cost(&reply.usage),
        provider_request_id: reply.request_id.clone(),
        detail: None,
    };
    let text = match (&reply.finish, reply.refusal) {
        (FinishReason::Refusal, Some(refusal)) if reply.text.trim().is_empty() => refusal,
        _ => reply.text,
    };
    let outcome = if text.trim().is_empty() && reply.finish != FinishReason::Refusal {
        let detail = match reply.finish {
            FinishReason::Length => "It used up its token limit before writing anything.",
            _ => "The answer was empty.",
        };
        failed_or_retry(
            shop,
            claimed,
            started,
            Failure::new(FailureKind::BadResponse, detail),
            None,
            Partial::default(),
        )
    } else {
        let summary = (reply.finish != FinishReason::Refusal).then(|| quorum_rank::extractive_summary(&text));
        let sentences = synthesize::sentences(shop, claimed, &text).await;
        Outcome::Answered {
            content: text,
            beside: reply.beside,
            finish: reply.finish,
            summary,
            usage: reply.usage,
            first_token_at,
            sentences,
        }
    };
    finish(shop, claimed, started, &outcome, &end, standing.verdict_of_success()).await
}

async fn save_error(
    shop: &Shop,
    claimed: &ClaimedResponse,
    stop: &Stop,
    service: &Service,
    standing: &Standing,
    started: CallStart,
    error: CallError,
) -> Result<(), QueueError> {
    let mut end = CallEnd {
        call_id: started.call_id,
        key_id: standing.key(),
        outcome: CallOutcome::Failed,
        usage: error.usage,
        cost: error.usage.map_or(MicroUsd(0), |usage| service.prices.cost(&usage)),
        provider_request_id: error.request_id.clone(),
        detail: Some(format!("{}: {}", error.failure.kind, error.failure.detail)),
    };
    if stop.reason().is_some() {
        end.outcome = CallOutcome::Cancelled;
    }
    match stop.reason() {
        Some(StopReason::Cancelled) => {
            save_until_done("a stopped answer", || async {
                let mut tx = shop.store.begin().await?;
                let (text, beside) = (&error.partial_text, &error.beside);
                tx.keep_cancelled_text(claimed, started.attempt, text, beside, Some(&end))
                    .await?;
                shop.commit(tx).await
            })
            .await
        }
        Some(StopReason::LeaseLost) => {
            save_until_done("a lost call", || async {
                let mut tx = shop.store.begin().await?;
                tx.book_lost_call(claimed.lease.response_id, &end).await?;
                shop.commit(tx).await
            })
            .await
        }
        Some(StopReason::Shutdown) => hand_back(shop, claimed, Some(&end)).await,
        Some(StopReason::KeyRevoked) => {
            let outcome = Partial::of(error.partial_text, error.beside).failed(FailureKind::KeyRevoked.into());
            finish(shop, claimed, started, &outcome, &end, Verdict::None).await
        }
        None => {
            let verdict = standing.verdict_of(&error);
            let partial = Partial::of(error.partial_text, error.beside);
            let outcome = if error.retryable {
                failed_or_retry(shop, claimed, started, error.failure, error.retry_after, partial)
            } else {
                partial.failed(error.failure)
            };
            finish(shop, claimed, started, &outcome, &end, verdict).await
        }
    }
}

async fn finish(
    shop: &Shop,
    claimed: &ClaimedResponse,
    started: CallStart,
    outcome: &Outcome,
    end: &CallEnd,
    verdict: Verdict,
) -> Result<(), QueueError> {
    metrics::counter!("quorum_provider_calls_ended_total", "purpose" => claimed.role.as_str(), "outcome" => end.outcome.as_str())
        .increment(1);
    metrics::counter!("quorum_spent_micro_usd_total", "purpose" => claimed.role.as_str())
        .increment(u64::try_from(end.cost.0).unwrap_or(0));
    let saved = save_until_done("an answer", || async {
        let mut tx = shop.store.begin().await?;
        // The last answer of a batch makes its ranking due.
        let room = shop.queue.room_for_a_job();
        if let Some(room) = &room {
            tx.let_a_job_begin(room.beginning());
        }
        tx.finish_response(claimed, started.attempt, outcome, Some(end)).await?;
        verdict.note(&mut tx).await?;
        shop.commit_with_job(tx, room).await
    })
    .await;
    if saved.is_ok() {
        count_ended(outcome);
    }
    let Err(QueueError::Store(StoreError::LeaseLost)) = saved else {
        return saved;
    };
    // The answer is not ours to save any more, but what it cost was spent.
    save_until_done("a lost call", || async {
        let mut tx = shop.store.begin().await?;
        tx.book_lost_call(claimed.lease.response_id, end).await?;
        shop.commit(tx).await
    })
    .await
}

fn count_ended(outcome: &Outcome) {
    let state = match outcome {
        Outcome::Answered {
            finish: FinishReason::Refusal,
            ..
        } => "refused",
        Outcome::Answered { .. } => "answered",
        Outcome::Failed { .. } => "failed",
        Outcome::Retry { .. } => return,
    };
    metrics::counter!("quorum_responses_ended_total", "state" => state).increment(1);
}

async fn fail_without_call(shop: &Shop, claimed: &ClaimedResponse, failure: Failure) -> Result<(), QueueError> {
    save_without_call(shop, claimed, &Partial::default().failed(failure)).await
}

async fn save_without_call(shop: &Shop, claimed: &ClaimedResponse, outcome: &Outcome) -> Result<(), QueueError> {
    let saved = save_until_done("what became of a response", || async {
        let mut tx = shop.store.begin().await?;
        withdraw(&mut tx, claimed).await?;
        tx.finish_response(claimed, claimed.attempt, outcome, None).await?;
        shop.commit(tx).await
    })
    .await;
    if_lost_withdraw(shop, claimed, saved).await
}

/// A call that was noted before this worker began does not go out.
async fn withdraw(tx: &mut Tx, claimed: &ClaimedResponse) -> Result<(), StoreError> {
    match claimed.opened {
        Some(opened) => tx.withdraw_call(claimed, opened.call_id).await,
        None => Ok(()),
    }
}

/// Where the response is not ours to change any more, the call is still ours to withdraw.
async fn if_lost_withdraw(
    shop: &Shop,
    claimed: &ClaimedResponse,
    saved: Result<(), QueueError>,
) -> Result<(), QueueError> {
    if claimed.opened.is_some() && matches!(saved, Err(QueueError::Store(StoreError::LeaseLost))) {
        save_until_done("a call that does not go out", || async {
            let mut tx = shop.store.begin().await?;
            withdraw(&mut tx, claimed).await?;
            shop.commit(tx).await
        })
        .await?;
    }
    saved
}

/// The database went away before the call went out: as soon as it is back, the next worker tries.
async fn put_back(shop: &Shop, claimed: &ClaimedResponse, error: QueueError) -> Result<(), QueueError> {
    if !is_transient(&error) {
        return Err(error);
    }
    save_until_done("a response that was not asked for", || hand_back(shop, claimed, None)).await
}

async fn hand_back(shop: &Shop, claimed: &ClaimedResponse, end: Option<&CallEnd>) -> Result<(), QueueError> {
    let handed_back = async {
        let mut tx = shop.store.begin().await?;
        match end {
            Some(end) => tx.book_lost_call(claimed.lease.response_id, end).await?,
            None => withdraw(&mut tx, claimed).await?,
        }
        tx.hand_back_response(claimed).await?;
        shop.commit(tx).await
    };
    let handed_back = handed_back.await;
    match end {
        Some(_) => handed_back,
        None => if_lost_withdraw(shop, claimed, handed_back).await,
    }
}
