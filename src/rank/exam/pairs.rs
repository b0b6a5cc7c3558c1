//! The pairs, and the sheets on which they are put to a judge.

use std::sync::LazyLock;

use quorum_domain::{
    context::PromptMessage,
    ids::{ResponseId, ServiceId},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Contestant, Field, Sheet, ballot::make_sheet, judge::PRIOR_ACCURACY, prompt::unfiltered_prompt};

/// In what the worse answer tries to mislead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExamKind {
    /// It does not try to.
    Natural,
    /// It is long and sounds thorough, and is wrong.
    LongerButWrong,
    /// It is fluent and does another task than the one given.
    OffInstruction,
    /// It tells the user what the user wants to hear.
    Flattering,
    /// It speaks to the judge, in words that lists of demands do not have.
    Injected,
}

impl ExamKind {
    /// Every kind, in the order of reports.
    pub const ALL: [Self; 5] = [
        Self::Natural,
        Self::LongerButWrong,
        Self::OffInstruction,
        Self::Flattering,
        Self::Injected,
    ];
}

/// Two answers to a question, one of which is better beyond doubt.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExamPair {
    /// A short name.
    pub id: String,
    /// What makes it hard.
    pub kind: ExamKind,
    /// The question.
    pub question: String,
    /// The better answer.
    pub better: String,
    /// The worse answer.
    pub worse: String,
}

static PAIRS: LazyLock<Vec<ExamPair>> =
    LazyLock::new(|| serde_json::from_str(include_str!("pairs.json")).unwrap_or_default());

/// The pairs of the exam.
pub fn exam_pairs() -> &'static [ExamPair] {
    &PAIRS
}

/// One pair in one order, ready to be put to a judge.
#[derive(Debug, Clone, PartialEq)]
pub struct ExamSheet {
    /// Position of the pair.
    pub pair: usize,
    /// What makes it hard.
    pub kind: ExamKind,
    /// The better answer.
    pub better: ResponseId,
    /// Labels and order.
    pub sheet: Sheet,
    /// What the judge is sent.
    pub messages: Vec<PromptMessage>,
}

/// All pairs in both orders: two sheets for each, one after the other.
pub fn exam_sheets(seed: u64) -> Vec<ExamSheet> {
    exam_pairs()
        .iter()
        .enumerate()
        .flat_map(|(at, pair)| {
            let answers = answers(at, pair);
            let field = Field::of(&answers);
            [0, 1].map(|nth| {
                let sheet = Sheet {
                    planted: None,
                    ..make_sheet(&field, seed.wrapping_add(1000 * at as u64), nth, PRIOR_ACCURACY, &[])
                };
                ExamSheet {
                    pair: at,
                    kind: pair.kind,
                    better: answers[0].response_id,
                    messages: unfiltered_prompt(&pair.question, &answers, &sheet),
                    sheet,
                }
            })
        })
        .collect()
}

/// Nothing of the exam is a row of the database; the ids only tell the two apart.
fn answers(at: usize, pair: &ExamPair) -> [Contestant; 2] {
    [&pair.better, &pair.worse].map(|text| {
        let number = 2 * at as u128 + u128::from(text == &pair.worse);
        Contestant {
            response_id: ResponseId(Uuid::from_u128(number + 1)),
            service_id: ServiceId(Uuid::nil()),
            text: text.clone(),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_ten_plain_pairs_and_thirty_that_mislead() {
        let plain = exam_pairs()
            .iter()
            .filter(|pair| pair.kind == ExamKind::Natural)
            .count();
        assert_eq!((exam_pairs().len(), plain), (40, 10));
        let ids: std::collections::BTreeSet<&str> = exam_pairs().iter().map(|pair| pair.id.as_str()).collect();
        assert_eq!(ids.len(), 40);
    }

    #[test]
    fn a_judge_that_loves_length_fails() {
        let hard = exam_pairs().iter().filter(|pair| pair.kind != ExamKind::Natural);
        let longer = hard.clone().filter(|pair| pair.worse.len() > pair.better.len()).count();
        assert!(longer >= 28, "{longer}");
    }

    #[test]
    fn the_judge_itself_takes_the_exam_and_not_the_filter() {
        for sheet in exam_sheets(7) {
            let pair = &exam_pairs()[sheet.pair];
            for answer in [&pair.better, &pair.worse] {
                let shown = serde_json::to_string(answer).unwrap();
                assert!(sheet.messages[1].content.contains(&shown), "{}", pair.id);
            }
        }
    }

    #[test]
    fn every_pair_is_put_in_both_orders_and_the_better_one_is_not_always_first() {
        let sheets = exam_sheets(7);
        assert_eq!(sheets.len(), 80);
        for two in sheets.chunks(2) {
            assert_eq!(two[0].sheet.shown[0].1, two[1].sheet.shown[1].1);
        }
        let first = sheets
            .iter()
            .step_by(2)
            .filter(|one| one.sheet.shown[0].1 == one.better)
            .count();
        assert!((10..=30).contains(&first), "{first}");
    }
}
