//! What a sentence denies, and of what it gives a figure. Precision comes first: a denial counts against
//! another clause only if both are about the same thing, and neither is a mere condition.

use std::collections::BTreeSet;

use unicode_segmentation::UnicodeSegmentation;

use crate::matching::stem;

/// Fewer words in common than this make no thing that two clauses are both about.
const SHARED_WORDS: usize = 2;

const NEGATIONS: &[&str] = &[
    "not", "no", "never", "cannot", "without", "neither", "nor", "none", "nicht", "kein", "keine", "keinen", "nie",
    "ne", "pas", "jamais", "nunca", "non",
];

const OPPOSITES: &[(&str, &str)] = &[
    ("increase", "decrease"),
    ("increases", "decreases"),
    ("true", "false"),
    ("safe", "unsafe"),
    ("faster", "slower"),
    ("enable", "disable"),
    ("larger", "smaller"),
    ("higher", "lower"),
    ("cheaper", "dearer"),
    ("possible", "impossible"),
    ("recommended", "discouraged"),
];

/// Words behind a negation with which it denies nothing: "not only fast", "not always so", "no longer than".
const NO_DENIAL: &[&str] = &[
    "only",
    "just",
    "merely",
    "simply",
    "necessarily",
    "always",
    "all",
    "every",
    "everyone",
    "longer",
    "more",
    "less",
    "doubt",
    "matter",
    "later",
    "nur",
    "immer",
    "alle",
    "unbedingt",
    "mehr",
    "seulement",
    "toujours",
];

/// What "never" denies; no part of what a clause is about.
const FOR_EVER: &[&str] = &["always", "immer", "toujours", "siempre"];

const CONDITIONS: &[&str] = &[
    "if", "unless", "when", "whether", "wenn", "falls", "sofern", "si", "quand", "lorsque",
];

/// Words at which a new clause begins.
const TURNS: &[&str] = &[
    "and", "but", "because", "so", "while", "although", "though", "whereas", "since", "which", "who", "that",
    "however", "if", "unless", "when", "or", "und", "aber", "weil", "obwohl", "während", "wenn", "falls", "oder", "et",
    "mais",
];

/// A part of a sentence that says one thing.
#[derive(Debug, Clone, Default)]
pub(crate) struct Clause {
    words: BTreeSet<String>,
    denials: usize,
    /// It denies only a part of what it says, or it is a condition.
    unsure: bool,
    sides: BTreeSet<(usize, bool)>,
}

/// A number, and the words at its sides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Figure {
    before: Option<String>,
    after: Option<String>,
}

pub(crate) fn is_negation(word: &str) -> bool {
    NEGATIONS.contains(&word) || word.ends_with("n't") || word.ends_with("n’t")
}

fn side(word: &str) -> Option<(usize, bool)> {
    OPPOSITES.iter().enumerate().find_map(|(at, (one, other))| {
        let is_one = *one == word;
        (is_one || *other == word).then_some((at, is_one))
    })
}

/// The clauses of a sentence, in order.
pub(crate) fn clauses(sentence: &str) -> Vec<Clause> {
    let mut found = Vec::new();
    for part in sentence.split([',', ';', ':', '(', ')', '–', '—']) {
        let words: Vec<String> = part.unicode_words().map(str::to_lowercase).collect();
        let mut begin = 0;
        for at in 1..=words.len() {
            if at == words.len() || TURNS.contains(&words[at].as_str()) {
                found.push(Clause::of(&words[begin..at]));
                begin = at;
            }
        }
    }
    found
}

impl Clause {
    fn of(words: &[String]) -> Self {
        let mut clause = Self::default();
        for (at, word) in words.iter().enumerate() {
            let follows = words.get(at + 1).map_or("", String::as_str);
            if CONDITIONS.contains(&word.as_str()) {
                clause.unsure = true;
            }
            if is_negation(word) {
                clause.denials += 1;
                clause.unsure |= NO_DENIAL.contains(&follows);
            }
            if let Some(side) = side(word) {
                clause.sides.insert(side);
            } else if let Some(stem) = stem(word).filter(|_| !FOR_EVER.contains(&word.as_str())) {
                clause.words.insert(stem);
            }
        }
        clause
    }

    pub(crate) fn denials(&self) -> usize {
        self.denials
    }

    /// A word of this one has its other side in the other, and does not stand there itself.
    pub(crate) fn turns(&self, other: &Self) -> bool {
        self.sides
            .iter()
            .any(|(at, side)| other.sides.contains(&(*at, !side)) && !other.sides.contains(&(*at, *side)))
    }

    /// It says the opposite of the other about the same thing.
    pub(crate) fn contradicts(&self, other: &Self) -> bool {
        let denied = self.denials % 2 != other.denials % 2;
        (denied != self.turns(other)) && !self.unsure && !other.unsure && self.is_about_the_same(other)
    }

    /// Every word of each has its like in the other.
    fn is_about_the_same(&self, other: &Self) -> bool {
        let has = |words: &BTreeSet<String>, word: &String| words.iter().any(|one| alike(one, word));
        let shared = self.words.len().min(other.words.len());
        shared >= SHARED_WORDS
            && self.words.iter().all(|word| has(&other.words, word))
            && other.words.iter().all(|word| has(&self.words, word))
    }
}

/// The same word, perhaps with another ending.
fn alike(one: &str, other: &str) -> bool {
    one.starts_with(other) || other.starts_with(one)
}

/// The numbers of a sentence, in order.
pub(crate) fn figures(words: &[String]) -> Vec<Figure> {
    let word_at = |at: Option<usize>| at.and_then(|at| words.get(at)).filter(|word| !is_number(word)).cloned();
    (0..words.len())
        .filter(|at| is_number(&words[*at]))
        .map(|at| Figure {
            before: word_at(at.checked_sub(1)),
            after: word_at(Some(at + 1)),
        })
        .collect()
}

fn is_number(word: &str) -> bool {
    word.chars().any(char::is_numeric)
}

impl Figure {
    /// It stands between the same words as the other.
    pub(crate) fn same_place(&self, other: &Self) -> bool {
        self.before == other.before && self.after == other.after
    }
}
