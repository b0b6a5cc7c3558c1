//! Personal API tokens. This crate sees their hashes only.

use quorum_domain::{
    ApiToken, Scopes, Timestamp, User,
    ids::{ApiTokenId, UserId},
};
use uuid::Uuid;

use crate::{Result, Session, StoreError, Tx, accounts::UserRow, rows::parsed};

/// A token to store.
#[derive(Debug, Clone)]
pub struct NewApiToken {
    /// What its user calls it.
    pub name: String,
    /// What it may do.
    pub scopes: Scopes,
    /// The hash of its text.
    pub token_hash: String,
    /// The end of its text.
    pub last4: String,
    /// When it stops working.
    pub expires_at: Option<Timestamp>,
}

#[derive(sqlx::FromRow)]
struct ApiTokenRow {
    token_id: Uuid,
    token_name: String,
    scopes: String,
    last4: String,
    made_at: Timestamp,
    expires_at: Option<Timestamp>,
    last_used_at: Option<Timestamp>,
}

impl TryFrom<ApiTokenRow> for ApiToken {
    type Error = StoreError;
    fn try_from(row: ApiTokenRow) -> Result<Self> {
        Ok(Self {
            id: row.token_id.into(),
            name: row.token_name,
            scopes: parsed(&row.scopes, "api_tokens", "scopes")?,
            last4: row.last4,
            created_at: row.made_at,
            expires_at: row.expires_at,
            last_used_at: row.last_used_at,
        })
    }
}

#[derive(sqlx::FromRow)]
struct HeldRow {
    #[sqlx(flatten)]
    token: ApiTokenRow,
    #[sqlx(flatten)]
    user: UserRow,
}

macro_rules! select_held {
    ($rest:literal) => {
        concat!(
            "SELECT t.id AS token_id, t.name AS token_name, t.scopes, t.last4, t.created_at AS made_at,
                    t.expires_at, t.last_used_at, u.id, u.name, u.email, u.role, u.active, u.created_at, u.leaving_at
             FROM api_tokens t JOIN users u ON u.id = t.user_id
             WHERE u.active AND u.leaving_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > $2) AND ",
            $rest
        )
    };
}

fn held(row: Option<HeldRow>) -> Result<Option<(User, ApiToken)>> {
    row.map(|row| Ok((row.user.try_into()?, row.token.try_into()?)))
        .transpose()
}

impl Session {
    /// The working token with this hash and its user, if the user is active and stays.
    pub async fn api_token_by_hash(&mut self, token_hash: &str) -> Result<Option<(User, ApiToken)>> {
        let now = self.now();
        let row = fetch!(
            fetch_optional,
            self,
            HeldRow,
            select_held!("t.token_hash = $1"),
            token_hash,
            now
        )?;
        held(row)
    }

    /// The working token with this id and its user, if the user is active and stays.
    pub async fn api_token(&mut self, id: ApiTokenId) -> Result<Option<(User, ApiToken)>> {
        let now = self.now();
        let row = fetch!(fetch_optional, self, HeldRow, select_held!("t.id = $1"), id.uuid(), now)?;
        held(row)
    }

    /// All tokens of a user, newest first; also those that no longer work.
    pub async fn api_tokens_of(&mut self, user: UserId) -> Result<Vec<ApiToken>> {
        let rows = fetch!(
            fetch_all,
            self,
            ApiTokenRow,
            "SELECT id AS token_id, name AS token_name, scopes, last4, created_at AS made_at, expires_at, last_used_at
             FROM api_tokens WHERE user_id = $1 ORDER BY id DESC",
            user.uuid()
        )?;
        rows.into_iter().map(TryInto::try_into).collect()
    }
}

impl Tx {
    /// Stores a token.
    pub async fn create_api_token(&mut self, user: UserId, new: &NewApiToken) -> Result<ApiToken> {
        let token = ApiToken {
            id: ApiTokenId::new(),
            name: new.name.clone(),
            scopes: new.scopes.clone(),
            last4: new.last4.clone(),
            created_at: self.now(),
            expires_at: new.expires_at,
            last_used_at: None,
        };
        execute!(
            self,
            "INSERT INTO api_tokens (id, user_id, name, token_hash, last4, scopes, created_at, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            token.id.uuid(),
            user.uuid(),
            &token.name,
            &new.token_hash,
            &token.last4,
            token.scopes.to_string(),
            token.created_at,
            token.expires_at
        )?;
        Ok(token)
    }

    /// Notes that a token was used.
    pub async fn touch_api_token(&mut self, id: ApiTokenId) -> Result<()> {
        let now = self.now();
        execute!(
            self,
            "UPDATE api_tokens SET last_used_at = $2 WHERE id = $1",
            id.uuid(),
            now
        )?;
        Ok(())
    }

    /// Revokes a token of this user; gives the name it had.
    pub async fn delete_api_token(&mut self, user: UserId, id: ApiTokenId) -> Result<String> {
        let row = fetch!(
            fetch_optional,
            self,
            (String,),
            "DELETE FROM api_tokens WHERE id = $1 AND user_id = $2 RETURNING name",
            id.uuid(),
            user.uuid()
        )?;
        row.map(|(name,)| name).ok_or(StoreError::NotFound("token"))
    }
}
