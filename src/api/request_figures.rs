//! How many requests there are, how they end and how long they take, for those who watch over it.

use std::time::Instant;

use axum::{
    extract::{MatchedPath, Request},
    middleware::Next,
    response::Response,
};

/// Counts a request by its route, never by its address, which names things and may be anything.
/// Sockets and streams count until they are open.
pub async fn count(request: Request, next: Next) -> Response {
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or_else(|| "page".to_owned(), |route| route.as_str().to_owned());
    let begun = Instant::now();
    let response = next.run(request).await;
    let status = match response.status().as_u16() {
        100..400 => "ok",
        400..500 => "refused",
        _ => "failed",
    };
    metrics::histogram!("quorum_request_seconds", "route" => route, "status" => status)
        .record(begun.elapsed().as_secs_f64());
    response
}
