//! How long the counting takes.

use std::time::Instant;

use quorum_domain::ids::ResponseId;
use quorum_rank::{CastBallot, Contestant, Field, Sheet, StoppedBecause, settle};
use rand::{SeedableRng, rngs::StdRng, seq::SliceRandom};

use crate::{
    replay::{contestant, service, state},
    table::{Line, Table},
};

const RUNS: usize = 2000;

pub fn run() -> Table {
    let answers: Vec<Contestant> = (0..8)
        .map(|at| contestant(at, service(at), &format!("answer {at} {}", "x".repeat(at as usize))))
        .collect();
    let field = Field::of(&answers);
    let mut rng = StdRng::seed_from_u64(1);
    let mut micros: Vec<f64> = (0..RUNS)
        .map(|_| {
            let ballots: Vec<CastBallot> = (0..5).map(|nth| ballot(&answers, nth, &mut rng)).collect();
            let once = || {
                let start = Instant::now();
                let outcome = settle(&field, &ballots, StoppedBecause::AllIn);
                assert_eq!(outcome.entries.len(), 8);
                start.elapsed().as_secs_f64() * 1e6
            };
            // The better of three: what else the machine does at that moment is not the question.
            (0..3).map(|_| once()).fold(f64::INFINITY, f64::min)
        })
        .collect();
    micros.sort_by(f64::total_cmp);
    let mut table = Table::new("Time of counting, eight answers, five ballots");
    table.row("median, microseconds", "", Line::None, micros[RUNS / 2]);
    table.row(
        "99th of 100, microseconds",
        "1000",
        Line::AtMost(1000.0),
        micros[RUNS * 99 / 100],
    );
    table
}

fn ballot(answers: &[Contestant], nth: usize, rng: &mut StdRng) -> CastBallot {
    let mut ids: Vec<ResponseId> = answers.iter().map(|one| one.response_id).collect();
    ids.shuffle(rng);
    let shown = ids.iter().enumerate().map(|(at, id)| (format!("K{at}"), *id)).collect();
    let sheet = Sheet {
        seed: 0,
        order_seed: 0,
        nth,
        accuracy: 0.6 + 0.05 * nth as f64,
        shown,
        flagged: Vec::new(),
        planted: None,
    };
    let state = state(&sheet, Some(ids.into_iter().map(|id| vec![id]).collect()));
    CastBallot {
        judge: service(50 + nth as u128),
        sheet,
        state,
    }
}
