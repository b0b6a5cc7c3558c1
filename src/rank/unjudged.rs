//! Rankings that need no judge: none, off, one answer, or answers that are all the same.

use quorum_domain::{RankingRemark, batch::RankingMethod};

use crate::{Field, RankingOutcome};

/// Ranking is off.
pub fn unranked(field: &Field) -> RankingOutcome {
    RankingOutcome::bare(field, RankingMethod::None, RankingRemark::RankingOff)
}

/// What can be said without a judge, if nothing is there to be judged: no answer, one answer
/// (ranked first, without a score), or several that are the same (tied in the middle).
pub fn nothing_to_judge(field: &Field) -> Option<RankingOutcome> {
    match (field.groups().len(), field.contestants().len()) {
        (0, _) => Some(RankingOutcome::bare(
            field,
            RankingMethod::None,
            RankingRemark::NoAnswer,
        )),
        (1, 1) => {
            let mut outcome = RankingOutcome::bare(field, RankingMethod::Single, RankingRemark::OnlyOneAnswer);
            outcome.entries[0].rank = Some(1);
            Some(outcome)
        }
        (1, _) => {
            let mut outcome = RankingOutcome::bare(field, RankingMethod::Single, RankingRemark::AllTheSame);
            for entry in &mut outcome.entries {
                entry.rank = Some(1);
                entry.score = Some((5.0, 5.0, 5.0));
                entry.tied = true;
            }
            outcome.diagnostics.answer_agreement = Some(1.0);
            Some(outcome)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::contestants;

    fn field(texts: &[&str]) -> Field {
        Field::of(&contestants(texts))
    }

    #[test]
    fn no_answer_one_answer_and_equal_answers_need_no_judge() {
        assert!(nothing_to_judge(&field(&[])).unwrap().entries.is_empty());
        let one = nothing_to_judge(&field(&["alone", "  "])).unwrap();
        assert_eq!((one.entries[0].rank, one.entries[0].score), (Some(1), None));
        assert_eq!(one.absent.len(), 1);
        let same = nothing_to_judge(&field(&["Yes, it does.", "yes it does"])).unwrap();
        assert!(same.entries.iter().all(|entry| entry.rank == Some(1) && entry.tied));
        assert!(nothing_to_judge(&field(&["yes", "not at all"])).is_none());
    }

    #[test]
    fn a_late_or_changed_answer_makes_a_ranking_stale_and_a_removed_one_does_not() {
        let mut now = contestants(&["one answer here", "another answer there"]);
        let outcome = unranked(&Field::of(&now));
        assert!(!outcome.is_stale(&now));
        let late = contestants(&["late"]).remove(0);
        assert!(outcome.is_stale(&[&now[..], &[late]].concat()));
        now[0].text.push_str(" changed");
        assert!(outcome.is_stale(&now));
        assert!(!outcome.is_stale(&now[1..]));
    }
}
