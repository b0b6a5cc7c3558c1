//! THE TOWN CRIER: tells open pages and running workers what happened, at once.
//!
//! Nothing here is the record of anything: events are in the store before they are told, and a
//! listener that misses one finds it there by its number. So a bus may lose messages, but it
//! never holds a speaker up.
//!
//! With Redis, each process hears itself at once and the others through one channel for pages and
//! one for signals. Nothing is asked of Redis while somebody waits: speaking is a queue that a
//! task empties, and after an interruption everybody reads the store again.
//!
//! How often somebody may do something is counted here too ([`Limiter`]), because it is counted over
//! all processes by the same line.
//!
//! May enter: redis (in `wire.rs`, `inspect.rs` and `limiter.rs`), transport of events, deltas and signals. May not enter: what they mean, SQL, HTTP.
//!
//! To add a signal: a variant of [`Signal`], sent by the API and heard in `workers::signals` or
//! the API's sockets.

mod bus;
mod error;
mod inspect;
mod limiter;
mod running;
mod topics;
mod wire;

pub use bus::{Bus, Notice, Signal, SignalSubscription, Subscription, UserNotice, UserSubscription};
pub use error::PushError;
pub use inspect::{RedisReport, inspect};
pub use limiter::{Allowance, Limiter, Rate, TooOften, Who};
pub use running::RunningText;
pub use wire::Hears;
