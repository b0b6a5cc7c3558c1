//! The council in the wire formats of others, so that their clients work unchanged: OpenAI's Chat
//! Completions and Responses, Anthropic's Messages. Each file reads one format into
//! [`Words`](crate::council::Words) and tells an [`Outcome`](crate::council::Outcome) in it; the
//! engine is `council`. What is honoured, ignored and refused stands in `docs/compatible-api.md`.
//!
//! May enter: names and shapes of others' formats. May not enter: rules of asking.
//!
//! To add a format: a file with a [`Telling`](stream::Telling), its errors in [`errors`], a route
//! in [`routes`].

mod chat;
mod content;
pub mod errors;
mod messages;
mod models;
mod parameters;
mod response_reply;
mod responses;
mod stream;

use axum::{
    extract::Request,
    http::{HeaderValue, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use utoipa_axum::routes;

use crate::{ApiError, mount::Mount};

/// Every operation under `/v1`.
pub fn routes<M: Mount>() -> M {
    M::empty()
        .routes(routes!(models::list))
        .routes(routes!(models::get))
        .routes(routes!(chat::create))
        .routes(routes!(responses::create))
        .routes(routes!(responses::get))
        .routes(routes!(messages::create))
        .routes(routes!(messages::count_tokens))
}

/// Anthropic's clients send a token in a header of their own; it is one like any other.
pub async fn take_api_key_header(mut request: Request, next: Next) -> Response {
    if !request.headers().contains_key(header::AUTHORIZATION)
        && let Some(key) = request.headers_mut().remove("x-api-key")
    {
        let Ok(mut value) = HeaderValue::from_bytes(&[b"Bearer ", key.as_bytes()].concat()) else {
            return ApiError::Unauthenticated.into_response();
        };
        value.set_sensitive(true);
        request.headers_mut().insert(header::AUTHORIZATION, value);
    }
    next.run(request).await
}
