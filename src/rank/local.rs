//! Ranking without a judge: by agreement. It says which answers are alike, not which are good, and
//! is labelled so.

use std::collections::HashMap;

use quorum_domain::{
    Reasoning,
    batch::{Agreement, AgreementSource, Disagreement, RankingMethod},
};

use crate::{
    Contestant, RankedEntry, RankingOutcome, final_value,
    outcome::content_key,
    plain_text::sentences,
    similarity::{clusters, folded, similarities},
};

/// Orders answers by the majority of their final values, then by likeness to the others.
pub fn rank_locally(contestants: &[Contestant]) -> RankingOutcome {
    let texts: Vec<String> = contestants.iter().map(|contestant| folded(&contestant.text)).collect();
    let alike = similarities(&texts);
    let values: Vec<Option<String>> = contestants
        .iter()
        .map(|contestant| final_value(&contestant.text))
        .collect();
    let closed = values.iter().all(Option::is_some);
    let mut votes: HashMap<&str, usize> = HashMap::new();
    for value in values.iter().flatten() {
        *votes.entry(value).or_default() += 1;
    }
    let support = |at: usize| {
        if closed {
            values[at]
                .as_deref()
                .and_then(|value| votes.get(value))
                .copied()
                .unwrap_or(0)
        } else {
            0
        }
    };
    let likeness = |at: usize| {
        let others = contestants.len().saturating_sub(1).max(1) as f64;
        (alike[at].iter().sum::<f64>() - 1.0) / others
    };
    let mut order: Vec<usize> = (0..contestants.len()).collect();
    order.sort_by(|a, b| {
        support(*b)
            .cmp(&support(*a))
            .then(likeness(*b).total_cmp(&likeness(*a)))
            .then_with(|| content_key(&texts[*a]).cmp(&content_key(&texts[*b])))
    });
    let groups = clusters(&texts);
    let all_same = groups.len() == 1 && contestants.len() > 1;
    let entries = (1_i64..)
        .zip(&order)
        .map(|(place, at)| RankedEntry {
            response_id: contestants[*at].response_id,
            rank: Some(if all_same { 1 } else { place }),
            score: None,
            tied: all_same,
            summary: None,
            reasoning: Some(reasoning(
                contestants.len(),
                support(*at),
                values[*at].as_deref().filter(|_| closed),
                likeness(*at),
            )),
            flagged: crate::without_injection(&contestants[*at].text).1,
        })
        .collect();
    RankingOutcome {
        method: RankingMethod::Local,
        note: Some(if all_same {
            "the answers are the same".into()
        } else {
            "ordered by agreement, not judged".to_owned()
        }),
        entries,
        agreement: agreement(contestants),
        cycle: false,
    }
}

fn reasoning(count: usize, support: usize, value: Option<&str>, likeness: f64) -> Reasoning {
    let others = count.saturating_sub(1);
    let text = match value {
        Some(value) if support > 1 => format!("Agrees with {} of {others} others; ends on {value}.", support - 1),
        Some(value) => format!("Stands alone; ends on {value}."),
        None => format!(
            "Shares {:.0} % of its wording with the other answers.",
            likeness * 100.0
        ),
    };
    Reasoning::cut(&text)
}

/// A sentence counts as said by another answer if most of its words stand in one of its sentences.
const SAME_POINT: f64 = 0.6;
/// Points shown of each kind, and sentences compared of each answer.
const POINTS: usize = 3;
const SENTENCES: usize = 40;

fn agreement(contestants: &[Contestant]) -> Option<Agreement> {
    if contestants.len() < 2 {
        return None;
    }
    let said: Vec<Vec<String>> = contestants
        .iter()
        .map(|contestant| {
            sentences(&contestant.text)
                .into_iter()
                .filter(|sentence| content_words(sentence).len() >= 3)
                .take(SENTENCES)
                .collect()
        })
        .collect();
    let words: Vec<Vec<Vec<String>>> = said
        .iter()
        .map(|answer| answer.iter().map(|sentence| content_words(sentence)).collect())
        .collect();
    let shared_by =
        |point: &[String], answer: usize| words[answer].iter().any(|other| overlap(point, other) >= SAME_POINT);
    let mut agree = Vec::new();
    let mut disagree = Vec::new();
    for (at, answer) in said.iter().enumerate() {
        let mut own_point = None;
        for (number, sentence) in answer.iter().enumerate() {
            let supporters = (0..said.len())
                .filter(|other| *other != at && shared_by(&words[at][number], *other))
                .count();
            if at == 0 && supporters == said.len() - 1 && agree.len() < POINTS {
                agree.push(sentence.clone());
            }
            if supporters == 0 && own_point.is_none() {
                own_point = Some(sentence.clone());
            }
        }
        if let Some(point) = own_point.filter(|_| disagree.len() < POINTS) {
            disagree.push(Disagreement {
                point,
                response_ids: vec![contestants[at].response_id],
            });
        }
    }
    if agree.is_empty() && disagree.is_empty() {
        return None;
    }
    Some(Agreement {
        agree,
        disagree,
        source: AgreementSource::Local,
    })
}

fn content_words(sentence: &str) -> Vec<String> {
    folded(sentence)
        .split(' ')
        .filter(|word| word.chars().count() > 3 || word.chars().any(char::is_numeric))
        .map(str::to_owned)
        .collect()
}

fn overlap(point: &[String], other: &[String]) -> f64 {
    let found = point.iter().filter(|word| other.contains(word)).count();
    found as f64 / point.len().max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use quorum_domain::ids::{ResponseId, ServiceId};

    fn contestants(texts: &[&str]) -> Vec<Contestant> {
        texts
            .iter()
            .map(|text| Contestant {
                response_id: ResponseId::new(),
                service_id: ServiceId::new(),
                text: (*text).into(),
            })
            .collect()
    }

    #[test]
    fn the_majority_of_final_values_stands_first() {
        let all = contestants(&[
            "Six times three is eighteen, so the answer is 18.",
            "Working it through, the answer is 24.",
            "3 * 6 makes it clear: the answer is 18.",
        ]);
        let outcome = rank_locally(&all);
        assert_eq!(outcome.entries[2].response_id, all[1].response_id);
        assert_eq!(
            outcome.entries[0].reasoning.as_ref().map(Reasoning::as_str),
            Some("Agrees with 1 of 2 others; ends on 18.")
        );
        assert!(outcome.entries.iter().all(|entry| entry.score.is_none()));
        assert_eq!(outcome.note.as_deref(), Some("ordered by agreement, not judged"));
    }

    #[test]
    fn the_order_does_not_depend_on_who_came_first() {
        let all = contestants(&[
            "Use a BRIN index on the time column.",
            "A hash index is enough here.",
            "Use a BRIN index for the time column.",
        ]);
        let mut reversed = all.clone();
        reversed.reverse();
        let ids = |outcome: RankingOutcome| {
            outcome
                .entries
                .iter()
                .map(|entry| entry.response_id)
                .collect::<Vec<_>>()
        };
        assert_eq!(ids(rank_locally(&all)), ids(rank_locally(&reversed)));
    }

    #[test]
    fn what_all_say_and_what_one_says_is_found() {
        let all = contestants(&[
            "Rows arrive in time order, so a BRIN index stays small. Vacuum often.",
            "A BRIN index stays small because rows arrive in time order. Partition by month instead.",
        ]);
        let agreement = rank_locally(&all).agreement.unwrap();
        assert_eq!(agreement.agree.len(), 1);
        assert_eq!(agreement.source, AgreementSource::Local);
        assert!(
            agreement
                .disagree
                .iter()
                .any(|differs| differs.point.contains("Partition by month"))
        );
    }

    #[test]
    fn the_same_answer_twice_is_a_tie() {
        assert!(
            rank_locally(&contestants(&["Yes, it does.", "yes it does"]))
                .entries
                .iter()
                .all(|entry| entry.rank == Some(1) && entry.tied)
        );
    }
}
