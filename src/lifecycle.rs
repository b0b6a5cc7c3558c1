//! Start and stop: builds the rooms, wires them, and takes them down in order.

use std::{
    fs::{File, TryLockError},
    net::SocketAddr,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use anyhow::{Context, bail};
use quorum_api::{AppState, CookieSettings, Instance, Limits};
use quorum_domain::clock::SystemClock;
use quorum_providers::{AllowedHosts, Deadlines, Voices, VoicesOptions, check_url, price_table};
use quorum_push::Bus;
use quorum_queue::{Queue, Runner, RunnerHandle, RunnerOptions};
use quorum_store::{Store, StoreOptions};
use quorum_vault::{MasterKey, Passwords, SecretString, Token, Vault};
use quorum_workers::{Shop, WorkOptions, Workers, listen_to_signals};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::{
    config::{Config, seconds},
    demo, telemetry,
};

/// Which roles a process plays.
#[derive(Debug, Clone, Copy)]
pub struct Roles {
    pub serves: bool,
    pub works: bool,
}

/// The rooms that every role needs.
struct House {
    store: Store,
    queue: Queue,
    bus: Bus,
    vault: Vault,
    voices: Voices,
    /// Held for as long as the process lives: an embedded database has one owner.
    _owner: Option<File>,
}

/// Opens the store alone.
pub async fn open_store(config: &Config) -> anyhow::Result<Store> {
    std::fs::create_dir_all(&config.data_dir).context("the data folder cannot be made")?;
    let options = StoreOptions {
        url: config.store_url(),
        connections: config.store.connections,
        acquire_timeout: Duration::from_secs(10),
    };
    Store::open(&options, Arc::new(SystemClock))
        .await
        .context("the database cannot be opened")
}

/// An embedded database belongs to one process: a second one is refused, and leases found at the
/// start belong to the dead.
fn own_data_dir(data_dir: &Path) -> anyhow::Result<File> {
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

async fn open_vault(config: &Config, store: &Store) -> anyhow::Result<Vault> {
    const CHECK: &str = "master_key_check";
    let master = match std::env::var("QUORUM_MASTER_KEY") {
        Ok(text) => MasterKey::from_text(&text)?,
        Err(_) => MasterKey::from_file(&config.data_dir.join("master.key"))?,
    };
    let vault = Vault::new(master);
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

async fn build(config: &Config) -> anyhow::Result<House> {
    let embedded = config.store_url().starts_with("sqlite:");
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
        bus: Bus::in_process(),
        vault,
        voices,
        _owner: owner,
    })
}

/// Runs until a signal asks to stop.
pub async fn run(config: &Config, roles: Roles) -> anyhow::Result<()> {
    let metrics = telemetry::start_metrics()?;
    let house = build(config).await?;
    let fleet = if roles.works {
        demo::start(&config.demo, &house.store, &house.vault, &house.voices).await?
    } else {
        None
    };
    if roles.works {
        demo::add_local_models(&config.local_models, &house.store).await?;
    }
    let shutdown = CancellationToken::new();
    let ready = Arc::new(AtomicBool::new(true));
    let workers = roles
        .works
        .then(|| tokio::spawn(work(&house, config, shutdown.clone())));
    let server = if roles.serves {
        Some(serve(&house, config, metrics, Arc::clone(&ready), shutdown.clone()).await?)
    } else {
        None
    };
    wait_for_signal().await?;
    tracing::info!("stopping: running answers may finish, the rest goes back to the queue");
    ready.store(false, Ordering::Release);
    shutdown.cancel();
    if let Some(workers) = workers {
        workers.await?;
    }
    if let Some(server) = server {
        // Open sockets would wait for ever; their pages reconnect.
        let _closed_in_time = tokio::time::timeout(Duration::from_secs(2), server).await;
    }
    drop(fleet);
    house.store.close().await;
    Ok(())
}

fn work(house: &House, config: &Config, shutdown: CancellationToken) -> impl Future<Output = ()> + use<> {
    let handle = RunnerHandle::default();
    let options = WorkOptions {
        batch_deadline: seconds(config.deadlines.batch),
        ..WorkOptions::default()
    };
    let shop = Arc::new(Shop::new(
        house.queue.clone(),
        house.bus.clone(),
        house.vault.clone(),
        house.voices.clone(),
        options,
        handle.clone(),
    ));
    let runner_options = RunnerOptions {
        lease: seconds(config.workers.lease),
        answer_places: config.workers.answer_places,
        job_places: config.workers.job_places,
        grace: seconds(config.workers.grace),
        ..RunnerOptions::default()
    };
    let runner = Runner::new(
        &house.queue,
        Arc::new(Workers::new(Arc::clone(&shop))),
        runner_options,
        handle,
    );
    let signals = listen_to_signals(shop, shutdown.clone());
    async move {
        tokio::join!(runner.run(shutdown), signals);
    }
}

async fn serve(
    house: &House,
    config: &Config,
    metrics: telemetry::MetricsRenderer,
    ready: Arc<AtomicBool>,
    shutdown: CancellationToken,
) -> anyhow::Result<tokio::task::JoinHandle<std::io::Result<()>>> {
    let listener = TcpListener::bind((config.server.host.as_str(), config.server.port))
        .await
        .context("the port cannot be used")?;
    let address = listener.local_addr()?;
    let setup_token = first_start_token(house, address).await?;
    let allowed = house.voices.allowed_hosts().clone();
    let state = AppState {
        store: house.store.clone(),
        queue: house.queue.clone(),
        bus: house.bus.clone(),
        vault: house.vault.clone(),
        passwords: Passwords::new(2)?,
        limits: Limits {
            message_chars: config.limits.message_chars,
            title_chars: config.limits.title_chars,
            system_prompt_chars: config.limits.system_prompt_chars,
            services_per_message: config.limits.services_per_message,
        },
        cookies: CookieSettings {
            secure: config.server.secure_cookies,
        },
        instance: Instance {
            version: env!("CARGO_PKG_VERSION"),
            setup_token,
        },
        presets: Arc::new(presets()?),
        url_check: Arc::new(move |url| {
            check_url(url, &allowed)
                .map(|_| ())
                .map_err(|refused| refused.to_string())
        }),
        metrics,
        ready,
        throttle: Arc::default(),
    };
    let router = quorum_api::router(state).into_make_service_with_connect_info::<SocketAddr>();
    announce(address);
    Ok(tokio::spawn(async move {
        axum::serve(listener, router)
            .with_graceful_shutdown(shutdown.cancelled_owned())
            .await
    }))
}

/// From another machine the first account needs a token that only the console shows.
async fn first_start_token(house: &House, address: SocketAddr) -> anyhow::Result<Option<Arc<SecretString>>> {
    if address.ip().is_loopback() || house.store.read().await?.count_users().await? > 0 {
        return Ok(None);
    }
    let token = Token::random();
    #[expect(
        clippy::print_stderr,
        reason = "shown once to whoever started the process, never logged"
    )]
    {
        eprintln!("\n  Setup token for the first account: {}\n", token.reveal());
    }
    Ok(Some(Arc::new(SecretString::from(token.reveal()))))
}

fn presets() -> anyhow::Result<serde_json::Value> {
    let table = price_table()?;
    Ok(serde_json::json!({"items": table.presets, "priced_on": table.priced_on}))
}

#[expect(clippy::print_stdout, reason = "the one line that a person waits for")]
fn announce(address: SocketAddr) {
    println!("\n  Quorum is ready: open http://{address}\n");
}

async fn wait_for_signal() -> anyhow::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        _ = terminate.recv() => {}
        interrupted = tokio::signal::ctrl_c() => interrupted?,
    }
    Ok(())
}
