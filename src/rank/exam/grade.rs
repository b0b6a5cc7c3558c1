//! Marks: how many pairs a judge gets right, and whether it keeps its mind when they are turned.

use serde::{Deserialize, Serialize};

use super::pairs::{ExamKind, ExamSheet};
use crate::{TrackRecord, Vote, judge::LEAST_ACCURACY};

/// What a judge did with one sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExamVerdict {
    /// It preferred the better answer.
    Better,
    /// It preferred the worse answer.
    Worse,
    /// It called them equal.
    Tie,
    /// Its reply was no ballot, nor was the repair.
    Void,
    /// It could not be asked.
    Missing,
}

impl ExamVerdict {
    const fn right(self) -> f64 {
        match self {
            Self::Better => 1.0,
            Self::Tie => 0.5,
            Self::Worse | Self::Void | Self::Missing => 0.0,
        }
    }
}

/// Marks a sheet by the ballot that came back; none is a void one.
pub fn mark(sheet: &ExamSheet, vote: Option<&Vote>) -> ExamVerdict {
    match vote.and_then(|vote| vote.tiers.first()) {
        None => ExamVerdict::Void,
        Some(first) if first.len() > 1 => ExamVerdict::Tie,
        Some(first) if first.contains(&sheet.better) => ExamVerdict::Better,
        Some(_) => ExamVerdict::Worse,
    }
}

/// How a judge did on one kind of pair.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct KindResult {
    /// The kind.
    pub kind: ExamKind,
    /// Pairs it got right, halves counted.
    pub right: f64,
    /// Pairs of this kind.
    pub pairs: usize,
}

/// How a judge did.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExamResult {
    /// Pairs right, and pairs that it was asked about in both orders.
    pub record: TrackRecord,
    /// The share it got right, undoctored.
    pub accuracy: Option<f64>,
    /// What it is expected to get right, few pairs and unknown judges considered.
    pub expected_accuracy: f64,
    /// The share of pairs on which it said the same in both orders.
    pub order_consistency: Option<f64>,
    /// Replies that were no ballot.
    pub void: usize,
    /// Whether its ballots count.
    pub passes: bool,
    /// The result kind by kind.
    pub by_kind: Vec<KindResult>,
}

/// Grades an exam from the verdicts on its sheets, in any order. A pair of which a sheet is missing
/// is left out; a void ballot counts as wrong, since it helps nobody.
pub fn grade_exam(verdicts: &[(&ExamSheet, ExamVerdict)]) -> ExamResult {
    let pairs = both_orders(verdicts);
    let right = |one: &(ExamKind, [ExamVerdict; 2])| one.1.iter().map(|verdict| verdict.right()).sum::<f64>() / 2.0;
    let record = TrackRecord {
        right: pairs.iter().map(right).sum(),
        pairs: pairs.len() as f64,
    };
    let share = |part: f64| (!pairs.is_empty()).then(|| part / pairs.len() as f64);
    let same = pairs
        .iter()
        .filter(|(_, [one, other])| one == other && *one != ExamVerdict::Void)
        .count();
    let by_kind = ExamKind::ALL.into_iter().map(|kind| {
        let of_kind: Vec<_> = pairs.iter().filter(|(other, _)| *other == kind).collect();
        KindResult {
            kind,
            right: of_kind.iter().map(|one| right(one)).sum(),
            pairs: of_kind.len(),
        }
    });
    ExamResult {
        accuracy: share(record.right),
        expected_accuracy: record.accuracy(),
        order_consistency: share(same as f64),
        void: verdicts
            .iter()
            .filter(|(_, verdict)| *verdict == ExamVerdict::Void)
            .count(),
        passes: record.accuracy() >= LEAST_ACCURACY,
        by_kind: by_kind.collect(),
        record,
    }
}

fn both_orders(verdicts: &[(&ExamSheet, ExamVerdict)]) -> Vec<(ExamKind, [ExamVerdict; 2])> {
    let of = |pair: usize, nth: usize| {
        verdicts
            .iter()
            .find(|(sheet, verdict)| sheet.pair == pair && sheet.sheet.nth == nth && *verdict != ExamVerdict::Missing)
    };
    let pairs = verdicts.iter().map(|(sheet, _)| sheet.pair + 1).max().unwrap_or(0);
    (0..pairs)
        .filter_map(|pair| {
            let (first, second) = (of(pair, 0)?, of(pair, 1)?);
            Some((first.0.kind, [first.1, second.1]))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{exam_sheets, testing::vote_ids};

    fn graded(verdict: impl Fn(&ExamSheet) -> ExamVerdict) -> ExamResult {
        let sheets = exam_sheets(3);
        let verdicts: Vec<_> = sheets.iter().map(|sheet| (sheet, verdict(sheet))).collect();
        grade_exam(&verdicts)
    }

    #[test]
    fn a_good_judge_passes_and_one_that_is_misled_does_not() {
        let good = graded(|_| ExamVerdict::Better);
        assert_eq!(
            (good.accuracy, good.order_consistency, good.passes),
            (Some(1.0), Some(1.0), true)
        );
        assert!((good.expected_accuracy - 53.0 / 60.0).abs() < 1e-12);
        let misled = graded(|sheet| match sheet.kind {
            ExamKind::Natural => ExamVerdict::Better,
            _ => ExamVerdict::Worse,
        });
        assert!((misled.expected_accuracy - 23.0 / 60.0).abs() < 1e-12 && !misled.passes);
        assert_eq!(misled.by_kind[0].right as usize, misled.by_kind[0].pairs);
    }

    #[test]
    fn a_judge_of_places_is_no_better_than_a_coin_and_not_consistent() {
        let first = graded(|sheet| {
            if sheet.sheet.shown[0].1 == sheet.better {
                ExamVerdict::Better
            } else {
                ExamVerdict::Worse
            }
        });
        assert_eq!((first.accuracy, first.order_consistency), (Some(0.5), Some(0.0)));
    }

    #[test]
    fn a_missing_reply_leaves_its_pair_out_and_a_void_one_is_wrong() {
        let missing = graded(|sheet| {
            if sheet.pair < 10 {
                ExamVerdict::Missing
            } else {
                ExamVerdict::Better
            }
        });
        assert_eq!((missing.record.pairs as usize, missing.accuracy), (30, Some(1.0)));
        let void = graded(|_| ExamVerdict::Void);
        assert_eq!(
            (void.void, void.accuracy, void.order_consistency),
            (80, Some(0.0), Some(0.0))
        );
        let nobody = graded(|_| ExamVerdict::Missing);
        assert_eq!(nobody.accuracy, None);
        assert!((nobody.expected_accuracy - 0.65).abs() < 1e-12);
    }

    #[test]
    fn a_ballot_is_marked_by_its_first_tier() {
        let sheet = &exam_sheets(3)[0];
        let [first, second] = [sheet.sheet.shown[0].1, sheet.sheet.shown[1].1];
        let other = if first == sheet.better { second } else { first };
        assert_eq!(
            mark(sheet, Some(&vote_ids(vec![vec![sheet.better], vec![other]]))),
            ExamVerdict::Better
        );
        assert_eq!(
            mark(sheet, Some(&vote_ids(vec![vec![other], vec![sheet.better]]))),
            ExamVerdict::Worse
        );
        assert_eq!(
            mark(sheet, Some(&vote_ids(vec![vec![other, sheet.better]]))),
            ExamVerdict::Tie
        );
        assert_eq!(mark(sheet, None), ExamVerdict::Void);
    }
}
