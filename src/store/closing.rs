//! Accounts that their users close: marked with the day on which they go, kept until then, and erased
//! in steps that are each whole, so that whoever is stopped in the middle goes on where it was.

use quorum_domain::{Timestamp, User, ids::UserId};
use uuid::Uuid;

use crate::{
    Result, Session, Stopped, StoreError, Tx,
    accounts::{ERASED, NO_PASSWORD},
};

/// Conversations, images and calls erased in one step.
const CONVERSATIONS: i64 = 100;
const IMAGES: i64 = 100;
const CALLS: i64 = 5_000;

/// What decides how an account may be closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AccountStanding {
    /// Whether it has a password; others sign in elsewhere.
    pub has_password: bool,
    /// Whether nobody else administers this installation.
    pub is_last_admin: bool,
}

/// What a step of erasing came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Erased {
    /// No account's day has come.
    Nothing,
    /// A part of an account; more of it is left.
    Part,
    /// The last of this account.
    Account(UserId),
}

impl Session {
    /// How an account stands.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] where there is no such account.
    pub async fn account_standing(&mut self, user: UserId) -> Result<AccountStanding> {
        let row = fetch!(
            fetch_optional,
            self,
            (bool, bool),
            "SELECT u.password_hash <> $2,
                    u.role = 'admin' AND NOT EXISTS (SELECT 1 FROM users o WHERE o.role = 'admin' AND o.active
                        AND o.leaving_at IS NULL AND o.id <> u.id)
             FROM users u WHERE u.id = $1",
            user.uuid(),
            NO_PASSWORD
        )?;
        let (has_password, is_last_admin) = row.ok_or(StoreError::NotFound("user"))?;
        Ok(AccountStanding {
            has_password,
            is_last_admin,
        })
    }

    /// Whether the day of some closed account has come.
    pub async fn has_account_to_erase(&mut self) -> Result<bool> {
        let now = self.now();
        let due = fetch!(
            fetch_optional,
            self,
            (Uuid,),
            "SELECT id FROM users WHERE leaving_at <= $1 LIMIT 1",
            now
        )?;
        Ok(due.is_some())
    }
}

impl Tx {
    /// Marks an account with the day on which it goes and stops what runs for it. One that is
    /// marked already keeps its day.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] for the last admin.
    pub async fn close_account(&mut self, user: UserId, goes_at: Timestamp) -> Result<(User, Stopped)> {
        // Two who leave at once must not each count on the other.
        self.lock_admins().await?;
        if self.account_standing(user).await?.is_last_admin {
            return Err(StoreError::Conflict("the last active admin cannot leave"));
        }
        execute!(
            self,
            "UPDATE users SET leaving_at = $2 WHERE id = $1 AND leaving_at IS NULL",
            user.uuid(),
            goes_at
        )?;
        let stopped = self.stop_user(user).await?;
        Ok((self.user(user).await?, stopped))
    }

    /// Takes the mark off again, as long as the day has not come. An account without one stays as it is.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] where the day has come.
    pub async fn keep_account(&mut self, user: UserId) -> Result<User> {
        let now = self.now();
        execute!(
            self,
            "UPDATE users SET leaving_at = NULL WHERE id = $1 AND leaving_at > $2",
            user.uuid(),
            now
        )?;
        let kept = self.user(user).await?;
        match kept.leaving_at {
            None => Ok(kept),
            Some(_) => Err(StoreError::NotFound("user")),
        }
    }

    /// Erases the next part of the account whose day came first. Call it again, each time in a
    /// transaction of its own, until there is nothing.
    ///
    /// What it leaves: the sums of what was spent here, as nobody's, and the audit log, which
    /// could not be checked any more if an entry were taken out.
    pub async fn erase_closed_account(&mut self) -> Result<Erased> {
        self.take_turns("erasing accounts").await?;
        let now = self.now();
        let due = fetch!(
            fetch_optional,
            self,
            (Uuid, String),
            "SELECT id, email FROM users WHERE leaving_at <= $1 ORDER BY leaving_at, id LIMIT 1",
            now
        )?;
        let Some((user, email)) = due else {
            return Ok(Erased::Nothing);
        };
        let erased_some = self.erase_conversations_of(user).await?
            || self.erase_images_of(user).await?
            || self.let_go_of_calls(user).await?;
        if erased_some {
            return Ok(Erased::Part);
        }
        self.erase_user(user, &email).await?;
        Ok(Erased::Account(UserId(user)))
    }

    async fn erase_conversations_of(&mut self, user: Uuid) -> Result<bool> {
        let rows = fetch!(
            fetch_all,
            self,
            (Uuid,),
            "SELECT conversation_id FROM participants WHERE user_id = $1 AND role = 'owner'
             ORDER BY conversation_id LIMIT $2",
            user,
            CONVERSATIONS
        )?;
        let conversations: Vec<Uuid> = rows.into_iter().map(|(id,)| id).collect();
        self.erase_conversations(&conversations).await?;
        Ok(!conversations.is_empty())
    }

    async fn erase_images_of(&mut self, user: Uuid) -> Result<bool> {
        let erased = execute!(
            self,
            "DELETE FROM attachments WHERE id IN (SELECT id FROM attachments WHERE user_id = $1 LIMIT $2)",
            user,
            IMAGES
        )?;
        Ok(erased > 0)
    }

    /// The calls stay as sums of the installation: without whose they were, what they were for, and
    /// what was said to or by a provider.
    async fn let_go_of_calls(&mut self, user: Uuid) -> Result<bool> {
        let now = self.now();
        execute!(
            self,
            "INSERT INTO users (id, name, email, password_hash, role, active, created_at)
             VALUES ($1, 'Erased accounts', '', '', 'user', FALSE, $2) ON CONFLICT (id) DO NOTHING",
            ERASED,
            now
        )?;
        let let_go = execute!(
            self,
            "UPDATE calls SET user_id = $2, conversation_id = NULL, response_id = NULL, ballot_id = NULL,
                 token_id = NULL, detail = NULL, provider_request_id = NULL
             WHERE id IN (SELECT id FROM calls WHERE user_id = $1 LIMIT $3)",
            user,
            ERASED,
            CALLS
        )?;
        Ok(let_go > 0)
    }

    /// What is left of an account without conversations, images and calls: little enough for one step.
    async fn erase_user(&mut self, user: Uuid, email: &str) -> Result<()> {
        execute!(self, "UPDATE exams SET user_id = $2 WHERE user_id = $1", user, ERASED)?;
        execute!(self, "DELETE FROM background_jobs WHERE user_id = $1", user)?;
        execute!(
            self,
            "DELETE FROM budgets WHERE (scope = 'user' AND subject_id = $1)
                 OR (scope = 'token' AND subject_id IN (SELECT id FROM api_tokens WHERE user_id = $1))",
            user
        )?;
        execute!(
            self,
            "DELETE FROM service_pauses WHERE scope IN (SELECT id FROM api_keys WHERE owner_id = $1)",
            user
        )?;
        execute!(
            self,
            "DELETE FROM account_links WHERE user_id = $1 OR email = $2",
            user,
            email
        )?;
        self.erase_services_brought_in().await?;
        execute!(self, "DELETE FROM users WHERE id = $1", user)?;
        Ok(())
    }

    /// Services that only answers were brought in of have names from documents of users: those that
    /// nothing names any more go.
    async fn erase_services_brought_in(&mut self) -> Result<()> {
        execute!(
            self,
            "DELETE FROM services WHERE base_url = '' AND deleted_at IS NOT NULL
                 AND id NOT IN (SELECT service_id FROM responses)
                 AND id NOT IN (SELECT service_id FROM calls)"
        )?;
        Ok(())
    }
}
