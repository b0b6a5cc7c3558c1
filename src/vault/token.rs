//! Tokens: random, shown once, stored only as a hash.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// A new secret token of 256 random bits. Prints nothing; wiped when dropped.
pub struct Token {
    text: Zeroizing<String>,
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token")
    }
}

impl Token {
    /// A new token.
    pub fn random() -> Self {
        let bytes = Zeroizing::new(rand::random::<[u8; 32]>());
        Self {
            text: Zeroizing::new(URL_SAFE_NO_PAD.encode(*bytes)),
        }
    }

    /// A new token whose text begins with a mark, by which people and scanners know what it is.
    pub fn marked(mark: &str) -> Self {
        let Self { text } = Self::random();
        Self {
            text: Zeroizing::new(format!("{mark}{}", *text)),
        }
    }

    /// The text to hand to its owner, once.
    pub fn reveal(&self) -> &str {
        &self.text
    }

    /// Its end, to recognise it by; forty characters stay unknown.
    pub fn last4(&self) -> String {
        self.text[self.text.len() - 4..].to_owned()
    }

    /// What is stored.
    pub fn hash(&self) -> String {
        token_hash(&self.text)
    }
}

/// The stored form of a token. A fast hash is enough for 256 random bits.
pub fn token_hash(token: &str) -> String {
    hex::encode(Sha256::digest(token.as_bytes()))
}

/// The CSRF token that belongs to a session token: derived, so nothing more is stored, and a
/// site that can read neither cookie nor page cannot make it.
pub fn csrf_token_of(session_token: &str) -> String {
    let mut hash = Sha256::new();
    hash.update(b"quorum csrf\0");
    hash.update(session_token.as_bytes());
    URL_SAFE_NO_PAD.encode(hash.finalize())
}

/// Compares two texts in time that does not depend on where they differ.
pub fn same_text(left: &str, right: &str) -> bool {
    let (left, right) = (Sha256::digest(left.as_bytes()), Sha256::digest(right.as_bytes()));
    left.iter()
        .zip(right.iter())
        .fold(0, |difference, (a, b)| difference | (a ^ b))
        == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_stored_as_a_hash_and_prints_nothing() {
        let token = Token::random();
        assert_eq!(token.hash(), token_hash(token.reveal()));
        assert!(!token.hash().contains(token.reveal()));
        assert_eq!(format!("{token:?}"), "Token");
    }

    #[test]
    fn a_marked_token_begins_with_its_mark_and_is_known_by_its_end() {
        let token = Token::marked("qk_");
        assert_eq!(token.reveal().len(), 46);
        assert!(token.reveal().starts_with("qk_") && token.reveal().ends_with(&token.last4()));
        assert_eq!(token.last4().len(), 4);
    }

    #[test]
    fn tokens_are_256_bits_in_url_safe_text_and_never_the_same() {
        let tokens: std::collections::HashSet<String> =
            (0..1_000).map(|_| Token::random().reveal().to_owned()).collect();
        assert_eq!(tokens.len(), 1_000);
        assert!(
            tokens
                .iter()
                .all(|text| URL_SAFE_NO_PAD.decode(text).unwrap().len() == 32)
        );
    }

    #[test]
    fn the_stored_form_is_sha_256_in_hex() {
        // FIPS 180-2, appendix B.1.
        let published = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(token_hash("abc"), published);
    }

    #[test]
    fn the_csrf_token_follows_from_the_session_token_and_is_not_its_stored_hash() {
        assert_eq!(csrf_token_of("a"), csrf_token_of("a"));
        assert_ne!(csrf_token_of("a"), csrf_token_of("b"));
        let as_stored = hex::encode(URL_SAFE_NO_PAD.decode(csrf_token_of("a")).unwrap());
        assert_ne!(as_stored, token_hash("a"));
    }

    #[test]
    fn texts_are_the_same_only_if_every_byte_is() {
        assert!(same_text("", "") && same_text("token", "token"));
        assert!(!same_text("token", "tokem") && !same_text("token", "toke") && !same_text("token", ""));
    }
}
