//! What to do next: ask judges, wait for them, or settle. The one place where policies live.

use std::collections::BTreeSet;

use quorum_domain::{JudgingPolicy, RankingRemark, ids::ServiceId};

use crate::{
    CastBallot, Field, Judge, RankingOutcome, Sheet, Vote,
    ballot::make_sheet,
    cascade::{agree, suspects},
    choice::{Bench, Order},
    conclude::conclude,
    judge::ballot_weight,
    nothing_to_judge,
    outcome::StoppedBecause,
    rank_locally, unranked,
};

/// How a batch is judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// The conversation's setting.
    pub judging: JudgingPolicy,
    /// For [`JudgingPolicy::Judge`]: who shall judge; empty means the best judge. Nobody else is asked,
    /// whatever becomes of their ballots.
    pub named: Vec<ServiceId>,
    /// For [`JudgingPolicy::Cascade`]: five ballots, whether or not the first two agree.
    pub thorough: bool,
}

impl Policy {
    /// A policy without named judges, at its ordinary depth.
    pub const fn of(judging: JudgingPolicy) -> Self {
        Self {
            judging,
            named: Vec::new(),
            thorough: false,
        }
    }
}

/// Ballots of a thorough cascade.
const THOROUGH: usize = 5;

/// A ballot to ask for.
#[derive(Debug, Clone, PartialEq)]
pub struct SheetPlan {
    /// Who is asked.
    pub judge: ServiceId,
    /// Whether the judge has an answer of its own in the batch.
    pub competes: bool,
    /// What its ballot counts beside the best judge that can be had.
    pub weight: f64,
    /// What it is shown.
    pub sheet: Sheet,
}

/// What to do next.
#[derive(Debug, Clone, PartialEq)]
pub enum NextStep {
    /// Ask these judges, then plan again with their ballots pending.
    AskBallots(Vec<SheetPlan>),
    /// Ballots are still out; plan again when one is in.
    Wait,
    /// The ranking.
    Settle(Box<RankingOutcome>),
}

/// Decides from the answers, the ballots so far (in any order, failed ones included) and the judges
/// that can be called. `fresh_seed` is used for the first sheets only; later ones keep the seed of
/// the ballots given.
pub fn plan_next(
    field: &Field,
    ballots: &[CastBallot],
    judges: &[Judge],
    policy: &Policy,
    fresh_seed: u64,
) -> NextStep {
    if policy.judging == JudgingPolicy::Off {
        return settled(unranked(field));
    }
    if let Some(outcome) = nothing_to_judge(field) {
        return settled(outcome);
    }
    match policy.judging {
        JudgingPolicy::Off | JudgingPolicy::Local => return settled(rank_locally(field)),
        JudgingPolicy::Cascade | JudgingPolicy::Judge | JudgingPolicy::Panel => {}
    }
    let bench = Bench::new(field, judges, ballots, policy);
    let seed = ballots.first().map_or(fresh_seed, |ballot| ballot.sheet.order_seed);
    let mut rounds = Rounds::new(field, bench, seed);
    let stopped = match policy.judging {
        JudgingPolicy::Cascade => rounds.cascade(if policy.thorough { THOROUGH } else { 2 }),
        JudgingPolicy::Panel => rounds.all(rounds.bench.len(), Order::Distinct),
        _ => rounds.all(policy.named.len().max(1), Order::Distinct),
    };
    let mut next = rounds.next(ballots, stopped);
    if let NextStep::Settle(outcome) = &mut next
        && policy.judging == JudgingPolicy::Judge
    {
        tell_of_named(outcome, &policy.named, judges);
    }
    next
}

/// Two answers that are compared, and not ranked: each of the two orders once, by two families where
/// there are two. Who is named judges alone.
pub fn plan_comparison(
    field: &Field,
    ballots: &[CastBallot],
    judges: &[Judge],
    policy: &Policy,
    fresh_seed: u64,
) -> NextStep {
    if let Some(outcome) = nothing_to_judge(field) {
        return settled(outcome);
    }
    let seed = ballots.first().map_or(fresh_seed, |ballot| ballot.sheet.order_seed);
    let mut rounds = Rounds::new(field, Bench::new(field, judges, ballots, policy), seed);
    let stopped = rounds.all(2, Order::Families);
    rounds.next(ballots, stopped)
}

/// Who was named, and who of them is not there to be asked.
fn tell_of_named(outcome: &mut RankingOutcome, named: &[ServiceId], judges: &[Judge]) {
    let is_there = |id: &&ServiceId| judges.iter().any(|judge| judge.service_id == **id);
    let missing = named.len() - named.iter().filter(is_there).count();
    outcome.named_judges = named.to_vec();
    if missing == 0 {
        return;
    }
    let remark = if missing == named.len() {
        outcome.remarks.retain(|remark| *remark != RankingRemark::NoJudge);
        RankingRemark::NamedJudgesMissing
    } else {
        RankingRemark::SomeNamedJudgesMissing {
            missing,
            named: named.len(),
        }
    };
    outcome.remarks.insert(0, remark);
}

fn settled(outcome: RankingOutcome) -> NextStep {
    NextStep::Settle(Box::new(outcome))
}

struct Rounds<'a> {
    field: &'a Field,
    bench: Bench<'a>,
    seed: u64,
    wanted: Vec<SheetPlan>,
    missing: Vec<usize>,
}

impl<'a> Rounds<'a> {
    const fn new(field: &'a Field, bench: Bench<'a>, seed: u64) -> Self {
        Self {
            field,
            bench,
            seed,
            wanted: Vec::new(),
            missing: Vec::new(),
        }
    }

    /// This many ballots.
    fn all(&mut self, slots: usize, order: Order) -> StoppedBecause {
        for nth in 0..slots {
            self.fill(nth, order, &[]);
        }
        self.ended()
    }

    /// Two ballots, and a third if they disagree or one of them may have obeyed an answer.
    fn cascade(&mut self, slots: usize) -> StoppedBecause {
        for nth in 0..slots {
            self.fill(nth, Order::Families, &[]);
        }
        if !self.wanted.is_empty() || self.bench.is_waiting() {
            return self.ended();
        }
        let votes: Vec<&Vote> = self.bench.votes_before(slots);
        let [first, second, ..] = votes[..] else {
            return self.ended();
        };
        let suspects: Vec<usize> = suspects(self.field, &votes).iter().map(|one| one.group).collect();
        let left = self.field.groups().len() - suspects.len();
        let settled_by_two = votes.len() > 2 || agree(self.field, first, second);
        if settled_by_two && (suspects.is_empty() || left < 2) {
            return match slots {
                2 => StoppedBecause::Agreed,
                _ => self.ended(),
            };
        }
        let left_out = if left < 2 { Vec::new() } else { suspects };
        self.fill(slots, Order::Best, &left_out);
        self.ended()
    }

    /// Finds a judge for a place that has none, or notes that there is none.
    fn fill(&mut self, nth: usize, order: Order, left_out: &[usize]) {
        if self.bench.has_live(nth) {
            return;
        }
        let same_as_before = |judge: &ServiceId| self.repeats(*judge, nth, left_out);
        let Some(judge) = self.bench.choose(nth, order, same_as_before) else {
            self.missing.push(nth);
            return;
        };
        let accuracy = judge.accuracy();
        self.wanted.push(SheetPlan {
            judge: judge.service_id,
            competes: self.field.competes(judge.service_id),
            weight: ballot_weight(accuracy, self.bench.best_accuracy()),
            sheet: make_sheet(self.field, self.seed, nth, accuracy, left_out),
        });
        self.bench.take(nth, judge.service_id);
    }

    /// Whether a judge was already shown just these answers in just this order: to ask again would
    /// only count its liking for a place twice.
    fn repeats(&self, judge: ServiceId, nth: usize, left_out: &[usize]) -> bool {
        let order = |sheet: &Sheet| sheet.shown.iter().map(|(_, id)| *id).collect::<Vec<_>>();
        let new = order(&make_sheet(self.field, self.seed, nth, 0.0, left_out));
        self.bench.sheets_of(judge).into_iter().any(|sheet| order(sheet) == new)
    }

    fn ended(&self) -> StoppedBecause {
        if !self.missing.is_empty() {
            StoppedBecause::NoMoreJudges
        } else {
            StoppedBecause::AllIn
        }
    }

    fn next(self, ballots: &[CastBallot], stopped: StoppedBecause) -> NextStep {
        if !self.wanted.is_empty() {
            return NextStep::AskBallots(self.wanted);
        }
        if self.bench.is_waiting() {
            return NextStep::Wait;
        }
        let mut places: BTreeSet<usize> = ballots.iter().map(|ballot| ballot.sheet.nth).collect();
        places.extend(&self.missing);
        let mut outcome = conclude(self.field, ballots, stopped, places.len());
        if self.bench.is_too_weak() {
            outcome.flags.low_confidence = true;
            outcome.remarks = vec![RankingRemark::JudgesTooWeak, RankingRemark::ByAgreement];
        }
        settled(outcome)
    }
}
