//! Background work that is not a response: what kinds there are and what each is about.

use uuid::Uuid;

use crate::{
    ids::{ApiKeyId, BallotId, BatchId, DeliveryId, ExamId, ProbeId, ResponseId},
    named_enum,
};

/// Deaths of a worker on one job after which it is set aside.
pub const MAX_JOB_CRASHES: i64 = 3;

named_enum! {
    /// The kinds of work besides answering.
    pub enum JobKind {
        /// Ask one judge for its ballot.
        CastBallot => "cast_ballot",
        /// Rank the responses of a batch.
        RankBatch => "rank_batch",
        /// Try a provider key.
        TestKey => "test_key",
        /// Look at a service or an address.
        Probe => "probe",
        /// Examine a service as a judge.
        TakeExam => "take_exam",
        /// See what a user's choice says of the judges.
        LearnFromChoice => "learn_from_choice",
        /// Have a consensus compared with the best single answer.
        CompareConsensus => "compare_consensus",
        /// Bring a message to a webhook.
        DeliverWebhook => "deliver_webhook",
    }
}

/// A unit of work: ids only, so that it is safe to run twice and cannot fail to decode.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Job {
    /// Ask one judge for its ballot.
    CastBallot(BallotId),
    /// Rank the responses of a batch.
    RankBatch(BatchId),
    /// Try a provider key.
    TestKey(ApiKeyId),
    /// Look at a service or an address.
    Probe(ProbeId),
    /// Examine a service as a judge.
    TakeExam(ExamId),
    /// See what a user's choice says of the judges.
    LearnFromChoice(BatchId),
    /// Have a consensus compared with the best single answer.
    CompareConsensus(ResponseId),
    /// Bring a message to a webhook.
    DeliverWebhook(DeliveryId),
}

impl Job {
    /// The kind.
    pub const fn kind(self) -> JobKind {
        match self {
            Self::CastBallot(_) => JobKind::CastBallot,
            Self::RankBatch(_) => JobKind::RankBatch,
            Self::TestKey(_) => JobKind::TestKey,
            Self::Probe(_) => JobKind::Probe,
            Self::TakeExam(_) => JobKind::TakeExam,
            Self::LearnFromChoice(_) => JobKind::LearnFromChoice,
            Self::CompareConsensus(_) => JobKind::CompareConsensus,
            Self::DeliverWebhook(_) => JobKind::DeliverWebhook,
        }
    }

    /// What it is about.
    pub const fn subject(self) -> Uuid {
        match self {
            Self::CastBallot(id) => id.0,
            Self::RankBatch(id) => id.0,
            Self::TestKey(id) => id.0,
            Self::Probe(id) => id.0,
            Self::TakeExam(id) => id.0,
            Self::LearnFromChoice(id) => id.0,
            Self::CompareConsensus(id) => id.0,
            Self::DeliverWebhook(id) => id.0,
        }
    }

    /// Puts a stored job together again.
    pub const fn from_parts(kind: JobKind, subject: Uuid) -> Self {
        match kind {
            JobKind::CastBallot => Self::CastBallot(BallotId(subject)),
            JobKind::RankBatch => Self::RankBatch(BatchId(subject)),
            JobKind::TestKey => Self::TestKey(ApiKeyId(subject)),
            JobKind::Probe => Self::Probe(ProbeId(subject)),
            JobKind::TakeExam => Self::TakeExam(ExamId(subject)),
            JobKind::LearnFromChoice => Self::LearnFromChoice(BatchId(subject)),
            JobKind::CompareConsensus => Self::CompareConsensus(ResponseId(subject)),
            JobKind::DeliverWebhook => Self::DeliverWebhook(DeliveryId(subject)),
        }
    }
}
