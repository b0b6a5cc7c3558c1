//! THE TOWN CRIER: tells open pages and running workers what happened, at once.
//!
//! Nothing here is the record of anything: events are in the store before they are told, and a
//! listener that misses one finds it there by its number. So a bus may lose messages, but it
//! never holds a speaker up.
//!
//! May enter: transport of events, deltas and signals. May not enter: what they mean, SQL, HTTP.
//!
//! To add a signal: a variant of [`Signal`], sent by the API and heard in `workers::signals` or
//! the API's sockets.

mod bus;
mod running;
mod topics;

pub use bus::{
    Bus, ConversationChange, Notice, PushError, Signal, SignalSubscription, Subscription, UserNotice, UserSubscription,
};
pub use running::RunningText;
