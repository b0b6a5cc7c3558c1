//! Provider keys: what is known of one without opening it.

use serde::{Deserialize, Serialize};

use crate::{
    clock::Timestamp,
    failure::Trouble,
    ids::{ApiKeyId, UserId},
    named_enum,
    service::ServiceType,
};

named_enum! {
    /// What the last test of a key said.
    pub enum KeyStatus {
        /// Not tested since it was saved.
        Untested => "untested",
        /// A test is under way.
        Testing => "testing",
        /// The provider accepted it.
        Accepted => "ok",
        /// The provider refused it.
        Failed => "failed",
    }
}

/// What a sealed key is bound to. The same values seal and open it, so a row that was moved
/// to another owner, service type or origin does not open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyBinding {
    /// The row.
    pub id: ApiKeyId,
    /// The owner; `None` is the instance.
    pub owner: Option<UserId>,
    /// The wire format it is used for.
    pub service_type: ServiceType,
    /// The only origin it may be sent to.
    pub origin: String,
}

/// A provider key as listed: everything but the secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiKey {
    /// What it is bound to.
    pub binding: KeyBinding,
    /// The last four characters, to recognise it by.
    pub last4: String,
    /// What the last test said.
    pub status: KeyStatus,
    /// What was wrong at the last failed test.
    pub trouble: Option<Trouble>,
    /// When it was saved.
    pub created_at: Timestamp,
    /// When it was last sent to the provider.
    pub last_used_at: Option<Timestamp>,
    /// When it was last tested.
    pub tested_at: Option<Timestamp>,
}
