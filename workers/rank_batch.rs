//! Ranks a batch. It runs again whenever a ballot is in, until the policy is content: what is to
//! be done next follows from what is stored alone.

use std::collections::BTreeSet;

use quorum_domain::{
    BatchStatus,
    batch::BatchState,
    ids::{BatchId, ConversationId, RankingId, ServiceId},
};
use quorum_queue::QueueError;
use quorum_rank::{NextStep, RankingOutcome, SheetPlan, plan_next};
use quorum_store::{BatchToRank, ClaimedJob, RankedResponse, RankingResult};

use crate::{
    field::{cast_ballots, field_of},
    judges::{Bench, bench_for, policy_of},
    shop::Shop,
};

/// The batch being ranked.
struct Ranked<'a> {
    shop: &'a Shop,
    claimed: &'a ClaimedJob,
    batch: BatchState,
    conversation: ConversationId,
    open: Option<RankingId>,
}

pub async fn run(shop: &Shop, claimed: &ClaimedJob, batch_id: BatchId) -> Result<(), QueueError> {
    let mut session = shop.store.read().await?;
    let BatchToRank {
        batch,
        user,
        conversation,
        responses,
        open,
    } = session.batch_to_rank(batch_id).await?;
    let field = field_of(responses);
    let ballots = match open {
        Some(ranking) => session.ballots_of_ranking(ranking).await?,
        None => Vec::new(),
    };
    drop(session);
    let ranked = Ranked {
        shop,
        claimed,
        batch,
        conversation: conversation.id,
        open,
    };
    if ranked.batch.status != BatchStatus::Ranking {
        return ranked.done().await;
    }
    let policy = policy_of(&conversation);
    let bench = if policy.judging.asks_judges() {
        bench_for(shop, user).await?
    } else {
        Bench::default()
    };
    match plan_next(&field, &cast_ballots(&ballots), &bench.judges, &policy, rand::random()) {
        NextStep::AskBallots(plans) => ranked.hand_out(&bench, plans).await,
        NextStep::Wait => ranked.done().await,
        NextStep::Settle(outcome) => ranked.save(*outcome).await,
    }
}

impl Ranked<'_> {
    async fn done(&self) -> Result<(), QueueError> {
        let mut tx = self.shop.store.begin().await?;
        tx.finish_job(self.claimed).await?;
        self.shop.commit(tx).await
    }

    /// Gives judges their sheets.
    async fn hand_out(&self, bench: &Bench, plans: Vec<SheetPlan>) -> Result<(), QueueError> {
        let ballots = bench.ballots(plans);
        let mut tx = self.shop.store.begin().await?;
        tx.finish_job(self.claimed).await?;
        match self.open {
            Some(ranking) => tx.add_ballots(self.batch.id, ranking, &ballots).await?,
            None => tx.begin_ranking(self.batch.id, &ballots).await?.1,
        };
        self.shop.commit(tx).await
    }

    async fn save(&self, outcome: RankingOutcome) -> Result<(), QueueError> {
        let (judges_voted, judges_wanted) = judges_of(&outcome);
        let result = RankingResult {
            method: outcome.method,
            remarks: outcome.remarks.clone(),
            agreement: outcome.agreement.clone(),
            judges_wanted,
            judges_voted,
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
                    agreement_reason: entry.agreement_reason,
                })
                .collect(),
        };
        let mut tx = self.shop.store.begin().await?;
        tx.finish_job(self.claimed).await?;
        let ranking = self.open.unwrap_or_else(RankingId::new);
        tx.save_ranking(self.batch.id, self.conversation, ranking, &result)
            .await?;
        if self.batch.selected_response_id.is_some() {
            // Kept before it was judged: what the choice says of the judges is known only now.
            tx.enqueue(quorum_domain::Job::LearnFromChoice(self.batch.id)).await?;
        }
        metrics::counter!("quorum_rankings_total", "method" => result.method.as_str()).increment(1);
        self.shop.commit(tx).await
    }
}

/// Judges whose ballot counted, and judges asked. One judge that voted twice, in both orders, is
/// one judge.
fn judges_of(outcome: &RankingOutcome) -> (i64, i64) {
    let count = |judges: BTreeSet<ServiceId>| i64::try_from(judges.len()).unwrap_or(i64::MAX);
    let voted = outcome.ballots.iter().filter(|ballot| ballot.fault.is_none());
    (
        count(voted.map(|ballot| ballot.judge).collect()),
        count(outcome.ballots.iter().map(|ballot| ballot.judge).collect()),
    )
}
