//! What the user sent.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    attachment::Attachment,
    batch::Batch,
    ids::{ConversationId, MessageId, UserId},
};

/// Longest message in characters, unless the settings say otherwise.
pub const MESSAGE_CHARS: usize = 8_000;

/// A message of a user, with the batch that asked it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Message {
    /// Its id.
    pub id: MessageId,
    /// The thread it stands in.
    pub conversation_id: ConversationId,
    /// Who wrote it.
    pub author_id: UserId,
    /// The text.
    pub content: String,
    /// Images that came with it.
    #[serde(default)]
    #[schema(required)]
    pub attachments: Vec<Attachment>,
    /// Left out of later prompts without being deleted.
    pub excluded: bool,
    /// When it was accepted.
    pub created_at: DateTime<Utc>,
    /// The services' answers; none when no answers were asked for.
    pub batch: Option<Batch>,
}
