//! Sources that a service names beside its answer. They come from outside, so every field is cleaned
//! and limited before it can be kept: a [`Citation`] with another address than http(s) cannot exist.

use serde::{Deserialize, Serialize};

/// Most sources of one answer; later ones are left out.
pub const CITATIONS: usize = 64;
/// Longest address of a source in characters; a longer one is left out, as a part of it leads elsewhere.
pub const CITATION_URL_CHARS: usize = 2_000;
/// Longest title of a source in characters; a longer one is cut.
pub const CITATION_TITLE_CHARS: usize = 200;
/// Longest quotation from a source in characters; a longer one is cut.
pub const CITATION_QUOTE_CHARS: usize = 500;

/// A source that a service named: at least one of its fields says something.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(from = "Named")]
pub struct Citation {
    /// Where it stands: http or https, at most 2,000 characters.
    pub url: Option<String>,
    /// What it is called: one line of at most 200 characters.
    pub title: Option<String>,
    /// What is quoted from it: one line of at most 500 characters.
    pub quote: Option<String>,
}

/// A source as it was named, whatever stands in it.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Named {
    /// Where it is said to stand.
    #[serde(default)]
    pub url: Option<String>,
    /// What it is said to be called.
    #[serde(default)]
    pub title: Option<String>,
    /// What is said to be quoted.
    #[serde(default)]
    pub quote: Option<String>,
}

impl From<Named> for Citation {
    fn from(named: Named) -> Self {
        Self {
            url: named.url.as_deref().and_then(address),
            title: named.title.as_deref().and_then(|text| line(text, CITATION_TITLE_CHARS)),
            quote: named.quote.as_deref().and_then(|text| line(text, CITATION_QUOTE_CHARS)),
        }
    }
}

impl Citation {
    fn is_empty(&self) -> bool {
        self.url.is_none() && self.title.is_none() && self.quote.is_none()
    }

    /// Whether both are the same source: one address, or the same words where there is none.
    fn is_same(&self, other: &Self) -> bool {
        match (&self.url, &other.url) {
            (Some(one), Some(another)) => one == another,
            (None, None) => self.title == other.title && self.quote == other.quote,
            _ => false,
        }
    }

    /// Takes over what is said for the first time.
    fn complete(&mut self, other: Self) {
        self.title = self.title.take().or(other.title);
        self.quote = self.quote.take().or(other.quote);
    }
}

/// The sources of one answer in the order named: each once, at most [`CITATIONS`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Citations(Vec<Citation>);

impl Citations {
    /// Adds a source; one that is known already may add its title or quotation.
    pub fn add(&mut self, citation: impl Into<Citation>) {
        let citation = citation.into();
        if citation.is_empty() {
            return;
        }
        if let Some(known) = self.0.iter_mut().find(|known| known.is_same(&citation)) {
            known.complete(citation);
        } else if self.0.len() < CITATIONS {
            self.0.push(citation);
        }
    }

    /// The sources.
    pub fn into_vec(self) -> Vec<Citation> {
        self.0
    }
}

impl FromIterator<Citation> for Citations {
    fn from_iter<I: IntoIterator<Item = Citation>>(named: I) -> Self {
        let mut citations = Self::default();
        named.into_iter().for_each(|citation| citations.add(citation));
        citations
    }
}

/// Marks that turn the reading direction or cannot be seen make an address or title look like another.
const fn is_deceptive(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{ad}')
}

/// An address that a page may lead to, as it is; without a user name, which would hide its host.
fn address(text: &str) -> Option<String> {
    let text = text.trim();
    let (scheme, rest) = text.split_once("://")?;
    let is_web = scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https");
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let is_plain = |c: char| {
        !c.is_control()
            && !c.is_whitespace()
            && !is_deceptive(c)
            && !matches!(c, '<' | '>' | '"' | '\\' | '^' | '`' | '{' | '|' | '}')
    };
    let fits = text.chars().nth(CITATION_URL_CHARS).is_none() && text.chars().all(is_plain);
    (is_web && fits && !host.is_empty() && !host.contains('@')).then(|| text.to_owned())
}

/// One line without what cannot be seen, cut with an ellipsis; `None` where nothing is left.
fn line(text: &str, limit: usize) -> Option<String> {
    // What is cut off is not looked at: a title may be as long as a stream allows.
    let seen: String = text
        .chars()
        .take(limit.saturating_mul(4))
        .filter(|c| !is_deceptive(*c))
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    let folded = seen.split_whitespace().collect::<Vec<_>>().join(" ");
    match folded.char_indices().nth(limit) {
        _ if folded.is_empty() => None,
        None => Some(folded),
        Some(_) => {
            let kept: String = folded.chars().take(limit - 1).collect();
            Some(format!("{}…", kept.trim_end()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(url: &str) -> Citation {
        Named {
            url: Some(url.into()),
            ..Named::default()
        }
        .into()
    }

    #[test]
    fn only_addresses_of_the_web_are_kept() {
        for good in [
            "https://example.com/a?b=1#c",
            "HTTP://example.com",
            "https://bücher.example/ü",
        ] {
            assert_eq!(at(good).url.as_deref(), Some(good));
        }
        for bad in [
            "javascript:alert(1)",
            "javascript://example.com/%0aalert(1)",
            "data:text/html,x",
            "//example.com",
            "https://",
            "https:///etc",
            "https://bank.example@evil.example/",
            "https://example.com/\u{202e}gpj",
            "https://example.com/a b",
            "https://example.com/\"onclick",
            "https://example.com\\@evil.example",
            "https://example.com/\n",
        ] {
            // White space around an address is not part of it.
            let kept = at(bad).url;
            assert!(
                kept.is_none() || kept.as_deref() == Some(bad.trim()),
                "{bad:?} {kept:?}"
            );
            assert!(
                kept.is_none_or(|url| url.starts_with("https://example.com/")),
                "{bad:?}"
            );
        }
        assert_eq!(
            at(&format!("https://example.com/{}", "a".repeat(CITATION_URL_CHARS))).url,
            None
        );
    }

    #[test]
    fn words_are_one_line_and_limited() {
        let citation = Citation::from(Named {
            title: Some(" A\u{202e}\n<b>title</b>\0 ".into()),
            quote: Some("long ".repeat(1_000)),
            url: None,
        });
        assert_eq!(citation.title.as_deref(), Some("A <b>title</b>"));
        assert_eq!(citation.quote.unwrap().chars().count(), CITATION_QUOTE_CHARS);
    }

    #[test]
    fn a_source_is_named_once_and_completed_by_what_comes_later() {
        let mut citations = Citations::default();
        citations.add(at("https://example.com/a"));
        citations.add(Named {
            url: Some("https://example.com/a".into()),
            title: Some("A".into()),
            quote: None,
        });
        citations.add(Named::default());
        citations.add(at("ftp://example.com"));
        (0..100).for_each(|number| citations.add(at(&format!("https://example.com/{number}"))));
        let citations = citations.into_vec();
        assert_eq!(citations.len(), CITATIONS);
        assert_eq!(citations[0].title.as_deref(), Some("A"));
    }

    #[test]
    fn what_is_read_from_a_document_is_cleaned_as_well() {
        let read: Citation = serde_json::from_str(r#"{"url":"javascript:x","title":"a\nb","other":1}"#).unwrap();
        assert_eq!((read.url, read.title.as_deref(), read.quote), (None, Some("a b"), None));
    }

    proptest! {
        #[test]
        fn whatever_is_named_keeps_the_limits(url in "\\PC{0,300}", title in ".{0,600}", quote in ".{0,1500}") {
            let once = Citation::from(Named { url: Some(format!("https://{url}")), title: Some(title), quote: Some(quote) });
            let line_of = |text: &Option<String>, limit| text.as_ref().is_none_or(|text| text.chars().count() <= limit && !text.chars().any(char::is_control));
            prop_assert!(line_of(&once.title, CITATION_TITLE_CHARS) && line_of(&once.quote, CITATION_QUOTE_CHARS));
            let again = Citation::from(Named { url: once.url.clone(), title: once.title.clone(), quote: once.quote.clone() });
            prop_assert_eq!(once, again);
        }
    }
}
