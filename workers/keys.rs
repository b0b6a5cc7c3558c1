//! Finding and opening the key for a call.

use quorum_domain::{
    Failure, FailureKind, Service,
    ids::{ApiKeyId, UserId},
};
use quorum_store::{ServiceKey, Session, StoreError};
use secrecy::SecretString;

use crate::shop::Shop;

/// An opened key, and which it is.
pub struct OpenedKey {
    /// The row.
    pub id: ApiKeyId,
    /// The secret.
    pub secret: SecretString,
}

/// Why there is no key for a call.
pub enum NoKey {
    /// A person has to act.
    Failed(Failure),
    /// The store could not be asked.
    Store(StoreError),
}

/// The key with which this user's call to this service is made; none when it takes none and none
/// is stored.
pub async fn key_for_call(shop: &Shop, user: UserId, service: &Service) -> Result<Option<OpenedKey>, NoKey> {
    let mut session = shop.store.read().await.map_err(NoKey::Store)?;
    key_read_in(shop, &mut session, user, service).await
}

/// The same for who reads already.
pub async fn key_read_in(
    shop: &Shop,
    session: &mut Session,
    user: UserId,
    service: &Service,
) -> Result<Option<OpenedKey>, NoKey> {
    let stored = session.key_for(user, service.service_type, &service.origin()).await;
    opened(shop, service, stored.map_err(NoKey::Store)?.as_ref())
}

/// The same for who has read the stored key, if there is one.
pub fn opened(shop: &Shop, service: &Service, stored: Option<&ServiceKey>) -> Result<Option<OpenedKey>, NoKey> {
    let Some(key) = stored else {
        return if service.requires_key {
            Err(NoKey::Failed(FailureKind::KeyMissing.into()))
        } else {
            Ok(None)
        };
    };
    match shop.vault.open(&key.binding, &key.sealed.clone().into()) {
        Ok(secret) => Ok(Some(OpenedKey {
            id: key.binding.id,
            secret,
        })),
        Err(error) => {
            tracing::error!(key_id = %key.binding.id, error = %error, "a stored key does not open");
            Err(NoKey::Failed(Failure::new(
                FailureKind::KeyMissing,
                "The stored key cannot be opened; save it again.",
            )))
        }
    }
}
