//! What judging will ask of whom, said before anything is sent: the plan itself is asked, so the
//! forecast cannot differ from what is done.

use quorum_domain::ids::{ResponseId, ServiceId};

use crate::{
    BallotState, CastBallot, Contestant, Field, Judge, NextStep, Policy, SheetPlan, Vote, plan_comparison, plan_next,
    prompt::shown_characters,
};

/// How often two ballots of a cascade ask for a third: 0.252 of the recorded pairs, 0.244 of the
/// recorded listwise ballots (`bench_ranking` prints both).
const THIRD_BALLOT: f64 = 0.25;
/// Characters of a token, roughly, in the languages of Europe.
pub(crate) const TOKEN_CHARACTERS: usize = 4;
/// What a judge writes of one answer, and beside that: summary, reason, faults, tiers, points.
const ITEM_TOKENS: usize = 110;
const FRAME_TOKENS: usize = 190;
/// Texts that are planted, and what a judge writes of one.
const PLANTED: usize = 1;
const PLANTED_TOKENS: usize = 60;

/// The ballots of a batch before it is asked. A ballot is one call, and a second one where the first
/// reply has to be repaired or shortened.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ExpectedBallots {
    /// Where the first ballots agree.
    pub least: usize,
    /// On average.
    pub mean: f64,
    /// Where they do not, or an answer may have been obeyed.
    pub most: usize,
    /// Who would be asked, and for how many ballots on average. Empty where nobody is asked.
    pub by_judge: Vec<(ServiceId, f64)>,
}

/// What judging will ask for where these services answer and their answers differ. `judges` are those
/// that can be called; a judge that fails is replaced, which costs one more call.
pub fn expected_ballots(answering: &[ServiceId], judges: &[Judge], policy: &Policy) -> ExpectedBallots {
    let field = Field::of(&stand_ins(answering));
    let first = asked(&field, &[], judges, policy);
    let [one, other, ..] = &first[..] else {
        return sum(&first, &[]);
    };
    let disagreeing: Vec<CastBallot> = first
        .iter()
        .map(|plan| {
            let shown: Vec<ResponseId> = one.sheet.shown.iter().map(|(_, id)| *id).collect();
            let reversed = plan.sheet.nth == other.sheet.nth;
            cast(
                plan,
                if reversed {
                    shown.into_iter().rev().collect()
                } else {
                    shown
                },
            )
        })
        .collect();
    sum(&first, &asked(&field, &disagreeing, judges, policy))
}

/// What comparing a consensus by this service with a single answer will ask for: each of the two orders
/// once.
pub fn expected_comparison(writer: ServiceId, judges: &[Judge], policy: &Policy) -> ExpectedBallots {
    if !policy.judging.asks_judges() {
        return ExpectedBallots::default();
    }
    let field = Field::of(&stand_ins(&[writer, ServiceId::new()]));
    match plan_comparison(&field, &[], judges, policy, 0) {
        NextStep::AskBallots(plans) => sum(&plans, &[]),
        NextStep::Wait | NextStep::Settle(_) => ExpectedBallots::default(),
    }
}

/// Tokens of one ballot on answers of these lengths, as `(input, output)`. Long answers count as far
/// as judges are shown them.
pub fn ballot_tokens(question_tokens: usize, answer_tokens: &[usize]) -> (usize, usize) {
    let (rules, longest) = shown_characters();
    let shown = answer_tokens
        .iter()
        .map(|tokens| (*tokens).min(longest / TOKEN_CHARACTERS));
    (
        rules / TOKEN_CHARACTERS + question_tokens + shown.sum::<usize>() + 24 * (answer_tokens.len() + PLANTED),
        FRAME_TOKENS + ITEM_TOKENS * answer_tokens.len() + PLANTED_TOKENS,
    )
}

/// Answers that are not there yet, no two alike.
fn stand_ins(services: &[ServiceId]) -> Vec<Contestant> {
    services
        .iter()
        .enumerate()
        .map(|(at, service_id)| Contestant {
            response_id: ResponseId::new(),
            service_id: *service_id,
            text: format!("{at} ").repeat(12),
        })
        .collect()
}

fn asked(field: &Field, ballots: &[CastBallot], judges: &[Judge], policy: &Policy) -> Vec<SheetPlan> {
    match plan_next(field, ballots, judges, policy, 0) {
        NextStep::AskBallots(plans) => plans,
        NextStep::Wait | NextStep::Settle(_) => Vec::new(),
    }
}

fn cast(plan: &SheetPlan, order: Vec<ResponseId>) -> CastBallot {
    CastBallot {
        judge: plan.judge,
        sheet: plan.sheet.clone(),
        state: BallotState::Voted(Vote {
            items: Vec::new(),
            tiers: order.into_iter().map(|id| vec![id]).collect(),
            points: Vec::new(),
            own_answer_guess: None,
            words_cut: 0,
        }),
    }
}

fn sum(first: &[SheetPlan], third: &[SheetPlan]) -> ExpectedBallots {
    let mut by_judge: Vec<(ServiceId, f64)> = Vec::new();
    let certain = first.iter().map(|plan| (plan.judge, 1.0));
    for (judge, ballots) in certain.chain(third.iter().map(|plan| (plan.judge, THIRD_BALLOT))) {
        match by_judge.iter_mut().find(|(known, _)| *known == judge) {
            Some((_, sum)) => *sum += ballots,
            None => by_judge.push((judge, ballots)),
        }
    }
    ExpectedBallots {
        least: first.len(),
        mean: by_judge.iter().map(|(_, ballots)| ballots).sum(),
        most: first.len() + third.len(),
        by_judge,
    }
}

#[cfg(test)]
mod tests {
    use quorum_domain::JudgingPolicy;

    use super::*;
    use crate::testing::judge;

    fn services(count: usize) -> Vec<ServiceId> {
        (0..count).map(|_| ServiceId::new()).collect()
    }

    fn expected(answers: usize, judges: &[Judge], judging: JudgingPolicy) -> ExpectedBallots {
        expected_ballots(&services(answers), judges, &Policy::of(judging))
    }

    #[test]
    fn a_cascade_asks_two_judges_and_now_and_then_the_better_one_again() {
        let judges = [judge("one", 35.0, 40.0), judge("two", 28.0, 40.0)];
        let found = expected(4, &judges, JudgingPolicy::Cascade);
        assert_eq!((found.least, found.most), (2, 3));
        assert!((found.mean - 2.25).abs() < 1e-9);
        assert_eq!(
            found.by_judge,
            [(judges[0].service_id, 1.25), (judges[1].service_id, 1.0)]
        );
    }

    #[test]
    fn of_two_answers_a_lone_judge_is_never_shown_the_same_twice() {
        let judges = [judge("one", 35.0, 40.0)];
        assert_eq!(expected(2, &judges, JudgingPolicy::Cascade).most, 2);
        assert_eq!(expected(3, &judges, JudgingPolicy::Cascade).most, 3);
    }

    #[test]
    fn other_policies_ask_as_many_as_they_say() {
        let judges = [
            judge("one", 35.0, 40.0),
            judge("two", 28.0, 40.0),
            judge("two", 30.0, 40.0),
        ];
        let ballots = |judging| {
            let found = expected(4, &judges, judging);
            (found.least, found.most, found.by_judge.len())
        };
        assert_eq!(ballots(JudgingPolicy::Panel), (3, 3, 3));
        assert_eq!(ballots(JudgingPolicy::Judge), (1, 1, 1));
        assert_eq!(ballots(JudgingPolicy::Local), (0, 0, 0));
        assert_eq!(ballots(JudgingPolicy::Off), (0, 0, 0));
        assert_eq!(expected(4, &[], JudgingPolicy::Cascade), ExpectedBallots::default());
        assert_eq!(expected(1, &judges, JudgingPolicy::Cascade), ExpectedBallots::default());
    }

    #[test]
    fn a_comparison_asks_for_two_ballots_where_judges_are_asked_at_all() {
        let judges = [judge("one", 35.0, 40.0), judge("two", 28.0, 40.0)];
        let of = |policy: &Policy, judges: &[Judge]| expected_comparison(ServiceId::new(), judges, policy).most;
        assert_eq!(of(&Policy::of(JudgingPolicy::Cascade), &judges), 2);
        assert_eq!(of(&Policy::of(JudgingPolicy::Panel), &judges[..1]), 2);
        assert_eq!(of(&Policy::of(JudgingPolicy::Cascade), &[]), 0);
        assert_eq!(of(&Policy::of(JudgingPolicy::Local), &judges), 0);
    }

    #[test]
    fn a_ballot_on_four_answers_costs_about_what_four_answers_cost_to_read() {
        let (input, output) = ballot_tokens(100, &[400; 4]);
        assert!((2_000..3_200).contains(&input), "{input}");
        assert!((350..700).contains(&output), "{output}");
        assert_eq!(ballot_tokens(0, &[100_000]).0, ballot_tokens(0, &[3_000]).0);
    }
}
