//! Reading bodies under a limit.

use axum::body::Body;
use http_body_util::LengthLimitError;

use crate::ApiError;

/// Largest body of a request.
pub const BODY_BYTES: usize = 1024 * 1024;

/// The whole body, or a refusal as soon as it is too large.
pub async fn read_body(body: Body) -> Result<axum::body::Bytes, ApiError> {
    axum::body::to_bytes(body, BODY_BYTES).await.map_err(|error| {
        let too_large = std::error::Error::source(&error).is_some_and(|source| source.is::<LengthLimitError>());
        if too_large {
            ApiError::TooLarge
        } else {
            ApiError::MalformedJson("the body broke off".into())
        }
    })
}
