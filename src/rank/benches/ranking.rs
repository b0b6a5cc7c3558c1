//! What ranking costs without the judges: the tally of their ballots, the order by agreement, and
//! the summary of an answer.
#![allow(missing_docs, reason = "a benchmark")]

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use quorum_domain::ids::{ResponseId, ServiceId};
use quorum_rank::{Comparison, Contestant, Field, extractive_summary, rank_locally, tally};

const SENTENCES: [&str; 6] = [
    "The cache is cold after a restart, so the first request of each kind is slow.",
    "Warm it by asking for the ten most wanted pages before the port opens.",
    "A lock for each key keeps a hundred readers from computing the same value.",
    "Let stale values be served while one reader computes the new one.",
    "Measure the share of hits before and after, not the time alone.",
    "If the share is below a half, a larger cache will help more than a faster one.",
];

fn answer(seed: usize) -> String {
    (0..24)
        .map(|at| SENTENCES[(at * 7 + seed * (at + 1)) % SENTENCES.len()])
        .collect::<Vec<_>>()
        .join(" ")
}

/// Every pair is compared by every ballot, the first mostly better.
fn comparisons(contestants: usize, ballots: usize) -> Vec<Comparison> {
    let mut compared = Vec::new();
    for ballot in 0..ballots {
        for first in 0..contestants {
            for second in first + 1..contestants {
                let upset = (first + second + ballot) % 3 == 0;
                compared.push(Comparison {
                    first,
                    second,
                    won: if upset { 0.0 } else { 1.0 },
                    weight: 0.8,
                });
            }
        }
    }
    compared
}

fn tallies(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("tally");
    for (contestants, ballots) in [(3, 2), (8, 3), (20, 20)] {
        let compared = comparisons(contestants, ballots);
        let size = BenchmarkId::from_parameter(format!("{contestants}_by_{ballots}"));
        group.bench_with_input(size, &compared, |bencher, compared| {
            bencher.iter(|| tally(contestants, black_box(compared)));
        });
    }
    group.finish();
}

fn local_ranking(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("local_ranking");
    for count in [3, 8] {
        let contestants: Vec<Contestant> = (0..count)
            .map(|seed| Contestant {
                response_id: ResponseId::new(),
                service_id: ServiceId::new(),
                text: answer(seed),
            })
            .collect();
        group.bench_with_input(
            BenchmarkId::from_parameter(count),
            &contestants,
            |bencher, contestants| {
                bencher.iter(|| rank_locally(&Field::of(black_box(contestants))));
            },
        );
    }
    group.finish();
}

fn summary(criterion: &mut Criterion) {
    let text = answer(1);
    criterion.bench_function("extractive_summary", |bencher| {
        bencher.iter(|| extractive_summary(black_box(&text)))
    });
}

criterion_group!(benches, tallies, local_ranking, summary);
criterion_main!(benches);
