//! Users, and settings of the instance.

use quorum_domain::{Role, Timestamp, User, ids::UserId};
use uuid::Uuid;

use crate::{Result, Session, StoreError, Tx, rows::parsed};

/// A change of what a user may do; what is not named stays.
#[derive(Debug, Clone, Copy, Default)]
pub struct UserPatch {
    /// Their role.
    pub role: Option<quorum_domain::Role>,
    /// Whether they may do anything.
    pub active: Option<bool>,
}

#[derive(sqlx::FromRow)]
pub struct UserRow {
    id: Uuid,
    name: String,
    email: String,
    role: String,
    active: bool,
    created_at: Timestamp,
    leaving_at: Option<Timestamp>,
}

impl TryFrom<UserRow> for User {
    type Error = StoreError;
    fn try_from(row: UserRow) -> Result<Self> {
        Ok(Self {
            id: row.id.into(),
            name: row.name,
            email: row.email,
            role: parsed::<Role>(&row.role, "users", "role")?,
            active: row.active,
            created_at: row.created_at,
            leaving_at: row.leaving_at,
        })
    }
}

/// Stands in the column for somebody without a password; no hash looks like it.
pub(crate) const NO_PASSWORD: &str = "";

/// Whose calls those of erased accounts become, so that the sums of the instance stay: nobody's. The
/// row is there once an account was erased; it is no account.
pub(crate) const ERASED: Uuid = Uuid::nil();

/// An account to make.
#[derive(Debug, Clone)]
pub struct NewUser {
    /// Shown name.
    pub name: String,
    /// Sign-in name in lower case.
    pub email: String,
    /// Argon2id in PHC form; none for somebody who signs in elsewhere.
    pub password_hash: Option<String>,
    /// What the user may do.
    pub role: Role,
}

impl Session {
    /// How many accounts there are.
    pub async fn count_users(&mut self) -> Result<i64> {
        let (count,) = fetch!(
            fetch_one,
            self,
            (i64,),
            "SELECT COUNT(*) FROM users WHERE id <> $1",
            ERASED
        )?;
        Ok(count)
    }

    /// The user behind a sign-in name, with the hash of the password if there is one.
    pub async fn user_by_email(&mut self, email: &str) -> Result<Option<(User, Option<String>)>> {
        #[derive(sqlx::FromRow)]
        struct Row {
            #[sqlx(flatten)]
            user: UserRow,
            password_hash: String,
        }
        let row = fetch!(
            fetch_optional,
            self,
            Row,
            "SELECT id, name, email, role, active, created_at, leaving_at, password_hash FROM users WHERE email = $1",
            email
        )?;
        row.map(|row| {
            let hash = Some(row.password_hash).filter(|hash| hash != NO_PASSWORD);
            Ok((row.user.try_into()?, hash))
        })
        .transpose()
    }

    /// A user by id.
    pub async fn user(&mut self, id: UserId) -> Result<User> {
        let row = fetch!(
            fetch_optional,
            self,
            UserRow,
            "SELECT id, name, email, role, active, created_at, leaving_at FROM users WHERE id = $1",
            id.uuid()
        )?;
        row.ok_or(StoreError::NotFound("user"))?.try_into()
    }

    /// All users, oldest first.
    pub async fn users(&mut self) -> Result<Vec<User>> {
        let rows = fetch!(
            fetch_all,
            self,
            UserRow,
            "SELECT id, name, email, role, active, created_at, leaving_at FROM users WHERE id <> $1
             ORDER BY created_at, id",
            ERASED
        )?;
        rows.into_iter().map(TryInto::try_into).collect()
    }

    /// A setting of the instance.
    pub async fn setting(&mut self, name: &str) -> Result<Option<String>> {
        let row = fetch!(
            fetch_optional,
            self,
            (String,),
            "SELECT value FROM settings WHERE name = $1",
            name
        )?;
        Ok(row.map(|(value,)| value))
    }
}

impl Tx {
    /// Makes an account. A sign-in name that is taken is a conflict.
    pub async fn create_user(&mut self, new: &NewUser) -> Result<User> {
        let user = User {
            id: UserId::new(),
            name: new.name.clone(),
            email: new.email.clone(),
            role: new.role,
            active: true,
            created_at: self.now(),
            leaving_at: None,
        };
        let inserted = execute!(
            self,
            "INSERT INTO users (id, name, email, password_hash, role, active, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (email) DO NOTHING",
            user.id.uuid(),
            &user.name,
            &user.email,
            new.password_hash.as_deref().unwrap_or(NO_PASSWORD),
            user.role.as_str(),
            true,
            user.created_at
        )?;
        match inserted {
            1 => Ok(user),
            _ => Err(StoreError::Conflict("an account with this e-mail address exists")),
        }
    }

    /// Whoever may take an admin away takes turns at it.
    pub(crate) async fn lock_admins(&mut self) -> Result<()> {
        execute!(self, "UPDATE users SET role = role WHERE role = 'admin'")?;
        Ok(())
    }

    /// Changes what a user may do. The last active admin stays one.
    pub async fn patch_user(&mut self, id: UserId, patch: UserPatch) -> Result<User> {
        // Two changes at once must not each leave the other as the last.
        self.lock_admins().await?;
        let before = self.user(id).await?;
        let after = User {
            role: patch.role.unwrap_or(before.role),
            active: patch.active.unwrap_or(before.active),
            ..before
        };
        execute!(
            self,
            "UPDATE users SET role = $2, active = $3 WHERE id = $1",
            id.uuid(),
            after.role.as_str(),
            after.active
        )?;
        let (admins,) = fetch!(
            fetch_one,
            self,
            (i64,),
            "SELECT COUNT(*) FROM users WHERE role = 'admin' AND active AND leaving_at IS NULL"
        )?;
        if admins == 0 {
            return Err(StoreError::Conflict("the last active admin cannot be removed"));
        }
        Ok(after)
    }

    /// Gives a user another name to be shown by.
    pub async fn rename_user(&mut self, id: UserId, name: &str) -> Result<User> {
        execute!(self, "UPDATE users SET name = $2 WHERE id = $1", id.uuid(), name)?;
        self.user(id).await
    }

    /// Stores a new hash of the same or a new password.
    pub async fn set_password_hash(&mut self, user: UserId, password_hash: &str) -> Result<()> {
        execute!(
            self,
            "UPDATE users SET password_hash = $2 WHERE id = $1",
            user.uuid(),
            password_hash
        )?;
        Ok(())
    }

    /// Writes a setting of the instance.
    pub async fn set_setting(&mut self, name: &str, value: &str) -> Result<()> {
        execute!(
            self,
            "INSERT INTO settings (name, value) VALUES ($1, $2)
             ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            name,
            value
        )?;
        Ok(())
    }
}
