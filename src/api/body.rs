//! Reading bodies under a limit.

use std::time::Duration;

use axum::body::Body;
use http_body_util::LengthLimitError;

use crate::ApiError;

/// Largest body of a request.
pub const BODY_BYTES: usize = 1024 * 1024;

/// A body that is not all here by then is not waited for.
const BODY_WITHIN: Duration = Duration::from_secs(20);

/// The whole body, or a refusal as soon as it is too large.
pub async fn read_body(body: Body) -> Result<axum::body::Bytes, ApiError> {
    let reading = tokio::time::timeout(BODY_WITHIN, axum::body::to_bytes(body, BODY_BYTES));
    let read = reading.await.map_err(|_| ApiError::TooSlow)?;
    read.map_err(|error| {
        let too_large = std::error::Error::source(&error).is_some_and(|source| source.is::<LengthLimitError>());
        if too_large {
            ApiError::TooLarge
        } else {
            ApiError::MalformedJson("the body broke off".into())
        }
    })
}
