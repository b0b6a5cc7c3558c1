//! The sheet of a ballot: which label stands for which answer, and in which order they are shown.

use quorum_domain::ids::ResponseId;
use rand::{Rng, SeedableRng, rngs::StdRng, seq::SliceRandom};
use serde::{Deserialize, Serialize};

use crate::{Field, judge::PRIOR_ACCURACY, planted::Planted};

/// What one judge is shown. Stored with the ballot, so that every ranking can be explained.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sheet {
    /// Seed of labels and delimiters.
    pub seed: u64,
    /// Seed of the order, the same for all ballots of a ranking.
    #[serde(default)]
    pub order_seed: u64,
    /// Its place among the ballots of a ranking, which decides the order.
    #[serde(default)]
    pub nth: usize,
    /// What the judge was expected to get right when it was asked.
    #[serde(default = "prior")]
    pub accuracy: f64,
    /// Labels and answers, in the order shown; one answer for each group of equal ones.
    pub shown: Vec<(String, ResponseId)>,
    /// Answers in which text addressed to the judge was cut.
    pub flagged: Vec<ResponseId>,
    /// A text of our own among them, by which a judge shows whether it obeys what it reads; none in an
    /// exam.
    #[serde(default)]
    pub planted: Option<Planted>,
}

const fn prior() -> f64 {
    PRIOR_ACCURACY
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

/// Makes the `nth` sheet of a ranking without the groups in `left_out`. The order of the first is
/// random, the second shows the reverse, later ones are cyclic shifts; labels are new on every
/// sheet.
pub(crate) fn make_sheet(field: &Field, order_seed: u64, nth: usize, accuracy: f64, left_out: &[usize]) -> Sheet {
    let seed = order_seed.wrapping_add(1 + nth as u64);
    let groups = order_of(field.groups().len(), order_seed, nth);
    let shown_groups: Vec<usize> = groups.into_iter().filter(|group| !left_out.contains(group)).collect();
    let faces: Vec<ResponseId> = shown_groups
        .iter()
        .map(|group| field.face(*group).response_id)
        .collect();
    let flagged = shown_groups
        .iter()
        .filter(|group| field.flagged(field.groups()[**group][0]))
        .map(|group| field.face(*group).response_id)
        .collect();
    let mut labels = labels(field, faces.len() + 1, seed);
    let planted = labels.pop().map(|label| Planted::among(faces.len(), label, seed));
    Sheet {
        seed,
        order_seed,
        nth,
        accuracy,
        shown: labels.into_iter().zip(faces).collect(),
        flagged,
        planted,
    }
}

/// Two reversed ballots cancel a judge's liking for a place; from three on, shifts do so better.
fn order_of(count: usize, order_seed: u64, nth: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..count).collect();
    order.shuffle(&mut StdRng::seed_from_u64(order_seed));
    if nth == 1 {
        order.reverse();
    } else if !order.is_empty() {
        let shift = nth.saturating_sub(1) % order.len();
        order.rotate_left(shift);
    }
    order
}

/// No label stands in an answer, so no answer can speak of one.
fn labels(field: &Field, count: usize, seed: u64) -> Vec<String> {
    let mut rng = StdRng::seed_from_u64(seed);
    let mut labels: Vec<String> = Vec::with_capacity(count);
    while labels.len() < count {
        let label: String = (0..3)
            .map(|_| LETTERS[rng.random_range(0..LETTERS.len())] as char)
            .collect();
        let spoken = |text: &String| text.contains(&label.to_lowercase());
        if !labels.contains(&label) && !field.folded().iter().any(spoken) {
            labels.push(label);
        }
    }
    labels
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Contestant;
    use quorum_domain::ids::ServiceId;

    fn field() -> Field {
        let texts = ["alpha one", "beta two", "gamma three", "delta four"];
        let contestants: Vec<Contestant> = texts
            .iter()
            .map(|text| Contestant {
                response_id: ResponseId::new(),
                service_id: ServiceId::new(),
                text: (*text).into(),
            })
            .collect();
        Field::of(&contestants)
    }

    fn shown(sheet: &Sheet) -> Vec<ResponseId> {
        sheet.shown.iter().map(|(_, id)| *id).collect()
    }

    #[test]
    fn the_second_sheet_is_the_reverse_and_the_third_a_shift() {
        let field = field();
        let [first, second, third] = [0, 1, 2].map(|nth| make_sheet(&field, 7, nth, 0.65, &[]));
        let mut expected = shown(&first);
        expected.reverse();
        assert_eq!(shown(&second), expected);
        expected.reverse();
        expected.rotate_left(1);
        assert_eq!(shown(&third), expected);
        assert_ne!(first.shown[0].0, second.shown[3].0);
        assert_eq!(make_sheet(&field, 7, 0, 0.65, &[]), first);
    }

    #[test]
    fn a_group_can_be_left_out() {
        let field = field();
        let sheet = make_sheet(&field, 7, 2, 0.65, &[0]);
        assert_eq!(sheet.shown.len(), 3);
        assert!(!shown(&sheet).contains(&field.face(0).response_id));
    }
}
