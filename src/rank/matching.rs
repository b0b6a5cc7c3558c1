//! Whether two sentences say the same, or the opposite, by their words alone. A rehearsal of
//! reading: it finds what is said in like words, and nothing that is only meant alike.

use std::collections::BTreeSet;

use unicode_segmentation::UnicodeSegmentation;

/// What is compared of a sentence.
#[derive(Debug, Clone)]
pub(crate) struct Gist {
    words: BTreeSet<String>,
    numbers: BTreeSet<String>,
    negations: usize,
    sides: BTreeSet<(usize, bool)>,
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

const NEGATIONS: &[&str] = &[
    "not", "no", "never", "cannot", "without", "neither", "nor", "none", "nicht", "kein", "keine", "keinen", "nie",
    "ne", "pas", "jamais", "nunca", "non",
];

const OPPOSITES: &[(&str, &str)] = &[
    ("increase", "decrease"),
    ("increases", "decreases"),
    ("true", "false"),
    ("safe", "unsafe"),
    ("always", "never"),
    ("faster", "slower"),
    ("before", "after"),
    ("enable", "disable"),
    ("larger", "smaller"),
    ("higher", "lower"),
    ("cheaper", "dearer"),
    ("possible", "impossible"),
    ("recommended", "discouraged"),
    ("avoid", "use"),
];

const EMPTY_WORDS: &[&str] = &[
    "that", "this", "with", "from", "they", "them", "have", "will", "would", "because", "which", "when", "then",
    "than", "there", "their", "what", "also", "into", "your", "about", "some", "such", "very", "were", "been", "more",
    "most", "does", "here", "only", "just", "each", "other", "these", "those", "should", "could", "while",
];

impl Gist {
    pub(crate) fn of(sentence: &str) -> Self {
        let words: Vec<String> = sentence.unicode_words().map(str::to_lowercase).collect();
        let contains_digit = |word: &&String| word.chars().any(char::is_numeric);
        let weighty = |word: &&String| {
            let long = word.chars().count() > 3 || !word.is_ascii();
            long && !contains_digit(word)
                && !EMPTY_WORDS.contains(&word.as_str())
                && !NEGATIONS.contains(&word.as_str())
        };
        Self {
            numbers: words
                .iter()
                .filter(contains_digit)
                .map(|word| word.replace(',', ""))
                .collect(),
            negations: words
                .iter()
                .filter(|word| NEGATIONS.contains(&word.as_str()) || word.ends_with("n't") || word.ends_with("n’t"))
                .count(),
            sides: OPPOSITES
                .iter()
                .enumerate()
                .flat_map(|(at, (one, other))| [(at, true, one), (at, false, other)])
                .filter(|(_, _, side)| words.iter().any(|word| word == *side))
                .map(|(at, side, _)| (at, side))
                .collect(),
            words: words
                .iter()
                .filter(weighty)
                .map(|word| word.chars().take(STEM).collect())
                .collect(),
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
        let denied = self.negations % 2 != other.negations % 2;
        let turned = self
            .sides
            .iter()
            .any(|(at, side)| other.sides.contains(&(*at, !side)) && !other.sides.contains(&(*at, *side)));
        if other_numbers || (denied != turned) {
            Likeness::Opposite
        } else {
            Likeness::Same
        }
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
}
