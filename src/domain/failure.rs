//! Why a response failed, in kinds that a person can act on.

use crate::named_enum;
use serde::{Deserialize, Serialize};

named_enum! {
    /// The reason a response has no answer. Each kind says what the user can do.
    pub enum FailureKind {
        /// The provider asked us to slow down.
        RateLimited => "rate_limited",
        /// The provider is over capacity.
        Overloaded => "overloaded",
        /// No first token within the deadline.
        TimeoutFirstToken => "timeout_first_token",
        /// The stream stopped bringing content.
        TimeoutIdle => "timeout_idle",
        /// The whole answer took longer than allowed.
        TimeoutTotal => "timeout_total",
        /// The provider refused the key.
        Auth => "auth",
        /// The provider account has no credit or has reached its spend limit.
        Quota => "quota",
        /// The provider refused the request itself.
        BadRequest => "bad_request",
        /// The prompt does not fit the model.
        ContextTooLong => "context_too_long",
        /// The provider's filter blocked prompt or answer.
        ContentFiltered => "content_filtered",
        /// The reply was not in the provider's own format, or ended early.
        BadResponse => "bad_response",
        /// The connection could not be made or broke.
        Connection => "connection",
        /// The work ended its worker three times.
        CrashLimit => "crash_limit",
        /// No key is stored for this service.
        KeyMissing => "key_missing",
        /// The key was revoked while the answer was on its way.
        KeyRevoked => "key_revoked",
        /// A budget is used up.
        BudgetExceeded => "budget_exceeded",
        /// The answers that a consensus was to be made from are gone.
        NoSources => "no_sources",
        /// Stopped by the user.
        Cancelled => "cancelled",
    }
}

impl FailureKind {
    /// Whether asking again by itself may help; the rest needs a person first.
    pub const fn is_transient(self) -> bool {
        matches!(
            self,
            Self::RateLimited
                | Self::Overloaded
                | Self::TimeoutFirstToken
                | Self::TimeoutIdle
                | Self::BadResponse
                | Self::Connection
        )
    }

    /// Whether the card offers "Retry": everything a person may want to try once more.
    pub const fn is_retryable_by_user(self) -> bool {
        !matches!(self, Self::ContextTooLong)
    }

    /// What happened, in plain words.
    pub const fn plain_words(self) -> &'static str {
        match self {
            Self::RateLimited => "The service is limiting how often it may be asked.",
            Self::Overloaded => "The service is overloaded.",
            Self::TimeoutFirstToken => "The service did not begin to answer in time.",
            Self::TimeoutIdle => "The service stopped in the middle of its answer.",
            Self::TimeoutTotal => "The answer took longer than allowed.",
            Self::Auth => "The service did not accept the key.",
            Self::Quota => "The account at the service has no credit left or reached its limit.",
            Self::BadRequest => "The service did not accept the request.",
            Self::ContextTooLong => "The conversation is too long for this model.",
            Self::ContentFiltered => "The service's content filter blocked the answer.",
            Self::BadResponse => "The service sent a reply that is not a complete answer.",
            Self::Connection => "The service could not be reached.",
            Self::CrashLimit => "Work on this answer failed repeatedly inside Quorum.",
            Self::KeyMissing => "No key is stored for this service.",
            Self::KeyRevoked => "The key was revoked.",
            Self::BudgetExceeded => "The budget is used up.",
            Self::NoSources => "The answers that it was to be made from are gone.",
            Self::Cancelled => "Stopped.",
        }
    }

    /// What the user can do about it.
    pub const fn advice(self) -> &'static str {
        match self {
            Self::RateLimited | Self::Overloaded => "Wait a little, then retry.",
            Self::TimeoutFirstToken | Self::TimeoutIdle | Self::TimeoutTotal => "Retry, or ask another service.",
            Self::Auth | Self::KeyRevoked => "Replace the key in Settings, then retry.",
            Self::Quota => "Add credit at the service, then retry.",
            Self::BadRequest => "Check the service's model name and settings, then retry.",
            Self::ContextTooLong => "Exclude earlier turns or choose a model with more context.",
            Self::ContentFiltered => "Rephrase the question, or ask another service.",
            Self::BadResponse | Self::Connection => "Check the service's address, then retry.",
            Self::CrashLimit => "Retry; if it happens again, report it to the admin.",
            Self::KeyMissing => "Add a key, then retry.",
            Self::BudgetExceeded => "Raise the budget or wait for the next period.",
            Self::NoSources => "Bring answers back, then retry.",
            Self::Cancelled => "Retry to ask again.",
        }
    }
}

/// A failure as stored and shown: the kind, and the provider's own words where they help.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// The class that decides about retries and advice.
    pub kind: FailureKind,
    /// The provider's message, cut to 300 characters and free of secrets; may be empty.
    pub detail: String,
}

impl Failure {
    /// A failure with the provider's detail, cut to 300 characters.
    pub fn new(kind: FailureKind, detail: impl AsRef<str>) -> Self {
        Self {
            kind,
            detail: detail.as_ref().chars().take(300).collect(),
        }
    }

    /// What happened, with the provider's own words where there are any.
    pub fn words(&self) -> String {
        let plain = self.kind.plain_words();
        match self.said() {
            None => plain.to_owned(),
            Some(said) => format!("{plain} It said: {said}"),
        }
    }

    /// The provider's own words, if it said anything.
    pub fn said(&self) -> Option<String> {
        let said = self.detail.trim();
        (!said.is_empty()).then(|| said.to_owned())
    }
}

/// What a look at a service or a key found wrong.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Trouble {
    /// What happened, in English, with the provider's own words.
    pub words: String,
    /// Its kind, where it is one that calls have.
    pub kind: Option<FailureKind>,
    /// The provider's own words alone, if it said anything.
    pub said: Option<String>,
}

impl From<&Failure> for Trouble {
    fn from(failure: &Failure) -> Self {
        Self {
            words: failure.words(),
            kind: Some(failure.kind),
            said: failure.said(),
        }
    }
}

impl From<&str> for Trouble {
    fn from(words: &str) -> Self {
        Self {
            words: words.to_owned(),
            ..Self::default()
        }
    }
}

impl From<FailureKind> for Failure {
    fn from(kind: FailureKind) -> Self {
        Self {
            kind,
            detail: String::new(),
        }
    }
}
