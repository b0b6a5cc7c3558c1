//! Answers, ballots and judges for the tests of this crate.

use quorum_domain::{
    Reasoning, Summary,
    ids::{ResponseId, ServiceId},
};

use crate::{BallotState, CastBallot, Contestant, Field, Judge, Sheet, TrackRecord, Vote, VotedItem};

pub(crate) fn contestants(texts: &[&str]) -> Vec<Contestant> {
    texts
        .iter()
        .map(|text| Contestant {
            response_id: ResponseId::new(),
            service_id: ServiceId::new(),
            text: (*text).into(),
        })
        .collect()
}

pub(crate) fn field_of(contestants: &[Contestant]) -> Field {
    Field::of(contestants)
}

pub(crate) fn vote(tiers: &[&[&Contestant]]) -> Vote {
    vote_ids(
        tiers
            .iter()
            .map(|tier| tier.iter().map(|one| one.response_id).collect())
            .collect(),
    )
}

pub(crate) fn vote_ids(tiers: Vec<Vec<ResponseId>>) -> Vote {
    let items = tiers.iter().flatten().map(|id| VotedItem {
        response_id: *id,
        summary: Summary::cut("what it says"),
        reason: Reasoning::cut("because"),
        meets_request: true,
        faults: vec![],
        injection: false,
    });
    Vote {
        items: items.collect(),
        tiers,
        points: vec![],
        own_answer_guess: None,
        words_cut: 0,
    }
}

pub(crate) fn cast(judge: ServiceId, nth: usize, accuracy: f64, vote: Vote) -> CastBallot {
    let shown = vote.tiers.iter().flatten().map(|id| (String::new(), *id)).collect();
    CastBallot {
        judge,
        sheet: Sheet {
            seed: 0,
            order_seed: 0,
            nth,
            accuracy,
            shown,
            flagged: vec![],
            planted: None,
        },
        state: BallotState::Voted(vote),
    }
}

pub(crate) fn judge(family: &str, right: f64, pairs: f64) -> Judge {
    Judge {
        service_id: ServiceId::new(),
        family: family.into(),
        record: TrackRecord { right, pairs },
    }
}
