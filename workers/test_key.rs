//! Tries a provider key and notes what the provider said.

use quorum_domain::{FailureKind, ids::ApiKeyId, key::KeyStatus};
use quorum_push::Signal;
use quorum_queue::{QueueError, Stop};
use quorum_store::ClaimedJob;

use crate::shop::Shop;

pub async fn run(shop: &Shop, claimed: &ClaimedJob, key_id: ApiKeyId, stop: &Stop) -> Result<(), QueueError> {
    let (status, detail) = try_key(shop, key_id, stop).await?;
    let mut tx = shop.store.begin().await?;
    tx.finish_job(claimed).await?;
    tx.note_key_test(key_id, status, detail.as_deref()).await?;
    shop.commit(tx).await?;
    shop.bus.signal(Signal::KeyTested(key_id));
    Ok(())
}

async fn try_key(shop: &Shop, key_id: ApiKeyId, stop: &Stop) -> Result<(KeyStatus, Option<String>), QueueError> {
    let mut session = shop.store.read().await?;
    let key = match session.sealed_key(key_id).await {
        Ok(key) => key,
        Err(quorum_store::StoreError::NotFound(_)) => {
            return Ok((KeyStatus::Failed, Some("The key was revoked.".into())));
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
        Err(error) => return Ok((KeyStatus::Failed, Some(error.to_string()))),
    };
    match shop.voices.test_key(service, Some(secret), stop.token()).await {
        Ok(()) => Ok((KeyStatus::Accepted, None)),
        // The service is there and knows the key; that it is busy says nothing against it.
        Err(error) if matches!(error.failure.kind, FailureKind::RateLimited) => Ok((KeyStatus::Accepted, None)),
        Err(error) => {
            let words = error.failure.kind.plain_words();
            let detail = if error.failure.detail.is_empty() {
                words.to_owned()
            } else {
                format!("{words} It said: {}", error.failure.detail)
            };
            Ok((KeyStatus::Failed, Some(detail)))
        }
    }
}
