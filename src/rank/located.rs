//! The sentences of an answer with the place where each stands in the text as it was given.

use quorum_domain::Passage;
use unicode_segmentation::UnicodeSegmentation;

use crate::plain_text::{prose_ranges, without_marks};

/// A sentence and its bytes in the answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Located {
    /// Without marks, white space folded.
    pub text: String,
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

/// The sentences of the prose of an answer, in order.
pub(crate) fn located_sentences(answer: &str) -> Vec<Located> {
    let mut found = Vec::new();
    for range in prose_ranges(answer) {
        for (at, raw) in answer[range.clone()].split_sentence_bound_indices() {
            let is_mark = |c: char| c.is_whitespace() || matches!(c, '*' | '`' | '_' | '>');
            let head = raw.len() - raw.trim_start_matches(is_mark).len();
            let kept = raw.trim_matches(is_mark);
            let text = without_marks(kept).split_whitespace().collect::<Vec<_>>().join(" ");
            if text.chars().filter(|c| c.is_alphanumeric()).count() >= 2 {
                let start = range.start + at + head;
                found.push(Located {
                    text,
                    start,
                    end: start + kept.len(),
                });
            }
        }
    }
    found
}

/// Bytes of a text as the UTF-16 units that a browser counts.
pub(crate) fn passage(text: &str, start: usize, end: usize) -> Passage {
    let units = |to: usize| u32::try_from(text[..to].encode_utf16().count()).unwrap_or(u32::MAX);
    Passage {
        start: units(start),
        end: units(end),
    }
}

/// Where a quotation stands in a text, white space and case aside.
pub(crate) fn find_quote(text: &str, quote: &str) -> Option<Passage> {
    let spread: Vec<(usize, char)> = text
        .char_indices()
        .filter(|(_, c)| !c.is_whitespace())
        .map(|(at, c)| (at, simple_lower(c)))
        .collect();
    let wanted: Vec<char> = quote.chars().filter(|c| !c.is_whitespace()).map(simple_lower).collect();
    if wanted.len() < 3 || wanted.len() > spread.len() {
        return None;
    }
    let at = spread
        .windows(wanted.len())
        .position(|window| window.iter().map(|(_, c)| c).eq(wanted.iter()))?;
    let (last, _) = spread[at + wanted.len() - 1];
    let end = last + text[last..].chars().next().map_or(0, char::len_utf8);
    Some(passage(text, spread[at].0, end))
}

fn simple_lower(c: char) -> char {
    c.to_lowercase().next().unwrap_or(c)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cut(text: &str, passage: Passage) -> String {
        let units: Vec<u16> = text.encode_utf16().collect();
        String::from_utf16(&units[passage.start as usize..passage.end as usize]).unwrap()
    }

    #[test]
    fn a_sentence_is_found_where_it_stands() {
        let text = "# Title 🙂\n\nUse a **BRIN** index 🙂. It fits.\n\n- Second point\n```\ncode\n```";
        let found = located_sentences(text);
        let texts: Vec<&str> = found.iter().map(|one| one.text.as_str()).collect();
        assert_eq!(texts, ["Use a BRIN index 🙂.", "It fits.", "Second point"]);
        assert_eq!(
            cut(text, passage(text, found[0].start, found[0].end)),
            "Use a **BRIN** index 🙂."
        );
    }

    #[test]
    fn a_quotation_is_found_despite_line_breaks_and_case() {
        let text = "It says: 🙂 Use  a\nBRIN index here.";
        let found = find_quote(text, "use a brin Index").unwrap();
        assert_eq!(cut(text, found), "Use  a\nBRIN index");
        assert_eq!(find_quote(text, "hash index"), None);
    }

    proptest! {
        #[test]
        fn every_place_lies_in_the_text(text in "\\PC{0,300}") {
            for one in located_sentences(&text) {
                let passage = passage(&text, one.start, one.end);
                prop_assert!(passage.start < passage.end && passage.end as usize <= text.encode_utf16().count());
            }
        }
    }
}
