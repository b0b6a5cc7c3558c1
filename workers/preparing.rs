//! What has to be there before a service is asked: the service, its key, and the words.

use quorum_domain::{
    Failure, FailureKind, ResponseRole, Service,
    context::{PromptMessage, Question, Reader, Turn, build_prompt},
};
use quorum_providers::ImageContents;
use quorum_store::{ClaimedResponse, Pauses, QuestionAtWork, StoreError};

use crate::{
    images,
    keys::{NoKey, OpenedKey, key_read_in, opened},
    shop::Shop,
    synthesize::{self, Material},
};

/// Everything needed before the request goes out.
pub struct Prepared {
    pub service: Service,
    /// What is known against it.
    pub pauses: Pauses,
    pub key: Option<OpenedKey>,
    pub messages: Vec<PromptMessage>,
    pub images: ImageContents,
    /// What a consensus is made from.
    pub material: Option<Material>,
}

/// Reads it all; an answer and a consensus differ in the words.
pub async fn prepare(shop: &Shop, claimed: &ClaimedResponse) -> Result<Prepared, NoKey> {
    let mut prepared = match claimed.role {
        ResponseRole::Answer => prepare_answer(shop, claimed).await?,
        ResponseRole::Consensus => prepare_consensus(shop, claimed).await?,
    };
    let images = images::contents_of(shop, &prepared.messages).await;
    prepared.images = images.map_err(NoKey::Store)?;
    Ok(prepared)
}

/// An answer is to the conversation so far and the question. What siblings need alike they read
/// together.
async fn prepare_answer(shop: &Shop, claimed: &ClaimedResponse) -> Result<Prepared, NoKey> {
    let reading = shop.questions.reading(claimed.message_id);
    let read = reading.read(shop, claimed).await.map_err(NoKey::Store)?;
    let (service, pauses) = match read.service(claimed.service_id) {
        Some(known) => known,
        // It came late, after the others had read.
        None => service_alone(shop, claimed).await.map_err(NoKey::Store)?,
    };
    let service = callable(service, claimed)?;
    let window = u64::from(service.context_window);
    let turns = reading.turns(shop, claimed, read.question.position, window).await;
    let turns = turns.map_err(NoKey::Store)?;
    let messages = turn_prompt(claimed, &service, &read.question, &turns);
    let key = opened(shop, &service, read.keys.for_service(&service))?;
    Ok(Prepared {
        service,
        pauses,
        key,
        messages,
        images: ImageContents::default(),
        material: None,
    })
}

async fn prepare_consensus(shop: &Shop, claimed: &ClaimedResponse) -> Result<Prepared, NoKey> {
    let (service, pauses) = service_alone(shop, claimed).await.map_err(NoKey::Store)?;
    let service = callable(service, claimed)?;
    let mut session = shop.store.read().await.map_err(NoKey::Store)?;
    let mut material = synthesize::gather(&mut session, claimed, &service).await?;
    let messages = std::mem::take(&mut material.messages);
    let key = key_read_in(shop, &mut session, claimed.user_id, &service).await?;
    Ok(Prepared {
        service,
        pauses,
        key,
        messages,
        images: ImageContents::default(),
        material: Some(material),
    })
}

async fn service_alone(shop: &Shop, claimed: &ClaimedResponse) -> Result<(Service, Pauses), StoreError> {
    let mut session = shop.store.read().await?;
    session.service_and_pauses(claimed.service_id).await
}

/// The service with the limit of this call.
fn callable(mut service: Service, claimed: &ClaimedResponse) -> Result<Service, NoKey> {
    if let Some(limit) = claimed.output_limit {
        service.max_output_tokens = service.max_output_tokens.min(limit);
    }
    if service.active {
        return Ok(service);
    }
    let failure = Failure::new(FailureKind::BadRequest, "This service is switched off.");
    Err(NoKey::Failed(failure))
}

fn turn_prompt(
    claimed: &ClaimedResponse,
    service: &Service,
    question: &QuestionAtWork,
    turns: &[Turn],
) -> Vec<PromptMessage> {
    let reader = Reader {
        service_id: service.id,
        context_window: u64::from(service.context_window),
        max_output_tokens: u64::from(service.max_output_tokens),
        mode: question.context_mode,
        system_prompt: &question.system_prompt,
        vision: service.vision,
    };
    let asked = Question {
        id: claimed.message_id,
        content: &question.asked.content,
        attachments: &question.asked.attachments,
    };
    build_prompt(reader, turns, Some(asked)).messages
}
