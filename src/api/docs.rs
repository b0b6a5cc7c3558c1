//! Documentation of the API: Swagger UI and ReDoc, both from the generated description, with all
//! assets embedded.

use axum::{
    Router,
    http::header,
    response::{Html, IntoResponse},
    routing::get,
};
use utoipa_swagger_ui::SwaggerUi;

const REDOC_PAGE: &str = "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Quorum API</title>\
    <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"></head>\
    <body><redoc spec-url=\"/openapi.json\"></redoc><script src=\"/api/redoc/redoc.standalone.js\"></script></body></html>";
const REDOC_SCRIPT: &str = include_str!("assets/redoc.standalone.js");

/// `/api/docs`, `/api/redoc` and `/openapi.json`.
pub fn routes<S: Clone + Send + Sync + 'static>(description: utoipa::openapi::OpenApi) -> Router<S> {
    Router::new()
        .merge(SwaggerUi::new("/api/docs").url("/openapi.json", description))
        .route("/api/redoc", get(|| async { Html(REDOC_PAGE) }))
        .route(
            "/api/redoc/redoc.standalone.js",
            get(|| async { ([(header::CONTENT_TYPE, "text/javascript")], REDOC_SCRIPT).into_response() }),
        )
}
