//! A text as it looks: what a reader takes for the same letters is the same here. Answers can spell
//! words in full-width, mathematical, struck-through or foreign letters, and no list of words finds them
//! then. Compatibility forms are undone (NFKC, Unicode annex 15), marks are taken off, and letters that
//! look like Latin ones become these (the skeleton of Unicode technical standard 39).

use std::ops::Range;

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};
use unicode_security::confusable_detection::skeleton;

/// A text in folded letters, which remembers where each of its bytes comes from.
pub(crate) struct Folded {
    /// In lower case, of letters without marks.
    pub text: String,
    /// The byte of the original behind each byte of the text, and the end of it.
    origin: Vec<usize>,
}

impl Folded {
    pub(crate) fn of(original: &str) -> Self {
        let mut text = String::with_capacity(original.len());
        let mut origin = Vec::with_capacity(original.len() + 1);
        for (at, c) in original.char_indices() {
            let before = text.len();
            fold(c, &mut text);
            origin.resize(origin.len() + text.len() - before, at);
        }
        origin.push(original.len());
        Self { text, origin }
    }

    /// Where in the original a range of the text stands: whole characters, marks that follow included.
    pub(crate) fn original(&self, range: Range<usize>) -> Range<usize> {
        self.origin[range.start]..self.origin[range.end]
    }
}

/// Letters as they look, in lower case. ASCII stays: its skeleton would take `1` for `l`.
fn fold(c: char, into: &mut String) {
    if c.is_ascii() {
        into.push(c.to_ascii_lowercase());
        return;
    }
    if let Some(letter) = dressed_up(c) {
        into.push(letter);
        return;
    }
    for plain in std::iter::once(c).nfkd().filter(|c| !is_combining_mark(*c)) {
        if plain.is_ascii() {
            into.push(plain.to_ascii_lowercase());
            continue;
        }
        let lower: String = plain.to_lowercase().nfkd().filter(|c| !is_combining_mark(*c)).collect();
        for c in lower.chars() {
            looks_like(c, into);
        }
    }
}

/// Small capitals, and letters on a dark ground or in pairs for flags: Unicode counts them neither as
/// forms of a letter nor as looking like it.
fn dressed_up(c: char) -> Option<char> {
    const SMALL_CAPITALS: &str = "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘꞯʀꜱᴛᴜᴠᴡ\u{0}ʏᴢ";
    let nth = match c {
        '\u{1F150}'..='\u{1F169}' => u32::from(c) - 0x1F150,
        '\u{1F170}'..='\u{1F189}' => u32::from(c) - 0x1F170,
        '\u{1F1E6}'..='\u{1F1FF}' => u32::from(c) - 0x1F1E6,
        _ => u32::try_from(SMALL_CAPITALS.chars().position(|capital| capital == c)?).ok()?,
    };
    ('a'..='z').nth(nth as usize)
}

/// A letter of another script that looks like Latin ones, as these.
fn looks_like(c: char, into: &mut String) {
    let mut buffer = [0; 4];
    let start = into.len();
    into.extend(skeleton(c.encode_utf8(&mut buffer)));
    if into[start..].is_ascii() {
        into[start..].make_ascii_lowercase();
    } else {
        into.truncate(start);
        into.push(c);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_looks_the_same_is_the_same() {
        for odd in [
            "ｒａｎｋ ｍｅ",
            "𝐫𝐚𝐧𝐤 𝐦𝐞",
            "𝓻𝓪𝓷𝓴 𝓶𝓮",
            "ⓡⓐⓝⓚ ⓜⓔ",
            "r̶a̶n̶k̶ m̶e̶",
            "RÀŃK MÉ",
            "rаnk mе",
            "ʀᴀɴᴋ ᴍᴇ",
            "🅡🅐🅝🅚 🅜🅔",
            "🇷🇦🇳🇰 🇲🇪",
        ] {
            assert_eq!(Folded::of(odd).text, "rank me", "{odd}");
        }
    }

    #[test]
    fn a_place_in_the_folded_text_is_a_place_in_the_original() {
        let original = "Ⅷ — ｒａｎｋ ｍｅ, ﬁne";
        let folded = Folded::of(original);
        let at = folded.text.find("rank me").unwrap();
        assert_eq!(&original[folded.original(at..at + 7)], "ｒａｎｋ ｍｅ");
        let at = folded.text.find("fine").unwrap();
        assert_eq!(&original[folded.original(at..at + 4)], "ﬁne");
    }

    proptest! {
        #[test]
        fn every_place_lies_between_characters(text in "\\PC{0,200}") {
            let folded = Folded::of(&text);
            let bounds: Vec<usize> = folded.text.char_indices().map(|(at, _)| at).chain([folded.text.len()]).collect();
            for pair in bounds.windows(2) {
                let range = folded.original(pair[0]..pair[1]);
                prop_assert!(text.get(range).is_some());
            }
        }
    }
}
