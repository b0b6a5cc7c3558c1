//! Who did what: every act of an admin, and everything that touches the safety of an account.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{ids::UserId, named_enum, user::User};

named_enum! {
    /// What was done.
    pub enum AuditAction {
        /// An account was made by its user.
        Registered => "registered",
        /// Somebody signed in.
        SignedIn => "signed_in",
        /// A sign-in was refused.
        SignInFailed => "sign_in_failed",
        /// Somebody signed out.
        SignedOut => "signed_out",
        /// A sign-in was ended from elsewhere.
        SessionEnded => "session_ended",
        /// A refresh token came back after its use; the whole sign-in was ended.
        RefreshReused => "refresh_reused",
        /// A password was changed by its user.
        PasswordChanged => "password_changed",
        /// A password was set anew by a link.
        PasswordReset => "password_reset",
        /// An account elsewhere now signs a user in.
        IdentityLinked => "identity_linked",
        /// A user took out everything that is theirs.
        DataTakenOut => "data_taken_out",
        /// A user changed the name that is shown.
        AccountRenamed => "account_renamed",
        /// A user closed their account; it goes on a day that the detail says.
        AccountClosed => "account_closed",
        /// A user kept an account that was closed.
        AccountKept => "account_kept",
        /// The day of a closed account had come: everything of its user was erased.
        AccountErased => "account_erased",
        /// A personal API token was made.
        ApiTokenCreated => "api_token_created",
        /// A personal API token was revoked.
        ApiTokenRevoked => "api_token_revoked",
        /// A provider key was saved.
        ApiKeySaved => "api_key_saved",
        /// A provider key was revoked.
        ApiKeyRevoked => "api_key_revoked",
        /// A webhook was added.
        WebhookCreated => "webhook_created",
        /// A webhook was changed, taken away or brought back, or got another secret.
        WebhookChanged => "webhook_changed",
        /// An invitation was made.
        InviteCreated => "invite_created",
        /// A link for a new password was made.
        ResetCreated => "reset_created",
        /// An invitation or a link for a new password was withdrawn.
        LinkRevoked => "link_revoked",
        /// An account was made by an admin.
        UserCreated => "user_created",
        /// A user's role was changed.
        RoleChanged => "role_changed",
        /// A user was disabled.
        UserDisabled => "user_disabled",
        /// A user was enabled again.
        UserEnabled => "user_enabled",
        /// A service was added.
        ServiceCreated => "service_created",
        /// A service was changed.
        ServiceChanged => "service_changed",
        /// A service was removed.
        ServiceDeleted => "service_deleted",
        /// A service was asked a question of test.
        ServiceTested => "service_tested",
        /// A judge's exam was begun.
        ExamBegun => "exam_begun",
        /// A setting of the installation was changed.
        SettingChanged => "setting_changed",
        /// Work in the queue was retried, discarded, paused or resumed.
        QueueChanged => "queue_changed",
        /// A budget was set or removed.
        BudgetChanged => "budget_changed",
        /// Another act of an admin; the detail says which.
        Administered => "administered",
        /// The provider keys were sealed anew under another master key.
        MasterKeyRotated => "master_key_rotated",
    }
}

/// Something to enter into the audit log.
#[derive(Debug, Clone)]
pub struct Act {
    /// Who did it; nobody known, or the command line, has no id.
    pub actor_id: Option<UserId>,
    /// The sign-in name of who did it or tried to, or `command line`.
    pub actor: String,
    /// What was done.
    pub action: AuditAction,
    /// To what: a name or an id.
    pub subject: String,
    /// What else is worth knowing; no secrets.
    pub detail: serde_json::Value,
    /// From which address.
    pub address: String,
}

/// Longest subject, actor or address kept.
const TEXT_CHARS: usize = 300;

/// Text of others as it may be shown and logged: of bounded length, on one line.
fn tamed(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(TEXT_CHARS)
        .collect()
}

impl Act {
    /// An act of a user.
    pub fn by(user: &User, action: AuditAction, subject: impl AsRef<str>) -> Self {
        Self {
            actor_id: Some(user.id),
            ..Self::by_name(&user.email, action, subject)
        }
    }

    /// An act of somebody who is known by a name only.
    pub fn by_name(actor: &str, action: AuditAction, subject: impl AsRef<str>) -> Self {
        Self {
            actor_id: None,
            actor: tamed(actor),
            action,
            subject: tamed(subject.as_ref()),
            detail: serde_json::json!({}),
            address: String::new(),
        }
    }

    /// The same with something else worth knowing.
    #[must_use]
    pub fn with(self, detail: serde_json::Value) -> Self {
        Self { detail, ..self }
    }

    /// The same from an address.
    #[must_use]
    pub fn from(self, address: impl ToString) -> Self {
        Self {
            address: tamed(&address.to_string()),
            ..self
        }
    }
}

/// A row of the audit log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct AuditEntry {
    /// Its number, gapless from 1.
    pub seq: i64,
    /// When.
    pub at: DateTime<Utc>,
    /// Who, if known.
    pub actor_id: Option<UserId>,
    /// The sign-in name of who did it or tried to.
    pub actor: String,
    /// What was done; one of the known actions, or one of a newer version.
    pub action: String,
    /// To what.
    pub subject: String,
    /// What else is worth knowing.
    #[schema(value_type = Object)]
    pub detail: serde_json::Value,
    /// From which address.
    pub address: String,
    /// SHA-256 over this entry and the hash of the one before it.
    pub hash: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_wrote_stays_on_one_line_and_within_bounds() {
        let act = Act::by_name("ada\r\nforged", AuditAction::SignInFailed, "x".repeat(9_999)).from("::1\n");
        assert_eq!(act.actor, "ada  forged");
        assert_eq!((act.subject.len(), act.address.as_str()), (TEXT_CHARS, "::1 "));
    }
}
