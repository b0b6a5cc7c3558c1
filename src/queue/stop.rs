//! Telling running work to stop, and why.

use std::sync::{Arc, OnceLock};

use tokio_util::sync::CancellationToken;

/// Why work is to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StopReason {
    /// A person stopped or deleted it; what came in so far is kept.
    Cancelled,
    /// The key it uses was revoked.
    KeyRevoked,
    /// Another worker owns it now.
    LeaseLost,
    /// This process is going down; the work goes back to the queue.
    Shutdown,
}

/// A request to stop, handed to running work. Cheap to clone; the first reason given stands.
#[derive(Debug, Clone, Default)]
pub struct Stop {
    token: CancellationToken,
    reason: Arc<OnceLock<StopReason>>,
}

impl Stop {
    /// Asks the work to stop.
    pub fn request(&self, reason: StopReason) {
        // A later reason changes nothing: the work is already stopping for the first one.
        let _already_stopping = self.reason.set(reason);
        self.token.cancel();
    }

    /// Why, once it was asked.
    pub fn reason(&self) -> Option<StopReason> {
        self.reason.get().copied()
    }

    /// The token that provider calls listen to.
    pub const fn token(&self) -> &CancellationToken {
        &self.token
    }
}
