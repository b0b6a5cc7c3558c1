//! What was told of a text that is still being written. A wire format can only add to what it has
//! told: where a text begins anew after a failed attempt, nothing is told until the new one has
//! come as far, and if it reads differently the answer cannot be finished in this reply.

use quorum_domain::event::{Delta, utf16_length};

/// The text as told, and as it is.
#[derive(Debug, Default)]
pub struct Told {
    attempt: i64,
    /// The text of this attempt so far.
    now: String,
    /// Its length in UTF-16 code units.
    length: i64,
    /// What was passed on.
    told: String,
}

/// A piece that does not fit what is known; the text so far has to be looked up.
#[derive(Debug, PartialEq, Eq)]
pub struct Gap;

/// The text ended as another one than was told.
#[derive(Debug, PartialEq, Eq)]
pub struct Differs;

impl Told {
    /// Takes a piece; gives what is new to tell.
    pub fn hear(&mut self, delta: &Delta) -> Result<Option<String>, Gap> {
        if delta.attempt < self.attempt {
            return Ok(None);
        }
        if delta.attempt > self.attempt {
            if delta.offset != 0 {
                return Err(Gap);
            }
            (self.attempt, self.length) = (delta.attempt, 0);
            self.now.clear();
        }
        if delta.offset > self.length {
            return Err(Gap);
        }
        let known = self.length - delta.offset;
        let text = storable(&delta.text);
        let new = after_utf16(&text, known);
        self.now.push_str(new);
        self.length += utf16_length(new);
        Ok(self.newly_told())
    }

    fn newly_told(&mut self) -> Option<String> {
        let more = self.now.strip_prefix(self.told.as_str())?.to_owned();
        if more.is_empty() {
            return None;
        }
        self.told.push_str(&more);
        Some(more)
    }

    /// The text is complete; gives what was not told of it yet.
    pub fn finish(&self, whole: &str) -> Result<String, Differs> {
        whole.strip_prefix(self.told.as_str()).map(str::to_owned).ok_or(Differs)
    }
}

/// As the store keeps it.
fn storable(text: &str) -> std::borrow::Cow<'_, str> {
    if text.contains('\0') {
        text.replace('\0', "\u{FFFD}").into()
    } else {
        text.into()
    }
}

/// A text without its first UTF-16 code units.
fn after_utf16(text: &str, units: i64) -> &str {
    let mut left = units;
    for (at, letter) in text.char_indices() {
        if left <= 0 {
            return &text[at..];
        }
        left -= i64::try_from(letter.len_utf16()).unwrap_or(1);
    }
    ""
}

#[cfg(test)]
mod tests {
    use super::*;
    use quorum_domain::ids::ResponseId;

    fn delta(attempt: i64, offset: i64, text: &str) -> Delta {
        Delta {
            response_id: ResponseId::new(),
            attempt,
            offset,
            text: text.into(),
        }
    }

    fn heard(told: &mut Told, attempt: i64, offset: i64, text: &str) -> Option<String> {
        told.hear(&delta(attempt, offset, text)).unwrap()
    }

    #[test]
    fn pieces_are_passed_on_once_whatever_is_said_again() {
        let mut told = Told::default();
        assert_eq!(heard(&mut told, 1, 0, "Grüß ").as_deref(), Some("Grüß "));
        assert_eq!(heard(&mut told, 1, 0, "Grüß 𝕏").as_deref(), Some("𝕏"));
        assert_eq!(heard(&mut told, 1, 5, "𝕏!").as_deref(), Some("!"));
        assert_eq!(heard(&mut told, 1, 0, "Grüß"), None);
        assert_eq!(told.finish("Grüß 𝕏! End").unwrap(), " End");
    }

    #[test]
    fn a_gap_is_looked_up() {
        let mut told = Told::default();
        heard(&mut told, 1, 0, "ab");
        assert_eq!(told.hear(&delta(1, 5, "z")), Err(Gap));
        assert_eq!(told.hear(&delta(2, 5, "z")), Err(Gap));
        assert_eq!(heard(&mut told, 1, 0, "ab and z").as_deref(), Some(" and z"));
    }

    #[test]
    fn a_text_that_begins_anew_is_told_from_where_it_is_new() {
        let mut told = Told::default();
        heard(&mut told, 1, 0, "The answer");
        assert_eq!(heard(&mut told, 2, 0, "The"), None);
        assert_eq!(heard(&mut told, 2, 3, " answer is").as_deref(), Some(" is"));
        assert_eq!(heard(&mut told, 1, 10, " late"), None);
        assert_eq!(told.finish("The answer is 42.").unwrap(), " 42.");
    }

    #[test]
    fn one_that_reads_differently_cannot_be_finished() {
        let mut told = Told::default();
        heard(&mut told, 1, 0, "Yes");
        assert_eq!(heard(&mut told, 2, 0, "No, never"), None);
        assert_eq!(told.finish("No, never."), Err(Differs));
    }
}
