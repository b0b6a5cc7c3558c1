//! What a request says was said so far, and the conversation that this is.
//!
//! A program sends the whole history every time. Where it is, word for word, what the next prompt
//! of a conversation would hold, the run goes on there. Any other history is brought in as a
//! conversation of its own, so that what the services read is always what the program sent.

use quorum_domain::{
    ContextMode, Conversation, Run,
    context::{PromptRole, Question, Reader, build_prompt},
    ids::{ServiceId, UserId},
    tokens::{TOKENS_PER_MESSAGE, estimate_tokens},
    transcript::{TranscriptAnswer, TranscriptTurn},
};
use quorum_store::Session;
use sha2::{Digest, Sha256};

use super::{
    Outcome,
    given_image::GivenImage,
    outcome::{Standing, standing},
};
use crate::{
    ApiError, FaultCode,
    extract::{check_length, check_text},
    state::Limits,
};

/// Most messages of a request.
const MESSAGES: usize = 1_000;
/// Longest answer in a history.
const ANSWER_CHARS: usize = 400_000;
/// Most images of a request, its history included.
const IMAGES: usize = 64;
/// The field that a history of ours stands in.
const PREVIOUS: &str = "previous_response_id";
/// Who gave an answer that a program brought along.
const BROUGHT_ALONG: &str = "Earlier answer";

/// One thing said, as a request has it, with the name of its field.
#[derive(Debug, Clone)]
pub struct Said {
    /// Who speaks.
    pub role: PromptRole,
    /// The text.
    pub text: String,
    /// The images that came with it; only a user gives any.
    pub images: Vec<GivenImage>,
    /// The field that it stands in, for errors.
    pub field: String,
}

impl Said {
    /// Words without images.
    pub fn text(role: PromptRole, text: impl Into<String>, field: impl Into<String>) -> Self {
        Self {
            role,
            text: text.into(),
            images: Vec::new(),
            field: field.into(),
        }
    }
}

/// A question and the answer that the conversation went on with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastTurn {
    /// What was asked.
    pub question: String,
    /// The images that came with it.
    pub images: Vec<GivenImage>,
    /// What was answered, if anything.
    pub answer: Option<String>,
}

impl PastTurn {
    /// Who said what, with which images.
    fn said(&self) -> impl Iterator<Item = (PromptRole, &str, &[GivenImage])> {
        let answer = self
            .answer
            .as_deref()
            .map(|text| (PromptRole::Assistant, text, &[][..]));
        std::iter::once((PromptRole::User, self.question.as_str(), self.images.as_slice())).chain(answer)
    }
}

/// A request in words: standing instructions, what was said so far, and the question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    /// Standing instructions; may be empty.
    pub system_prompt: String,
    /// What was said so far, oldest first.
    pub past: Vec<PastTurn>,
    /// The question.
    pub question: String,
    /// The images that come with it.
    pub images: Vec<GivenImage>,
    /// Most tokens of an answer.
    pub max_output_tokens: Option<u32>,
}

impl Words {
    /// Puts together what a request says. Instructions are joined wherever they stand; the last
    /// word is the user's, and the first one too.
    pub fn of(said: Vec<Said>, max_output_tokens: Option<u32>, limits: &Limits) -> Result<Self, ApiError> {
        if said.len() > MESSAGES {
            return Err(ApiError::limit(
                "messages",
                FaultCode::TooMany,
                format!("has {} messages; at most {MESSAGES} are allowed", said.len()),
                MESSAGES,
            ));
        }
        let images = said.iter().map(|one| one.images.len()).sum::<usize>();
        if images > IMAGES {
            return Err(ApiError::limit(
                "messages",
                FaultCode::TooMany,
                format!("have {images} images in all; at most {IMAGES} are allowed"),
                IMAGES,
            ));
        }
        let mut instructions: Vec<String> = Vec::new();
        let mut past: Vec<PastTurn> = Vec::new();
        let mut open: Option<&str> = None;
        for one in &said {
            match one.role {
                PromptRole::System if one.text.trim().is_empty() => {}
                PromptRole::System => instructions.push(one.text.clone()),
                PromptRole::User => {
                    check_text(&one.field, &one.text, limits.message_chars)?;
                    past.push(PastTurn {
                        question: one.text.clone(),
                        images: one.images.clone(),
                        answer: None,
                    });
                    open = Some(&one.field);
                }
                PromptRole::Assistant if one.text.trim().is_empty() => {}
                PromptRole::Assistant => {
                    check_length(&one.field, &one.text, ANSWER_CHARS)?;
                    let turn = past.last_mut().ok_or_else(|| {
                        ApiError::field(&one.field, FaultCode::WrongOrder, "an answer must follow a question")
                    })?;
                    match &mut turn.answer {
                        Some(before) => *before = format!("{before}\n\n{}", one.text),
                        None => turn.answer = Some(one.text.clone()),
                    }
                    open = None;
                }
            }
        }
        let question = past
            .pop()
            .filter(|_| open.is_some())
            .ok_or_else(|| ApiError::field("messages", FaultCode::WrongOrder, "the last message must be the user's"))?;
        let system_prompt = instructions.join("\n\n");
        check_length("messages", &system_prompt, limits.system_prompt_chars)?;
        Ok(Self {
            system_prompt,
            past,
            question: question.question,
            images: question.images,
            max_output_tokens,
        })
    }

    /// What a run is found by again: everything that was said, this question included.
    pub fn hash(&self) -> String {
        hash_of(&self.system_prompt, &self.past, (&self.question, &self.images))
    }

    /// The hash that the run before this one has, if there was one: the same history without the
    /// answer that it gave.
    pub fn hash_before(&self) -> Option<String> {
        let (last, past) = self.past.split_last()?;
        last.answer.as_ref()?;
        Some(hash_of(&self.system_prompt, past, (&last.question, &last.images)))
    }

    /// Estimated tokens of all of it, for one service.
    pub fn tokens(&self) -> u64 {
        let past = self
            .past
            .iter()
            .flat_map(|turn| std::iter::once(turn.question.as_str()).chain(turn.answer.as_deref()));
        let system = Some(self.system_prompt.as_str()).filter(|text| !text.is_empty());
        let texts = past.chain(system).chain([self.question.as_str()]);
        let images = self.past.iter().flat_map(|turn| &turn.images).chain(&self.images);
        let of_texts: u64 = texts.map(|text| estimate_tokens(text) + TOKENS_PER_MESSAGE).sum();
        of_texts + images.map(GivenImage::tokens).sum::<u64>()
    }

    /// The past as turns of a conversation, without its images.
    pub fn turns(&self) -> Vec<TranscriptTurn> {
        let turn = |turn: &PastTurn| TranscriptTurn {
            content: turn.question.clone(),
            images: Vec::new(),
            created_at: None,
            answers: turn.answer.iter().map(|text| brought_along(text)).collect(),
        };
        self.past.iter().map(turn).collect()
    }

    /// Whether the next prompt of a conversation would hold exactly this past.
    pub async fn is_past_of(&self, session: &mut Session, conversation: &Conversation) -> Result<bool, ApiError> {
        if conversation.context_mode != ContextMode::Shared || conversation.system_prompt != self.system_prompt {
            return Ok(false);
        }
        let turns = session.turns_before(conversation.id, None, u64::MAX).await?;
        let held = build_prompt(whole_reader(), &turns, None).messages;
        let said: Vec<(PromptRole, &str, &[GivenImage])> = self.past.iter().flat_map(PastTurn::said).collect();
        if held.len() != said.len() {
            return Ok(false);
        }
        for (held, (role, text, images)) in held.iter().zip(said) {
            let same_words = held.role == role && held.content.trim_end() == text.trim_end();
            if !same_words || held.attachments.len() != images.len() {
                return Ok(false);
            }
            for (held, image) in held.attachments.iter().zip(images) {
                if !image.is(session, held).await? {
                    return Ok(false);
                }
            }
        }
        Ok(true)
    }

    /// The conversation that this goes on with, if there is one.
    pub async fn conversation(&self, session: &mut Session, user: UserId) -> Result<Option<Conversation>, ApiError> {
        let Some(hash) = self.hash_before() else {
            return Ok(None);
        };
        for run in session.runs_with_history(user, &hash).await? {
            let conversation = session.conversation(user, run.conversation_id, false).await?;
            if self.is_past_of(session, &conversation).await? {
                return Ok(Some(conversation));
            }
        }
        Ok(None)
    }
}

/// What was said up to a run, its question and its answer included.
pub async fn said_until(session: &mut Session, run: &Run) -> Result<Vec<Said>, ApiError> {
    let outcome = match standing(session, run.user_id, run.batch_id).await? {
        Standing::Settled => Outcome::of(session, run.user_id, run.batch_id).await?,
        Standing::Open { .. } => {
            return Err(ApiError::field(PREVIOUS, FaultCode::NotAnswered, "is not answered yet"));
        }
    };
    let turns = session
        .turns_before(run.conversation_id, Some(run.message_id), u64::MAX)
        .await?;
    let question = session.question_of(run.message_id).await?;
    let asked = Question {
        id: run.message_id,
        content: &question.content,
        attachments: &question.attachments,
    };
    let prompt = build_prompt(whole_reader(), &turns, Some(asked));
    let mut said = Vec::with_capacity(prompt.messages.len() + 1);
    for message in prompt.messages {
        let mut images = Vec::with_capacity(message.attachments.len());
        for attachment in message.attachments {
            images.push(GivenImage::kept(session, attachment).await?);
        }
        said.push(Said {
            images,
            ..Said::text(message.role, message.content, PREVIOUS)
        });
    }
    said.push(Said::text(PromptRole::Assistant, outcome.text, PREVIOUS));
    Ok(said)
}

/// Somebody who reads a conversation whole.
const fn whole_reader() -> Reader<'static> {
    Reader {
        service_id: ServiceId(uuid::Uuid::nil()),
        context_window: u64::MAX,
        max_output_tokens: 0,
        mode: ContextMode::Shared,
        system_prompt: "",
        vision: true,
    }
}

fn brought_along(text: &str) -> TranscriptAnswer {
    TranscriptAnswer {
        service_name: BROUGHT_ALONG.to_owned(),
        model: String::new(),
        content: text.to_owned(),
        summary: Some(quorum_rank::extractive_summary(text).as_str().to_owned()),
        reasoning: None,
        score: None,
        rank: None,
        selected: true,
        consensus: false,
        thoughts: None,
        citations: Vec::new(),
        removed: false,
        unfinished: false,
    }
}

fn hash_of(system_prompt: &str, past: &[PastTurn], (question, images): (&str, &[GivenImage])) -> String {
    let mut hash = Sha256::new();
    // Each text with its length, so that no two histories have the same bytes.
    let mut add = |text: &str| {
        hash.update(text.len().to_le_bytes());
        hash.update(text);
    };
    add(system_prompt);
    for turn in past {
        add(turn.question.trim_end());
        add(turn.answer.as_deref().unwrap_or_default().trim_end());
    }
    add(question.trim_end());
    // Behind all texts, so that a history without images has the hash that it always had.
    let turns = past.iter().map(|turn| turn.images.as_slice()).chain([images]);
    for (turn, image) in (0_u64..)
        .zip(turns)
        .flat_map(|(turn, images)| images.iter().map(move |image| (turn, image)))
    {
        // A length that no text has.
        hash.update(u64::MAX.to_le_bytes());
        hash.update(turn.to_le_bytes());
        hash.update(image.hash());
    }
    hex::encode(hash.finalize())
}
