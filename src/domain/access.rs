//! What a personal API token may do, and by what a request shows who sends it.

use std::{collections::BTreeSet, fmt, str::FromStr};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    ids::{AccountLinkId, ApiTokenId, SessionId, UserId},
    limits::UnknownName,
    named_enum,
    user::Role,
};

named_enum! {
    /// One thing that a personal API token may do in its user's name.
    pub enum Scope {
        /// Read what is the user's.
        Read => "read",
        /// Ask, keep, change and delete what is the user's.
        Write => "write",
        /// Manage the account: password, sessions, tokens.
        Account => "account",
        /// Use what the user may as an admin; nothing for somebody who is none.
        Admin => "admin",
    }
}

/// The scopes of a token: at least one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(try_from = "BTreeSet<Scope>", into = "BTreeSet<Scope>")]
#[schema(value_type = Vec<Scope>)]
pub struct Scopes(BTreeSet<Scope>);

/// A token without a scope could do nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("choose at least one scope")]
pub struct NoScope;

impl Scopes {
    /// Every scope: what somebody who signed in may do.
    pub fn all() -> Self {
        Self(Scope::ALL.iter().copied().collect())
    }

    /// Whether one scope is among them.
    pub fn allow(&self, scope: Scope) -> bool {
        self.0.contains(&scope)
    }

    /// Whether none goes beyond these others.
    pub fn within(&self, others: &Self) -> bool {
        self.0.is_subset(&others.0)
    }
}

impl TryFrom<BTreeSet<Scope>> for Scopes {
    type Error = NoScope;
    fn try_from(scopes: BTreeSet<Scope>) -> Result<Self, NoScope> {
        if scopes.is_empty() {
            Err(NoScope)
        } else {
            Ok(Self(scopes))
        }
    }
}

impl From<Scopes> for BTreeSet<Scope> {
    fn from(scopes: Scopes) -> Self {
        scopes.0
    }
}

impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.0.iter().map(|scope| scope.as_str()).collect();
        f.write_str(&names.join(" "))
    }
}

impl FromStr for Scopes {
    type Err = UnknownName;
    fn from_str(text: &str) -> Result<Self, UnknownName> {
        let scopes: BTreeSet<Scope> = text.split_whitespace().map(str::parse).collect::<Result<_, _>>()?;
        Self::try_from(scopes).map_err(|NoScope| UnknownName {
            of: "Scopes",
            found: text.chars().take(80).collect(),
        })
    }
}

/// A personal API token as listed: everything but the secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ApiToken {
    /// Its id.
    pub id: ApiTokenId,
    /// What its user calls it.
    pub name: String,
    /// What it may do.
    pub scopes: Scopes,
    /// The last characters, to recognise it by.
    pub last4: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it stops working; never if none.
    pub expires_at: Option<DateTime<Utc>>,
    /// When it was last used, to the minute.
    pub last_used_at: Option<DateTime<Utc>>,
}

/// By what a request showed who sends it; what it can be revoked by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Credential {
    /// A sign-in: of a browser by its cookie, or of an API client by its access token.
    Session(SessionId),
    /// A personal API token.
    ApiToken(ApiTokenId),
}

named_enum! {
    /// Of what a sign-in is.
    pub enum SignInKind {
        /// A browser, by a cookie.
        Browser => "browser",
        /// An API client, by access and refresh tokens.
        Client => "client",
    }
}

named_enum! {
    /// What a link is for that an admin hands out.
    pub enum LinkKind {
        /// To make an account.
        Invite => "invite",
        /// To set a password anew.
        Reset => "reset",
    }
}

named_enum! {
    /// Who may make an account after the first one.
    pub enum RegistrationPolicy {
        /// Anybody who reaches the page.
        Open => "open",
        /// Whoever holds an invitation.
        Invite => "invite",
        /// Nobody; admins make the accounts.
        Off => "off",
    }
}

impl RegistrationPolicy {
    /// Whether invitations are taken.
    pub const fn takes_invites(self) -> bool {
        matches!(self, Self::Open | Self::Invite)
    }
}

/// A link that an admin handed out, as listed: everything but its token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct AccountLink {
    /// Its id.
    pub id: AccountLinkId,
    /// What it is for.
    pub kind: LinkKind,
    /// Whose password it sets.
    pub user_id: Option<UserId>,
    /// The sign-in name it is for; anyone's if none.
    pub email: Option<String>,
    /// What an invited user may do.
    pub role: Role,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it stops working.
    pub expires_at: DateTime<Utc>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_stored_as_words_and_read_back_the_same() {
        let scopes: Scopes = "write read".parse().unwrap();
        assert_eq!(scopes.to_string(), "read write");
        assert!(scopes.allow(Scope::Read) && !scopes.allow(Scope::Admin));
        assert_eq!(scopes.to_string().parse::<Scopes>().unwrap(), scopes);
        assert!(scopes.within(&Scopes::all()) && !Scopes::all().within(&scopes));
        assert!("".parse::<Scopes>().is_err() && "read everything".parse::<Scopes>().is_err());
    }

    #[test]
    fn no_scopes_are_refused_in_json() {
        assert!(serde_json::from_str::<Scopes>("[]").is_err());
        assert_eq!(
            serde_json::from_str::<Scopes>(r#"["read","read"]"#)
                .unwrap()
                .to_string(),
            "read"
        );
    }
}
