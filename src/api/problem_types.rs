//! Every kind of error there is: its stable name, its HTTP status, what it means and what to do.
//! The names are the ends of `type` URIs, under which these words are served.

use axum::{
    extract::Path,
    http::StatusCode,
    response::{Html, IntoResponse, Response},
};
use quorum_domain::named_enum;

use crate::ApiError;

named_enum! {
    /// The kind of an error.
    pub enum ProblemType {
        /// Fields that are not valid.
        Validation => "validation",
        /// A body that is not JSON.
        MalformedJson => "malformed_json",
        /// A request that is not well formed.
        MalformedRequest => "malformed_request",
        /// A body of another type than JSON.
        UnsupportedMediaType => "unsupported_media_type",
        /// A body over the limit.
        PayloadTooLarge => "payload_too_large",
        /// A body that takes too long to come.
        RequestTimeout => "request_timeout",
        /// Nobody is signed in.
        Unauthenticated => "unauthenticated",
        /// Name or password is wrong.
        WrongCredentials => "wrong_credentials",
        /// A change that did not come from Quorum's own page.
        Csrf => "csrf",
        /// A token without the scope.
        ScopeMissing => "scope_missing",
        /// Not allowed.
        Forbidden => "forbidden",
        /// The account was closed by its user.
        AccountClosed => "account_closed",
        /// The only admin cannot leave.
        LastAdmin => "last_admin",
        /// The sign-in is too old.
        SignInAgain => "sign_in_again",
        /// Not there, or not yours.
        NotFound => "not_found",
        /// An address that does not take the method.
        MethodNotAllowed => "method_not_allowed",
        /// The state does not allow it.
        Conflict => "conflict",
        /// An Idempotency-Key that was used for something else.
        IdempotencyMismatch => "idempotency_mismatch",
        /// A model of the compatible APIs that there is not.
        ModelNotFound => "model_not_found",
        /// Every service that was asked failed.
        NoAnswer => "no_answer",
        /// An answer began anew after part of it was sent.
        AnswerRestarted => "answer_restarted",
        /// Nobody to ask.
        NoService => "no_service",
        /// A provider refused a key.
        KeyTestFailed => "key_test_failed",
        /// No accounts by this way.
        RegistrationClosed => "registration_closed",
        /// The first account needs the token from the console.
        SetupTokenRequired => "setup_token_required",
        /// Too often.
        RateLimited => "rate_limited",
        /// A budget has no room.
        BudgetExceeded => "budget_exceeded",
        /// The disk is full.
        DiskFull => "disk_full",
        /// Something that Quorum needs is down.
        Unavailable => "unavailable",
        /// A fault of Quorum's.
        Internal => "internal",
    }
}

/// What is said of a kind.
pub struct Meaning {
    pub status: StatusCode,
    /// In a few words.
    pub title: &'static str,
    /// When it comes and what to do.
    pub words: &'static str,
}

const fn meaning(status: StatusCode, title: &'static str, words: &'static str) -> Meaning {
    Meaning { status, title, words }
}

impl ProblemType {
    /// Its `type` URI, relative to the server.
    pub fn uri(self) -> String {
        format!("/problems/{self}")
    }

    /// What it means.
    pub const fn meaning(self) -> Meaning {
        use StatusCode as S;
        match self {
            Self::Validation => meaning(
                S::UNPROCESSABLE_ENTITY,
                "Not valid",
                "Fields break their rules. `errors` names each field, what is wrong with it, and the limit it breaks. Change them and send again.",
            ),
            Self::MalformedJson => meaning(
                S::BAD_REQUEST,
                "Malformed JSON",
                "The body is not JSON; `detail` says where it breaks off.",
            ),
            Self::MalformedRequest => meaning(
                S::BAD_REQUEST,
                "Malformed request",
                "A header or the address is not well formed; `detail` says which.",
            ),
            Self::UnsupportedMediaType => meaning(
                S::UNSUPPORTED_MEDIA_TYPE,
                "Unsupported media type",
                "Send the body with `Content-Type: application/json`.",
            ),
            Self::PayloadTooLarge => meaning(
                S::PAYLOAD_TOO_LARGE,
                "Too large",
                "The body is larger than this address takes; `detail` says how much that is.",
            ),
            Self::RequestTimeout => meaning(
                S::REQUEST_TIMEOUT,
                "Too slow",
                "The body did not arrive in time. Send it again.",
            ),
            Self::Unauthenticated => meaning(
                S::UNAUTHORIZED,
                "Not signed in",
                "The request has no credential, or one that is unknown, revoked or has ended. Sign in, refresh the access token, or use another API token.",
            ),
            Self::WrongCredentials => meaning(
                S::UNAUTHORIZED,
                "Not signed in",
                "The sign-in name or the password is wrong; which one is not said.",
            ),
            Self::Csrf => meaning(
                S::FORBIDDEN,
                "Refused",
                "A change by cookie must come from Quorum's own page and carry the X-CSRF-Token that the sign-in gave. Programs use a token instead of the cookie.",
            ),
            Self::ScopeMissing => meaning(
                S::FORBIDDEN,
                "Not allowed",
                "The API token may not do this; `detail` names the scope that it lacks. Make a token with that scope.",
            ),
            Self::Forbidden => meaning(S::FORBIDDEN, "Not allowed", "Only an admin may do this."),
            Self::AccountClosed => meaning(
                S::FORBIDDEN,
                "Account closed",
                "Its user closed the account; `detail` says when everything of it is erased. Until then it can be kept, and what is in it taken out; nothing else.",
            ),
            Self::LastAdmin => meaning(
                S::CONFLICT,
                "Last admin",
                "The account of the only admin cannot be closed. Make somebody else an admin first.",
            ),
            Self::SignInAgain => meaning(
                S::FORBIDDEN,
                "Sign in again",
                "An account without a password confirms this by a sign-in of the last ten minutes.",
            ),
            Self::NotFound => meaning(
                S::NOT_FOUND,
                "Not found",
                "There is no such thing, or it is not yours: the two are not told apart.",
            ),
            Self::MethodNotAllowed => meaning(
                S::METHOD_NOT_ALLOWED,
                "Method not allowed",
                "The address does not take this method; `Allow` names those that it takes.",
            ),
            Self::Conflict => meaning(
                S::CONFLICT,
                "Not possible now",
                "The state of the thing does not allow it; `detail` says why. Read it anew.",
            ),
            Self::IdempotencyMismatch => meaning(
                S::UNPROCESSABLE_ENTITY,
                "Key used before",
                "This Idempotency-Key came with another request before. Use a new key for a new request.",
            ),
            Self::ModelNotFound => meaning(
                S::NOT_FOUND,
                "No such model",
                "Neither a service nor a saved panel has this name; `GET /v1/models` lists those that there are.",
            ),
            Self::NoAnswer => meaning(
                S::FAILED_DEPENDENCY,
                "No answer",
                "Every service that was asked failed; `detail` says how. The question is kept, and the same Idempotency-Key leads to it.",
            ),
            Self::AnswerRestarted => meaning(
                S::CONFLICT,
                "Answer began anew",
                "The service failed in the middle and began again, so what was sent is not the beginning of the answer. The same Idempotency-Key gives the whole of it.",
            ),
            Self::NoService => meaning(
                S::UNPROCESSABLE_ENTITY,
                "Nobody to ask",
                "No service is active. An admin adds or activates one.",
            ),
            Self::KeyTestFailed => meaning(
                S::UNPROCESSABLE_ENTITY,
                "Key refused",
                "The provider did not accept the key; `errors` has its words.",
            ),
            Self::RegistrationClosed => meaning(
                S::FORBIDDEN,
                "Registration closed",
                "Accounts are made by an admin or by invitation.",
            ),
            Self::SetupTokenRequired => meaning(
                S::FORBIDDEN,
                "Setup token required",
                "The first account from another machine needs the token that Quorum printed at its start.",
            ),
            Self::RateLimited => meaning(
                S::TOO_MANY_REQUESTS,
                "Too many requests",
                "Wait for as many seconds as `Retry-After` says, then send the same request again.",
            ),
            Self::BudgetExceeded => meaning(
                S::PAYMENT_REQUIRED,
                "Budget reached",
                "What this could cost does not fit a budget. `budget` says which, and when it begins anew.",
            ),
            Self::DiskFull => meaning(
                S::INSUFFICIENT_STORAGE,
                "Disk full",
                "Nothing of the request was stored. Whoever runs Quorum makes room; then send it again.",
            ),
            Self::Unavailable => meaning(
                S::SERVICE_UNAVAILABLE,
                "Not available",
                "Quorum cannot reach its database. Nothing was lost; send the same request again after `Retry-After`.",
            ),
            Self::Internal => meaning(
                S::INTERNAL_SERVER_ERROR,
                "Internal error",
                "A fault of Quorum's. Nothing was stored; the log of the server has the details.",
            ),
        }
    }
}

/// All kinds as a table of Markdown, for the description of the API.
pub fn as_markdown() -> String {
    let mut text = String::from(
        "Stable identifier of the kind of error, an address of this server:\n\n| type | status | meaning |\n|---|---|---|\n",
    );
    for kind in ProblemType::ALL {
        let meaning = kind.meaning();
        text += &format!(
            "| `{}` | {} | {} |\n",
            kind.uri(),
            meaning.status.as_u16(),
            meaning.words
        );
    }
    text
}

fn page(title: &str, kinds: &[ProblemType]) -> Html<String> {
    let mut body = String::new();
    for kind in kinds {
        let Meaning { status, title, words } = kind.meaning();
        let (uri, status) = (kind.uri(), status.as_u16());
        body +=
            &format!("<h2><a href=\"{uri}\">{title}</a></h2><p><code>{uri}</code>, HTTP {status}</p><p>{words}</p>");
    }
    Html(format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title>\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"></head>\
         <body><h1>{title}</h1>{body}<p><a href=\"/problems\">All kinds of errors</a></p></body></html>"
    ))
}

/// `/problems`: all kinds.
pub async fn list() -> Html<String> {
    page("Kinds of errors", ProblemType::ALL)
}

/// `/problems/{type}`: one kind.
pub async fn one(Path(name): Path<String>) -> Response {
    match name.parse::<ProblemType>() {
        Ok(kind) => page("A kind of error", &[kind]).into_response(),
        Err(_) => ApiError::NotFound("kind of error").into_response(),
    }
}
