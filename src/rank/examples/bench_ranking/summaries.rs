//! Summaries and reasonings keep their limits on every path; extractive ones stay near the answer.

use std::collections::{BTreeMap, HashMap};

use quorum_domain::limits::{REASONING_WORDS, SUMMARY_WORDS, count_words};
use quorum_rank::{BallotState, Field, exam_pairs, extractive_summary, local_claims, rank_locally};

use crate::{
    data::Sets,
    replay::{contestants, mean, pair_ballot, service},
    table::{Line, Table},
};

pub fn run(sets: &Sets) -> Table {
    let own = own_answers();
    let open = sets.vicuna.iter().map(|row| &row.answers);
    let mut slates: Vec<_> = open.chain(sets.lfqa.iter().map(|row| &row.answers)).collect();
    let recorded = !slates.is_empty();
    if !recorded {
        slates.extend(&own);
    }
    let (mut over, mut near, mut lead, mut claims, mut count) = (0, Vec::new(), Vec::new(), Vec::new(), 0);
    for answers in slates {
        let names: Vec<&str> = answers.keys().map(String::as_str).collect();
        let answers = contestants(answers, &names);
        for answer in &answers {
            count += 1;
            let summary = extractive_summary(&answer.text);
            over += usize::from(count_words(summary.as_str()) > SUMMARY_WORDS);
            near.push(cosine(summary.as_str(), &answer.text));
            let first: Vec<&str> = answer.text.split_whitespace().take(SUMMARY_WORDS).collect();
            lead.push(cosine(&first.join(" "), &answer.text));
        }
        let outcome = rank_locally(&Field::of(&answers));
        over += outcome
            .entries
            .iter()
            .filter(|entry| {
                entry
                    .reasoning
                    .as_ref()
                    .is_some_and(|text| count_words(text.as_str()) > REASONING_WORDS)
            })
            .count();
        claims.push(local_claims(&answers).len() as f64);
    }
    // Our own answers are hardly longer than a summary: their first 50 words are nearly all of them.
    let line = if recorded {
        Line::AtLeast(mean(&lead) * 0.83 / 0.836)
    } else {
        Line::None
    };
    let mut table = Table::new(format!("Summaries and points, {count} answers"));
    table.row(
        "texts over their limit, extractive and by agreement",
        "0",
        Line::AtMost(0.0),
        over as f64,
    );
    table.row(
        "texts over their limit, ballots of 80 and 40 words",
        "0",
        Line::AtMost(0.0),
        over_in_ballots(),
    );
    table.row("word cosine of summary and answer", "", line, mean(&near));
    table.row("  the same of the first 50 words", "", Line::None, mean(&lead));
    table.row(
        "points of agreement and difference found a question",
        "",
        Line::None,
        mean(&claims),
    );
    if !sets.lfqa.is_empty() {
        table.row(
            "length against experts' choice (lfqa)",
            "0.69",
            Line::None,
            length_on_lfqa(sets),
        );
    }
    table.note("The line of 0.83 is a cosine of an embedding model, where the first 50 words have 0.836; here words are compared, and the line stands as far under the first 50 words.");
    table
}

/// The longer answers of the exam.
fn own_answers() -> Vec<BTreeMap<String, String>> {
    exam_pairs()
        .iter()
        .filter(|pair| count_words(&pair.worse) > SUMMARY_WORDS)
        .map(|pair| {
            BTreeMap::from([
                ("better".into(), pair.better.clone()),
                ("worse".into(), pair.worse.clone()),
            ])
        })
        .collect()
}

fn over_in_ballots() -> f64 {
    let ids = [
        quorum_domain::ids::ResponseId::new(),
        quorum_domain::ids::ResponseId::new(),
    ];
    let BallotState::Voted(vote) = pair_ballot(service(1), 0.65, 0, ids, 1).state else {
        return f64::NAN;
    };
    let over = vote.items.iter().filter(|item| {
        count_words(item.summary.as_str()) > SUMMARY_WORDS || count_words(item.reason.as_str()) > REASONING_WORDS
    });
    over.count() as f64
}

fn length_on_lfqa(sets: &Sets) -> f64 {
    let right: Vec<f64> = sets
        .lfqa
        .iter()
        .filter(|row| row.preference != 0)
        .map(|row| {
            let length = |name: &str| row.answers.get(name).map_or(0, String::len);
            f64::from(u8::from((length("b") > length("a")) == (row.preference > 0)))
        })
        .collect();
    mean(&right)
}

fn cosine(left: &str, right: &str) -> f64 {
    let count = |text: &str| {
        let mut counts: HashMap<String, f64> = HashMap::new();
        for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| word.len() > 3) {
            *counts.entry(word.to_lowercase()).or_default() += 1.0;
        }
        counts
    };
    let (left, right) = (count(left), count(right));
    let dot: f64 = left.iter().filter_map(|(word, n)| Some(n * right.get(word)?)).sum();
    let norm = |counts: &HashMap<String, f64>| counts.values().map(|n| n * n).sum::<f64>().sqrt();
    let product = norm(&left) * norm(&right);
    if product > 0.0 { dot / product } else { 0.0 }
}
