//! Prices and limits of known models: a dated table for filling in forms. What a call costs is
//! computed from the service's own prices, which an admin can change.

use serde::{Deserialize, Serialize};

/// The table, with the day it was made.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PriceTable {
    /// The day on which the prices were looked up.
    pub priced_on: String,
    /// Providers and their models.
    pub presets: Vec<Preset>,
}

/// One provider.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Preset {
    /// The wire format.
    pub service_type: String,
    /// Shown name.
    pub label: String,
    /// Its address.
    pub base_url: String,
    /// Whether calls need a key.
    pub requires_key: bool,
    /// Its models; others can be typed in.
    #[serde(default)]
    pub models: Vec<PresetModel>,
}

/// One model.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PresetModel {
    /// The model's name at the provider.
    pub model: String,
    /// Tokens of prompt and answer together.
    pub context_window: u32,
    /// Longest answer in tokens.
    pub max_output_tokens: u32,
    /// Whether it takes images.
    #[serde(default)]
    pub vision: bool,
    /// Micro-USD per million input tokens.
    pub input_price_micro_usd: i64,
    /// Micro-USD per million input tokens read from a cache.
    pub cached_input_price_micro_usd: i64,
    /// Micro-USD per million output tokens.
    pub output_price_micro_usd: i64,
}

/// The table that ships with this version.
pub fn price_table() -> Result<PriceTable, toml::de::Error> {
    toml::from_str(include_str!("prices.toml"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use quorum_domain::ServiceType;

    #[test]
    fn the_table_reads_and_names_known_formats_and_plausible_prices() {
        let table = price_table().unwrap();
        assert!(table.presets.len() >= 8);
        for preset in &table.presets {
            preset.service_type.parse::<ServiceType>().unwrap();
            for model in &preset.models {
                assert!(
                    model.output_price_micro_usd >= model.input_price_micro_usd,
                    "{}",
                    model.model
                );
                assert!(
                    model.cached_input_price_micro_usd <= model.input_price_micro_usd,
                    "{}",
                    model.model
                );
                assert!(model.max_output_tokens <= model.context_window, "{}", model.model);
            }
        }
    }
}
