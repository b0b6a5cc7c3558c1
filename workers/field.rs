//! The answers of a batch and the ballots on them, in the words of the rank crate.

use quorum_domain::{FinishReason, Response, batch::BallotStatus, response::ResponseStatus};
use quorum_rank::{Absence, Absent, BallotState, CastBallot, Contestant, Field, Vote};
use quorum_store::BallotRow;

/// Complete answers take part; those that failed or declined are on record as absent; what the
/// user removed is not there at all.
pub fn field_of(responses: Vec<Response>) -> Field {
    let mut contestants = Vec::new();
    let mut absent = Vec::new();
    for response in responses.into_iter().filter(|response| !response.deleted) {
        let refused = response.finish_reason == Some(FinishReason::Refusal);
        match (response.status, response.expanded_content) {
            (ResponseStatus::Completed, Some(text)) if !refused => contestants.push(Contestant {
                response_id: response.id,
                service_id: response.service_id,
                text,
            }),
            _ => absent.push(Absent {
                response_id: response.id,
                why: if refused { Absence::Refused } else { Absence::Failed },
            }),
        }
    }
    Field::of(&contestants).with_absent(absent)
}

/// Ballots as stored; one whose sheet cannot be read any more counts as failed.
pub fn cast_ballots(rows: &[BallotRow]) -> Vec<CastBallot> {
    rows.iter()
        .filter_map(|row| {
            let sheet = serde_json::from_value(row.sheet.clone()).ok()?;
            Some(CastBallot {
                judge: row.judge,
                sheet,
                state: state_of(row),
            })
        })
        .collect()
}

fn state_of(row: &BallotRow) -> BallotState {
    let vote = || serde_json::from_value::<Vote>(row.vote.clone()?).ok();
    match row.status {
        BallotStatus::Pending => BallotState::Pending,
        BallotStatus::Voted => vote().map_or_else(
            || BallotState::Failed("the stored vote is unreadable".into()),
            BallotState::Voted,
        ),
        BallotStatus::Void | BallotStatus::Failed => BallotState::Failed(row.void_reason.clone().unwrap_or_default()),
    }
}
