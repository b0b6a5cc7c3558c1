//! Who uses Quorum.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{ids::UserId, named_enum};

named_enum! {
    /// What a user may do.
    pub enum Role {
        /// Asks, keeps and deletes what is theirs.
        User => "user",
        /// Also manages users, services, keys of the instance and settings.
        Admin => "admin",
    }
}

/// A person with an account. The password hash is not part of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = Account)]
pub struct User {
    /// Its id.
    pub id: UserId,
    /// Shown name.
    pub name: String,
    /// Sign-in name, stored in lower case.
    pub email: String,
    /// What the user may do.
    pub role: Role,
    /// A disabled user cannot do anything.
    pub active: bool,
    /// When the account was made.
    pub created_at: DateTime<Utc>,
}
