//! Has judges compare a consensus with the best single answer, each of the two orders once. Like a ranking
//! it runs again whenever a ballot is in; its ballots are stored like any other, under a ranking of their
//! own. Where the conversation asks no judges, or none can be had, nobody is asked and nothing is said.

use quorum_domain::{
    ComparisonVerdict, Consensus, ConsensusComparison,
    ids::{BatchId, RankingId, ResponseId},
};
use quorum_queue::QueueError;
use quorum_rank::{
    CastBallot, Contestant, Field, NextStep, RankingOutcome, SheetPlan, best_single, fusion_verdict, plan_comparison,
};
use quorum_store::{ClaimedJob, Session, StoreError};

use crate::{
    field::{cast_ballots, field_of},
    judges::{Bench, bench_for, policy_of},
    shop::Shop,
    synthesize::newest_outcome,
};

/// A consensus beside the best single answer.
struct Compared<'a> {
    shop: &'a Shop,
    claimed: &'a ClaimedJob,
    batch: BatchId,
    consensus: ResponseId,
    single: ResponseId,
    open: Option<RankingId>,
}

pub async fn run(shop: &Shop, claimed: &ClaimedJob, id: ResponseId) -> Result<(), QueueError> {
    let mut session = shop.store.read().await?;
    let consensus = session.consensus_at_work(id).await?;
    let batch_id = consensus.response.batch_id;
    let (_, user, conversation_id) = session.batch_at_work(batch_id).await?;
    let conversation = session.conversation(user, conversation_id, true).await?;
    let open = session.open_comparison(id).await?;
    let ballots = match open {
        Some(ranking) => cast_ballots(&session.ballots_of_ranking(ranking).await?),
        None => Vec::new(),
    };
    let single = single_of(&mut session, &consensus, &ballots).await?;
    let is_over = open.is_none() && consensus.comparison.is_some();
    let policy = policy_of(&conversation);
    let (Some(single), false, true) = (single, is_over, policy.judging.asks_judges()) else {
        drop(session);
        return finish(shop, claimed).await;
    };
    let field = pair(&mut session, &consensus, single).await?;
    drop(session);
    let bench = bench_for(shop, user).await?;
    let compared = Compared {
        shop,
        claimed,
        batch: batch_id,
        consensus: id,
        single,
        open,
    };
    match plan_comparison(&field, &ballots, &bench.judges, &policy, rand::random()) {
        NextStep::AskBallots(plans) => compared.hand_out(&bench, plans).await,
        NextStep::Wait => finish(shop, claimed).await,
        // Nobody was asked since nobody can be: that is no verdict.
        NextStep::Settle(outcome) if ballots.is_empty() && outcome.pairs.is_empty() && !is_same(&outcome) => {
            finish(shop, claimed).await
        }
        NextStep::Settle(outcome) => compared.save(*outcome).await,
    }
}

fn is_same(outcome: &RankingOutcome) -> bool {
    outcome.method == quorum_domain::batch::RankingMethod::Single && outcome.entries.len() == 2
}

/// The consensus and the answer that the ballots so far have beside it.
pub async fn field(session: &mut Session, consensus: ResponseId) -> Result<Field, StoreError> {
    let consensus = session.consensus_at_work(consensus).await?;
    let single = consensus.comparison.as_ref().map(|comparison| comparison.response_id);
    match single {
        Some(single) => pair(session, &consensus, single).await,
        None => Ok(Field::of(&[])),
    }
}

/// The answer to compare with: the one that is being compared, else the best that is still there.
async fn single_of(
    session: &mut Session,
    consensus: &Consensus,
    ballots: &[CastBallot],
) -> Result<Option<ResponseId>, StoreError> {
    if !ballots.is_empty() {
        return Ok(consensus.comparison.as_ref().map(|comparison| comparison.response_id));
    }
    if consensus.response.deleted || consensus.response.expanded_content.is_none() {
        return Ok(None);
    }
    let batch = consensus.response.batch_id;
    let field = field_of(session.responses_of_batch(batch, true).await?);
    let outcome = newest_outcome(session, batch).await?;
    Ok(outcome.and_then(|outcome| best_single(&field, &outcome)))
}

async fn pair(session: &mut Session, consensus: &Consensus, single: ResponseId) -> Result<Field, StoreError> {
    let answers = session.responses_of_batch(consensus.response.batch_id, true).await?;
    let texts = answers
        .into_iter()
        .filter(|answer| answer.id == single)
        .chain([consensus.response.clone()]);
    let contestants: Vec<Contestant> = texts
        .filter_map(|response| {
            Some(Contestant {
                response_id: response.id,
                service_id: response.service_id,
                text: response.expanded_content?,
            })
        })
        .collect();
    Ok(Field::of(&contestants))
}

async fn finish(shop: &Shop, claimed: &ClaimedJob) -> Result<(), QueueError> {
    let mut tx = shop.store.begin().await?;
    tx.finish_job(claimed).await?;
    shop.commit(tx).await
}

impl Compared<'_> {
    async fn hand_out(&self, bench: &Bench, plans: Vec<SheetPlan>) -> Result<(), QueueError> {
        let ballots = bench.ballots(plans);
        let mut tx = self.shop.store.begin().await?;
        tx.finish_job(self.claimed).await?;
        match self.open {
            Some(ranking) => {
                tx.add_ballots(self.batch, ranking, &ballots).await?;
            }
            None => {
                let pending = ConsensusComparison {
                    response_id: self.single,
                    verdict: ComparisonVerdict::Pending,
                    probability: None,
                    ballots: 0,
                };
                tx.begin_comparison(self.batch, self.consensus, &ballots).await?;
                tx.note_comparison(self.consensus, Some(&pending)).await?;
            }
        }
        self.shop.commit(tx).await
    }

    async fn save(&self, outcome: RankingOutcome) -> Result<(), QueueError> {
        let comparison = fusion_verdict(self.consensus, self.single, &outcome);
        let record = serde_json::to_value(&outcome).unwrap_or_default();
        let mut tx = self.shop.store.begin().await?;
        tx.finish_job(self.claimed).await?;
        let ranking = match self.open {
            Some(ranking) => ranking,
            None => tx.begin_comparison(self.batch, self.consensus, &[]).await?.0,
        };
        tx.save_comparison(self.consensus, ranking, (outcome.method, &record), &comparison)
            .await?;
        metrics::counter!("quorum_consensus_comparisons_total", "verdict" => comparison.verdict.as_str()).increment(1);
        self.shop.commit(tx).await
    }
}
