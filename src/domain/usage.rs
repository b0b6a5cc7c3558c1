//! Tokens and money. Money is integer micro-USD; no floating point touches a sum.

use serde::{Deserialize, Serialize};

use crate::named_enum;

/// Millionths of a US dollar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MicroUsd(pub i64);

impl std::ops::Add for MicroUsd {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl std::iter::Sum for MicroUsd {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self(0), |sum, amount| sum + amount)
    }
}

/// Tokens of one call, normalised over providers: the three input parts do not overlap,
/// and `output` is what is billed, reasoning included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct TokenUsage {
    /// Input tokens that were neither read from nor written to a cache.
    pub input: u64,
    /// Input tokens read from the provider's cache.
    pub cached_input: u64,
    /// Input tokens written to the provider's cache.
    pub cache_write: u64,
    /// Billed output tokens, reasoning included.
    pub output: u64,
    /// The part of `output` that was reasoning.
    pub reasoning: u64,
    /// True when the provider reported none and we estimated from the text.
    #[serde(default)]
    pub estimated: bool,
}

impl TokenUsage {
    /// All input tokens.
    pub const fn total_input(&self) -> u64 {
        self.input
            .saturating_add(self.cached_input)
            .saturating_add(self.cache_write)
    }
}

named_enum! {
    /// What a call is for.
    pub enum CallPurpose {
        /// To answer.
        Answer => "answer",
        /// To judge.
        Ballot => "ballot",
        /// To try a key.
        KeyTest => "key_test",
        /// To fuse answers.
        Consensus => "consensus",
        /// To see whether a service answers.
        Probe => "probe",
        /// To examine a judge.
        Exam => "exam",
    }
}

named_enum! {
    /// How a call ended.
    pub enum CallOutcome {
        /// Nobody saw its end.
        Unknown => "unknown",
        /// With a complete reply.
        Completed => "completed",
        /// With an error.
        Failed => "failed",
        /// We hung up.
        Cancelled => "cancelled",
    }
}

named_enum! {
    /// By what usage is added up.
    pub enum UsageGroup {
        /// Calendar day (UTC).
        Day => "day",
        /// Service.
        Service => "service",
        /// Conversation.
        Conversation => "conversation",
        /// Service by calendar day.
        ServiceDay => "service_day",
        /// Person.
        User => "user",
        /// The answer that was kept of a turn, with what the whole turn cost.
        KeptAnswer => "kept_answer",
    }
}
