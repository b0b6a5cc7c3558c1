//! Which models come from one house. Judges of one family err alike and like each other's style, so
//! a second one of the same family adds little.
//!
//! Names come in many dresses: with a vendor before a slash or a point, a size, a date, a format of
//! weights. The line of models named first decides; else the vendor; else what is left of the name
//! when version, size and tuning are taken away.
//!
//! To add a house: a line in `LINES` for the words by which its models are called, and one in `VENDORS`
//! for its own name where a path has that.

/// Words by which the models of a family are called.
const LINES: &[(&str, &[&str])] = &[
    ("claude", &["claude"]),
    ("gpt", &["gpt", "chatgpt", "codex", "davinci", "o1", "o3", "o4"]),
    ("gemini", &["gemini", "gemma", "medgemma", "bard", "palm", "bison"]),
    ("llama", &["llama", "codellama", "vicuna", "alpaca"]),
    (
        "mistral",
        &[
            "mistral",
            "mixtral",
            "ministral",
            "codestral",
            "pixtral",
            "magistral",
            "devstral",
            "zephyr",
        ],
    ),
    ("qwen", &["qwen", "qwq", "qvq"]),
    ("deepseek", &["deepseek"]),
    ("grok", &["grok"]),
    ("command", &["command", "c4ai", "aya"]),
    ("phi", &["phi"]),
    ("smollm", &["smollm"]),
    ("glm", &["glm", "chatglm"]),
    ("kimi", &["kimi", "moonshot"]),
    ("nova", &["nova", "titan"]),
    ("granite", &["granite"]),
    ("nemotron", &["nemotron"]),
    ("jamba", &["jamba", "jurassic"]),
    ("yi", &["yi"]),
    ("ernie", &["ernie"]),
    ("hunyuan", &["hunyuan"]),
    ("minimax", &["minimax", "abab"]),
    ("doubao", &["doubao", "seed"]),
    ("olmo", &["olmo", "tulu"]),
    ("falcon", &["falcon"]),
    ("sonar", &["sonar"]),
    ("lfm", &["lfm"]),
    ("dbrx", &["dbrx"]),
    ("palmyra", &["palmyra"]),
    ("reka", &["reka"]),
    ("exaone", &["exaone"]),
    ("solar", &["solar"]),
    ("internlm", &["internlm"]),
    ("stablelm", &["stablelm"]),
];

/// Names of houses as they stand in a path before the model.
const VENDORS: &[(&str, &[&str])] = &[
    ("claude", &["anthropic"]),
    ("gpt", &["openai"]),
    ("gemini", &["google", "deepmind"]),
    ("llama", &["meta"]),
    ("mistral", &["mistralai"]),
    ("qwen", &["alibaba"]),
    ("grok", &["xai"]),
    ("command", &["cohere", "coherelabs"]),
    ("phi", &["microsoft"]),
    ("nova", &["amazon"]),
    ("kimi", &["moonshotai"]),
    ("glm", &["zai", "thudm"]),
    ("granite", &["ibm"]),
    ("nemotron", &["nvidia"]),
    ("jamba", &["ai21", "ai21labs"]),
    ("ernie", &["baidu"]),
    ("hunyuan", &["tencent"]),
    ("doubao", &["bytedance"]),
    ("olmo", &["allenai"]),
    ("falcon", &["tiiuae"]),
    ("smollm", &["huggingfacetb"]),
    ("sonar", &["perplexity"]),
    ("lfm", &["liquid", "liquidai"]),
];

/// Words of a name that tell sizes, uses and formats of one family apart.
const VARIANTS: &[&str] = &[
    "instruct",
    "chat",
    "it",
    "base",
    "preview",
    "latest",
    "exp",
    "experimental",
    "turbo",
    "mini",
    "small",
    "medium",
    "large",
    "nano",
    "micro",
    "pro",
    "flash",
    "lite",
    "fast",
    "thinking",
    "reasoning",
    "vision",
    "free",
    "hf",
    "gguf",
    "awq",
    "gptq",
    "fp8",
    "fp16",
    "bf16",
    "int4",
    "int8",
];

/// The family of a model by its name; a name that says nothing is a family of its own.
pub fn family_of(model: &str) -> String {
    let name = model.to_lowercase();
    let (path, last) = name.rsplit_once('/').unwrap_or(("", &name));
    words(last)
        .find_map(|word| named(LINES, word))
        .or_else(|| words(last).chain(words(path)).find_map(|word| named(VENDORS, word)))
        .or_else(|| words(path).find_map(|word| named(LINES, word)))
        .map_or_else(|| stem(last), str::to_owned)
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
}

fn named(table: &[(&'static str, &[&str])], word: &str) -> Option<&'static str> {
    let hit = |mark: &&str| word.strip_prefix(*mark).is_some_and(|rest| goes_on(mark, rest));
    table
        .iter()
        .find(|(_, marks)| marks.iter().any(&hit))
        .map(|(family, _)| *family)
}

/// After a mark a version may follow (`llama3`), after a long one also a word (`deepseekcoder`); a
/// short one could be the beginning of any word.
fn goes_on(mark: &str, rest: &str) -> bool {
    const LONG: usize = 6;
    let is_version = rest.starts_with(|c: char| c.is_ascii_digit()) && !mark.ends_with(|c: char| c.is_ascii_digit());
    rest.is_empty() || is_version || mark.len() >= LONG
}

/// The name without version, size and tuning; whole where nothing else is in it.
fn stem(name: &str) -> String {
    let kept: Vec<&str> = words(name)
        .filter(|word| !VARIANTS.contains(word) && !is_number(word))
        .collect();
    if kept.is_empty() {
        name.to_owned()
    } else {
        kept.join("-")
    }
}

/// A version, date, size or quantisation: `3`, `v2`, `70b`, `8x7b`, `q4`.
fn is_number(word: &str) -> bool {
    let bare = word
        .trim_start_matches(['v', 'q', 'r'])
        .trim_end_matches(['b', 'm', 'k']);
    !bare.is_empty() && bare.chars().all(|c| c.is_ascii_digit() || c == 'x')
}

#[cfg(test)]
mod tests {
    use super::family_of;

    #[test]
    fn models_of_one_house_share_a_family_in_whatever_dress_their_names_come() {
        let families: [(&str, &[&str]); 9] = [
            (
                "gpt",
                &[
                    "gpt-4o",
                    "o3-mini",
                    "o1",
                    "openai/gpt-oss-120b",
                    "chatgpt-4o-latest",
                    "ft:gpt-4o-mini:acme::x1",
                    "azure/gpt4",
                ],
            ),
            (
                "claude",
                &[
                    "claude-sonnet-4-5",
                    "us.anthropic.claude-3-5-sonnet-20240620-v1:0",
                    "anthropic/some-new-line",
                ],
            ),
            (
                "gemini",
                &["models/gemini-2.5-pro", "gemma3:27b", "google/gemma-2-9b-it"],
            ),
            (
                "llama",
                &[
                    "meta-llama/Llama-3.1-70B",
                    "accounts/x/models/llama-v3p1-8b-instruct",
                    "meta.llama3-1-70b",
                    "@cf/meta/llama-3-8b",
                ],
            ),
            (
                "mistral",
                &["mistral-large-latest", "mistralai/Mixtral-8x7B", "codestral:22b"],
            ),
            ("qwen", &["qwen2.5:7b-instruct-q4_K_M", "Qwen/QwQ-32B"]),
            // A distilled model is of the house that taught it, which is named first.
            ("deepseek", &["deepseek-r1-distill-qwen-32b", "deepseek-ai/DeepSeek-V3"]),
            ("grok", &["grok-4-fast", "xai.grok-3"]),
            ("command", &["command-r-plus", "cohere.c4ai-aya"]),
        ];
        for (family, models) in families {
            for model in models {
                assert_eq!(family_of(model), family, "{model}");
            }
        }
    }

    #[test]
    fn unknown_models_that_differ_in_size_or_version_are_one_family() {
        assert_eq!(family_of("acme-7b-instruct"), family_of("acme/Acme-v2-70B-chat"));
        assert_eq!(family_of("house-model"), "house-model");
        assert_ne!(family_of("demo-aria"), family_of("demo-basalt"));
        assert_eq!(family_of("latest"), "latest");
    }

    #[test]
    fn a_word_that_only_begins_like_a_short_mark_is_no_mark() {
        assert_eq!(family_of("philosopher"), "philosopher");
        assert_eq!(family_of("o33-lab"), "o33-lab");
        assert_eq!(family_of("novation-1"), "novation");
    }
}
