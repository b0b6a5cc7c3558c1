//! Requests and replies that the domain has no word for.

use chrono::{DateTime, Utc};
use quorum_domain::{
    BatchStatus, ContextMode, JudgingPolicy, Message, Role, StoredEvent,
    ids::{BatchId, ConversationId, MessageId, ResponseId, ServiceId, UserId},
};
use serde::{Deserialize, Serialize};

/// A page of a list.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Page<T> {
    /// The items.
    pub items: Vec<T>,
    /// Where the next page begins; none on the last.
    #[serde(default)]
    pub next_cursor: Option<String>,
}

/// Who the token speaks for.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Person {
    /// Their id.
    pub id: UserId,
    /// Shown name.
    pub name: String,
    /// Sign-in name.
    pub email: String,
    /// What they may do.
    pub role: Role,
}

/// A service that can be asked, in short.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ServiceInfo {
    /// Its id.
    pub id: ServiceId,
    /// Shown name.
    pub name: String,
    /// The model's name at its provider.
    pub model: String,
    /// Whether it can be asked at all.
    pub active: bool,
    /// Whether it answers questions, and does not only judge.
    pub contestant: bool,
}

/// A conversation to make; what is not said is as the server has it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ConversationDraft {
    /// Its title; made from the first question otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Whom to ask when a question names nobody.
    pub service_ids: Vec<ServiceId>,
    /// Who sees which earlier answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub context_mode: Option<ContextMode>,
    /// How answers are ranked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub judging_policy: Option<JudgingPolicy>,
    /// Put before every prompt.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub system_prompt: Option<String>,
}

/// A question to put.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Question {
    /// The text.
    pub content: String,
    /// Whom to ask; the conversation's services, or all, when nobody is named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_ids: Option<Vec<ServiceId>>,
}

impl Question {
    /// A question to the services of its conversation.
    pub fn of(content: impl Into<String>) -> Self {
        Self {
            content: content.into(),
            service_ids: None,
        }
    }

    /// The same question to these services only.
    #[must_use]
    pub fn to(self, service_ids: Vec<ServiceId>) -> Self {
        Self {
            service_ids: Some(service_ids),
            ..self
        }
    }
}

/// The batch of an accepted question.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct AcceptedBatch {
    /// Its id.
    pub id: BatchId,
    /// Responses asked for.
    pub expected_responses: i64,
    /// Where it stands.
    pub status: BatchStatus,
}

/// A question that is on disk and will be answered.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Accepted {
    /// The message.
    pub message: Message,
    /// Its batch.
    #[serde(rename = "ai_request_batch")]
    pub batch: Option<AcceptedBatch>,
}

/// A page of a conversation.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct MessagePage {
    /// Oldest first; the first page is the newest one.
    pub items: Vec<Message>,
    /// Where the next (older) page begins.
    #[serde(default)]
    pub next_cursor: Option<String>,
    /// Number of the last event that is in it: follow from here on.
    pub last_seq: i64,
}

/// A consensus to make.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ConsensusDraft {
    /// Who writes it; without it, whoever judges best.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_id: Option<ServiceId>,
    /// The points that must be in it, by the text of the batch's claims.
    pub keep: Vec<String>,
}

/// What pruning removed.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Pruned {
    /// The removed answers.
    pub pruned_response_ids: Vec<ResponseId>,
    /// Estimated tokens that every next turn is lighter by.
    pub saved_tokens: u64,
    /// What that saves a turn, in micro-USD.
    pub saved_micro_usd: i64,
}

/// Something found.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct SearchHit {
    /// The conversation.
    pub conversation_id: ConversationId,
    /// Its title.
    pub title: String,
    /// The message, where it was found in one.
    pub message_id: Option<MessageId>,
    /// Plain text around the first hit.
    pub snippet: String,
    /// When it was written.
    pub at: DateTime<Utc>,
}

/// Events of a conversation.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Events {
    /// In order, without gaps.
    pub items: Vec<StoredEvent>,
    /// Number of the last event there is.
    pub last_seq: i64,
}

/// How a conversation is written out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportFormat {
    /// For people.
    Markdown,
    /// For programs.
    Json,
}

impl ExportFormat {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Markdown => "md",
            Self::Json => "json",
        }
    }
}

/// Somebody's session, as the server tells it.
#[derive(Debug, Deserialize)]
pub(crate) struct Me {
    pub user: Person,
}

/// A list without pages.
#[derive(Debug, Deserialize)]
pub(crate) struct Items<T> {
    pub items: Vec<T>,
}
