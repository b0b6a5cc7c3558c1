//! Two other rules of social choice, to hold the tally against: Kemeny's order (Kemeny 1959; by
//! dynamic programming over sets) and Schulze's (Schulze 2011; widest paths). For tests only.

use crate::{Comparison, order::margins};

/// Kemeny's order: the one with the least weight of comparisons against it. Up to about 12.
pub(crate) fn kemeny(count: usize, comparisons: &[Comparison]) -> Vec<usize> {
    let margin = margins(count, comparisons);
    let full = (1_usize << count) - 1;
    let mut best = vec![(f64::NEG_INFINITY, usize::MAX); full + 1];
    best[0].0 = 0.0;
    for set in 1..=full {
        for last in (0..count).filter(|at| set & (1 << at) != 0) {
            let before = set & !(1 << last);
            let gain: f64 = (0..count)
                .filter(|at| before & (1 << at) != 0)
                .map(|at| margin[at][last])
                .sum();
            let total = best[before].0 + gain;
            if total > best[set].0 + 1e-12 {
                best[set] = (total, last);
            }
        }
    }
    let (mut order, mut set) = (Vec::with_capacity(count), full);
    while set != 0 {
        let last = best[set].1;
        order.push(last);
        set &= !(1 << last);
    }
    order.reverse();
    order
}

/// What an order satisfies of the comparisons, less what stands against it.
pub(crate) fn satisfied(order: &[usize], comparisons: &[Comparison]) -> f64 {
    let margin = margins(order.len(), comparisons);
    (0..order.len())
        .flat_map(|a| (a + 1..order.len()).map(move |b| (a, b)))
        .map(|(a, b)| margin[order[a]][order[b]])
        .sum()
}

/// For each, how many others it beats by Schulze's strongest paths.
pub(crate) fn schulze(count: usize, comparisons: &[Comparison]) -> Vec<usize> {
    let mut path = margins(count, comparisons);
    for through in 0..count {
        for from in (0..count).filter(|from| *from != through) {
            for to in (0..count).filter(|to| *to != through && *to != from) {
                let detour = path[from][through].min(path[through][to]);
                path[from][to] = path[from][to].max(detour);
            }
        }
    }
    (0..count)
        .map(|a| {
            (0..count)
                .filter(|b| *b != a && path[a][*b] > path[*b][a] + 1e-12)
                .count()
        })
        .collect()
}

/// The one that beats every other by itself, if there is one.
pub(crate) fn condorcet_winner(count: usize, comparisons: &[Comparison]) -> Option<usize> {
    let margin = margins(count, comparisons);
    (0..count).find(|a| (0..count).all(|b| b == *a || margin[*a][b] > 1e-9))
}
