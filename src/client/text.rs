//! Texts of running responses, put together from their pieces.

use std::collections::HashMap;

use quorum_domain::{Delta, ids::ResponseId};

/// What has come of a text so far.
#[derive(Debug, Default)]
struct Text {
    attempt: i64,
    /// UTF-16 code units, which offsets on the wire count in.
    units: Vec<u16>,
}

/// The texts so far of the responses that are followed.
#[derive(Debug, Default)]
pub struct LiveTexts {
    texts: HashMap<ResponseId, Text>,
}

/// What a piece of text did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// It goes on with this.
    More(String),
    /// It began anew with this: another attempt.
    Anew(String),
    /// Nothing that was not known.
    Known,
    /// Something is missing before it; the whole text has to be fetched.
    Gap,
}

impl LiveTexts {
    /// Takes in a piece; says what is new in it.
    pub fn take(&mut self, delta: &Delta) -> Piece {
        let text = self.texts.entry(delta.response_id).or_default();
        if delta.attempt < text.attempt {
            return Piece::Known;
        }
        let anew = delta.attempt > text.attempt && !text.units.is_empty();
        if delta.attempt > text.attempt {
            *text = Text {
                attempt: delta.attempt,
                units: Vec::new(),
            };
        }
        let Ok(offset) = usize::try_from(delta.offset) else {
            return Piece::Gap;
        };
        let Some(known) = text.units.len().checked_sub(offset) else {
            return Piece::Gap;
        };
        let more: Vec<u16> = delta.text.encode_utf16().skip(known).collect();
        if more.is_empty() && !anew {
            return Piece::Known;
        }
        text.units.extend(&more);
        let more = String::from_utf16_lossy(&more);
        if anew { Piece::Anew(more) } else { Piece::More(more) }
    }

    /// The text so far of a response.
    pub fn text(&self, response: ResponseId) -> String {
        self.texts
            .get(&response)
            .map(|text| String::from_utf16_lossy(&text.units))
            .unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piece(response_id: ResponseId, attempt: i64, offset: i64, text: &str) -> Delta {
        Delta {
            response_id,
            attempt,
            offset,
            text: text.into(),
        }
    }

    #[test]
    fn pieces_that_overlap_repeat_or_break_off_make_one_text() {
        let (mut texts, id) = (LiveTexts::default(), ResponseId::new());
        assert_eq!(texts.take(&piece(id, 1, 0, "Ä𝄞")), Piece::More("Ä𝄞".into()));
        assert_eq!(texts.take(&piece(id, 1, 0, "Ä𝄞b")), Piece::More("b".into()));
        assert_eq!(texts.take(&piece(id, 1, 1, "𝄞b")), Piece::Known);
        assert_eq!(texts.take(&piece(id, 1, 9, "x")), Piece::Gap);
        assert_eq!(texts.text(id), "Ä𝄞b");
        assert_eq!(texts.take(&piece(id, 2, 0, "new")), Piece::Anew("new".into()));
        assert_eq!(texts.take(&piece(id, 1, 4, "late")), Piece::Known);
        assert_eq!(texts.text(id), "new");
    }
}
