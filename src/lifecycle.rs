//! Start and stop: builds the rooms, wires them, and takes them down in order.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use anyhow::Context;
use quorum_api::{
    AddressProblem, AppState, CookieSettings, Examine, Instance, Rates, RefusedAddress, SignInSettings, Started,
    TrustedProxies, Watch,
};
use quorum_domain::settings::LiveSettings;
use quorum_providers::{AddressRefused, check_url, price_table};
use quorum_push::Rate;
use quorum_queue::{Runner, RunnerHandle, RunnerOptions};
use quorum_store::Caps;
use quorum_vault::{AccessTokens, Passwords, SecretString, Token};
use quorum_workers::{Shop, WorkOptions, Workers, keep_counting, listen_to_signals};
use tokio::{
    net::TcpListener,
    signal::unix::{Signal, SignalKind, signal},
};
use tokio_util::sync::CancellationToken;

use crate::{
    config::{self, Config, seconds},
    demo, doctor,
    house::{self, House},
    listen, settings, sign_in, telemetry,
};

/// Which roles a process plays.
#[derive(Debug, Clone, Copy)]
pub struct Roles {
    pub serves: bool,
    pub works: bool,
}

/// Runs until a signal asks to stop. A second one cuts the grace short.
pub async fn run(config: &Config, roles: Roles) -> anyhow::Result<()> {
    let metrics = telemetry::start_metrics()?;
    let mut signals = StopSignals::listen()?;
    let house = tokio::select! {
        house = house::build(config, roles) => house?,
        () = signals.next() => return Ok(()),
    };
    let fleet = if roles.works {
        demo::start(config, &house.store, &house.vault, &house.voices).await?
    } else {
        None
    };
    if roles.works {
        demo::add_local_models(&config.local_models, &house.store).await?;
    }
    let rules = Rules::of(config);
    let (shutdown, hurry) = (CancellationToken::new(), CancellationToken::new());
    let keeper = tokio::spawn(rules.keeper(&house).keep(shutdown.clone()));
    let workers = roles
        .works
        .then(|| tokio::spawn(work(&house, config, &rules, shutdown.clone(), hurry.clone())));
    let server = if roles.serves {
        Some(serve(&house, config, &rules, metrics, shutdown.clone()).await?)
    } else {
        answer_for_health(&house, config, metrics, shutdown.clone()).await?
    };
    signals.next().await;
    tracing::info!("stopping: running answers may finish, the rest goes back to the queue");
    shutdown.cancel();
    let stopped = async {
        if let Some(workers) = workers {
            workers.await?;
        }
        if let Some(server) = server {
            // A page that does not let go of its connection comes back by itself.
            let _closed_in_time = tokio::time::timeout(Duration::from_secs(2), server).await;
        }
        anyhow::Ok(())
    };
    tokio::pin!(stopped);
    tokio::select! {
        stopped = &mut stopped => stopped?,
        () = signals.next() => {
            tracing::info!("stopping at once: running answers go back to the queue");
            hurry.cancel();
            stopped.await?;
        }
    }
    keeper.await?;
    drop(fleet);
    house.store.close().await;
    Ok(())
}

/// The settings that admins change: as they are now, and as this process was started.
struct Rules {
    live: LiveSettings,
    started: Arc<Started>,
    runner: RunnerHandle,
}

impl Rules {
    fn of(config: &Config) -> Self {
        let started = settings::started(config);
        Self {
            live: LiveSettings::starting_with(started.settings.clone()),
            started: Arc::new(started),
            runner: RunnerHandle::default(),
        }
    }

    fn keeper(&self, house: &House) -> settings::Keeper {
        settings::Keeper {
            store: house.store.clone(),
            bus: house.bus.clone(),
            voices: house.voices.clone(),
            runner: self.runner.clone(),
            started: self.started.settings.clone(),
            deadlines: house.voices.deadlines(),
            live: self.live.clone(),
        }
    }
}

fn work(
    house: &House,
    config: &Config,
    rules: &Rules,
    shutdown: CancellationToken,
    hurry: CancellationToken,
) -> impl Future<Output = ()> + use<> {
    let handle = rules.runner.clone();
    let options = WorkOptions {
        webhook_retries: config.webhooks.retry_after.iter().copied().map(seconds).collect(),
        ..WorkOptions::default()
    };
    let shop = Arc::new(Shop::new(
        house.queue.clone(),
        house.bus.clone(),
        house.vault.clone(),
        house.voices.clone(),
        options,
        rules.live.clone(),
        handle.clone(),
    ));
    let runner_options = RunnerOptions {
        lease: seconds(config.workers.lease),
        answer_places: config.workers.answer_places,
        job_places: config.workers.job_places,
        grace: seconds(config.workers.grace),
        caps: Caps {
            per_service: config.providers.calls_per_service,
            per_user: config.providers.calls_per_user,
        },
        ..RunnerOptions::default()
    };
    let runner = Runner::new(
        &house.queue,
        Arc::new(Workers::new(Arc::clone(&shop))),
        runner_options,
        handle,
    );
    async move {
        // Work that drains can still be stopped and is still counted.
        let drained = CancellationToken::new();
        let beside = async {
            tokio::join!(
                listen_to_signals(Arc::clone(&shop), drained.clone()),
                keep_counting(shop, drained.clone())
            )
        };
        let run = async {
            runner.run(shutdown, hurry).await;
            drained.cancel();
        };
        tokio::join!(run, beside);
    }
}

async fn serve(
    house: &House,
    config: &Config,
    rules: &Rules,
    metrics: telemetry::MetricsRenderer,
    shutdown: CancellationToken,
) -> anyhow::Result<tokio::task::JoinHandle<std::io::Result<()>>> {
    let listener = TcpListener::bind((config.server.host.as_str(), config.server.port))
        .await
        .context("the port cannot be used")?;
    let address = listener.local_addr()?;
    let certificate = listen::certificate(&config.server).await?;
    let setup_token = first_start_token(house, address).await?;
    let allowed = house.voices.allowed_hosts().clone();
    let state = AppState {
        store: house.store.clone(),
        queue: house.queue.clone(),
        bus: house.bus.clone(),
        vault: house.vault.clone(),
        passwords: Passwords::new(2)?,
        settings: rules.live.clone(),
        started: Arc::clone(&rules.started),
        examine: examiner(config),
        cookies: CookieSettings {
            secure: config.is_behind_tls(),
        },
        sign_in: SignInSettings {
            session_idle: span(config.sign_in.session_idle_days * 86_400.0),
            session_life: span(config.sign_in.session_days * 86_400.0),
            access_life: span(config.sign_in.access_token_minutes * 60.0),
        },
        oidc: sign_in::oidc(config, &house.voices)?,
        access_tokens: AccessTokens::new(house.vault.clone()),
        instance: Instance {
            version: env!("CARGO_PKG_VERSION"),
            setup_token,
        },
        presets: Arc::new(presets()?),
        url_check: Arc::new(move |url| check_url(url, &allowed).map(|_| ()).map_err(refused_address)),
        metrics,
        stopping: shutdown.clone(),
        rates: rates(&config.rates),
        trusted_proxies: TrustedProxies::parse(&config.server.trusted_proxies).context("server.trusted_proxies")?,
    };
    let router = quorum_api::router(state).into_make_service_with_connect_info::<SocketAddr>();
    announce(address, certificate.is_some());
    let listener = listener.into_std()?;
    Ok(tokio::spawn(listen::serve(listener, router, certificate, shutdown)))
}

/// Why the providers do not call an address, in the words of the front door.
fn refused_address(refused: AddressRefused) -> RefusedAddress {
    let why = match refused {
        AddressRefused::NotAUrl => AddressProblem::NotAUrl,
        AddressRefused::Scheme => AddressProblem::Scheme,
        AddressRefused::UserInfo => AddressProblem::UserInfo,
        AddressRefused::Query => AddressProblem::Query,
        AddressRefused::Private => AddressProblem::Private,
    };
    RefusedAddress {
        why,
        words: refused.to_string(),
    }
}

fn rates(settings: &config::Rates) -> Rates {
    let rate = |rate: config::Rate| Rate::per_minute(rate.per_minute, rate.burst);
    Rates {
        address: rate(settings.address),
        user: rate(settings.user),
        token: rate(settings.token),
        asking: rate(settings.asking),
        sign_in_address: rate(settings.sign_in_address),
        sign_in_place: rate(settings.sign_in_place),
        sign_in_account: rate(settings.sign_in_account),
    }
}

/// Seconds as the database's clock counts them.
fn span(length: f64) -> chrono::Duration {
    chrono::Duration::from_std(seconds(length)).unwrap_or(chrono::Duration::MAX)
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

fn examiner(config: &Config) -> Examine {
    let config = Arc::new(config.clone());
    Arc::new(move || {
        let config = Arc::clone(&config);
        Box::pin(async move { doctor::examine(&config).await })
    })
}

fn presets() -> anyhow::Result<serde_json::Value> {
    let table = price_table()?;
    Ok(serde_json::json!({"items": table.presets, "priced_on": table.priced_on}))
}

#[expect(clippy::print_stdout, reason = "the one line that a person waits for")]
fn announce(address: SocketAddr, tls: bool) {
    let scheme = if tls { "https" } else { "http" };
    println!("\n  Quorum is ready: open {scheme}://{address}\n");
}

/// A process without the API still says how it is, where it is told to.
async fn answer_for_health(
    house: &House,
    config: &Config,
    metrics: telemetry::MetricsRenderer,
    shutdown: CancellationToken,
) -> anyhow::Result<Option<tokio::task::JoinHandle<std::io::Result<()>>>> {
    if config.workers.listen.is_empty() {
        return Ok(None);
    }
    let listener = TcpListener::bind(&config.workers.listen)
        .await
        .context("the address for health and metrics cannot be used")?;
    let listener = listener.into_std()?;
    let router = quorum_api::watch_router(Watch {
        store: house.store.clone(),
        metrics,
        stopping: shutdown.clone(),
    });
    let offered = router.into_make_service_with_connect_info::<SocketAddr>();
    Ok(Some(tokio::spawn(listen::serve(listener, offered, None, shutdown))))
}

/// SIGTERM and Ctrl+C, from the start of the process on.
struct StopSignals {
    terminate: Signal,
    interrupt: Signal,
}

impl StopSignals {
    fn listen() -> anyhow::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}
