//! The record of a ranking: the order, and everything that it rests on.

use quorum_domain::{
    AgreementReason, RankingRemark, Reasoning, Summary,
    batch::{Agreement, RankingMethod},
    ids::{ResponseId, ServiceId},
};
use serde::{Deserialize, Serialize};

use crate::{Contestant, Field, field::Absent};

/// Where one answer stands, and why.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RankedEntry {
    /// The answer.
    pub response_id: ResponseId,
    /// Fingerprint of its text when it was ranked.
    pub content_key: String,
    /// 1 is best; equal answers share a rank; none where nothing was ordered.
    pub rank: Option<i64>,
    /// Score, lower and upper end of its 80 % interval, where judged.
    pub score: Option<(f64, f64, f64)>,
    /// Too close to call against a neighbour.
    pub tied: bool,
    /// A judge's summary.
    pub summary: Option<Summary>,
    /// Why it stands there.
    pub reasoning: Option<Reasoning>,
    /// The same as a code, where no judge said it.
    #[serde(default)]
    pub agreement_reason: Option<AgreementReason>,
    /// Whether it speaks to the judge.
    pub flagged: bool,
    /// Judges that found it to do what was asked, and judges that looked at it.
    pub meets_request: (usize, usize),
}

/// Answers that are the same, and their common standing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ClusterRecord {
    /// The answers; the first was shown to the judges.
    pub members: Vec<ResponseId>,
    /// Logarithm of its strength.
    pub theta: f64,
    /// 0 to 10; the mean over all clusters is 5.
    pub score: f64,
    /// Lower end of the 80 % interval.
    pub low: f64,
    /// Upper end of the 80 % interval.
    pub high: f64,
}

/// The probability that one answer is preferred to another.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct PairRecord {
    /// The first.
    pub first: ResponseId,
    /// The second.
    pub second: ResponseId,
    /// That the first is preferred.
    pub probability: f64,
    /// Between 0.35 and 0.65.
    pub too_close_to_call: bool,
}

/// One comparison of a ballot, as it was counted.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ComparisonRecord {
    /// The first.
    pub first: ResponseId,
    /// The second.
    pub second: ResponseId,
    /// 1 if the first is better, 0 if the second is, 0.5 for a tie.
    pub won: f64,
    /// What it counted.
    pub weight: f64,
}

/// One ballot, as it was counted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BallotRecord {
    /// Its place among the ballots of the ranking.
    pub nth: usize,
    /// The judge.
    pub judge: ServiceId,
    /// Whether it counted, and if not, why.
    pub fault: Option<String>,
    /// Whether the judge had an answer of its own among those it compared.
    pub competes: bool,
    /// The share of pairs that the judge was expected to get right.
    pub accuracy: f64,
    /// What the ballot counts beside the best judge's.
    pub weight: f64,
    /// Every pair it ordered.
    pub comparisons: Vec<ComparisonRecord>,
    /// Words over the limits that were cut off.
    pub words_cut: usize,
}

/// Why no further ballot was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StoppedBecause {
    /// Nothing had to be judged.
    NothingToJudge,
    /// Two ballots named the same best answer in nearly the same order.
    Agreed,
    /// Every ballot that the policy allows is in.
    AllIn,
    /// No further judge could be had.
    NoMoreJudges,
}

/// What the reader should know about a ranking.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Flags {
    /// The majorities run in a circle (a beats b beats c beats a).
    pub cycle: bool,
    /// Every judge that counts is a weak one.
    pub low_confidence: bool,
    /// Every judge found every answer to miss the request.
    pub all_poor: bool,
    /// The first two are too close to call.
    pub too_close_at_the_top: bool,
    /// Fewer ballots counted than were wanted.
    pub partial: bool,
    /// An answer spoke to the judge.
    pub injection: bool,
}

/// Figures about the ballots and answers; none where there are too few to say.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Diagnostics {
    /// Agreement among the judges, 0 to 1 (Kendall's W).
    pub judge_agreement: Option<f64>,
    /// Agreement among the answers, 0 to 1: the share with the commonest final value, or their likeness.
    pub answer_agreement: Option<f64>,
    /// How much the ballots follow the order shown, -1 to 1.
    pub position_effect: Option<f64>,
    /// How much the final order follows length, -1 to 1.
    pub length_effect: Option<f64>,
}

/// The result of a ranking.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RankingOutcome {
    /// How the order came about.
    pub method: RankingMethod,
    /// What the reader should know.
    #[serde(default)]
    pub remarks: Vec<RankingRemark>,
    /// The judges that the user named; empty where nobody was named.
    #[serde(default)]
    pub named_judges: Vec<ServiceId>,
    /// The answers, best first.
    pub entries: Vec<RankedEntry>,
    /// Responses that were not ranked.
    pub absent: Vec<Absent>,
    /// Where they agree and differ.
    pub agreement: Option<Agreement>,
    /// Groups of equal answers, best first.
    pub clusters: Vec<ClusterRecord>,
    /// Every pair of clusters.
    pub pairs: Vec<PairRecord>,
    /// Every ballot asked for.
    pub ballots: Vec<BallotRecord>,
    /// Why the asking ended.
    pub stopped: StoppedBecause,
    /// Judges that should have voted.
    pub judges_wanted: usize,
    /// Judges whose ballot counted.
    pub judges_voted: usize,
    /// What to beware of.
    pub flags: Flags,
    /// Figures about the ballots and answers.
    pub diagnostics: Diagnostics,
}

impl RankingOutcome {
    /// An outcome that orders nothing yet.
    pub(crate) fn bare(field: &Field, method: RankingMethod, remark: RankingRemark) -> Self {
        Self {
            method,
            remarks: vec![remark],
            named_judges: Vec::new(),
            entries: (0..field.contestants().len()).map(|at| entry(field, at)).collect(),
            absent: field.absent().to_vec(),
            agreement: None,
            clusters: Vec::new(),
            pairs: Vec::new(),
            ballots: Vec::new(),
            stopped: StoppedBecause::NothingToJudge,
            judges_wanted: 0,
            judges_voted: 0,
            flags: Flags::default(),
            diagnostics: Diagnostics::default(),
        }
    }

    /// Whether an answer came or changed since this ranking. One that was taken away does not
    /// make it stale: the order of the others stands.
    pub fn is_stale(&self, now: &[Contestant]) -> bool {
        now.iter().filter(|one| !one.text.trim().is_empty()).any(|one| {
            let key = crate::field::content_key(&one.text);
            !self
                .entries
                .iter()
                .any(|entry| entry.response_id == one.response_id && entry.content_key == key)
        })
    }
}

/// An entry without a place.
pub(crate) fn entry(field: &Field, at: usize) -> RankedEntry {
    RankedEntry {
        response_id: field.contestants()[at].response_id,
        content_key: field.key(at).to_owned(),
        rank: None,
        score: None,
        tied: false,
        summary: None,
        reasoning: None,
        agreement_reason: None,
        flagged: field.flagged(at),
        meets_request: (0, 0),
    }
}
