//! Reading bodies under a limit.

use std::time::Duration;

use axum::body::Body;
use http_body_util::LengthLimitError;

use crate::ApiError;

/// Largest body of a request.
pub const BODY_BYTES: usize = 1024 * 1024;

/// Largest document that is brought in.
pub const DOCUMENT_BYTES: usize = 8 * 1024 * 1024;

/// A body that is not all here by then is not waited for.
pub const BODY_WITHIN: Duration = Duration::from_secs(20);

/// A body with images, or a whole conversation, may take this long over a slow line.
pub const LARGE_BODY_WITHIN: Duration = Duration::from_secs(50);

/// The whole body, or a refusal as soon as it is too large or too late.
pub async fn read_body_within(body: Body, limit: usize, time: Duration) -> Result<axum::body::Bytes, ApiError> {
    let reading = tokio::time::timeout(time, axum::body::to_bytes(body, limit));
    let read = reading.await.map_err(|_| ApiError::TooSlow)?;
    read.map_err(|error| {
        let too_large = std::error::Error::source(&error).is_some_and(|source| source.is::<LengthLimitError>());
        if too_large {
            ApiError::TooLarge { bytes: limit }
        } else {
            ApiError::MalformedJson("the body broke off".into())
        }
    })
}
