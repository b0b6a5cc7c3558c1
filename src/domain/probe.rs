//! A probe: a look that an admin takes at a service, or at an address that may become one.

use serde::{Deserialize, Serialize};

use crate::named_enum;

named_enum! {
    /// Where a probe stands.
    pub enum ProbeStatus {
        /// Under way.
        Running => "running",
        /// It replied as it should.
        Works => "ok",
        /// It did not.
        Failed => "failed",
    }
}

/// A model as a provider lists it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ListedModel {
    /// The name to ask it by.
    pub model: String,
    /// Tokens of prompt and answer together, where the provider says so.
    pub context_window: Option<u32>,
    /// Longest answer in tokens, where the provider says so.
    pub max_output_tokens: Option<u32>,
}
