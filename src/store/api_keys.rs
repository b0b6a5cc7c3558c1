//! Sealed provider keys. This crate never sees an open one.

use quorum_domain::{
    FailureKind, Service, ServiceType, Timestamp, Trouble,
    ids::{ApiKeyId, UserId},
    key::{ApiKey, KeyBinding, KeyStatus},
};
use uuid::Uuid;

use crate::{
    Result, Session, StoreError, Tx,
    answer::Answer,
    rows::{parsed, trouble},
};

/// Whoever seals keys takes turns at this with whoever changes the master key.
pub const MASTER_KEY_TURN: &str = "master key";

/// A key to store: what is known of it, and its sealed form.
#[derive(Debug, Clone)]
pub struct SealedApiKey {
    /// What it is bound to.
    pub binding: KeyBinding,
    /// The vault's envelope.
    pub sealed: String,
    /// The last characters, to recognise it by.
    pub last4: String,
}

/// The key in force for one user and service.
#[derive(Debug, Clone)]
pub struct ServiceKey {
    /// What it is bound to.
    pub binding: KeyBinding,
    /// The vault's envelope.
    pub sealed: String,
}

/// The keys in force that one user's calls may use: their own and the instance's.
#[derive(Debug, Clone)]
pub struct UsableKeys(Vec<ServiceKey>);

impl UsableKeys {
    pub(crate) fn of(rows: Vec<SealedRow>) -> Result<Self> {
        let keys = rows.into_iter().map(ServiceKey::try_from);
        Ok(Self(keys.collect::<Result<_>>()?))
    }

    /// The key that calls of this kind to this address use: the user's own before the instance's.
    pub fn for_calls_to(&self, service_type: ServiceType, origin: &str) -> Option<&ServiceKey> {
        self.0
            .iter()
            .filter(|key| key.binding.service_type == service_type && key.binding.origin == origin)
            .max_by_key(|key| key.binding.owner.is_some())
    }

    /// The key that calls to a service use.
    pub fn for_service(&self, service: &Service) -> Option<&ServiceKey> {
        self.for_calls_to(service.service_type, &service.origin())
    }

    /// Whether a service can be called with what is here.
    pub fn allow(&self, service: &Service) -> bool {
        !service.requires_key || self.for_service(service).is_some()
    }
}

#[derive(sqlx::FromRow)]
struct ApiKeyRow {
    id: Uuid,
    owner_id: Option<Uuid>,
    service_type: String,
    origin: String,
    last4: String,
    status: String,
    status_detail: Option<String>,
    status_kind: Option<String>,
    status_said: Option<String>,
    created_at: Timestamp,
    last_used_at: Option<Timestamp>,
    tested_at: Option<Timestamp>,
}

impl TryFrom<ApiKeyRow> for ApiKey {
    type Error = StoreError;
    fn try_from(row: ApiKeyRow) -> Result<Self> {
        Ok(Self {
            binding: KeyBinding {
                id: row.id.into(),
                owner: row.owner_id.map(UserId),
                service_type: parsed(&row.service_type, "api_keys", "service_type")?,
                origin: row.origin,
            },
            last4: row.last4,
            status: parsed(&row.status, "api_keys", "status")?,
            trouble: trouble(
                row.status_detail,
                row.status_kind.as_deref(),
                row.status_said,
                "api_keys",
            )?,
            created_at: row.created_at,
            last_used_at: row.last_used_at,
            tested_at: row.tested_at,
        })
    }
}

#[derive(sqlx::FromRow)]
pub(crate) struct SealedRow {
    id: Uuid,
    owner_id: Option<Uuid>,
    service_type: String,
    origin: String,
    sealed: String,
}

impl TryFrom<SealedRow> for ServiceKey {
    type Error = StoreError;
    fn try_from(row: SealedRow) -> Result<Self> {
        Ok(Self {
            binding: KeyBinding {
                id: row.id.into(),
                owner: row.owner_id.map(UserId),
                service_type: parsed(&row.service_type, "api_keys", "service_type")?,
                origin: row.origin,
            },
            sealed: row.sealed,
        })
    }
}

macro_rules! select_keys {
    ($rest:literal) => {
        concat!(
            "SELECT id, owner_id, service_type, origin, last4, status, status_detail, status_kind, status_said, created_at,
                    last_used_at, tested_at
             FROM api_keys WHERE revoked_at IS NULL ",
            $rest
        )
    };
}

impl Session {
    /// Keys in force that a user may use: their own and the instance's.
    pub async fn api_keys_for(&mut self, user: UserId) -> Result<Vec<ApiKey>> {
        let rows = fetch!(
            fetch_all,
            self,
            ApiKeyRow,
            select_keys!("AND (owner_id = $1 OR owner_id IS NULL) ORDER BY created_at"),
            user.uuid()
        )?;
        rows.into_iter().map(ApiKey::try_from).collect()
    }

    /// Every key in force, of the instance and of all users.
    pub async fn all_api_keys(&mut self) -> Result<Vec<ApiKey>> {
        let rows = fetch!(fetch_all, self, ApiKeyRow, select_keys!("ORDER BY created_at, id"))?;
        rows.into_iter().map(ApiKey::try_from).collect()
    }

    /// A key in force.
    pub async fn api_key(&mut self, id: ApiKeyId) -> Result<ApiKey> {
        let row = fetch!(fetch_optional, self, ApiKeyRow, select_keys!("AND id = $1"), id.uuid())?;
        row.ok_or(StoreError::NotFound("key"))?.try_into()
    }

    /// The sealed form of a key in force.
    pub async fn sealed_key(&mut self, id: ApiKeyId) -> Result<ServiceKey> {
        let row = fetch!(
            fetch_optional,
            self,
            SealedRow,
            "SELECT id, owner_id, service_type, origin, sealed FROM api_keys
             WHERE id = $1 AND revoked_at IS NULL",
            id.uuid()
        )?;
        row.ok_or(StoreError::NotFound("key"))?.try_into()
    }

    /// Keys in force that a user's calls may use: their own and the instance's.
    pub(crate) async fn ask_for_keys_of(&mut self, user: UserId) -> Result<Answer<SealedRow>> {
        ask!(
            self,
            SealedRow,
            "SELECT id, owner_id, service_type, origin, sealed FROM api_keys
             WHERE revoked_at IS NULL AND (owner_id = $1 OR owner_id IS NULL)",
            user.uuid()
        )
    }

    /// All keys that a user's calls may use.
    pub async fn usable_keys(&mut self, user: UserId) -> Result<UsableKeys> {
        let keys = self.ask_for_keys_of(user).await?.all(self).await?;
        UsableKeys::of(keys)
    }

    /// The key that a user's call to a service uses.
    pub async fn key_for(
        &mut self,
        user: UserId,
        service_type: ServiceType,
        origin: &str,
    ) -> Result<Option<ServiceKey>> {
        let keys = self.usable_keys(user).await?;
        Ok(keys.for_calls_to(service_type, origin).cloned())
    }
}

impl Tx {
    /// Keys in force that are sealed under another master key than this one.
    pub async fn keys_not_under(&mut self, master_id: &str, limit: i64) -> Result<Vec<ServiceKey>> {
        let rows = fetch!(
            fetch_all,
            self,
            SealedRow,
            "SELECT id, owner_id, service_type, origin, sealed FROM api_keys
             WHERE revoked_at IS NULL AND sealed NOT LIKE $1 ORDER BY id LIMIT $2",
            format!("v1:{master_id}:%"),
            limit
        )?;
        rows.into_iter().map(ServiceKey::try_from).collect()
    }

    /// Puts the same key, sealed anew, in the place of its sealed form; a key that was revoked or
    /// replaced meanwhile stays so.
    pub async fn replace_sealed(&mut self, id: ApiKeyId, before: &str, anew: &str) -> Result<()> {
        execute!(
            self,
            "UPDATE api_keys SET sealed = $3 WHERE id = $1 AND sealed = $2 AND revoked_at IS NULL",
            id.uuid(),
            before,
            anew
        )?;
        Ok(())
    }

    /// Stores a key and revokes the one it replaces; gives the id of the replaced one.
    pub async fn save_api_key(&mut self, key: &SealedApiKey) -> Result<Option<ApiKeyId>> {
        let now = self.now();
        let binding = &key.binding;
        let replaced = fetch!(
            fetch_optional,
            self,
            (Uuid,),
            "UPDATE api_keys SET revoked_at = $1
             WHERE revoked_at IS NULL AND service_type = $2 AND origin = $3
               AND ((owner_id IS NULL AND $5) OR owner_id = $4)
             RETURNING id",
            now,
            binding.service_type.as_str(),
            &binding.origin,
            binding.owner.map(UserId::uuid),
            binding.owner.is_none()
        )?;
        execute!(
            self,
            "INSERT INTO api_keys (id, owner_id, service_type, origin, sealed, last4, status, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            binding.id.uuid(),
            binding.owner.map(UserId::uuid),
            binding.service_type.as_str(),
            &binding.origin,
            &key.sealed,
            &key.last4,
            KeyStatus::Untested.as_str(),
            now
        )?;
        Ok(replaced.map(|(id,)| id.into()))
    }

    /// Revokes a key: no call that begins later uses it. The sealed form is erased.
    pub async fn revoke_api_key(&mut self, id: ApiKeyId) -> Result<()> {
        let now = self.now();
        let revoked = execute!(
            self,
            "UPDATE api_keys SET revoked_at = $2, sealed = '' WHERE id = $1 AND revoked_at IS NULL",
            id.uuid(),
            now
        )?;
        if revoked == 0 {
            Err(StoreError::NotFound("key"))
        } else {
            Ok(())
        }
    }

    /// Notes what a test of a key said.
    pub async fn note_key_test(&mut self, id: ApiKeyId, status: KeyStatus, trouble: Option<&Trouble>) -> Result<()> {
        let now = self.now();
        let tested_at = (status != KeyStatus::Testing).then_some(now);
        execute!(
            self,
            "UPDATE api_keys SET status = $2, status_detail = $3, tested_at = COALESCE($4, tested_at),
                 status_kind = $5, status_said = $6
             WHERE id = $1 AND revoked_at IS NULL",
            id.uuid(),
            status.as_str(),
            trouble.map(|trouble| trouble.words.as_str()),
            tested_at,
            trouble.and_then(|trouble| trouble.kind).map(FailureKind::as_str),
            trouble.and_then(|trouble| trouble.said.as_deref())
        )?;
        Ok(())
    }

    /// Notes that a key was sent to its provider.
    pub async fn note_key_use(&mut self, id: ApiKeyId) -> Result<()> {
        let now = self.now();
        execute_later!(
            self,
            "UPDATE api_keys SET last_used_at = $2 WHERE id = $1",
            id.uuid(),
            now
        )
    }
}
