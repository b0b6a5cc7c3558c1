//! The way of a recorded verdict through the product: ballot as JSON, strict reading, planning.

use std::collections::BTreeMap;

use quorum_domain::ids::{ResponseId, ServiceId};
use quorum_rank::{
    BallotState, CastBallot, Contestant, Field, Judge, NextStep, Policy, RankingOutcome, Sheet, SheetPlan,
    parse_ballot, plan_next,
};
use serde_json::json;
use uuid::Uuid;

/// An id that is the same on every run.
pub const fn service(number: u128) -> ServiceId {
    ServiceId(Uuid::from_u128(1000 + number))
}

pub fn contestant(number: u128, author: ServiceId, text: &str) -> Contestant {
    Contestant {
        response_id: ResponseId(Uuid::from_u128(1 + number)),
        service_id: author,
        text: text.to_owned(),
    }
}

/// Answers by name, with an author for each in the order of names.
pub fn contestants(answers: &BTreeMap<String, String>, names: &[&str]) -> Vec<Contestant> {
    (0_u128..)
        .zip(names)
        .filter_map(|(at, name)| Some(contestant(at, service(at), answers.get(*name)?)))
        .collect()
}

/// Stands in an opinion for the planted text; a judge that does not name it puts it last.
pub const PLANTED: ResponseId = ResponseId(Uuid::nil());

/// The reply that a judge with this opinion would have sent.
pub fn reply(sheet: &Sheet, tiers: &[Vec<ResponseId>]) -> String {
    let planted = sheet.planted.as_ref().map(|planted| planted.label.clone());
    let named = tiers.iter().flatten().any(|id| *id == PLANTED);
    let label = |id: &ResponseId| {
        if *id == PLANTED {
            return planted.clone().unwrap_or_default();
        }
        let shown = sheet.shown.iter().find(|(_, shown)| shown == id);
        shown.map(|(label, _)| label.clone()).unwrap_or_default()
    };
    let labels = sheet.shown.iter().map(|(label, _)| label).chain(&planted);
    let items: Vec<_> = labels
        .map(|label| {
            json!({"id": label, "summary": "word ".repeat(80), "reason": "word ".repeat(40), "meets_request": true, "faults": [], "injection": false})
        })
        .collect();
    let mut tiers: Vec<Vec<String>> = tiers.iter().map(|tier| tier.iter().map(label).collect()).collect();
    tiers.extend(planted.iter().filter(|_| !named).map(|label| vec![label.clone()]));
    tiers.iter_mut().for_each(|tier| tier.retain(|label| !label.is_empty()));
    json!({"v": 1, "items": items, "tiers": tiers, "points": [], "own_answer_guess": null}).to_string()
}

/// Reads an opinion as the product would; none is a judge that could not be asked.
pub fn state(sheet: &Sheet, opinion: Option<Vec<Vec<ResponseId>>>) -> BallotState {
    let Some(tiers) = opinion else {
        return BallotState::Failed("no verdict was recorded".into());
    };
    match parse_ballot(&reply(sheet, &tiers), sheet) {
        Ok(vote) => BallotState::Voted(vote),
        Err(fault) => BallotState::Failed(fault.to_string()),
    }
}

/// A ballot on two answers in the order given.
pub fn pair_ballot(judge: ServiceId, accuracy: f64, nth: usize, shown: [ResponseId; 2], winner: u8) -> CastBallot {
    let sheet = Sheet {
        seed: 0,
        order_seed: 0,
        nth,
        accuracy,
        shown: vec![("KQX".into(), shown[0]), ("BDZ".into(), shown[1])],
        flagged: Vec::new(),
        planted: None,
    };
    let tiers = match winner {
        1 => vec![vec![shown[0]], vec![shown[1]]],
        2 => vec![vec![shown[1]], vec![shown[0]]],
        _ => vec![shown.to_vec()],
    };
    let state = state(&sheet, Some(tiers));
    CastBallot { judge, sheet, state }
}

/// Plans and asks until there is an outcome.
pub fn drive(
    field: &Field,
    judges: &[Judge],
    policy: &Policy,
    seed: u64,
    mut opinion: impl FnMut(&SheetPlan) -> Option<Vec<Vec<ResponseId>>>,
) -> RankingOutcome {
    let mut ballots: Vec<CastBallot> = Vec::new();
    loop {
        match plan_next(field, &ballots, judges, policy, seed) {
            NextStep::Settle(outcome) => return *outcome,
            NextStep::Wait => {}
            NextStep::AskBallots(plans) => ballots.extend(plans.iter().map(|plan| CastBallot {
                judge: plan.judge,
                sheet: plan.sheet.clone(),
                state: state(&plan.sheet, opinion(plan)),
            })),
        }
    }
}

/// The probability that one answer is preferred to another, by the record.
pub fn probability(outcome: &RankingOutcome, first: ResponseId, second: ResponseId) -> f64 {
    outcome
        .pairs
        .iter()
        .find_map(|pair| {
            if (pair.first, pair.second) == (first, second) {
                Some(pair.probability)
            } else if (pair.second, pair.first) == (first, second) {
                Some(1.0 - pair.probability)
            } else {
                None
            }
        })
        .unwrap_or(0.5)
}

/// 1 where the record prefers the first, a half where it prefers neither.
pub fn prefers(outcome: &RankingOutcome, first: ResponseId, second: ResponseId) -> f64 {
    match probability(outcome, first, second) - 0.5 {
        apart if apart.abs() < 1e-9 => 0.5,
        apart if apart > 0.0 => 1.0,
        _ => 0.0,
    }
}

pub fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}
