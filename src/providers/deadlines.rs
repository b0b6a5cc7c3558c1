//! How long each part of a call may take.

use std::time::Duration;

/// The limits of a call.
#[derive(Debug, Clone, Copy)]
pub struct Deadlines {
    /// Until the connection stands.
    pub connect: Duration,
    /// From the request to the first text or reasoning.
    pub first_token: Duration,
    /// Between two pieces of content; comments and pings do not count.
    pub content_idle: Duration,
    /// The whole call.
    pub total: Duration,
}

impl Default for Deadlines {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            first_token: Duration::from_secs(60),
            content_idle: Duration::from_secs(30),
            total: Duration::from_secs(300),
        }
    }
}
