//! Foreign text made harmless for a terminal: no escape sequences, no control characters, nothing that
//! turns the direction of what stands beside it.

use anstream::adapter::StripBytes;

/// Takes text piece by piece; a sequence may begin in one piece and end in another.
#[derive(Debug, Default)]
pub struct Printable {
    sequences: StripBytes,
}

impl Printable {
    /// What may be shown of the next piece. Line breaks and tabs stay.
    pub fn next(&mut self, piece: &str) -> String {
        let plain: Vec<u8> = self.sequences.strip_next(piece.as_bytes()).flatten().copied().collect();
        String::from_utf8_lossy(&plain)
            .chars()
            .filter(|c| is_harmless(*c))
            .collect()
    }
}

fn is_harmless(c: char) -> bool {
    match c {
        '\n' | '\t' => true,
        // Embedding, override and isolate of the bidirectional algorithm (Unicode TR 9), which can make
        // a text look like another one.
        '\u{200E}' | '\u{200F}' | '\u{061C}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => false,
        other => !other.is_control(),
    }
}

/// A whole text.
pub fn text(text: &str) -> String {
    Printable::default().next(text)
}

/// A text on one line.
pub fn line(words: &str) -> String {
    text(words).split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_a_terminal_would_obey_is_gone_and_the_words_stay() {
        assert_eq!(text("a\u{1b}[31mred\u{1b}[0m b"), "ared b");
        assert_eq!(text("\u{1b}]0;title\u{7}x\u{1b}]8;;https://evil\u{1b}\\link"), "xlink");
        assert_eq!(
            text("one\rtwo\u{8}\u{7f}\u{9b}2J\u{85}three\n\tfour"),
            "onetwo2Jthree\n\tfour"
        );
        assert_eq!(text("\u{202e}desrever\u{202c}"), "desrever");
        assert_eq!(line(" a \n b\u{1b}[2K "), "a b");
    }

    #[test]
    fn a_sequence_cut_in_two_pieces_is_gone_as_well() {
        let mut printable = Printable::default();
        assert_eq!(printable.next("a\u{1b}") + &printable.next("[31mb"), "ab");
    }

    proptest! {
        #[test]
        fn nothing_passes_that_a_terminal_obeys(pieces in prop::collection::vec("(\\PC|[\\x00-\\x1f]|\u{1b}\\[|\u{9b}){0,20}", 0..6)) {
            let mut printable = Printable::default();
            let shown: String = pieces.iter().map(|piece| printable.next(piece)).collect();
            prop_assert!(shown.chars().all(is_harmless));
        }
    }
}
