//! A recorded question as the product sees it: answers, ballots of each judge, people's votes.

use std::collections::BTreeMap;

use quorum_domain::ids::{ResponseId, ServiceId};
use quorum_rank::{BallotState, CastBallot, Contestant, Field, RankingOutcome, TrackRecord, record_of_selection};

use crate::{
    data::VicunaRow,
    replay::{contestants, mean, pair_ballot, prefers, service},
};

pub const MODELS: [&str; 5] = ["bard", "claude", "gpt35", "gpt4", "vicuna-13b"];
pub const GPT4: usize = 3;

pub struct Question<'a> {
    pub row: &'a VicunaRow,
    pub answers: Vec<Contestant>,
    pub field: Field,
    /// Of the first of a pair, the share of people's votes.
    pub human: BTreeMap<(usize, usize), f64>,
}

/// How a set of judges is counted.
pub struct Setting<'a> {
    pub judges: &'a [usize],
    pub own_counts_half: bool,
    pub reversed: Option<usize>,
    pub records: Option<&'a dyn Fn(usize) -> Vec<TrackRecord>>,
}

impl Default for Setting<'_> {
    fn default() -> Self {
        Self {
            judges: &[0, 1, 2, 3, 4],
            own_counts_half: false,
            reversed: None,
            records: None,
        }
    }
}

impl<'a> Question<'a> {
    pub fn of(row: &'a VicunaRow) -> Self {
        let answers = contestants(&row.answers, &MODELS);
        let mut votes: BTreeMap<(usize, usize), Vec<f64>> = BTreeMap::new();
        for (first, second, vote) in &row.human {
            let (Some(a), Some(b)) = (model(first), model(second)) else {
                continue;
            };
            let won = share(*vote);
            votes
                .entry((a.min(b), a.max(b)))
                .or_default()
                .push(if a < b { won } else { 1.0 - won });
        }
        let human = votes.into_iter().map(|(pair, votes)| (pair, mean(&votes))).collect();
        Self {
            field: Field::of(&answers),
            answers,
            row,
            human,
        }
    }

    pub fn id(&self, model: usize) -> ResponseId {
        self.answers[model].response_id
    }

    pub fn ballots(&self, at: usize, setting: &Setting<'_>) -> Vec<CastBallot> {
        let records = setting.records.map(|records| records(at));
        let mut ballots = Vec::new();
        for judge in setting.judges {
            let record = records
                .as_ref()
                .map_or(TrackRecord::default(), |records| records[*judge]);
            let seat = if setting.own_counts_half {
                service(*judge as u128)
            } else {
                service(100 + *judge as u128)
            };
            for (first, second, vote) in self.row.judges.get(MODELS[*judge]).into_iter().flatten() {
                let (Some(a), Some(b)) = (model(first), model(second)) else {
                    continue;
                };
                let winner = if setting.reversed == Some(*judge) {
                    turned(*vote)
                } else {
                    *vote
                };
                ballots.push(pair_ballot(
                    seat,
                    record.accuracy(),
                    ballots.len(),
                    [self.id(a), self.id(b)],
                    winner,
                ));
            }
        }
        ballots
    }

    /// What people's choices on this question say of each judge: every pair with a majority is one
    /// choice between two answers.
    pub fn history(&self, reversed: Option<usize>) -> Vec<TrackRecord> {
        let setting = Setting {
            reversed,
            ..Setting::default()
        };
        let ballots = self.ballots(0, &setting);
        (0..MODELS.len())
            .map(|judge| {
                let own = ballots
                    .iter()
                    .filter(|ballot| ballot.judge == service(100 + judge as u128));
                own.filter_map(|ballot| self.learnt(ballot))
                    .fold(TrackRecord::default(), TrackRecord::with)
            })
            .collect()
    }

    fn learnt(&self, ballot: &CastBallot) -> Option<TrackRecord> {
        let BallotState::Voted(vote) = &ballot.state else {
            return None;
        };
        let at = |id: ResponseId| self.answers.iter().position(|answer| answer.response_id == id);
        let (a, b) = (at(ballot.sheet.shown[0].1)?, at(ballot.sheet.shown[1].1)?);
        let won = *self.human.get(&(a.min(b), a.max(b)))?;
        if (won - 0.5).abs() < 1e-9 {
            return None;
        }
        let kept = if won > 0.5 { a.min(b) } else { a.max(b) };
        Some(record_of_selection(&self.field, ballot.judge, vote, self.id(kept)))
    }

    pub fn decided(&self) -> impl Iterator<Item = (usize, usize, f64)> {
        self.human
            .iter()
            .filter(|(_, won)| (**won - 0.5).abs() > 1e-9)
            .map(|((a, b), won)| (*a, *b, *won))
    }

    pub fn right(&self, outcome: &RankingOutcome) -> Vec<f64> {
        self.decided()
            .map(|(a, b, won)| {
                let said = prefers(outcome, self.id(a), self.id(b));
                if won > 0.5 { said } else { 1.0 - said }
            })
            .collect()
    }
}

fn model(name: &str) -> Option<usize> {
    MODELS.iter().position(|model| *model == name)
}

const fn share(vote: u8) -> f64 {
    match vote {
        1 => 1.0,
        2 => 0.0,
        _ => 0.5,
    }
}

const fn turned(vote: u8) -> u8 {
    match vote {
        1 => 2,
        2 => 1,
        other => other,
    }
}

impl Question<'_> {
    pub fn listwise(&self, judge: ServiceId, shown: &[ResponseId]) -> Vec<Vec<ResponseId>> {
        let seat = (0..MODELS.len())
            .find(|at| service(*at as u128) == judge)
            .unwrap_or(GPT4);
        let verdicts = &self.row.judges[MODELS[seat]];
        let name = |id: ResponseId| {
            self.answers
                .iter()
                .position(|one| one.response_id == id)
                .map(|at| MODELS[at])
        };
        let mut wins = vec![0.0; shown.len()];
        for (a, first) in shown.iter().enumerate() {
            for (b, second) in shown.iter().enumerate().skip(a + 1) {
                let found = verdicts
                    .iter()
                    .find(|(x, y, _)| name(*first) == Some(x) && name(*second) == Some(y));
                let won = found.map_or(0.5, |(_, _, vote)| share(*vote));
                wins[a] += won;
                wins[b] += 1.0 - won;
            }
        }
        let mut order: Vec<usize> = (0..shown.len()).collect();
        order.sort_by(|a, b| wins[*b].total_cmp(&wins[*a]));
        let mut tiers: Vec<Vec<ResponseId>> = Vec::new();
        for (place, at) in order.iter().enumerate() {
            let equal = place > 0 && (wins[order[place - 1]] - wins[*at]).abs() < 1e-9;
            match tiers.last_mut().filter(|_| equal) {
                Some(tier) => tier.push(shown[*at]),
                None => tiers.push(vec![shown[*at]]),
            }
        }
        tiers
    }
}
