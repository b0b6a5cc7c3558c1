//! Who judges: the interface that every policy goes through.

use quorum_domain::{Service, ids::UserId};

use quorum_queue::QueueError;

use crate::{
    keys::{NoKey, key_for_call},
    shop::Shop,
};

/// The judge for a batch: a service that may judge and can be called by this user. One that does
/// not compete comes first, then larger models before very small ones, then the oldest.
pub async fn choose_judge(
    shop: &Shop,
    user: UserId,
    contestants: &[quorum_rank::Contestant],
) -> Result<Option<Service>, QueueError> {
    let services = shop.store.read().await?.services().await?;
    let mut candidates: Vec<Service> = services
        .into_iter()
        .filter(|service| service.active && service.judge)
        .collect();
    candidates.sort_by_key(|service| {
        let competes = contestants.iter().any(|contestant| contestant.service_id == service.id);
        (competes, service.tiny, service.created_at)
    });
    for service in candidates {
        match key_for_call(shop, user, &service).await {
            Ok(_) => return Ok(Some(service)),
            Err(NoKey::Failed(_)) => {}
            Err(NoKey::Store(error)) => return Err(error.into()),
        }
    }
    Ok(None)
}
