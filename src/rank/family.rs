//! Which models come from one house. Judges of one family err alike, so a second one of the same
//! family adds little.

/// Marks in a model's name, and the family they stand for.
const FAMILIES: &[(&str, &str)] = &[
    ("claude", "claude"),
    ("gpt", "gpt"),
    ("chatgpt", "gpt"),
    ("codex", "gpt"),
    ("gemini", "gemini"),
    ("gemma", "gemini"),
    ("llama", "llama"),
    ("mistral", "mistral"),
    ("mixtral", "mistral"),
    ("ministral", "mistral"),
    ("codestral", "mistral"),
    ("qwen", "qwen"),
    ("qwq", "qwen"),
    ("deepseek", "deepseek"),
    ("grok", "grok"),
    ("command", "command"),
    ("phi", "phi"),
    ("smollm", "smollm"),
    ("glm", "glm"),
    ("kimi", "kimi"),
    ("nova", "nova"),
];

/// The family of a model by its name; a name that says nothing is a family of its own.
pub fn family_of(model: &str) -> String {
    let name = model.rsplit('/').next().unwrap_or(model).to_lowercase();
    let words: Vec<&str> = name.split(|c: char| !c.is_ascii_alphanumeric()).collect();
    if let Some((_, family)) = FAMILIES
        .iter()
        .find(|(mark, _)| words.iter().any(|word| word.starts_with(mark)))
    {
        return (*family).to_owned();
    }
    let reasoning = words
        .first()
        .is_some_and(|word| word.len() == 2 && word.starts_with('o') && word.as_bytes()[1].is_ascii_digit());
    if reasoning { "gpt".to_owned() } else { name }
}

#[cfg(test)]
mod tests {
    use super::family_of;

    #[test]
    fn models_of_one_house_share_a_family_and_unknown_ones_stand_alone() {
        assert_eq!(family_of("gpt-4o"), family_of("o3-mini"));
        assert_eq!(family_of("meta-llama/Llama-3.1-70B"), "llama");
        assert_eq!(family_of("models/gemma-3"), family_of("gemini-2.5-pro"));
        assert_ne!(family_of("demo-aria"), family_of("demo-basalt"));
    }
}
