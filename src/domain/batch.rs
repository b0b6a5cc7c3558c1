//! One message put to N services.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    claim::Claim,
    consensus::Consensus,
    ids::{BatchId, MessageId, ResponseId},
    named_enum,
    remark::RankingRemark,
    response::Response,
};

named_enum! {
    /// Where a batch stands.
    pub enum BatchStatus {
        /// Accepted; nobody has begun.
        Pending => "PENDING",
        /// At least one service is being asked.
        Processing => "PROCESSING",
        /// Every response is final; judges are at work.
        Ranking => "RANKING",
        /// Done.
        Completed => "COMPLETED",
        /// No service answered.
        Failed => "FAILED",
        /// Stopped by the user before any service answered.
        Cancelled => "CANCELLED",
    }
}

impl BatchStatus {
    /// Whether nothing more happens by itself.
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Completed | Self::Failed | Self::Cancelled)
    }

    /// The allowed changes. A final batch can open again: by a retry, a late joiner or a re-rank.
    pub const fn can_become(self, next: Self) -> bool {
        use BatchStatus::{Cancelled, Completed, Failed, Pending, Processing, Ranking};
        match self {
            Pending => matches!(next, Processing | Ranking | Completed | Failed | Cancelled),
            Processing => matches!(next, Ranking | Completed | Failed | Cancelled),
            Ranking => matches!(next, Completed | Cancelled | Processing),
            Completed | Failed | Cancelled => matches!(next, Processing | Ranking),
        }
    }
}

named_enum! {
    /// How the order of a batch came about.
    pub enum RankingMethod {
        /// By judges' ballots.
        Judge => "judge",
        /// By agreement among the answers, without a judge.
        Local => "local",
        /// There was only one answer to rank.
        Single => "single",
        /// Ranking was off.
        None => "none",
    }
}

named_enum! {
    /// Who found the points of agreement.
    pub enum AgreementSource {
        /// A judge's ballot.
        Judge => "judge",
        /// Matching of sentences.
        Local => "local",
    }
}

named_enum! {
    /// Where a ballot stands.
    pub enum BallotStatus {
        /// The judge has not replied.
        Pending => "pending",
        /// It counts.
        Voted => "voted",
        /// The reply was not a ballot.
        Void => "void",
        /// The judge could not be asked.
        Failed => "failed",
    }
}

/// A point on which answers differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Disagreement {
    /// What it is about.
    pub point: String,
    /// The answers that stand apart.
    pub response_ids: Vec<ResponseId>,
}

/// Where the answers of a batch agree and differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Agreement {
    /// What all say.
    pub agree: Vec<String>,
    /// Where they differ.
    pub disagree: Vec<Disagreement>,
    /// The points one by one, with the passages they rest on.
    #[serde(default)]
    #[schema(required)]
    pub claims: Vec<Claim>,
    /// Who found it.
    pub source: AgreementSource,
}

/// One message put to N services, with their responses.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Batch {
    /// Everything but the responses.
    #[serde(flatten)]
    pub state: BatchState,
    /// The answers in the order asked, deleted ones included.
    pub responses: Vec<Response>,
    /// The fused answers, newest first, deleted ones included.
    #[serde(default)]
    #[schema(required)]
    pub consensuses: Vec<Consensus>,
}

/// A batch without its responses, as events carry it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct BatchState {
    /// Its id.
    pub id: BatchId,
    /// The message asked.
    pub message_id: MessageId,
    /// Where it stands.
    pub status: BatchStatus,
    /// Responses asked for.
    pub expected_responses: i64,
    /// Responses in a final state, whatever it is.
    pub finished_responses: i64,
    /// Responses with an answer.
    pub answered_responses: i64,
    /// Judges asked.
    pub judges_wanted: i64,
    /// Judges whose ballot counted.
    pub judges_voted: i64,
    /// How the order came about; none before ranking.
    pub ranking_method: Option<RankingMethod>,
    /// What the reader should know about the ranking, in English.
    pub ranking_note: Option<String>,
    /// The same as codes with their numbers, to be worded in the reader's language.
    #[serde(default)]
    #[schema(required)]
    pub ranking_remarks: Vec<RankingRemark>,
    /// Where the answers agree and differ.
    pub agreement: Option<Agreement>,
    /// The answers that the ranking took in: a complete one that is not among them came later.
    #[serde(default)]
    #[schema(required)]
    pub ranked_response_ids: Vec<ResponseId>,
    /// The answer the user kept.
    pub selected_response_id: Option<ResponseId>,
    /// Whether the others were removed.
    pub pruned: bool,
    /// When it was accepted.
    pub created_at: DateTime<Utc>,
    /// When it became final.
    pub completed_at: Option<DateTime<Utc>>,
}

#[cfg(test)]
mod tests {
    use super::BatchStatus;

    #[test]
    fn a_final_batch_only_opens_by_asking_or_judging_again() {
        for done in [BatchStatus::Completed, BatchStatus::Failed, BatchStatus::Cancelled] {
            assert!(done.is_final());
            for &next in BatchStatus::ALL {
                let reopened = matches!(next, BatchStatus::Processing | BatchStatus::Ranking);
                assert_eq!(done.can_become(next), reopened, "{done} -> {next}");
            }
        }
    }
}
