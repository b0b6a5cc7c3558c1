//! A point that answers make, with the passages it rests on.

use serde::{Deserialize, Serialize};

use crate::{batch::AgreementSource, ids::ResponseId, named_enum};

named_enum! {
    /// How the answers stand to a point.
    pub enum ClaimStanding {
        /// Every answer makes it.
        All => "all",
        /// More than one makes it, not all.
        Some => "some",
        /// One answer alone makes it.
        One => "one",
        /// An answer says otherwise.
        Contested => "contested",
    }
}

/// Where in an answer something stands, in UTF-16 code units, as a browser counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Passage {
    /// The first unit.
    pub start: u32,
    /// One past the last.
    pub end: u32,
}

/// An answer that a point rests on, or that speaks against it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ClaimSource {
    /// The answer.
    pub response_id: ResponseId,
    /// Where it says so; none if a judge says it does and the place was not found.
    pub passage: Option<Passage>,
}

/// A point, who makes it and who says otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Claim {
    /// The point in one sentence.
    pub text: String,
    /// How the answers stand to it.
    pub standing: ClaimStanding,
    /// The answers that make it.
    pub supported_by: Vec<ClaimSource>,
    /// The answers that say otherwise.
    pub contradicted_by: Vec<ClaimSource>,
    /// Who found it.
    pub method: AgreementSource,
}
