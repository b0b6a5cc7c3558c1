//! What has to be there before a service is asked: the service, its key, and the words.

use quorum_domain::{
    Failure, FailureKind, ResponseRole, Service,
    context::{PromptMessage, Question, Reader, build_prompt},
};
use quorum_providers::ImageContents;
use quorum_store::{ClaimedResponse, Session, StoreError};

use crate::{
    images,
    keys::{NoKey, OpenedKey, key_for_call},
    shop::Shop,
    synthesize::{self, Material},
};

/// Everything needed before the request goes out.
pub struct Prepared {
    pub service: Service,
    pub key: Option<OpenedKey>,
    pub messages: Vec<PromptMessage>,
    pub images: ImageContents,
    /// What a consensus is made from.
    pub material: Option<Material>,
}

/// Reads it all; an answer and a consensus differ in the words.
pub async fn prepare(shop: &Shop, claimed: &ClaimedResponse) -> Result<Prepared, NoKey> {
    let mut session = shop.store.read().await.map_err(NoKey::Store)?;
    let mut service = session.service(claimed.service_id).await.map_err(NoKey::Store)?;
    let limit = session.output_limit_of(claimed.batch_id).await.map_err(NoKey::Store)?;
    service.max_output_tokens = service.max_output_tokens.min(limit.unwrap_or(u32::MAX));
    if !service.active {
        return Err(NoKey::Failed(Failure::new(
            FailureKind::BadRequest,
            "This service is switched off.",
        )));
    }
    let (messages, material) = match claimed.role {
        ResponseRole::Answer => {
            let messages = turn_prompt(&mut session, claimed, &service).await;
            (messages.map_err(NoKey::Store)?, None)
        }
        ResponseRole::Consensus => {
            let mut material = synthesize::gather(&mut session, claimed, &service).await?;
            (std::mem::take(&mut material.messages), Some(material))
        }
    };
    let images = images::contents_of(&mut session, &messages)
        .await
        .map_err(NoKey::Store)?;
    drop(session);
    let key = key_for_call(shop, claimed.user_id, &service).await?;
    Ok(Prepared {
        service,
        key,
        messages,
        images,
        material,
    })
}

/// The prompt of an answer: the conversation so far and the question.
async fn turn_prompt(
    session: &mut Session,
    claimed: &ClaimedResponse,
    service: &Service,
) -> Result<Vec<PromptMessage>, StoreError> {
    let conversation = session
        .conversation(claimed.user_id, claimed.conversation_id, false)
        .await?;
    let asked = session.question_of(claimed.message_id).await?;
    let window = u64::from(service.context_window);
    let turns = session
        .turns_before(claimed.conversation_id, Some(claimed.message_id), window)
        .await?;
    let reader = Reader {
        service_id: service.id,
        context_window: window,
        max_output_tokens: u64::from(service.max_output_tokens),
        mode: conversation.context_mode,
        system_prompt: &conversation.system_prompt,
        vision: service.vision,
    };
    let question = Question {
        id: claimed.message_id,
        content: &asked.content,
        attachments: &asked.attachments,
    };
    Ok(build_prompt(reader, &turns, Some(question)).messages)
}
