//! What goes into the next prompt. Pure: the worker that sends it and the preview that shows it
//! call the same function, so they cannot differ.

use serde::{Deserialize, Serialize};

use crate::{
    attachment::Attachment,
    conversation::ContextMode,
    ids::{MessageId, ResponseId, ServiceId},
    named_enum,
    response::ResponseRole,
    tokens::{TOKENS_PER_MESSAGE, estimate_tokens},
};

named_enum! {
    /// Who speaks in a prompt.
    pub enum PromptRole {
        /// Standing instructions.
        System => "system",
        /// The person.
        User => "user",
        /// The model.
        Assistant => "assistant",
    }
}

named_enum! {
    /// Why an answer stands in the prompt.
    pub enum Kept {
        /// The user selected it.
        Selected => "selected",
        /// The user selected the consensus.
        Consensus => "consensus",
        /// Nothing was selected; it is the best ranked.
        ByDefault => "by_default",
    }
}

/// One message of a prompt, with where it comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PromptMessage {
    /// Who speaks.
    pub role: PromptRole,
    /// The exact text sent.
    pub content: String,
    /// The message it comes from.
    pub message_id: Option<MessageId>,
    /// The answer it comes from.
    pub response_id: Option<ResponseId>,
    /// Why the answer is in.
    pub kept: Option<Kept>,
    /// The images sent with it.
    #[serde(default)]
    #[schema(required)]
    pub attachments: Vec<Attachment>,
}

impl PromptMessage {
    /// A message that comes from no turn, such as a judge's instructions.
    pub fn new(role: PromptRole, content: impl Into<String>) -> Self {
        Self {
            role,
            content: content.into(),
            message_id: None,
            response_id: None,
            kept: None,
            attachments: Vec::new(),
        }
    }

    /// Estimated tokens of text and images.
    pub fn tokens(&self) -> u64 {
        let images: u64 = self.attachments.iter().map(Attachment::tokens).sum();
        estimate_tokens(&self.content) + TOKENS_PER_MESSAGE + images
    }
}

/// An answered response of an earlier turn, deleted ones left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TurnAnswer {
    /// Its id.
    pub response_id: ResponseId,
    /// Who gave it.
    pub service_id: ServiceId,
    /// An answer, or made from the answers.
    pub role: ResponseRole,
    /// The text.
    pub content: String,
    /// Kept by the user.
    pub selected: bool,
    /// 1 is best.
    pub rank: Option<i64>,
}

/// An earlier message with its answers, in the order asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turn {
    /// Its id.
    pub message_id: MessageId,
    /// What the user sent.
    pub content: String,
    /// The images that came with it.
    pub attachments: Vec<Attachment>,
    /// Left out by the user.
    pub excluded: bool,
    /// Answered and not deleted.
    pub answers: Vec<TurnAnswer>,
}

impl Turn {
    /// The one answer that all services see: the selected one, which may be the consensus, else
    /// the best ranked answer, else the first that was asked.
    fn kept(&self) -> Option<(&TurnAnswer, Kept)> {
        if let Some(answer) = self.answers.iter().find(|answer| answer.selected) {
            let kept = match answer.role {
                ResponseRole::Answer => Kept::Selected,
                ResponseRole::Consensus => Kept::Consensus,
            };
            return Some((answer, kept));
        }
        let best = self.given().min_by_key(|answer| answer.rank.unwrap_or(i64::MAX));
        best.map(|answer| (answer, Kept::ByDefault))
    }

    /// The services' own answers.
    fn given(&self) -> impl Iterator<Item = &TurnAnswer> {
        self.answers.iter().filter(|answer| answer.role == ResponseRole::Answer)
    }

    fn seen_by(&self, service: ServiceId, mode: ContextMode) -> Option<(&TurnAnswer, Kept)> {
        match mode {
            ContextMode::Shared => self.kept(),
            ContextMode::OwnThread => {
                let own = self.given().find(|answer| answer.service_id == service)?;
                Some((own, if own.selected { Kept::Selected } else { Kept::ByDefault }))
            }
        }
    }
}

/// Whom the prompt is for and what it may hold.
#[derive(Debug, Clone, Copy)]
pub struct Reader<'a> {
    /// The service that will read it.
    pub service_id: ServiceId,
    /// Tokens that prompt and answer may have together.
    pub context_window: u64,
    /// Tokens kept free for the answer.
    pub max_output_tokens: u64,
    /// Who sees which answers.
    pub mode: ContextMode,
    /// Standing instructions; may be empty.
    pub system_prompt: &'a str,
    /// Whether it takes images.
    pub vision: bool,
}

/// The message that is being sent.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// Its id.
    pub id: MessageId,
    /// The text.
    pub content: &'a str,
    /// The images that come with it.
    pub attachments: &'a [Attachment],
}

/// A finished prompt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prompt {
    /// The exact messages.
    pub messages: Vec<PromptMessage>,
    /// Their estimated tokens.
    pub input_tokens: u64,
    /// Oldest turns left out because they did not fit.
    pub dropped_turns: u64,
    /// Turns that are in, the new message not counted.
    pub turns: u64,
    /// Images left out: of turns that are in, because the service takes none or they are too many.
    pub images_left_out: u64,
}

/// Most images of one prompt.
const MOST_IMAGES: usize = 20;
/// Most bytes of all images of one prompt: providers refuse requests over 20 to 32 MB, and images
/// grow by a third on the way.
const MOST_IMAGE_BYTES: i64 = 14 * 1024 * 1024;

/// What room is left for images; the newest ones are taken first.
struct ImageRoom {
    images: usize,
    bytes: i64,
    left_out: u64,
}

impl ImageRoom {
    const fn of(reader: Reader<'_>) -> Self {
        Self {
            images: if reader.vision { MOST_IMAGES } else { 0 },
            bytes: MOST_IMAGE_BYTES,
            left_out: 0,
        }
    }

    fn take(&mut self, attachments: &[Attachment]) -> Vec<Attachment> {
        let mut taken = Vec::new();
        for one in attachments {
            if self.images > 0 && one.bytes <= self.bytes {
                self.images -= 1;
                self.bytes -= one.bytes;
                taken.push(one.clone());
            } else {
                self.left_out += 1;
            }
        }
        taken
    }
}

/// Builds the prompt of one service: the system prompt, the earlier turns as far back as fit,
/// and the new message (`None` previews the history alone). Turns are dropped whole, oldest
/// first; deleted and excluded ones never enter.
pub fn build_prompt(reader: Reader<'_>, turns: &[Turn], new_message: Option<Question<'_>>) -> Prompt {
    let mut images = ImageRoom::of(reader);
    let mut head = Vec::new();
    if !reader.system_prompt.trim().is_empty() {
        head.push(PromptMessage::new(PromptRole::System, reader.system_prompt));
    }
    let tail: Vec<PromptMessage> = new_message
        .map(|new| user_message(new.id, new.content, images.take(new.attachments)))
        .into_iter()
        .collect();
    let fixed: u64 = head.iter().chain(&tail).map(PromptMessage::tokens).sum();
    let room = reader
        .context_window
        .saturating_sub(reader.max_output_tokens)
        .saturating_sub(fixed);

    let included: Vec<&Turn> = turns.iter().filter(|turn| !turn.excluded).collect();
    let mut used = 0;
    let mut kept_turns: Vec<Vec<PromptMessage>> = Vec::new();
    for turn in included.iter().rev() {
        let before = images.left_out;
        let messages = turn_messages(turn, reader, &mut images);
        let tokens: u64 = messages.iter().map(PromptMessage::tokens).sum();
        if used + tokens > room {
            images.left_out = before;
            break;
        }
        used += tokens;
        kept_turns.push(messages);
    }
    let kept_count = kept_turns.len();
    head.extend(kept_turns.into_iter().rev().flatten());
    head.extend(tail);
    Prompt {
        messages: head,
        input_tokens: fixed + used,
        dropped_turns: (included.len() - kept_count) as u64,
        turns: kept_count as u64,
        images_left_out: images.left_out,
    }
}

fn user_message(id: MessageId, text: &str, attachments: Vec<Attachment>) -> PromptMessage {
    PromptMessage {
        message_id: Some(id),
        attachments,
        ..PromptMessage::new(PromptRole::User, text)
    }
}

fn turn_messages(turn: &Turn, reader: Reader<'_>, images: &mut ImageRoom) -> Vec<PromptMessage> {
    let mut messages = vec![user_message(
        turn.message_id,
        &turn.content,
        images.take(&turn.attachments),
    )];
    if let Some((answer, kept)) = turn.seen_by(reader.service_id, reader.mode) {
        messages.push(PromptMessage {
            message_id: Some(turn.message_id),
            response_id: Some(answer.response_id),
            kept: Some(kept),
            ..PromptMessage::new(PromptRole::Assistant, answer.content.clone())
        });
    }
    messages
}

#[cfg(test)]
#[path = "context_tests.rs"]
mod tests;
