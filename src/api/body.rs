//! Reading bodies under a limit.

use std::time::Duration;

use axum::body::{Body, BodyDataStream, Bytes};
use futures::StreamExt;

use crate::ApiError;

/// Largest body of a request.
pub const BODY_BYTES: usize = 1024 * 1024;

/// Largest document that is brought in.
pub const DOCUMENT_BYTES: usize = 8 * 1024 * 1024;

/// A body that is not all here by then is not waited for.
pub const BODY_WITHIN: Duration = Duration::from_secs(20);

/// A body with images, or a whole conversation, may take this long over a slow line.
pub const LARGE_BODY_WITHIN: Duration = Duration::from_secs(50);

/// How long the rest of a body that is too large is listened to.
const REST_WITHIN: Duration = Duration::from_secs(2);

/// The whole body, or a refusal as soon as it is too large or too late.
pub async fn read_body_within(body: Body, limit: usize, time: Duration) -> Result<Bytes, ApiError> {
    let reading = tokio::time::timeout(time, read_body(body.into_data_stream(), limit));
    reading.await.map_err(|_| ApiError::TooSlow)?
}

async fn read_body(mut parts: BodyDataStream, limit: usize) -> Result<Bytes, ApiError> {
    let mut whole = Vec::new();
    while let Some(part) = parts.next().await {
        let part = part.map_err(|_| ApiError::MalformedJson("the body broke off".into()))?;
        if whole.len() + part.len() > limit {
            drop(whole);
            hear_out(parts, limit).await;
            return Err(ApiError::TooLarge { bytes: limit });
        }
        whole.extend_from_slice(&part);
    }
    Ok(whole.into())
}

/// Who is cut off while sending hears a broken connection and not the refusal: as much again is read
/// and thrown away.
async fn hear_out(mut parts: BodyDataStream, at_most: usize) {
    let mut heard = 0;
    let hearing = async {
        while let Some(Ok(part)) = parts.next().await {
            heard += part.len();
            if heard > at_most {
                break;
            }
        }
    };
    let _rest_is_not_waited_for = tokio::time::timeout(REST_WITHIN, hearing).await;
}
