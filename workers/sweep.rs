//! Hands on what dead workers held, and tells those who wait for work that was given up.

use std::time::Duration;

use quorum_domain::{Job, RankingRemark, batch::BallotStatus, probe::ProbeStatus, usage::MicroUsd};
use quorum_queue::QueueError;
use quorum_store::{RankingResult, Tx};

use crate::{cast_ballot::waiting_for, erase_accounts, shop::Shop};

/// Replies to repeated requests are kept this long.
const REPLIES_KEPT_HOURS: i64 = 48;
/// So are messages to webhooks, and webhooks that were taken away.
const WEBHOOK_LOG_DAYS: i64 = 30;
/// Images that were brought and not sent are kept this long.
const UNSENT_KEPT_HOURS: i64 = 48;

pub async fn run(shop: &Shop, lease: Duration) -> bool {
    let swept = sweep(shop, lease).await;
    if let Err(error) = erase_accounts::run(shop).await {
        tracing::warn!(error = %error, "closed accounts could not be erased; a later sweep goes on");
    }
    if let Err(error) = &swept {
        tracing::warn!(error = %error, "the sweep could not be made; a later one will");
    }
    match swept {
        Ok(()) => true,
        // The others' leases are no less trustworthy for a row that was locked.
        Err(QueueError::Store(error)) => error.is_lock_timeout(),
        Err(_) => false,
    }
}

async fn sweep(shop: &Shop, lease: Duration) -> Result<(), QueueError> {
    let hold_off = chrono::Duration::from_std(lease).unwrap_or_default();
    let (mut tx, swept) = shop.store.sweep(hold_off).await?;
    for job in &swept.jobs_set_aside {
        tell_waiting(&mut tx, *job).await?;
    }
    let old = tx.now() - chrono::Duration::hours(REPLIES_KEPT_HOURS);
    tx.forget_requests_before(old).await?;
    let kept_days = i64::from(shop.settings.now().deleted_kept_days);
    if kept_days > 0 {
        let moment = tx.now() - chrono::Duration::days(kept_days);
        tx.erase_deleted_before(moment).await?;
    }
    let old = tx.now() - chrono::Duration::days(WEBHOOK_LOG_DAYS);
    tx.forget_webhooks_before(old).await?;
    let unsent = tx.now() - chrono::Duration::hours(UNSENT_KEPT_HOURS);
    tx.erase_unsent_before(unsent).await?;
    let taken_over = swept.responses_taken_over + swept.jobs_taken_over;
    if taken_over > 0 {
        metrics::counter!("quorum_takeovers_total").increment(taken_over);
        tracing::info!(
            responses = swept.responses_taken_over,
            jobs = swept.jobs_taken_over,
            "work of a dead worker was taken over"
        );
    }
    shop.commit(tx).await
}

/// A ballot or a ranking that was set aside must not leave its batch waiting.
async fn tell_waiting(tx: &mut Tx, job: Job) -> Result<(), QueueError> {
    match job {
        Job::CastBallot(id) => {
            let ballot = tx.ballot(id).await?;
            tx.save_ballot(
                id,
                BallotStatus::Failed,
                None,
                None,
                Some("it ended its worker repeatedly"),
                MicroUsd(0),
            )
            .await?;
            tx.enqueue(waiting_for(&ballot)).await?;
        }
        Job::RankBatch(id) => {
            let (_, _, conversation) = tx.batch_at_work(id).await?;
            let (ranking, _) = tx.begin_ranking(id, &[]).await?;
            let result = RankingResult {
                method: quorum_domain::batch::RankingMethod::None,
                remarks: vec![RankingRemark::GivenUp],
                agreement: None,
                judges_wanted: 0,
                judges_voted: 0,
                entries: Vec::new(),
                record: serde_json::Value::Null,
            };
            tx.save_ranking(id, conversation, ranking, &result).await?;
        }
        Job::TestKey(id) => {
            tx.note_key_test(
                id,
                quorum_domain::key::KeyStatus::Failed,
                Some(&"The test could not be made.".into()),
            )
            .await?;
        }
        Job::Probe(id) => {
            tx.finish_probe(
                id,
                ProbeStatus::Failed,
                None,
                Some(&"The test could not be made.".into()),
                None,
            )
            .await?;
        }
        Job::DeliverWebhook(id) => tx.give_up_delivery(id, "It ended its worker repeatedly.").await?,
        Job::TakeExam(id) => tx.fail_exam(id, "it ended its worker repeatedly").await?,
        // It stays without a comparison.
        Job::CompareConsensus(id) => tx.note_comparison(id, None).await?,
        Job::LearnFromChoice(_) => {}
    }
    Ok(())
}
