//! Gives a conversation its title: made from the first question, never over a user's own.

use quorum_domain::{conversation::title_from_question, ids::ConversationId};
use quorum_queue::QueueError;
use quorum_store::ClaimedJob;

use crate::shop::Shop;

pub async fn run(shop: &Shop, claimed: &ClaimedJob, conversation: ConversationId) -> Result<(), QueueError> {
    let question = shop.store.read().await?.first_question(conversation).await?;
    let mut tx = shop.store.begin().await?;
    tx.finish_job(claimed).await?;
    if let Some(question) = question {
        tx.set_automatic_title(conversation, &title_from_question(&question))
            .await?;
    }
    shop.commit(tx).await
}
