//! What a service sends beside the text of its answer: what it thought before it wrote, and the
//! sources it names. People are shown it; it is not judged and stands in no prompt.

use crate::citation::Citation;

/// Most bytes that are kept of what a service thought for one answer; the rest is cut.
pub const THOUGHTS_BYTES: usize = 256 * 1024;
/// Stands where thoughts were cut.
pub const THOUGHTS_CUT: &str = "\n\n[…]";

/// Thoughts as they come in, cut with a mark at [`THOUGHTS_BYTES`].
#[derive(Debug, Clone, Default)]
pub struct Thoughts {
    text: String,
    is_cut: bool,
}

impl Thoughts {
    /// Adds a piece; gives what of it is kept, which is nothing once the thoughts were cut.
    pub fn add(&mut self, piece: &str) -> String {
        if self.is_cut {
            return String::new();
        }
        let room = (THOUGHTS_BYTES - THOUGHTS_CUT.len()).saturating_sub(self.text.len());
        let kept = if piece.len() <= room {
            piece.to_owned()
        } else {
            self.is_cut = true;
            let end = (0..=room).rev().find(|at| piece.is_char_boundary(*at));
            format!("{}{THOUGHTS_CUT}", &piece[..end.unwrap_or_default()])
        };
        self.text.push_str(&kept);
        kept
    }

    /// A new thought begins: it is set apart from what came before. Gives what was added.
    pub fn set_apart(&mut self) -> String {
        if self.text.is_empty() || self.text.ends_with("\n\n") {
            return String::new();
        }
        self.add("\n\n")
    }

    /// The thoughts, if there are any.
    pub fn into_text(self) -> Option<String> {
        (!self.text.trim().is_empty()).then_some(self.text)
    }
}

/// What came with an answer beside its text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Beside {
    /// What the service thought, Markdown of at most [`THOUGHTS_BYTES`].
    pub thoughts: Option<String>,
    /// The sources it named.
    pub citations: Vec<Citation>,
}

impl Beside {
    /// Keeps the limits, for what was written elsewhere.
    pub fn limited(thoughts: Option<&str>, citations: &[Citation]) -> Self {
        let mut kept = Thoughts::default();
        kept.add(thoughts.unwrap_or_default());
        Self {
            thoughts: kept.into_text(),
            citations: citations
                .iter()
                .cloned()
                .collect::<crate::citation::Citations>()
                .into_vec(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thoughts_are_cut_once_with_a_mark_and_never_within_a_character() {
        let mut thoughts = Thoughts::default();
        let told: String = (0..100_000).map(|_| thoughts.add("äöü")).collect();
        let text = thoughts.into_text().unwrap();
        assert_eq!(told, text);
        assert!(text.len() <= THOUGHTS_BYTES && text.len() > THOUGHTS_BYTES - 16);
        assert_eq!(text.matches('[').count(), 1);
        assert!(text.ends_with(THOUGHTS_CUT));
    }

    #[test]
    fn thoughts_are_set_apart_and_white_space_alone_is_none() {
        let mut thoughts = Thoughts::default();
        assert_eq!(thoughts.set_apart(), "");
        thoughts.add("One.");
        assert_eq!(thoughts.set_apart(), "\n\n");
        assert_eq!(thoughts.set_apart(), "");
        let mut blank = Thoughts::default();
        blank.add(" \n");
        assert_eq!(blank.into_text(), None);
    }

    #[test]
    fn what_was_written_elsewhere_keeps_the_limits() {
        let beside = Beside::limited(Some(&"x".repeat(THOUGHTS_BYTES * 2)), &vec![Citation::default(); 3]);
        assert_eq!(beside.thoughts.map(|text| text.len()), Some(THOUGHTS_BYTES));
        assert!(beside.citations.is_empty());
        let short = Beside::limited(Some("x"), &[]);
        assert_eq!(short.thoughts.as_deref(), Some("x"));
    }
}
