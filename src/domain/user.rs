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
    /// When it goes for good, because its user closed it; none while it stays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub leaving_at: Option<DateTime<Utc>>,
}

impl User {
    /// Whether somebody with this account may still sign in: it is not disabled, and the day on
    /// which it goes, if it goes, has not come.
    pub fn may_sign_in(&self, now: DateTime<Utc>) -> bool {
        self.active && self.leaving_at.is_none_or(|day| day > now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_closed_account_may_be_entered_until_its_day_and_a_disabled_one_never() {
        let now = DateTime::UNIX_EPOCH;
        let later = now + chrono::Duration::days(7);
        let user = User {
            id: UserId::new(),
            name: "Uma".into(),
            email: "uma@example.com".into(),
            role: Role::User,
            active: true,
            created_at: now,
            leaving_at: Some(later),
        };
        assert!(user.may_sign_in(now));
        assert!(!user.may_sign_in(later));
        let disabled = User { active: false, ..user };
        assert!(!disabled.may_sign_in(now));
    }
}
