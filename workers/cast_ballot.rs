//! Asks one judge for its ballot: one call, one repair, else the ballot is void.

use quorum_domain::{
    Service,
    batch::BallotStatus,
    context::PromptMessage,
    ids::{BallotId, ConversationId, UserId},
    response::ResponseStatus,
    usage::{CallOutcome, CallPurpose, MicroUsd},
};
use quorum_providers::{Ask, CallError, JsonSchema, Reply};
use quorum_queue::{QueueError, Stop, StopReason};
use quorum_rank::{Contestant, Sheet, Vote, ballot_prompt, ballot_schema, parse_ballot, repair_request};
use quorum_store::{BallotRow, CallEnd, ClaimedJob, NewCall};
use tokio::sync::mpsc;

use crate::{
    keys::{NoKey, OpenedKey, key_for_call},
    pauses::{self, Held, Leave, Standing},
    saving::save_until_done,
    shop::Shop,
};

/// Calls to a judge that fail for a passing reason before it is given up.
const TRIES: i64 = 3;
/// A ballot of eight answers has about 1,500 tokens; reasoning models think before they write.
const BALLOT_TOKENS: u32 = 6_000;

/// How asking a judge ended.
struct Verdict {
    status: BallotStatus,
    raw_reply: Option<String>,
    vote: Option<Vote>,
    void_reason: Option<String>,
    cost: MicroUsd,
}

/// What a judge is asked with.
struct Bench<'a> {
    shop: &'a Shop,
    judge: Service,
    key: Option<OpenedKey>,
    standing: Standing,
    user: UserId,
    conversation: ConversationId,
    ballot: BallotId,
    stop: &'a Stop,
}

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
    let judge = session.service(ballot.judge).await?;
    let contestants: Vec<Contestant> = session
        .responses_of_batch(ballot.batch_id, true)
        .await?
        .into_iter()
        .filter(|response| response.status == ResponseStatus::Completed)
        .filter_map(|response| {
            Some(Contestant {
                response_id: response.id,
                service_id: response.service_id,
                text: response.expanded_content?,
            })
        })
        .collect();
    drop(session);
    let Ok(sheet) = serde_json::from_value::<Sheet>(ballot.sheet.clone()) else {
        return save(
            shop,
            claimed,
            &ballot,
            failed("The stored sheet is unreadable.", MicroUsd(0)),
        )
        .await;
    };
    let key = match key_for_call(shop, user, &judge).await {
        Ok(key) => key,
        Err(NoKey::Failed(failure)) => {
            return save(shop, claimed, &ballot, failed(failure.kind.plain_words(), MicroUsd(0))).await;
        }
        Err(NoKey::Store(error)) => return Err(error.into()),
    };
    let standing = match pauses::ask_leave(shop, judge.id, key.as_ref()).await? {
        Leave::Granted(standing) => standing,
        Leave::Held(held) => return wait(shop, claimed, &ballot, held).await,
    };
    let bench = Bench {
        shop,
        judge,
        key,
        standing,
        user,
        conversation,
        ballot: ballot_id,
        stop,
    };
    let messages = ballot_prompt(&question, &contestants, &sheet);
    match bench.ask_for_ballot(messages, &sheet, claimed.attempt).await? {
        Ok(verdict) => save(shop, claimed, &ballot, verdict).await,
        Err(_) if stop.reason() == Some(StopReason::Shutdown) => {
            let mut tx = shop.store.begin().await?;
            tx.hand_back_job(claimed).await?;
            shop.commit(tx).await
        }
        Err(error) => try_later(shop, claimed, &ballot, error).await,
    }
}

impl Bench<'_> {
    /// One question, and one more if the reply is not a ballot.
    async fn ask_for_ballot(
        &self,
        mut messages: Vec<PromptMessage>,
        sheet: &Sheet,
        attempt: i64,
    ) -> Result<Result<Verdict, CallError>, QueueError> {
        let mut cost = MicroUsd(0);
        let mut fault = String::new();
        let mut raw_reply = None;
        for try_number in 0..2 {
            let (reply, spent) = self.call(messages.clone(), attempt * 2 - 1 + try_number).await?;
            cost = cost + spent;
            let reply = match reply {
                Ok(reply) => reply,
                Err(error) => return Ok(Err(error)),
            };
            match parse_ballot(&reply.text, sheet) {
                Ok(vote) => {
                    return Ok(Ok(Verdict {
                        status: BallotStatus::Voted,
                        raw_reply: Some(reply.text),
                        vote: Some(vote),
                        void_reason: None,
                        cost,
                    }));
                }
                Err(found) => {
                    messages.extend(repair_request(&reply.text, &found));
                    fault = found.to_string();
                    raw_reply = Some(reply.text);
                }
            }
        }
        Ok(Ok(Verdict {
            status: BallotStatus::Void,
            raw_reply,
            vote: None,
            void_reason: Some(fault),
            cost,
        }))
    }

    /// One call with its ledger row before and after.
    async fn call(
        &self,
        messages: Vec<PromptMessage>,
        attempt: i64,
    ) -> Result<(Result<Reply, CallError>, MicroUsd), QueueError> {
        let shop = self.shop;
        let mut tx = shop.store.begin().await?;
        let call_id = tx
            .open_call(&NewCall {
                purpose: CallPurpose::Ballot,
                user_id: self.user,
                service_id: self.judge.id,
                conversation_id: Some(self.conversation),
                response_id: None,
                ballot_id: Some(self.ballot),
                attempt,
            })
            .await?;
        shop.commit(tx).await?;
        let ask = Ask {
            max_output_tokens: self.judge.max_output_tokens.min(BALLOT_TOKENS),
            service: self.judge.clone(),
            key: self.key.as_ref().map(|key| key.secret.clone()),
            messages,
            structured: Some(JsonSchema {
                name: "ballot",
                schema: ballot_schema(),
            }),
        };
        let (sender, mut pieces) = mpsc::channel(64);
        let (reply, ()) = tokio::join!(shop.voices.ask(&ask, sender, self.stop.token()), async {
            while pieces.recv().await.is_some() {}
        });
        let (outcome, usage, request_id, detail) = match &reply {
            Ok(reply) => (
                CallOutcome::Completed,
                Some(reply.usage),
                reply.request_id.clone(),
                None,
            ),
            Err(error) => (
                CallOutcome::Failed,
                error.usage,
                error.request_id.clone(),
                Some(error.to_string()),
            ),
        };
        let cost = usage.map_or(MicroUsd(0), |usage| self.judge.prices.cost(&usage));
        let end = CallEnd {
            call_id,
            outcome,
            usage,
            cost,
            provider_request_id: request_id,
            detail,
        };
        let verdict = match &reply {
            Ok(_) => self.standing.verdict_of_success(),
            Err(error) => self.standing.verdict_of(error),
        };
        save_until_done("a judge's call", || async {
            let mut tx = shop.store.begin().await?;
            tx.close_call(&end).await?;
            verdict.note(&mut tx).await?;
            shop.commit(tx).await
        })
        .await?;
        Ok((reply, cost))
    }
}

fn failed(reason: &str, cost: MicroUsd) -> Verdict {
    Verdict {
        status: BallotStatus::Failed,
        raw_reply: None,
        vote: None,
        void_reason: Some(reason.to_owned()),
        cost,
    }
}

/// Longest that a ranking waits for a judge that is left alone; then the ballot counts as failed.
const LONGEST_WAIT: chrono::Duration = chrono::Duration::seconds(30);

/// The judge is left alone for now.
async fn wait(shop: &Shop, claimed: &ClaimedJob, ballot: &BallotRow, held: Held) -> Result<(), QueueError> {
    if claimed.attempt >= TRIES || held.until > shop.store.work_now() + LONGEST_WAIT {
        return save(shop, claimed, ballot, failed(&held.failure.detail, MicroUsd(0))).await;
    }
    let mut tx = shop.store.begin().await?;
    tx.retry_job(claimed, held.until, &held.failure.detail).await?;
    shop.commit(tx).await
}

async fn try_later(shop: &Shop, claimed: &ClaimedJob, ballot: &BallotRow, error: CallError) -> Result<(), QueueError> {
    if !error.retryable || claimed.attempt >= TRIES {
        return save(shop, claimed, ballot, failed(&error.to_string(), MicroUsd(0))).await;
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
        tx.enqueue(quorum_domain::Job::RankBatch(ballot.batch_id)).await?;
        shop.commit(tx).await
    })
    .await
}
