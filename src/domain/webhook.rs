//! Webhooks: addresses of a user's that are told when a batch is done (Standard Webhooks 1.0,
//! standardwebhooks.com), and what became of each message sent there.

use std::{collections::BTreeSet, fmt, str::FromStr, time::Duration};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    batch::{BatchState, BatchStatus},
    ids::{BatchId, ConversationId, DeliveryId, MessageId, ResponseId, ServiceId, UserId, WebhookId},
    limits::UnknownName,
    named_enum,
    response::{Response, ResponseRole, ResponseStatus},
};

/// Webhooks of one user at most.
pub const MOST_WEBHOOKS: usize = 10;
/// Longest address in characters.
pub const URL_CHARS: usize = 2_000;
/// Longest description in characters.
pub const DESCRIPTION_CHARS: usize = 200;
/// For how long messages are signed with the former secret as well.
pub const FORMER_SECRET_HOURS: i64 = 24;
/// Messages given up in a row after which a webhook is switched off.
pub const MOST_GIVEN_UP: i64 = 10;
/// Attempts that are kept of one message; of more, the first ones go.
pub const ATTEMPTS_KEPT: usize = 20;
/// Longest piece of a reply that is kept, in characters.
pub const EXCERPT_CHARS: usize = 500;
/// Longest wait between two attempts, whoever asks for it.
pub const LONGEST_WAIT: Duration = Duration::from_secs(24 * 3600);

/// Longest text of a payload in characters: a word has no limit of its own.
const TEXT_CHARS: usize = 1_000;
/// Answers in one payload at most.
const ANSWERS: usize = 50;

named_enum! {
    /// What a message to a webhook is about: its `type`.
    pub enum WebhookEvent {
        /// The answers of a batch are there and in their order.
        BatchCompleted => "batch.completed",
        /// No service answered.
        BatchFailed => "batch.failed",
        /// Somebody tries the webhook; every webhook gets it.
        Test => "webhook.test",
    }
}

impl WebhookEvent {
    /// What the end of a batch is to a webhook; none for one that goes on, or that was stopped by
    /// its own user.
    pub const fn of_batch(status: BatchStatus) -> Option<Self> {
        match status {
            BatchStatus::Completed => Some(Self::BatchCompleted),
            BatchStatus::Failed => Some(Self::BatchFailed),
            BatchStatus::Pending | BatchStatus::Processing | BatchStatus::Ranking | BatchStatus::Cancelled => None,
        }
    }
}

/// What a webhook is told of: at least one event, and none that it gets anyway.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(try_from = "BTreeSet<WebhookEvent>", into = "BTreeSet<WebhookEvent>")]
#[schema(value_type = Vec<WebhookEvent>)]
pub struct WebhookEvents(BTreeSet<WebhookEvent>);

/// No event to tell of, or one that cannot be chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("choose at least one of batch.completed and batch.failed")]
pub struct NoWebhookEvent;

impl WebhookEvents {
    /// Everything that can be chosen.
    pub fn all() -> Self {
        Self(BTreeSet::from([
            WebhookEvent::BatchCompleted,
            WebhookEvent::BatchFailed,
        ]))
    }

    /// Whether a webhook with these is told.
    pub fn include(&self, event: WebhookEvent) -> bool {
        event == WebhookEvent::Test || self.0.contains(&event)
    }
}

impl TryFrom<BTreeSet<WebhookEvent>> for WebhookEvents {
    type Error = NoWebhookEvent;
    fn try_from(events: BTreeSet<WebhookEvent>) -> Result<Self, NoWebhookEvent> {
        if events.is_empty() || events.contains(&WebhookEvent::Test) {
            Err(NoWebhookEvent)
        } else {
            Ok(Self(events))
        }
    }
}

impl From<WebhookEvents> for BTreeSet<WebhookEvent> {
    fn from(events: WebhookEvents) -> Self {
        events.0
    }
}

impl fmt::Display for WebhookEvents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.0.iter().map(|event| event.as_str()).collect();
        f.write_str(&names.join(" "))
    }
}

impl FromStr for WebhookEvents {
    type Err = UnknownName;
    fn from_str(text: &str) -> Result<Self, UnknownName> {
        let events: BTreeSet<WebhookEvent> = text.split_whitespace().map(str::parse).collect::<Result<_, _>>()?;
        Self::try_from(events).map_err(|NoWebhookEvent| UnknownName {
            of: "WebhookEvents",
            found: text.chars().take(80).collect(),
        })
    }
}

named_enum! {
    /// Why a webhook gets nothing although its user did not switch it off.
    pub enum DisabledReason {
        /// The address replied 410: it wants nothing more.
        Gone => "gone",
        /// Too many messages in a row could not be delivered.
        Failing => "failing",
    }
}

/// A webhook as listed: everything but the secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Webhook {
    /// Its id.
    pub id: WebhookId,
    /// Where messages are sent.
    pub url: String,
    /// What its user calls it; may be empty.
    pub description: String,
    /// What it is told of.
    pub events: WebhookEvents,
    /// Whether messages are sent.
    pub active: bool,
    /// Why it was switched off, if Quorum did it.
    pub disabled_reason: Option<DisabledReason>,
    /// Until when messages are signed with the former secret as well.
    pub former_secret_until: Option<DateTime<Utc>>,
    /// When it was added.
    pub created_at: DateTime<Utc>,
    /// When a message last reached it.
    pub last_delivered_at: Option<DateTime<Utc>>,
}

/// What the secret of a webhook is bound to: it opens for no other row and owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WebhookBinding {
    /// The row.
    pub id: WebhookId,
    /// Whose it is.
    pub owner: UserId,
}

named_enum! {
    /// Where a message to a webhook stands.
    pub enum DeliveryStatus {
        /// Not delivered yet; another attempt follows.
        Pending => "pending",
        /// The address took it.
        Delivered => "delivered",
        /// Given up.
        Failed => "failed",
    }
}

/// One attempt to deliver a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct DeliveryAttempt {
    /// When it began.
    pub at: DateTime<Utc>,
    /// Milliseconds until the reply; none if there was none.
    pub latency_ms: Option<i64>,
    /// The HTTP status; none if there was no reply.
    pub response_status: Option<u16>,
    /// The beginning of the reply.
    pub response_excerpt: Option<String>,
    /// Why it does not count, in plain words.
    pub error: Option<String>,
}

/// A message to a webhook and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct WebhookDelivery {
    /// Its id, sent as `webhook-id`: the same at every attempt.
    pub id: DeliveryId,
    /// The webhook.
    pub webhook_id: WebhookId,
    /// What it is about.
    pub event: WebhookEvent,
    /// The batch it tells of; none for a test.
    pub batch_id: Option<BatchId>,
    /// Where it stands.
    pub status: DeliveryStatus,
    /// Why it was given up, in plain words.
    pub failure: Option<String>,
    /// When the next attempt is due.
    pub next_attempt_at: Option<DateTime<Utc>>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// The attempts so far, oldest first; the first ones of many are not kept.
    pub attempts: Vec<DeliveryAttempt>,
}

/// What is sent: `type`, `timestamp` and `data`, as Standard Webhooks has it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct WebhookPayload {
    /// What it is about.
    #[serde(rename = "type")]
    pub event: WebhookEvent,
    /// When it happened.
    pub timestamp: DateTime<Utc>,
    /// What happened.
    pub data: WebhookData,
}

/// What a message tells. Texts of answers are not in it: they are read by the API.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(untagged)]
pub enum WebhookData {
    /// A batch that is done.
    Batch(Box<FinishedBatch>),
    /// A test.
    Test {
        /// The webhook that is tried.
        webhook_id: WebhookId,
    },
}

/// A batch that is done, in short.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct FinishedBatch {
    /// The batch.
    pub batch_id: BatchId,
    /// The message that was asked.
    pub message_id: MessageId,
    /// The thread.
    pub conversation_id: ConversationId,
    /// How it ended.
    pub status: BatchStatus,
    /// Responses asked for.
    pub expected_responses: i64,
    /// Responses with an answer.
    pub answered_responses: i64,
    /// What the reader should know about the ranking.
    pub ranking_note: Option<String>,
    /// The answers, best first; at most fifty.
    pub responses: Vec<FinishedResponse>,
}

/// An answer, or why there is none, in short.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct FinishedResponse {
    /// Its id.
    pub id: ResponseId,
    /// The service asked.
    pub service_id: ServiceId,
    /// The service's name when it was asked.
    pub service_name: String,
    /// Coarse status.
    pub status: ResponseStatus,
    /// 1 is best; none where the answers are not ordered.
    pub rank: Option<i64>,
    /// Score from 0 to 10.
    pub ranking_score: Option<f64>,
    /// What it says, in at most 50 words.
    pub summary: Option<String>,
    /// Why it stands where it stands, in at most 20 words.
    pub reasoning: Option<String>,
    /// Why there is no answer.
    pub error: Option<String>,
}

fn cut(text: &str) -> String {
    text.chars().take(TEXT_CHARS).collect()
}

impl FinishedResponse {
    fn of(response: &Response) -> Self {
        Self {
            id: response.id,
            service_id: response.service_id,
            service_name: cut(&response.service_name),
            status: response.status,
            rank: response.rank,
            ranking_score: response.ranking_score,
            summary: response.summary.as_ref().map(|summary| cut(summary.as_str())),
            reasoning: response.reasoning.as_ref().map(|reasoning| cut(reasoning.as_str())),
            error: response.error.as_ref().map(|error| error.kind.as_str().to_owned()),
        }
    }
}

impl WebhookPayload {
    /// What is told of a batch that is done; removed answers are not in it.
    pub fn of_batch(
        event: WebhookEvent,
        at: DateTime<Utc>,
        conversation_id: ConversationId,
        batch: &BatchState,
        responses: &[Response],
    ) -> Self {
        let is_told = |response: &&Response| response.role == ResponseRole::Answer && !response.deleted;
        let mut told: Vec<&Response> = responses.iter().filter(is_told).collect();
        told.sort_by_key(|response| (response.rank.unwrap_or(i64::MAX), response.position));
        let data = FinishedBatch {
            batch_id: batch.id,
            message_id: batch.message_id,
            conversation_id,
            status: batch.status,
            expected_responses: batch.expected_responses,
            answered_responses: batch.answered_responses,
            ranking_note: batch.ranking_note.as_deref().map(cut),
            responses: told.into_iter().take(ANSWERS).map(FinishedResponse::of).collect(),
        };
        Self {
            event,
            timestamp: at,
            data: WebhookData::Batch(Box::new(data)),
        }
    }

    /// A test.
    pub const fn test(at: DateTime<Utc>, webhook_id: WebhookId) -> Self {
        Self {
            event: WebhookEvent::Test,
            timestamp: at,
            data: WebhookData::Test { webhook_id },
        }
    }
}

/// The wait after an attempt that failed, with full jitter: `chance` from 0 to 1 says how much of the
/// schedule's wait is used, at least a tenth. `None` after the last attempt. What the address asked
/// for by Retry-After is kept, up to a day.
pub fn wait_after(
    schedule: &[Duration],
    attempts: usize,
    chance: f64,
    asked_for: Option<Duration>,
) -> Option<Duration> {
    let longest = *schedule.get(attempts.checked_sub(1)?)?;
    let wait = longest.mul_f64(chance.clamp(0.1, 1.0));
    Some(wait.max(asked_for.unwrap_or_default()).min(LONGEST_WAIT))
}

#[cfg(test)]
#[path = "webhook_tests.rs"]
mod tests;
