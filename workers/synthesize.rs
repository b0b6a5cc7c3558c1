//! Fuses the answers of a batch into one. Everything about the call itself, streaming and saving
//! is as for an answer; here is what differs: what is asked, and what the sentences rest on.

use std::time::Duration;

use quorum_domain::{
    AttributedSentence, Claim, ClaimSource, FailureKind, ResponseRole, Service,
    context::PromptMessage,
    ids::{BatchId, ResponseId},
};
use quorum_rank::{Contestant, Field, RankingOutcome, attribute, consensus_prompt, sources_to_fuse};
use quorum_store::{ClaimedResponse, Session, StoreError, Tx};

use crate::{field::field_of, images, keys::NoKey, shop::Shop};

/// Waits between two tries to read the answers while the database is away.
const FIRST_WAIT: Duration = Duration::from_millis(50);
const LONGEST_WAIT: Duration = Duration::from_secs(2);

/// What a consensus is made from.
pub struct Material {
    pub messages: Vec<PromptMessage>,
    sources: Vec<ResponseId>,
    known: Vec<ResponseId>,
}

/// Reads answers, ranking and the user's points, and words the request. Answers that were removed
/// meanwhile are not in it.
pub async fn gather(session: &mut Session, claimed: &ClaimedResponse, service: &Service) -> Result<Material, NoKey> {
    let read = async {
        let plan = session.consensus_plan(claimed.lease.response_id).await?;
        let (question, shown) = images::question_for(service, session.question_of(claimed.message_id).await?);
        let (batch, ..) = session.batch_at_work(claimed.batch_id).await?;
        let field = field_of(session.responses_of_batch(claimed.batch_id, true).await?);
        let outcome = newest_outcome(session, claimed.batch_id).await?;
        let sources = sources_to_fuse(&field, outcome.as_ref(), &plan.keep);
        let is_there = |claim: &Claim| {
            let said_by = |source: &ClaimSource| contestant(&field, source.response_id).is_some();
            claim.supported_by.iter().any(said_by)
        };
        let mut claims = batch.agreement.map(|agreement| agreement.claims).unwrap_or_default();
        claims.retain(|claim| is_there(claim) && !plan.keep.iter().any(|kept| kept.text == claim.text));
        let texts: Vec<Contestant> = sources
            .iter()
            .filter_map(|id| contestant(&field, *id).cloned())
            .collect();
        let nonce = format!("{:08X}", rand::random::<u32>());
        let mut messages = consensus_prompt(&question, &texts, &plan.keep, &claims, &nonce);
        images::show(&mut messages, shown);
        Ok(Material {
            messages,
            known: field.contestants().iter().map(|one| one.response_id).collect(),
            sources,
        })
    };
    let material: Material = read.await.map_err(NoKey::Store)?;
    if material.sources.is_empty() {
        return Err(NoKey::Failed(FailureKind::NoSources.into()));
    }
    Ok(material)
}

fn contestant(field: &Field, id: ResponseId) -> Option<&Contestant> {
    field.contestants().iter().find(|one| one.response_id == id)
}

/// The newest ranking that was completed; one that was stopped has no record.
pub async fn newest_outcome(session: &mut Session, batch: BatchId) -> Result<Option<RankingOutcome>, StoreError> {
    let rankings = session.rankings_of_batch(batch).await?;
    let complete = rankings
        .into_iter()
        .find(|ranking| ranking.consensus_id.is_none() && ranking.completed_at.is_some());
    Ok(complete.and_then(|ranking| serde_json::from_value(ranking.record?).ok()))
}

/// Notes in the transaction that begins the call what it is made from.
pub async fn note(tx: &mut Tx, claimed: &ClaimedResponse, material: Option<&Material>) -> Result<(), StoreError> {
    match material {
        Some(material) => {
            tx.note_sources(claimed.lease.response_id, &material.sources, &material.known)
                .await
        }
        None => Ok(()),
    }
}

/// What each sentence rests on, by comparing it with every answer there is: what the model says of
/// its sources counts nothing. The text is kept whatever becomes of this.
pub async fn sentences(shop: &Shop, claimed: &ClaimedResponse, text: &str) -> Vec<AttributedSentence> {
    if claimed.role != ResponseRole::Consensus {
        return Vec::new();
    }
    let mut wait = FIRST_WAIT;
    loop {
        match behind(shop, claimed).await {
            Ok((field, claims)) => return attribute(text, field.contestants(), &claims).sentences,
            Err(error) if error.is_transient() => {
                tracing::warn!(error = %error, "the answers behind a consensus could not be read yet; trying again");
                tokio::time::sleep(wait).await;
                wait = (wait * 2).min(LONGEST_WAIT);
            }
            Err(error) => {
                tracing::error!(error = %error, "the answers behind a consensus cannot be read");
                return Vec::new();
            }
        }
    }
}

/// The answers that a text may rest on, and the points that they make.
async fn behind(shop: &Shop, claimed: &ClaimedResponse) -> Result<(Field, Vec<Claim>), StoreError> {
    let mut session = shop.store.read().await?;
    let field = field_of(session.responses_of_batch(claimed.batch_id, true).await?);
    let (batch, ..) = session.batch_at_work(claimed.batch_id).await?;
    let mut claims = session.consensus_plan(claimed.lease.response_id).await?.keep;
    claims.extend(batch.agreement.map(|agreement| agreement.claims).unwrap_or_default());
    Ok((field, claims))
}
