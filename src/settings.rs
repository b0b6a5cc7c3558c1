//! Settings that admins change: from the configuration at the start, from the store afterwards.

use std::time::Duration;

use quorum_api::{FixedSetting, Started};
use quorum_domain::settings::{InstanceSettings, LiveSettings};
use quorum_providers::{Deadlines, Voices};
use quorum_push::{Bus, Signal};
use quorum_queue::RunnerHandle;
use quorum_store::{Caps, Store};
use tokio_util::sync::CancellationToken;

use crate::config::Config;

/// A signal may be lost; the store is looked at this often.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// Sections of the configuration that admins change in the page instead.
const CHANGEABLE: &[&str] = &[
    "sign_in.registration",
    "sign_in.closed_account_days",
    "limits.message_chars",
    "limits.title_chars",
    "limits.system_prompt_chars",
    "limits.services_per_message",
    "limits.images_per_message",
    "limits.image_kilobytes",
    "limits.image_megabytes_per_user",
    "deadlines.first_token",
    "deadlines.content_idle",
    "deadlines.total",
    "deadlines.batch",
    "providers.calls_per_service",
    "providers.calls_per_user",
];

/// What this process is started with.
pub fn started(config: &Config) -> Started {
    let number = |value: usize| u32::try_from(value).unwrap_or(u32::MAX);
    // Settings of half a second exist in tests; admins set whole ones.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped to the range of the type"
    )]
    let seconds = |value: f64| value.ceil().clamp(1.0, 3_600.0) as u32;
    let settings = InstanceSettings {
        registration: config.sign_in.registration,
        message_chars: number(config.limits.message_chars),
        title_chars: number(config.limits.title_chars),
        system_prompt_chars: number(config.limits.system_prompt_chars),
        services_per_message: number(config.limits.services_per_message),
        images_per_message: number(config.limits.images_per_message),
        image_kilobytes: number(config.limits.image_kilobytes),
        image_megabytes_per_user: number(config.limits.image_megabytes_per_user),
        first_token_seconds: seconds(config.deadlines.first_token),
        content_idle_seconds: seconds(config.deadlines.content_idle),
        total_seconds: seconds(config.deadlines.total),
        batch_seconds: seconds(config.deadlines.batch),
        calls_per_service: number(config.providers.calls_per_service),
        calls_per_user: number(config.providers.calls_per_user),
        closed_account_days: config.sign_in.closed_account_days,
        ..InstanceSettings::default()
    };
    let fixed = config
        .sources
        .iter()
        .filter(|setting| !CHANGEABLE.contains(&setting.name.as_str()))
        .map(|setting| FixedSetting {
            name: setting.name.clone(),
            value: setting.value.clone(),
            source: setting.source,
        })
        .collect();
    Started { settings, fixed }
}

/// Brings what admins changed into force in this process.
pub struct Keeper {
    pub store: Store,
    pub bus: Bus,
    pub voices: Voices,
    pub runner: RunnerHandle,
    pub started: InstanceSettings,
    /// As configured; where nothing was changed, parts of seconds hold too.
    pub deadlines: Deadlines,
    pub live: LiveSettings,
}

impl Keeper {
    /// Looks whenever somebody says so, and now and then, until `shutdown`.
    pub async fn keep(self, shutdown: CancellationToken) {
        let mut signals = self.bus.signals();
        loop {
            self.look().await;
            let told = async {
                while let Some(signal) = signals.next().await {
                    if matches!(signal, Signal::SettingsChanged | Signal::Missed) {
                        return;
                    }
                }
                std::future::pending().await
            };
            tokio::select! {
                () = told => {}
                () = tokio::time::sleep(LOOK_EVERY) => {}
                () = shutdown.cancelled() => return,
            }
        }
    }

    async fn look(&self) {
        let read = async { self.store.read().await?.instance_settings().await };
        match read.await {
            Ok(changes) => self.put_in_force(changes.over(&self.started)),
            Err(error) => tracing::warn!(error = %error, "the settings could not be looked at; the last ones hold"),
        }
    }

    fn put_in_force(&self, settings: InstanceSettings) {
        let changed = |now: u32, before: u32, as_configured: Duration| {
            if now == before {
                as_configured
            } else {
                Duration::from_secs(u64::from(now))
            }
        };
        let started = &self.started;
        self.voices.set_deadlines(Deadlines {
            connect: self.deadlines.connect,
            first_token: changed(
                settings.first_token_seconds,
                started.first_token_seconds,
                self.deadlines.first_token,
            ),
            content_idle: changed(
                settings.content_idle_seconds,
                started.content_idle_seconds,
                self.deadlines.content_idle,
            ),
            total: changed(settings.total_seconds, started.total_seconds, self.deadlines.total),
        });
        let many = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
        self.runner.set_caps(Caps {
            per_service: many(settings.calls_per_service),
            per_user: many(settings.calls_per_user),
        });
        self.live.set(settings);
    }
}
