//! Documentation of the API: Swagger UI and ReDoc, both from the generated description, with all
//! assets embedded; the description of the events; and what each kind of error means.

use axum::{
    Router,
    body::Bytes,
    http::header,
    response::{Html, IntoResponse},
    routing::get,
};
use utoipa_swagger_ui::SwaggerUi;

use crate::{asyncapi::asyncapi, problem_types};

const REDOC_PAGE: &str = "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Quorum API</title>\
    <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"></head>\
    <body><redoc spec-url=\"/openapi.json\"></redoc><script src=\"/api/redoc/redoc.standalone.js\"></script></body></html>";
const REDOC_SCRIPT: &str = include_str!("assets/redoc.standalone.js");

/// `/api/docs`, `/api/redoc`, `/openapi.json`, `/asyncapi.json` and `/problems`.
pub fn routes<S: Clone + Send + Sync + 'static>(description: utoipa::openapi::OpenApi) -> Router<S> {
    let events = Bytes::from(asyncapi(&description).to_string());
    Router::new()
        .merge(SwaggerUi::new("/api/docs").url("/openapi.json", description))
        .route(
            "/asyncapi.json",
            get(move || std::future::ready(([(header::CONTENT_TYPE, "application/json")], events.clone()))),
        )
        .route("/problems", get(problem_types::list))
        .route("/problems/{type}", get(problem_types::one))
        .route("/api/redoc", get(|| async { Html(REDOC_PAGE) }))
        .route(
            "/api/redoc/redoc.standalone.js",
            get(|| async { ([(header::CONTENT_TYPE, "text/javascript")], REDOC_SCRIPT).into_response() }),
        )
}
