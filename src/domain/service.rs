//! A service: one model that can be asked.

use serde::{Deserialize, Serialize};

use crate::{
    clock::Timestamp,
    ids::ServiceId,
    named_enum,
    usage::{MicroUsd, TokenUsage},
};

named_enum! {
    /// The wire format that a service speaks.
    pub enum ServiceType {
        /// Anthropic Messages.
        Anthropic => "anthropic",
        /// OpenAI Chat Completions at OpenAI itself.
        OpenAi => "openai",
        /// OpenAI Responses.
        OpenAiResponses => "openai_responses",
        /// Google Gemini generateContent.
        Gemini => "gemini",
        /// Any other server that speaks Chat Completions.
        OpenAiCompatible => "openai_compatible",
    }
}

/// Prices in micro-USD per million tokens. Zero means free or unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Prices {
    /// Fresh input.
    pub input: i64,
    /// Input read from a cache.
    pub cached_input: i64,
    /// Billed output.
    pub output: i64,
    /// Above this many input tokens the whole call is priced by `long`; zero means no such tier.
    #[serde(default)]
    pub long_over: u64,
    /// Input, cached input and output prices above `long_over`.
    #[serde(default)]
    pub long: [i64; 3],
}

/// Cache writes cost a quarter more than fresh input at the providers that charge for them
/// (Anthropic's five-minute cache; none is asked for by us, so it only appears on shared accounts).
const CACHE_WRITE_PERCENT: i128 = 125;

impl Prices {
    /// What a call of this usage costs, rounded up to a whole micro-USD.
    pub fn cost(&self, usage: &TokenUsage) -> MicroUsd {
        let long = self.long_over > 0 && usage.total_input() > self.long_over;
        let [input, cached, output] = if long {
            self.long
        } else {
            [self.input, self.cached_input, self.output]
        };
        let part = |tokens: u64, price: i64| i128::from(tokens) * i128::from(price);
        let sum = part(usage.input, input)
            + part(usage.cached_input, cached)
            + part(usage.cache_write, input) * CACHE_WRITE_PERCENT / 100
            + part(usage.output, output);
        MicroUsd(i64::try_from((sum + 999_999) / 1_000_000).unwrap_or(i64::MAX))
    }

    /// The most that a call can cost: every output token it may use, and twice the input that was
    /// estimated, which no tokenizer in use exceeds.
    pub fn at_most(&self, estimated_input: u64, max_output_tokens: u32) -> MicroUsd {
        self.cost(&TokenUsage {
            input: estimated_input.saturating_mul(2).saturating_add(64),
            output: u64::from(max_output_tokens),
            ..TokenUsage::default()
        })
    }
}

/// One model that can be asked, as stored.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Service {
    /// Its id.
    pub id: ServiceId,
    /// Shown on the card.
    pub name: String,
    /// The wire format.
    pub service_type: ServiceType,
    /// Address up to the part that the wire format adds, such as `https://host/v1`.
    pub base_url: String,
    /// The model's name at the provider.
    pub model: String,
    /// Longest answer to ask for, in tokens.
    pub max_output_tokens: u32,
    /// Tokens that prompt and answer may have together.
    pub context_window: u32,
    /// Whether images may be sent.
    pub vision: bool,
    /// Sampling temperature; `None` sends none, which most current models want.
    pub temperature: Option<f64>,
    /// Reasoning effort in the provider's own words; `None` sends none.
    pub reasoning_effort: Option<String>,
    /// What its tokens cost.
    pub prices: Prices,
    /// Whether it can be asked at all.
    pub active: bool,
    /// Whether it answers questions (a service may only judge).
    pub contestant: bool,
    /// Whether it may judge.
    pub judge: bool,
    /// Played by the built-in fleet.
    pub demo: bool,
    /// A very small model whose answers are often wrong; the page says so.
    pub tiny: bool,
    /// Whether calls need a key.
    pub requires_key: bool,
    /// When it was added.
    pub created_at: Timestamp,
}

impl Service {
    /// Scheme, host and port of the base URL in lower case: what a key is bound to.
    pub fn origin(&self) -> String {
        origin_of(&self.base_url)
    }
}

/// Scheme, host and port of a URL, in lower case, without path, user or query.
pub fn origin_of(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else {
        return url.to_ascii_lowercase();
    };
    let authority = rest.split(['/', '?', '#', '\\']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    format!("{scheme}://{host}").to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cost_adds_the_parts_and_rounds_up() {
        let prices = Prices {
            input: 3_000_000,
            cached_input: 300_000,
            output: 15_000_000,
            ..Prices::default()
        };
        let usage = TokenUsage {
            input: 1000,
            cached_input: 500,
            output: 200,
            ..TokenUsage::default()
        };
        assert_eq!(prices.cost(&usage), MicroUsd(3000 + 150 + 3000));
        let one = TokenUsage {
            cached_input: 1,
            ..TokenUsage::default()
        };
        assert_eq!(prices.cost(&one), MicroUsd(1));
    }

    #[test]
    fn a_long_prompt_is_priced_by_its_tier_as_a_whole() {
        let prices = Prices {
            input: 100_000,
            cached_input: 10_000,
            output: 500_000,
            long_over: 100_000,
            long: [500_000, 50_000, 2_500_000],
        };
        let usage = TokenUsage {
            input: 200_000,
            output: 1000,
            ..TokenUsage::default()
        };
        assert_eq!(prices.cost(&usage), MicroUsd(100_000 + 2_500));
    }

    #[test]
    fn the_origin_leaves_user_path_and_case_behind() {
        assert_eq!(
            origin_of("https://API.Example.com:8443/v1/x?y"),
            "https://api.example.com:8443"
        );
        assert_eq!(origin_of("http://user:pw@host/v1"), "http://host");
    }
}
