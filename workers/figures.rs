//! Figures of the work, for those who watch over it.

use std::{sync::Arc, time::Duration};

use tokio_util::sync::CancellationToken;

use crate::shop::Shop;

/// Between two counts.
const COUNT_EVERY: Duration = Duration::from_secs(5);
/// States that are counted, so that one that empties goes back to zero.
const STATES: [&str; 4] = ["queued", "retrying", "calling", "streaming"];

/// Counts until `shutdown`. What happens rarely stands at zero from the start.
pub async fn keep_counting(shop: Arc<Shop>, shutdown: CancellationToken) {
    for rare in [
        "quorum_takeovers_total",
        "quorum_stale_writes_refused_total",
        "quorum_accounts_erased_total",
    ] {
        metrics::counter!(rare).increment(0);
    }
    for outcome in ["delivered", "retry", "given_up"] {
        metrics::counter!("quorum_webhook_attempts_total", "outcome" => outcome).increment(0);
    }
    loop {
        match shop.store.figures().await {
            Ok(figures) => show(&shop, &figures),
            Err(error) => tracing::debug!(error = %error, "the work could not be counted"),
        }
        tokio::select! {
            () = tokio::time::sleep(COUNT_EVERY) => {}
            () = shutdown.cancelled() => return,
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts far below 2^52")]
fn show(shop: &Shop, figures: &quorum_store::Figures) {
    for state in STATES {
        let count = figures
            .responses
            .iter()
            .filter(|(found, _)| found == state)
            .map(|(_, count)| *count)
            .sum::<i64>();
        metrics::gauge!("quorum_responses", "state" => state).set(count as f64);
    }
    for (kind, count) in &figures.due {
        metrics::gauge!("quorum_due", "kind" => kind.clone()).set(*count as f64);
    }
    let waiting = |state: &str| {
        let of_state = figures.jobs.iter().filter(|(_, found, _)| found == state);
        of_state.map(|(.., count)| *count).sum::<i64>() as f64
    };
    metrics::gauge!("quorum_jobs", "state" => "queued").set(waiting("queued"));
    metrics::gauge!("quorum_jobs", "state" => "running").set(waiting("running"));
    metrics::gauge!("quorum_jobs", "state" => "dead").set(waiting("dead"));
    metrics::gauge!("quorum_oldest_due_seconds").set(figures.oldest_due_seconds);
    metrics::gauge!("quorum_oldest_expired_lease_seconds").set(figures.oldest_expired_lease_seconds);
    metrics::gauge!("quorum_open_breakers").set(figures.open_breakers as f64);
    let (responses, jobs) = shop.runner.in_hand();
    metrics::gauge!("quorum_in_hand", "work" => "responses").set(responses as f64);
    metrics::gauge!("quorum_in_hand", "work" => "jobs").set(jobs as f64);
}
