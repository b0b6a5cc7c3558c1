//! Events: numbered changes of a conversation, stored in the transaction that made them; and
//! deltas: pieces of text that are not stored one by one.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    batch::BatchState,
    consensus::Consensus,
    conversation::{Conversation, ConversationChange},
    ids::{BatchId, ConversationId, MessageId, ResponseId},
    message::Message,
    response::Response,
};

/// What an event says. The `type` on the wire is the variant's name in snake case.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum EventBody {
    /// A message was accepted, with its batch and queued responses.
    MessageCreated {
        /// The message as accepted.
        message: Box<Message>,
    },
    /// A message's settings changed.
    MessageUpdated {
        /// The message it is about.
        message_id: MessageId,
        /// Left out of later prompts.
        excluded: bool,
    },
    /// The batch moved on.
    BatchUpdate {
        /// The batch without its responses.
        batch: Box<BatchState>,
    },
    /// A response moved on.
    ResponseUpdate {
        /// The response without its full text.
        response: Box<Response>,
    },
    /// A consensus moved on.
    ConsensusUpdate {
        /// The consensus without its full text.
        consensus: Box<Consensus>,
    },
    /// Nothing more happens in the batch by itself.
    BatchComplete {
        /// The batch.
        batch_id: BatchId,
        /// Responses with an answer.
        completed_count: i64,
        /// Responses asked for.
        total_count: i64,
    },
    /// The user kept an answer, or none any more.
    ResponseSelected {
        /// The message it answers.
        message_id: MessageId,
        /// The kept answer.
        response_id: Option<ResponseId>,
    },
    /// Answers were removed.
    ResponsesPruned {
        /// The message they answer.
        message_id: MessageId,
        /// The removed answers.
        response_ids: Vec<ResponseId>,
    },
    /// Removed answers came back.
    ResponsesRestored {
        /// The message they answer.
        message_id: MessageId,
        /// The restored answers.
        response_ids: Vec<ResponseId>,
    },
    /// Title, settings or place of the conversation changed.
    ConversationUpdated {
        /// The conversation as it is now.
        conversation: Box<Conversation>,
    },
    /// The conversation was deleted.
    ConversationDeleted {},
}

/// A stored event: numbered without gaps within its conversation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct StoredEvent {
    /// 1, 2, 3, ...
    pub seq: i64,
    /// The conversation it belongs to.
    pub conversation_id: ConversationId,
    /// When it was stored.
    pub at: DateTime<Utc>,
    /// What happened.
    #[serde(flatten)]
    pub body: EventBody,
}

/// A piece of text of a running response, or of the thoughts before it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Delta {
    /// The response it belongs to.
    pub response_id: ResponseId,
    /// The attempt it belongs to; a higher one starts anew.
    pub attempt: i64,
    /// Where it stands in the attempt's text or thoughts, in UTF-16 code units (a JavaScript string index).
    pub offset: i64,
    /// The text.
    pub text: String,
}

/// What is told besides stored events to those who follow a conversation or a list. These carry no
/// number of their own and are not told again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum StreamFrame {
    /// A piece of text of a running response.
    ResponseDelta(Delta),
    /// A piece of what a service thinks before it answers. It is no part of the text: its offsets
    /// count from the beginning of the thoughts.
    ThoughtsDelta(Delta),
    /// What was missed has been told; from now on things are told as they happen.
    Ready {
        /// Number of the last event told.
        last_seq: i64,
    },
    /// So much was missed that it is not told again: read the conversation anew.
    Resync {
        /// Number of the last event there is.
        last_seq: i64,
    },
    /// A conversation of the list changed; read it anew.
    ConversationChanged {
        /// Which.
        conversation_id: ConversationId,
        /// How.
        change: ConversationChange,
    },
}

/// Length of a text in UTF-16 code units, the unit of every offset on the wire.
pub fn utf16_length(text: &str) -> i64 {
    i64::try_from(text.chars().map(char::len_utf16).sum::<usize>()).unwrap_or(i64::MAX)
}
