//! Tokens: random, shown once, stored only as a hash.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

/// A new secret token of 256 random bits.
pub struct Token {
    text: String,
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token")
    }
}

impl Token {
    /// A new token.
    pub fn random() -> Self {
        Self {
            text: URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>()),
        }
    }

    /// The text to hand to its owner, once.
    pub fn reveal(&self) -> &str {
        &self.text
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
    fn the_csrf_token_follows_from_the_session_token_and_does_not_reveal_it() {
        assert_eq!(csrf_token_of("a"), csrf_token_of("a"));
        assert_ne!(csrf_token_of("a"), csrf_token_of("b"));
        assert!(same_text("x", "x") && !same_text("x", "y"));
    }
}
