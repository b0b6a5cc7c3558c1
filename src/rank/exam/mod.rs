//! The judge exam: 40 pairs of our own with a known better answer, ten plain ones and thirty that
//! try to mislead, in the manner of LLMBar (Zeng et al. 2024). Each is put in both orders.

mod grade;
mod pairs;

pub use grade::{ExamResult, ExamVerdict, KindResult, grade_exam, mark};
pub use pairs::{ExamKind, ExamPair, ExamSheet, exam_pairs, exam_sheets};
