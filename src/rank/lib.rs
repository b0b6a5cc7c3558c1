//! THE JUDGE: summaries, ballots, and the order that follows from them. Pure: the same input and
//! seed give the same output.
//!
//! May enter: text and numbers. May not enter: I/O, async, a clock, randomness without a seed, and
//! any decision that rests on a judge's prose: what a judge says is either a valid ballot or void.
//!
//! To add a policy: a function that takes [`Contestant`]s (and ballots) and gives a
//! [`RankingOutcome`], with the property tests of `tally` and `outcome`.

mod ballot;
mod final_value;
mod local;
mod outcome;
mod parse;
mod plain_text;
mod prompt;
mod scan;
mod similarity;
mod summarise;
mod tally;

pub use ballot::{Sheet, make_sheet};
pub use final_value::final_value;
pub use local::rank_locally;
pub use outcome::{CountedBallot, RankedEntry, RankingOutcome, rank_by_ballots, single, unranked};
pub use parse::{BallotFault, Vote, VotedItem, parse_ballot, repair_request};
pub use prompt::{PROMPT_VERSION, ballot_prompt, ballot_schema};
pub use scan::{scan, without_injection};
pub use summarise::extractive_summary;
pub use tally::{Comparison, Standing, tally};

use quorum_domain::ids::{ResponseId, ServiceId};

/// An answer that takes part in a ranking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contestant {
    /// The response.
    pub response_id: ResponseId,
    /// Who gave it.
    pub service_id: ServiceId,
    /// The whole text.
    pub text: String,
}
