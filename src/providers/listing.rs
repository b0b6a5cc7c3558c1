//! The models that an address lists.

use std::time::Duration;

use futures::StreamExt;
use quorum_domain::{FailureKind, ServiceType, probe::ListedModel};
use secrecy::SecretString;
use serde_json::Value;

use crate::{CallError, Voices, formats::format_of, voices::hide_key};

/// How long a list may take.
const PATIENCE: Duration = Duration::from_secs(15);
/// Largest list that is read.
const LIST_BYTES: usize = 4 * 1024 * 1024;
/// Most models that are shown; the largest known list has a few hundred.
const MODELS: usize = 2_000;

impl Voices {
    /// Lists the models at an address, by name. Addresses are checked as for any call.
    pub async fn list_models(
        &self,
        service_type: ServiceType,
        base_url: &str,
        key: Option<SecretString>,
    ) -> Result<Vec<ListedModel>, CallError> {
        let request = format_of(service_type).list_models(base_url, key.as_ref());
        let listing = async {
            let response = self.send(request).await?;
            if !response.status().is_success() {
                return Err(self.read_error(response).await.0);
            }
            read(response).await
        };
        let listed = tokio::time::timeout(PATIENCE, listing).await.unwrap_or_else(|_| {
            Err(CallError::new(
                FailureKind::TimeoutFirstToken,
                "The address did not reply.",
            ))
        });
        listed
            .map(|json| models_in(&json))
            .map_err(|error| hide_key(error, key.as_ref()))
    }
}

async fn read(response: reqwest::Response) -> Result<Value, CallError> {
    let mut body = Vec::new();
    let mut stream = response.bytes_stream();
    while let Some(bytes) = stream.next().await {
        let bytes = bytes.map_err(|_| CallError::new(FailureKind::Connection, "The list broke off."))?;
        if body.len() + bytes.len() > LIST_BYTES {
            return Err(CallError::new(
                FailureKind::BadResponse,
                "The list is larger than allowed.",
            ));
        }
        body.extend_from_slice(&bytes);
    }
    serde_json::from_slice(&body).map_err(|_| {
        CallError::new(
            FailureKind::BadResponse,
            "The address replied with something that is not a list of models.",
        )
    })
}

/// `data` with `id` (OpenAI, Anthropic and all that copy them) or `models` with `name` (Gemini).
fn models_in(json: &Value) -> Vec<ListedModel> {
    let list = json["data"].as_array().or_else(|| json["models"].as_array());
    let mut models: Vec<ListedModel> = list.into_iter().flatten().take(MODELS).filter_map(model).collect();
    models.sort_by(|one, other| one.model.cmp(&other.model));
    models.dedup_by(|one, other| one.model == other.model);
    models
}

fn model(entry: &Value) -> Option<ListedModel> {
    let generates = entry["supportedGenerationMethods"]
        .as_array()
        .is_none_or(|methods| methods.iter().any(|method| method == "generateContent"));
    let name = entry["id"].as_str().or_else(|| entry["name"].as_str())?;
    let name = name.strip_prefix("models/").unwrap_or(name).trim();
    let window = [
        "inputTokenLimit",
        "max_input_tokens",
        "context_length",
        "context_window",
        "max_model_len",
    ];
    let longest = ["outputTokenLimit", "max_tokens", "max_completion_tokens"];
    (generates && !name.is_empty() && name.chars().count() <= 200).then(|| ListedModel {
        model: name.to_owned(),
        context_window: window
            .iter()
            .find_map(|field| tokens(&entry[*field]))
            .or_else(|| tokens(&entry["meta"]["n_ctx_train"])),
        max_output_tokens: longest.iter().find_map(|field| tokens(&entry[*field])),
    })
}

fn tokens(value: &Value) -> Option<u32> {
    value
        .as_u64()
        .and_then(|count| u32::try_from(count).ok())
        .filter(|count| *count > 0)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_form_of_a_list_is_read() {
        let openai = json!({"object": "list", "data": [{"id": "b"}, {"id": "a", "max_model_len": 8192}, {"id": "a"}]});
        assert_eq!(
            models_in(&openai)
                .iter()
                .map(|model| (model.model.as_str(), model.context_window))
                .collect::<Vec<_>>(),
            [("a", Some(8192)), ("b", None)]
        );
        let gemini = json!({"models": [
            {"name": "models/g-pro", "inputTokenLimit": 1_000_000, "outputTokenLimit": 65_536,
             "supportedGenerationMethods": ["generateContent"]},
            {"name": "models/embed", "supportedGenerationMethods": ["embedContent"]},
        ]});
        assert_eq!(
            models_in(&gemini),
            [ListedModel {
                model: "g-pro".into(),
                context_window: Some(1_000_000),
                max_output_tokens: Some(65_536)
            }]
        );
        assert!(models_in(&json!({"error": "no"})).is_empty());
    }
}
