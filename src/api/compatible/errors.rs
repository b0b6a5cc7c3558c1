//! Errors in the shapes of others. Handlers refuse as they do everywhere; a layer around the
//! routes says the same in the words of the wire format that was spoken.
//!
//! Shapes: <https://platform.openai.com/docs/guides/error-codes> and
//! <https://docs.anthropic.com/en/api/errors>.

use axum::{
    Json,
    extract::Request,
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use serde::Serialize;

use crate::Problem;

/// An error as OpenAI's clients know it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct OpenAiError {
    /// The error.
    pub error: OpenAiErrorBody,
}

/// What an error of OpenAI's shape says.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct OpenAiErrorBody {
    /// What happened and what to do.
    pub message: String,
    /// The kind by which clients tell errors apart.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// The parameter that is wrong.
    pub param: Option<String>,
    /// The kind in Quorum's words.
    pub code: String,
}

/// An error as Anthropic's clients know it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct AnthropicError {
    /// Always `error`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// The error.
    pub error: AnthropicErrorBody,
}

/// What an error of Anthropic's shape says.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct AnthropicErrorBody {
    /// The kind by which clients tell errors apart.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// What happened and what to do.
    pub message: String,
}

/// Both formats answer fields that are not valid with 400.
fn status_of(problem: &Problem) -> StatusCode {
    match problem.status {
        422 => StatusCode::BAD_REQUEST,
        status => StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
    }
}

/// What happened, with the field that it is about.
fn message_of(problem: &Problem) -> String {
    match problem.errors.first() {
        Some(first) => format!("{} {}", first.field, first.message),
        None => problem.detail.clone(),
    }
}

fn code_of(problem: &Problem) -> String {
    let slug = problem.kind.rsplit('/').next().unwrap_or_default();
    let limited = problem.errors.iter().any(|error| error.limit.is_some());
    match slug {
        "unauthenticated" => "invalid_api_key",
        "rate_limited" => "rate_limit_exceeded",
        "budget_exceeded" => "insufficient_quota",
        "validation" if limited => "limit_exceeded",
        "validation" => "invalid_value",
        other => other,
    }
    .to_owned()
}

impl From<&Problem> for OpenAiError {
    fn from(problem: &Problem) -> Self {
        let kind = match problem.status {
            402 => "insufficient_quota",
            403 => "permission_error",
            429 => "rate_limit_error",
            424 | 500.. => "server_error",
            _ => "invalid_request_error",
        };
        let of_model = problem.kind.ends_with("/model_not_found") || problem.kind.ends_with("/no_service");
        let param = problem.errors.first().map(|error| error.field.clone());
        Self {
            error: OpenAiErrorBody {
                message: message_of(problem),
                kind,
                param: param.or_else(|| of_model.then(|| "model".to_owned())),
                code: code_of(problem),
            },
        }
    }
}

impl From<&Problem> for AnthropicError {
    fn from(problem: &Problem) -> Self {
        let kind = match problem.status {
            401 => "authentication_error",
            402 => "billing_error",
            403 => "permission_error",
            404 => "not_found_error",
            413 => "request_too_large",
            429 => "rate_limit_error",
            503 => "overloaded_error",
            424 | 500.. => "api_error",
            _ => "invalid_request_error",
        };
        Self {
            kind: "error",
            error: AnthropicErrorBody {
                kind,
                message: message_of(problem),
            },
        }
    }
}

/// Which shape a path's errors have.
fn is_anthropic(path: &str) -> bool {
    path == "/v1/messages" || path.starts_with("/v1/messages/")
}

/// Says every refusal under `/v1` in the shape that the client of that path knows.
pub async fn in_their_shape(request: Request, next: Next) -> Response {
    let path = request.uri().path();
    if !path.starts_with("/v1/") {
        return next.run(request).await;
    }
    let anthropic = is_anthropic(path);
    let mut response = next.run(request).await;
    let Some(mut problem) = response.extensions_mut().remove::<Problem>() else {
        return response;
    };
    problem.status = response.status().as_u16();
    let status = status_of(&problem);
    let mut told = if anthropic {
        (status, Json(AnthropicError::from(&problem))).into_response()
    } else {
        (status, Json(OpenAiError::from(&problem))).into_response()
    };
    let headers = told.headers_mut();
    for name in [header::RETRY_AFTER, header::WWW_AUTHENTICATE, header::ALLOW] {
        if let Some(value) = response.headers_mut().remove(&name) {
            headers.insert(name, value);
        }
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    told
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ApiError;

    #[test]
    fn a_refusal_names_the_parameter_and_has_its_kind_in_both_shapes() {
        let problem = ApiError::field("n", crate::FaultCode::OutOfRange, "must be 1").problem();
        let openai = OpenAiError::from(&problem).error;
        assert_eq!(
            (
                openai.param.as_deref(),
                openai.kind,
                openai.code.as_str(),
                openai.message.as_str()
            ),
            (Some("n"), "invalid_request_error", "invalid_value", "n must be 1")
        );
        assert_eq!(status_of(&problem), StatusCode::BAD_REQUEST);
        assert_eq!(AnthropicError::from(&problem).error.kind, "invalid_request_error");
    }

    #[test]
    fn kinds_are_told_apart_as_the_clients_do() {
        for (error, openai, anthropic) in [
            (
                ApiError::Unauthenticated,
                ("invalid_request_error", "invalid_api_key"),
                "authentication_error",
            ),
            (
                ApiError::ModelNotFound("x".into()),
                ("invalid_request_error", "model_not_found"),
                "not_found_error",
            ),
            (
                ApiError::RateLimited { retry_after: 3 },
                ("rate_limit_error", "rate_limit_exceeded"),
                "rate_limit_error",
            ),
            (
                ApiError::Unavailable,
                ("server_error", "unavailable"),
                "overloaded_error",
            ),
            (
                ApiError::NoAnswer("why".into()),
                ("server_error", "no_answer"),
                "api_error",
            ),
        ] {
            let problem = error.problem();
            let told = OpenAiError::from(&problem).error;
            assert_eq!((told.kind, told.code.as_str()), openai);
            assert_eq!(AnthropicError::from(&problem).error.kind, anthropic);
        }
    }
}
