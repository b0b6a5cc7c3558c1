//! Pairs with a known better answer, plain and adversarial, and pairs with a majority of people's
//! votes, judged by four models of 2023 in both orders (princeton-nlp/LLMBar).

use quorum_domain::{JudgingPolicy, ids::ResponseId};
use quorum_rank::{CastBallot, Contestant, Field, Judge, Policy, RankingOutcome, StoppedBecause, TrackRecord, settle};
use rand::{SeedableRng, rngs::StdRng, seq::SliceRandom};

use crate::{
    data::LlmbarRow,
    replay::{contestants, drive, mean, pair_ballot, prefers, service},
    table::{Line, Table},
};

const JUDGES: [&str; 4] = ["GPT-4", "PaLM2", "LLaMA2", "ChatGPT"];
const GPT4: usize = 0;
/// Exams drawn; each is ten plain and thirty adversarial pairs, which are then left out.
const EXAMS: u64 = 20;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Group {
    Natural,
    Adversarial,
    Human,
}

struct Pair {
    group: Group,
    answers: Vec<Contestant>,
    field: Field,
    better: usize,
    /// Of each judge, the winner with the first and with the second shown first.
    verdicts: [Option<[u8; 2]>; 4],
}

/// What a judge does on all pairs of a group: the figures that lines are held against.
struct Reference {
    group: Group,
    name: &'static str,
    anchor: &'static str,
    stated: f64,
    best_judge_there: f64,
}

const CASCADE: [Reference; 3] = [
    Reference {
        group: Group::Natural,
        name: "plain",
        anchor: "0.954",
        stated: 0.945,
        best_judge_there: 0.954,
    },
    Reference {
        group: Group::Adversarial,
        name: "adversarial",
        anchor: "0.803",
        stated: 0.79,
        best_judge_there: 0.811,
    },
    Reference {
        group: Group::Human,
        name: "people's majority",
        anchor: "0.788",
        stated: 0.78,
        best_judge_there: 0.787,
    },
];

pub fn run(rows: &[LlmbarRow]) -> Table {
    let pairs: Vec<Pair> = rows.iter().filter_map(Pair::of).collect();
    let mut table = Table::new(format!("Pairs with a known better answer, {} of LLMBar", pairs.len()));
    let of = |group: Group| pairs.iter().filter(move |pair| pair.group == group);
    let best = |group: Group| {
        mean(
            &of(group)
                .map(|pair| pair.panel(&[GPT4], &[TrackRecord::default(); 4]))
                .collect::<Vec<_>>(),
        )
    };
    let exams = draw_exams(&pairs);
    panel_rows(&pairs, &exams, &mut table, best(Group::Adversarial));
    let (mut third, mut ballots) = (Vec::new(), Vec::new());
    for reference in &CASCADE {
        let results = cascade(&pairs, &exams, reference.group);
        let right: Vec<f64> = results.iter().map(|result| result.right).collect();
        let thirds: Vec<f64> = results.iter().map(|result| f64::from(u8::from(result.third))).collect();
        let counts: Vec<f64> = results.iter().map(|result| result.ballots).collect();
        let there = best(reference.group);
        table.row(
            format!("{}: GPT-4 alone, both orders (reference)", reference.name),
            format!("{:.3}", reference.best_judge_there),
            Line::None,
            there,
        );
        table.replay_row(
            format!("{}: cascade, pairs right", reference.name),
            reference.anchor,
            reference.stated,
            there - reference.best_judge_there,
            mean(&right),
        );
        table.row(
            format!("{}: cascade, share with a third ballot", reference.name),
            "0.11-0.30",
            Line::AtMost(0.32),
            mean(&thirds),
        );
        third.extend(thirds);
        ballots.extend(counts);
    }
    table.row(
        "cascade, share with a third ballot, all pairs",
        "0.25",
        Line::AtMost(0.32),
        mean(&third),
    );
    table.row(
        "cascade, ballots a question",
        "2.1-2.3",
        Line::AtMost(2.4),
        mean(&ballots),
    );
    table.note(format!(
        "Judges' weights from {EXAMS} drawn exams of 40 pairs each, which are not counted; two of four judges fail it."
    ));
    table
}

fn panel_rows(pairs: &[Pair], exams: &[Exam], table: &mut Table, best: f64) {
    let adversarial = |exam: &Exam, records: &[TrackRecord; 4]| -> Vec<f64> {
        let counted = pairs
            .iter()
            .enumerate()
            .filter(|(at, pair)| pair.group == Group::Adversarial && !exam.taken.contains(at));
        counted.map(|(_, pair)| pair.panel(&[0, 1, 2, 3], records)).collect()
    };
    let equal: Vec<f64> = exams
        .iter()
        .flat_map(|exam| adversarial(exam, &[TrackRecord::default(); 4]))
        .collect();
    let weighted: Vec<f64> = exams.iter().flat_map(|exam| adversarial(exam, &exam.records)).collect();
    let same_pairs: Vec<f64> = exams
        .iter()
        .flat_map(|exam| {
            let counted = pairs
                .iter()
                .enumerate()
                .filter(|(at, pair)| pair.group == Group::Adversarial && !exam.taken.contains(at));
            counted
                .map(|(_, pair)| pair.panel(&[GPT4], &exam.records))
                .collect::<Vec<_>>()
        })
        .collect();
    table.row(
        "adversarial: panel of four, all count the same",
        "0.551",
        Line::None,
        mean(&equal),
    );
    table.replay_row(
        "adversarial: panel of four, weights from the exam",
        "0.786",
        0.78,
        best - 0.811,
        mean(&weighted),
    );
    table.row(
        "  how much under the best judge on the same pairs",
        "0.025",
        Line::AtMost(0.03),
        mean(&same_pairs) - mean(&weighted),
    );
}

impl Pair {
    fn of(row: &LlmbarRow) -> Option<Self> {
        let group = match row.set.as_str() {
            set if set.contains("Natural") => Group::Natural,
            set if set.contains("Adversarial") => Group::Adversarial,
            _ => Group::Human,
        };
        let answers = contestants(&row.answers, &["1", "2"]);
        let verdicts = JUDGES.map(|judge| {
            let found = row
                .verdicts
                .get(&format!("{judge}/Vanilla"))
                .or_else(|| row.verdicts.get(&format!("{judge}/Vanilla_NoRules")))?;
            Some([found.0?, found.1?])
        });
        let complete = verdicts[..2].iter().all(Option::is_some);
        complete.then(|| Self {
            group,
            field: Field::of(&answers),
            answers,
            better: usize::from(row.label == 2),
            verdicts,
        })
    }

    fn id(&self, at: usize) -> ResponseId {
        self.answers[at].response_id
    }

    fn right(&self, outcome: &RankingOutcome) -> f64 {
        prefers(outcome, self.id(self.better), self.id(1 - self.better))
    }

    /// Both orders of each judge.
    fn panel(&self, judges: &[usize], records: &[TrackRecord; 4]) -> f64 {
        let mut ballots: Vec<CastBallot> = Vec::new();
        for judge in judges {
            for (nth, winner) in self.verdicts[*judge].into_iter().flatten().enumerate() {
                let shown = [self.id(nth), self.id(1 - nth)];
                let place = if usize::from(winner) == nth + 1 { 1 } else { 2 };
                ballots.push(pair_ballot(
                    service(100 + *judge as u128),
                    records[*judge].accuracy(),
                    nth,
                    shown,
                    place,
                ));
            }
        }
        self.right(&settle(&self.field, &ballots, StoppedBecause::AllIn))
    }
}

struct Exam {
    taken: Vec<usize>,
    records: [TrackRecord; 4],
}

fn draw_exams(pairs: &[Pair]) -> Vec<Exam> {
    (0..EXAMS)
        .map(|seed| {
            let mut rng = StdRng::seed_from_u64(seed);
            let mut draw = |group: Group, count: usize| {
                let mut of_group: Vec<usize> = (0..pairs.len()).filter(|at| pairs[*at].group == group).collect();
                of_group.shuffle(&mut rng);
                of_group.truncate(count.min(of_group.len() / 2));
                of_group
            };
            let taken = [draw(Group::Natural, 10), draw(Group::Adversarial, 30)].concat();
            let records = [0, 1, 2, 3].map(|judge| record(pairs, &taken, judge));
            Exam { taken, records }
        })
        .collect()
}

fn record(pairs: &[Pair], taken: &[usize], judge: usize) -> TrackRecord {
    let marks = taken.iter().filter_map(|at| {
        let pair = &pairs[*at];
        let right = pair.verdicts[judge]?
            .iter()
            .filter(|winner| usize::from(**winner) == pair.better + 1)
            .count();
        Some(TrackRecord {
            right: right as f64 / 2.0,
            pairs: 1.0,
        })
    });
    marks.fold(TrackRecord::default(), TrackRecord::with)
}

struct CascadeResult {
    right: f64,
    third: bool,
    ballots: f64,
}

fn cascade(pairs: &[Pair], exams: &[Exam], group: Group) -> Vec<CascadeResult> {
    let mut results = Vec::new();
    for (draw, exam) in exams.iter().enumerate() {
        let judges: Vec<Judge> = (0..JUDGES.len())
            .map(|judge| Judge {
                service_id: service(100 + judge as u128),
                family: JUDGES[judge].to_owned(),
                record: exam.records[judge],
            })
            .collect();
        for (at, pair) in pairs
            .iter()
            .enumerate()
            .filter(|(at, pair)| pair.group == group && !exam.taken.contains(at))
        {
            let seed = (draw * pairs.len() + at) as u64;
            let outcome = drive(
                &pair.field,
                &judges,
                &Policy::of(JudgingPolicy::Cascade),
                seed,
                |plan| {
                    let judge = (0..JUDGES.len()).find(|judge| service(100 + *judge as u128) == plan.judge)?;
                    let shown_first = usize::from(plan.sheet.shown.first()?.1 == pair.id(1));
                    let winner = usize::from(pair.verdicts[judge]?[shown_first]).checked_sub(1)?;
                    Some(vec![vec![pair.id(winner)], vec![pair.id(1 - winner)]])
                },
            );
            results.push(CascadeResult {
                right: pair.right(&outcome),
                third: outcome.ballots.iter().any(|ballot| ballot.nth > 1),
                ballots: outcome.ballots.len() as f64,
            });
        }
    }
    results
}
