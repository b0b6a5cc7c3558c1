//! The whole product through its front door: the real binary, real HTTP and WebSockets, and the
//! fleet on loopback in place of the providers.
#![allow(missing_docs, reason = "the names of the tests say it")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on fails"
)]

mod admin;
mod administration;
mod answers;
mod api_clients;
mod asking;
mod audit;
mod bad_input;
mod budgets;
mod choosing;
mod consensus;
mod harness;
mod judging;
mod keys;
mod limits;
mod links;
mod master_key;
mod oidc;
mod others;
mod ranking;
mod recovery;
mod sign_ins;
mod simulated;
mod sockets;
mod taking_away;
mod tls;
mod tokens;
mod upkeep;
