//! Who can judge for a user, and what is known of each.

use quorum_domain::{
    Conversation, JudgingPolicy, Service,
    ids::{ServiceId, UserId},
};
use quorum_queue::QueueError;
use quorum_rank::{Judge, PROMPT_VERSION, Policy, SheetPlan, TrackRecord, family_of};
use quorum_store::{JudgeRecord, NewBallot};

use crate::{
    keys::{NoKey, key_for_call},
    shop::Shop,
};

/// The judges that can be called; none by default.
#[derive(Default)]
pub struct Bench {
    pub judges: Vec<Judge>,
    services: Vec<Service>,
}

impl Bench {
    /// The name of a judge, for the record.
    pub fn name_of(&self, judge: ServiceId) -> String {
        let service = self.services.iter().find(|service| service.id == judge);
        service.map_or_else(String::new, |service| service.name.clone())
    }

    /// Sheets as ballots to hand out.
    pub fn ballots(&self, plans: Vec<SheetPlan>) -> Vec<NewBallot> {
        plans
            .into_iter()
            .map(|plan| NewBallot {
                judge: plan.judge,
                judge_name: self.name_of(plan.judge),
                sheet: serde_json::to_value(&plan.sheet).unwrap_or_default(),
                prompt_version: PROMPT_VERSION.to_owned(),
                weight: plan.weight,
            })
            .collect()
    }
}

/// How a conversation's answers are judged.
pub fn policy_of(conversation: &Conversation) -> Policy {
    let named = match conversation.judging_policy {
        JudgingPolicy::Judge => conversation.judge_ids.clone(),
        _ => Vec::new(),
    };
    Policy {
        named,
        ..Policy::of(conversation.judging_policy)
    }
}

/// Active services that may judge and whose key this user has. Of equals, larger models stand
/// before very small ones, and older services before newer ones.
pub async fn bench_for(shop: &Shop, user: UserId) -> Result<Bench, QueueError> {
    let mut session = shop.store.read().await?;
    let mut services = session.services().await?;
    let records = session.judge_records().await?;
    drop(session);
    services.retain(|service| service.active && service.judge);
    services.sort_by_key(|service| (service.tiny, service.created_at));
    let mut judges = Vec::with_capacity(services.len());
    for service in &services {
        match key_for_call(shop, user, service).await {
            Ok(_) => judges.push(Judge {
                service_id: service.id,
                family: family_of(&service.model),
                record: records.get(&service.id).map(known_of).unwrap_or_default(),
            }),
            Err(NoKey::Failed(_)) => {}
            Err(NoKey::Store(error)) => return Err(error.into()),
        }
    }
    Ok(Bench { judges, services })
}

fn known_of(record: &JudgeRecord) -> TrackRecord {
    TrackRecord {
        right: record.right(),
        pairs: record.pairs(),
    }
}
