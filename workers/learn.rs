//! What a user's choice says of the judges: did they put first what was then kept?

use quorum_domain::{batch::BallotStatus, ids::BatchId};
use quorum_queue::QueueError;
use quorum_rank::{Vote, record_of_selection};
use quorum_store::ClaimedJob;

use crate::{field::field_of, shop::Shop};

pub async fn run(shop: &Shop, claimed: &ClaimedJob, batch_id: BatchId) -> Result<(), QueueError> {
    let mut session = shop.store.read().await?;
    let (batch, ..) = session.batch_at_work(batch_id).await?;
    let field = field_of(session.responses_of_batch(batch_id, true).await?);
    // Newest ranking first: an older one judged other answers, or the same ones once already.
    let mut ballots = session.ballots_of_batch(batch_id).await?;
    ballots.retain(|ballot| ballot.consensus_id.is_none());
    drop(session);
    let newest = ballots.first().map(|ballot| ballot.ranking_id);
    let mut tx = shop.store.begin().await?;
    tx.finish_job(claimed).await?;
    for ballot in &ballots {
        let vote = || serde_json::from_value::<Vote>(ballot.vote.clone()?).ok();
        let counts = Some(ballot.ranking_id) == newest && ballot.status == BallotStatus::Voted;
        let record = batch
            .selected_response_id
            .filter(|_| counts)
            .and_then(|kept| Some(record_of_selection(&field, ballot.judge, &vote()?, kept)))
            .unwrap_or_default();
        tx.note_choice(ballot.id, record.right, record.pairs).await?;
    }
    shop.commit(tx).await
}
