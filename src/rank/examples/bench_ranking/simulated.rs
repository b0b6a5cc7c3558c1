//! Simulated judges: each sees the true worth of an answer through noise, and some have a liking
//! for a place, a grudge, or obey what an answer tells them.

use quorum_domain::{JudgingPolicy, ids::ResponseId};
use quorum_rank::{
    CastBallot, Contestant, Field, Judge, Policy, RankingOutcome, Sheet, StoppedBecause, TrackRecord,
    record_of_selection, settle,
};
use rand::{Rng, SeedableRng, rngs::StdRng, seq::SliceRandom};

use crate::{
    obeying,
    replay::{PLANTED, contestant, drive, mean, service, state},
    table::{Line, Table},
    vain,
};

/// How a judge errs.
#[derive(Clone, Copy)]
pub struct Mind {
    /// Share of pairs it gets right, without its other faults.
    pub accuracy: f64,
    /// What it adds to the first place, less and less down to nothing for the last.
    pub primacy: f64,
    pub reversed: bool,
    /// The answer that it puts first because that says so.
    pub obeys: Option<usize>,
    /// Whether it puts the planted text first because that says so.
    pub obeys_planted: bool,
    /// The answer that is its own, which it likes by this much more than it deserves.
    pub own: Option<(usize, f64)>,
}

pub const HONEST: Mind = Mind {
    accuracy: 0.75,
    primacy: 0.0,
    reversed: false,
    obeys: None,
    obeys_planted: false,
    own: None,
};
/// What an answer is worth that says nothing of the question, where the worth of answers has mean 0 and
/// deviation 1.
const NOTHING: f64 = -4.0;

pub struct World {
    pub answers: Vec<Contestant>,
    pub worth: Vec<f64>,
    pub rng: StdRng,
}

impl World {
    pub fn new(seed: u64, count: u128) -> Self {
        let mut rng = StdRng::seed_from_u64(seed);
        let worth = (0..count).map(|_| normal(&mut rng)).collect();
        let words = ["alpha", "beta", "gamma", "delta", "epsilon"];
        let answers = (0..count)
            .map(|at| {
                contestant(
                    at,
                    service(at),
                    &format!("{} {}", words[at as usize], words[at as usize].repeat(4)),
                )
            })
            .collect();
        Self { answers, worth, rng }
    }

    fn at(&self, id: ResponseId) -> usize {
        self.answers.iter().position(|one| one.response_id == id).unwrap_or(0)
    }

    pub fn worst(&self) -> usize {
        (0..self.worth.len())
            .min_by(|a, b| self.worth[*a].total_cmp(&self.worth[*b]))
            .unwrap_or(0)
    }

    /// What a judge says of a sheet, the planted text included.
    pub fn says(&mut self, mind: Mind, sheet: &Sheet) -> Vec<Vec<ResponseId>> {
        let mut shown: Vec<ResponseId> = sheet.shown.iter().map(|(_, id)| *id).collect();
        if let Some(planted) = &sheet.planted {
            shown.insert(planted.place.min(shown.len()), PLANTED);
        }
        self.opinion(mind, &shown)
    }

    /// What a judge says of the answers in the order shown.
    fn opinion(&mut self, mind: Mind, shown: &[ResponseId]) -> Vec<Vec<ResponseId>> {
        // With worth and noise normal, noise of this size gives just this share of right pairs.
        let noise = 1.0 / (std::f64::consts::PI * (mind.accuracy - 0.5)).tan();
        let last = shown.len().saturating_sub(1).max(1) as f64;
        let mut seen: Vec<(f64, ResponseId)> = Vec::new();
        for (place, id) in shown.iter().enumerate() {
            let at = (*id != PLANTED).then(|| self.at(*id));
            let worth = at.map_or(NOTHING, |at| self.worth[at]);
            let worth = if mind.reversed { -worth } else { worth };
            let obeyed = match at {
                None => mind.obeys_planted,
                at => mind.obeys == at,
            };
            let vanity = mind
                .own
                .filter(|(own, _)| Some(*own) == at)
                .map_or(0.0, |(_, liking)| liking);
            let liking = mind.primacy * (1.0 - place as f64 / last) + vanity + if obeyed { 1e6 } else { 0.0 };
            seen.push((noise.mul_add(normal(&mut self.rng), worth) + liking, *id));
        }
        seen.sort_by(|a, b| b.0.total_cmp(&a.0));
        seen.into_iter().map(|(_, id)| vec![id]).collect()
    }

    fn tau(&self, outcome: &RankingOutcome) -> f64 {
        let theta = |at: usize| {
            let id = self.answers[at].response_id;
            outcome
                .clusters
                .iter()
                .find(|one| one.members.contains(&id))
                .map_or(0.0, |one| one.theta)
        };
        let count = self.answers.len();
        let signs: Vec<f64> = (0..count)
            .flat_map(|a| (a + 1..count).map(move |b| (a, b)))
            .map(|(a, b)| {
                let (true_gap, gap) = (self.worth[a] - self.worth[b], theta(a) - theta(b));
                if gap.abs() < 1e-9 {
                    0.0
                } else {
                    (true_gap * gap).signum()
                }
            })
            .collect();
        mean(&signs)
    }

    pub fn worst_is_first(&self, outcome: &RankingOutcome) -> f64 {
        f64::from(u8::from(
            outcome
                .entries
                .first()
                .is_some_and(|first| self.at(first.response_id) == self.worst()),
        ))
    }
}

/// Box and Muller's method.
fn normal(rng: &mut StdRng) -> f64 {
    let (u, v): (f64, f64) = (rng.random_range(f64::EPSILON..1.0), rng.random());
    (-2.0 * u.ln()).sqrt() * (std::f64::consts::TAU * v).cos()
}

pub fn run(questions: u64) -> Table {
    let mut table = Table::new(format!("Simulated judges, {questions} questions each"));
    let five = Policy {
        thorough: false,
        ..Policy::of(JudgingPolicy::Panel)
    };
    table.row(
        "N=4, three judges of 0.75: tau",
        "0.58-0.67",
        Line::AtLeast(0.58),
        panel(questions, &five, [HONEST; 3]),
    );
    let biased = Mind { primacy: 2.0, ..HONEST };
    table.row(
        "N=4, three judges that love the first place, fixed order",
        "0.456",
        Line::None,
        fixed(questions, biased),
    );
    table.row(
        "  in the orders that we show",
        "0.567-0.588",
        Line::AtLeast(0.55),
        panel(questions, &five, [biased; 3]),
    );
    let (plain, _) = one_reversed(questions, false);
    let (tau, worst) = one_reversed(questions, true);
    table.row(
        "N=5, one of five reversed, all count the same: tau",
        "0.523",
        Line::None,
        plain,
    );
    table.row(
        "  weights from 20 past questions: tau",
        "0.693",
        Line::AtLeast(0.66),
        tau,
    );
    table.row("  worst answer first", "0.010", Line::AtMost(0.02), worst);
    obeying::rows(questions, &mut table);
    vain::rows(questions, &mut table);
    let (ballots, right) = cascade(questions);
    table.row(
        "N=4, cascade of judges of 0.85 and 0.80: ballots a question",
        "2.1-2.3",
        Line::None,
        ballots,
    );
    table.row("  best answer first", "", Line::None, right);
    table.note("Simulated judges err independently of each other, so they disagree more often than recorded ones.");
    table
}

pub fn judges(count: usize) -> Vec<Judge> {
    (0..count)
        .map(|at| Judge {
            service_id: service(100 + at as u128),
            family: format!("family {at}"),
            record: TrackRecord::default(),
        })
        .collect()
}

pub fn seat(judge: quorum_domain::ids::ServiceId, count: usize) -> usize {
    (0..count).find(|at| service(100 + *at as u128) == judge).unwrap_or(0)
}

fn panel<const K: usize>(questions: u64, policy: &Policy, minds: [Mind; K]) -> f64 {
    let taus: Vec<f64> = (0..questions)
        .map(|seed| {
            let mut world = World::new(seed, 4);
            let field = Field::of(&world.answers);
            let outcome = drive(&field, &judges(K), policy, seed, |plan| {
                Some(world.says(minds[seat(plan.judge, K)], &plan.sheet))
            });
            world.tau(&outcome)
        })
        .collect();
    mean(&taus)
}

fn fixed(questions: u64, mind: Mind) -> f64 {
    let taus: Vec<f64> = (0..questions)
        .map(|seed| {
            let mut world = World::new(seed, 4);
            let shown: Vec<ResponseId> = world.answers.iter().map(|one| one.response_id).collect();
            let ballots: Vec<CastBallot> = (0..3).map(|nth| ballot(&mut world, nth, mind, &shown, 0.65)).collect();
            world.tau(&settle(&Field::of(&world.answers), &ballots, StoppedBecause::AllIn))
        })
        .collect();
    mean(&taus)
}

pub fn ballot(world: &mut World, nth: usize, mind: Mind, shown: &[ResponseId], accuracy: f64) -> CastBallot {
    let labelled = shown
        .iter()
        .enumerate()
        .map(|(at, id)| (format!("K{at}"), *id))
        .collect();
    let sheet = Sheet {
        seed: 0,
        order_seed: 0,
        nth,
        accuracy,
        shown: labelled,
        flagged: Vec::new(),
        planted: None,
    };
    let state = state(&sheet, Some(world.opinion(mind, shown)));
    CastBallot {
        judge: service(100 + nth as u128),
        sheet,
        state,
    }
}

/// Five judges, the last one reversed; what it is worth is learnt from what users kept, which is
/// the best answer to each of twenty earlier questions.
fn one_reversed(questions: u64, learn: bool) -> (f64, f64) {
    let minds = [
        HONEST,
        HONEST,
        HONEST,
        HONEST,
        Mind {
            reversed: true,
            ..HONEST
        },
    ];
    let (mut taus, mut worst) = (Vec::new(), Vec::new());
    for trial in 0..questions.div_ceil(4) {
        let mut records = [TrackRecord::default(); 5];
        for past in 0..if learn { 20 } else { 0 } {
            let mut world = World::new(1_000_000 + trial * 100 + past, 5);
            for (seat, record) in records.iter_mut().enumerate() {
                *record = record.with(learnt(&mut world, seat, minds[seat]));
            }
        }
        let mut world = World::new(trial, 5);
        let ballots: Vec<CastBallot> = (0..5)
            .map(|seat| {
                let shown = shuffled(&mut world);
                ballot(&mut world, seat, minds[seat], &shown, records[seat].accuracy())
            })
            .collect();
        let outcome = settle(&Field::of(&world.answers), &ballots, StoppedBecause::AllIn);
        taus.push(world.tau(&outcome));
        worst.push(world.worst_is_first(&outcome));
    }
    (mean(&taus), mean(&worst))
}

pub fn shuffled(world: &mut World) -> Vec<ResponseId> {
    let mut shown: Vec<ResponseId> = world.answers.iter().map(|one| one.response_id).collect();
    shown.shuffle(&mut world.rng);
    shown
}

fn learnt(world: &mut World, seat: usize, mind: Mind) -> TrackRecord {
    let shown = shuffled(world);
    let cast = ballot(world, seat, mind, &shown, 0.65);
    let best = (0..world.worth.len())
        .max_by(|a, b| world.worth[*a].total_cmp(&world.worth[*b]))
        .unwrap_or(0);
    let kept = world.answers[best].response_id;
    let field = Field::of(&world.answers);
    cast.vote().map_or(TrackRecord::default(), |vote| {
        record_of_selection(&field, cast.judge, vote, kept)
    })
}

fn cascade(questions: u64) -> (f64, f64) {
    let minds = [
        Mind {
            accuracy: 0.85,
            ..HONEST
        },
        Mind {
            accuracy: 0.80,
            ..HONEST
        },
    ];
    let mut bench = judges(2);
    bench[0].record = TrackRecord {
        right: 34.0,
        pairs: 40.0,
    };
    bench[1].record = TrackRecord {
        right: 32.0,
        pairs: 40.0,
    };
    let (mut counts, mut right) = (Vec::new(), Vec::new());
    for seed in 0..questions {
        let mut world = World::new(seed, 4);
        let field = Field::of(&world.answers);
        let outcome = drive(&field, &bench, &Policy::of(JudgingPolicy::Cascade), seed, |plan| {
            Some(world.says(minds[seat(plan.judge, 2)], &plan.sheet))
        });
        counts.push(outcome.ballots.len() as f64);
        let best = (0..4)
            .max_by(|a, b| world.worth[*a].total_cmp(&world.worth[*b]))
            .unwrap_or(0);
        right.push(f64::from(u8::from(
            outcome
                .entries
                .first()
                .is_some_and(|one| world.at(one.response_id) == best),
        )));
    }
    (mean(&counts), mean(&right))
}
