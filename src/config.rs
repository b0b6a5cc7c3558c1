//! Settings: the defaults of `default.toml`, then a file, then the environment, then the command line.

use std::{path::PathBuf, time::Duration};

use figment::{
    Figment,
    providers::{Env, Format, Serialized, Toml},
};
use quorum_vault::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use crate::cli::Common;

/// All settings.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Config {
    pub server: Server,
    pub store: Store,
    pub bus: Bus,
    pub sign_in: SignIn,
    pub oidc: Oidc,
    pub limits: Limits,
    pub rates: Rates,
    pub deadlines: Deadlines,
    pub workers: Workers,
    pub providers: Providers,
    pub webhooks: Webhooks,
    pub demo: Demo,
    pub log: Log,
    /// Small models on this machine that are offered as services from the start.
    #[serde(default)]
    pub local_models: Vec<LocalModel>,
    /// Where everything is kept.
    #[serde(default)]
    pub data_dir: PathBuf,
    /// Every setting that is no secret, with where its value comes from.
    #[serde(skip)]
    pub sources: Vec<Sourced>,
}

/// A setting and where its value comes from.
#[derive(Debug, Clone)]
pub struct Sourced {
    pub name: String,
    pub value: String,
    pub source: &'static str,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Server {
    pub host: String,
    pub port: u16,
    pub secure_cookies: bool,
    /// PEM files; both or neither.
    pub tls_certificate: PathBuf,
    pub tls_key: PathBuf,
    /// Addresses and networks of reverse proxies.
    pub trusted_proxies: Vec<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SignIn {
    pub registration: quorum_domain::access::RegistrationPolicy,
    pub session_idle_days: f64,
    pub session_days: f64,
    pub access_token_minutes: f64,
    pub closed_account_days: u32,
}

#[derive(Clone, Serialize, Deserialize)]
pub struct Oidc {
    pub issuer: String,
    pub name: String,
    pub client_id: String,
    #[serde(skip_serializing)]
    pub client_secret: String,
    pub public_url: String,
    pub create_accounts: bool,
}

impl std::fmt::Debug for Oidc {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Oidc")
            .field("issuer", &self.issuer)
            .finish_non_exhaustive()
    }
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Store {
    #[serde(skip_serializing)]
    pub url: SecretString,
    pub connections: u32,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Bus {
    #[serde(skip_serializing)]
    pub url: SecretString,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Limits {
    pub message_chars: usize,
    pub title_chars: usize,
    pub system_prompt_chars: usize,
    pub services_per_message: usize,
    pub images_per_message: usize,
    pub image_kilobytes: usize,
    pub image_megabytes_per_user: usize,
}

/// How often: on average, and at once.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Rate {
    pub per_minute: u32,
    pub burst: u32,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Rates {
    pub address: Rate,
    pub user: Rate,
    pub token: Rate,
    pub asking: Rate,
    pub sign_in_address: Rate,
    pub sign_in_place: Rate,
    pub sign_in_account: Rate,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Deadlines {
    pub connect: f64,
    pub first_token: f64,
    pub content_idle: f64,
    pub total: f64,
    pub batch: f64,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Workers {
    pub lease: f64,
    pub answer_places: usize,
    pub job_places: usize,
    pub grace: f64,
    pub listen: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Providers {
    pub allowed_private_hosts: Vec<String>,
    pub calls_per_service: usize,
    pub calls_per_user: usize,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Webhooks {
    pub retry_after: Vec<f64>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Demo {
    pub enabled: bool,
    pub origin: String,
    pub first_token_ms: u64,
    pub tokens_per_second: u32,
    #[serde(default)]
    pub playbooks: Vec<PathBuf>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct LocalModel {
    pub name: String,
    pub base_url: String,
    pub model: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Log {
    pub filter: String,
    pub json: bool,
    pub traces: String,
}

/// Seconds from a setting; negative or absurd ones become zero.
pub fn seconds(value: f64) -> Duration {
    Duration::try_from_secs_f64(value).unwrap_or_default()
}

impl Config {
    /// Reads all sources.
    pub fn load(common: &Common) -> Result<Self, Box<figment::Error>> {
        let mut figment = Figment::new().merge(Toml::string(include_str!("default.toml")));
        figment = figment.merge(Toml::file(common.data_dir.join("quorum.toml")));
        figment = figment.merge(Env::prefixed("QUORUM__").split("__"));
        if let Some(port) = common.port {
            figment = figment.merge(Serialized::default("server.port", port));
        }
        if let Some(host) = &common.host {
            figment = figment.merge(Serialized::default("server.host", host));
        }
        let mut config: Self = figment.extract().map_err(Box::new)?;
        config.data_dir.clone_from(&common.data_dir);
        config.sources = sources(&figment, &config);
        Ok(config)
    }

    /// Whether everything is in the data folder.
    pub fn is_embedded(&self) -> bool {
        self.store_url().starts_with("sqlite:")
    }

    /// Where Redis is, if there is one.
    pub fn bus_url(&self) -> Option<&str> {
        let url = self.bus.url.expose_secret();
        (!url.is_empty()).then_some(url)
    }

    /// Whether the cookies go over TLS: our own, or a proxy's.
    pub fn is_behind_tls(&self) -> bool {
        self.server.secure_cookies || !self.server.tls_certificate.as_os_str().is_empty()
    }

    /// Where the data is, as a URL.
    pub fn store_url(&self) -> String {
        let url = self.store.url.expose_secret();
        if url.is_empty() {
            format!("sqlite:{}", self.data_dir.join("quorum.db").display())
        } else {
            url.to_owned()
        }
    }
}

/// What is serialised has no secrets in it: they are skipped.
fn sources(figment: &Figment, config: &Config) -> Vec<Sourced> {
    let mut sources = Vec::new();
    let shown = serde_json::to_value(config).unwrap_or_default();
    for (section, values) in shown.as_object().into_iter().flatten() {
        let Some(values) = values.as_object() else { continue };
        for (key, value) in values {
            let name = format!("{section}.{key}");
            sources.push(Sourced {
                source: source_of(figment, &name),
                value: value.as_str().map_or_else(|| value.to_string(), str::to_owned),
                name,
            });
        }
    }
    sources
}

fn source_of(figment: &Figment, name: &str) -> &'static str {
    match figment.find_metadata(name) {
        Some(found) if found.name.contains("environment") => "environment",
        Some(found) if found.source.as_ref().is_some_and(|source| source.file_path().is_some()) => "file",
        Some(found) if found.name.contains("TOML") => "default",
        Some(_) => "command_line",
        None => "default",
    }
}
