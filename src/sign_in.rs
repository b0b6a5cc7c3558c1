//! Wires sign-in by an account elsewhere: the API speaks to the issuer through the guarded client.

use std::sync::Arc;

use anyhow::{Context, ensure};
use quorum_api::{Oidc, OidcSettings, Outbound};
use quorum_providers::{FetchError, Fetcher, Voices, check_url};
use quorum_vault::SecretString;

use crate::config::Config;

struct Guarded(Fetcher);

type Reply<'a> = std::pin::Pin<Box<dyn Future<Output = Result<String, String>> + Send + 'a>>;

impl Outbound for Guarded {
    fn get<'a>(&'a self, url: &'a str) -> Reply<'a> {
        Box::pin(async move { self.0.get(url).await.map_err(in_words) })
    }

    fn post_form<'a>(
        &'a self,
        url: &'a str,
        form: &'a [(&'a str, &'a str)],
        basic: Option<(&'a str, &'a SecretString)>,
    ) -> Reply<'a> {
        Box::pin(async move { self.0.post_form(url, form, basic).await.map_err(in_words) })
    }
}

fn in_words(error: FetchError) -> String {
    error.to_string()
}

/// The issuer of the settings, if they name one.
pub fn oidc(config: &Config, voices: &Voices) -> anyhow::Result<Option<Oidc>> {
    let oidc = &config.oidc;
    if oidc.issuer.is_empty() {
        return Ok(None);
    }
    ensure!(!oidc.client_id.is_empty(), "oidc.issuer needs oidc.client_id beside it");
    let allowed = voices.allowed_hosts().clone();
    check_url(&oidc.issuer, &allowed).context("oidc.issuer cannot be used")?;
    let settings = OidcSettings {
        name: oidc.name.clone(),
        issuer: oidc.issuer.clone(),
        client_id: oidc.client_id.clone(),
        client_secret: Some(&oidc.client_secret)
            .filter(|secret| !secret.is_empty())
            .map(|secret| SecretString::from(secret.as_str())),
        public_url: Some(oidc.public_url.clone()).filter(|url| !url.is_empty()),
        create_accounts: oidc.create_accounts,
    };
    Ok(Some(Oidc::new(settings, Arc::new(Guarded(Fetcher::new(allowed)?)))))
}
