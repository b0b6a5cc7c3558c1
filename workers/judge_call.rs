//! One call to a judge, with its ledger row before and after; and a ballot out of it, with one
//! repair or one request for shorter texts.

use quorum_domain::{
    FailureKind, Service,
    batch::BallotStatus,
    context::PromptMessage,
    ids::{BallotId, ConversationId, MessageId, UserId},
    usage::{CallOutcome, CallPurpose, MicroUsd},
};
use quorum_providers::{Ask, CallError, ImageContents, JsonSchema, Reply};
use quorum_queue::{QueueError, Stop};
use quorum_rank::{
    BallotFault, Contestant, Sheet, Vote, ballot_schema, better_texts_request, in_other_language, parse_ballot,
    repair_request, without_other_language,
};
use quorum_store::{CallEnd, NewCall, StoreError};
use tokio::sync::mpsc;
use tracing::Instrument;

use crate::{keys::OpenedKey, pauses::Standing, saving::save_until_done, shop::Shop};

/// A ballot of eight answers has about 1,500 tokens; reasoning models think before they write.
const BALLOT_TOKENS: u32 = 6_000;

/// How asking a judge ended.
pub struct Verdict {
    pub status: BallotStatus,
    pub raw_reply: Option<String>,
    pub vote: Option<Vote>,
    pub void_reason: Option<String>,
    pub cost: MicroUsd,
}

impl Verdict {
    /// There will be no ballot.
    pub fn failed(reason: &str, cost: MicroUsd) -> Self {
        Self {
            status: BallotStatus::Failed,
            raw_reply: None,
            vote: None,
            void_reason: Some(reason.to_owned()),
            cost,
        }
    }
}

/// What a judge is asked about.
#[derive(Clone, Copy)]
pub enum Occasion<'a> {
    /// These answers to a message of a conversation.
    Answers(ConversationId, MessageId, BallotId, &'a [Contestant]),
    /// An exam.
    Exam,
}

impl Occasion<'_> {
    /// Faults of the texts of a valid ballot. Nobody reads those of an exam.
    fn faults(self, vote: &Vote) -> usize {
        match self {
            Self::Answers(.., answers) => vote.words_cut + in_other_language(vote, answers).len(),
            Self::Exam => 0,
        }
    }

    /// The ballot as it is kept.
    fn kept(self, vote: Vote) -> Vote {
        match self {
            Self::Answers(.., answers) => without_other_language(vote, answers),
            Self::Exam => vote,
        }
    }
}

/// What a judge is asked with.
pub struct JudgeCall<'a> {
    pub shop: &'a Shop,
    pub judge: Service,
    pub key: Option<OpenedKey>,
    pub standing: Standing,
    pub user: UserId,
    pub occasion: Occasion<'a>,
    /// The bytes of the images that the question came with, for a judge that sees.
    pub images: ImageContents,
    pub stop: &'a Stop,
}

impl JudgeCall<'_> {
    /// One question, and one more if the reply is not a ballot or its texts are too long or in another
    /// language than the answers; what is still too long is cut, what is still foreign left out. An error
    /// of the call comes with what was spent.
    pub async fn ask_for_ballot(
        &self,
        mut messages: Vec<PromptMessage>,
        sheet: &Sheet,
        attempt: i64,
    ) -> Result<Result<Verdict, (CallError, MicroUsd)>, QueueError> {
        let first_call = attempt * 2 - 1;
        let (reply, mut cost) = self.call(messages.clone(), first_call).await?;
        let reply = match reply {
            Ok(reply) => reply.text,
            Err(error) => return Ok(Err((error, cost))),
        };
        let first = parse_ballot(&reply, sheet);
        let Some(request) = self.second_request(&reply, &first) else {
            return Ok(Ok(self.verdict(reply, first, cost)));
        };
        messages.extend(request);
        let (second_reply, spent) = self.call(messages, first_call + 1).await?;
        cost = cost + spent;
        Ok(match (first, second_reply) {
            (Ok(kept), second) => {
                let second = second
                    .ok()
                    .map(|second| (parse_ballot(&second.text, sheet), second.text));
                match second {
                    Some((Ok(better), text)) if self.occasion.faults(&better) < self.occasion.faults(&kept) => {
                        Ok(self.verdict(text, Ok(better), cost))
                    }
                    _ => Ok(self.verdict(reply, Ok(kept), cost)),
                }
            }
            (Err(_), Ok(second)) => {
                let repaired = parse_ballot(&second.text, sheet);
                Ok(self.verdict(second.text, repaired, cost))
            }
            (Err(_), Err(error)) => Err((error, cost)),
        })
    }

    /// What the judge is asked after its first reply, if anything.
    fn second_request(&self, reply: &str, parsed: &Result<Vote, BallotFault>) -> Option<[PromptMessage; 2]> {
        match (parsed, self.occasion) {
            (Err(fault), _) => repair_request(reply, fault),
            (Ok(vote), Occasion::Answers(.., answers)) => better_texts_request(reply, vote, answers),
            (Ok(_), Occasion::Exam) => None,
        }
    }

    /// A reply as it is kept: a ballot, or void.
    fn verdict(&self, raw_reply: String, parsed: Result<Vote, BallotFault>, cost: MicroUsd) -> Verdict {
        let (status, vote, void_reason) = match parsed {
            Ok(vote) => (BallotStatus::Voted, Some(self.occasion.kept(vote)), None),
            Err(fault) => (BallotStatus::Void, None, Some(fault.to_string())),
        };
        Verdict {
            status,
            raw_reply: Some(raw_reply),
            vote,
            void_reason,
            cost,
        }
    }

    async fn open(&self, attempt: i64, at_most: MicroUsd) -> Result<quorum_domain::ids::CallId, QueueError> {
        let (purpose, conversation_id, ballot_id) = match self.occasion {
            Occasion::Answers(conversation, _, ballot, _) => (CallPurpose::Ballot, Some(conversation), Some(ballot)),
            Occasion::Exam => (CallPurpose::Exam, None, None),
        };
        let mut tx = self.shop.store.begin().await?;
        let call_id = tx
            .open_call(&NewCall {
                purpose,
                user_id: self.user,
                service_id: self.judge.id,
                conversation_id,
                response_id: None,
                ballot_id,
                attempt,
                at_most,
            })
            .await?;
        self.shop.commit(tx).await?;
        Ok(call_id)
    }

    async fn call(
        &self,
        messages: Vec<PromptMessage>,
        attempt: i64,
    ) -> Result<(Result<Reply, CallError>, MicroUsd), QueueError> {
        let max_output_tokens = self.judge.max_output_tokens.min(BALLOT_TOKENS);
        let input = messages.iter().map(PromptMessage::tokens).sum();
        let call_id = match self
            .open(attempt, self.judge.prices.at_most(input, max_output_tokens))
            .await
        {
            Ok(call_id) => call_id,
            Err(QueueError::Store(StoreError::BudgetExceeded(refusal))) => {
                let error = CallError::new(FailureKind::BudgetExceeded, refusal.to_string());
                return Ok((Err(error), MicroUsd(0)));
            }
            Err(error) => return Err(error),
        };
        let ask = Ask {
            max_output_tokens,
            service: self.judge.clone(),
            key: self.key.as_ref().map(|key| key.secret.clone()),
            messages,
            images: self.images.clone(),
            structured: Some(JsonSchema {
                name: "ballot",
                schema: ballot_schema(),
            }),
        };
        let span = tracing::info_span!("judge call", service = %self.judge.name, model = %self.judge.model, attempt);
        if let Occasion::Answers(_, message, ..) = self.occasion {
            quorum_trace::follow(&span, message);
        }
        let (sender, mut pieces) = mpsc::channel(64);
        let asking = self.shop.voices.ask(&ask, sender, self.stop.token()).instrument(span);
        let (reply, ()) = tokio::join!(asking, async { while pieces.recv().await.is_some() {} });
        let (outcome, usage, request_id, detail) = match &reply {
            Ok(reply) => (
                CallOutcome::Completed,
                Some(reply.usage),
                reply.request_id.clone(),
                None,
            ),
            Err(error) => (
                CallOutcome::Failed,
                error.usage,
                error.request_id.clone(),
                Some(error.to_string()),
            ),
        };
        let cost = usage.map_or(MicroUsd(0), |usage| self.judge.prices.cost(&usage));
        let end = CallEnd {
            call_id,
            key_id: self.standing.key(),
            outcome,
            usage,
            cost,
            provider_request_id: request_id,
            detail,
        };
        let verdict = match &reply {
            Ok(_) => self.standing.verdict_of_success(),
            Err(error) => self.standing.verdict_of(error),
        };
        save_until_done("a judge's call", || async {
            let mut tx = self.shop.store.begin().await?;
            tx.close_call(&end).await?;
            verdict.note(&mut tx).await?;
            self.shop.commit(tx).await
        })
        .await?;
        Ok((reply, cost))
    }
}
