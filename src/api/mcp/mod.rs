//! The council as a tool of other programs' models: a server of the Model Context Protocol over
//! streamable HTTP (<https://modelcontextprotocol.io>), at `/mcp`.
//!
//! Every request stands for itself: no session is kept, so any process answers any of them, and a
//! run that outlasts its request is found again by `get_run`.
//!
//! May enter: rmcp, and what its messages look like. May not enter: rules of asking (`council`).
//!
//! To add a tool: a line in [`tools::all`], and its arm in [`tools::call`].

mod resources;
mod tools;

use std::sync::Arc;

use axum::{
    Router,
    extract::{FromRequestParts, Request, State},
    http::request::Parts,
    middleware::{self, Next},
    response::{IntoResponse, Response},
};
use quorum_domain::Scope;
use rmcp::{
    ErrorData, RoleServer, ServerHandler,
    model::{
        CallToolRequestParams, CallToolResponse, Implementation, ListResourceTemplatesResult, ListResourcesResult,
        ListToolsResult, PaginatedRequestParams, ReadResourceRequestParams, ReadResourceResponse, ServerCapabilities,
        ServerConfig,
    },
    service::RequestContext,
    transport::streamable_http_server::{
        StreamableHttpServerConfig, StreamableHttpService, session::never::NeverSessionManager,
    },
};

use crate::{
    ApiError, AppState,
    access::{SignedIn, authenticate, bears_token},
    body::BODY_BYTES,
    security::is_same_origin,
    visitor::Visitor,
};

const INSTRUCTIONS: &str = "Quorum asks several language models the same question, ranks their answers, and fuses \
    them into one. Use ask_council for questions where a second opinion matters. It may take a minute; the answer is \
    kept, and get_run has it later.";

/// The server, for one request.
#[derive(Clone)]
struct Server {
    state: AppState,
}

/// The route, behind its own authentication.
pub fn routes(state: &AppState) -> Router<AppState> {
    let config = StreamableHttpServerConfig::default()
        .with_legacy_session_mode(false)
        .with_max_request_body_bytes(BODY_BYTES)
        .with_cancellation_token(state.stopping.clone())
        // Hosts and origins are checked by us, for every request and not for this address alone.
        .disable_allowed_hosts();
    let server = Server { state: state.clone() };
    let service = StreamableHttpService::new(
        move || Ok(server.clone()),
        Arc::new(NeverSessionManager::default()),
        config,
    );
    Router::new()
        .route_service("/mcp", service)
        .layer(middleware::from_fn_with_state(state.clone(), with_token_only))
}

/// Lets programs in that show a token, and no page of another site whatever it shows: a browser
/// can be made to ask what stands on its own machine.
async fn with_token_only(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    match admitted(&state, &mut parts).await {
        Ok(signed_in) => {
            parts.extensions.insert(signed_in);
            next.run(Request::from_parts(parts, body)).await
        }
        Err(error) => error.into_response(),
    }
}

async fn admitted(state: &AppState, parts: &mut Parts) -> Result<SignedIn, ApiError> {
    if !is_same_origin(&parts.headers) {
        return Err(ApiError::Csrf);
    }
    if !bears_token(&parts.headers) {
        return Err(ApiError::Unauthenticated);
    }
    let visitor = Visitor::from_request_parts(parts, state).await?;
    let signed_in = authenticate(state, &visitor).await?;
    signed_in.need_to_stay()?;
    state.admit(signed_in.user.id, signed_in.token_id()).await?;
    signed_in.need(Scope::Read)?;
    Ok(signed_in)
}

/// Who sent the request that this belongs to.
fn signed_in(context: &RequestContext<RoleServer>) -> Result<SignedIn, ErrorData> {
    let parts = context.extensions.get::<Parts>();
    parts
        .and_then(|parts| parts.extensions.get::<SignedIn>())
        .cloned()
        .ok_or_else(|| ErrorData::internal_error("the request lost its sender", None))
}

/// A refusal as a protocol error, for what is no tool.
fn protocol_error(error: ApiError) -> ErrorData {
    let not_found = matches!(error, ApiError::NotFound(_));
    let ours = matches!(error, ApiError::Internal | ApiError::Unavailable | ApiError::DiskFull);
    let detail = error.problem().detail;
    if not_found {
        ErrorData::resource_not_found(detail, None)
    } else if ours {
        ErrorData::internal_error(detail, None)
    } else {
        ErrorData::invalid_params(detail, None)
    }
}

impl ServerHandler for Server {
    fn get_info(&self) -> ServerConfig {
        let capabilities = ServerCapabilities::builder().enable_tools().enable_resources().build();
        ServerConfig::new(capabilities)
            .with_server_info(Implementation::new("quorum", self.state.instance.version).with_title("Quorum"))
            .with_instructions(INSTRUCTIONS)
    }

    async fn list_tools(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        Ok(ListToolsResult::with_all_items(tools::all()))
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let signed_in = signed_in(&context)?;
        let done = tools::call(&self.state, &signed_in, &request, &context).await?;
        Ok(done.into())
    }

    async fn list_resources(
        &self,
        request: Option<PaginatedRequestParams>,
        context: RequestContext<RoleServer>,
    ) -> Result<ListResourcesResult, ErrorData> {
        let signed_in = signed_in(&context)?;
        let cursor = request.and_then(|request| request.cursor);
        resources::list(&self.state, &signed_in, cursor.as_deref())
            .await
            .map_err(protocol_error)
    }

    async fn list_resource_templates(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListResourceTemplatesResult, ErrorData> {
        Ok(ListResourceTemplatesResult::with_all_items(resources::templates()))
    }

    async fn read_resource(
        &self,
        request: ReadResourceRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<ReadResourceResponse, ErrorData> {
        let signed_in = signed_in(&context)?;
        let read = resources::read(&self.state, &signed_in, &request.uri).await;
        Ok(read.map_err(protocol_error)?.into())
    }
}
