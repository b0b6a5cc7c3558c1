//! THE FRONT DOOR: HTTP and WebSocket. Handlers are thin: they check, open a transaction, call the
//! store, commit, and tell the bus. Whatever touches a provider is a job for the workers.
//!
//! May enter: routes, extractors, the shape of requests and errors, the embedded page. May not
//! enter: SQL, providers, rules of the domain.
//!
//! To add a route: a handler with its `#[utoipa::path]` in `routes/`, a line in [`router::api`],
//! and a front-door test in the root's `tests/`. What a handler needs stands in its signature:
//! `SignedIn`, `Reader`, `AccountHolder` or `Admin` (see `access.rs`); one without them is
//! public and says so in its description by `security(())`.
//!
//! Programs that speak other wire formats come in by [`compatible`] and `mcp`, which translate;
//! what they ask for is a run of [`council`].

mod access;
mod asyncapi;
mod body;
mod client_address;
mod compatible;
mod council;
mod description;
mod docs;
mod early;
mod event_stream;
mod examples;
mod extract;
mod field_error;
mod finding;
mod images;
mod line;
mod mcp;
mod mount;
mod oidc;
mod outgoing;
mod page;
mod problem;
mod problem_types;
mod rates;
mod reading_text;
mod request_figures;
mod router;
mod routes;
mod security;
mod session;
mod socket;
mod state;
mod taking_out;
mod throttle;
mod visitor;

pub use asyncapi::asyncapi;
pub use client_address::{BadProxy, TrustedProxies};
pub use field_error::{AddressProblem, FaultCode, FieldError, RefusedAddress};
pub use finding::{Finding, FindingCode, FindingLevel};
pub use oidc::{Oidc, OidcSettings, Outbound};
pub use problem::{ApiError, Problem};
pub use rates::Rates;
pub use router::{openapi, router};
pub use routes::health::{Watch, watch_router};
pub use state::{AppState, CookieSettings, Examine, FixedSetting, Instance, Limits, SignInSettings, Started};
