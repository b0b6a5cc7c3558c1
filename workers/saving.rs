//! Saving what must not be lost: again and again until the database is back.

use std::time::Duration;

use quorum_queue::QueueError;
use quorum_store::StoreError;

/// Longest wait between two tries.
const LONGEST_WAIT: Duration = Duration::from_secs(2);

/// Whether the same save may succeed later.
pub fn is_transient(error: &QueueError) -> bool {
    match error {
        QueueError::Store(error) => error.is_transient(),
        // A doorbell fails when its connection does: its table is in the same database.
        QueueError::Doorbell(_) => true,
        _ => false,
    }
}

/// Runs a save until it succeeds, or fails for a reason that waiting does not mend. A lost lease
/// is such a reason and is counted: somebody else owns the row now.
pub async fn save_until_done<F, Fut>(what: &'static str, mut save: F) -> Result<(), QueueError>
where
    F: FnMut() -> Fut,
    Fut: Future<Output = Result<(), QueueError>>,
{
    let mut wait = Duration::from_millis(50);
    loop {
        match save().await {
            Ok(()) => return Ok(()),
            Err(error) if is_transient(&error) => {
                tracing::warn!(what, error = %error, "could not be saved yet; trying again");
                tokio::time::sleep(wait).await;
                wait = (wait * 2).min(LONGEST_WAIT);
            }
            Err(error) => {
                if matches!(error, QueueError::Store(StoreError::LeaseLost)) {
                    metrics::counter!("quorum_stale_writes_refused_total").increment(1);
                }
                return Err(error);
            }
        }
    }
}
