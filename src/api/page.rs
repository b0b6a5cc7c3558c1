//! The web page, embedded in the binary.

use axum::{
    http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use rust_embed::RustEmbed;

use crate::ApiError;

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../../web/dist"]
#[allow_missing = true]
struct Page;

/// A file of the page; any other path shows the page itself, which has its own routes.
pub async fn serve(method: Method, uri: Uri, headers: HeaderMap) -> Response {
    let path = uri.path().trim_start_matches('/');
    if ["api/", "ws/", "v1/"].iter().any(|room| path.starts_with(room)) {
        return ApiError::NotFound("page").into_response();
    }
    if !matches!(method, Method::GET | Method::HEAD) {
        return ApiError::MethodNotAllowed.into_response();
    }
    match Page::get(path)
        .map(|file| (path, file))
        .or_else(|| Page::get("index.html").map(|file| ("index.html", file)))
    {
        Some((name, file)) => reply(name, &file, &headers),
        None => (
            StatusCode::NOT_FOUND,
            "This build of Quorum has no page; run `make web` and build again.",
        )
            .into_response(),
    }
}

fn reply(name: &str, file: &rust_embed::EmbeddedFile, headers: &HeaderMap) -> Response {
    let tag = format!("\"{}\"", hex::encode(&file.metadata.sha256_hash()[..12]));
    // Names under assets/ contain a hash of their content.
    let cache = if name.starts_with("assets/") {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    if headers
        .get(header::IF_NONE_MATCH)
        .is_some_and(|known| known.as_bytes() == tag.as_bytes())
    {
        return StatusCode::NOT_MODIFIED.into_response();
    }
    let kind = mime_guess::from_path(name).first_or_octet_stream();
    let mut response = file.data.to_vec().into_response();
    let reply = response.headers_mut();
    for (header, value) in [
        (header::CONTENT_TYPE, kind.as_ref()),
        (header::CACHE_CONTROL, cache),
        (header::ETAG, tag.as_str()),
    ] {
        if let Ok(value) = HeaderValue::from_str(value) {
            reply.insert(header, value);
        }
    }
    response
}
