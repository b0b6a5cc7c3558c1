//! What a request says was said so far, and the conversation that this is.
//!
//! A program sends the whole history every time. Where it is, word for word, what the next prompt
//! of a conversation would hold, the run goes on there. Any other history is brought in as a
//! conversation of its own, so that what the services read is always what the program sent.

use quorum_domain::{
    ContextMode, Conversation, Run,
    context::{PromptRole, Question, Reader, build_prompt},
    ids::{ServiceId, UserId},
    transcript::{TranscriptAnswer, TranscriptTurn},
};
use quorum_store::Session;
use sha2::{Digest, Sha256};

use super::{
    Outcome,
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
/// Who gave an answer that a program brought along.
const BROUGHT_ALONG: &str = "Earlier answer";

/// One thing said, as a request has it, with the name of its field.
#[derive(Debug, Clone)]
pub struct Said {
    /// Who speaks.
    pub role: PromptRole,
    /// The text.
    pub text: String,
    /// The field that it stands in, for errors.
    pub field: String,
}

/// A question and the answer that the conversation went on with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastTurn {
    /// What was asked.
    pub question: String,
    /// What was answered, if anything.
    pub answer: Option<String>,
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
            max_output_tokens,
        })
    }

    /// What a run is found by again: everything that was said, this question included.
    pub fn hash(&self) -> String {
        hash_of(&self.system_prompt, &self.past, &self.question)
    }

    /// The hash that the run before this one has, if there was one: the same history without the
    /// answer that it gave.
    pub fn hash_before(&self) -> Option<String> {
        let (last, past) = self.past.split_last()?;
        last.answer.as_ref()?;
        Some(hash_of(&self.system_prompt, past, &last.question))
    }

    /// The past as turns of a conversation.
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
        let prompt = build_prompt(whole_reader(), &turns, None);
        if prompt.messages.iter().any(|message| !message.attachments.is_empty()) {
            return Ok(false);
        }
        let held = prompt
            .messages
            .iter()
            .map(|message| (message.role, message.content.trim_end()));
        let said = self.past.iter().flat_map(|turn| {
            let answer = turn
                .answer
                .as_deref()
                .map(|text| (PromptRole::Assistant, text.trim_end()));
            std::iter::once((PromptRole::User, turn.question.trim_end())).chain(answer)
        });
        Ok(held.eq(said))
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
            return Err(ApiError::field(
                "previous_response_id",
                FaultCode::NotAnswered,
                "is not answered yet",
            ));
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
    let before = prompt
        .messages
        .into_iter()
        .map(|message| (message.role, message.content));
    let said = before.chain([(PromptRole::Assistant, outcome.text)]);
    Ok(said
        .map(|(role, text)| Said {
            role,
            text,
            field: "previous_response_id".to_owned(),
        })
        .collect())
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
    }
}

fn hash_of(system_prompt: &str, past: &[PastTurn], question: &str) -> String {
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
    hex::encode(hash.finalize())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits() -> Limits {
        Limits {
            message_chars: 100,
            title_chars: 100,
            system_prompt_chars: 100,
            services_per_message: 8,
            images_per_message: 0,
            image_kilobytes: 0,
            image_megabytes_per_user: 0,
        }
    }

    fn words(said: &[(PromptRole, &str)]) -> Result<Words, ApiError> {
        let said = said.iter().enumerate().map(|(at, (role, text))| Said {
            role: *role,
            text: (*text).to_owned(),
            field: format!("messages[{at}].content"),
        });
        Words::of(said.collect(), None, &limits())
    }

    use PromptRole::{Assistant, System, User};

    #[test]
    fn a_request_is_instructions_past_turns_and_a_question() {
        let words = words(&[
            (System, "Be brief."),
            (User, "a"),
            (Assistant, "1"),
            (Assistant, "2"),
            (User, "b"),
            (System, "Be kind."),
            (User, "c"),
        ])
        .unwrap();
        assert_eq!(words.system_prompt, "Be brief.\n\nBe kind.");
        assert_eq!(words.question, "c");
        assert_eq!(words.past[0].answer.as_deref(), Some("1\n\n2"));
        assert_eq!(words.past[1].answer, None);
    }

    #[test]
    fn the_first_and_the_last_word_are_the_users() {
        for said in [
            &[(User, "a"), (Assistant, "1")][..],
            &[(Assistant, "hello"), (User, "a")],
            &[(System, "only")],
            &[],
        ] {
            assert!(matches!(words(said), Err(ApiError::Validation(_))), "{said:?}");
        }
    }

    #[test]
    fn a_run_is_found_by_what_was_said_before_its_answer() {
        let first = words(&[(System, "s"), (User, "a")]).unwrap();
        let second = words(&[(System, "s"), (User, "a"), (Assistant, "1"), (User, "b")]).unwrap();
        assert_eq!(second.hash_before(), Some(first.hash()));
        assert_eq!(first.hash_before(), None);
        let other = words(&[(User, "a"), (Assistant, "1"), (User, "b")]).unwrap();
        assert_ne!(other.hash_before(), Some(first.hash()));
    }

    #[test]
    fn texts_that_run_into_each_other_are_told_apart() {
        let one = words(&[(User, "ab"), (Assistant, "c"), (User, "d")]).unwrap();
        let two = words(&[(User, "a"), (Assistant, "bc"), (User, "d")]).unwrap();
        assert_ne!(one.hash(), two.hash());
    }
}
