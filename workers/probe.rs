//! Looks at a service (does it answer?) or at an address (which models does it list?).

use std::time::Instant;

use quorum_domain::{
    Service, Trouble,
    context::{PromptMessage, PromptRole},
    ids::{ProbeId, UserId},
    probe::{ListedModel, ProbeStatus},
    service::origin_of,
    tokens::estimate_tokens,
    usage::{CallOutcome, CallPurpose, MicroUsd},
};
use quorum_providers::Ask;
use quorum_push::Signal;
use quorum_queue::{QueueError, Stop};
use quorum_store::{CallEnd, ClaimedJob, NewCall, Probe, ProbeOf, StoreError};
use tokio::sync::mpsc;

use crate::{
    keys::{NoKey, key_for_call},
    saving::save_until_done,
    shop::Shop,
};

/// Enough for a word or two, also of a model that thinks a little first.
const ANSWER_TOKENS: u32 = 64;
/// What a service is asked.
const QUESTION: &str = "Reply with the word ok.";

type Found = Result<Vec<ListedModel>, Trouble>;

pub async fn run(shop: &Shop, claimed: &ClaimedJob, id: ProbeId, stop: &Stop) -> Result<(), QueueError> {
    let probe = shop.store.read().await?.probe(id).await?;
    let begun = Instant::now();
    let found = match &probe.of {
        ProbeOf::Service(service) => {
            let service = shop.store.read().await?.service(*service).await?;
            ask_service(shop, &probe, service, claimed.attempt, stop).await?
        }
        ProbeOf::Address { service_type, base_url } => {
            let secret = stored_key(shop, probe.user_id, *service_type, base_url).await?;
            let listed = shop.voices.list_models(*service_type, base_url, secret).await;
            listed.map_err(|error| Trouble::from(&error.failure))
        }
    };
    let took = i64::try_from(begun.elapsed().as_millis()).ok();
    let (status, models, trouble) = match &found {
        Ok(models) => (ProbeStatus::Works, Some(models.as_slice()), None),
        Err(trouble) => (ProbeStatus::Failed, None, Some(trouble)),
    };
    save_until_done("a probe", || async {
        let mut tx = shop.store.begin().await?;
        tx.finish_job(claimed).await?;
        tx.finish_probe(id, status, models, trouble, took).await?;
        shop.commit(tx).await
    })
    .await?;
    shop.bus.signal(Signal::Probed(id));
    Ok(())
}

async fn stored_key(
    shop: &Shop,
    user: UserId,
    service_type: quorum_domain::ServiceType,
    base_url: &str,
) -> Result<Option<secrecy::SecretString>, QueueError> {
    let origin = origin_of(base_url);
    let key = shop.store.read().await?.key_for(user, service_type, &origin).await?;
    // A key that does not open is as good as none: the address then says that it wants one.
    Ok(key.and_then(|key| shop.vault.open(&key.binding, &key.sealed.into()).ok()))
}

/// One short question, in the ledger like every call.
async fn ask_service(
    shop: &Shop,
    probe: &Probe,
    service: Service,
    attempt: i64,
    stop: &Stop,
) -> Result<Found, QueueError> {
    let key = match key_for_call(shop, probe.user_id, &service).await {
        Ok(key) => key,
        Err(NoKey::Failed(failure)) => return Ok(Err(Trouble::from(&failure))),
        Err(NoKey::Store(error)) => return Err(error.into()),
    };
    let max_output_tokens = service.max_output_tokens.min(ANSWER_TOKENS);
    let at_most = service.prices.at_most(estimate_tokens(QUESTION), max_output_tokens);
    let mut tx = shop.store.begin().await?;
    let opened = tx
        .open_call(&NewCall {
            purpose: CallPurpose::Probe,
            user_id: probe.user_id,
            service_id: service.id,
            conversation_id: None,
            response_id: None,
            ballot_id: None,
            attempt,
            at_most,
        })
        .await;
    let call_id = match opened {
        Ok(call_id) => call_id,
        Err(StoreError::BudgetExceeded(refusal)) => return Ok(Err(refusal.to_string().as_str().into())),
        Err(error) => return Err(error.into()),
    };
    shop.commit(tx).await?;
    let key_id = key.as_ref().map(|key| key.id);
    let ask = Ask {
        key: key.map(|key| key.secret),
        messages: vec![PromptMessage::new(PromptRole::User, QUESTION)],
        images: Default::default(),
        max_output_tokens,
        structured: None,
        service,
    };
    // Nobody reads the pieces; a channel that nobody empties would hold the call up.
    let (sender, receiver) = mpsc::channel(1);
    drop(receiver);
    let asked = shop.voices.ask(&ask, sender, stop.token()).await;
    let end = match &asked {
        Ok(reply) => CallEnd {
            call_id,
            key_id,
            outcome: CallOutcome::Completed,
            usage: Some(reply.usage),
            cost: ask.service.prices.cost(&reply.usage),
            provider_request_id: reply.request_id.clone(),
            detail: None,
        },
        Err(error) => CallEnd {
            call_id,
            key_id,
            outcome: CallOutcome::Failed,
            usage: error.usage,
            cost: error.usage.map_or(MicroUsd(0), |usage| ask.service.prices.cost(&usage)),
            provider_request_id: error.request_id.clone(),
            detail: Some(format!("{}: {}", error.failure.kind, error.failure.detail)),
        },
    };
    save_until_done("the call of a probe", || async {
        let mut tx = shop.store.begin().await?;
        tx.close_call(&end).await?;
        shop.commit(tx).await
    })
    .await?;
    Ok(asked.map(|_| Vec::new()).map_err(|error| Trouble::from(&error.failure)))
}
