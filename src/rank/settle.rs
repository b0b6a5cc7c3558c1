//! From ballots to a ranking.

use quorum_domain::{batch::RankingMethod, ids::ServiceId};

use crate::{
    Comparison, Field, RankedEntry, RankingOutcome, Sheet, Standing, Vote,
    cascade::{Suspect, stands_first, suspects},
    judge::{PRIOR_ACCURACY, ballot_weight},
    order::{comparisons, has_cycle, places},
    outcome::{Flags, StoppedBecause, entry},
    rank_locally,
    record::{cluster, diagnostics, pairs, records, said_by_judge},
    tally,
    tally::preferred,
};

/// What became of a ballot.
#[derive(Debug, Clone, PartialEq)]
pub enum BallotState {
    /// The judge has not replied.
    Pending,
    /// It counts.
    Voted(Vote),
    /// There will be none: the judge could not be asked, or its reply was no ballot.
    Failed(String),
}

/// A ballot that was asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct CastBallot {
    /// Who was asked.
    pub judge: ServiceId,
    /// What it was shown.
    pub sheet: Sheet,
    /// What became of it.
    pub state: BallotState,
}

impl CastBallot {
    /// What the judge says, if it voted.
    pub fn vote(&self) -> Option<&Vote> {
        match &self.state {
            BallotState::Voted(vote) => Some(vote),
            BallotState::Pending | BallotState::Failed(_) => None,
        }
    }
}

/// A judge whose accuracy is under this is a weak one: its record speaks against it.
const WEAK: f64 = PRIOR_ACCURACY;
/// Between this and its counterpart no answer is called the better one.
const TOO_CLOSE: f64 = 0.35;

/// A ballot with what it counts.
pub(crate) struct Weighted<'a> {
    pub ballot: &'a CastBallot,
    pub vote: &'a Vote,
    pub weight: f64,
    pub comparisons: Vec<Comparison>,
}

/// Ranks by the ballots that are in; without one that counts, by agreement.
pub fn settle(field: &Field, ballots: &[CastBallot], stopped: StoppedBecause) -> RankingOutcome {
    let counted = weighted(field, ballots);
    let all: Vec<Comparison> = counted.iter().flat_map(|one| one.comparisons.iter().copied()).collect();
    if all.iter().all(|comparison| comparison.weight <= 0.0) {
        let mut outcome = rank_locally(field);
        outcome.ballots = records(field, ballots, &counted);
        outcome.stopped = stopped;
        return outcome;
    }
    let standings = tally(field.groups().len(), &all);
    let places = places(&standings);
    let entries = entries(field, &counted, &standings, &places);
    let flags = flags(field, &counted, &all, &standings, &places);
    RankingOutcome {
        method: RankingMethod::Judge,
        remarks: Vec::new(),
        named_judges: Vec::new(),
        entries,
        absent: field.absent().to_vec(),
        agreement: said_by_judge(&counted),
        clusters: places
            .iter()
            .map(|(group, _)| cluster(field, *group, standings[*group]))
            .collect(),
        pairs: pairs(field, &standings, &places),
        ballots: records(field, ballots, &counted),
        stopped,
        judges_wanted: ballots.len(),
        judges_voted: counted.iter().filter(|one| one.weight > 0.0).count(),
        flags,
        diagnostics: diagnostics(field, &counted, &standings),
    }
}

fn weighted<'a>(field: &Field, ballots: &'a [CastBallot]) -> Vec<Weighted<'a>> {
    let best = ballots
        .iter()
        .filter(|ballot| ballot.vote().is_some())
        .map(|ballot| ballot.sheet.accuracy)
        .fold(0.0, f64::max);
    let votes: Vec<&Vote> = ballots.iter().filter_map(CastBallot::vote).collect();
    let suspects = suspects(field, &votes);
    ballots
        .iter()
        .filter_map(|ballot| {
            let vote = ballot.vote()?;
            let weight = ballot_weight(ballot.sheet.accuracy, best);
            let mut comparisons = comparisons(field, ballot.judge, vote, weight);
            forget_obeyed(field, vote, &suspects, &mut comparisons);
            Some(Weighted {
                ballot,
                vote,
                weight,
                comparisons,
            })
        })
        .collect()
}

/// A ballot that may have obeyed an answer says less of that answer, or nothing.
fn forget_obeyed(field: &Field, vote: &Vote, suspects: &[Suspect], comparisons: &mut [Comparison]) {
    for suspect in suspects
        .iter()
        .filter(|suspect| stands_first(field, suspect.group, vote) == Some(true))
    {
        let about = |one: &&mut Comparison| one.first == suspect.group || one.second == suspect.group;
        for one in comparisons.iter_mut().filter(about) {
            one.weight *= suspect.believed;
        }
    }
}

fn entries(
    field: &Field,
    counted: &[Weighted<'_>],
    standings: &[Standing],
    places: &[(usize, i64)],
) -> Vec<RankedEntry> {
    let mut entries = Vec::with_capacity(field.contestants().len());
    for (place, (group, rank)) in places.iter().enumerate() {
        let members = &field.groups()[*group];
        let tied = members.len() > 1 || close_to_neighbour(place, places, standings);
        for member in members {
            entries.push(RankedEntry {
                rank: Some(*rank),
                score: Some(rounded(standings[*group])),
                tied,
                ..described(field, *group, *member, counted)
            });
        }
    }
    entries
}

/// Words come from the judge that counts most among those that looked at the answer.
fn described(field: &Field, group: usize, member: usize, counted: &[Weighted<'_>]) -> RankedEntry {
    let shown = field.face(group).response_id;
    let mut seen: Vec<_> = counted
        .iter()
        .filter(|one| one.weight > 0.0)
        .filter_map(|one| {
            Some((
                one.weight,
                one.vote.items.iter().find(|item| item.response_id == shown)?,
            ))
        })
        .collect();
    seen.sort_by(|a, b| b.0.total_cmp(&a.0));
    let said = |text: &str| !text.trim().is_empty();
    let bare = entry(field, member);
    RankedEntry {
        summary: seen
            .iter()
            .map(|(_, item)| &item.summary)
            .find(|text| said(text.as_str()))
            .cloned(),
        reasoning: seen
            .iter()
            .map(|(_, item)| &item.reason)
            .find(|text| said(text.as_str()))
            .cloned(),
        flagged: bare.flagged || seen.iter().any(|(_, item)| item.injection),
        meets_request: (seen.iter().filter(|(_, item)| item.meets_request).count(), seen.len()),
        ..bare
    }
}

fn rounded(standing: Standing) -> (f64, f64, f64) {
    let two_places = |value: f64| (value * 100.0).round() / 100.0;
    (
        two_places(standing.score),
        two_places(standing.low),
        two_places(standing.high),
    )
}

/// Whether neither of two groups can be called the better one.
pub(crate) fn close(standings: &[Standing], a: usize, b: usize) -> bool {
    (TOO_CLOSE..=1.0 - TOO_CLOSE).contains(&preferred(standings[a].theta, standings[b].theta))
}

fn close_to_neighbour(place: usize, places: &[(usize, i64)], standings: &[Standing]) -> bool {
    let own = places[place].0;
    let before = place.checked_sub(1).and_then(|before| places.get(before));
    let after = places.get(place + 1);
    before
        .into_iter()
        .chain(after)
        .any(|(other, _)| close(standings, own, *other))
}

fn flags(
    field: &Field,
    counted: &[Weighted<'_>],
    all: &[Comparison],
    standings: &[Standing],
    places: &[(usize, i64)],
) -> Flags {
    let heard: Vec<&Weighted<'_>> = counted.iter().filter(|one| one.weight > 0.0).collect();
    let mut items = heard.iter().flat_map(|one| &one.vote.items);
    Flags {
        cycle: has_cycle(standings.len(), all),
        low_confidence: heard.iter().all(|one| one.ballot.sheet.accuracy < WEAK - 1e-9),
        all_poor: items.clone().next().is_some() && items.clone().all(|item| !item.meets_request),
        too_close_at_the_top: places.len() > 1 && close(standings, places[0].0, places[1].0),
        partial: false,
        injection: items.any(|item| item.injection) || (0..field.contestants().len()).any(|at| field.flagged(at)),
    }
}
