//! What can go wrong with the bus.

/// Errors of opening a bus; speaking and listening have none.
#[derive(Debug, thiserror::Error)]
pub enum PushError {
    /// The URL is not one of Redis.
    #[error("the bus URL must be of the form redis://HOST:PORT")]
    BadUrl,
    /// Redis does not answer.
    #[error("Redis does not answer")]
    Unreachable,
}
