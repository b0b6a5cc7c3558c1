//! Five models judged each other on 80 open questions in both orders; people voted on the same
//! answers (bcdnlp/PRD).

use quorum_domain::{JudgingPolicy, ids::ResponseId};
use quorum_rank::{Contestant, Field, Judge, Policy, StoppedBecause, TrackRecord, settle};

use crate::{
    data::VicunaRow,
    question::{GPT4, MODELS, Question, Setting},
    replay::{drive, mean, prefers, probability, service},
    table::{Line, Table},
};

/// GPT-4 in both orders on the held-back half and on all questions, where the lines were drawn.
const REFERENCE_HELD: f64 = 0.789;
const REFERENCE_ALL: f64 = 0.780;

struct Found {
    accuracy: f64,
    tau: f64,
    brier: f64,
    calibration_error: f64,
}

pub fn run(rows: &[VicunaRow]) -> Table {
    let questions: Vec<Question<'_>> = rows.iter().map(Question::of).collect();
    let mut table = Table::new(format!(
        "Open questions, {} of vicuna80, against people's votes",
        rows.len()
    ));
    let gpt4 = measure(
        &questions,
        &Setting {
            judges: &[GPT4],
            ..Setting::default()
        },
    );
    let (held, all) = (gpt4.accuracy - REFERENCE_HELD, gpt4.accuracy - REFERENCE_ALL);
    table.row(
        "GPT-4 alone, both orders (reference)",
        "0.789 / 0.780",
        Line::None,
        gpt4.accuracy,
    );
    let five = measure(&questions, &Setting::default());
    table.replay_row(
        "all five judges, both orders: pairs right",
        "0.794",
        0.785,
        held,
        five.accuracy,
    );
    table.row(
        "all five judges, both orders: tau",
        "0.537",
        Line::AtLeast(0.52),
        five.tau,
    );
    let half = measure(
        &questions,
        &Setting {
            own_counts_half: true,
            ..Setting::default()
        },
    );
    table.replay_row(
        "own answers count half: pairs right",
        "0.790",
        0.785,
        all,
        half.accuracy,
    );
    table.note(
        "Of 0.785 on these questions: the five judges miss it by a pair however their own answers count, and one \
         reversed judge is not made good even by leaving it out.",
    );
    reversed_rows(&questions, &mut table, held);
    table.row(
        "calibration: error (ECE)",
        "0.045",
        Line::AtMost(0.06),
        five.calibration_error,
    );
    table.row("calibration: Brier", "0.094", Line::AtMost(0.10), five.brier);
    table.row(
        "longest answer first, no judge",
        "0.783-0.815",
        Line::None,
        by_length(&questions),
    );
    let (ballots, right) = listwise_cascade(&questions);
    table.row(
        "cascade of listwise ballots, N=4: ballots a question",
        "2.1-2.3",
        Line::AtMost(2.4),
        ballots,
    );
    table.row("cascade of listwise ballots, N=4: pairs right", "", Line::None, right);
    table.note(
        "In brackets: the line as stated, where GPT-4 itself does worse on these questions than where it was drawn.",
    );
    table
}

fn reversed_rows(questions: &[Question<'_>], table: &mut Table, shift: f64) {
    let (mut plain, mut weighted, mut left_out) = (Vec::new(), Vec::new(), Vec::new());
    for victim in 0..MODELS.len() {
        let base = Setting {
            own_counts_half: true,
            reversed: Some(victim),
            ..Setting::default()
        };
        plain.push(measure(questions, &base).accuracy);
        let honest: Vec<usize> = (0..MODELS.len()).filter(|judge| *judge != victim).collect();
        let without = Setting {
            judges: &honest,
            reversed: None,
            ..base
        };
        left_out.push(measure(questions, &without).accuracy);
        let histories: Vec<Vec<TrackRecord>> = questions.iter().map(|one| one.history(Some(victim))).collect();
        let records = |left_out: usize| summed(&histories, left_out);
        weighted.push(
            measure(
                questions,
                &Setting {
                    records: Some(&records),
                    ..base
                },
            )
            .accuracy,
        );
    }
    table.row(
        "one judge reversed, all count the same",
        "0.763",
        Line::None,
        mean(&plain),
    );
    table.row(
        "  left out by one who knows (nothing can do better by weights)",
        "",
        Line::None,
        mean(&left_out),
    );
    table.replay_row(
        "one judge reversed, weights from selections elsewhere",
        "0.796",
        0.785,
        shift,
        mean(&weighted),
    );
}

fn summed(histories: &[Vec<TrackRecord>], left_out: usize) -> Vec<TrackRecord> {
    (0..MODELS.len())
        .map(|judge| {
            let others = histories.iter().enumerate().filter(|(at, _)| *at != left_out);
            others.fold(TrackRecord::default(), |sum, (_, records)| sum.with(records[judge]))
        })
        .collect()
}

fn measure(questions: &[Question<'_>], setting: &Setting<'_>) -> Found {
    let (mut right, mut taus, mut forecasts) = (Vec::new(), Vec::new(), Vec::new());
    for (at, question) in questions.iter().enumerate() {
        let outcome = settle(&question.field, &question.ballots(at, setting), StoppedBecause::AllIn);
        let own = question.right(&outcome);
        if !own.is_empty() {
            taus.push(2.0 * mean(&own) - 1.0);
        }
        right.extend(own);
        for ((a, b), won) in &question.human {
            let p = probability(&outcome, question.id(*a), question.id(*b));
            forecasts.extend([(p, *won), (1.0 - p, 1.0 - won)]);
        }
    }
    let squares: Vec<f64> = forecasts.iter().map(|(p, won)| (p - won).powi(2)).collect();
    Found {
        accuracy: mean(&right),
        tau: mean(&taus),
        brier: mean(&squares),
        calibration_error: ece(&forecasts),
    }
}

/// Expected calibration error over ten equal bins.
fn ece(forecasts: &[(f64, f64)]) -> f64 {
    let bin = |p: f64| ((p * 10.0) as usize).min(9);
    (0..10)
        .map(|at| {
            let inside = forecasts.iter().filter(|(p, _)| bin(*p) == at);
            inside.map(|(p, won)| p - won).sum::<f64>().abs()
        })
        .sum::<f64>()
        / forecasts.len().max(1) as f64
}

fn by_length(questions: &[Question<'_>]) -> f64 {
    let right: Vec<f64> = questions
        .iter()
        .flat_map(|one| {
            let length = |at: usize| one.answers[at].text.chars().count();
            one.decided()
                .map(move |(a, b, won)| f64::from(u8::from((length(a) > length(b)) == (won > 0.5))))
                .collect::<Vec<_>>()
        })
        .collect();
    mean(&right)
}

/// Four answers, judged by GPT-4, which does not compete, and by the competitors: listwise ballots
/// put together from what each judge said of the pairs in the order shown.
fn listwise_cascade(questions: &[Question<'_>]) -> (f64, f64) {
    let histories: Vec<Vec<TrackRecord>> = questions.iter().map(|one| one.history(None)).collect();
    let (mut counts, mut right) = (Vec::new(), Vec::new());
    for (at, question) in questions.iter().enumerate() {
        let four: Vec<Contestant> = question
            .answers
            .iter()
            .filter(|one| one.service_id != service(GPT4 as u128))
            .cloned()
            .collect();
        let records = summed(&histories, at);
        let judges: Vec<Judge> = (0..MODELS.len())
            .map(|judge| Judge {
                service_id: service(judge as u128),
                family: MODELS[judge].to_owned(),
                record: records[judge],
            })
            .collect();
        let policy = Policy::of(JudgingPolicy::Cascade);
        let outcome = drive(&Field::of(&four), &judges, &policy, at as u64, |plan| {
            let shown: Vec<ResponseId> = plan.sheet.shown.iter().map(|(_, id)| *id).collect();
            Some(question.listwise(plan.judge, &shown))
        });
        counts.push(outcome.ballots.len() as f64);
        let in_four = |model: usize| model != GPT4;
        for (a, b, won) in question.decided().filter(|(a, b, _)| in_four(*a) && in_four(*b)) {
            let said = prefers(&outcome, question.id(a), question.id(b));
            right.push(if won > 0.5 { said } else { 1.0 - said });
        }
    }
    (mean(&counts), mean(&right))
}
