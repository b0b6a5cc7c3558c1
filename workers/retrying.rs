//! Whether a response is tried again, and when.

use std::time::Duration;

use quorum_domain::{Beside, Failure, Timestamp};
use quorum_store::{CallStart, ClaimedResponse, Outcome};
use rand::Rng;

use crate::shop::Shop;

/// What came of an answer before it failed.
#[derive(Debug, Default)]
pub struct Partial {
    text: Option<String>,
    beside: Beside,
}

impl Partial {
    /// A text, maybe empty, and what came beside it.
    pub fn of(text: String, beside: Beside) -> Self {
        let something = !text.is_empty() || beside.thoughts.is_some();
        Self {
            text: something.then_some(text),
            beside,
        }
    }

    /// Given up, with what there is.
    pub fn failed(self, failure: Failure) -> Outcome {
        Outcome::Failed {
            failure,
            partial: self.text,
            beside: self.beside,
        }
    }
}

/// Another attempt, if one is left and may begin before the deadline of the batch.
pub fn failed_or_retry(
    shop: &Shop,
    claimed: &ClaimedResponse,
    started: CallStart,
    failure: Failure,
    retry_after: Option<Duration>,
    partial: Partial,
) -> Outcome {
    let now = shop.store.work_now();
    let wait = retry_after.unwrap_or_else(|| backoff(shop, started));
    let at = now + chrono::Duration::from_std(wait).unwrap_or(chrono::Duration::MAX / 2);
    if started.attempt >= claimed.max_attempts || at >= deadline_of(shop, claimed) {
        return partial.failed(failure);
    }
    Outcome::Retry { failure, at }
}

/// The moment by which the last attempt must have begun.
pub fn deadline_of(shop: &Shop, claimed: &ClaimedResponse) -> Timestamp {
    claimed.started_at + chrono::Duration::seconds(i64::from(shop.settings.now().batch_seconds))
}

/// Full jitter over a doubling cap, so that many callers do not come back together.
fn backoff(shop: &Shop, started: CallStart) -> Duration {
    let nth = u32::try_from(started.attempt - 1).unwrap_or(0).min(8);
    let cap = (shop.options.backoff * 2_u32.pow(nth)).min(shop.options.backoff_cap);
    cap.mul_f64(rand::rng().random_range(0.1..=1.0))
}
