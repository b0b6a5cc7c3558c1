//! THE JUDGE: summaries, ballots, and the order that follows from them. Pure: the same input and
//! seed give the same output.
//!
//! May enter: text and numbers. May not enter: I/O, async, a clock, randomness without a seed, and
//! any decision that rests on a judge's prose: what a judge says is either a valid ballot or void.
//!
//! One call drives it: [`plan_next`] takes a [`Field`] of answers, the ballots so far and the judges
//! that can be called, and says whom to ask next, or gives the [`RankingOutcome`].
//!
//! What judging will cost is known before anything is sent: [`expected_ballots`] says how many ballots a
//! policy asks for and of whom (least, on average, at most), and [`ballot_tokens`] how long one is.
//!
//! To add a policy: a branch in `plan`, with tests there and in `properties`.

mod aside;
mod attribution;
mod ballot;
mod cascade;
mod choice;
mod claims;
mod conclude;
mod consensus;
mod denial;
mod diagnose;
mod exam;
mod family;
mod field;
mod final_value;
mod folding;
mod forecast;
mod history;
mod judge;
mod language;
mod leaderboard;
mod local;
mod located;
mod matching;
mod order;
mod outcome;
mod parse;
mod plain_text;
mod plan;
mod planted;
mod prompt;
mod record;
mod scan;
mod settle;
mod similarity;
mod summarise;
mod tally;
mod topic;
mod unjudged;
mod withheld;

#[cfg(test)]
mod oracle;
#[cfg(test)]
mod plan_tests;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod testing;

pub use attribution::{Attribution, attribute};
pub use ballot::Sheet;
pub use claims::{claims_of_vote, local_claims};
pub use consensus::{best_single, consensus_prompt, consensus_tokens, fusion_verdict, sources_to_fuse};
pub use exam::{
    ExamKind, ExamPair, ExamResult, ExamSheet, ExamVerdict, KindResult, exam_pairs, exam_sheets, grade_exam, mark,
};
pub use family::family_of;
pub use field::{Absence, Absent, Contestant, Field};
pub use final_value::final_value;
pub use forecast::{ExpectedBallots, ballot_tokens, expected_ballots, expected_comparison};
pub use history::record_of_selection;
pub use judge::{Judge, LEAST_ACCURACY, PRIOR_ACCURACY, TrackRecord, ballot_weight};
pub use language::{better_texts_request, in_other_language, without_other_language};
pub use leaderboard::{Board, Selection, ServiceStanding, leaderboard, propose_panel};
pub use local::rank_locally;
pub use outcome::{
    BallotRecord, ClusterRecord, ComparisonRecord, Diagnostics, Flags, PairRecord, RankedEntry, RankingOutcome,
    StoppedBecause,
};
pub use parse::{BallotFault, Quote, Vote, VotedItem, VotedPoint, parse_ballot, repair_request};
pub use plan::{NextStep, Policy, SheetPlan, plan_comparison, plan_next};
pub use planted::Planted;
pub use prompt::{PROMPT_VERSION, ballot_prompt, ballot_schema};
pub use scan::{scan, without_injection};
pub use settle::{BallotState, CastBallot, settle};
pub use summarise::extractive_summary;
pub use tally::{Comparison, Standing, preferred, tally};
pub use topic::{Topic, classify_topic};
pub use unjudged::{nothing_to_judge, unranked};
