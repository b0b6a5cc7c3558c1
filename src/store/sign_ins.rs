//! Sign-ins: of browsers by a cookie, of API clients by refresh tokens; and tickets for sockets.
//! This crate sees hashes only.

use quorum_domain::{
    Credential, Timestamp, User,
    access::SignInKind,
    ids::{ApiTokenId, SessionId, UserId},
};
use uuid::Uuid;

use crate::{Result, Session, StoreError, Tx, accounts::UserRow, rows::parsed};

/// A sign-in with its user.
#[derive(Debug, Clone)]
pub struct SessionRow {
    /// Its id.
    pub id: SessionId,
    /// Who is signed in.
    pub user: User,
    /// Of what.
    pub kind: SignInKind,
    /// The browser or program, as it names itself.
    pub user_agent: String,
    /// The address it was last used from.
    pub address: String,
    /// When it began.
    pub created_at: Timestamp,
    /// When it was last used.
    pub last_used_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// A sign-in to store.
#[derive(Debug, Clone)]
pub struct NewSession<'a> {
    /// Of what.
    pub kind: SignInKind,
    /// The hash of the cookie's token, or of anything unique for an API client.
    pub token_hash: &'a str,
    /// The browser or program, as it names itself.
    pub user_agent: &'a str,
    /// Where it comes from.
    pub address: &'a str,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// What became of a refresh token.
#[derive(Debug, Clone)]
pub enum Refreshed {
    /// It was good, and is now used.
    Good(SessionRow),
    /// It had been used before: somebody else has it. The sign-in was ended.
    Reused(User),
    /// Unknown, ended or of a disabled user.
    Unknown,
}

#[derive(sqlx::FromRow)]
struct SessionUserRow {
    session_id: Uuid,
    kind: String,
    user_agent: String,
    address: String,
    begun_at: Timestamp,
    expires_at: Timestamp,
    last_used_at: Timestamp,
    #[sqlx(flatten)]
    user: UserRow,
}

impl TryFrom<SessionUserRow> for SessionRow {
    type Error = StoreError;
    fn try_from(row: SessionUserRow) -> Result<Self> {
        Ok(Self {
            id: row.session_id.into(),
            user: row.user.try_into()?,
            kind: parsed(&row.kind, "sessions", "kind")?,
            user_agent: row.user_agent,
            address: row.address,
            created_at: row.begun_at,
            last_used_at: row.last_used_at,
            expires_at: row.expires_at,
        })
    }
}

macro_rules! select_sessions {
    ($rest:literal) => {
        concat!(
            "SELECT s.id AS session_id, s.kind, s.user_agent, s.address, s.created_at AS begun_at, s.expires_at,
                    s.last_used_at, u.id, u.name, u.email, u.role, u.active, u.created_at, u.leaving_at
             FROM sessions s JOIN users u ON u.id = s.user_id
             WHERE u.active AND (u.leaving_at IS NULL OR u.leaving_at > $2) AND s.expires_at > $2 AND ",
            $rest
        )
    };
}

impl Session {
    /// The living sign-in with this token hash, if its user is active and not gone.
    pub async fn session_by_token(&mut self, token_hash: &str) -> Result<Option<SessionRow>> {
        let now = self.now();
        let row = fetch!(
            fetch_optional,
            self,
            SessionUserRow,
            select_sessions!("s.token_hash = $1"),
            token_hash,
            now
        )?;
        row.map(TryInto::try_into).transpose()
    }

    /// The living sign-in with this id, if its user is active and not gone.
    pub async fn session(&mut self, id: SessionId) -> Result<Option<SessionRow>> {
        let now = self.now();
        let row = fetch!(
            fetch_optional,
            self,
            SessionUserRow,
            select_sessions!("s.id = $1"),
            id.uuid(),
            now
        )?;
        row.map(TryInto::try_into).transpose()
    }

    /// The living sign-ins of a user, the last used first.
    pub async fn sessions_of(&mut self, user: UserId) -> Result<Vec<SessionRow>> {
        let now = self.now();
        let rows = fetch!(
            fetch_all,
            self,
            SessionUserRow,
            select_sessions!("s.user_id = $1 ORDER BY s.last_used_at DESC, s.id DESC"),
            user.uuid(),
            now
        )?;
        rows.into_iter().map(TryInto::try_into).collect()
    }
}

impl Tx {
    /// Starts a sign-in; only the hash of its token is stored.
    pub async fn create_session(&mut self, user: UserId, new: &NewSession<'_>) -> Result<SessionId> {
        let id = SessionId::new();
        let now = self.now();
        execute!(
            self,
            "INSERT INTO sessions (id, user_id, token_hash, kind, user_agent, address, created_at, last_used_at, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $8)",
            id.uuid(),
            user.uuid(),
            new.token_hash,
            new.kind.as_str(),
            new.user_agent,
            new.address,
            now,
            new.expires_at
        )?;
        Ok(id)
    }

    /// Moves a sign-in's times forward.
    pub async fn touch_session(&mut self, id: SessionId, address: &str, expires_at: Timestamp) -> Result<()> {
        let now = self.now();
        execute!(
            self,
            "UPDATE sessions SET last_used_at = $2, address = $3, expires_at = $4 WHERE id = $1",
            id.uuid(),
            now,
            address,
            expires_at
        )?;
        Ok(())
    }

    /// Ends a sign-in of this user.
    pub async fn delete_session(&mut self, user: UserId, id: SessionId) -> Result<()> {
        let ended = execute!(
            self,
            "DELETE FROM sessions WHERE id = $1 AND user_id = $2",
            id.uuid(),
            user.uuid()
        )?;
        if ended == 0 {
            Err(StoreError::NotFound("session"))
        } else {
            Ok(())
        }
    }

    /// Ends the sign-in with this token hash, if there is one.
    pub async fn delete_session_by_token(&mut self, token_hash: &str) -> Result<()> {
        execute!(self, "DELETE FROM sessions WHERE token_hash = $1", token_hash)?;
        Ok(())
    }

    /// Ends all sign-ins of a user but one; gives how many.
    pub async fn delete_sessions_but(&mut self, user: UserId, kept: Option<SessionId>) -> Result<u64> {
        execute!(
            self,
            "DELETE FROM sessions WHERE user_id = $1 AND id <> $2",
            user.uuid(),
            kept.map_or(Uuid::nil(), SessionId::uuid)
        )
    }

    /// Stores the refresh token that a sign-in may use next.
    pub async fn add_refresh_token(&mut self, session: SessionId, token_hash: &str) -> Result<()> {
        let now = self.now();
        execute!(
            self,
            "INSERT INTO refresh_tokens (token_hash, session_id, created_at) VALUES ($1, $2, $3)",
            token_hash,
            session.uuid(),
            now
        )?;
        Ok(())
    }

    /// Uses a refresh token up. One that was used before ends its sign-in with all its tokens.
    pub async fn use_refresh_token(&mut self, token_hash: &str) -> Result<Refreshed> {
        let now = self.now();
        let used = fetch!(
            fetch_optional,
            self,
            (Uuid,),
            "UPDATE refresh_tokens SET used_at = $2 WHERE token_hash = $1 AND used_at IS NULL RETURNING session_id",
            token_hash,
            now
        )?;
        if let Some((id,)) = used {
            return Ok(self
                .session(id.into())
                .await?
                .map_or(Refreshed::Unknown, Refreshed::Good));
        }
        let known = fetch!(
            fetch_optional,
            self,
            (Uuid,),
            "SELECT session_id FROM refresh_tokens WHERE token_hash = $1",
            token_hash
        )?;
        let Some((id,)) = known else {
            return Ok(Refreshed::Unknown);
        };
        let Some(session) = self.session(id.into()).await? else {
            return Ok(Refreshed::Unknown);
        };
        self.delete_session(session.user.id, session.id).await?;
        Ok(Refreshed::Reused(session.user))
    }

    /// Stores a ticket for one socket, and forgets those that ended unused.
    pub async fn create_ws_ticket(
        &mut self,
        credential: Credential,
        ticket_hash: &str,
        expires_at: Timestamp,
    ) -> Result<()> {
        let now = self.now();
        execute!(self, "DELETE FROM ws_tickets WHERE expires_at <= $1", now)?;
        let (session, token) = match credential {
            Credential::Session(id) => (Some(id.uuid()), None),
            Credential::ApiToken(id) => (None, Some(id.uuid())),
        };
        execute!(
            self,
            "INSERT INTO ws_tickets (ticket_hash, session_id, api_token_id, expires_at) VALUES ($1, $2, $3, $4)",
            ticket_hash,
            session,
            token,
            expires_at
        )?;
        Ok(())
    }

    /// Uses a ticket up; gives the credential it stands for, unless it is unknown, used or too old.
    pub async fn take_ws_ticket(&mut self, ticket_hash: &str) -> Result<Option<Credential>> {
        let now = self.now();
        let row = fetch!(
            fetch_optional,
            self,
            (Option<Uuid>, Option<Uuid>, Timestamp),
            "DELETE FROM ws_tickets WHERE ticket_hash = $1 RETURNING session_id, api_token_id, expires_at",
            ticket_hash
        )?;
        Ok(match row {
            Some((Some(session), _, end)) if end > now => Some(Credential::Session(session.into())),
            Some((None, Some(token), end)) if end > now => Some(Credential::ApiToken(ApiTokenId(token))),
            _ => None,
        })
    }
}
