//! The demo: the fleet plays three services and a judge over HTTP on loopback. They are stored like
//! any other service, with keys like any other key; nothing else knows that they are played.

use std::time::Duration;

use quorum_domain::{
    Prices, Service, ServiceType,
    ids::{ApiKeyId, ServiceId},
    key::KeyBinding,
};
use quorum_fleet::{Fleet, FleetOptions};
use quorum_providers::Voices;
use quorum_store::{SealedApiKey, Store};
use quorum_vault::{SecretString, Vault, last4};
use uuid::Uuid;

use crate::config::{Config, LocalModel};

struct Part {
    number: u128,
    name: &'static str,
    service_type: ServiceType,
    path: &'static str,
    model: &'static str,
    judges: bool,
    /// One that takes no images is among them, to show what becomes of images then.
    sees: bool,
    /// Input, cached input and output in micro-USD per million tokens: made up, to show costs.
    prices: [i64; 3],
}

const PARTS: [Part; 4] = [
    Part {
        number: 1,
        name: "Aria",
        service_type: ServiceType::Anthropic,
        path: "/anthropic",
        model: "demo-aria",
        judges: false,
        sees: true,
        prices: [3_000_000, 300_000, 15_000_000],
    },
    Part {
        number: 2,
        name: "Bolt",
        service_type: ServiceType::OpenAi,
        path: "/openai/v1",
        model: "demo-bolt",
        judges: false,
        sees: false,
        prices: [400_000, 40_000, 1_600_000],
    },
    Part {
        number: 3,
        name: "Cedar",
        service_type: ServiceType::Gemini,
        path: "/gemini/v1beta",
        model: "demo-cedar",
        judges: false,
        sees: true,
        prices: [1_250_000, 125_000, 10_000_000],
    },
    Part {
        number: 4,
        name: "Demo judge",
        service_type: ServiceType::OpenAiResponses,
        path: "/openai/v1",
        model: "demo-judge",
        judges: true,
        sees: true,
        prices: [1_000_000, 100_000, 4_000_000],
    },
];

impl Part {
    /// The same id at every start, so that old answers keep their service.
    fn id(&self) -> ServiceId {
        ServiceId(Uuid::from_u128(0x0000_0000_0000_7000_8000_0000_0000_de00 + self.number))
    }

    fn service(&self, origin: &str, store: &Store) -> Service {
        let [input, cached_input, output] = self.prices;
        Service {
            id: self.id(),
            name: self.name.to_owned(),
            service_type: self.service_type,
            base_url: format!("{origin}{}", self.path),
            model: self.model.to_owned(),
            max_output_tokens: 4_096,
            context_window: 128_000,
            vision: self.sees,
            temperature: None,
            reasoning_effort: None,
            prices: Prices {
                input,
                cached_input,
                output,
                ..Prices::default()
            },
            active: true,
            contestant: !self.judges,
            judge: self.judges,
            demo: true,
            tiny: false,
            requires_key: true,
            created_at: store.now(),
        }
    }
}

/// Starts the fleet and stores its services, if the demo is on. One that runs elsewhere, for
/// several processes, is named by its origin.
pub async fn start(config: &Config, store: &Store, vault: &Vault, voices: &Voices) -> anyhow::Result<Option<Fleet>> {
    let demo = &config.demo;
    if !demo.enabled {
        return Ok(None);
    }
    if demo.origin.is_empty() && !config.is_embedded() {
        tracing::info!("no demo: several processes share one by QUORUM__DEMO__ORIGIN");
        return Ok(None);
    }
    let (fleet, origin) = if demo.origin.is_empty() {
        let fleet = Fleet::start(FleetOptions {
            first_token: Duration::from_millis(demo.first_token_ms),
            tokens_per_second: demo.tokens_per_second,
            playbooks: demo.playbooks.clone(),
            ..FleetOptions::default()
        })
        .await?;
        let origin = fleet.origin();
        (Some(fleet), origin)
    } else {
        (None, demo.origin.trim_end_matches('/').to_owned())
    };
    if let Some((_, host)) = origin.split_once("://") {
        voices.allowed_hosts().allow(host);
    }
    store_services(&origin, store, vault).await?;
    Ok(fleet)
}

async fn store_services(origin: &str, store: &Store, vault: &Vault) -> anyhow::Result<()> {
    let mut tx = store.begin().await?;
    // Processes that start together take turns, and the later ones find all as it should be.
    tx.take_turns("demo").await?;
    let known = tx.services().await?;
    for part in &PARTS {
        let mut service = part.service(origin, store);
        // What an admin changed about it stays; only its address moves.
        if let Some(old) = known.iter().find(|old| old.id == service.id) {
            if old.base_url == service.base_url {
                continue;
            }
            service = Service {
                base_url: service.base_url,
                ..old.clone()
            };
        }
        tx.save_service(&service).await?;
        let binding = KeyBinding {
            id: ApiKeyId::new(),
            owner: None,
            service_type: service.service_type,
            origin: service.origin(),
        };
        let secret = SecretString::from(format!("demo-key-{}", part.model));
        let sealed = vault.seal(&binding, &secret)?.0;
        tx.save_api_key(&SealedApiKey {
            binding,
            sealed,
            last4: last4(&secret),
        })
        .await?;
    }
    // Nothing is listening yet, so nobody is told.
    let _committed = tx.commit().await?;
    Ok(())
}

/// Stores the small models that the settings name, once; what an admin changes about them stays.
pub async fn add_local_models(models: &[LocalModel], store: &Store) -> anyhow::Result<()> {
    let mut tx = store.begin().await?;
    tx.take_turns("local models").await?;
    let known = tx.services().await?;
    for model in models {
        if known
            .iter()
            .any(|service| service.base_url == model.base_url && service.model == model.model)
        {
            continue;
        }
        tx.save_service(&Service {
            id: ServiceId::new(),
            name: model.name.clone(),
            service_type: ServiceType::OpenAiCompatible,
            base_url: model.base_url.clone(),
            model: model.model.clone(),
            max_output_tokens: 400,
            context_window: 4_096,
            vision: false,
            temperature: None,
            reasoning_effort: None,
            prices: Prices::default(),
            active: true,
            contestant: true,
            judge: false,
            demo: false,
            tiny: true,
            requires_key: false,
            created_at: store.now(),
        })
        .await?;
    }
    // Nothing is listening yet, so nobody is told.
    let _committed = tx.commit().await?;
    Ok(())
}
