//! From ballots to comparisons between groups of equal answers, and from strengths to places.

use std::collections::HashMap;

use quorum_domain::ids::{ResponseId, ServiceId};

use crate::{Comparison, Field, Standing, Vote};

/// What a comparison with the judge's own answer counts. Leaving them out loses more than
/// judges' liking for themselves costs.
const OWN_ANSWER: f64 = 0.5;
/// Strengths nearer than this are equal.
const EQUAL: f64 = 1e-9;

/// The tier of every group that a ballot ordered; a group stands at the mean of its members.
pub(crate) fn tiers(field: &Field, vote: &Vote) -> Vec<Option<f64>> {
    let tier_of: HashMap<ResponseId, f64> = (0_u32..)
        .zip(&vote.tiers)
        .flat_map(|(tier, members)| members.iter().map(move |member| (*member, f64::from(tier))))
        .collect();
    field
        .groups()
        .iter()
        .map(|group| {
            let found: Vec<f64> = group
                .iter()
                .filter_map(|at| tier_of.get(&field.contestants()[*at].response_id))
                .copied()
                .collect();
            (!found.is_empty()).then(|| found.iter().sum::<f64>() / found.len() as f64)
        })
        .collect()
}

/// Every pair that a ballot orders, with what it counts.
pub(crate) fn comparisons(field: &Field, judge: ServiceId, vote: &Vote, weight: f64) -> Vec<Comparison> {
    let tiers = tiers(field, vote);
    let own: Vec<bool> = (0..tiers.len()).map(|group| field.wrote(judge, group)).collect();
    let mut found = Vec::new();
    for first in 0..tiers.len() {
        for second in first + 1..tiers.len() {
            let (Some(a), Some(b)) = (tiers[first], tiers[second]) else {
                continue;
            };
            let part = if own[first] || own[second] { OWN_ANSWER } else { 1.0 };
            found.push(Comparison {
                first,
                second,
                won: won(a, b),
                weight: weight * part,
            });
        }
    }
    found
}

fn won(tier: f64, other: f64) -> f64 {
    match tier - other {
        apart if apart.abs() < EQUAL => 0.5,
        apart if apart < 0.0 => 1.0,
        _ => 0.0,
    }
}

/// Groups from strongest to weakest, each with its rank; equal ones share a rank and stand in an
/// order that does not depend on who answered first.
pub(crate) fn places(standings: &[Standing]) -> Vec<(usize, i64)> {
    let mut order: Vec<usize> = (0..standings.len()).collect();
    // Groups come ordered by content, and the sort is stable.
    order.sort_by(|a, b| {
        if equal(standings, *a, *b) {
            std::cmp::Ordering::Equal
        } else {
            standings[*b].theta.total_cmp(&standings[*a].theta)
        }
    });
    let mut rank = 0;
    let mut places = Vec::with_capacity(order.len());
    for (place, group) in order.iter().enumerate() {
        if place == 0 || !equal(standings, *group, order[place - 1]) {
            rank = i64::try_from(place).unwrap_or(i64::MAX - 1) + 1;
        }
        places.push((*group, rank));
    }
    places
}

fn equal(standings: &[Standing], a: usize, b: usize) -> bool {
    (standings[a].theta - standings[b].theta).abs() < EQUAL
}

/// Whether the majority of comparisons runs in a circle.
pub(crate) fn has_cycle(count: usize, comparisons: &[Comparison]) -> bool {
    let margin = margins(count, comparisons);
    let mut reaches: Vec<Vec<bool>> = margin
        .iter()
        .map(|row| row.iter().map(|m| *m > EQUAL).collect())
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

/// By how much weight each is preferred to each other.
pub(crate) fn margins(count: usize, comparisons: &[Comparison]) -> Vec<Vec<f64>> {
    let mut margin = vec![vec![0.0; count]; count];
    for comparison in comparisons {
        let swing = comparison.weight * 2.0_f64.mul_add(comparison.won, -1.0);
        margin[comparison.first][comparison.second] += swing;
        margin[comparison.second][comparison.first] -= swing;
    }
    margin
}
