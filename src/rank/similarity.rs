//! How alike answers are, by their character n-grams: language-independent and without a model.

use std::collections::{HashMap, HashSet};

use unicode_segmentation::UnicodeSegmentation;

/// Longest text compared, in characters.
const COMPARED_CHARS: usize = 20_000;

/// The text in lower case with white space and punctuation folded: what "identical" means.
pub fn folded(text: &str) -> String {
    let words: Vec<String> = text.unicode_words().map(str::to_lowercase).collect();
    words.join(" ").chars().take(COMPARED_CHARS).collect()
}

fn grams(text: &str, sizes: std::ops::RangeInclusive<usize>) -> HashMap<u64, f64> {
    let chars: Vec<char> = text.chars().collect();
    let mut counts = HashMap::new();
    for size in sizes {
        for window in chars.windows(size) {
            // FNV-1a over the characters; a collision only blurs a similarity.
            let hash = window.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, c| {
                (hash ^ u64::from(*c as u32)).wrapping_mul(0x0100_0000_01b3)
            });
            *counts.entry(hash).or_insert(0.0) += 1.0;
        }
    }
    counts
}

/// Share of five-character runs that two folded texts have in common (Jaccard).
pub fn jaccard(left: &str, right: &str) -> f64 {
    if left == right {
        return 1.0;
    }
    let set = |text: &str| grams(text, 5..=5).into_keys().collect::<HashSet<u64>>();
    let (left, right) = (set(left), set(right));
    let shared = left.intersection(&right).count();
    let all = left.len() + right.len() - shared;
    if all == 0 { 0.0 } else { shared as f64 / all as f64 }
}

/// Cosine similarities of folded texts under TF-IDF of their runs of three to five characters.
pub fn similarities(texts: &[String]) -> Vec<Vec<f64>> {
    let counts: Vec<HashMap<u64, f64>> = texts.iter().map(|text| grams(text, 3..=5)).collect();
    let mut in_texts: HashMap<u64, f64> = HashMap::new();
    for gram in counts.iter().flat_map(HashMap::keys) {
        *in_texts.entry(*gram).or_default() += 1.0;
    }
    let total = texts.len() as f64;
    let vectors: Vec<HashMap<u64, f64>> = counts
        .into_iter()
        .map(|counts| {
            counts
                .into_iter()
                .map(|(gram, n)| (gram, (1.0 + n.ln()) * (1.0 + total / in_texts[&gram]).ln()))
                .collect()
        })
        .collect();
    let norms: Vec<f64> = vectors
        .iter()
        .map(|vector| vector.values().map(|w| w * w).sum::<f64>().sqrt())
        .collect();
    let cosine = |a: usize, b: usize| {
        let dot: f64 = vectors[a]
            .iter()
            .filter_map(|(gram, weight)| Some(weight * vectors[b].get(gram)?))
            .sum();
        let product = norms[a] * norms[b];
        if product > 0.0 { dot / product } else { 0.0 }
    };
    (0..texts.len())
        .map(|a| {
            (0..texts.len())
                .map(|b| if a == b { 1.0 } else { cosine(a, b) })
                .collect()
        })
        .collect()
}

/// Groups of texts that are the same but for case, space, punctuation or a few words: positions,
/// each group under its first member.
pub fn clusters(texts: &[String]) -> Vec<Vec<usize>> {
    const NEARLY_IDENTICAL: f64 = 0.95;
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for (at, text) in texts.iter().enumerate() {
        match groups
            .iter_mut()
            .find(|group| jaccard(&texts[group[0]], text) >= NEARLY_IDENTICAL)
        {
            Some(group) => group.push(at),
            None => groups.push(vec![at]),
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_that_differ_in_case_and_punctuation_are_one_group() {
        let texts: Vec<String> = ["The answer is 42.", "the answer is: 42", "Nobody knows the number."]
            .map(folded)
            .into();
        assert_eq!(clusters(&texts), [vec![0, 1], vec![2]]);
    }

    #[test]
    fn a_text_is_most_like_itself_and_likeness_is_mutual() {
        let texts: Vec<String> = [
            "brin index on an append only table",
            "a brin index suits append only",
            "bake the bread longer",
        ]
        .map(folded)
        .into();
        let alike = similarities(&texts);
        assert!((alike[0][0] - 1.0).abs() < 1e-9 && (alike[0][1] - alike[1][0]).abs() < 1e-12);
        assert!(alike[0][1] > alike[0][2]);
    }
}
