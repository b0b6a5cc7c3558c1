//! The judges that a user can have: for checking whom they name, and for saying beforehand what judging
//! will come to. Workers find the same ones by the same rule when they ask.

use quorum_domain::{
    Conversation, JudgingPolicy, Service, TokenUsage,
    ids::{ServiceId, UserId},
};
use quorum_rank::{ExpectedBallots, Judge, Policy, TrackRecord, family_of};
use quorum_store::Session;
use serde::Serialize;

use crate::{ApiError, FaultCode};

/// Judges with what is known of them, in the order in which workers would find them.
pub struct CallableJudges {
    services: Vec<Service>,
    /// The same as the rank crate knows them.
    pub bench: Vec<Judge>,
}

/// What one judge will come to.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct JudgeCost {
    service_id: ServiceId,
    service_name: String,
    /// Ballots on average.
    ballots: f64,
    /// What is likely.
    cost_micro_usd: i64,
}

/// What judging will come to.
#[derive(Debug, Clone, Default, Serialize, utoipa::ToSchema)]
pub struct JudgingCost {
    /// Calls on average; a ballot that has to be repaired costs one more.
    pub mean_calls: f64,
    /// Calls where the first ballots disagree.
    pub most_calls: usize,
    /// Input tokens on average.
    input_tokens: u64,
    /// Output tokens on average.
    output_tokens: u64,
    /// What is likely.
    pub cost_micro_usd: i64,
    /// What is likely where the first ballots disagree.
    pub most_micro_usd: i64,
    /// Who would be asked; a judge that fails is replaced, unless judges were named.
    pub judges: Vec<JudgeCost>,
}

/// How answers are judged: the names count only under the policy that has names.
pub fn policy_of(judging: JudgingPolicy, named: &[ServiceId]) -> Policy {
    let named = match judging {
        JudgingPolicy::Judge => named.to_vec(),
        _ => Vec::new(),
    };
    Policy {
        named,
        ..Policy::of(judging)
    }
}

/// How a conversation's answers are judged.
pub fn policy_of_conversation(conversation: &Conversation) -> Policy {
    policy_of(conversation.judging_policy, &conversation.judge_ids)
}

impl CallableJudges {
    /// Active services that may judge and whose key this user has.
    pub async fn of(session: &mut Session, user: UserId) -> Result<Self, ApiError> {
        let mut services: Vec<Service> = session.services().await?;
        let keys = session.usable_keys(user).await?;
        services.retain(|service| service.active && service.judge && keys.allow(service));
        services.sort_by_key(|service| (service.tiny, service.created_at));
        let records = session.judge_records().await?;
        let bench = services.iter().map(|service| {
            let record = records.get(&service.id);
            Judge {
                service_id: service.id,
                family: family_of(&service.model),
                record: record.map_or_else(TrackRecord::default, |record| TrackRecord {
                    right: record.right(),
                    pairs: record.pairs(),
                }),
            }
        });
        Ok(Self {
            bench: bench.collect(),
            services,
        })
    }

    /// Judges that a user names: each once, one at least, `most` at most, all of them such as can judge
    /// for this user.
    pub fn check(&self, named: &[ServiceId], most: usize) -> Result<(), ApiError> {
        let refused = |code: FaultCode, why: String| Err(ApiError::field("judge_ids", code, why));
        if named.is_empty() {
            return refused(
                FaultCode::Empty,
                "names no judge; name one, or choose another judging_policy".to_owned(),
            );
        }
        if named.len() > most {
            return Err(ApiError::limit(
                "judge_ids",
                FaultCode::TooMany,
                format!("names {} judges; at most {most} are allowed", named.len()),
                most,
            ));
        }
        for (at, id) in named.iter().enumerate() {
            if named[..at].contains(id) {
                return refused(FaultCode::Twice, "names a judge twice".to_owned());
            }
            if !self.services.iter().any(|service| service.id == *id) {
                return refused(
                    FaultCode::CannotJudge,
                    format!(
                        "{id} cannot judge for you: it is no active service that may judge, or you have no key for it"
                    ),
                );
            }
        }
        Ok(())
    }

    /// What these ballots, each of so many tokens in and out, will come to.
    pub fn cost(&self, planned: &ExpectedBallots, (input, output): (usize, usize)) -> JudgingCost {
        let usage = TokenUsage {
            input: input as u64,
            output: output as u64,
            ..TokenUsage::default()
        };
        let asked: Vec<(&Service, f64, f64)> = planned
            .by_judge
            .iter()
            .filter_map(|(id, ballots)| {
                let service = self.services.iter().find(|service| service.id == *id)?;
                Some((service, *ballots, service.prices.cost(&usage).0 as f64))
            })
            .collect();
        let cost: f64 = asked.iter().map(|(_, ballots, price)| price * ballots).sum();
        let dearest = asked.iter().map(|(.., price)| *price).fold(0.0, f64::max);
        let more = planned.most as f64 - planned.mean;
        JudgingCost {
            mean_calls: planned.mean,
            most_calls: planned.most,
            input_tokens: (input as f64 * planned.mean).round() as u64,
            output_tokens: (output as f64 * planned.mean).round() as u64,
            cost_micro_usd: cost.ceil() as i64,
            most_micro_usd: (cost + dearest * more.max(0.0)).ceil() as i64,
            judges: asked
                .into_iter()
                .map(|(service, ballots, price)| JudgeCost {
                    service_id: service.id,
                    service_name: service.name.clone(),
                    ballots,
                    cost_micro_usd: (price * ballots).ceil() as i64,
                })
                .collect(),
        }
    }
}
