//! A run: a batch that a program asked for, which waits for one answer of it.

use serde::{Deserialize, Serialize};

use crate::{
    clock::Timestamp,
    ids::{BatchId, ConversationId, MessageId, ResponseId, UserId},
    named_enum,
};

named_enum! {
    /// Which answer of a batch a run waits for.
    pub enum RunAnswer {
        /// The fused answer; the best one where there is nothing to fuse.
        Consensus => "consensus",
        /// The answer that is ranked first.
        Best => "best",
        /// The answer of the one service that was asked.
        Service => "service",
    }
}

/// A batch that a program asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// The batch; it is what a run is named by.
    pub batch_id: BatchId,
    /// Who asked.
    pub user_id: UserId,
    /// The thread it stands in.
    pub conversation_id: ConversationId,
    /// The message asked.
    pub message_id: MessageId,
    /// Which answer it waits for.
    pub wants: RunAnswer,
    /// The model as it was asked for, such as `quorum:best`.
    pub model: String,
    /// Most tokens of an answer, where the program set a limit.
    pub max_output_tokens: Option<u32>,
    /// The fused answer, once it is begun.
    pub consensus_id: Option<ResponseId>,
    /// When it was accepted.
    pub created_at: Timestamp,
}
