//! What a ranking remembers of how it came about.

use quorum_domain::{
    batch::{Agreement, AgreementSource, Disagreement},
    ids::ResponseId,
};

use crate::{
    BallotState, CastBallot, Field, Standing, Vote, VotedPoint,
    diagnose::{judge_agreement, length_effect, position_effect},
    judge::LEAST_ACCURACY,
    order::tiers,
    outcome::{BallotRecord, ClusterRecord, ComparisonRecord, Diagnostics, PairRecord},
    settle::{Weighted, close},
    tally::preferred,
};

pub(crate) fn records(field: &Field, ballots: &[CastBallot], counted: &[Weighted<'_>]) -> Vec<BallotRecord> {
    let face = |group: usize| field.face(group).response_id;
    ballots
        .iter()
        .map(|ballot| {
            let found = counted.iter().find(|one| std::ptr::eq(one.ballot, ballot));
            let compared = found.map(|one| &one.comparisons[..]).unwrap_or_default();
            BallotRecord {
                nth: ballot.sheet.nth,
                judge: ballot.judge,
                fault: fault(ballot),
                competes: field.competes(ballot.judge),
                accuracy: ballot.sheet.accuracy,
                weight: found.map_or(0.0, |one| one.weight),
                comparisons: compared
                    .iter()
                    .map(|one| ComparisonRecord {
                        first: face(one.first),
                        second: face(one.second),
                        won: one.won,
                        weight: one.weight,
                    })
                    .collect(),
                words_cut: found.map_or(0, |one| one.vote.words_cut),
            }
        })
        .collect()
}

fn fault(ballot: &CastBallot) -> Option<String> {
    match &ballot.state {
        BallotState::Pending => Some("no reply".into()),
        BallotState::Failed(reason) => Some(reason.clone()),
        BallotState::Voted(_) if ballot.sheet.accuracy < LEAST_ACCURACY => {
            Some("the judge's record is too poor to count".into())
        }
        BallotState::Voted(_) => None,
    }
}

pub(crate) fn cluster(field: &Field, group: usize, standing: Standing) -> ClusterRecord {
    let members: Vec<ResponseId> = field.groups()[group]
        .iter()
        .map(|at| field.contestants()[*at].response_id)
        .collect();
    ClusterRecord {
        members,
        theta: standing.theta,
        score: standing.score,
        low: standing.low,
        high: standing.high,
    }
}

pub(crate) fn pairs(field: &Field, standings: &[Standing], places: &[(usize, i64)]) -> Vec<PairRecord> {
    let mut pairs = Vec::new();
    for (place, (first, _)) in places.iter().enumerate() {
        for (second, _) in &places[place + 1..] {
            pairs.push(PairRecord {
                first: field.face(*first).response_id,
                second: field.face(*second).response_id,
                probability: preferred(standings[*first].theta, standings[*second].theta),
                too_close_to_call: close(standings, *first, *second),
            });
        }
    }
    pairs
}

pub(crate) fn diagnostics(field: &Field, counted: &[Weighted<'_>], standings: &[Standing]) -> Diagnostics {
    let heard: Vec<&Weighted<'_>> = counted.iter().filter(|one| one.weight > 0.0).collect();
    let votes: Vec<&Vote> = heard.iter().map(|one| one.vote).collect();
    let places: Vec<_> = heard
        .iter()
        .map(|one| {
            let shown = one.ballot.sheet.shown.iter();
            let groups = shown.filter_map(|(_, id)| field.group_of(*id)).collect();
            (groups, tiers(field, one.vote))
        })
        .collect();
    Diagnostics {
        judge_agreement: judge_agreement(field, &votes),
        answer_agreement: None,
        position_effect: position_effect(&places),
        length_effect: length_effect(field, standings),
    }
}

/// Agreement in the words of the judge that counts most.
pub(crate) fn said_by_judge(counted: &[Weighted<'_>]) -> Option<Agreement> {
    let vote = counted.iter().max_by(|a, b| a.weight.total_cmp(&b.weight))?.vote;
    if vote.points.is_empty() {
        return None;
    }
    let said_by_all = |point: &&VotedPoint| point.said_by.len() >= vote.items.len();
    let (all, apart): (Vec<&VotedPoint>, Vec<&VotedPoint>) = vote.points.iter().partition(said_by_all);
    let disagree = apart.into_iter().map(|point| Disagreement {
        point: point.text.clone(),
        response_ids: point.said_by.iter().map(|quote| quote.response_id).collect(),
    });
    Some(Agreement {
        agree: all.into_iter().map(|point| point.text.clone()).collect(),
        disagree: disagree.collect(),
        claims: Vec::new(),
        source: AgreementSource::Judge,
    })
}
