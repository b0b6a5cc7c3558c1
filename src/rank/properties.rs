//! What holds of every ranking, whatever the ballots.

use proptest::prelude::*;
use quorum_domain::ids::{ResponseId, ServiceId};

use crate::{
    CastBallot, Comparison, Contestant, Field, RankingOutcome, StoppedBecause,
    oracle::{condorcet_winner, kemeny, satisfied, schulze},
    order::comparisons,
    settle, tally,
    testing::{cast, contestants, vote_ids},
};

const TEXTS: [&str; 6] = [
    "alpha says one thing",
    "beta holds another",
    "gamma differs from both",
    "delta is short",
    "epsilon repeats nobody",
    "zeta closes the list",
];

/// Tiers of a ballot: a permutation with some neighbours joined.
fn any_tiers(count: usize) -> impl Strategy<Value = Vec<Vec<usize>>> {
    let order = Just((0..count).collect::<Vec<usize>>()).prop_shuffle();
    (order, prop::collection::vec(prop::bool::weighted(0.2), count)).prop_map(|(order, joined)| {
        let mut tiers: Vec<Vec<usize>> = Vec::new();
        for (at, one) in order.into_iter().enumerate() {
            match tiers.last_mut() {
                Some(tier) if joined[at] => tier.push(one),
                _ => tiers.push(vec![one]),
            }
        }
        tiers
    })
}

fn any_ballots(count: usize) -> impl Strategy<Value = Vec<(Vec<Vec<usize>>, f64)>> {
    prop::collection::vec((any_tiers(count), 0.56_f64..0.9), 1..6)
}

fn ballots(all: &[Contestant], given: &[(Vec<Vec<usize>>, f64)]) -> Vec<CastBallot> {
    let ids = |tiers: &Vec<Vec<usize>>| -> Vec<Vec<ResponseId>> {
        tiers
            .iter()
            .map(|tier| tier.iter().map(|at| all[*at].response_id).collect())
            .collect()
    };
    given
        .iter()
        .enumerate()
        .map(|(nth, (tiers, accuracy))| cast(ServiceId::new(), nth, *accuracy, vote_ids(ids(tiers))))
        .collect()
}

fn rank(all: &[Contestant], ballots: &[CastBallot]) -> RankingOutcome {
    settle(&Field::of(all), ballots, StoppedBecause::AllIn)
}

fn score(outcome: &RankingOutcome, id: ResponseId) -> f64 {
    let found = outcome.clusters.iter().find(|cluster| cluster.members.contains(&id));
    found.map_or(f64::NAN, |cluster| cluster.score)
}

fn same_scores(left: &RankingOutcome, right: &RankingOutcome, all: &[Contestant]) -> bool {
    all.iter()
        .all(|one| (score(left, one.response_id) - score(right, one.response_id)).abs() < 1e-9)
}

fn counted(all: &[Contestant], given: &[CastBallot]) -> Vec<Comparison> {
    let field = Field::of(all);
    given
        .iter()
        .filter_map(|ballot| Some(comparisons(&field, ballot.judge, ballot.vote()?, 1.0)))
        .flatten()
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn neither_the_order_of_answers_nor_that_of_ballots_matters(given in any_ballots(4), turn in 0_usize..4) {
        let all = contestants(&TEXTS[..4]);
        let cast = ballots(&all, &given);
        let before = rank(&all, &cast);
        let mut turned = all.clone();
        turned.rotate_left(turn);
        let mut reversed = cast.clone();
        reversed.reverse();
        let after = rank(&turned, &reversed);
        prop_assert!(same_scores(&before, &after, &all));
        let ids = |outcome: &RankingOutcome| outcome.entries.iter().map(|entry| entry.response_id).collect::<Vec<_>>();
        prop_assert_eq!(ids(&before), ids(&after));
    }

    #[test]
    fn the_same_input_gives_the_same_record(given in any_ballots(4)) {
        let all = contestants(&TEXTS[..4]);
        let cast = ballots(&all, &given);
        prop_assert_eq!(rank(&all, &cast), rank(&all, &cast));
    }

    #[test]
    fn scores_average_to_five_and_stay_in_their_intervals(given in any_ballots(5)) {
        let all = contestants(&TEXTS[..5]);
        let outcome = rank(&all, &ballots(&all, &given));
        let mean = outcome.clusters.iter().map(|cluster| cluster.score).sum::<f64>() / 5.0;
        prop_assert!((mean - 5.0).abs() < 1e-9);
        prop_assert!(outcome.clusters.iter().all(|one| 0.0 <= one.low && one.low <= one.score && one.score <= one.high && one.high <= 10.0));
    }

    #[test]
    fn what_every_ballot_prefers_has_the_higher_score(given in any_ballots(4)) {
        let all = contestants(&TEXTS[..4]);
        let outcome = rank(&all, &ballots(&all, &given));
        let tier = |tiers: &Vec<Vec<usize>>, at: usize| tiers.iter().position(|tier| tier.contains(&at));
        for (a, b) in (0..4).flat_map(|a| (0..4).map(move |b| (a, b))) {
            // Bradley-Terry promises this where the one also does no worse against the rest, as in one ballot.
            if given.len() == 1 && tier(&given[0].0, a) < tier(&given[0].0, b) {
                prop_assert!(score(&outcome, all[a].response_id) > score(&outcome, all[b].response_id));
            }
        }
        if given.iter().all(|(tiers, _)| tiers == &given[0].0) && given[0].0[0].len() == 1 {
            prop_assert_eq!(outcome.entries[0].response_id, all[given[0].0[0][0]].response_id);
        }
    }

    #[test]
    fn unanimity_is_kept(tiers in any_tiers(4), swaps in prop::collection::vec(0.56_f64..0.9, 2..5)) {
        let all = contestants(&TEXTS[..4]);
        let given: Vec<_> = swaps.into_iter().map(|accuracy| (tiers.clone(), accuracy)).collect();
        let outcome = rank(&all, &ballots(&all, &given));
        for pair in tiers.windows(2) {
            for (a, b) in pair[0].iter().flat_map(|a| pair[1].iter().map(move |b| (*a, *b))) {
                prop_assert!(score(&outcome, all[a].response_id) > score(&outcome, all[b].response_id));
            }
        }
    }

    #[test]
    fn raising_an_answer_never_lowers_its_score(given in any_ballots(4), which in 0_usize..4) {
        let all = contestants(&TEXTS[..4]);
        let before = rank(&all, &ballots(&all, &given));
        let mut raised = given.clone();
        raised[0].0.iter_mut().for_each(|tier| tier.retain(|at| *at != which));
        raised[0].0.retain(|tier| !tier.is_empty());
        raised[0].0.insert(0, vec![which]);
        let after = rank(&all, &ballots(&all, &raised));
        let id = all[which].response_id;
        prop_assert!(score(&after, id) >= score(&before, id) - 1e-9);
    }

    #[test]
    fn a_copy_changes_no_other_score(given in any_ballots(4), copied in 0_usize..4) {
        let all = contestants(&TEXTS[..4]);
        let cast = ballots(&all, &given);
        let copy = Contestant { response_id: ResponseId::new(), ..all[copied].clone() };
        let more: Vec<Contestant> = all.iter().cloned().chain([copy.clone()]).collect();
        let (before, after) = (rank(&all, &cast), rank(&more, &cast));
        prop_assert!(same_scores(&before, &after, &all));
        prop_assert!((score(&after, copy.response_id) - score(&before, all[copied].response_id)).abs() < 1e-9);
    }

    #[test]
    fn reversed_ballots_mirror_the_scores(given in any_ballots(4)) {
        let all = contestants(&TEXTS[..4]);
        let mut turned = given.clone();
        turned.iter_mut().for_each(|(tiers, _)| tiers.reverse());
        let (before, after) = (rank(&all, &ballots(&all, &given)), rank(&all, &ballots(&all, &turned)));
        for one in &all {
            prop_assert!((score(&before, one.response_id) + score(&after, one.response_id) - 10.0).abs() < 1e-6);
        }
    }

    #[test]
    fn a_judge_below_the_line_is_as_if_absent(given in any_ballots(4), extra in any_tiers(4), poor in 0.0_f64..0.549) {
        let all = contestants(&TEXTS[..4]);
        let cast = ballots(&all, &given);
        let mut more = cast.clone();
        more.extend(ballots(&all, &[(extra, poor)]));
        prop_assert!(same_scores(&rank(&all, &cast), &rank(&all, &more), &all));
    }

    #[test]
    fn kemenys_order_is_the_best_there_is_and_he_and_schulze_keep_condorcets_winner(given in any_ballots(5)) {
        let all = contestants(&TEXTS[..5]);
        let compared = counted(&all, &ballots(&all, &given));
        let order = kemeny(5, &compared);
        let best = permutations(5).iter().map(|order| satisfied(order, &compared)).fold(f64::NEG_INFINITY, f64::max);
        prop_assert!((satisfied(&order, &compared) - best).abs() < 1e-9);
        if let Some(winner) = condorcet_winner(5, &compared) {
            prop_assert_eq!(order[0], winner);
            prop_assert_eq!(schulze(5, &compared)[winner], 4);
        }
    }

    #[test]
    fn of_two_the_strength_has_a_closed_form(wins in 0.0_f64..20.0, losses in 0.0_f64..20.0) {
        let won = Comparison { first: 0, second: 1, won: 1.0, weight: wins };
        let lost = Comparison { won: 0.0, weight: losses, ..won };
        let standings = tally(2, &[won, lost]);
        let expected = ((wins + 0.5) / (losses + 0.5)).ln();
        prop_assert!((standings[0].theta - standings[1].theta - expected).abs() < 1e-8);
    }
}

fn permutations(count: usize) -> Vec<Vec<usize>> {
    if count == 0 {
        return vec![vec![]];
    }
    permutations(count - 1)
        .into_iter()
        .flat_map(|order| {
            (0..count).map(move |place| {
                let mut longer = order.clone();
                longer.insert(place, count - 1);
                longer
            })
        })
        .collect()
}

/// Bradley-Terry promises no Condorcet winner; how often it names another is reported, not asserted
/// to be nothing.
#[test]
fn the_tally_rarely_passes_over_a_condorcet_winner() {
    use rand::{SeedableRng, rngs::StdRng, seq::SliceRandom};
    let mut rng = StdRng::seed_from_u64(7);
    let (mut other, mut found) = (0, 0);
    let all = contestants(&TEXTS[..4]);
    for _ in 0..400 {
        let given: Vec<_> = (0..3)
            .map(|_| {
                let mut order: Vec<usize> = (0..4).collect();
                order.shuffle(&mut rng);
                (order.into_iter().map(|at| vec![at]).collect(), 0.7)
            })
            .collect();
        let compared = counted(&all, &ballots(&all, &given));
        if let Some(winner) = condorcet_winner(4, &compared) {
            found += 1;
            let standings = tally(4, &compared);
            let best = (0..4).max_by(|a, b| standings[*a].theta.total_cmp(&standings[*b].theta));
            other += usize::from(best != Some(winner));
        }
    }
    assert!(found > 200 && other * 5 < found, "{other} of {found}");
}
