//! Whether two sentences say the same, or the opposite, by their words alone. A rehearsal of
//! reading: it finds what is said in like words, and nothing that is only meant alike. That two contradict
//! each other is said only where they are about the same thing; see `denial`.

use std::collections::BTreeSet;

use unicode_segmentation::UnicodeSegmentation;

use crate::denial::{Clause, Figure, clauses, figures, is_negation};

/// What is compared of a sentence.
#[derive(Debug, Clone)]
pub(crate) struct Gist {
    words: BTreeSet<String>,
    numbers: BTreeSet<String>,
    figures: Vec<Figure>,
    clauses: Vec<Clause>,
}

/// How two sentences stand to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Likeness {
    Same,
    Opposite,
    Apart,
}

const SAME: f64 = 0.6;
/// Fewer words in common than this are chance.
const SHARED_WORDS: usize = 2;
/// Words are compared by their beginning, so that most endings do not matter.
const STEM: usize = 6;

const EMPTY_WORDS: &[&str] = &[
    "that", "this", "with", "from", "they", "them", "have", "will", "would", "because", "which", "when", "then",
    "than", "there", "their", "what", "also", "into", "your", "about", "some", "such", "very", "were", "been", "more",
    "most", "does", "here", "only", "just", "each", "other", "these", "those", "should", "could", "while",
];

/// The beginning of a word that carries meaning; none for other words.
pub(crate) fn stem(word: &str) -> Option<String> {
    let long = word.chars().count() > 3 || !word.is_ascii();
    let weighty = long && !word.chars().any(char::is_numeric) && !EMPTY_WORDS.contains(&word) && !is_negation(word);
    weighty.then(|| word.chars().take(STEM).collect())
}

impl Gist {
    pub(crate) fn of(sentence: &str) -> Self {
        let words: Vec<String> = sentence.unicode_words().map(str::to_lowercase).collect();
        Self {
            numbers: words
                .iter()
                .filter(|word| word.chars().any(char::is_numeric))
                .map(|word| word.replace(',', ""))
                .collect(),
            figures: figures(&words),
            clauses: clauses(sentence),
            words: words.iter().filter_map(|word| stem(word)).collect(),
        }
    }

    /// Whether there is enough in it to be a point.
    pub(crate) fn says_something(&self) -> bool {
        self.words.len() + self.numbers.len() >= 3
    }

    /// The share of the words of the shorter one that stand in both.
    pub(crate) fn overlap(&self, other: &Self) -> f64 {
        let shared = self.words.intersection(&other.words).count();
        let shorter = self.words.len().min(other.words.len());
        let longer = self.words.len().max(other.words.len());
        if shared < SHARED_WORDS || shared * 3 < longer {
            return 0.0;
        }
        shared as f64 / shorter as f64
    }

    pub(crate) fn compare(&self, other: &Self) -> Likeness {
        if self.overlap(other) < SAME {
            return Likeness::Apart;
        }
        let other_numbers = !self.numbers.is_subset(&other.numbers) && !other.numbers.is_subset(&self.numbers);
        let (denied, turned) = (self.denies(other), self.turns(other));
        match (other_numbers, denied || turned) {
            (false, false) => Likeness::Same,
            (true, false) if self.gives_another_figure(other) => Likeness::Opposite,
            (false, true) if self.contradicts(other) => Likeness::Opposite,
            _ => Likeness::Apart,
        }
    }

    /// One of them denies something more, wherever it stands.
    fn denies(&self, other: &Self) -> bool {
        let denials = |gist: &Self| gist.clauses.iter().map(Clause::denials).sum::<usize>();
        denials(self) % 2 != denials(other) % 2
    }

    /// A word of one has its other side in the other.
    fn turns(&self, other: &Self) -> bool {
        let turned = |one: &Clause| other.clauses.iter().any(|two| one.turns(two));
        self.clauses.iter().any(turned)
    }

    /// A clause of one says the opposite of a clause of the other about the same thing.
    fn contradicts(&self, other: &Self) -> bool {
        let against = |one: &Clause| other.clauses.iter().any(|two| one.contradicts(two));
        self.clauses.iter().any(against)
    }

    /// The same words with another figure at the same place of them.
    fn gives_another_figure(&self, other: &Self) -> bool {
        let same_words = self.words.is_subset(&other.words) || other.words.is_subset(&self.words);
        let as_many = self.figures.len() == other.figures.len();
        let place_for_place = || {
            self.figures
                .iter()
                .zip(&other.figures)
                .all(|(one, two)| one.same_place(two))
        };
        same_words && as_many && place_for_place()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compare(one: &str, other: &str) -> Likeness {
        Gist::of(one).compare(&Gist::of(other))
    }

    #[test]
    fn like_words_in_another_order_say_the_same() {
        let one = "Rows arrive in time order, so a BRIN index stays small.";
        assert_eq!(
            compare(one, "A BRIN index stays small because rows arrive in time order."),
            Likeness::Same
        );
        assert_eq!(compare(one, "Partition the table by month instead."), Likeness::Apart);
    }

    #[test]
    fn another_number_a_denial_or_the_other_side_is_the_opposite() {
        assert_eq!(
            compare(
                "The train arrives in Paris at 18:30.",
                "The train arrives in Paris at 19:30."
            ),
            Likeness::Opposite
        );
        assert_eq!(
            compare(
                "A vacuum locks the whole table.",
                "A vacuum does not lock the whole table."
            ),
            Likeness::Opposite
        );
        assert_eq!(
            compare(
                "Caching makes repeated reads faster.",
                "Caching makes repeated reads slower."
            ),
            Likeness::Opposite
        );
    }

    #[test]
    fn a_denial_in_another_clause_contradicts_nothing() {
        for (one, other) in [
            (
                "Environmentally, single-use plastic bottles contribute to the problem of plastic pollution.",
                "Reusable bottles do not contribute to microplastic pollution.",
            ),
            (
                "Environmentally, single-use plastic bottles contribute to the problem of plastic pollution.",
                "Single-use plastic bottles are typically not biodegradable and thus, they can contaminate the environment and cause pollution.",
            ),
            (
                "The production of single-use plastic bottles consumes more raw materials, energy, and water.",
                "The production of single-use plastic bottles uses petroleum, a non-renewable resource.",
            ),
            (
                "There are several factors to consider when designing an accessible public transportation system, including for those who may not have access to a personal vehicle.",
                "There are many factors to consider when designing an inclusive and accessible public transportation system.",
            ),
            (
                "Different cultures may speak different languages, and language differences can create barriers to effective communication.",
                "Language barriers: When people do not speak the same language fluently, it is difficult to communicate effectively.",
            ),
            (
                "At first, I wasn't sure what to do with my new abilities, but I knew I wanted to use them to help people.",
                "At first, I was scared of my new abilities, but I realized that I could use them to help people.",
            ),
            (
                "The index is not only small but quick to build.",
                "The index is small and quick to build.",
            ),
        ] {
            assert_ne!(compare(one, other), Likeness::Opposite, "{one} / {other}");
            assert_ne!(compare(other, one), Likeness::Opposite, "{other} / {one}");
        }
    }

    #[test]
    fn other_numbers_of_other_things_contradict_nothing() {
        for (one, other) in [
            (
                "The first train arrives in Paris at 18:30.",
                "The second train arrives in Paris at 19:30.",
            ),
            (
                "Brush your teeth 2 times a day for healthy teeth.",
                "Brush your teeth for 3 minutes for healthy teeth.",
            ),
            (
                "Step 1: heat the pan with some oil.",
                "Heat the pan with some oil for 5 minutes.",
            ),
        ] {
            assert_ne!(compare(one, other), Likeness::Opposite, "{one} / {other}");
        }
    }

    #[test]
    fn real_contradictions_are_still_found() {
        for (one, other) in [
            (
                "So, in this case, the volumetric flow rate is 20 m^3/s.",
                "The volumetric flow rate is 10 m^3/s.",
            ),
            (
                "The trees were not covered with snow.",
                "Covered with snow were the trees.",
            ),
            (
                "Always vacuum the table after a bulk load.",
                "Never vacuum the table after a bulk load.",
            ),
        ] {
            assert_eq!(compare(one, other), Likeness::Opposite, "{one} / {other}");
        }
    }
}
