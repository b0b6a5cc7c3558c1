//! A titled thread and its settings.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    ids::{ConversationId, ServiceId},
    named_enum,
};

/// Longest title in characters.
pub const TITLE_CHARS: usize = 200;
/// Longest system prompt in characters.
pub const SYSTEM_PROMPT_CHARS: usize = 8_000;
/// The title before the first question gave one.
pub const DEFAULT_TITLE: &str = "New conversation";

named_enum! {
    /// Who sees which earlier answers.
    pub enum ContextMode {
        /// The kept answer of each turn is the one assistant turn for all services.
        Shared => "shared",
        /// Each service sees its own answers.
        OwnThread => "own_thread",
    }
}

named_enum! {
    /// How the answers of a batch are ranked.
    pub enum JudgingPolicy {
        /// Two ballots by different judges in opposite orders, a third where they disagree.
        Cascade => "cascade",
        /// One listwise ballot of each named judge.
        Judge => "judge",
        /// One ballot of every service that may judge, weighted.
        Panel => "panel",
        /// No calls: ordered by agreement among the answers.
        Local => "local",
        /// Not ranked.
        Off => "off",
    }
}

impl JudgingPolicy {
    /// Whether services are asked to compare the answers.
    pub const fn asks_judges(self) -> bool {
        match self {
            Self::Cascade | Self::Judge | Self::Panel => true,
            Self::Local | Self::Off => false,
        }
    }
}

named_enum! {
    /// Where a title comes from; a user's title is never overwritten.
    pub enum TitleSource {
        /// Nothing asked yet.
        Default => "default",
        /// Made from the first question.
        Auto => "auto",
        /// Written by the user.
        User => "user",
    }
}

/// A titled thread of messages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Conversation {
    /// Its id.
    pub id: ConversationId,
    /// Shown in the sidebar.
    pub title: String,
    /// Where the title comes from.
    pub title_source: TitleSource,
    /// Put away, not deleted.
    pub archived: bool,
    /// Deleted, but still restorable.
    pub deleted: bool,
    /// Services asked by default; empty means every active one.
    pub service_ids: Vec<ServiceId>,
    /// Who sees which earlier answers.
    pub context_mode: ContextMode,
    /// How answers are ranked.
    pub judging_policy: JudgingPolicy,
    /// Who judges under the policy `judge`; empty leaves it to the best judge there is.
    #[serde(default)]
    #[schema(required)]
    pub judge_ids: Vec<ServiceId>,
    /// Put before every prompt; may be empty.
    pub system_prompt: String,
    /// Number of the last event.
    pub last_seq: i64,
    /// Messages in it.
    pub message_count: i64,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When anything about it last changed.
    pub updated_at: DateTime<Utc>,
    /// When the last message was accepted.
    pub last_message_at: Option<DateTime<Utc>>,
}

/// A title made from a question: its first sentence or line without Markdown, at most 60
/// characters, cut at a word.
pub fn title_from_question(question: &str) -> String {
    const CHARS: usize = 60;
    let line = question
        .lines()
        .map(|line| line.trim().trim_start_matches(['#', '>', '-', '*', '`', ' ']).trim())
        .find(|line| !line.is_empty())
        .unwrap_or_default();
    let plain: String = line
        .chars()
        .filter(|c| !c.is_control() && !matches!(c, '`' | '*' | '_' | '#'))
        .collect();
    let sentence_end = plain
        .char_indices()
        .find(|&(at, c)| matches!(c, '.' | '?' | '!') && plain[at + 1..].starts_with(' '))
        .map_or(plain.len(), |(at, _)| at + 1);
    let sentence = plain[..sentence_end].trim();
    if sentence.is_empty() {
        return DEFAULT_TITLE.to_owned();
    }
    if sentence.chars().count() <= CHARS {
        return sentence.trim_end_matches(['.', ':', ',']).to_owned();
    }
    let cut: String = sentence.chars().take(CHARS - 1).collect();
    let at_word = cut.rsplit_once(' ').map_or(cut.as_str(), |(head, _)| head);
    format!("{}…", at_word.trim_end_matches(['.', ',', ';', ':', ' ']))
}

/// How a conversation changed, for the lists that show it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ConversationChange {
    /// New.
    Created,
    /// Title, place or settings.
    Updated,
    /// Gone from the list.
    Deleted,
}

#[cfg(test)]
mod tests {
    use super::title_from_question;

    #[test]
    fn a_title_is_the_first_sentence_without_markdown() {
        assert_eq!(
            title_from_question("## Which `index` fits?  And why?\nmore"),
            "Which index fits?"
        );
        assert_eq!(title_from_question("\n\n"), "New conversation");
    }

    #[test]
    fn a_long_question_is_cut_at_a_word() {
        let title = title_from_question(&"alpha beta gamma ".repeat(12));
        assert!(title.chars().count() <= 60 && title.ends_with('…'));
        assert!(!title.contains("gam…"));
    }
}
