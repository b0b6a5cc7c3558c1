//! The whole URL map.

use std::time::Duration;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::{Request, StatusCode},
    middleware,
    response::IntoResponse,
    routing::get,
};
use tower_http::{
    catch_panic::CatchPanicLayer, compression::CompressionLayer, timeout::TimeoutLayer, trace::TraceLayer,
};
use utoipa::{Modify, OpenApi};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    ApiError, AppState,
    body::BODY_BYTES,
    client_address, compatible,
    description::Everywhere,
    docs, event_stream, mcp,
    mount::Mount,
    page, rates, request_figures,
    routes::{
        account, account_export, account_links, admin_instance, admin_keys, admin_queue, admin_services, admin_users,
        api_keys, api_tokens, attachments, audit, auth, batches, branches, budgets, client_tokens, consensus_estimate,
        consensuses, context, conversations, estimate, health, instance, judges, leaderboard, messages, oidc, panels,
        passwords, prompts, responses, search, services, sessions, shares, transcripts, usage, webhook_deliveries,
        webhooks, ws_tickets,
    },
    security, socket, taking_out,
};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Quorum",
        description = "Ask several models at once, keep every answer, see them ranked. Authenticate with `Authorization: Bearer` and a personal API token or an access token, or with a session cookie; with a cookie every change carries the X-CSRF-Token that the sign-in gave. Under `/v1` the council speaks the wire formats of OpenAI and Anthropic, so that their clients work unchanged; `/mcp` is a server of the Model Context Protocol."
    ),
    components(schemas(
        quorum_domain::StoredEvent,
        quorum_domain::Delta,
        quorum_domain::StreamFrame,
        quorum_domain::webhook::WebhookPayload,
        quorum_domain::usage::UsageGroup,
        quorum_domain::audit::AuditAction,
        quorum_domain::ids::JobId,
        crate::Problem
    ))
)]
struct Description;

/// Every operation under `/api/v1`.
fn api<M: Mount>() -> M {
    M::empty()
        .routes(routes!(instance::get_instance))
        .routes(routes!(auth::register))
        .routes(routes!(auth::login))
        .routes(routes!(auth::logout))
        .routes(routes!(auth::me))
        .routes(routes!(client_tokens::create))
        .routes(routes!(client_tokens::refresh))
        .routes(routes!(oidc::start))
        .routes(routes!(oidc::callback))
        .routes(routes!(account::get, account::change))
        .routes(routes!(account::close, account::keep))
        .routes(routes!(passwords::change))
        .routes(routes!(passwords::reset))
        .routes(routes!(account_links::read))
        .routes(routes!(sessions::list, sessions::end_others))
        .routes(routes!(sessions::end))
        .routes(routes!(ws_tickets::create))
        .routes(routes!(api_tokens::list, api_tokens::create))
        .routes(routes!(api_tokens::revoke))
        .routes(routes!(services::list))
        .routes(routes!(services::create))
        .routes(routes!(services::change, services::delete))
        .routes(routes!(services::presets))
        .routes(routes!(api_keys::list, api_keys::create))
        .routes(routes!(api_keys::revoke))
        .routes(routes!(api_keys::test))
        .routes(routes!(conversations::list, conversations::create))
        .routes(routes!(
            conversations::get,
            conversations::change,
            conversations::delete
        ))
        .routes(routes!(conversations::restore))
        .routes(routes!(conversations::events))
        .routes(routes!(context::get))
        .routes(routes!(search::search))
        .routes(routes!(messages::list, messages::send))
        .routes(routes!(attachments::upload))
        .routes(routes!(attachments::get, attachments::delete))
        .routes(routes!(messages::responses))
        .routes(routes!(messages::change))
        .routes(routes!(messages::prune))
        .routes(routes!(messages::restore))
        .routes(routes!(messages::add_response))
        .routes(routes!(responses::get))
        .routes(routes!(responses::select))
        .routes(routes!(responses::deselect))
        .routes(routes!(responses::delete))
        .routes(routes!(responses::restore))
        .routes(routes!(responses::retry))
        .routes(routes!(responses::cancel))
        .routes(routes!(batches::get))
        .routes(routes!(batches::cancel))
        .routes(routes!(batches::retry_failed))
        .routes(routes!(batches::rank))
        .routes(routes!(consensuses::make))
        .routes(routes!(consensus_estimate::estimate))
        .routes(routes!(batches::ballots))
        .routes(routes!(branches::create))
        .routes(routes!(transcripts::export))
        .routes(routes!(transcripts::import))
        .routes(routes!(prompts::list, prompts::create))
        .routes(routes!(prompts::change, prompts::delete))
        .routes(routes!(shares::list, shares::create))
        .routes(routes!(shares::revoke))
        .routes(routes!(shares::shared))
        .routes(routes!(webhooks::list, webhooks::create))
        .routes(routes!(webhooks::get, webhooks::change, webhooks::delete))
        .routes(routes!(webhooks::restore))
        .routes(routes!(webhooks::rotate_secret))
        .routes(routes!(webhooks::test))
        .routes(routes!(webhook_deliveries::list))
        .routes(routes!(webhook_deliveries::redrive))
        .routes(routes!(panels::list, panels::create))
        .routes(routes!(panels::change, panels::delete))
        .routes(routes!(usage::get))
        .routes(routes!(estimate::estimate))
        .routes(routes!(usage::export))
        .routes(routes!(usage::get_all))
        .routes(routes!(usage::export_all))
        .routes(routes!(budgets::list_own))
        .routes(routes!(budgets::list, budgets::create))
        .routes(routes!(budgets::change, budgets::delete))
        .routes(routes!(leaderboard::get))
        .routes(routes!(judges::list))
        .routes(routes!(judges::examine))
        .routes(routes!(admin_users::list, admin_users::create))
        .routes(routes!(admin_users::change))
        .routes(routes!(account_links::reset))
        .routes(routes!(account_links::invite))
        .routes(routes!(account_links::list))
        .routes(routes!(account_links::withdraw))
        .routes(routes!(audit::list))
        .routes(routes!(admin_services::health))
        .routes(routes!(admin_services::test))
        .routes(routes!(admin_services::models))
        .routes(routes!(admin_keys::list, admin_keys::create))
        .routes(routes!(admin_keys::revoke))
        .routes(routes!(admin_keys::test))
        .routes(routes!(admin_instance::settings, admin_instance::change_settings))
        .routes(routes!(admin_instance::examine))
        .routes(routes!(admin_queue::figures))
        .routes(routes!(admin_queue::items))
        .routes(routes!(admin_queue::retry_job))
        .routes(routes!(admin_queue::discard_job))
        .routes(routes!(admin_queue::retry_answer))
        .routes(routes!(admin_queue::discard_answer))
}

/// What is listened to, or taken out, for as long as one likes.
fn streams<M: Mount>() -> M {
    M::empty()
        .routes(routes!(event_stream::conversation))
        .routes(routes!(event_stream::list))
        .routes(routes!(account_export::export))
}

/// The description of the API, generated from the handlers.
pub fn openapi() -> utoipa::openapi::OpenApi {
    let described = OpenApiRouter::<AppState>::with_openapi(Description::openapi())
        .nest("/api/v1", api::<OpenApiRouter<_>>())
        .nest("/api/v1", streams::<OpenApiRouter<_>>())
        .nest("/v1", compatible::routes::<OpenApiRouter<_>>());
    let mut description = described.into_openapi();
    name_the_rest(&mut description);
    Everywhere.modify(&mut description);
    description
}

/// A parameter that takes the rest of a path has a mark in the router that descriptions do not know.
fn name_the_rest(description: &mut utoipa::openapi::OpenApi) {
    let paths = std::mem::take(&mut description.paths.paths);
    description.paths.paths = paths
        .into_iter()
        .map(|(path, item)| (path.replace("{*", "{"), item))
        .collect();
}

/// The front door.
pub fn router(state: AppState) -> Router {
    taking_out::begin_counting();
    // Answered when there is an answer, or for as long as somebody listens: no time is up for them.
    let lasting = Router::new()
        .nest("/v1", compatible::routes::<Router<_>>())
        .layer(middleware::from_fn(compatible::take_api_key_header))
        .nest("/api/v1", streams::<Router<_>>());
    Router::new()
        .nest("/api/v1", api::<Router<_>>())
        .route("/health/live", get(health::live))
        .route("/health/ready", get(health::ready))
        .route("/metrics", get(health::metrics))
        .merge(docs::routes())
        .layer(TimeoutLayer::with_status_code(
            StatusCode::SERVICE_UNAVAILABLE,
            Duration::from_secs(60),
        ))
        .layer(CompressionLayer::new())
        .merge(lasting)
        .merge(mcp::routes(&state))
        .route("/ws/conversation/{id}", get(socket::conversation))
        .route("/ws/user", get(socket::user))
        .fallback(page::serve)
        .method_not_allowed_fallback(|| async { ApiError::MethodNotAllowed })
        .layer(DefaultBodyLimit::max(BODY_BYTES))
        .layer(middleware::from_fn_with_state(state.clone(), rates::by_address))
        .layer(middleware::from_fn_with_state(state.clone(), client_address::note))
        .layer(middleware::from_fn(request_figures::count))
        .layer(middleware::from_fn(security::same_site_only))
        .layer(middleware::from_fn(security::one_host_only))
        .layer(middleware::from_fn(compatible::errors::in_their_shape))
        .layer(middleware::from_fn_with_state(state.clone(), security::add_headers))
        .layer(CatchPanicLayer::custom(|_| ApiError::Internal.into_response()))
        .layer(TraceLayer::new_for_http().make_span_with(|request: &Request<_>| {
            // The path only: a query may hold what somebody searched for.
            tracing::info_span!("request", method = %request.method(), path = request.uri().path())
        }))
        .with_state(state)
}
