//! Webhooks. This crate sees their secrets only as the vault sealed them.

use quorum_domain::{
    Timestamp, Webhook, WebhookEvents,
    ids::{UserId, WebhookId},
    webhook::{DisabledReason, FORMER_SECRET_HOURS, MOST_GIVEN_UP, MOST_WEBHOOKS, WebhookBinding},
};
use uuid::Uuid;

use crate::{
    Result, Session, StoreError, Tx,
    rows::{parsed, parsed_option},
};

/// A webhook to store.
#[derive(Debug, Clone)]
pub struct NewWebhook {
    /// What its secret is bound to.
    pub binding: WebhookBinding,
    /// Where messages are sent.
    pub url: String,
    /// What its user calls it.
    pub description: String,
    /// What it is told of.
    pub events: WebhookEvents,
    /// The vault's envelope of its secret.
    pub sealed: String,
}

/// What may be changed of a webhook.
#[derive(Debug, Clone, Default)]
pub struct WebhookPatch {
    /// Where messages are sent.
    pub url: Option<String>,
    /// What its user calls it.
    pub description: Option<String>,
    /// What it is told of.
    pub events: Option<WebhookEvents>,
    /// Whether messages are sent; switching it on forgets why it was off.
    pub active: Option<bool>,
}

#[derive(sqlx::FromRow)]
struct WebhookRow {
    id: Uuid,
    url: String,
    description: String,
    events: String,
    active: bool,
    disabled_reason: Option<String>,
    former_until: Option<Timestamp>,
    created_at: Timestamp,
    last_delivered_at: Option<Timestamp>,
}

impl WebhookRow {
    fn shown(self, now: Timestamp) -> Result<Webhook> {
        Ok(Webhook {
            id: self.id.into(),
            url: self.url,
            description: self.description,
            events: parsed(&self.events, "webhooks", "events")?,
            active: self.active,
            disabled_reason: parsed_option(self.disabled_reason.as_deref(), "webhooks", "disabled_reason")?,
            former_secret_until: self.former_until.filter(|until| *until > now),
            created_at: self.created_at,
            last_delivered_at: self.last_delivered_at,
        })
    }
}

macro_rules! select_webhooks {
    ($rest:literal) => {
        concat!(
            "SELECT id, url, description, events, active, disabled_reason, former_until, created_at, last_delivered_at
             FROM webhooks WHERE deleted_at IS NULL ",
            $rest
        )
    };
}

impl Session {
    /// The webhooks of a user, oldest first.
    pub async fn webhooks_of(&mut self, user: UserId) -> Result<Vec<Webhook>> {
        let now = self.now();
        let rows = fetch!(
            fetch_all,
            self,
            WebhookRow,
            select_webhooks!("AND user_id = $1 ORDER BY created_at, id"),
            user.uuid()
        )?;
        rows.into_iter().map(|row| row.shown(now)).collect()
    }

    /// A webhook of a user.
    pub async fn webhook(&mut self, user: UserId, id: WebhookId) -> Result<Webhook> {
        let now = self.now();
        let row = fetch!(
            fetch_optional,
            self,
            WebhookRow,
            select_webhooks!("AND id = $1 AND user_id = $2"),
            id.uuid(),
            user.uuid()
        )?;
        row.ok_or(StoreError::NotFound("webhook"))?.shown(now)
    }
}

/// The sealed secrets of a webhook.
#[derive(Debug, Clone)]
pub struct SealedWebhook {
    /// What they are bound to.
    pub binding: WebhookBinding,
    /// The one in force.
    pub sealed: String,
    /// The one before.
    pub former_sealed: Option<String>,
}

impl Tx {
    /// Webhooks with a secret that is sealed under another master key than this one.
    pub async fn webhooks_not_under(&mut self, master_id: &str, limit: i64) -> Result<Vec<SealedWebhook>> {
        let rows = fetch!(
            fetch_all,
            self,
            (Uuid, Uuid, String, Option<String>),
            "SELECT id, user_id, sealed, former_sealed FROM webhooks
             WHERE sealed NOT LIKE $1 OR former_sealed NOT LIKE $1 ORDER BY id LIMIT $2",
            format!("v1:{master_id}:%"),
            limit
        )?;
        let sealed_webhook = |(id, owner, sealed, former_sealed)| SealedWebhook {
            binding: WebhookBinding {
                id: WebhookId(id),
                owner: UserId(owner),
            },
            sealed,
            former_sealed,
        };
        Ok(rows.into_iter().map(sealed_webhook).collect())
    }

    /// Puts the same secrets, sealed anew, in the place of their sealed forms.
    pub async fn replace_sealed_webhook(&mut self, anew: &SealedWebhook) -> Result<()> {
        execute!(
            self,
            "UPDATE webhooks SET sealed = $2, former_sealed = $3 WHERE id = $1",
            anew.binding.id.uuid(),
            &anew.sealed,
            anew.former_sealed.as_deref()
        )
        .map(|_| ())
    }

    /// Stores a webhook, unless its user has as many as one may have.
    pub async fn create_webhook(&mut self, new: &NewWebhook) -> Result<Webhook> {
        let (now, owner) = (self.now(), new.binding.owner);
        self.check_webhook_count(owner).await?;
        execute!(
            self,
            "INSERT INTO webhooks (id, user_id, url, description, events, sealed, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
            new.binding.id.uuid(),
            owner.uuid(),
            &new.url,
            &new.description,
            new.events.to_string(),
            &new.sealed,
            now
        )?;
        self.webhook(owner, new.binding.id).await
    }

    /// Two at once must not both be the last one that is allowed.
    async fn check_webhook_count(&mut self, user: UserId) -> Result<()> {
        self.take_turns(&format!("webhooks of {user}")).await?;
        if self.webhooks_of(user).await?.len() >= MOST_WEBHOOKS {
            return Err(StoreError::Conflict("you have ten webhooks; remove one first"));
        }
        Ok(())
    }

    /// Changes a webhook of a user.
    pub async fn patch_webhook(&mut self, user: UserId, id: WebhookId, patch: &WebhookPatch) -> Result<Webhook> {
        let switched_on = patch.active == Some(true);
        let changed = execute!(
            self,
            "UPDATE webhooks SET url = COALESCE($3, url), description = COALESCE($4, description), events = COALESCE($5, events),
                 active = COALESCE($6, active), disabled_reason = CASE WHEN $7 THEN NULL ELSE disabled_reason END,
                 given_up_in_a_row = CASE WHEN $7 THEN 0 ELSE given_up_in_a_row END
             WHERE id = $1 AND user_id = $2 AND deleted_at IS NULL",
            id.uuid(), user.uuid(), patch.url.as_deref(), patch.description.as_deref(),
            patch.events.as_ref().map(WebhookEvents::to_string), patch.active, switched_on
        )?;
        found(changed)?;
        self.webhook(user, id).await
    }

    /// Takes a webhook of a user away; it can be restored until it is swept away.
    pub async fn delete_webhook(&mut self, user: UserId, id: WebhookId) -> Result<()> {
        let now = self.now();
        let deleted = execute!(
            self,
            "UPDATE webhooks SET deleted_at = $3 WHERE id = $1 AND user_id = $2 AND deleted_at IS NULL",
            id.uuid(),
            user.uuid(),
            now
        )?;
        found(deleted)
    }

    /// Brings a deleted webhook back; one that is there stays.
    pub async fn restore_webhook(&mut self, user: UserId, id: WebhookId) -> Result<Webhook> {
        if let Ok(webhook) = self.webhook(user, id).await {
            return Ok(webhook);
        }
        self.check_webhook_count(user).await?;
        let restored = execute!(
            self,
            "UPDATE webhooks SET deleted_at = NULL WHERE id = $1 AND user_id = $2 AND deleted_at IS NOT NULL",
            id.uuid(),
            user.uuid()
        )?;
        found(restored)?;
        self.webhook(user, id).await
    }

    /// Gives a webhook another secret; the former one goes on to sign for a day.
    pub async fn rotate_webhook_secret(&mut self, binding: WebhookBinding, sealed: &str) -> Result<Webhook> {
        let until = self.now() + chrono::Duration::hours(FORMER_SECRET_HOURS);
        let rotated = execute!(
            self,
            "UPDATE webhooks SET former_sealed = sealed, former_until = $4, sealed = $3
             WHERE id = $1 AND user_id = $2 AND deleted_at IS NULL",
            binding.id.uuid(),
            binding.owner.uuid(),
            sealed,
            until
        )?;
        found(rotated)?;
        self.webhook(binding.owner, binding.id).await
    }

    /// Notes that a message reached a webhook.
    pub(crate) async fn note_delivered(&mut self, id: WebhookId) -> Result<()> {
        let now = self.now();
        execute!(
            self,
            "UPDATE webhooks SET last_delivered_at = $2, given_up_in_a_row = 0 WHERE id = $1",
            id.uuid(),
            now
        )
        .map(|_| ())
    }

    /// Counts a message that was given up; after too many in a row the webhook is switched off.
    pub(crate) async fn note_given_up(&mut self, id: WebhookId) -> Result<()> {
        execute!(
            self,
            "UPDATE webhooks SET given_up_in_a_row = given_up_in_a_row + 1 WHERE id = $1",
            id.uuid()
        )?;
        execute!(
            self,
            "UPDATE webhooks SET active = FALSE, disabled_reason = $3
             WHERE id = $1 AND active AND given_up_in_a_row >= $2",
            id.uuid(),
            MOST_GIVEN_UP,
            DisabledReason::Failing.as_str()
        )
        .map(|_| ())
    }

    /// Switches a webhook off whose address is gone.
    pub(crate) async fn note_gone(&mut self, id: WebhookId) -> Result<()> {
        execute!(
            self,
            "UPDATE webhooks SET active = FALSE, disabled_reason = $2 WHERE id = $1 AND active",
            id.uuid(),
            DisabledReason::Gone.as_str()
        )
        .map(|_| ())
    }

    /// Forgets messages made, and webhooks taken away, before a moment.
    pub async fn forget_webhooks_before(&mut self, moment: Timestamp) -> Result<()> {
        execute!(self, "DELETE FROM webhook_deliveries WHERE created_at < $1", moment)?;
        execute!(
            self,
            "DELETE FROM webhooks WHERE deleted_at IS NOT NULL AND deleted_at < $1",
            moment
        )
        .map(|_| ())
    }
}

fn found(rows: u64) -> Result<()> {
    if rows == 0 {
        Err(StoreError::NotFound("webhook"))
    } else {
        Ok(())
    }
}
