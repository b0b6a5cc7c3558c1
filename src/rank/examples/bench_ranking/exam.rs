//! The exam's own pairs: what simple rules would get, so that no rule of thumb passes it.

use quorum_rank::{ExamSheet, ExamVerdict, exam_pairs, exam_sheets, grade_exam};

use crate::table::{Line, Table};

pub fn run() -> Table {
    let sheets = exam_sheets(1);
    let by = |rule: &dyn Fn(&ExamSheet) -> bool| {
        let verdicts: Vec<_> = sheets
            .iter()
            .map(|sheet| {
                (
                    sheet,
                    if rule(sheet) {
                        ExamVerdict::Better
                    } else {
                        ExamVerdict::Worse
                    },
                )
            })
            .collect();
        grade_exam(&verdicts)
    };
    let longer = by(&|sheet| exam_pairs()[sheet.pair].better.len() > exam_pairs()[sheet.pair].worse.len());
    let first = by(&|sheet| sheet.sheet.shown[0].1 == sheet.better);
    let perfect = by(&|_| true);
    let mut table = Table::new("Judge exam, 40 pairs of our own, both orders");
    table.row(
        "a judge that always prefers the longer answer: right",
        "0.12-0.17",
        Line::AtMost(0.30),
        longer.accuracy.unwrap_or(0.0),
    );
    table.row(
        "a judge that always prefers the first place: right",
        "0.5",
        Line::AtMost(0.5),
        first.accuracy.unwrap_or(0.0),
    );
    table.row(
        "  the same: keeps its mind when the order is turned",
        "0",
        Line::AtMost(0.0),
        first.order_consistency.unwrap_or(0.0),
    );
    table.row(
        "a perfect judge: accuracy expected after it",
        "",
        Line::AtLeast(0.85),
        perfect.expected_accuracy,
    );
    table
}
