//! Which judge is asked next: one that does not compete before one that does, the better record
//! before the worse, at most one of each family; a judge that failed is replaced by the next.

use quorum_domain::{JudgingPolicy, ids::ServiceId};

use crate::{
    BallotState, CastBallot, Field, Judge, Policy, Sheet, Vote,
    judge::{LEAST_ACCURACY, ballot_weight},
};

/// A judge that counts at least this beside the best is as good as the best.
const AS_GOOD: f64 = 0.9;

/// How a place is filled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    /// Each judge once.
    Distinct,
    /// One of another family; where there is none, one that already judges, in another order.
    Families,
    /// The best record, whether or not it has voted before; of equally good ones a new family, so that
    /// nobody's error counts twice.
    Best,
}

/// The judges in the order in which they are asked, and what they were asked so far.
pub(crate) struct Bench<'a> {
    chain: Vec<&'a Judge>,
    too_weak: bool,
    ballots: &'a [CastBallot],
    taken: Vec<(usize, ServiceId)>,
}

impl<'a> Bench<'a> {
    pub(crate) fn new(field: &Field, judges: &'a [Judge], ballots: &'a [CastBallot], policy: &Policy) -> Self {
        let named = policy.judging == JudgingPolicy::Judge && !policy.named.is_empty();
        let allowed = |judge: &&Judge| !named || policy.named.contains(&judge.service_id);
        let (mut chain, weak): (Vec<&Judge>, Vec<&Judge>) = judges
            .iter()
            .filter(allowed)
            .partition(|judge| judge.accuracy() >= LEAST_ACCURACY);
        chain.sort_by(|a, b| {
            let competes = |judge: &Judge| field.competes(judge.service_id);
            competes(a)
                .cmp(&competes(b))
                .then(b.accuracy().total_cmp(&a.accuracy()))
                .then(a.service_id.cmp(&b.service_id))
        });
        chain.dedup_by_key(|judge| judge.service_id);
        // Asked before, when its record was still good enough, a judge has had its say.
        let too_weak = chain.is_empty() && !weak.is_empty() && ballots.is_empty();
        let taken = ballots
            .iter()
            .filter(|ballot| !matches!(ballot.state, BallotState::Failed(_)))
            .map(|ballot| (ballot.sheet.nth, ballot.judge))
            .collect();
        Self {
            chain,
            too_weak,
            ballots,
            taken,
        }
    }

    pub(crate) const fn len(&self) -> usize {
        self.chain.len()
    }

    /// Whether there are judges, and none of them has a record that counts.
    pub(crate) const fn is_too_weak(&self) -> bool {
        self.too_weak
    }

    /// Whether a place has a ballot that is out or in.
    pub(crate) fn has_live(&self, nth: usize) -> bool {
        self.taken.iter().any(|(place, _)| *place == nth)
    }

    pub(crate) fn is_waiting(&self) -> bool {
        self.ballots.iter().any(|ballot| ballot.state == BallotState::Pending)
    }

    /// The votes of the first places, in the order of places.
    pub(crate) fn votes_before(&self, places: usize) -> Vec<&'a Vote> {
        let mut voted: Vec<&CastBallot> = self
            .ballots
            .iter()
            .filter(|ballot| ballot.sheet.nth < places && ballot.vote().is_some())
            .collect();
        voted.sort_by_key(|ballot| ballot.sheet.nth);
        voted.into_iter().filter_map(CastBallot::vote).collect()
    }

    pub(crate) fn sheets_of(&self, judge: ServiceId) -> Vec<&'a Sheet> {
        let own = self.ballots.iter().filter(|ballot| ballot.judge == judge);
        own.map(|ballot| &ballot.sheet).collect()
    }

    pub(crate) fn best_accuracy(&self) -> f64 {
        self.chain.iter().map(|judge| judge.accuracy()).fold(0.0, f64::max)
    }

    pub(crate) fn take(&mut self, nth: usize, judge: ServiceId) {
        self.taken.push((nth, judge));
    }

    /// The judge for a place. Whoever failed in this ranking is not asked again, and nobody is
    /// shown the same twice.
    pub(crate) fn choose(&self, nth: usize, order: Order, repeats: impl Fn(&ServiceId) -> bool) -> Option<&'a Judge> {
        let able = |judge: &&&Judge| !self.has_failed(judge.service_id) && !repeats(&judge.service_id);
        let mut able_judges = self.chain.iter().filter(able);
        match order {
            Order::Best => {
                let able: Vec<&Judge> = able_judges.copied().collect();
                let best = able.iter().map(|judge| judge.accuracy()).fold(0.0, f64::max);
                let as_good = |judge: &&&Judge| ballot_weight(judge.accuracy(), best) >= AS_GOOD;
                let fresh = |judge: &&&Judge| !self.sits(judge.service_id) && !self.family_sits(&judge.family);
                let best_of_all = || {
                    let better =
                        |one: &'a Judge, other: &'a Judge| if other.accuracy() > one.accuracy() { other } else { one };
                    able.iter().copied().reduce(better)
                };
                able.iter().filter(fresh).find(as_good).copied().or_else(best_of_all)
            }
            Order::Distinct => able_judges.find(|judge| !self.sits(judge.service_id)).copied(),
            Order::Families => {
                let able: Vec<&Judge> = able_judges.copied().collect();
                let sitting: Vec<&Judge> = able
                    .iter()
                    .copied()
                    .filter(|judge| self.sits(judge.service_id))
                    .collect();
                let other_family = |judge: &&&Judge| !self.sits(judge.service_id) && !self.family_sits(&judge.family);
                let found = able.iter().find(other_family).copied();
                found.or_else(|| sitting.get(nth % sitting.len().max(1)).copied())
            }
        }
    }

    fn has_failed(&self, judge: ServiceId) -> bool {
        self.ballots
            .iter()
            .any(|ballot| ballot.judge == judge && matches!(ballot.state, BallotState::Failed(_)))
    }

    fn sits(&self, judge: ServiceId) -> bool {
        self.taken.iter().any(|(_, taken)| *taken == judge)
    }

    fn family_sits(&self, family: &str) -> bool {
        self.chain
            .iter()
            .any(|judge| judge.family == family && self.sits(judge.service_id))
    }
}
