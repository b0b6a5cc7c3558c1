//! Layers around every route: where a request may come from, and headers that keep the page safe.

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, Version, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use crate::{ApiError, AppState, access::bears_token};

const CSP: &str = "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; \
    font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; frame-ancestors 'none'; base-uri 'none'; \
    form-action 'self'; object-src 'none'";

/// Two years, as browsers' lists ask for at least one.
const STAY_WITH_TLS: &str = "max-age=63072000";

const HEADERS: &[(&str, &str)] = &[
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("x-frame-options", "DENY"),
    ("permissions-policy", "camera=(), microphone=(), geolocation=()"),
];

/// Whether the Origin of a request, if it names one, is this very host.
pub fn is_same_origin(headers: &HeaderMap) -> bool {
    let Some(origin) = headers.get(header::ORIGIN) else {
        return true;
    };
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok())
        .unwrap_or_default();
    origin
        .to_str()
        .ok()
        .and_then(|origin| origin.split_once("://"))
        .is_some_and(|(_, origin)| origin.eq_ignore_ascii_case(host))
}

/// Whether a request names its Origin, and it is this very host; every browser names it when it opens a socket.
pub fn names_same_origin(headers: &HeaderMap) -> bool {
    headers.contains_key(header::ORIGIN) && is_same_origin(headers)
}

/// Refuses what names no host or two: who reads it next could take another for it.
pub async fn one_host_only(request: Request, next: Next) -> Response {
    let hosts = request.headers().get_all(header::HOST).iter().count();
    let named_by_address = request.uri().authority().is_some();
    // HTTP/1.0, which health checks of old speak, knows no hosts.
    let must_name = request.version() != Version::HTTP_10 && !named_by_address;
    if hosts > 1 || (hosts == 0 && must_name) {
        return ApiError::MalformedRequest("the request must name one host").into_response();
    }
    next.run(request).await
}

/// Refuses changes that another site's page sends. A token in a header is sent by whoever holds
/// it, never by a browser of its own accord.
pub async fn same_site_only(request: Request, next: Next) -> Response {
    let safe = matches!(*request.method(), Method::GET | Method::HEAD);
    let site = request
        .headers()
        .get("sec-fetch-site")
        .and_then(|site| site.to_str().ok());
    let foreign = matches!(site, Some("cross-site" | "same-site")) || !is_same_origin(request.headers());
    if !safe && foreign && !bears_token(request.headers()) {
        return ApiError::Csrf.into_response();
    }
    next.run(request).await
}

/// Adds the headers that every reply carries.
pub async fn add_headers(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let is_api = ["/api/", "/v1/", "/mcp"]
        .iter()
        .any(|room| request.uri().path().starts_with(room));
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    // A reply that allows less than a page says so itself.
    if !headers.contains_key(header::CONTENT_SECURITY_POLICY) {
        headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(CSP));
    }
    for (name, value) in HEADERS {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    if state.cookies.secure {
        headers.insert(
            header::STRICT_TRANSPORT_SECURITY,
            HeaderValue::from_static(STAY_WITH_TLS),
        );
    }
    if is_api && !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    response
}
