//! What every handler may reach.

use std::{pin::Pin, sync::Arc};

use chrono::Duration;
use quorum_domain::{
    Service,
    ids::{ServiceId, UserId},
    settings::{InstanceSettings, LiveSettings},
};
use quorum_push::{Bus, Signal};
use quorum_queue::{Queue, Room};
use quorum_store::{Stopped, Store, Tx};
use quorum_vault::{AccessTokens, Passwords, SecretString, Vault};
use serde::Serialize;
use tokio_util::sync::CancellationToken;

use crate::{ApiError, Finding, Oidc, Rates, RefusedAddress, TrustedProxies};

/// Limits of requests, as settings.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Limits {
    /// Longest message in characters.
    pub message_chars: usize,
    /// Longest title in characters.
    pub title_chars: usize,
    /// Longest system prompt in characters.
    pub system_prompt_chars: usize,
    /// Most services asked at once.
    pub services_per_message: usize,
    /// Most images that come with a message; 0 takes none.
    pub images_per_message: usize,
    /// Largest image in kilobytes.
    pub image_kilobytes: usize,
    /// Megabytes of images that one user may keep.
    pub image_megabytes_per_user: usize,
}

#[cfg(test)]
impl Limits {
    /// Limits that a test comes up against soon.
    pub(crate) const SMALL: Self = Self {
        message_chars: 100,
        title_chars: 100,
        system_prompt_chars: 100,
        services_per_message: 8,
        images_per_message: 2,
        image_kilobytes: 1,
        image_megabytes_per_user: 1,
    };
}

impl From<&InstanceSettings> for Limits {
    fn from(settings: &InstanceSettings) -> Self {
        let many = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
        Self {
            message_chars: many(settings.message_chars),
            title_chars: many(settings.title_chars),
            system_prompt_chars: many(settings.system_prompt_chars),
            services_per_message: many(settings.services_per_message),
            images_per_message: many(settings.images_per_message),
            image_kilobytes: many(settings.image_kilobytes),
            image_megabytes_per_user: many(settings.image_megabytes_per_user),
        }
    }
}

/// How session cookies are set.
#[derive(Debug, Clone, Copy, Default)]
pub struct CookieSettings {
    /// Served over TLS: `Secure` and the `__Host-` prefix.
    pub secure: bool,
}

/// How long somebody who signed in stays so.
#[derive(Debug, Clone)]
pub struct SignInSettings {
    /// How long a sign-in lasts that is not used.
    pub session_idle: Duration,
    /// How long one lasts at most.
    pub session_life: Duration,
    /// How long an access token is good.
    pub access_life: Duration,
}

/// What is known of this installation.
#[derive(Debug, Clone)]
pub struct Instance {
    /// Version of the binary.
    pub version: &'static str,
    /// Needed to create the first account from another machine.
    pub setup_token: Option<Arc<SecretString>>,
}

/// A setting that only a restart changes.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct FixedSetting {
    /// Its name, such as `server.port`.
    pub name: String,
    /// Its value, as text.
    pub value: String,
    /// Where the value comes from: `default`, `file`, `environment` or `command_line`.
    pub source: &'static str,
}

/// What this process was started with.
#[derive(Debug, Clone, Default)]
pub struct Started {
    /// The settings that admins can change, before any change.
    pub settings: InstanceSettings,
    /// The others.
    pub fixed: Vec<FixedSetting>,
}

/// Examines the installation, as `quorum doctor` does.
pub type Examine = Arc<dyn Fn() -> Pin<Box<dyn Future<Output = Vec<Finding>> + Send>> + Send + Sync>;

/// Checks the address of a service; gives the reason why it may not be called.
pub type UrlCheck = Arc<dyn Fn(&str) -> Result<(), RefusedAddress> + Send + Sync>;

/// Everything behind the front door. Cheap to clone.
#[derive(Clone)]
pub struct AppState {
    /// The memory.
    pub store: Store,
    /// The post.
    pub queue: Queue,
    /// The town crier.
    pub bus: Bus,
    /// The safe.
    pub vault: Vault,
    /// Password hashing.
    pub passwords: Passwords,
    /// Settings that admins change, as they are now.
    pub settings: LiveSettings,
    /// Settings as this process was started.
    pub started: Arc<Started>,
    /// Examines the installation.
    pub examine: Examine,
    /// How cookies are set.
    pub cookies: CookieSettings,
    /// How long sign-ins last.
    pub sign_in: SignInSettings,
    /// The issuer that may sign people in, if there is one.
    pub oidc: Option<Oidc>,
    /// Access tokens of API clients.
    pub access_tokens: AccessTokens,
    /// This installation.
    pub instance: Instance,
    /// Known providers, models and prices, for filling in forms.
    pub presets: Arc<serde_json::Value>,
    /// Checks addresses of services.
    pub url_check: UrlCheck,
    /// Renders the metrics.
    pub metrics: Arc<dyn Fn() -> String + Send + Sync>,
    /// Cancelled when this process goes down.
    pub stopping: CancellationToken,
    /// How often is too often.
    pub rates: Rates,
    /// Proxies whose word on where a request comes from is taken.
    pub trusted_proxies: TrustedProxies,
}

impl AppState {
    /// Limits of requests, as they are now.
    pub(crate) fn limits(&self) -> Limits {
        Limits::from(&*self.settings.now())
    }

    /// Commits a transaction and tells the open pages what it made.
    pub(crate) async fn commit(&self, tx: Tx) -> Result<(), ApiError> {
        self.commit_accepted(tx, None).await
    }

    /// The same for a transaction whose answers begin in a room, if there was one.
    pub(crate) async fn commit_accepted(&self, tx: Tx, room: Option<Room>) -> Result<(), ApiError> {
        let committed = self.queue.commit_begun(tx, room).await?;
        self.bus.publish_all(committed.events, committed.changes);
        Ok(())
    }

    /// Room in this process for an answer of each service to a user's question.
    pub(crate) fn room_for(&self, user: UserId, services: &[Service]) -> Option<Room> {
        let services: Vec<ServiceId> = services.iter().map(|service| service.id).collect();
        self.queue.room_for(user, &services)
    }

    /// Tells whoever works on what was stopped.
    pub(crate) fn tell_stopped(&self, stopped: Stopped) {
        for response in stopped.responses {
            self.signal(Signal::CancelResponse(response));
        }
        for ballot in stopped.ballots {
            self.signal(Signal::CancelBallot(ballot));
        }
    }

    /// Sends a signal to workers and sockets; one that is lost is made good by leases.
    pub(crate) fn signal(&self, signal: Signal) {
        self.bus.signal(signal);
    }
}
