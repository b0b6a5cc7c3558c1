//! Grade-school maths by four systems: without a judge, is a right answer put first where answers
//! are mixed (openai/grade-school-math)?

use quorum_domain::{RankingRemark, batch::RankingMethod};
use quorum_rank::{Contestant, Field, rank_locally};

use crate::{
    data::GsmRow,
    replay::{contestants, mean},
    table::{Line, Table},
};

pub fn run(rows: &[GsmRow]) -> Table {
    let mixed: Vec<&GsmRow> = rows
        .iter()
        .filter(|row| row.correct.values().any(|right| *right) && row.correct.values().any(|right| !*right))
        .collect();
    let mut table = Table::new(format!(
        "Closed questions without a judge, {} mixed of {} of gsm8k",
        mixed.len(),
        rows.len()
    ));
    let (mut chosen, mut chance, mut longest) = (Vec::new(), Vec::new(), Vec::new());
    let mut labelled = true;
    for row in mixed {
        let names: Vec<&str> = row.answers.keys().map(String::as_str).collect();
        let answers = contestants(&row.answers, &names);
        let outcome = rank_locally(&Field::of(&answers));
        labelled &= outcome.method == RankingMethod::Local
            && outcome.remarks.contains(&RankingRemark::ByAgreement)
            && outcome.entries.iter().all(|entry| entry.score.is_none());
        let right = |one: &Contestant| {
            let at = answers.iter().position(|other| other.response_id == one.response_id);
            f64::from(u8::from(
                at.and_then(|at| row.correct.get(names[at])).copied().unwrap_or(false),
            ))
        };
        let first = outcome.entries.first().map(|entry| entry.response_id);
        let top = answers.iter().find(|one| Some(one.response_id) == first);
        chosen.push(top.map_or(0.0, right));
        chance.push(mean(&answers.iter().map(right).collect::<Vec<_>>()));
        longest.push(answers.iter().max_by_key(|one| one.text.len()).map_or(0.0, right));
    }
    table.row("random", "0.442", Line::None, mean(&chance));
    table.row("longest", "0.479", Line::None, mean(&longest));
    table.row(
        "by agreement: a right answer first",
        "0.665",
        Line::AtLeast(0.63),
        mean(&chosen),
    );
    table.row(
        "labelled \"not judged\", and without a score",
        "1",
        Line::AtLeast(1.0),
        f64::from(u8::from(labelled)),
    );
    table
}
