//! From ballots to an order, summaries and reasonings.

use std::collections::HashMap;

use quorum_domain::{
    Reasoning, Summary,
    batch::{Agreement, AgreementSource, Disagreement, RankingMethod},
    ids::{ResponseId, ServiceId},
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{
    Comparison, Contestant, Standing, Vote,
    similarity::{clusters, folded},
    tally,
    tally::preferred,
};

/// A valid ballot and what it counts.
#[derive(Debug, Clone)]
pub struct CountedBallot {
    /// The judge; its comparisons with its own answer count half.
    pub judge: ServiceId,
    /// What its comparisons count.
    pub weight: f64,
    /// What it says.
    pub vote: Vote,
}

/// Where one answer stands, and why.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RankedEntry {
    /// The answer.
    pub response_id: ResponseId,
    /// 1 is best; equal answers share a rank; none where nothing was ordered.
    pub rank: Option<i64>,
    /// Score, lower and upper end of its 80 % interval, where judged.
    pub score: Option<(f64, f64, f64)>,
    /// Too close to call against a neighbour.
    pub tied: bool,
    /// A judge's summary.
    pub summary: Option<Summary>,
    /// Why it stands there.
    pub reasoning: Option<Reasoning>,
    /// Whether it speaks to the judge.
    pub flagged: bool,
}

/// The result of a ranking.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RankingOutcome {
    /// How the order came about.
    pub method: RankingMethod,
    /// What the reader should know.
    pub note: Option<String>,
    /// The answers, best first.
    pub entries: Vec<RankedEntry>,
    /// Where they agree and differ.
    pub agreement: Option<Agreement>,
    /// Whether the majorities contradict each other (a beats b beats c beats a).
    pub cycle: bool,
}

fn bare(response_id: ResponseId) -> RankedEntry {
    RankedEntry {
        response_id,
        rank: None,
        score: None,
        tied: false,
        summary: None,
        reasoning: None,
        flagged: false,
    }
}

/// One answer alone: no judge is asked and there is no score.
pub fn single(contestant: &Contestant) -> RankingOutcome {
    RankingOutcome {
        method: RankingMethod::Single,
        note: Some("only one answer, nothing to compare".into()),
        entries: vec![RankedEntry {
            rank: Some(1),
            ..bare(contestant.response_id)
        }],
        agreement: None,
        cycle: false,
    }
}

/// Ranking is off.
pub fn unranked(contestants: &[Contestant]) -> RankingOutcome {
    RankingOutcome {
        method: RankingMethod::None,
        note: Some("ranking is off".into()),
        entries: contestants
            .iter()
            .map(|contestant| bare(contestant.response_id))
            .collect(),
        agreement: None,
        cycle: false,
    }
}

/// A key for display order that does not depend on who answered first.
pub fn content_key(text: &str) -> String {
    hex::encode(&Sha256::digest(text.as_bytes())[..8])
}

/// Ranks by ballots. Answers that are the same are judged as one and share its place.
pub fn rank_by_ballots(contestants: &[Contestant], ballots: &[CountedBallot]) -> RankingOutcome {
    let texts: Vec<String> = contestants.iter().map(|contestant| folded(&contestant.text)).collect();
    let groups = clusters(&texts);
    let comparisons: Vec<Comparison> = ballots
        .iter()
        .flat_map(|ballot| comparisons_of(ballot, contestants, &groups))
        .collect();
    let standings = tally(groups.len(), &comparisons);
    let mut order: Vec<usize> = (0..groups.len()).collect();
    order.sort_by(|a, b| {
        let by_strength = if (standings[*a].theta - standings[*b].theta).abs() < 1e-9 {
            std::cmp::Ordering::Equal
        } else {
            standings[*b].theta.total_cmp(&standings[*a].theta)
        };
        by_strength.then_with(|| content_key(&texts[groups[*a][0]]).cmp(&content_key(&texts[groups[*b][0]])))
    });
    let mut entries = Vec::with_capacity(contestants.len());
    let mut rank = 0;
    for (place, group) in order.iter().enumerate() {
        let equal_to_last = place > 0 && (standings[*group].theta - standings[order[place - 1]].theta).abs() < 1e-9;
        if !equal_to_last {
            rank = i64::try_from(place).unwrap_or(i64::MAX - 1) + 1;
        }
        let tied = groups[*group].len() > 1 || close_to_neighbour(place, &order, &standings);
        for member in &groups[*group] {
            entries.push(entry(&contestants[*member], rank, standings[*group], tied, ballots));
        }
    }
    let cycle = has_cycle(groups.len(), &comparisons);
    RankingOutcome {
        method: RankingMethod::Judge,
        note: note(&entries, cycle),
        entries,
        agreement: agreement(ballots),
        cycle,
    }
}

/// Every pair that a ballot orders. A group stands at the mean tier of its members.
fn comparisons_of(ballot: &CountedBallot, contestants: &[Contestant], groups: &[Vec<usize>]) -> Vec<Comparison> {
    let tier_of: HashMap<ResponseId, f64> = (0_u32..)
        .zip(&ballot.vote.tiers)
        .flat_map(|(tier, members)| members.iter().map(move |member| (*member, f64::from(tier))))
        .collect();
    let tier = |group: &[usize]| {
        let tiers: Vec<f64> = group
            .iter()
            .filter_map(|member| tier_of.get(&contestants[*member].response_id))
            .copied()
            .collect();
        (!tiers.is_empty()).then(|| tiers.iter().sum::<f64>() / tiers.len() as f64)
    };
    let own = |group: &[usize]| {
        group
            .iter()
            .any(|member| contestants[*member].service_id == ballot.judge)
    };
    let mut comparisons = Vec::new();
    for first in 0..groups.len() {
        for second in first + 1..groups.len() {
            let (Some(a), Some(b)) = (tier(&groups[first]), tier(&groups[second])) else {
                continue;
            };
            let won = if (a - b).abs() < 1e-9 {
                0.5
            } else {
                f64::from(u8::from(a < b))
            };
            let half = if own(&groups[first]) || own(&groups[second]) {
                0.5
            } else {
                1.0
            };
            comparisons.push(Comparison {
                first,
                second,
                won,
                weight: ballot.weight * half,
            });
        }
    }
    comparisons
}

/// Between 35 and 65 % is too close to call.
fn close_to_neighbour(place: usize, order: &[usize], standings: &[Standing]) -> bool {
    let close = |a: usize, b: usize| (0.35..=0.65).contains(&preferred(standings[a].theta, standings[b].theta));
    let before = place
        .checked_sub(1)
        .is_some_and(|before| close(order[before], order[place]));
    before || order.get(place + 1).is_some_and(|after| close(order[place], *after))
}

fn entry(contestant: &Contestant, rank: i64, standing: Standing, tied: bool, ballots: &[CountedBallot]) -> RankedEntry {
    let heaviest = ballots.iter().max_by(|a, b| a.weight.total_cmp(&b.weight));
    let item = heaviest.and_then(|ballot| {
        ballot
            .vote
            .items
            .iter()
            .find(|item| item.response_id == contestant.response_id)
    });
    let said = |text: &str| !text.trim().is_empty();
    let injected = ballots
        .iter()
        .flat_map(|ballot| &ballot.vote.items)
        .any(|item| item.response_id == contestant.response_id && item.injection);
    let rounded = |value: f64| (value * 100.0).round() / 100.0;
    RankedEntry {
        response_id: contestant.response_id,
        rank: Some(rank),
        score: Some((rounded(standing.score), rounded(standing.low), rounded(standing.high))),
        tied,
        summary: item
            .map(|item| item.summary.clone())
            .filter(|summary| said(summary.as_str())),
        reasoning: item
            .map(|item| item.reason.clone())
            .filter(|reason| said(reason.as_str())),
        flagged: injected || crate::without_injection(&contestant.text).1,
    }
}

fn note(entries: &[RankedEntry], cycle: bool) -> Option<String> {
    let mut notes = Vec::new();
    if cycle {
        notes.push("the judges contradict each other");
    }
    if entries.iter().any(|entry| entry.flagged) {
        notes.push("an answer tried to influence the judge; that text was withheld from it");
    }
    if entries.len() > 1 && entries[0].tied {
        notes.push("too close to call at the top");
    }
    (!notes.is_empty()).then(|| notes.join("; "))
}

fn agreement(ballots: &[CountedBallot]) -> Option<Agreement> {
    let heaviest = ballots.iter().max_by(|a, b| a.weight.total_cmp(&b.weight))?;
    let vote = &heaviest.vote;
    let disagree: Vec<Disagreement> = vote
        .disagree
        .iter()
        .map(|(point, response_ids)| Disagreement {
            point: point.clone(),
            response_ids: response_ids.clone(),
        })
        .collect();
    if vote.agree.is_empty() && disagree.is_empty() {
        return None;
    }
    Some(Agreement {
        agree: vote.agree.clone(),
        disagree,
        source: AgreementSource::Judge,
    })
}

/// Whether the majority of comparisons runs in a circle.
fn has_cycle(count: usize, comparisons: &[Comparison]) -> bool {
    let mut margin = vec![vec![0.0; count]; count];
    for comparison in comparisons {
        let swing = comparison.weight * (comparison.won - 0.5);
        margin[comparison.first][comparison.second] += swing;
        margin[comparison.second][comparison.first] -= swing;
    }
    let mut reaches: Vec<Vec<bool>> = margin
        .iter()
        .map(|row| row.iter().map(|m| *m > 1e-9).collect())
        .collect();
    for through in 0..count {
        for from in 0..count {
            for to in 0..count {
                reaches[from][to] |= reaches[from][through] && reaches[through][to];
            }
        }
    }
    (0..count).any(|at| reaches[at][at])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::VotedItem;

    fn contestant(text: &str) -> Contestant {
        Contestant {
            response_id: ResponseId::new(),
            service_id: ServiceId::new(),
            text: text.into(),
        }
    }

    fn ballot(tiers: &[&[&Contestant]]) -> CountedBallot {
        let tiers: Vec<Vec<ResponseId>> = tiers
            .iter()
            .map(|tier| tier.iter().map(|one| one.response_id).collect())
            .collect();
        let items = tiers
            .iter()
            .flatten()
            .map(|id| VotedItem {
                response_id: *id,
                summary: Summary::cut("what it says"),
                reason: Reasoning::cut("because"),
                meets_request: true,
                faults: vec![],
                injection: false,
            })
            .collect();
        let vote = Vote {
            items,
            tiers,
            agree: vec!["a".into()],
            disagree: vec![],
            own_answer_guess: None,
        };
        CountedBallot {
            judge: ServiceId::new(),
            weight: 1.0,
            vote,
        }
    }

    fn ids(outcome: &RankingOutcome) -> Vec<ResponseId> {
        outcome.entries.iter().map(|entry| entry.response_id).collect()
    }

    #[test]
    fn one_ballot_orders_the_answers_and_brings_summaries_and_reasons() {
        let (a, b, c) = (
            contestant("alpha says one thing"),
            contestant("beta says another"),
            contestant("gamma differs"),
        );
        let outcome = rank_by_ballots(&[a.clone(), b.clone(), c.clone()], &[ballot(&[&[&b], &[&c], &[&a]])]);
        assert_eq!(ids(&outcome), [b.response_id, c.response_id, a.response_id]);
        let scores: Vec<f64> = outcome
            .entries
            .iter()
            .filter_map(|entry| entry.score)
            .map(|(score, ..)| score)
            .collect();
        assert!(scores[0] > 5.0 && scores[2] < 5.0 && (scores.iter().sum::<f64>() - 15.0).abs() < 0.03);
        assert_eq!(
            outcome.entries[0].reasoning.as_ref().map(Reasoning::as_str),
            Some("because")
        );
    }

    #[test]
    fn an_exact_copy_shares_the_place_and_moves_no_other_score() {
        let (a, b, c) = (
            contestant("alpha says one thing"),
            contestant("beta says another"),
            contestant("gamma differs"),
        );
        let copy = Contestant {
            response_id: ResponseId::new(),
            ..a.clone()
        };
        let before = rank_by_ballots(&[a.clone(), b.clone(), c.clone()], &[ballot(&[&[&a], &[&b], &[&c]])]);
        let after = rank_by_ballots(
            &[a.clone(), b.clone(), c.clone(), copy.clone()],
            &[ballot(&[&[&a, &copy], &[&b], &[&c]])],
        );
        let score = |outcome: &RankingOutcome, id| {
            outcome
                .entries
                .iter()
                .find(|entry| entry.response_id == id)
                .and_then(|entry| entry.score)
        };
        for one in [&a, &b, &c] {
            assert_eq!(score(&before, one.response_id), score(&after, one.response_id));
        }
        assert_eq!(score(&after, copy.response_id), score(&after, a.response_id));
    }

    #[test]
    fn ties_share_a_rank_and_circles_are_reported() {
        let (a, b, c) = (
            contestant("alpha says one thing"),
            contestant("beta says another"),
            contestant("gamma differs"),
        );
        let all = [a.clone(), b.clone(), c.clone()];
        let tie = rank_by_ballots(&all, &[ballot(&[&[&a, &b, &c]])]);
        assert!(tie.entries.iter().all(|entry| entry.rank == Some(1) && entry.tied));
        let circle = rank_by_ballots(
            &all,
            &[
                ballot(&[&[&a], &[&b], &[&c]]),
                ballot(&[&[&b], &[&c], &[&a]]),
                ballot(&[&[&c], &[&a], &[&b]]),
            ],
        );
        assert!(circle.cycle && !tie.cycle);
    }

    #[test]
    fn a_judges_own_answer_counts_half() {
        let (a, b) = (contestant("alpha says one thing"), contestant("beta says another"));
        let all = [a.clone(), b.clone()];
        let outside = rank_by_ballots(&all, &[ballot(&[&[&a], &[&b]])]);
        let own = rank_by_ballots(
            &all,
            &[CountedBallot {
                judge: a.service_id,
                ..ballot(&[&[&a], &[&b]])
            }],
        );
        assert!(own.entries[0].score < outside.entries[0].score);
    }

    #[test]
    fn one_answer_alone_has_no_score() {
        let outcome = single(&contestant("alone"));
        assert_eq!((outcome.entries[0].rank, outcome.entries[0].score), (Some(1), None));
    }
}
