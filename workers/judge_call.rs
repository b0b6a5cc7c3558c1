//! One call to a judge, with its ledger row before and after; and a ballot out of it, with one
//! repair.

use quorum_domain::{
    Service,
    batch::BallotStatus,
    context::PromptMessage,
    ids::{BallotId, ConversationId, MessageId, UserId},
    usage::{CallOutcome, CallPurpose, MicroUsd},
};
use quorum_providers::{Ask, CallError, JsonSchema, Reply};
use quorum_queue::{QueueError, Stop};
use quorum_rank::{Sheet, Vote, ballot_schema, parse_ballot, repair_request};
use quorum_store::{CallEnd, NewCall};
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
pub enum Occasion {
    /// A batch of a conversation.
    Batch(ConversationId, MessageId, BallotId),
    /// An exam.
    Exam,
}

/// What a judge is asked with.
pub struct JudgeCall<'a> {
    pub shop: &'a Shop,
    pub judge: Service,
    pub key: Option<OpenedKey>,
    pub standing: Standing,
    pub user: UserId,
    pub occasion: Occasion,
    pub stop: &'a Stop,
}

impl JudgeCall<'_> {
    /// One question, and one more if the reply is not a ballot. An error of the call comes with
    /// what was spent.
    pub async fn ask_for_ballot(
        &self,
        mut messages: Vec<PromptMessage>,
        sheet: &Sheet,
        attempt: i64,
    ) -> Result<Result<Verdict, (CallError, MicroUsd)>, QueueError> {
        let mut cost = MicroUsd(0);
        let mut fault = String::new();
        let mut raw_reply = None;
        for try_number in 0..2 {
            let (reply, spent) = self.call(messages.clone(), attempt * 2 - 1 + try_number).await?;
            cost = cost + spent;
            let reply = match reply {
                Ok(reply) => reply,
                Err(error) => return Ok(Err((error, cost))),
            };
            match parse_ballot(&reply.text, sheet) {
                Ok(vote) => {
                    return Ok(Ok(Verdict {
                        status: BallotStatus::Voted,
                        raw_reply: Some(reply.text),
                        vote: Some(vote),
                        void_reason: None,
                        cost,
                    }));
                }
                Err(found) => {
                    messages.extend(repair_request(&reply.text, &found));
                    fault = found.to_string();
                    raw_reply = Some(reply.text);
                }
            }
        }
        Ok(Ok(Verdict {
            status: BallotStatus::Void,
            raw_reply,
            vote: None,
            void_reason: Some(fault),
            cost,
        }))
    }

    async fn open(&self, attempt: i64) -> Result<quorum_domain::ids::CallId, QueueError> {
        let (purpose, conversation_id, ballot_id) = match self.occasion {
            Occasion::Batch(conversation, _, ballot) => (CallPurpose::Ballot, Some(conversation), Some(ballot)),
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
        let call_id = self.open(attempt).await?;
        let ask = Ask {
            max_output_tokens: self.judge.max_output_tokens.min(BALLOT_TOKENS),
            service: self.judge.clone(),
            key: self.key.as_ref().map(|key| key.secret.clone()),
            messages,
            structured: Some(JsonSchema {
                name: "ballot",
                schema: ballot_schema(),
            }),
        };
        let span = tracing::info_span!("judge call", service = %self.judge.name, model = %self.judge.model, attempt);
        if let Occasion::Batch(_, message, _) = self.occasion {
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
