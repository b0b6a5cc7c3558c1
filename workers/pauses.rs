//! Leaving a service alone: because it asked for that, or because it keeps failing. What is known
//! is shared by all workers through the store.

use std::time::Duration;

use quorum_domain::{
    Failure, FailureKind, Timestamp,
    ids::{ApiKeyId, ServiceId},
};
use quorum_providers::CallError;
use quorum_store::{Pause, Pauses, StoreError, Tx};
use rand::Rng;

use crate::{keys::OpenedKey, shop::Shop};

/// A call that must not go out yet.
pub struct Held {
    /// Not before.
    pub until: Timestamp,
    /// Why, for the card.
    pub failure: Failure,
    /// It fails and fails; it did not ask for a pause of known length.
    broken: bool,
}

impl Held {
    /// The others of a batch are not ranked while one waits, so a service that keeps failing is
    /// waited for a while only, from when its answer was first tried.
    pub fn is_worth_waiting(&self, since: Timestamp) -> bool {
        !self.broken || self.until - since < LONGEST_WAIT
    }
}

/// How long an answer waits for a service that keeps failing: enough for some probes.
const LONGEST_WAIT: chrono::Duration = chrono::Duration::seconds(30);

/// Whether a service may be asked now.
pub enum Leave {
    /// It may.
    Granted(Standing),
    /// It may not.
    Held(Held),
}

/// A service and key as a call found them.
#[derive(Debug, Clone, Copy)]
pub struct Standing {
    service: ServiceId,
    key: Option<ApiKeyId>,
    /// Whether something is held against it that a success clears.
    suspect: bool,
    /// Whether this is the call that tries a failing service again.
    probes: bool,
}

/// What a call says about its service, to be noted in the transaction that saves the outcome.
#[derive(Debug, Clone, Copy)]
pub enum Verdict {
    /// Nothing new.
    None,
    /// It works again.
    Works(Standing),
    /// It failed.
    Failed(Standing, FailureKind),
    /// It asked to be left alone for this long.
    AsksForPause(Standing, FailureKind, Duration),
}

/// Looks whether a service may be asked, as far as what was just read of it says. After the pause of a failing service one caller may try
/// it, and the others wait for what comes of that.
pub async fn ask_leave(
    shop: &Shop,
    service: ServiceId,
    pauses: &Pauses,
    key: Option<&OpenedKey>,
) -> Result<Leave, StoreError> {
    let key = key.map(|key| key.id);
    let pause = pauses.with(key)?;
    let suspect = pause.is_some();
    let granted = |probes| {
        Leave::Granted(Standing {
            service,
            key,
            suspect,
            probes,
        })
    };
    let Some((pause, until)) = pause.and_then(|pause| Some((pause, pause.until?))) else {
        return Ok(granted(false));
    };
    let now = shop.store.work_now();
    if until > now {
        return Ok(Leave::Held(held(&pause, until)));
    }
    if !pause.is_open() {
        return Ok(granted(false));
    }
    let mut tx = shop.store.begin().await?;
    let probes = tx.take_probe(service, key).await?;
    let _nothing_to_tell = tx.commit().await?;
    if probes {
        return Ok(granted(true));
    }
    Ok(Leave::Held(held(&pause, now + chrono::Duration::seconds(1))))
}

fn held(pause: &Pause, until: Timestamp) -> Held {
    // All who wait must not come back in the same moment.
    let jitter = Duration::from_millis(rand::rng().random_range(0..500));
    let detail = if pause.is_open() {
        "It failed several times in a row and is left alone for a moment."
    } else {
        "It asked for a pause."
    };
    Held {
        until: until + chrono::Duration::from_std(jitter).unwrap_or_default(),
        failure: Failure::new(pause.reason, detail),
        broken: pause.is_open(),
    }
}

impl Standing {
    /// The key that the call is made with.
    pub const fn key(&self) -> Option<ApiKeyId> {
        self.key
    }

    /// What a complete answer says.
    pub const fn verdict_of_success(&self) -> Verdict {
        if self.suspect {
            Verdict::Works(*self)
        } else {
            Verdict::None
        }
    }

    /// What a failed call says.
    pub const fn verdict_of(&self, error: &CallError) -> Verdict {
        use FailureKind::{Connection, Overloaded, RateLimited, TimeoutFirstToken, TimeoutIdle};
        match (error.failure.kind, error.retry_after) {
            (kind @ (RateLimited | Overloaded), Some(wait)) => Verdict::AsksForPause(*self, kind, wait),
            (kind @ (Overloaded | Connection | TimeoutFirstToken | TimeoutIdle), _) => Verdict::Failed(*self, kind),
            _ => Verdict::None,
        }
    }
}

impl Verdict {
    /// Notes it in the transaction that saves the outcome of the call.
    pub async fn note(self, tx: &mut Tx) -> Result<(), StoreError> {
        match self {
            Self::None => Ok(()),
            Self::Works(at) => tx.note_service_works(at.service, at.key).await,
            Self::Failed(at, kind) => tx.note_service_failed(at.service, at.key, kind, at.probes).await,
            Self::AsksForPause(at, kind, wait) => {
                let until = tx.work_now() + chrono::Duration::from_std(wait).unwrap_or_default();
                tx.note_pause_asked(at.service, at.key, kind, until).await
            }
        }
    }
}
