//! A user's own standings of services, from what the user kept: the kept answer is preferred to
//! every other answer of its batch that was there to be chosen.

use std::collections::BTreeSet;

use quorum_domain::ids::ServiceId;
use serde::{Deserialize, Serialize};

use crate::{Comparison, Topic, tally};

/// One choice of a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selection {
    /// What the question was about.
    pub topic: Topic,
    /// Whose answer was kept.
    pub kept: ServiceId,
    /// Whose answers were not.
    pub others: Vec<ServiceId>,
}

/// Where a service stands with a user.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ServiceStanding {
    /// The service.
    pub service_id: ServiceId,
    /// 0 to 10; 5 is no preference.
    pub score: f64,
    /// Lower end of the 80 % interval.
    pub low: f64,
    /// Upper end of the 80 % interval.
    pub high: f64,
    /// Times it was kept.
    pub kept: usize,
    /// Times it could have been.
    pub choices: usize,
}

/// The standings for one topic, or for all.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Board {
    /// The topic; none for all together.
    pub topic: Option<Topic>,
    /// Choices that it rests on.
    pub selections: usize,
    /// Best first.
    pub standings: Vec<ServiceStanding>,
}

/// The board over all topics first, then one for each topic that has a choice.
pub fn leaderboard(selections: &[Selection]) -> Vec<Board> {
    let all = board(None, selections.iter());
    let topics = Topic::ALL.into_iter().map(|topic| {
        let of_topic = selections.iter().filter(|one| one.topic == topic);
        board(Some(topic), of_topic)
    });
    std::iter::once(all)
        .chain(topics)
        .filter(|board| board.selections > 0)
        .collect()
}

fn board<'a>(topic: Option<Topic>, selections: impl Iterator<Item = &'a Selection>) -> Board {
    // A choice without an alternative says nothing.
    let counted: Vec<&Selection> = selections
        .filter(|one| one.others.iter().any(|other| *other != one.kept))
        .collect();
    let services: Vec<ServiceId> = counted
        .iter()
        .flat_map(|one| one.others.iter().chain([&one.kept]))
        .copied()
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect();
    let at = |service: ServiceId| services.binary_search(&service).unwrap_or(0);
    let comparisons: Vec<Comparison> = counted.iter().flat_map(|one| preferences(one, &at)).collect();
    let mut standings: Vec<ServiceStanding> = tally(services.len(), &comparisons)
        .into_iter()
        .zip(&services)
        .map(|(standing, service)| ServiceStanding {
            service_id: *service,
            score: standing.score,
            low: standing.low,
            high: standing.high,
            kept: counted.iter().filter(|one| one.kept == *service).count(),
            choices: counted
                .iter()
                .filter(|one| one.kept == *service || one.others.contains(service))
                .count(),
        })
        .collect();
    standings.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.service_id.cmp(&b.service_id)));
    Board {
        topic,
        selections: counted.len(),
        standings,
    }
}

/// One choice among many is one choice: its preferences together count as one ballot of two would
/// for each answer passed over, halved, since they come from the same look.
fn preferences(selection: &Selection, at: &impl Fn(ServiceId) -> usize) -> Vec<Comparison> {
    let others: BTreeSet<ServiceId> = selection
        .others
        .iter()
        .copied()
        .filter(|other| *other != selection.kept)
        .collect();
    let weight = if others.len() > 1 { 0.5 } else { 1.0 };
    let kept = at(selection.kept);
    others
        .into_iter()
        .map(|other| Comparison {
            first: kept,
            second: at(other),
            won: 1.0,
            weight,
        })
        .collect()
}

/// Choices on a topic from which on its own board is believed.
const ENOUGH: usize = 10;
/// Choices in which a service took part, below which it is worth another try.
const LITTLE_KNOWN: usize = 5;

/// A panel of services for the next question of a topic: the best by the topic's board (or by all,
/// while that is thin), and in the last seat, if there is room, the one that is known least, so that
/// newcomers get their chance.
pub fn propose_panel(boards: &[Board], topic: Topic, available: &[ServiceId], size: usize) -> Vec<ServiceId> {
    let of_topic = boards
        .iter()
        .find(|board| board.topic == Some(topic) && board.selections >= ENOUGH);
    let board = of_topic.or_else(|| boards.iter().find(|board| board.topic.is_none()));
    let standing =
        |service: &ServiceId| board.and_then(|board| board.standings.iter().find(|one| one.service_id == *service));
    let mut known: Vec<ServiceId> = available.to_vec();
    known.sort();
    known.dedup();
    // Stable: services without a standing keep their order, in the middle.
    known.sort_by(|a, b| {
        let score = |service: &ServiceId| standing(service).map_or(5.0, |one| one.score);
        score(b).total_cmp(&score(a))
    });
    let choices = |service: &ServiceId| standing(service).map_or(0, |one| one.choices);
    let mut panel: Vec<ServiceId> = known.iter().copied().take(size).collect();
    let newcomer = known
        .iter()
        .skip(size)
        .copied()
        .filter(|one| choices(one) < LITTLE_KNOWN)
        .min_by_key(choices);
    if let (Some(newcomer), true) = (newcomer, size > 2) {
        panel.pop();
        panel.push(newcomer);
    }
    panel
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn services(count: usize) -> Vec<ServiceId> {
        let mut all: Vec<ServiceId> = (0..count).map(|_| ServiceId::new()).collect();
        all.sort();
        all
    }

    fn kept(all: &[ServiceId], best: usize, topic: Topic) -> Selection {
        let others = all.iter().copied().filter(|one| *one != all[best]).collect();
        Selection {
            topic,
            kept: all[best],
            others,
        }
    }

    #[test]
    fn what_is_kept_more_often_stands_higher_topic_by_topic() {
        let all = services(3);
        let mut selections = vec![kept(&all, 0, Topic::Code); 12];
        selections.extend(vec![kept(&all, 2, Topic::Writing); 11]);
        let boards = leaderboard(&selections);
        assert_eq!(
            boards.iter().map(|board| board.topic).collect::<Vec<_>>(),
            [None, Some(Topic::Code), Some(Topic::Writing)]
        );
        assert_eq!(boards[1].standings[0].service_id, all[0]);
        assert_eq!((boards[1].standings[0].kept, boards[1].standings[0].choices), (12, 12));
        assert_eq!(propose_panel(&boards, Topic::Code, &all, 1), [all[0]]);
        assert_eq!(propose_panel(&boards, Topic::Writing, &all, 2)[0], all[2]);
    }

    #[test]
    fn few_choices_leave_a_wide_interval_and_one_answer_alone_says_nothing() {
        let all = services(2);
        let few = leaderboard(&[kept(&all, 0, Topic::Code)]);
        let many = leaderboard(&vec![kept(&all, 0, Topic::Code); 30]);
        let width = |boards: &[Board]| boards[0].standings[0].high - boards[0].standings[0].low;
        assert!(width(&few) > 2.0 * width(&many));
        assert!(leaderboard(&[kept(&all[..1], 0, Topic::Code)]).is_empty());
        assert!(leaderboard(&[]).is_empty());
    }

    #[test]
    fn a_newcomer_gets_the_last_seat() {
        let all = services(5);
        let boards = leaderboard(&vec![kept(&all[..4], 0, Topic::Code); 12]);
        let panel = propose_panel(&boards, Topic::Code, &all, 3);
        assert_eq!((panel.len(), panel[0]), (3, all[0]));
        assert!(panel.contains(&all[4]));
        assert_eq!(propose_panel(&[], Topic::Code, &all, 3).len(), 3);
    }

    proptest! {
        #[test]
        fn scores_average_to_five_and_order_does_not_matter(picks in prop::collection::vec(0_usize..4, 1..30)) {
            let all = services(4);
            let selections: Vec<Selection> = picks.iter().map(|best| kept(&all, *best, Topic::Advice)).collect();
            let mut reversed = selections.clone();
            reversed.reverse();
            let (one, other) = (leaderboard(&selections), leaderboard(&reversed));
            let mean = one[0].standings.iter().map(|standing| standing.score).sum::<f64>() / 4.0;
            prop_assert!((mean - 5.0).abs() < 1e-9);
            for (a, b) in one[0].standings.iter().zip(&other[0].standings) {
                prop_assert!(a.service_id == b.service_id && (a.score - b.score).abs() < 1e-9);
            }
        }
    }
}
