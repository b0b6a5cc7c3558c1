//! Asks one judge for its ballot: one call, one repair, else the ballot is void.

use quorum_domain::{Job, batch::BallotStatus, ids::BallotId, usage::MicroUsd};
use quorum_providers::CallError;
use quorum_queue::{QueueError, Stop, StopReason};
use quorum_rank::{Sheet, ballot_prompt};
use quorum_store::{BallotRow, ClaimedJob};

use crate::{
    compare_consensus,
    field::field_of,
    images,
    judge_call::{JudgeCall, Occasion, Verdict},
    keys::{NoKey, key_for_call},
    pauses::{self, Held, Leave},
    saving::save_until_done,
    shop::Shop,
};

/// Calls to a judge that fail for a passing reason before it is given up and replaced.
const TRIES: i64 = 3;
/// Longest that a ranking waits for a judge that is left alone; then another is asked.
const LONGEST_WAIT: chrono::Duration = chrono::Duration::seconds(30);

pub async fn run(shop: &Shop, claimed: &ClaimedJob, ballot_id: BallotId, stop: &Stop) -> Result<(), QueueError> {
    let mut session = shop.store.read().await?;
    let ballot = session.ballot(ballot_id).await?;
    if ballot.status != BallotStatus::Pending {
        drop(session);
        let mut tx = shop.store.begin().await?;
        tx.finish_job(claimed).await?;
        return shop.commit(tx).await;
    }
    let (batch, user, conversation) = session.batch_at_work(ballot.batch_id).await?;
    let question = session.question_of(batch.message_id).await?;
    let (judge, pauses) = session.service_and_pauses(ballot.judge).await?;
    let field = match ballot.consensus_id {
        None => field_of(session.responses_of_batch(ballot.batch_id, true).await?),
        Some(consensus) => compare_consensus::field(&mut session, consensus).await?,
    };
    let Ok(sheet) = serde_json::from_value::<Sheet>(ballot.sheet.clone()) else {
        drop(session);
        let verdict = Verdict::failed("The stored sheet is unreadable.", MicroUsd(0));
        return save(shop, claimed, &ballot, verdict).await;
    };
    let (question, shown) = images::question_for(&judge, question);
    let mut messages = ballot_prompt(&question, field.contestants(), &sheet);
    images::show(&mut messages, shown);
    drop(session);
    let images = images::contents_of(shop, &messages).await?;
    let key = match key_for_call(shop, user, &judge).await {
        Ok(key) => key,
        Err(NoKey::Failed(failure)) => {
            let verdict = Verdict::failed(failure.kind.plain_words(), MicroUsd(0));
            return save(shop, claimed, &ballot, verdict).await;
        }
        Err(NoKey::Store(error)) => return Err(error.into()),
    };
    let standing = match pauses::ask_leave(shop, judge.id, &pauses, key.as_ref()).await? {
        Leave::Granted(standing) => standing,
        Leave::Held(held) => return wait(shop, claimed, &ballot, held).await,
    };
    let call = JudgeCall {
        shop,
        judge,
        key,
        standing,
        user,
        occasion: Occasion::Answers(conversation, batch.message_id, ballot_id, field.contestants()),
        images,
        stop,
    };
    match call.ask_for_ballot(messages, &sheet, claimed.attempt).await? {
        Ok(verdict) => save(shop, claimed, &ballot, verdict).await,
        Err(_) if stop.reason() == Some(StopReason::Shutdown) => {
            let mut tx = shop.store.begin().await?;
            tx.hand_back_job(claimed).await?;
            shop.commit(tx).await
        }
        Err((error, spent)) => try_later(shop, claimed, &ballot, error, spent).await,
    }
}

/// The judge is left alone for now.
async fn wait(shop: &Shop, claimed: &ClaimedJob, ballot: &BallotRow, held: Held) -> Result<(), QueueError> {
    if claimed.attempt >= TRIES || held.until > shop.store.work_now() + LONGEST_WAIT {
        return save(
            shop,
            claimed,
            ballot,
            Verdict::failed(&held.failure.detail, MicroUsd(0)),
        )
        .await;
    }
    let mut tx = shop.store.begin().await?;
    tx.retry_job(claimed, held.until, &held.failure.detail).await?;
    shop.commit(tx).await
}

async fn try_later(
    shop: &Shop,
    claimed: &ClaimedJob,
    ballot: &BallotRow,
    error: CallError,
    spent: MicroUsd,
) -> Result<(), QueueError> {
    if !error.retryable || claimed.attempt >= TRIES {
        return save(shop, claimed, ballot, Verdict::failed(&error.to_string(), spent)).await;
    }
    let wait = error
        .retry_after
        .unwrap_or_else(|| shop.options.backoff * 2_u32.pow(u32::try_from(claimed.attempt).unwrap_or(1).min(6)));
    let wait = chrono::Duration::from_std(wait.min(shop.options.backoff_cap)).unwrap_or_default();
    let mut tx = shop.store.begin().await?;
    let at = tx.work_now() + wait;
    tx.retry_job(claimed, at, &error.to_string()).await?;
    shop.commit(tx).await
}

/// Saves the verdict and wakes the ranking, which waits for it.
async fn save(shop: &Shop, claimed: &ClaimedJob, ballot: &BallotRow, verdict: Verdict) -> Result<(), QueueError> {
    metrics::counter!("quorum_ballots_total", "status" => verdict.status.as_str()).increment(1);
    let vote = verdict.vote.as_ref().and_then(|vote| serde_json::to_value(vote).ok());
    save_until_done("a ballot", || async {
        let mut tx = shop.store.begin().await?;
        tx.finish_job(claimed).await?;
        tx.save_ballot(
            ballot.id,
            verdict.status,
            verdict.raw_reply.as_deref(),
            vote.as_ref(),
            verdict.void_reason.as_deref(),
            verdict.cost,
        )
        .await?;
        tx.enqueue(waiting_for(ballot)).await?;
        shop.commit(tx).await
    })
    .await
}

/// The work that goes on when a ballot is in.
pub fn waiting_for(ballot: &BallotRow) -> Job {
    match ballot.consensus_id {
        None => Job::RankBatch(ballot.batch_id),
        Some(consensus) => Job::CompareConsensus(consensus),
    }
}
