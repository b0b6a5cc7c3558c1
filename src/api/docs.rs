//! Documentation of the API: Swagger UI and ReDoc, both from the generated description, with all
//! assets embedded; the description of the events; and what each kind of error means.

use std::sync::OnceLock;

use axum::{
    Router,
    body::Bytes,
    http::header,
    response::{Html, IntoResponse, Response},
    routing::get,
};
use utoipa_swagger_ui::{Config, SwaggerUi};

use crate::{ApiError, asyncapi::asyncapi, problem_types, router::openapi};

const REDOC_PAGE: &str = "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Quorum API</title>\
    <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"></head>\
    <body><redoc spec-url=\"/openapi.json\"></redoc><script src=\"/api/redoc/redoc.standalone.js\"></script></body></html>";
const REDOC_SCRIPT: &str = include_str!("assets/redoc.standalone.js");

/// `/api/docs`, `/api/redoc`, `/openapi.json`, `/asyncapi.json` and `/problems`.
pub fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new()
        .merge(SwaggerUi::new("/api/docs").config(Config::from("/openapi.json")))
        .route("/openapi.json", get(|| written(|descriptions| &descriptions.requests)))
        .route("/asyncapi.json", get(|| written(|descriptions| &descriptions.events)))
        .route("/problems", get(problem_types::list))
        .route("/problems/{type}", get(problem_types::one))
        .route("/api/redoc", get(|| async { Html(REDOC_PAGE) }))
        .route(
            "/api/redoc/redoc.standalone.js",
            get(|| async { ([(header::CONTENT_TYPE, "text/javascript")], REDOC_SCRIPT).into_response() }),
        )
}

/// The descriptions, as they are sent.
struct Descriptions {
    requests: Bytes,
    events: Bytes,
}

/// Made for the first who reads one of them.
static DESCRIPTIONS: OnceLock<Option<Descriptions>> = OnceLock::new();

fn describe() -> Option<Descriptions> {
    let description = openapi();
    let events = Bytes::from(asyncapi(&description).to_string());
    let requests = description.to_json().ok()?.into();
    Some(Descriptions { requests, events })
}

async fn written(one: fn(&Descriptions) -> &Bytes) -> Response {
    let made = tokio::task::spawn_blocking(|| DESCRIPTIONS.get_or_init(describe).as_ref()).await;
    match made {
        Ok(Some(descriptions)) => {
            ([(header::CONTENT_TYPE, "application/json")], one(descriptions).clone()).into_response()
        }
        _ => ApiError::Internal.into_response(),
    }
}
