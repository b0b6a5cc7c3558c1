//! The sheet of a ballot: which label stands for which answer, and in which order they are shown.

use quorum_domain::ids::ResponseId;
use rand::{Rng, SeedableRng, rngs::StdRng, seq::SliceRandom};
use serde::{Deserialize, Serialize};

use crate::Contestant;

/// What one judge is shown. Stored with the ballot, so that every ranking can be explained.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sheet {
    /// Seed of labels, order and delimiters.
    pub seed: u64,
    /// Labels and answers, in the order shown.
    pub shown: Vec<(String, ResponseId)>,
    /// Answers in which text addressed to the judge was cut.
    pub flagged: Vec<ResponseId>,
}

impl Sheet {
    /// The answer behind a label.
    pub fn response(&self, label: &str) -> Option<ResponseId> {
        self.shown.iter().find(|(shown, _)| shown == label).map(|(_, id)| *id)
    }

    /// A word that no answer can know, for the delimiters.
    pub fn nonce(&self) -> String {
        let mut rng = StdRng::seed_from_u64(self.seed ^ 0x006e_6f6e_6365);
        (0..12)
            .map(|_| LETTERS[rng.random_range(0..LETTERS.len())] as char)
            .collect()
    }
}

/// Consonants only: no label is a word.
const LETTERS: &[u8] = b"BCDFGHJKLMNPQRSTVWXZ";

/// Makes the `nth` sheet of a ranking. The order of the first is random, the second shows the
/// reverse, later ones are cyclic shifts; labels are new on every sheet.
pub fn make_sheet(contestants: &[Contestant], seed: u64, nth: usize) -> Sheet {
    let mut order: Vec<&Contestant> = contestants.iter().collect();
    order.sort_by_key(|contestant| contestant.response_id);
    order.shuffle(&mut StdRng::seed_from_u64(seed));
    if nth == 1 {
        order.reverse();
    } else if !order.is_empty() {
        let shift = nth.saturating_sub(1) % order.len();
        order.rotate_left(shift);
    }
    let own_seed = seed.wrapping_add(1 + nth as u64);
    let mut rng = StdRng::seed_from_u64(own_seed);
    let mut shown: Vec<(String, ResponseId)> = Vec::with_capacity(order.len());
    for contestant in &order {
        let label = loop {
            let label: String = (0..3)
                .map(|_| LETTERS[rng.random_range(0..LETTERS.len())] as char)
                .collect();
            if shown.iter().all(|(taken, _)| *taken != label) {
                break label;
            }
        };
        shown.push((label, contestant.response_id));
    }
    let flagged = order
        .iter()
        .filter(|contestant| crate::without_injection(&contestant.text).1)
        .map(|contestant| contestant.response_id)
        .collect();
    Sheet {
        seed: own_seed,
        shown,
        flagged,
    }
}
