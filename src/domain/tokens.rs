//! A quick estimate of tokens, for previews, fitting and providers that report no usage.

/// Estimated tokens of a text: about one per four ASCII characters and one per one and a half
/// others. It is shown with "~" everywhere; what is billed comes from the provider.
pub fn estimate_tokens(text: &str) -> u64 {
    let ascii = text.bytes().filter(u8::is_ascii).count() as u64;
    let other = text.chars().filter(|c| !c.is_ascii()).count() as u64;
    ascii.div_ceil(4) + (other * 2).div_ceil(3)
}

/// Tokens that a chat format adds around each message (role markers and separators).
pub const TOKENS_PER_MESSAGE: u64 = 4;

#[cfg(test)]
mod tests {
    use super::estimate_tokens;

    #[test]
    fn an_empty_text_has_no_tokens_and_a_sentence_has_some() {
        assert_eq!(estimate_tokens(""), 0);
        assert_eq!(estimate_tokens("Which index suits an append-only table?"), 10);
        assert!(estimate_tokens("数据库索引") >= 3);
    }
}
