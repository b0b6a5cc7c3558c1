//! The council as programs see it: one question in, one answer out. A run is a message of a
//! conversation like any other; here is what differs: which services a model's name means, which
//! conversation the history of a request belongs to, and which answer is the run's.
//!
//! May enter: what every wire format shares. May not enter: wire formats (`compatible`, `mcp`).
//!
//! To add a kind of answer: a variant of `domain::RunAnswer`, its name in [`model`], and what it
//! waits for in [`follow`].

pub mod begin;
pub mod follow;
pub mod given_image;
pub mod history;
#[cfg(test)]
mod history_tests;
pub mod metadata;
pub mod model;
pub mod outcome;
mod told;

pub use begin::begin;
pub use follow::{Follower, Progress, Step};
pub use history::Words;
pub use model::Council;
pub use outcome::Outcome;
