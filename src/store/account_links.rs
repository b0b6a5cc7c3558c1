//! Links that an admin hands out: to make an account, or to set a password anew. Each works once.

use quorum_domain::{
    Role, Timestamp,
    access::{AccountLink, LinkKind},
    ids::{AccountLinkId, UserId},
};
use uuid::Uuid;

use crate::{Result, Session, StoreError, Tx, rows::parsed};

/// A link to store.
#[derive(Debug, Clone)]
pub struct NewAccountLink<'a> {
    /// What it is for.
    pub kind: LinkKind,
    /// The hash of its token.
    pub token_hash: &'a str,
    /// Whose password it sets.
    pub user_id: Option<UserId>,
    /// The sign-in name that an invitation is for; anyone's if none.
    pub email: Option<&'a str>,
    /// What an invited user may do.
    pub role: Role,
    /// The admin who made it.
    pub created_by: UserId,
    /// When it stops working.
    pub expires_at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct LinkRow {
    id: Uuid,
    kind: String,
    user_id: Option<Uuid>,
    email: Option<String>,
    role: String,
    created_at: Timestamp,
    expires_at: Timestamp,
}

impl TryFrom<LinkRow> for AccountLink {
    type Error = StoreError;
    fn try_from(row: LinkRow) -> Result<Self> {
        Ok(Self {
            id: row.id.into(),
            kind: parsed(&row.kind, "account_links", "kind")?,
            user_id: row.user_id.map(Into::into),
            email: row.email,
            role: parsed(&row.role, "account_links", "role")?,
            created_at: row.created_at,
            expires_at: row.expires_at,
        })
    }
}

macro_rules! select_links {
    ($rest:literal) => {
        concat!(
            "SELECT l.id, l.kind, l.user_id, COALESCE(l.email, u.email) AS email, l.role, l.created_at, l.expires_at
             FROM account_links l LEFT JOIN users u ON u.id = l.user_id
             WHERE l.used_at IS NULL AND l.expires_at > $1 AND (u.id IS NULL OR u.active) ",
            $rest
        )
    };
}

impl Session {
    /// The links that still work, newest first.
    pub async fn account_links(&mut self) -> Result<Vec<AccountLink>> {
        let now = self.now();
        let rows = fetch!(fetch_all, self, LinkRow, select_links!("ORDER BY l.id DESC"), now)?;
        rows.into_iter().map(TryInto::try_into).collect()
    }

    /// The working link with this hash.
    pub async fn account_link(&mut self, kind: LinkKind, token_hash: &str) -> Result<Option<AccountLink>> {
        let now = self.now();
        let row = fetch!(
            fetch_optional,
            self,
            LinkRow,
            select_links!("AND l.kind = $2 AND l.token_hash = $3"),
            now,
            kind.as_str(),
            token_hash
        )?;
        row.map(TryInto::try_into).transpose()
    }
}

impl Tx {
    /// Stores a link. A new one for a password takes the place of the older ones.
    pub async fn create_account_link(&mut self, new: &NewAccountLink<'_>) -> Result<AccountLink> {
        let now = self.now();
        execute!(
            self,
            "DELETE FROM account_links WHERE user_id = $1 AND kind = $2 AND used_at IS NULL",
            new.user_id.map(UserId::uuid),
            new.kind.as_str()
        )?;
        let link = AccountLink {
            id: AccountLinkId::new(),
            kind: new.kind,
            user_id: new.user_id,
            email: new.email.map(str::to_owned),
            role: new.role,
            created_at: now,
            expires_at: new.expires_at,
        };
        execute!(
            self,
            "INSERT INTO account_links (id, kind, token_hash, user_id, email, role, created_by, created_at, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            link.id.uuid(),
            link.kind.as_str(),
            new.token_hash,
            new.user_id.map(UserId::uuid),
            new.email,
            link.role.as_str(),
            new.created_by.uuid(),
            now,
            link.expires_at
        )?;
        Ok(link)
    }

    /// Uses a link up; of two at once one gets it.
    pub async fn use_account_link(&mut self, kind: LinkKind, token_hash: &str) -> Result<Option<AccountLink>> {
        let Some(link) = self.account_link(kind, token_hash).await? else {
            return Ok(None);
        };
        let now = self.now();
        let used = execute!(
            self,
            "UPDATE account_links SET used_at = $2 WHERE id = $1 AND used_at IS NULL",
            link.id.uuid(),
            now
        )?;
        Ok((used == 1).then_some(link))
    }

    /// Withdraws a link that was not used yet.
    pub async fn delete_account_link(&mut self, id: AccountLinkId) -> Result<AccountLink> {
        let now = self.now();
        let row = fetch!(
            fetch_optional,
            self,
            LinkRow,
            select_links!("AND l.id = $2"),
            now,
            id.uuid()
        )?;
        let link: AccountLink = row.ok_or(StoreError::NotFound("link"))?.try_into()?;
        execute!(
            self,
            "DELETE FROM account_links WHERE id = $1 AND used_at IS NULL",
            id.uuid()
        )?;
        Ok(link)
    }
}
