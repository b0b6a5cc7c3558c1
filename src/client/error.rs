//! What can go wrong: the server's own words, or none.

use std::time::Duration;

use serde::Deserialize;

/// One field that is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ProblemField {
    /// The field's name in the request.
    pub field: String,
    /// What is wrong with it.
    pub message: String,
    /// The limit it breaks, if it is one.
    #[serde(default)]
    pub limit: Option<u64>,
}

/// A refusal in the server's words (RFC 9457).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Problem {
    /// Stable identifier of the kind of error, such as `/problems/not_found`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The kind in a few words.
    pub title: String,
    /// HTTP status.
    pub status: u16,
    /// What happened and what to do.
    #[serde(default)]
    pub detail: String,
    /// The fields that are wrong.
    #[serde(default)]
    pub errors: Vec<ProblemField>,
    /// Seconds after which to try again.
    #[serde(default)]
    pub retry_after: Option<u64>,
}

impl Problem {
    /// The last part of the type, such as `not_found`.
    pub fn slug(&self) -> &str {
        self.kind.rsplit('/').next().unwrap_or_default()
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.detail.is_empty() {
            &self.title
        } else {
            &self.detail
        })?;
        for error in &self.errors {
            write!(f, " {} {}.", error.field, error.message)?;
        }
        Ok(())
    }
}

/// Errors of the client.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The address of the server is not a URL of http or https.
    #[error("`{0}` is not an address that begins with http:// or https://")]
    BadUrl(String),
    /// The token has characters that no token has.
    #[error("the token has characters that no token has")]
    BadToken,
    /// The HTTP client could not be made.
    #[error("the HTTP client could not be made")]
    NoHttp(#[source] reqwest::Error),
    /// The server refused.
    #[error("{0}")]
    Refused(Box<Problem>),
    /// The server could not be reached, or the line broke.
    #[error("the server at {origin} cannot be reached: {words}")]
    Unreachable {
        /// The server.
        origin: String,
        /// Why.
        words: String,
    },
    /// Something replied that is no Quorum server.
    #[error("{origin} replied {status} in words that are not Quorum's; is the address right?")]
    NotQuorum {
        /// The server.
        origin: String,
        /// HTTP status.
        status: u16,
    },
    /// The reply has another form than this client knows.
    #[error("the reply cannot be read by this version: {0}")]
    Unreadable(String),
    /// The credential ended while something was followed.
    #[error("the token was revoked or has ended")]
    SignedOut,
    /// What was followed was deleted.
    #[error("the conversation is gone")]
    Gone,
}

impl ClientError {
    /// The server's words, if it said any.
    pub fn problem(&self) -> Option<&Problem> {
        match self {
            Self::Refused(problem) => Some(problem),
            _ => None,
        }
    }

    /// After how long the same request may go through, if that is a matter of time.
    pub(crate) fn wait(&self) -> Option<Duration> {
        match self {
            Self::Unreachable { .. } => Some(Duration::ZERO),
            Self::Refused(problem) if matches!(problem.status, 429 | 503) => {
                Some(Duration::from_secs(problem.retry_after.unwrap_or(1)))
            }
            _ => None,
        }
    }
}
