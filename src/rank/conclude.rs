//! The last step of a ranking: count, add what the reader should know, and say it in words.

use quorum_domain::{
    ClaimStanding, RankingRemark,
    batch::{Agreement, AgreementSource, RankingMethod},
};

use crate::{
    CastBallot, Field, RankingOutcome, claims_of_vote, diagnose::answer_agreement, local_claims,
    outcome::StoppedBecause, settle,
};

/// Settles, and adds points of agreement, flags that need the plan, and the remarks.
pub(crate) fn conclude(
    field: &Field,
    ballots: &[CastBallot],
    stopped: StoppedBecause,
    wanted: usize,
) -> RankingOutcome {
    let mut outcome = settle(field, ballots, stopped);
    outcome.judges_wanted = wanted;
    outcome.diagnostics.answer_agreement = answer_agreement(field);
    if outcome.method == RankingMethod::Judge {
        outcome.flags.partial = outcome.judges_voted < wanted;
        add_claims(field, ballots, &mut outcome);
        outcome.remarks = remarks(&outcome);
    } else {
        let why = if ballots.is_empty() {
            RankingRemark::NoJudge
        } else {
            RankingRemark::NoBallotCounted
        };
        outcome.remarks = vec![why, RankingRemark::ByAgreement];
    }
    outcome
}

/// Contradictions found by matching sentences that are added to a judge's points.
const CONTRADICTIONS: usize = 2;

fn add_claims(field: &Field, ballots: &[CastBallot], outcome: &mut RankingOutcome) {
    let heaviest = outcome
        .ballots
        .iter()
        .zip(ballots)
        .filter(|(record, _)| record.weight > 0.0)
        .max_by(|a, b| a.0.weight.total_cmp(&b.0.weight).then(b.0.nth.cmp(&a.0.nth)))
        .and_then(|(_, ballot)| ballot.vote());
    let mut claims = heaviest.map(|vote| claims_of_vote(field, vote)).unwrap_or_default();
    let found = local_claims(field.contestants());
    if claims.is_empty() {
        claims = found;
    } else {
        // A ballot says who makes a point, not who denies it.
        let contested = found
            .into_iter()
            .filter(|claim| claim.standing == ClaimStanding::Contested);
        claims.extend(contested.take(CONTRADICTIONS));
    }
    if claims.is_empty() {
        return;
    }
    let source = claims[0].method;
    let agreement = outcome.agreement.get_or_insert_with(|| Agreement {
        agree: Vec::new(),
        disagree: Vec::new(),
        claims: Vec::new(),
        source,
    });
    agreement.claims = claims;
    if agreement.source == AgreementSource::Judge && source == AgreementSource::Local && agreement.agree.is_empty() {
        agreement.source = source;
    }
}

fn remarks(outcome: &RankingOutcome) -> Vec<RankingRemark> {
    let flags = outcome.flags;
    let absent = outcome.absent.len();
    let in_part = RankingRemark::RankedInPart {
        ranked: outcome.entries.len(),
        answers: outcome.entries.len() + absent,
        voted: outcome.judges_voted,
        wanted: outcome.judges_wanted,
    };
    let said = [
        (absent > 0 || flags.partial, in_part),
        (flags.all_poor, RankingRemark::NothingMeetsRequest),
        (flags.low_confidence, RankingRemark::OnlyWeakJudges),
        (flags.cycle, RankingRemark::JudgesContradictEachOther),
        (flags.injection, RankingRemark::InjectionWithheld),
        (flags.too_close_at_the_top, RankingRemark::TooCloseAtTheTop),
    ];
    said.into_iter()
        .filter_map(|(holds, remark)| holds.then_some(remark))
        .collect()
}
