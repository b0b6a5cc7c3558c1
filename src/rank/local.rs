//! Ranking without a judge: by agreement. It says which answers are alike, not which are good, and
//! is labelled so.

use quorum_domain::{
    AgreementReason, ClaimStanding, RankingRemark, Reasoning,
    batch::{Agreement, AgreementSource, Disagreement, RankingMethod},
};

use crate::{
    Contestant, Field, RankedEntry, RankingOutcome, claims::local_claims, diagnose::answer_agreement, final_value,
    nothing_to_judge, outcome::entry, similarity::similarities,
};

/// Orders answers by the majority of their final values, then by likeness to the others.
pub fn rank_locally(field: &Field) -> RankingOutcome {
    if let Some(outcome) = nothing_to_judge(field) {
        return outcome;
    }
    let basis = Basis::of(field);
    let mut order: Vec<usize> = (0..field.contestants().len()).collect();
    // Answers come ordered by content, and the sort is stable.
    order.sort_by(|a, b| {
        let support = basis.support(*b).cmp(&basis.support(*a));
        support.then(basis.likeness(*b).total_cmp(&basis.likeness(*a)))
    });
    let entries = (1_i64..)
        .zip(&order)
        .map(|(place, at)| {
            let reason = basis.reason(*at);
            RankedEntry {
                rank: Some(place),
                reasoning: Some(Reasoning::cut(&reason.words())),
                agreement_reason: Some(reason),
                ..entry(field, *at)
            }
        })
        .collect();
    let mut outcome = RankingOutcome::bare(field, RankingMethod::Local, RankingRemark::ByAgreement);
    outcome.entries = entries;
    outcome.agreement = agreement(field.contestants());
    outcome.diagnostics.answer_agreement = answer_agreement(field);
    outcome.flags.injection = outcome.entries.iter().any(|entry| entry.flagged);
    outcome
}

/// What the order without a judge rests on.
struct Basis {
    alike: Vec<Vec<f64>>,
    values: Option<Vec<String>>,
}

impl Basis {
    fn of(field: &Field) -> Self {
        Self {
            alike: similarities(field.folded()),
            values: field.contestants().iter().map(|one| final_value(&one.text)).collect(),
        }
    }

    /// Answers that end on the same value, itself among them; none where not all end on one.
    fn support(&self, at: usize) -> usize {
        let values = self.values.as_deref().unwrap_or_default();
        values
            .get(at)
            .map_or(0, |value| values.iter().filter(|other| *other == value).count())
    }

    fn likeness(&self, at: usize) -> f64 {
        let others = self.alike.len().saturating_sub(1).max(1) as f64;
        (self.alike[at].iter().sum::<f64>() - 1.0) / others
    }

    fn reason(&self, at: usize) -> AgreementReason {
        let value = self.values.as_ref().map(|values| values[at].clone());
        match (value, self.support(at)) {
            (Some(value), support) if support > 1 => AgreementReason::AgreesWith {
                agreeing: support - 1,
                others: self.alike.len().saturating_sub(1),
                value,
            },
            (Some(value), _) => AgreementReason::StandsAlone { value },
            (None, _) => AgreementReason::SharesWording {
                percent: (self.likeness(at).clamp(0.0, 1.0) * 100.0).round() as u8,
            },
        }
    }
}

/// Points shown of each kind.
const POINTS: usize = 3;

/// Where answers agree and differ, by the words of their sentences.
pub(crate) fn agreement(contestants: &[Contestant]) -> Option<Agreement> {
    let claims = local_claims(contestants);
    if claims.is_empty() {
        return None;
    }
    let of = |standing: ClaimStanding| claims.iter().filter(move |claim| claim.standing == standing);
    let agree = of(ClaimStanding::All).map(|claim| claim.text.clone());
    let apart = of(ClaimStanding::Contested).chain(of(ClaimStanding::One));
    let disagree = apart.map(|claim| Disagreement {
        point: claim.text.clone(),
        response_ids: claim.supported_by.iter().map(|source| source.response_id).collect(),
    });
    Some(Agreement {
        agree: agree.take(POINTS).collect(),
        disagree: disagree.take(POINTS).collect(),
        claims: claims.clone(),
        source: AgreementSource::Local,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::contestants;

    #[test]
    fn the_majority_of_final_values_stands_first() {
        let all = contestants(&[
            "Six times three is eighteen, so the answer is 18.",
            "Working it through, the answer is 24.",
            "3 * 6 makes it clear: the answer is 18.",
        ]);
        let outcome = rank_locally(&Field::of(&all));
        assert_eq!(outcome.entries[2].response_id, all[1].response_id);
        assert_eq!(
            outcome.entries[0].reasoning.as_ref().map(Reasoning::as_str),
            Some("Agrees with 1 of 2 others; ends on 18.")
        );
        assert!(outcome.entries.iter().all(|entry| entry.score.is_none()));
        assert_eq!(outcome.remarks, [RankingRemark::ByAgreement]);
    }

    #[test]
    fn the_order_does_not_depend_on_who_came_first() {
        let all = contestants(&[
            "Use a BRIN index on the time column.",
            "A hash index is enough here.",
            "Use a BRIN index for the time column.",
        ]);
        let mut reversed = all.clone();
        reversed.reverse();
        let ids = |outcome: RankingOutcome| {
            outcome
                .entries
                .iter()
                .map(|entry| entry.response_id)
                .collect::<Vec<_>>()
        };
        assert_eq!(
            ids(rank_locally(&Field::of(&all))),
            ids(rank_locally(&Field::of(&reversed)))
        );
    }

    #[test]
    fn what_all_say_and_what_one_says_is_found() {
        let all = contestants(&[
            "Rows arrive in time order, so a BRIN index stays small. Vacuum often.",
            "A BRIN index stays small because rows arrive in time order. Partition by month instead.",
        ]);
        let agreement = rank_locally(&Field::of(&all)).agreement.unwrap();
        assert_eq!(agreement.agree.len(), 1);
        assert_eq!(agreement.source, AgreementSource::Local);
        assert!(
            agreement
                .disagree
                .iter()
                .any(|differs| differs.point.contains("Partition by month"))
        );
    }

    #[test]
    fn the_same_answer_twice_is_a_tie() {
        assert!(
            rank_locally(&Field::of(&contestants(&["Yes, it does.", "yes it does"])))
                .entries
                .iter()
                .all(|entry| entry.rank == Some(1) && entry.tied)
        );
    }
}
