//! Accounts elsewhere that sign somebody in here (OpenID Connect), and sign-ins under way.

use quorum_domain::{Timestamp, User, ids::UserId};

use crate::{Result, Session, Tx, accounts::UserRow};

/// A sign-in by OpenID Connect that is under way.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct OidcFlow {
    /// What the ID token must repeat.
    pub nonce: String,
    /// The PKCE verifier.
    pub verifier: String,
    /// Where to go on this page afterwards.
    pub next_path: String,
    /// When it is too late.
    pub expires_at: Timestamp,
}

impl Session {
    /// The user whom an account elsewhere signs in.
    pub async fn user_by_identity(&mut self, issuer: &str, subject: &str) -> Result<Option<User>> {
        let row = fetch!(
            fetch_optional,
            self,
            UserRow,
            "SELECT u.id, u.name, u.email, u.role, u.active, u.created_at, u.leaving_at
             FROM identities i JOIN users u ON u.id = i.user_id WHERE i.issuer = $1 AND i.subject = $2",
            issuer,
            subject
        )?;
        row.map(TryInto::try_into).transpose()
    }
}

impl Tx {
    /// Lets an account elsewhere sign a user in.
    pub async fn link_identity(&mut self, user: UserId, issuer: &str, subject: &str) -> Result<()> {
        let now = self.now();
        execute!(
            self,
            "INSERT INTO identities (issuer, subject, user_id, created_at) VALUES ($1, $2, $3, $4)",
            issuer,
            subject,
            user.uuid(),
            now
        )?;
        Ok(())
    }

    /// Stores a sign-in under way, and forgets those that were given up.
    pub async fn begin_oidc_flow(&mut self, state_hash: &str, flow: &OidcFlow) -> Result<()> {
        let now = self.now();
        execute!(self, "DELETE FROM oidc_flows WHERE expires_at <= $1", now)?;
        execute!(
            self,
            "INSERT INTO oidc_flows (state_hash, nonce, verifier, next_path, expires_at) VALUES ($1, $2, $3, $4, $5)",
            state_hash,
            &flow.nonce,
            &flow.verifier,
            &flow.next_path,
            flow.expires_at
        )?;
        Ok(())
    }

    /// Takes a sign-in under way; each comes back once, and in time.
    pub async fn take_oidc_flow(&mut self, state_hash: &str) -> Result<Option<OidcFlow>> {
        let now = self.now();
        let flow = fetch!(
            fetch_optional,
            self,
            OidcFlow,
            "DELETE FROM oidc_flows WHERE state_hash = $1 RETURNING nonce, verifier, next_path, expires_at",
            state_hash
        )?;
        Ok(flow.filter(|flow| flow.expires_at > now))
    }
}
