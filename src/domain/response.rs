//! One service's answer in a batch, and the states it goes through.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    citation::Citation,
    failure::{Failure, FailureKind},
    ids::{BatchId, ConversationId, MessageId, ResponseId, ServiceId},
    limits::{Reasoning, Summary},
    named_enum,
    remark::AgreementReason,
};

/// Calls to the provider that one asking may use.
pub const MAX_ATTEMPTS: i64 = 3;
/// Deaths of a worker on one response after which it is given up.
pub const MAX_CRASHES: i64 = 3;

named_enum! {
    /// The state that a response row holds.
    pub enum ResponseState {
        /// Waiting for a worker.
        Queued => "queued",
        /// The request is out; no text yet.
        Calling => "calling",
        /// Text is coming in.
        Streaming => "streaming",
        /// Waiting for the next attempt.
        Retrying => "retrying",
        /// The answer is complete.
        Answered => "answered",
        /// Given up.
        Failed => "failed",
        /// The model declined to answer.
        Refused => "refused",
        /// Stopped by the user.
        Cancelled => "cancelled",
    }
}

impl ResponseState {
    /// Whether nothing more happens by itself.
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Answered | Self::Failed | Self::Refused | Self::Cancelled)
    }

    /// The allowed changes. `calling` may become `queued` again when a worker hands work back or
    /// dies; a final response only opens by the user's retry, and an answered one never does.
    pub const fn can_become(self, next: Self) -> bool {
        use ResponseState::{Answered, Calling, Cancelled, Failed, Queued, Refused, Retrying, Streaming};
        match self {
            Queued | Retrying => matches!(next, Calling | Failed | Cancelled),
            Calling => !matches!(next, Calling),
            Streaming => matches!(next, Answered | Failed | Refused | Cancelled | Retrying | Queued),
            Failed | Refused | Cancelled => matches!(next, Queued),
            Answered => false,
        }
    }
}

named_enum! {
    /// What a response is in its batch.
    #[derive(Default)]
    pub enum ResponseRole {
        /// One service's answer to the question.
        #[default]
        Answer => "answer",
        /// Made from the answers: it is not counted, ranked or compared with them.
        Consensus => "consensus",
    }
}

named_enum! {
    /// The coarse status on the wire.
    pub enum ResponseStatus {
        /// Not begun.
        Pending => "pending",
        /// Under way.
        Processing => "processing",
        /// Answered or refused.
        Completed => "completed",
        /// Given up.
        Failed => "failed",
        /// Stopped.
        Cancelled => "cancelled",
    }
}

named_enum! {
    /// The fine stage on the wire.
    pub enum Stage {
        /// Waiting for a worker.
        Queued => "queued",
        /// The request is out.
        Calling => "calling",
        /// Text is coming in.
        Streaming => "streaming",
        /// Waiting for the next attempt.
        Retrying => "retrying",
        /// Complete, not ranked.
        Answered => "answered",
        /// Complete, judges are at work.
        Judging => "judging",
        /// Complete and ranked.
        Ranked => "ranked",
        /// Given up.
        Failed => "failed",
        /// The model declined.
        Refused => "refused",
        /// Stopped.
        Cancelled => "cancelled",
    }
}

named_enum! {
    /// Why the text ends where it ends.
    pub enum FinishReason {
        /// The model was done.
        Stop => "stop",
        /// The token limit cut it.
        Length => "length",
        /// The model declined.
        Refusal => "refusal",
    }
}

named_enum! {
    /// Who wrote the summary.
    pub enum SummarySource {
        /// Sentences taken from the answer.
        Extractive => "extractive",
        /// A judge's ballot.
        Judge => "judge",
    }
}

/// What of a response's history decides about its place on the wire.
#[derive(Debug, Clone, Copy)]
pub struct Standing {
    /// The row's state.
    pub state: ResponseState,
    /// Whether it has a rank.
    pub ranked: bool,
    /// Whether its batch is being judged.
    pub judging: bool,
    /// Length of the text so far in UTF-16 units.
    pub content_length: i64,
}

impl Standing {
    /// Of a response that has no text yet.
    pub const fn without_text(state: ResponseState) -> Self {
        Self {
            state,
            ranked: false,
            judging: false,
            content_length: 0,
        }
    }

    /// The coarse status.
    pub const fn status(self) -> ResponseStatus {
        match self.state {
            ResponseState::Queued => ResponseStatus::Pending,
            ResponseState::Calling | ResponseState::Streaming | ResponseState::Retrying => ResponseStatus::Processing,
            ResponseState::Answered | ResponseState::Refused => ResponseStatus::Completed,
            ResponseState::Failed => ResponseStatus::Failed,
            ResponseState::Cancelled => ResponseStatus::Cancelled,
        }
    }

    /// The fine stage.
    pub const fn stage(self) -> Stage {
        match self.state {
            ResponseState::Queued => Stage::Queued,
            ResponseState::Calling => Stage::Calling,
            ResponseState::Streaming => Stage::Streaming,
            ResponseState::Retrying => Stage::Retrying,
            ResponseState::Answered if self.ranked => Stage::Ranked,
            ResponseState::Answered if self.judging => Stage::Judging,
            ResponseState::Answered => Stage::Answered,
            ResponseState::Failed => Stage::Failed,
            ResponseState::Refused => Stage::Refused,
            ResponseState::Cancelled => Stage::Cancelled,
        }
    }

    /// Progress in percent. While text comes in it approaches 85 and never falls: a model does
    /// not say how long its answer will be, so half of the way is at 1,500 characters.
    pub const fn progress(self) -> i64 {
        match self.stage() {
            Stage::Queued => 0,
            Stage::Calling | Stage::Retrying => 5,
            Stage::Streaming => 10 + 75 * self.content_length / (self.content_length + 1_500),
            Stage::Answered => 90,
            Stage::Judging => 95,
            Stage::Ranked | Stage::Failed | Stage::Refused | Stage::Cancelled => 100,
        }
    }
}

/// A failure as the card shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ResponseError {
    /// The class.
    pub kind: FailureKind,
    /// What happened, in plain words, with the provider's own words where they help.
    pub message: String,
    /// The provider's own words alone, if it said anything.
    pub said: Option<String>,
    /// What the user can do.
    pub action: String,
    /// Whether "Retry" is offered.
    pub retryable: bool,
}

impl From<&Failure> for ResponseError {
    fn from(failure: &Failure) -> Self {
        Self {
            kind: failure.kind,
            message: failure.words(),
            said: failure.said(),
            action: failure.kind.advice().to_owned(),
            retryable: failure.kind.is_retryable_by_user(),
        }
    }
}

/// Tokens of a response as shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ResponseUsage {
    /// All input tokens.
    pub input_tokens: i64,
    /// The part of the input read from a cache.
    pub cached_input_tokens: i64,
    /// Billed output tokens.
    pub output_tokens: i64,
    /// The part of the output that was reasoning.
    pub reasoning_tokens: i64,
}

/// One service's answer in a batch, as sent to the page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Response {
    /// Its id.
    pub id: ResponseId,
    /// The batch it answers.
    pub batch_id: BatchId,
    /// The message it answers.
    pub message_id: MessageId,
    /// The thread it stands in.
    pub conversation_id: ConversationId,
    /// The service asked.
    pub service_id: ServiceId,
    /// The service's name when it was asked.
    pub service_name: String,
    /// The model's name when it was asked.
    pub model: String,
    /// Played by the built-in fleet.
    pub demo: bool,
    /// From a very small model.
    pub tiny: bool,
    /// An answer, or made from the answers.
    #[serde(default)]
    #[schema(required)]
    pub role: ResponseRole,
    /// Place in the order asked, from 0.
    pub position: i64,
    /// Coarse status.
    pub status: ResponseStatus,
    /// Fine stage.
    pub stage: Stage,
    /// 0 to 100.
    pub progress: i64,
    /// At most 50 words.
    pub summary: Option<Summary>,
    /// Who wrote the summary.
    pub summary_source: Option<SummarySource>,
    /// At most 20 words: why it stands where it stands.
    pub reasoning: Option<Reasoning>,
    /// The same as a code, where no judge said it.
    #[serde(default)]
    #[schema(required)]
    pub agreement_reason: Option<AgreementReason>,
    /// 0.0 to 10.0, relative to the other answers; 5 is no preference.
    pub ranking_score: Option<f64>,
    /// Lower end of the 80 % interval.
    pub score_low: Option<f64>,
    /// Upper end of the 80 % interval.
    pub score_high: Option<f64>,
    /// 1 is best.
    pub rank: Option<i64>,
    /// Too close to call against a neighbour.
    pub tied: bool,
    /// The whole answer; only where asked for.
    pub expanded_content: Option<String>,
    /// What the service thought before it wrote, as Markdown of at most 256 KiB; only where the whole
    /// answer is asked for. Not part of the answer: not judged, and in no prompt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thoughts: Option<String>,
    /// The sources that the service named, at most 64; only where the whole answer is asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub citations: Vec<Citation>,
    /// How many sources the service named.
    #[serde(default)]
    #[schema(required)]
    pub citation_count: i64,
    /// Length of the text so far in UTF-16 units.
    pub content_length: i64,
    /// Why the text ends where it ends.
    pub finish_reason: Option<FinishReason>,
    /// Why there is no answer.
    pub error: Option<ResponseError>,
    /// When the next attempt begins.
    pub retry_at: Option<DateTime<Utc>>,
    /// Calls made so far in this asking.
    pub attempt: i64,
    /// Calls that this asking may use.
    pub max_attempts: i64,
    /// Tokens, once known.
    pub usage: Option<ResponseUsage>,
    /// Cost of all calls for this response.
    pub cost_micro_usd: i64,
    /// When it was accepted.
    pub created_at: DateTime<Utc>,
    /// When the first call began.
    pub started_at: Option<DateTime<Utc>>,
    /// When the first text came.
    pub first_token_at: Option<DateTime<Utc>>,
    /// When it became final.
    pub finished_at: Option<DateTime<Utc>>,
    /// Kept by the user.
    pub selected: bool,
    /// Removed by the user.
    pub deleted: bool,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn any_state() -> impl Strategy<Value = ResponseState> {
        proptest::sample::select(ResponseState::ALL)
    }

    proptest! {
        #[test]
        fn an_answer_once_given_is_never_taken_back(next in any_state()) {
            prop_assert!(!ResponseState::Answered.can_become(next));
        }

        #[test]
        fn a_final_state_only_opens_into_the_queue(from in any_state(), next in any_state()) {
            if from.is_final() && from.can_become(next) {
                prop_assert_eq!(next, ResponseState::Queued);
            }
        }

        #[test]
        fn from_every_state_a_final_one_can_be_reached(from in any_state()) {
            let mut reached = vec![from];
            let mut at = 0;
            while at < reached.len() {
                for &next in ResponseState::ALL {
                    if reached[at].can_become(next) && !reached.contains(&next) { reached.push(next); }
                }
                at += 1;
            }
            prop_assert!(reached.iter().any(|state| state.is_final()));
        }

        #[test]
        fn progress_never_falls_while_text_comes_in(length in 0_i64..1_000_000, more in 0_i64..1_000) {
            let at = |content_length| Standing { state: ResponseState::Streaming, ranked: false, judging: false, content_length }.progress();
            prop_assert!(at(length) <= at(length + more) && (10..=85).contains(&at(length)));
        }
    }
}
