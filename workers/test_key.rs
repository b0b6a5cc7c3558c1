//! Tries a provider key and notes what the provider said.

use quorum_domain::{Failure, FailureKind, Trouble, ids::ApiKeyId, key::KeyStatus};
use quorum_push::Signal;
use quorum_queue::{QueueError, Stop};
use quorum_store::ClaimedJob;

use crate::shop::Shop;

pub async fn run(shop: &Shop, claimed: &ClaimedJob, key_id: ApiKeyId, stop: &Stop) -> Result<(), QueueError> {
    let (status, trouble) = try_key(shop, key_id, stop).await?;
    let mut tx = shop.store.begin().await?;
    tx.finish_job(claimed).await?;
    tx.note_key_test(key_id, status, trouble.as_ref()).await?;
    shop.commit(tx).await?;
    shop.bus.signal(Signal::KeyTested(key_id));
    Ok(())
}

async fn try_key(shop: &Shop, key_id: ApiKeyId, stop: &Stop) -> Result<(KeyStatus, Option<Trouble>), QueueError> {
    let mut session = shop.store.read().await?;
    let key = match session.sealed_key(key_id).await {
        Ok(key) => key,
        Err(quorum_store::StoreError::NotFound(_)) => {
            return Ok((
                KeyStatus::Failed,
                Some(Trouble::from(&Failure::from(FailureKind::KeyRevoked))),
            ));
        }
        Err(error) => return Err(error.into()),
    };
    let services = session.services().await?;
    drop(session);
    let fits = |service: &&quorum_domain::Service| {
        service.service_type == key.binding.service_type && service.origin() == key.binding.origin
    };
    let Some(service) = services.iter().find(fits) else {
        return Ok((KeyStatus::Failed, Some("No service uses this key any more.".into())));
    };
    let secret = match shop.vault.open(&key.binding, &key.sealed.into()) {
        Ok(secret) => secret,
        Err(error) => return Ok((KeyStatus::Failed, Some(error.to_string().as_str().into()))),
    };
    match shop.voices.test_key(service, Some(secret), stop.token()).await {
        Ok(()) => Ok((KeyStatus::Accepted, None)),
        // The service is there and knows the key; that it is busy says nothing against it.
        Err(error) if matches!(error.failure.kind, FailureKind::RateLimited) => Ok((KeyStatus::Accepted, None)),
        Err(error) => Ok((KeyStatus::Failed, Some(Trouble::from(&error.failure)))),
    }
}
