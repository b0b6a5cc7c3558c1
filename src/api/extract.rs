//! Extractors whose every refusal is a problem.

use std::time::Duration;

use axum::{
    extract::{FromRequest, FromRequestParts, Path, Query, Request},
    http::{HeaderMap, header, request::Parts},
};
use serde::{Deserialize as _, de::DeserializeOwned};
use sha2::{Digest, Sha256};

use crate::{
    ApiError, AppState, FaultCode, FieldError,
    body::{BODY_BYTES, BODY_WITHIN, DOCUMENT_BYTES, LARGE_BODY_WITHIN, read_body_within},
};

/// A JSON body, with the hash of its bytes for repeated requests.
pub struct JsonBody<T> {
    /// The body.
    pub value: T,
    /// SHA-256 of method, path and bytes.
    pub hash: String,
}

/// A JSON body with room for images: as much text as any other, and the images of one message at
/// their largest, in Base64.
pub struct JsonWithImages<T>(pub JsonBody<T>);

/// A JSON body with room for a long conversation.
pub struct JsonDocument<T>(pub JsonBody<T>);

impl<T: DeserializeOwned> FromRequest<AppState> for JsonBody<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &AppState) -> Result<Self, ApiError> {
        Self::read(request, BODY_BYTES, BODY_WITHIN).await
    }
}

impl<T: DeserializeOwned> FromRequest<AppState> for JsonWithImages<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, ApiError> {
        let limits = state.limits();
        let images = limits
            .images_per_message
            .saturating_mul(limits.image_kilobytes)
            .saturating_mul(1024);
        // Base64 writes three bytes as four letters.
        let room = BODY_BYTES.saturating_add(images.div_ceil(3).saturating_mul(4));
        JsonBody::read(request, room, LARGE_BODY_WITHIN).await.map(Self)
    }
}

impl<T: DeserializeOwned> FromRequest<AppState> for JsonDocument<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &AppState) -> Result<Self, ApiError> {
        JsonBody::read(request, DOCUMENT_BYTES, LARGE_BODY_WITHIN)
            .await
            .map(Self)
    }
}

impl<T: DeserializeOwned> JsonBody<T> {
    async fn read(request: Request, limit: usize, time: Duration) -> Result<Self, ApiError> {
        let (parts, body) = request.into_parts();
        let content_type = parts
            .headers
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        let encoded = parts
            .headers
            .get(header::CONTENT_ENCODING)
            .is_some_and(|encoding| !encoding.as_bytes().eq_ignore_ascii_case(b"identity"));
        // A small body that unpacks into a large one is not unpacked.
        if encoded || !content_type.to_ascii_lowercase().starts_with("application/json") {
            return Err(ApiError::UnsupportedMediaType);
        }
        let announced = parts.headers.get(header::CONTENT_LENGTH);
        let announced = announced.and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
        if announced.is_some_and(|bytes| bytes > limit) {
            // Nothing of it is read: what is announced as too large needs no memory.
            return Err(ApiError::TooLarge { bytes: limit });
        }
        let bytes = read_body_within(body, limit, time).await?;
        let mut hash = Sha256::new();
        hash.update(parts.method.as_str());
        hash.update(parts.uri.path());
        hash.update(&bytes);
        let value = parse(&bytes)?;
        Ok(Self {
            value,
            hash: hex::encode(hash.finalize()),
        })
    }
}

/// For a field that must be an object: a struct alone would be read from a list of its values as well.
pub fn object<'de, T: DeserializeOwned, D: serde::Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    let fields = serde_json::Map::deserialize(deserializer)?;
    serde_json::from_value(serde_json::Value::Object(fields)).map_err(serde::de::Error::custom)
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ApiError> {
    // Two steps: what is not JSON at all is a 400, JSON of another form a 422 that names the field.
    let json: serde_json::Value = serde_json::from_slice(bytes).map_err(|error| {
        ApiError::MalformedJson(format!(
            "the body is not JSON: line {}, column {}",
            error.line(),
            error.column()
        ))
    })?;
    if !json.is_object() {
        // A list would be taken for the fields in their order.
        return Err(ApiError::field("body", FaultCode::WrongForm, "must be a JSON object"));
    }
    serde_json::from_value(json).map_err(|error| {
        let text = error.to_string();
        let field = text
            .split('`')
            .nth(1)
            .filter(|_| text.contains("field"))
            .unwrap_or("body")
            .to_owned();
        ApiError::field(&field, FaultCode::WrongForm, text)
    })
}

/// An id in the path; one that cannot be one is not found.
pub struct PathId<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for PathId<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let Path(id) = Path::<T>::from_request_parts(parts, state)
            .await
            .map_err(|_| ApiError::NotFound("page"))?;
        Ok(Self(id))
    }
}

/// A query string.
pub struct QueryString<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for QueryString<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let Query(query) = Query::<T>::from_request_parts(parts, state)
            .await
            .map_err(|error| ApiError::field("query", FaultCode::WrongForm, error.body_text()))?;
        Ok(Self(query))
    }
}

/// The Idempotency-Key of a request, if it has one.
pub struct IdempotencyKey(pub Option<String>);

impl<S: Send + Sync> FromRequestParts<S> for IdempotencyKey {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let Some(value) = parts.headers.get("idempotency-key") else {
            return Ok(Self(None));
        };
        checked_key(value.to_str().unwrap_or_default().to_owned()).map(|key| Self(Some(key)))
    }
}

/// An Idempotency-Key within its form.
pub fn checked_key(key: String) -> Result<String, ApiError> {
    if key.is_empty() || key.len() > 200 || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(ApiError::limit(
            "Idempotency-Key",
            FaultCode::WrongForm,
            "must be 1 to 200 visible ASCII characters",
            200,
        ));
    }
    Ok(key)
}

/// A header as text, cut to a length.
pub fn header_text(headers: &HeaderMap, name: &str, chars: usize) -> String {
    headers
        .get(name)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
        .chars()
        .take(chars)
        .collect()
}

/// A text field: trimmed of nothing, not blank, within its limit, and free of NUL.
pub fn check_text(field: &str, text: &str, limit: usize) -> Result<(), ApiError> {
    if text.trim().is_empty() {
        return Err(ApiError::limit(field, FaultCode::Empty, "must not be empty", limit));
    }
    check_length(field, text, limit)
}

/// The same for a field that may be empty.
pub fn check_length(field: &str, text: &str, limit: usize) -> Result<(), ApiError> {
    let length = text.chars().count();
    if length > limit {
        let message = format!("has {length} characters; at most {limit} are allowed");
        return Err(FieldError::new(field, FaultCode::TooLong, message)
            .at_most(limit)
            .having("length", length)
            .into());
    }
    if text.contains('\0') {
        return Err(ApiError::field(
            field,
            FaultCode::BadCharacters,
            "must not contain the character NUL",
        ));
    }
    Ok(())
}

/// The size of a page: 1 to 100.
pub fn check_page_size(limit: Option<i64>, default: i64) -> Result<i64, ApiError> {
    match limit.unwrap_or(default) {
        limit @ 1..=100 => Ok(limit),
        _ => Err(ApiError::range("limit", 1, 100)),
    }
}
