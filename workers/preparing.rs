//! What has to be there before a service is asked: the service, its key, and the words.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, Weak},
};

use quorum_domain::{
    Failure, FailureKind, ResponseRole, Service,
    context::{PromptMessage, Question, Reader, Turn, build_prompt},
    ids::MessageId,
};
use quorum_providers::ImageContents;
use quorum_store::{ClaimedResponse, Pauses, QuestionAtWork, Session, StoreError};
use tokio::sync::OnceCell;

use crate::{
    images,
    keys::{NoKey, OpenedKey, key_read_in},
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
    let mut session = shop.store.read().await.map_err(NoKey::Store)?;
    let read = session.service_and_pauses(claimed.service_id).await;
    let (mut service, pauses) = read.map_err(NoKey::Store)?;
    if let Some(limit) = claimed.output_limit {
        service.max_output_tokens = service.max_output_tokens.min(limit);
    }
    if !service.active {
        return Err(NoKey::Failed(Failure::new(
            FailureKind::BadRequest,
            "This service is switched off.",
        )));
    }
    let (messages, material) = match claimed.role {
        ResponseRole::Answer => {
            let messages = turn_prompt(shop, &mut session, claimed, &service).await;
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
    let key = key_read_in(shop, &mut session, claimed.user_id, &service).await?;
    Ok(Prepared {
        service,
        pauses,
        key,
        messages,
        images,
        material,
    })
}

/// The prompt of an answer: the conversation so far and the question.
async fn turn_prompt(
    shop: &Shop,
    session: &mut Session,
    claimed: &ClaimedResponse,
    service: &Service,
) -> Result<Vec<PromptMessage>, StoreError> {
    let window = u64::from(service.context_window);
    let reading = shop.questions.reading(claimed.message_id, window);
    let read = reading
        .get_or_try_init(|| read_question(session, claimed, window))
        .await?;
    let reader = Reader {
        service_id: service.id,
        context_window: window,
        max_output_tokens: u64::from(service.max_output_tokens),
        mode: read.question.context_mode,
        system_prompt: &read.question.system_prompt,
        vision: service.vision,
    };
    let question = Question {
        id: claimed.message_id,
        content: &read.question.asked.content,
        attachments: &read.question.asked.attachments,
    };
    Ok(build_prompt(reader, &read.turns, Some(question)).messages)
}

async fn read_question(session: &mut Session, claimed: &ClaimedResponse, window: u64) -> Result<Read, StoreError> {
    let question = session.question_at_work(claimed.user_id, claimed.message_id).await?;
    let turns = session
        .turns_before_position(claimed.conversation_id, question.position, window)
        .await?;
    Ok(Read { question, turns })
}

/// A question and what was said before it.
struct Read {
    question: QuestionAtWork,
    turns: Vec<Turn>,
}

/// Questions being read at the moment: those who answer the same one at the same time, within
/// windows of the same size, read it once. Nobody finds what an earlier one has read.
#[derive(Default)]
pub struct Questions(Mutex<HashMap<(MessageId, u64), Weak<Reading>>>);

/// A question that is read once, whoever asks for it.
type Reading = OnceCell<Read>;

impl Questions {
    fn reading(&self, message: MessageId, window: u64) -> Arc<Reading> {
        let mut readings = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(reading) = readings.get(&(message, window)).and_then(Weak::upgrade) {
            return reading;
        }
        readings.retain(|_, reading| reading.strong_count() > 0);
        let reading = Arc::new(Reading::new());
        readings.insert((message, window), Arc::downgrade(&reading));
        reading
    }
}
