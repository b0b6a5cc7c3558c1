//! What can go wrong with the post.

use quorum_store::StoreError;

/// Errors of the queue.
#[derive(Debug, thiserror::Error)]
pub enum QueueError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The queue's tables could not be brought up to date.
    #[error("the queue's tables could not be migrated")]
    Migration(#[source] sqlx::migrate::MigrateError),
    /// The doorbell could not be pushed; the whole transaction is undone.
    #[error("the doorbell could not be pushed")]
    Doorbell(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl QueueError {
    /// The store's error, where it was one.
    pub fn into_store_error(self) -> Option<StoreError> {
        match self {
            Self::Store(error) => Some(error),
            Self::Migration(_) | Self::Doorbell(_) => None,
        }
    }
}
