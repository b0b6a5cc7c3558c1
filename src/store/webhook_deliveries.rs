//! Messages to webhooks: made in the transaction that ends a batch, and every attempt to deliver them.

use quorum_domain::{
    Job, Timestamp, WebhookDelivery, WebhookEvent, WebhookEvents,
    batch::BatchState,
    ids::{BatchId, ConversationId, DeliveryId, UserId, WebhookId},
    webhook::{ATTEMPTS_KEPT, DeliveryAttempt, DeliveryStatus, WebhookBinding, WebhookPayload},
};
use sqlx::types::Json;
use uuid::Uuid;

use crate::{ClaimedJob, Result, Session, StoreError, Tx, answer::Answer, rows::parsed};

/// A message as whoever delivers it needs it.
#[derive(Debug, Clone)]
pub struct DeliveryAtWork {
    /// Its id.
    pub id: DeliveryId,
    /// What it is about.
    pub event: WebhookEvent,
    /// The bytes to send.
    pub payload: String,
    /// Where to.
    pub url: String,
    /// What the secrets are bound to.
    pub binding: WebhookBinding,
    /// The secrets to sign with, sealed: the one in force first.
    pub sealed: Vec<String>,
    /// Attempts since it was made, or was asked for again.
    pub tries: usize,
    /// Why it must not be sent.
    pub hindrance: Option<&'static str>,
    /// Whether it is already done with.
    pub is_done: bool,
}

/// What an attempt came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AttemptEnd<'a> {
    /// The address took it.
    Delivered,
    /// Another attempt at a moment.
    Retry(Timestamp),
    /// No further attempt, for this reason.
    GivenUp(&'a str),
    /// The address wants nothing more.
    Gone,
}

#[derive(sqlx::FromRow)]
struct DeliveryRow {
    id: Uuid,
    webhook_id: Uuid,
    batch_id: Option<Uuid>,
    event: String,
    status: String,
    failure: Option<String>,
    attempts: Json<Vec<DeliveryAttempt>>,
    next_attempt_at: Option<Timestamp>,
    created_at: Timestamp,
}

impl TryFrom<DeliveryRow> for WebhookDelivery {
    type Error = StoreError;
    fn try_from(row: DeliveryRow) -> Result<Self> {
        Ok(Self {
            id: row.id.into(),
            webhook_id: row.webhook_id.into(),
            event: parsed(&row.event, "webhook_deliveries", "event")?,
            batch_id: row.batch_id.map(BatchId),
            status: parsed(&row.status, "webhook_deliveries", "status")?,
            failure: row.failure,
            next_attempt_at: row.next_attempt_at,
            created_at: row.created_at,
            attempts: row.attempts.0,
        })
    }
}

#[derive(sqlx::FromRow)]
struct AtWorkRow {
    id: Uuid,
    webhook_id: Uuid,
    user_id: Uuid,
    event: String,
    payload: String,
    status: String,
    tries: i64,
    url: String,
    sealed: String,
    former_sealed: Option<String>,
    former_until: Option<Timestamp>,
    webhook_active: bool,
    webhook_deleted: bool,
    user_active: bool,
    user_leaves: bool,
    conversation_deleted: bool,
}

impl AtWorkRow {
    /// What happened between the making of a message and its sending.
    fn hindrance(&self, event: WebhookEvent) -> Option<&'static str> {
        if self.conversation_deleted {
            Some("The conversation was deleted.")
        } else if self.webhook_deleted {
            Some("The webhook was removed.")
        } else if !self.user_active {
            Some("The account is disabled.")
        } else if self.user_leaves {
            Some("The account was closed.")
        } else if !self.webhook_active && event != WebhookEvent::Test {
            Some("The webhook is switched off.")
        } else {
            None
        }
    }
}

macro_rules! select_deliveries {
    ($rest:literal) => {
        concat!(
            "SELECT id, webhook_id, batch_id, event, status, failure, attempts, next_attempt_at, created_at
             FROM webhook_deliveries ",
            $rest
        )
    };
}

impl Session {
    /// Messages to a webhook, newest first, before a given one.
    pub async fn deliveries_of_webhook(
        &mut self,
        webhook: WebhookId,
        before: Option<DeliveryId>,
        limit: i64,
    ) -> Result<Vec<WebhookDelivery>> {
        // Ids made later sort later; the largest there is stands for "from the newest on".
        let before = before.map_or(Uuid::max(), DeliveryId::uuid);
        let rows = fetch!(
            fetch_all,
            self,
            DeliveryRow,
            select_deliveries!("WHERE webhook_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3"),
            webhook.uuid(),
            before,
            limit
        )?;
        rows.into_iter().map(TryInto::try_into).collect()
    }

    /// A message to a webhook.
    pub async fn delivery(&mut self, webhook: WebhookId, id: DeliveryId) -> Result<WebhookDelivery> {
        let row = fetch!(
            fetch_optional,
            self,
            DeliveryRow,
            select_deliveries!("WHERE id = $1 AND webhook_id = $2"),
            id.uuid(),
            webhook.uuid()
        )?;
        row.ok_or(StoreError::NotFound("delivery"))?.try_into()
    }

    /// A message for whoever delivers it.
    pub async fn delivery_at_work(&mut self, id: DeliveryId) -> Result<DeliveryAtWork> {
        let now = self.now();
        let row = fetch!(
            fetch_optional,
            self,
            AtWorkRow,
            "SELECT d.id, d.webhook_id, w.user_id, d.event, d.payload, d.status, d.tries, w.url, w.sealed, w.former_sealed, w.former_until,
                    w.active AS webhook_active, w.deleted_at IS NOT NULL AS webhook_deleted, u.active AS user_active,
                    u.leaving_at IS NOT NULL AS user_leaves,
                    COALESCE((SELECT c.deleted_at IS NOT NULL FROM batches b JOIN conversations c ON c.id = b.conversation_id
                              WHERE b.id = d.batch_id), FALSE) AS conversation_deleted
             FROM webhook_deliveries d JOIN webhooks w ON w.id = d.webhook_id JOIN users u ON u.id = w.user_id
             WHERE d.id = $1",
            id.uuid()
        )?
        .ok_or(StoreError::NotFound("delivery"))?;
        let status: DeliveryStatus = parsed(&row.status, "webhook_deliveries", "status")?;
        let event = parsed(&row.event, "webhook_deliveries", "event")?;
        let hindrance = row.hindrance(event);
        let former = row
            .former_sealed
            .filter(|_| row.former_until.is_some_and(|until| until > now));
        Ok(DeliveryAtWork {
            id: row.id.into(),
            event,
            hindrance,
            payload: row.payload,
            url: row.url,
            binding: WebhookBinding {
                id: row.webhook_id.into(),
                owner: UserId(row.user_id),
            },
            sealed: std::iter::once(row.sealed).chain(former).collect(),
            tries: usize::try_from(row.tries).unwrap_or(usize::MAX),
            is_done: status != DeliveryStatus::Pending,
        })
    }

    /// The active webhooks of a batch's asker, with the events that they are told of.
    pub(crate) async fn ask_for_webhooks_of(&mut self, batch: BatchId) -> Result<Answer<(Uuid, Uuid, String)>> {
        ask!(
            self,
            (Uuid, Uuid, String),
            "SELECT w.id, w.user_id, w.events FROM webhooks w JOIN batches b ON b.user_id = w.user_id
             WHERE b.id = $1 AND w.active AND w.deleted_at IS NULL ORDER BY w.created_at, w.id",
            batch.uuid()
        )
    }
}

/// Those of them that are told of one.
fn told_of(event: WebhookEvent, webhooks: Vec<(Uuid, Uuid, String)>) -> Result<Vec<(WebhookId, UserId)>> {
    let mut told = Vec::new();
    for (id, user, events) in webhooks {
        let events: WebhookEvents = parsed(&events, "webhooks", "events")?;
        if events.include(event) {
            told.push((WebhookId(id), UserId(user)));
        }
    }
    Ok(told)
}

impl Tx {
    /// Makes a message for every webhook that is told of the end of this batch. Called where the
    /// event `batch_complete` is stored, so that one is not there without the other. Whoever has
    /// asked for the webhooks before says so.
    pub(crate) async fn tell_webhooks(
        &mut self,
        batch: &BatchState,
        conversation: ConversationId,
        asked: Option<Answer<(Uuid, Uuid, String)>>,
    ) -> Result<()> {
        let Some(event) = WebhookEvent::of_batch(batch.status) else {
            return Ok(());
        };
        let asked = match asked {
            Some(asked) => asked,
            None => self.ask_for_webhooks_of(batch.id).await?,
        };
        let told = told_of(event, asked.all(self).await?)?;
        if told.is_empty() {
            return Ok(());
        }
        let responses = self.responses_of_batch(batch.id, false).await?;
        let payload = WebhookPayload::of_batch(event, self.now(), conversation, batch, &responses);
        for (webhook, user) in told {
            self.enqueue_delivery(webhook, user, Some(batch.id), &payload).await?;
        }
        Ok(())
    }

    /// Makes a message that tries a webhook.
    pub async fn enqueue_test_delivery(&mut self, user: UserId, webhook: WebhookId) -> Result<WebhookDelivery> {
        let payload = WebhookPayload::test(self.now(), webhook);
        let id = self.enqueue_delivery(webhook, user, None, &payload).await?;
        self.delivery(webhook, id).await
    }

    async fn enqueue_delivery(
        &mut self,
        webhook: WebhookId,
        user: UserId,
        batch: Option<BatchId>,
        payload: &WebhookPayload,
    ) -> Result<DeliveryId> {
        let (id, now) = (DeliveryId::new(), self.now());
        let text = serde_json::to_string(payload).map_err(|_| StoreError::Corrupt {
            table: "webhook_deliveries",
            column: "payload",
        })?;
        execute_later!(
            self,
            "INSERT INTO webhook_deliveries (id, webhook_id, batch_id, event, payload, status, attempts, next_attempt_at, created_at)
             VALUES ($1, $2, $3, $4, $5, 'pending', $6, $7, $7)",
            id.uuid(), webhook.uuid(), batch.map(BatchId::uuid), payload.event.as_str(),
            // PostgreSQL keeps no NUL in a text; JSON writes it as an escape.
            text, Json(Vec::<DeliveryAttempt>::new()), now
        )?;
        self.enqueue_for(Job::DeliverWebhook(id), user).await?;
        Ok(id)
    }

    /// Delivers a message again, from the first attempt on, under the same id. One that is being sent
    /// at the moment is not sent twice.
    pub async fn redrive_delivery(
        &mut self,
        user: UserId,
        webhook: WebhookId,
        id: DeliveryId,
    ) -> Result<WebhookDelivery> {
        let delivery = self.delivery(webhook, id).await?;
        let now = self.now();
        let waits = delivery.next_attempt_at.is_some_and(|at| at > now);
        if delivery.status == DeliveryStatus::Pending && !waits {
            return Err(StoreError::Conflict("it is being delivered"));
        }
        execute!(
            self,
            "UPDATE webhook_deliveries SET status = 'pending', failure = NULL, tries = 0, next_attempt_at = $2 WHERE id = $1",
            id.uuid(),
            now
        )?;
        self.enqueue_for(Job::DeliverWebhook(id), user).await?;
        self.delivery(webhook, id).await
    }

    /// Stores what an attempt came to, or that none was made, and what becomes of the message.
    pub async fn end_attempt(
        &mut self,
        claimed: &ClaimedJob,
        delivery: &DeliveryAtWork,
        attempt: Option<DeliveryAttempt>,
        end: AttemptEnd<'_>,
    ) -> Result<()> {
        let (status, failure, next) = match end {
            AttemptEnd::Delivered => (DeliveryStatus::Delivered, None, None),
            AttemptEnd::Retry(at) => (DeliveryStatus::Pending, None, Some(at)),
            AttemptEnd::GivenUp(why) => (DeliveryStatus::Failed, Some(why), None),
            AttemptEnd::Gone => (
                DeliveryStatus::Failed,
                Some("The address replied 410: it wants nothing more."),
                None,
            ),
        };
        match next {
            Some(at) => self.retry_job(claimed, at, "not delivered yet").await?,
            None => self.finish_job(claimed).await?,
        }
        let tries = i64::from(attempt.is_some());
        let mut attempts = self.delivery(delivery.binding.id, delivery.id).await?.attempts;
        attempts.extend(attempt);
        let kept = attempts.split_off(attempts.len().saturating_sub(ATTEMPTS_KEPT));
        execute!(
            self,
            "UPDATE webhook_deliveries SET status = $2, failure = $3, next_attempt_at = $4, attempts = $5, tries = tries + $6
             WHERE id = $1",
            delivery.id.uuid(),
            status.as_str(),
            failure,
            next,
            Json(&kept),
            tries
        )?;
        match end {
            AttemptEnd::Delivered => self.note_delivered(delivery.binding.id).await,
            // That a try-out failed is known to whoever made it.
            AttemptEnd::GivenUp(_) if tries > 0 && delivery.event != WebhookEvent::Test => {
                self.note_given_up(delivery.binding.id).await
            }
            AttemptEnd::Gone => self.note_gone(delivery.binding.id).await,
            AttemptEnd::GivenUp(_) | AttemptEnd::Retry(_) => Ok(()),
        }
    }

    /// Gives up a message whose job was set aside.
    pub async fn give_up_delivery(&mut self, id: DeliveryId, why: &str) -> Result<()> {
        execute!(
            self,
            "UPDATE webhook_deliveries SET status = 'failed', failure = $2, next_attempt_at = NULL
             WHERE id = $1 AND status = 'pending'",
            id.uuid(),
            why
        )
        .map(|_| ())
    }
}
