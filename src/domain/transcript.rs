//! A transcript: a conversation as a document that can be taken away, shown to others, and brought
//! in again. It holds no ids, keys, costs or names of people.

use std::fmt::Write as _;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::citation::Citation;

/// Names the form of a transcript.
pub const TRANSCRIPT_FORMAT: &str = "quorum.conversation";
/// Version of that form.
pub const TRANSCRIPT_VERSION: u32 = 1;
/// Most turns that can be brought in.
pub const TRANSCRIPT_TURNS: usize = 2_000;
/// Most answers of a turn that can be brought in.
pub const TRANSCRIPT_ANSWERS: usize = 16;

/// Most images of a turn that can be named in one.
pub const TRANSCRIPT_IMAGES: usize = 16;

/// An answer in a transcript.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct TranscriptAnswer {
    /// Who gave it.
    pub service_name: String,
    /// The model's name there.
    #[serde(default)]
    pub model: String,
    /// The whole answer.
    pub content: String,
    /// In short.
    #[serde(default)]
    pub summary: Option<String>,
    /// Why it stands where it stands.
    #[serde(default)]
    pub reasoning: Option<String>,
    /// 0 to 10.
    #[serde(default)]
    pub score: Option<f64>,
    /// 1 is best.
    #[serde(default)]
    pub rank: Option<i64>,
    /// Whether it was kept.
    #[serde(default)]
    pub selected: bool,
    /// Whether it was made of the others.
    #[serde(default)]
    pub consensus: bool,
    /// What the service thought before it wrote.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thoughts: Option<String>,
    /// The sources that the service named.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub citations: Vec<Citation>,
    /// Whether it was removed; only in what a user takes out for themselves, and not brought in.
    #[serde(default, skip_serializing_if = "is_false")]
    pub removed: bool,
    /// Whether it broke off: stopped, or failed with a part of its text. Not brought in either.
    #[serde(default, skip_serializing_if = "is_false")]
    pub unfinished: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks with a reference")]
const fn is_false(value: &bool) -> bool {
    !*value
}

/// An image of a question, by name and size: the image itself stays where it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct TranscriptImage {
    /// What it is called.
    pub name: String,
    /// Pixels from left to right.
    pub width: u32,
    /// Pixels from top to bottom.
    pub height: u32,
    /// Where it lies beside the transcript; only in what a user takes out for themselves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
}

/// A question and its answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct TranscriptTurn {
    /// The question.
    pub content: String,
    /// Images that came with it. They are named, not contained: neither an export nor a snapshot
    /// shows them to others.
    #[serde(default)]
    pub images: Vec<TranscriptImage>,
    /// When it was asked.
    #[serde(default)]
    pub created_at: Option<DateTime<Utc>>,
    /// The answers that were not removed.
    #[serde(default)]
    pub answers: Vec<TranscriptAnswer>,
}

/// A conversation as a document.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Transcript {
    /// `quorum.conversation`.
    pub format: String,
    /// Version of the form.
    pub version: u32,
    /// The title.
    pub title: String,
    /// Put before every prompt.
    #[serde(default)]
    pub system_prompt: String,
    /// Questions and answers, oldest first.
    pub turns: Vec<TranscriptTurn>,
}

impl TranscriptTurn {
    /// The answer that the conversation went on with: the selected one, else the first in rank.
    fn kept(&self) -> Option<&TranscriptAnswer> {
        let selected = self.answers.iter().find(|answer| answer.selected);
        selected.or_else(|| self.answers.iter().min_by_key(|answer| answer.rank.unwrap_or(i64::MAX)))
    }
}

impl Transcript {
    /// The same with the kept answer of each turn only.
    #[must_use]
    pub fn kept_only(mut self) -> Self {
        for turn in &mut self.turns {
            turn.answers = turn.kept().cloned().into_iter().collect();
        }
        self
    }

    /// The transcript as Markdown. Answers are Markdown themselves and stand as they are.
    pub fn to_markdown(&self) -> String {
        let mut text = format!("# {}\n", escaped(&self.title));
        // Writing to a String does not fail.
        if !self.system_prompt.trim().is_empty() {
            let _written = write!(text, "\n{}\n", quoted(self.system_prompt.trim()));
        }
        for turn in &self.turns {
            let _written = write!(text, "\n## Question\n\n{}\n", turn.content.trim_end());
            for image in &turn.images {
                let _written = write!(
                    text,
                    "\n*Image: {} ({} × {})*\n",
                    escaped(&image.name),
                    image.width,
                    image.height
                );
            }
            for answer in &turn.answers {
                let kept = if answer.selected { ", kept" } else { "" };
                let made = if answer.consensus { ", consensus" } else { "" };
                let rank = answer.rank.map(|rank| format!(", rank {rank}")).unwrap_or_default();
                let _written = write!(
                    text,
                    "\n### {}{made}{rank}{kept}\n\n{}\n",
                    escaped(&answer.service_name),
                    answer.content.trim_end()
                );
                text.push_str(&sources(&answer.citations));
            }
        }
        text
    }
}

/// The sources of an answer as a numbered list; nothing where there are none.
fn sources(citations: &[Citation]) -> String {
    if citations.is_empty() {
        return String::new();
    }
    let mut text = String::from("\nSources:\n\n");
    for (number, citation) in (1..).zip(citations) {
        let title = citation.title.as_deref().map(escaped);
        // No angle bracket stands in an address that is kept, so this is one link and no more.
        let address = citation.url.as_ref().map(|url| format!("<{url}>"));
        let quote = citation.quote.as_deref().map(|quote| format!("“{}”", escaped(quote)));
        let said: Vec<String> = [title, quote, address].into_iter().flatten().collect();
        let _written = writeln!(text, "{number}. {}", said.join(" "));
    }
    text
}

/// A name on a line of Markdown: one line, and none of its characters means anything.
fn escaped(name: &str) -> String {
    let mut text = String::with_capacity(name.len());
    for c in name.chars() {
        match c {
            // Marks that turn the reading direction would make a name look like another.
            '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {}
            c if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') => text.push(' '),
            c if c.is_ascii_punctuation() && !matches!(c, ',' | '.' | '?' | '\'' | '-' | '(' | ')' | '/' | ':') => {
                text.extend(['\\', c]);
            }
            // A name such as https://... would become a link by itself; `](` is broken by the bracket.
            ':' => text.push_str("\\:"),
            c => text.push(c),
        }
    }
    text
}

/// Every line as a quotation, whatever ends a line there.
fn quoted(words: &str) -> String {
    let lines: Vec<String> = words
        .split(['\n', '\r', '\u{2028}', '\u{2029}', '\u{85}', '\u{b}', '\u{c}'])
        .map(|line| format!("> {line}"))
        .collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_text_whatever_stands_in_them() {
        assert_eq!(escaped("Trip to Rome, (2 days)?"), "Trip to Rome, (2 days)?");
        assert_eq!(
            escaped("![x](https://evil.example/a)"),
            r"\!\[x\](https\://evil.example/a)"
        );
        assert_eq!(escaped("a\r\n# b\u{2028}c\0"), r"a  \# b c ");
        assert_eq!(
            escaped("<img src=x onerror=alert(1)>"),
            r"\<img src\=x onerror\=alert(1)\>"
        );
        assert_eq!(escaped("\u{202e}gpj"), "gpj");
        assert_eq!(escaped("`*_~|$&"), r"\`\*\_\~\|\$\&");
        assert_eq!(quoted("a\rb\r\n\u{2028}c"), "> a\n> b\n> \n> \n> c");
    }

    fn answer(name: &str, rank: i64, selected: bool) -> TranscriptAnswer {
        TranscriptAnswer {
            service_name: name.into(),
            model: "m".into(),
            content: format!("Answer of {name}\n"),
            summary: None,
            reasoning: None,
            score: None,
            rank: Some(rank),
            selected,
            consensus: false,
            thoughts: Some("Hm.".into()),
            citations: Vec::new(),
            removed: false,
            unfinished: false,
        }
    }

    #[test]
    fn a_transcript_is_read_as_markdown_and_may_hold_the_kept_answers_only() {
        let transcript = Transcript {
            format: TRANSCRIPT_FORMAT.into(),
            version: TRANSCRIPT_VERSION,
            title: "Trip".into(),
            system_prompt: "Be brief.\nBe kind.".into(),
            turns: vec![TranscriptTurn {
                content: "Where?".into(),
                images: vec![TranscriptImage {
                    name: "map.png".into(),
                    width: 640,
                    height: 480,
                    file: None,
                }],
                created_at: None,
                answers: vec![answer("Aria", 1, false), answer("Bolt", 2, true)],
            }],
        };
        assert_eq!(
            transcript.clone().kept_only().to_markdown(),
            "# Trip\n\n> Be brief.\n> Be kind.\n\n## Question\n\nWhere?\n\n*Image: map.png (640 × 480)*\n\n### Bolt, rank 2, kept\n\nAnswer of Bolt\n"
        );
        assert!(transcript.to_markdown().contains("### Aria, rank 1\n"));
    }

    #[test]
    fn the_sources_of_an_answer_stand_below_it_and_its_thoughts_do_not() {
        let mut given = answer("Aria", 1, true);
        let named = |url: Option<&str>, title: Option<&str>, quote: Option<&str>| {
            Citation::from(crate::citation::Named {
                url: url.map(Into::into),
                title: title.map(Into::into),
                quote: quote.map(Into::into),
            })
        };
        given.citations = vec![
            named(Some("https://example.com/a(b)"), Some("A [title](x)"), None),
            named(None, Some("Handbook"), Some("as it is")),
        ];
        let text = Transcript {
            format: TRANSCRIPT_FORMAT.into(),
            version: TRANSCRIPT_VERSION,
            title: "Trip".into(),
            system_prompt: String::new(),
            turns: vec![TranscriptTurn {
                content: "Where?".into(),
                images: Vec::new(),
                created_at: None,
                answers: vec![given],
            }],
        }
        .to_markdown();
        assert!(text.ends_with(
            "Answer of Aria\n\nSources:\n\n1. A \\[title\\](x) <https://example.com/a(b)>\n2. Handbook “as it is”\n"
        ));
        assert!(!text.contains("Hm."));
    }
}
