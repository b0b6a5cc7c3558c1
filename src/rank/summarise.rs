//! Extractive summaries of at most 50 words: sentences near the answer's centroid, the first ones
//! preferred, those that repeat others passed over (maximal marginal relevance, Carbonell and
//! Goldstein 1998; centroid method, Radev et al. 2004).

use std::collections::HashMap;

use quorum_domain::limits::{SUMMARY_WORDS, Summary, count_words};
use unicode_segmentation::UnicodeSegmentation;

use crate::plain_text::sentences;

/// Sentences looked at; later ones do not enter a summary of 50 words.
const SENTENCES: usize = 120;
/// How much being early counts.
const LEAD: f64 = 0.2;
/// How much repeating a chosen sentence costs.
const REPETITION: f64 = 0.2;
/// A sentence this near to a chosen one is not chosen.
const SAID_ALREADY: f64 = 0.9;

type Vector = HashMap<String, f64>;

/// A summary of at most 50 words, made of the answer's own sentences in their order. An answer
/// without prose (only code, say) is summarised by its first words.
pub fn extractive_summary(answer: &str) -> Summary {
    let mut sentences = sentences(answer);
    sentences.truncate(SENTENCES);
    if sentences.is_empty() {
        let plain: String = answer
            .chars()
            .take(2_000)
            .filter(|c| !matches!(c, '`' | '#' | '*' | '|'))
            .collect();
        return Summary::cut(&plain);
    }
    let chosen = choose(&sentences);
    if chosen.is_empty() {
        return Summary::cut(&sentences[0]);
    }
    let text: Vec<&str> = chosen.into_iter().map(|at| sentences[at].as_str()).collect();
    Summary::cut(&text.join(" "))
}

/// The positions of the chosen sentences, in order; together they keep the limit.
fn choose(sentences: &[String]) -> Vec<usize> {
    let vectors = weighted(sentences);
    let centroid = centroid(&vectors);
    let relevance: Vec<f64> = vectors
        .iter()
        .enumerate()
        .map(|(at, vector)| cosine(vector, &centroid) + LEAD / (1.0 + at as f64))
        .collect();
    let words: Vec<usize> = sentences.iter().map(|sentence| count_words(sentence)).collect();
    let mut chosen: Vec<usize> = Vec::new();
    let mut room = SUMMARY_WORDS;
    loop {
        let repeated = |at: usize| {
            let to_chosen = chosen.iter().map(|other| cosine(&vectors[at], &vectors[*other]));
            to_chosen.fold(0.0, f64::max)
        };
        let fits = (0..sentences.len())
            .filter(|at| !chosen.contains(at) && words[*at] <= room && words[*at] > 0)
            .filter(|at| repeated(*at) < SAID_ALREADY);
        let gain = |at: usize| relevance[at] - REPETITION * repeated(at);
        let Some(best) = fits.max_by(|a, b| gain(*a).total_cmp(&gain(*b)).then(b.cmp(a))) else {
            break;
        };
        room -= words[best];
        chosen.push(best);
    }
    chosen.sort_unstable();
    chosen
}

fn weighted(sentences: &[String]) -> Vec<Vector> {
    let terms: Vec<Vec<String>> = sentences
        .iter()
        .map(|sentence| sentence.unicode_words().map(str::to_lowercase).collect())
        .collect();
    let mut in_sentences: HashMap<&str, f64> = HashMap::new();
    for sentence in &terms {
        let unique: std::collections::BTreeSet<&str> = sentence.iter().map(String::as_str).collect();
        for term in unique {
            *in_sentences.entry(term).or_default() += 1.0;
        }
    }
    let count = sentences.len() as f64;
    terms
        .iter()
        .map(|sentence| {
            let mut vector = Vector::new();
            for term in sentence {
                let rarity = (1.0 + count / in_sentences.get(term.as_str()).copied().unwrap_or(1.0)).ln();
                *vector.entry(term.clone()).or_default() += rarity;
            }
            vector
        })
        .collect()
}

fn centroid(vectors: &[Vector]) -> Vector {
    let mut sum = Vector::new();
    for vector in vectors {
        for (term, weight) in vector {
            *sum.entry(term.clone()).or_default() += weight;
        }
    }
    sum
}

fn cosine(left: &Vector, right: &Vector) -> f64 {
    let (small, large) = if left.len() <= right.len() {
        (left, right)
    } else {
        (right, left)
    };
    let dot: f64 = small
        .iter()
        .filter_map(|(term, weight)| Some(weight * large.get(term)?))
        .sum();
    let norm = |vector: &Vector| vector.values().map(|weight| weight * weight).sum::<f64>().sqrt();
    let product = norm(left) * norm(right);
    if product > 0.0 { dot / product } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_summary_keeps_the_first_statement_and_the_limit() {
        let answer = "Use a BRIN index for an append-only table. ".to_owned()
            + &"It stores one range per block, so it stays tiny while rows arrive in order. ".repeat(8)
            + "Avoid it when rows are updated often.";
        let summary = extractive_summary(&answer);
        assert!(summary.as_str().starts_with("Use a BRIN index"), "{}", summary.as_str());
        assert!(count_words(summary.as_str()) <= 50);
    }

    #[test]
    fn a_sentence_that_is_too_long_is_cut_and_code_alone_still_says_something() {
        assert!(count_words(extractive_summary(&"word ".repeat(400)).as_str()) <= 50);
        assert!(extractive_summary("```\nlet x = 1;\n```").as_str().contains("let x"));
        assert_eq!(extractive_summary("").as_str(), "");
    }

    proptest! {
        #[test]
        fn no_answer_whatever_gives_too_long_a_summary(text in "\\PC{0,800}") {
            prop_assert!(count_words(extractive_summary(&text).as_str()) <= 50);
        }
    }
}
