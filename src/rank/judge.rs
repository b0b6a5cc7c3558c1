//! Who may judge, how far a judge is to be trusted, and what its ballot counts.

use quorum_domain::ids::ServiceId;
use serde::{Deserialize, Serialize};

/// What a judge without any record is taken to get right, and the pairs that this guess is worth.
pub const PRIOR_ACCURACY: f64 = 0.65;
const PRIOR_PAIRS: f64 = 20.0;
/// Below this a judge is no better than a coin, often worse, and does not count.
pub const LEAST_ACCURACY: f64 = 0.55;
/// No record makes a judge count more than this in log-odds.
const MOST_LOG_ODDS: f64 = 3.0;

/// Pairs that a judge was tried on (exam and selections), and how many it got right.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct TrackRecord {
    /// Pairs it got right; a half where it did not commit itself.
    pub right: f64,
    /// Pairs tried.
    pub pairs: f64,
}

impl TrackRecord {
    /// Both records together.
    #[must_use]
    pub fn with(self, other: Self) -> Self {
        Self {
            right: self.right + other.right,
            pairs: self.pairs + other.pairs,
        }
    }

    /// The share it gets right, drawn towards the guess for an unknown judge while pairs are few.
    pub fn accuracy(self) -> f64 {
        let pairs = if self.pairs.is_finite() {
            self.pairs.max(0.0)
        } else {
            0.0
        };
        let right = if self.right.is_finite() {
            self.right.clamp(0.0, pairs)
        } else {
            0.0
        };
        PRIOR_ACCURACY.mul_add(PRIOR_PAIRS, right) / (PRIOR_PAIRS + pairs)
    }
}

/// A service that may judge and can be called.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Judge {
    /// The service.
    pub service_id: ServiceId,
    /// The family of its model; see [`crate::family_of`].
    pub family: String,
    /// What is known of it.
    pub record: TrackRecord,
}

impl Judge {
    /// The share of pairs that it is expected to get right.
    pub fn accuracy(&self) -> f64 {
        self.record.accuracy()
    }
}

/// Log-odds of being right, cut at 0 and 3; nothing for a judge below 0.55.
fn log_odds(accuracy: f64) -> f64 {
    if accuracy.is_nan() || accuracy < LEAST_ACCURACY {
        return 0.0;
    }
    if accuracy >= 1.0 {
        return MOST_LOG_ODDS;
    }
    (accuracy / (1.0 - accuracy)).ln().clamp(0.0, MOST_LOG_ODDS)
}

/// What a ballot counts beside the best judge's, which counts 1. Log-odds are the optimal weights
/// of independent votes (Nitzan and Paroush 1982).
pub fn ballot_weight(accuracy: f64, best: f64) -> f64 {
    let best = log_odds(best);
    if best > 0.0 {
        (log_odds(accuracy) / best).min(1.0)
    } else {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_unknown_judge_has_the_prior_and_a_bad_one_does_not_count() {
        assert!((TrackRecord::default().accuracy() - 0.65).abs() < 1e-12);
        let bad = TrackRecord {
            right: 12.0,
            pairs: 40.0,
        };
        assert!(bad.accuracy() < LEAST_ACCURACY && ballot_weight(bad.accuracy(), 0.8) == 0.0);
        assert!((ballot_weight(0.8, 0.8) - 1.0).abs() < 1e-12);
        assert_eq!(ballot_weight(0.5, 0.5), 0.0);
    }

    proptest! {
        #[test]
        fn weights_stay_between_none_and_one_and_rise_with_accuracy(p in 0.0_f64..=1.0, q in 0.0_f64..=1.0, best in 0.0_f64..=1.0) {
            let (low, high) = (p.min(q), p.max(q));
            prop_assert!((0.0..=1.0).contains(&ballot_weight(low, best)));
            prop_assert!(ballot_weight(low, best) <= ballot_weight(high, best));
        }

        #[test]
        fn an_accuracy_is_always_a_share(right in proptest::num::f64::ANY, pairs in proptest::num::f64::ANY) {
            let accuracy = TrackRecord { right, pairs }.accuracy();
            prop_assert!((0.0..=1.0).contains(&accuracy));
        }
    }
}
