//! The fused answer of a batch, with what each of its sentences rests on.

use serde::{Deserialize, Serialize};

use crate::{
    claim::{Claim, ClaimSource, Passage},
    failure::FailureKind,
    ids::{ResponseId, ServiceId},
    named_enum,
    response::Response,
};

named_enum! {
    /// What judges say of a consensus beside the best single answer.
    pub enum ComparisonVerdict {
        /// Ballots are out.
        Pending => "pending",
        /// They prefer the consensus.
        Better => "better",
        /// Too close to call.
        Equal => "equal",
        /// They prefer the single answer.
        NoBetter => "no_better",
        /// Not enough ballots came back.
        Unknown => "unknown",
    }
}

/// A consensus beside the best single answer, judged in both orders.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ConsensusComparison {
    /// The single answer.
    pub response_id: ResponseId,
    /// What the judges say.
    pub verdict: ComparisonVerdict,
    /// How likely the consensus is preferred, where ballots counted.
    pub probability: Option<f64>,
    /// Ballots that counted.
    pub ballots: usize,
}

/// A sentence of a fused answer and what it rests on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct AttributedSentence {
    /// Where it stands in the fused answer.
    pub passage: Passage,
    /// The answers that say it, nearest first; none where no answer says so.
    pub sources: Vec<ClaimSource>,
    /// The answers that say otherwise.
    pub contradicted_by: Vec<ClaimSource>,
    /// The share of its words found in the nearest source.
    pub likeness: f64,
}

/// A service that was asked for a consensus and gave none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PassedOver {
    /// The service.
    pub service_id: ServiceId,
    /// Its name when it was asked.
    pub service_name: String,
    /// Why it gave none.
    pub kind: FailureKind,
    /// What happened, in plain words.
    pub message: String,
    /// The provider's own words alone, if it said anything.
    #[serde(default)]
    pub said: Option<String>,
}

/// The fused answer of a batch. It is a response of its own, in the role of a consensus: it is
/// written, stopped, kept, removed and brought back like any other.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Consensus {
    /// Who writes it, and how far it is.
    pub response: Response,
    /// The answers that it is made from, best first; empty until it is begun.
    pub source_ids: Vec<ResponseId>,
    /// All complete answers there were when it was begun: one that is not among them came later,
    /// and the consensus knows nothing of it.
    pub known_ids: Vec<ResponseId>,
    /// The points that the user wanted in it.
    pub keep: Vec<Claim>,
    /// Services that were asked before the present one and gave none.
    pub passed_over: Vec<PassedOver>,
    /// Sentence by sentence, once it is complete; those too short to say something are left out.
    pub sentences: Vec<AttributedSentence>,
    /// What judges say of it beside the best single answer; none where nobody is asked.
    #[serde(default)]
    #[schema(required)]
    pub comparison: Option<ConsensusComparison>,
}
