//! Erases accounts that their users closed, once their day has come: step by step, each step whole, so
//! that whoever is killed in between leaves nothing half and the next sweep goes on.

use std::time::{Duration, Instant};

use quorum_domain::{
    audit::{Act, AuditAction},
    ids::UserId,
};
use quorum_queue::QueueError;
use quorum_store::Erased;

use crate::shop::Shop;

/// A sweep gives this much time to it: whoever asks and answers meanwhile must not wait for long.
const AT_MOST: Duration = Duration::from_millis(500);

/// Erases as much as there is time for.
pub async fn run(shop: &Shop) -> Result<(), QueueError> {
    // Looked at first: hardly ever is there any, and a change keeps others waiting.
    if !shop.store.read().await?.has_account_to_erase().await? {
        return Ok(());
    }
    let begun = Instant::now();
    while begun.elapsed() < AT_MOST {
        let mut tx = shop.store.begin().await?;
        match tx.erase_closed_account().await? {
            Erased::Nothing => return Ok(()),
            Erased::Part => shop.commit(tx).await?,
            Erased::Account(user) => {
                tx.enter(&entry(user)).await?;
                shop.commit(tx).await?;
                metrics::counter!("quorum_accounts_erased_total").increment(1);
                tracing::info!(user_id = %user, "a closed account was erased");
            }
        }
    }
    Ok(())
}

/// Names nobody: by the id, the entries of the account can be told to be of one that is gone.
fn entry(user: UserId) -> Act {
    Act::by_name("the sweep", AuditAction::AccountErased, user.to_string())
}
