//! Figures that tell how far a ranking is to be trusted; none of them moves the order.

use crate::{Field, Standing, Vote, final_value, order::tiers, similarity::similarities};

/// Kendall's tau-b between two rows of numbers (Kendall 1945): pairs in the same order less pairs in
/// the opposite one, over those that are not equal. Two rows in which all is equal are the same.
pub(crate) fn kendall_tau(left: &[f64], right: &[f64]) -> Option<f64> {
    let (mut balance, mut ordered_left, mut ordered_right) = (0.0, 0.0, 0.0);
    for a in 0..left.len() {
        for b in a + 1..left.len() {
            let (l, r) = (sign(left[a] - left[b]), sign(right[a] - right[b]));
            balance += f64::from(l * r);
            ordered_left += f64::from(l.abs());
            ordered_right += f64::from(r.abs());
        }
    }
    let both: f64 = ordered_left * ordered_right;
    match left.len() {
        0 | 1 => None,
        _ if ordered_left + ordered_right == 0.0 => Some(1.0),
        _ if both == 0.0 => Some(0.0),
        _ => Some(balance / both.sqrt()),
    }
}

fn sign(value: f64) -> i8 {
    if value.abs() < 1e-9 {
        0
    } else if value > 0.0 {
        1
    } else {
        -1
    }
}

/// Kendall's W with his correction for ties (Kendall and Babington Smith 1939), over the ballots
/// that ordered every group.
pub(crate) fn judge_agreement(field: &Field, votes: &[&Vote]) -> Option<f64> {
    let rows: Vec<Vec<f64>> = votes
        .iter()
        .filter_map(|vote| tiers(field, vote).into_iter().collect::<Option<Vec<f64>>>())
        .map(|tiers| mid_ranks(&tiers))
        .collect();
    let (judges, count) = (rows.len() as f64, field.groups().len());
    if rows.len() < 2 || count < 2 {
        return None;
    }
    let n = count as f64;
    let mean = judges * (n + 1.0) / 2.0;
    let spread: f64 = (0..count)
        .map(|at| (rows.iter().map(|row| row[at]).sum::<f64>() - mean).powi(2))
        .sum();
    let ties: f64 = rows.iter().map(|row| tie_term(row)).sum();
    let most = judges * judges * (n.powi(3) - n) - judges * ties;
    // All judges tie everything: they agree that nothing is better.
    Some(if most > 1e-9 {
        (12.0 * spread / most).clamp(0.0, 1.0)
    } else {
        1.0
    })
}

fn mid_ranks(tiers: &[f64]) -> Vec<f64> {
    tiers
        .iter()
        .map(|tier| {
            let before = tiers.iter().filter(|other| **other < *tier - 1e-9).count() as f64;
            let equal = tiers.iter().filter(|other| (**other - *tier).abs() < 1e-9).count() as f64;
            before + (equal + 1.0) / 2.0
        })
        .collect()
}

fn tie_term(ranks: &[f64]) -> f64 {
    // Each of t tied members adds (t² - 1), together t³ - t.
    ranks
        .iter()
        .map(|rank| {
            let tied = ranks.iter().filter(|other| (**other - *rank).abs() < 1e-9).count() as f64;
            tied * tied - 1.0
        })
        .sum()
}

/// The share of answers with the commonest final value where all have one, else their mean likeness.
pub(crate) fn answer_agreement(field: &Field) -> Option<f64> {
    let count = field.contestants().len();
    if count < 2 {
        return None;
    }
    let values: Option<Vec<String>> = field.contestants().iter().map(|one| final_value(&one.text)).collect();
    if let Some(values) = values {
        let most = values
            .iter()
            .map(|value| values.iter().filter(|other| *other == value).count())
            .max()
            .unwrap_or(0);
        return Some(most as f64 / count as f64);
    }
    let alike = similarities(field.folded());
    let total: f64 = (0..count).map(|a| alike[a][a + 1..].iter().sum::<f64>()).sum();
    Some((total / (count * (count - 1) / 2) as f64).clamp(0.0, 1.0))
}

/// Mean tau between the order shown and the order given. Two reversed sheets cancel what the
/// answers deserve, so what is left is the judges' liking for a place.
pub(crate) fn position_effect(ballots: &[(Vec<usize>, Vec<Option<f64>>)]) -> Option<f64> {
    let effects: Vec<f64> = ballots
        .iter()
        .filter_map(|(shown, tiers)| {
            let given: Vec<f64> = shown.iter().filter_map(|group| tiers[*group]).collect();
            let places: Vec<f64> = (0..given.len()).map(|place| place as f64).collect();
            kendall_tau(&places, &given)
        })
        .collect();
    (!effects.is_empty()).then(|| effects.iter().sum::<f64>() / effects.len() as f64)
}

/// Tau between length and strength.
pub(crate) fn length_effect(field: &Field, standings: &[Standing]) -> Option<f64> {
    let lengths: Vec<f64> = (0..standings.len())
        .map(|group| field.face(group).text.chars().count() as f64)
        .collect();
    let thetas: Vec<f64> = standings.iter().map(|standing| standing.theta).collect();
    kendall_tau(&lengths, &thetas)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{contestants, field_of, vote};

    #[test]
    fn tau_is_one_for_the_same_order_and_minus_one_for_the_reverse() {
        assert_eq!(kendall_tau(&[1.0, 2.0, 3.0], &[4.0, 5.0, 6.0]), Some(1.0));
        assert_eq!(kendall_tau(&[1.0, 2.0, 3.0], &[3.0, 2.0, 1.0]), Some(-1.0));
        assert_eq!(kendall_tau(&[1.0], &[3.0]), None);
    }

    #[test]
    fn judges_of_one_mind_agree_wholly_and_opposed_ones_not_at_all() {
        let all = contestants(&["alpha one", "beta two", "gamma three"]);
        let field = field_of(&all);
        let (up, down) = (
            vote(&[&[&all[0]], &[&all[1]], &[&all[2]]]),
            vote(&[&[&all[2]], &[&all[1]], &[&all[0]]]),
        );
        assert_eq!(judge_agreement(&field, &[&up, &up]), Some(1.0));
        assert_eq!(judge_agreement(&field, &[&up, &down]), Some(0.0));
        assert_eq!(judge_agreement(&field, &[&up]), None);
        let tie = vote(&[&[&all[0], &all[1], &all[2]]]);
        assert_eq!(judge_agreement(&field, &[&tie, &tie]), Some(1.0));
    }

    #[test]
    fn reversed_sheets_show_a_liking_for_the_first_place() {
        let tiers = |best_first: [f64; 3]| best_first.map(Some).to_vec();
        let first = (vec![0, 1, 2], tiers([0.0, 1.0, 2.0]));
        let honest = (vec![2, 1, 0], tiers([0.0, 1.0, 2.0]));
        assert_eq!(position_effect(&[first.clone(), honest]), Some(0.0));
        let biased = (vec![2, 1, 0], tiers([2.0, 1.0, 0.0]));
        assert_eq!(position_effect(&[first, biased]), Some(1.0));
    }

    #[test]
    fn answers_with_one_final_value_agree_by_it() {
        let all = contestants(&[
            "so the answer is 18",
            "I make it: the answer is 18",
            "the answer is 24, surely",
        ]);
        assert!((answer_agreement(&field_of(&all)).unwrap() - 2.0 / 3.0).abs() < 1e-9);
    }
}
