//! Errors at the edge: one shape, problem+json (RFC 9457), with a stable `type`.

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use quorum_domain::{Scope, Timestamp, Trouble, budget::BudgetRefusal};
use quorum_queue::QueueError;
use quorum_store::StoreError;
use quorum_vault::VaultError;
use serde::Serialize;

use crate::{
    field_error::{FaultCode, FieldError},
    problem_types::{Meaning, ProblemType},
    routes::budgets::BudgetStanding,
};

/// An error as sent.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Problem {
    /// Stable identifier of the kind of error.
    #[serde(rename = "type")]
    pub kind: String,
    /// The kind in a few words.
    pub title: String,
    /// HTTP status.
    pub status: u16,
    /// What happened and what to do.
    pub detail: String,
    /// The fields that are wrong.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
    /// Seconds after which to try again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u64>,
    /// The budget that has no room.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub budget: Option<Box<BudgetStanding>>,
}

/// Every way in which a request can fail.
#[derive(Debug, thiserror::Error)]
pub enum ApiError {
    /// Fields that break their limits.
    #[error("the request has fields that are not valid")]
    Validation(Vec<FieldError>),
    /// A body that is not JSON.
    #[error("{0}")]
    MalformedJson(String),
    /// A request that is not well formed.
    #[error("{0}")]
    MalformedRequest(&'static str),
    /// A body of another type than JSON.
    #[error("send the body as application/json")]
    UnsupportedMediaType,
    /// A body over the limit.
    #[error("the body is larger than {} KB", .bytes / 1024)]
    TooLarge {
        /// The limit.
        bytes: usize,
    },
    /// A body that takes too long to come.
    #[error("the body did not arrive in time")]
    TooSlow,
    /// Nobody is signed in.
    #[error("sign in first")]
    Unauthenticated,
    /// Name or password is wrong; which one is not said.
    #[error("e-mail address or password is wrong")]
    WrongCredentials,
    /// The request may come from another site.
    #[error("this request did not come from Quorum's own page")]
    Csrf,
    /// Signed in, but not allowed.
    #[error("only an admin may do this")]
    Forbidden,
    /// Signed in by a token that may not do this.
    #[error("this token does not have the scope `{0}`")]
    ScopeMissing(Scope),
    /// The account was closed by its user.
    #[error("this account was closed and goes on {}; keep it to go on here", .0.format("%Y-%m-%d %H:%M UTC"))]
    AccountClosed(Timestamp),
    /// The only admin cannot leave.
    #[error("nobody else administers Quorum here; make somebody an admin first")]
    LastAdmin,
    /// The sign-in is too old for what has no password to confirm it by.
    #[error("sign in again first; this can be done for ten minutes after it")]
    SignInAgain,
    /// Not there, or not yours.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// A method that the address does not have.
    #[error("this address does not take that method")]
    MethodNotAllowed,
    /// The state does not allow it.
    #[error("{0}")]
    Conflict(String),
    /// The same Idempotency-Key with another request.
    #[error("this Idempotency-Key was used for another request")]
    IdempotencyMismatch,
    /// A name that means no model.
    #[error("there is no model `{0}`; `GET /v1/models` lists those that you can ask")]
    ModelNotFound(String),
    /// A run that ended without an answer, with the reasons.
    #[error("no service answered: {0}")]
    NoAnswer(String),
    /// An answer that began anew after a part of it had been sent.
    #[error("the service began its answer anew; send the request again with the same Idempotency-Key to have it whole")]
    AnswerRestarted,
    /// Nobody to ask.
    #[error("there is no service to ask; add or activate one first")]
    NoService,
    /// The provider refused the key.
    #[error("the key did not pass its test")]
    KeyTestFailed(Trouble),
    /// No more accounts by this way.
    #[error("accounts are created by an admin")]
    RegistrationClosed,
    /// The first account from another machine needs the token from the console.
    #[error("enter the setup token that Quorum printed at its start")]
    SetupTokenRequired,
    /// Too often.
    #[error("too many requests; wait a little")]
    RateLimited {
        /// Seconds to wait.
        retry_after: u64,
    },
    /// A budget has no room for what this would cost.
    #[error("{0}; it begins anew at {reset}", reset = .0.budget.resets_at.format("%Y-%m-%d %H:%M UTC"))]
    BudgetExceeded(Box<BudgetRefusal>),
    /// The disk is full.
    #[error("the disk is full; nothing of this request was stored")]
    DiskFull,
    /// Something that Quorum needs is down.
    #[error("Quorum cannot reach its database right now; nothing was lost, try again shortly")]
    Unavailable,
    /// A fault of ours; the details are in the log.
    #[error("an error inside Quorum; nothing was stored, and the log has the details")]
    Internal,
}

impl ApiError {
    /// One field that is wrong.
    pub fn field(field: &str, code: FaultCode, message: impl Into<String>) -> Self {
        FieldError::new(field, code, message).into()
    }

    /// One field that is over its limit.
    pub fn limit(field: &str, code: FaultCode, message: impl Into<String>, limit: usize) -> Self {
        FieldError::new(field, code, message).at_most(limit).into()
    }

    /// A number that is not in its range.
    pub fn range(field: &str, min: usize, max: usize) -> Self {
        FieldError::new(field, FaultCode::OutOfRange, format!("must be between {min} and {max}"))
            .at_most(max)
            .having("min", min)
            .into()
    }

    const fn kind(&self) -> ProblemType {
        match self {
            Self::Validation(_) => ProblemType::Validation,
            Self::MalformedJson(_) => ProblemType::MalformedJson,
            Self::MalformedRequest(_) => ProblemType::MalformedRequest,
            Self::UnsupportedMediaType => ProblemType::UnsupportedMediaType,
            Self::TooLarge { .. } => ProblemType::PayloadTooLarge,
            Self::TooSlow => ProblemType::RequestTimeout,
            Self::Unauthenticated => ProblemType::Unauthenticated,
            Self::WrongCredentials => ProblemType::WrongCredentials,
            Self::Csrf => ProblemType::Csrf,
            Self::ScopeMissing(_) => ProblemType::ScopeMissing,
            Self::Forbidden => ProblemType::Forbidden,
            Self::AccountClosed(_) => ProblemType::AccountClosed,
            Self::LastAdmin => ProblemType::LastAdmin,
            Self::SignInAgain => ProblemType::SignInAgain,
            Self::NotFound(_) => ProblemType::NotFound,
            Self::MethodNotAllowed => ProblemType::MethodNotAllowed,
            Self::Conflict(_) => ProblemType::Conflict,
            Self::IdempotencyMismatch => ProblemType::IdempotencyMismatch,
            Self::ModelNotFound(_) => ProblemType::ModelNotFound,
            Self::NoAnswer(_) => ProblemType::NoAnswer,
            Self::AnswerRestarted => ProblemType::AnswerRestarted,
            Self::NoService => ProblemType::NoService,
            Self::KeyTestFailed(_) => ProblemType::KeyTestFailed,
            Self::RegistrationClosed => ProblemType::RegistrationClosed,
            Self::SetupTokenRequired => ProblemType::SetupTokenRequired,
            Self::RateLimited { .. } => ProblemType::RateLimited,
            Self::BudgetExceeded(_) => ProblemType::BudgetExceeded,
            Self::DiskFull => ProblemType::DiskFull,
            Self::Unavailable => ProblemType::Unavailable,
            Self::Internal => ProblemType::Internal,
        }
    }

    /// The error as sent.
    pub(crate) fn problem(self) -> Problem {
        let kind = self.kind();
        let Meaning { status, title, .. } = kind.meaning();
        let mut detail = self.to_string();
        if let Some(first) = detail.get(..1) {
            detail = first.to_uppercase() + &detail[1..] + ".";
        }
        let budget = match &self {
            Self::BudgetExceeded(refusal) => Some(Box::new(refusal.budget.clone().into())),
            _ => None,
        };
        let (errors, retry_after) = match self {
            Self::BudgetExceeded(refusal) => (Vec::new(), seconds_until(refusal.budget.resets_at)),
            Self::Validation(errors) => (errors, None),
            Self::KeyTestFailed(trouble) => (vec![FieldError::service("key", trouble)], None),
            Self::SetupTokenRequired => (
                vec![FieldError::new("setup_token", FaultCode::Wrong, "is missing or wrong")],
                None,
            ),
            Self::RateLimited { retry_after } => (Vec::new(), Some(retry_after)),
            Self::Unavailable => (Vec::new(), Some(2)),
            _ => (Vec::new(), None),
        };
        Problem {
            kind: kind.uri(),
            title: title.into(),
            status: status.as_u16(),
            detail,
            errors,
            retry_after,
            budget,
        }
    }
}

fn seconds_until(at: Timestamp) -> Option<u64> {
    u64::try_from((at - chrono::Utc::now()).num_seconds()).ok()
}

impl From<FieldError> for ApiError {
    fn from(error: FieldError) -> Self {
        Self::Validation(vec![error])
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let problem = self.problem();
        let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let retry_after = problem.retry_after;
        let mut response = (status, Json(&problem)).into_response();
        // For those who speak another wire format and tell it in that one's words.
        response.extensions_mut().insert(problem);
        response.headers_mut().insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        if status == StatusCode::UNAUTHORIZED {
            // RFC 9110: a 401 says how to authenticate.
            response
                .headers_mut()
                .insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(seconds) = retry_after {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NotFound(what) => Self::NotFound(what),
            StoreError::Conflict(why) => Self::Conflict(why.to_owned()),
            StoreError::LeaseLost => Self::Conflict("it has changed in the meantime".into()),
            StoreError::BudgetExceeded(refusal) => Self::BudgetExceeded(refusal),
            StoreError::DiskFull => Self::DiskFull,
            StoreError::Unavailable(cause) => {
                tracing::warn!(error = %cause, "the database is not available");
                Self::Unavailable
            }
            other => {
                tracing::error!(error = ?other, "a request failed in the store");
                Self::Internal
            }
        }
    }
}

impl From<QueueError> for ApiError {
    fn from(error: QueueError) -> Self {
        match error {
            QueueError::Store(error) => error.into(),
            other => {
                tracing::error!(error = ?other, "a request failed in the queue");
                Self::Unavailable
            }
        }
    }
}

impl From<VaultError> for ApiError {
    fn from(error: VaultError) -> Self {
        match error {
            VaultError::Busy => Self::RateLimited { retry_after: 2 },
            other => {
                tracing::error!(error = %other, "a request failed in the vault");
                Self::Internal
            }
        }
    }
}
