//! The rooms of a process, opened and wired.

use std::{
    fs::{File, TryLockError},
    path::Path,
    time::Duration,
};

use anyhow::{Context, bail};
use quorum_providers::{AllowedHosts, Deadlines, Voices, VoicesOptions};
use quorum_push::{Bus, Hears};
use quorum_queue::Queue;
use quorum_store::{Store, StoreError, StoreOptions, Timekeeping};
use quorum_vault::Vault;

use crate::{
    config::{Config, seconds},
    lifecycle::Roles,
};

/// The rooms that every role needs.
pub struct House {
    pub store: Store,
    pub queue: Queue,
    pub bus: Bus,
    pub vault: Vault,
    pub voices: Voices,
    /// Held for as long as the process lives: an embedded database has one owner.
    _owner: Option<File>,
}

/// How long a database that is still starting is waited for.
const START_TOGETHER: Duration = Duration::from_secs(60);

/// Opens the store alone, waiting for a database that is not there yet.
pub async fn open_store(config: &Config) -> anyhow::Result<Store> {
    std::fs::create_dir_all(&config.data_dir).context("the data folder cannot be made")?;
    let embedded = config.is_embedded();
    let options = StoreOptions {
        url: config.store_url(),
        connections: match config.store.connections {
            0 if embedded => 4,
            0 => 16,
            some => some,
        },
        // A request must not wait long for a database that is away; a writer in line may.
        acquire_timeout: Duration::from_secs(if embedded { 10 } else { 2 }),
    };
    let begun = std::time::Instant::now();
    loop {
        match Store::open(&options, Timekeeping::OfTheDatabase).await {
            Err(StoreError::Unavailable(cause)) if !embedded && begun.elapsed() < START_TOGETHER => {
                tracing::warn!(error = %cause, "the database is not there yet; trying again");
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
            opened => return opened.context("the database cannot be opened"),
        }
    }
}

/// An embedded database belongs to one process: a second one is refused, and leases found at the
/// start belong to the dead.
pub fn own_data_dir(data_dir: &Path) -> anyhow::Result<File> {
    std::fs::create_dir_all(data_dir).context("the data folder cannot be made")?;
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(data_dir.join("owner.lock"))
        .context("the data folder cannot be locked")?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => {
            bail!("another Quorum already runs on {}", data_dir.display())
        }
        Err(TryLockError::Error(error)) => Err(error).context("the data folder cannot be locked"),
    }
}

/// The setting by which a wrong master key is noticed.
pub const MASTER_KEY_CHECK: &str = "master_key_check";

/// Holds the master key, or several with commas between them, the newest first.
pub const MASTER_KEY_VARIABLE: &str = "QUORUM_MASTER_KEY";
/// The file of the data folder that holds it otherwise, one a line.
pub const MASTER_KEY_FILE: &str = "master.key";

/// Opens the safe, and refuses master keys that did not seal what is stored.
pub async fn open_vault(config: &Config, store: &Store) -> anyhow::Result<Vault> {
    const CHECK: &str = MASTER_KEY_CHECK;
    let vault = match std::env::var(MASTER_KEY_VARIABLE) {
        Ok(text) => Vault::from_text(&text)?,
        Err(_) => Vault::from_file(&config.data_dir.join(MASTER_KEY_FILE))?,
    };
    match store.read().await?.setting(CHECK).await? {
        Some(check) => vault.verify(&check)?,
        None => {
            let mut tx = store.begin().await?;
            tx.set_setting(CHECK, &vault.make_check()?).await?;
            let _nobody_listens_yet = tx.commit().await?;
        }
    }
    Ok(vault)
}

/// Opens everything that a process of these roles needs.
pub async fn build(config: &Config, roles: Roles) -> anyhow::Result<House> {
    let embedded = config.is_embedded();
    if embedded && !(roles.serves && roles.works) {
        bail!("`serve` and `work` as processes of their own need PostgreSQL: set QUORUM__STORE__URL");
    }
    let owner = if embedded {
        Some(own_data_dir(&config.data_dir)?)
    } else {
        None
    };
    let store = open_store(config).await?;
    if embedded {
        let found = store.expire_all_leases().await?;
        if found > 0 {
            tracing::info!(leases = found, "the last process left work behind; it goes on now");
        }
    }
    let vault = open_vault(config, &store).await?;
    let queue = Queue::open(store.clone()).await?;
    let deadlines = &config.deadlines;
    let voices = Voices::new(VoicesOptions {
        deadlines: Deadlines {
            connect: seconds(deadlines.connect),
            first_token: seconds(deadlines.first_token),
            content_idle: seconds(deadlines.content_idle),
            total: seconds(deadlines.total),
        },
        allowed_hosts: AllowedHosts::new(config.providers.allowed_private_hosts.iter().cloned()),
        ..VoicesOptions::default()
    })?;
    Ok(House {
        store,
        queue,
        bus: open_bus(config, roles)?,
        vault,
        voices,
        _owner: owner,
    })
}

/// One process hears itself; several need Redis between them.
fn open_bus(config: &Config, roles: Roles) -> anyhow::Result<Bus> {
    let Some(url) = config.bus_url() else {
        if !(roles.serves && roles.works) {
            bail!("`serve` and `work` as processes of their own need Redis: set QUORUM__BUS__URL");
        }
        return Ok(Bus::in_process());
    };
    let hears = if roles.serves {
        Hears::Everything
    } else {
        Hears::Signals
    };
    Ok(Bus::over_redis(url, hears)?)
}
