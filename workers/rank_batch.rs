//! Ranks a batch. It runs twice where a judge is asked: first to hand out the ballot, and again
//! when the ballot is in.

use quorum_domain::{
    BatchStatus, FinishReason, JudgingPolicy, Response,
    batch::{BallotStatus, BatchState},
    ids::{BatchId, ConversationId, RankingId, UserId},
    response::ResponseStatus,
};
use quorum_queue::QueueError;
use quorum_rank::{
    Contestant, CountedBallot, RankingOutcome, Vote, make_sheet, rank_by_ballots, rank_locally, single, unranked,
};
use quorum_store::{BallotRow, ClaimedJob, NewBallot, RankedResponse, RankingResult};

use crate::{judges::choose_judge, shop::Shop};

/// A single exam-less judge counts one.
const JUDGE_WEIGHT: f64 = 1.0;

pub async fn run(shop: &Shop, claimed: &ClaimedJob, batch_id: BatchId) -> Result<(), QueueError> {
    let mut session = shop.store.read().await?;
    let (batch, user, conversation_id) = session.batch_at_work(batch_id).await?;
    if batch.status != BatchStatus::Ranking {
        return done(shop, claimed).await;
    }
    let policy = match session.conversation(user, conversation_id, true).await {
        Ok(conversation) => conversation.judging_policy,
        Err(error) => return Err(error.into()),
    };
    let contestants = contestants(session.responses_of_batch(batch_id, true).await?);
    let open = session.open_ranking(batch_id).await?;
    let ballots = match open {
        Some(ranking) => session.ballots_of_ranking(ranking).await?,
        None => Vec::new(),
    };
    drop(session);
    match (&contestants[..], policy) {
        ([], _) | (_, JudgingPolicy::Off) => {
            save(
                shop,
                claimed,
                &batch,
                conversation_id,
                open,
                unranked(&contestants),
                &[],
            )
            .await
        }
        ([one], _) => save(shop, claimed, &batch, conversation_id, open, single(one), &[]).await,
        (_, JudgingPolicy::Local) => {
            save(
                shop,
                claimed,
                &batch,
                conversation_id,
                open,
                rank_locally(&contestants),
                &[],
            )
            .await
        }
        (_, JudgingPolicy::Judge) if open.is_none() => {
            hand_out(shop, claimed, &batch, user, conversation_id, &contestants).await
        }
        (_, JudgingPolicy::Judge) if ballots.iter().any(|ballot| ballot.status == BallotStatus::Pending) => {
            done(shop, claimed).await
        }
        (_, JudgingPolicy::Judge) => {
            let outcome = outcome_of(&contestants, &ballots);
            save(shop, claimed, &batch, conversation_id, open, outcome, &ballots).await
        }
    }
}

/// Complete answers that were not removed; what the user does not see is not ranked.
fn contestants(responses: Vec<Response>) -> Vec<Contestant> {
    responses
        .into_iter()
        .filter(|response| {
            response.status == ResponseStatus::Completed
                && response.finish_reason != Some(FinishReason::Refusal)
                && !response.deleted
        })
        .filter_map(|response| {
            let text = response.expanded_content?;
            Some(Contestant {
                response_id: response.id,
                service_id: response.service_id,
                text,
            })
        })
        .collect()
}

async fn done(shop: &Shop, claimed: &ClaimedJob) -> Result<(), QueueError> {
    let mut tx = shop.store.begin().await?;
    tx.finish_job(claimed).await?;
    shop.commit(tx).await
}

/// Gives the judge its sheet; without a judge the order is by agreement.
async fn hand_out(
    shop: &Shop,
    claimed: &ClaimedJob,
    batch: &BatchState,
    user: UserId,
    conversation: ConversationId,
    contestants: &[Contestant],
) -> Result<(), QueueError> {
    let Some(judge) = choose_judge(shop, user, contestants).await? else {
        let mut outcome = rank_locally(contestants);
        outcome.note = Some("no judge available; ordered by agreement, not judged".into());
        return save(shop, claimed, batch, conversation, None, outcome, &[]).await;
    };
    let sheet = make_sheet(contestants, rand::random(), 0);
    let ballot = NewBallot {
        judge: judge.id,
        judge_name: judge.name,
        sheet: serde_json::to_value(&sheet).unwrap_or_default(),
        prompt_version: quorum_rank::PROMPT_VERSION.to_owned(),
        weight: JUDGE_WEIGHT,
    };
    let mut tx = shop.store.begin().await?;
    tx.finish_job(claimed).await?;
    tx.begin_ranking(batch.id, &[ballot]).await?;
    shop.commit(tx).await
}

fn outcome_of(contestants: &[Contestant], ballots: &[BallotRow]) -> RankingOutcome {
    let counted: Vec<CountedBallot> = ballots
        .iter()
        .filter(|ballot| ballot.status == BallotStatus::Voted)
        .filter_map(|ballot| {
            let vote: Vote = serde_json::from_value(ballot.vote.clone()?).ok()?;
            Some(CountedBallot {
                judge: ballot.judge,
                weight: ballot.weight,
                vote,
            })
        })
        .collect();
    if counted.is_empty() {
        let mut outcome = rank_locally(contestants);
        outcome.note = Some("no judge's ballot counted; ordered by agreement, not judged".into());
        return outcome;
    }
    rank_by_ballots(contestants, &counted)
}

async fn save(
    shop: &Shop,
    claimed: &ClaimedJob,
    batch: &BatchState,
    conversation: ConversationId,
    open: Option<RankingId>,
    outcome: RankingOutcome,
    ballots: &[BallotRow],
) -> Result<(), QueueError> {
    let voted = ballots
        .iter()
        .filter(|ballot| ballot.status == BallotStatus::Voted)
        .count();
    let result = RankingResult {
        method: outcome.method,
        note: outcome.note.clone(),
        agreement: outcome.agreement.clone(),
        judges_wanted: i64::try_from(ballots.len()).unwrap_or(i64::MAX),
        judges_voted: i64::try_from(voted).unwrap_or(i64::MAX),
        record: serde_json::to_value(&outcome).unwrap_or_default(),
        entries: outcome
            .entries
            .into_iter()
            .map(|entry| RankedResponse {
                response_id: entry.response_id,
                rank: entry.rank,
                score: entry.score,
                tied: entry.tied,
                summary: entry.summary,
                reasoning: entry.reasoning,
            })
            .collect(),
    };
    let mut tx = shop.store.begin().await?;
    tx.finish_job(claimed).await?;
    let ranking = match open {
        Some(ranking) => ranking,
        None => tx.begin_ranking(batch.id, &[]).await?.0,
    };
    tx.save_ranking(batch.id, conversation, ranking, &result).await?;
    metrics::counter!("quorum_rankings_total", "method" => result.method.as_str()).increment(1);
    shop.commit(tx).await
}
