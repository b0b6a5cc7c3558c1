//! Limits that are types: a [`Summary`] over 50 words or a [`Reasoning`] over 20 cannot exist.

use serde::{Deserialize, Serialize};

/// Most words a summary may have.
pub const SUMMARY_WORDS: usize = 50;
/// Most words a reasoning may have.
pub const REASONING_WORDS: usize = 20;

/// A text form that names no value of its enum, as found in a database row or a request.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{found}` is not a {of}")]
pub struct UnknownName {
    /// The enum.
    pub of: &'static str,
    /// What was found, cut to 80 characters.
    pub found: String,
}

/// A text with more words than its type allows.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{found} words, at most {limit} allowed")]
pub struct TooManyWords {
    /// The limit.
    pub limit: usize,
    /// The words counted.
    pub found: usize,
}

/// Words of a text: runs between white space, and each character of a script that is written
/// without spaces (Chinese, Japanese, Thai and their neighbours) counts as one.
pub fn count_words(text: &str) -> usize {
    word_ends(text).len()
}

/// Whether a character stands for a word by itself.
const fn is_word_by_itself(c: char) -> bool {
    matches!(c as u32, 0x0E00..=0x0EFF | 0x1000..=0x109F | 0x1780..=0x17FF | 0x3040..=0x30FF | 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0x20000..=0x3FFFF)
}

/// Byte positions at which a word ends.
fn word_ends(text: &str) -> Vec<usize> {
    let mut ends = Vec::new();
    let mut inside = false;
    for (at, c) in text.char_indices() {
        if c.is_whitespace() {
            if inside {
                ends.push(at);
            }
            inside = false;
        } else if is_word_by_itself(c) {
            if inside {
                ends.push(at);
            }
            ends.push(at + c.len_utf8());
            inside = false;
        } else {
            inside = true;
        }
    }
    if inside {
        ends.push(text.len());
    }
    ends
}

/// Cuts a text to at most `limit` words: at the last sentence end if that keeps at least half
/// of the words allowed, else at a word end with an ellipsis. White space is folded.
pub fn cut_to_words(text: &str, limit: usize) -> String {
    let folded = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let ends = word_ends(&folded);
    if ends.len() <= limit {
        return folded;
    }
    let Some(&hard_end) = limit.checked_sub(1).and_then(|last| ends.get(last)) else {
        return String::new();
    };
    let kept = &folded[..hard_end];
    let sentence_end = kept
        .char_indices()
        .filter(|&(at, c)| is_sentence_end(c, kept[at + c.len_utf8()..].chars().next()))
        .map(|(at, c)| at + c.len_utf8())
        .next_back();
    match sentence_end {
        Some(end) if count_words(&kept[..end]) * 2 >= limit => kept[..end].to_owned(),
        _ => with_ellipsis(kept.trim_end_matches([',', ';', ':', '.', ' '])),
    }
}

/// An ellipsis joins the last word; after a character that is a word by itself it would be one more.
fn with_ellipsis(kept: &str) -> String {
    match kept.chars().next_back() {
        Some(last) if !is_word_by_itself(last) => format!("{kept}…"),
        _ => kept.to_owned(),
    }
}

fn is_sentence_end(c: char, next: Option<char>) -> bool {
    match c {
        '.' | '!' | '?' => next.is_none_or(char::is_whitespace),
        '。' | '！' | '？' | '؟' | '।' => true,
        _ => false,
    }
}

macro_rules! limited_text {
    ($(#[$meta:meta])* $name:ident, $limit:expr) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
        #[serde(try_from = "String", into = "String")]
        #[schema(value_type = String)]
        pub struct $name(String);

        impl $name {
            /// Takes a text that keeps the limit; refuses another.
            pub fn new(text: impl Into<String>) -> Result<Self, TooManyWords> {
                let text = text.into();
                match count_words(&text) {
                    found if found > $limit => Err(TooManyWords { limit: $limit, found }),
                    _ => Ok(Self(text)),
                }
            }
            /// Takes any text and cuts it at a sentence or word end so that it keeps the limit.
            pub fn cut(text: &str) -> Self {
                Self(cut_to_words(text, $limit))
            }
            /// The text.
            pub fn as_str(&self) -> &str { &self.0 }
        }
        impl TryFrom<String> for $name {
            type Error = TooManyWords;
            fn try_from(text: String) -> Result<Self, Self::Error> { Self::new(text) }
        }
        impl From<$name> for String {
            fn from(text: $name) -> Self { text.0 }
        }
    };
}

limited_text!(
    /// What an answer says, in at most 50 words.
    Summary,
    SUMMARY_WORDS
);
limited_text!(
    /// Why an answer stands where it stands, in at most 20 words.
    Reasoning,
    REASONING_WORDS
);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_summary_of_fifty_one_words_is_refused_and_cut_on_request() {
        let long = "word ".repeat(51);
        assert_eq!(Summary::new(long.clone()), Err(TooManyWords { limit: 50, found: 51 }));
        assert_eq!(count_words(Summary::cut(&long).as_str()), 50);
    }

    #[test]
    fn a_cut_prefers_the_end_of_a_sentence() {
        let text = format!("{} end. {}", "a ".repeat(14), "b ".repeat(30));
        assert!(Reasoning::cut(&text).as_str().ends_with("end."));
    }

    #[test]
    fn characters_of_scripts_without_spaces_count_as_words() {
        assert_eq!(count_words("数据库 index"), 4);
        assert!(count_words(Reasoning::cut(&"数".repeat(80)).as_str()) <= 20);
    }

    #[test]
    fn a_summary_over_the_limit_does_not_deserialize() {
        let json = serde_json::to_string(&"w ".repeat(60)).unwrap();
        assert!(serde_json::from_str::<Summary>(&json).is_err());
    }

    proptest! {
        #[test]
        fn no_text_whatever_gives_more_words_than_allowed(text in "\\PC{0,600}") {
            prop_assert!(count_words(Summary::cut(&text).as_str()) <= SUMMARY_WORDS);
            prop_assert!(count_words(Reasoning::cut(&text).as_str()) <= REASONING_WORDS);
        }
    }
}
