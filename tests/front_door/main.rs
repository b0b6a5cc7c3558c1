//! The whole product through its front door: the real binary, real HTTP and WebSockets, and the
//! fleet on loopback in place of the providers.
#![allow(missing_docs, reason = "the names of the tests say it")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on fails"
)]

mod account;
mod admin;
mod administration;
mod answers;
mod api_clients;
mod asking;
mod audit;
mod bad_input;
mod branching;
mod budgets;
mod choosing;
mod client;
mod closing;
mod compatible;
mod compatible_images;
mod compatible_refusals;
mod consensus;
mod console;
mod cut_line;
mod descriptions;
mod event_streams;
mod harness;
mod images;
mod issuer;
mod judging;
mod keys;
mod limits;
mod links;
mod master_key;
mod mcp;
mod named_judges;
mod oidc;
mod other_formats;
mod others;
mod panels;
mod ranking;
mod recovery;
mod runs;
mod sign_ins;
mod simulated;
mod sockets;
mod structured;
mod taking_away;
mod thoughts;
mod tls;
mod tokens;
mod upkeep;
mod webhook_receiver;
mod webhooks;
