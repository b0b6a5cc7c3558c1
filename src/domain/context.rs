//! What goes into the next prompt. Pure: the worker that sends it and the preview that shows it
//! call the same function, so they cannot differ.

use serde::{Deserialize, Serialize};

use crate::{
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
        }
    }

    fn tokens(&self) -> u64 {
        estimate_tokens(&self.content) + TOKENS_PER_MESSAGE
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
}

/// Builds the prompt of one service: the system prompt, the earlier turns as far back as fit,
/// and the new message (`None` previews the history alone). Turns are dropped whole, oldest
/// first; deleted and excluded ones never enter.
pub fn build_prompt(reader: Reader<'_>, turns: &[Turn], new_message: Option<(MessageId, &str)>) -> Prompt {
    let mut head = Vec::new();
    if !reader.system_prompt.trim().is_empty() {
        head.push(PromptMessage::new(PromptRole::System, reader.system_prompt));
    }
    let tail: Vec<PromptMessage> = new_message
        .map(|(id, text)| user_message(id, text))
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
        let messages = turn_messages(turn, reader);
        let tokens: u64 = messages.iter().map(PromptMessage::tokens).sum();
        if used + tokens > room {
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
    }
}

fn user_message(id: MessageId, text: &str) -> PromptMessage {
    PromptMessage {
        message_id: Some(id),
        ..PromptMessage::new(PromptRole::User, text)
    }
}

fn turn_messages(turn: &Turn, reader: Reader<'_>) -> Vec<PromptMessage> {
    let mut messages = vec![user_message(turn.message_id, &turn.content)];
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
mod tests {
    use super::*;

    fn answer(service: ServiceId, content: &str, selected: bool, rank: Option<i64>) -> TurnAnswer {
        TurnAnswer {
            response_id: ResponseId::new(),
            service_id: service,
            role: ResponseRole::Answer,
            content: content.into(),
            selected,
            rank,
        }
    }

    fn turn(content: &str, answers: Vec<TurnAnswer>) -> Turn {
        Turn {
            message_id: MessageId::new(),
            content: content.into(),
            excluded: false,
            answers,
        }
    }

    fn reader(service_id: ServiceId, mode: ContextMode) -> Reader<'static> {
        Reader {
            service_id,
            context_window: 10_000,
            max_output_tokens: 1_000,
            mode,
            system_prompt: "",
        }
    }

    fn texts(prompt: &Prompt) -> Vec<&str> {
        prompt.messages.iter().map(|message| message.content.as_str()).collect()
    }

    #[test]
    fn the_selected_answer_is_the_one_assistant_turn() {
        let (a, b) = (ServiceId::new(), ServiceId::new());
        let turns = [turn(
            "q1",
            vec![answer(a, "best", false, Some(1)), answer(b, "kept", true, Some(2))],
        )];
        let prompt = build_prompt(reader(a, ContextMode::Shared), &turns, Some((MessageId::new(), "q2")));
        assert_eq!(texts(&prompt), ["q1", "kept", "q2"]);
        assert_eq!(prompt.messages[1].kept, Some(Kept::Selected));
    }

    #[test]
    fn without_a_selection_the_best_ranked_is_kept_by_default() {
        let a = ServiceId::new();
        let turns = [turn(
            "q1",
            vec![answer(a, "second", false, Some(2)), answer(a, "first", false, Some(1))],
        )];
        let prompt = build_prompt(reader(a, ContextMode::Shared), &turns, None);
        assert_eq!(texts(&prompt), ["q1", "first"]);
        assert_eq!(prompt.messages[1].kept, Some(Kept::ByDefault));
    }

    #[test]
    fn in_an_own_thread_each_service_sees_its_own_answers_only() {
        let (a, b, c) = (ServiceId::new(), ServiceId::new(), ServiceId::new());
        let turns = [turn(
            "q1",
            vec![answer(a, "of a", true, Some(1)), answer(b, "of b", false, Some(2))],
        )];
        assert_eq!(
            texts(&build_prompt(reader(b, ContextMode::OwnThread), &turns, None)),
            ["q1", "of b"]
        );
        assert_eq!(
            texts(&build_prompt(reader(c, ContextMode::OwnThread), &turns, None)),
            ["q1"]
        );
    }

    #[test]
    fn the_oldest_turns_are_dropped_whole_and_counted() {
        let a = ServiceId::new();
        let long = "word ".repeat(800);
        let turns: Vec<Turn> = (0..12)
            .map(|_| turn(&long, vec![answer(a, "short", true, Some(1))]))
            .collect();
        let prompt = build_prompt(reader(a, ContextMode::Shared), &turns, Some((MessageId::new(), "now")));
        assert_eq!(prompt.dropped_turns + prompt.turns, 12);
        assert!(prompt.dropped_turns > 0 && prompt.input_tokens <= 9_000);
        assert_eq!(
            prompt.messages.last().map(|message| message.content.as_str()),
            Some("now")
        );
        assert_eq!(prompt.messages[0].role, PromptRole::User);
    }

    #[test]
    fn an_excluded_turn_leaves_question_and_answer_out() {
        let a = ServiceId::new();
        let mut turns = [turn("secret", vec![answer(a, "x", true, None)]), turn("open", vec![])];
        turns[0].excluded = true;
        assert_eq!(
            texts(&build_prompt(reader(a, ContextMode::Shared), &turns, None)),
            ["open"]
        );
    }
}
