//! A judge that competes and prefers its own answer: what half weight does about it.

use quorum_rank::{BallotState, CastBallot, Contestant, Field, RankingOutcome, StoppedBecause, settle};

use crate::{
    replay::{mean, service},
    simulated::{HONEST, Mind, World, ballot, shuffled},
    table::{Line, Table},
};

/// Four judges have an answer of their own each, and one takes its own for better than it is. How often
/// that answer stands first without being the best: with what judges say of their own answers counted
/// whole, half, and not at all.
pub fn rows(questions: u64, table: &mut Table) {
    let modest = undeservedly_first(questions, 0.0, 1.0);
    let whole = undeservedly_first(questions, VANITY, 1.0);
    let half = undeservedly_first(questions, VANITY, 0.5);
    let none = undeservedly_first(questions, VANITY, 0.0);
    table.row(
        "N=4, four judges compete, none prefers itself: first undeservedly",
        "",
        Line::None,
        modest,
    );
    table.row("  one prefers itself, own answers count whole", "", Line::None, whole);
    table.row(
        "  the same, own answers count half, as here",
        "",
        Line::AtMost(whole),
        half,
    );
    table.row("  the same, own answers do not count", "", Line::None, none);
    table.row(
        "  share of what it gains by that which half weight takes away",
        "",
        // A quotient of small differences: over 2,000 questions its error is about as large as itself.
        Line::None,
        (whole - half) / (whole - modest).max(1e-9),
    );
}

/// By how many deviations of worth a vain judge likes its own answer more: one whose answers deserve to
/// win 72 % of their pairs gives them 86 %, as GPT-4 did among the recorded judges.
const VANITY: f64 = 1.0;

fn undeservedly_first(questions: u64, vanity: f64, own_counts: f64) -> f64 {
    let first: Vec<f64> = (0..questions)
        .map(|seed| {
            let mut world = World::new(seed, 4);
            let ballots: Vec<CastBallot> = (0..4)
                .map(|nth| {
                    let shown = shuffled(&mut world);
                    let mind = Mind {
                        own: (nth == 0).then_some((0, vanity)),
                        ..HONEST
                    };
                    let cast = ballot(&mut world, nth, mind, &shown, 0.65);
                    CastBallot {
                        judge: service(nth as u128),
                        ..cast
                    }
                })
                .collect();
            let outcome = settle_counting_own(&world.answers, &ballots, own_counts);
            let is_best = world.worth.iter().all(|worth| *worth <= world.worth[0]);
            let stands_first =
                outcome.entries.first().map(|entry| entry.response_id) == Some(world.answers[0].response_id);
            f64::from(u8::from(stands_first && !is_best))
        })
        .collect();
    mean(&first)
}

/// Own answers count half in the product. To compare: whole, by authors that nobody judges with; not at
/// all, by leaving a judge's own answer out of its ballot.
fn settle_counting_own(answers: &[Contestant], ballots: &[CastBallot], own_counts: f64) -> RankingOutcome {
    let mut answers = answers.to_vec();
    let mut ballots = ballots.to_vec();
    if own_counts > 0.75 {
        for (at, answer) in (500..).zip(&mut answers) {
            answer.service_id = service(at);
        }
    } else if own_counts < 0.25 {
        for (nth, ballot) in ballots.iter_mut().enumerate() {
            let own = answers[nth].response_id;
            if let BallotState::Voted(vote) = &mut ballot.state {
                vote.tiers.iter_mut().for_each(|tier| tier.retain(|id| *id != own));
                vote.tiers.retain(|tier| !tier.is_empty());
                vote.items.retain(|item| item.response_id != own);
            }
        }
    }
    settle(&Field::of(&answers), &ballots, StoppedBecause::AllIn)
}
