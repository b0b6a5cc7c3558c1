//! THE REHEARSAL: a simulator of model providers that speaks their wire formats over HTTP, for
//! the demo, the tests and the benchmark.
//!
//! It is strict about requests (a wrong field, header or order of roles gets the refusal that the
//! real service would send), plays answers from a playbook at a chosen pace, and misbehaves on
//! request: the model name says how (`demo-aria+429x2`, see [`behaviour`]).
//!
//! May enter: what a provider's server does. May not enter: anything else of ours; the fleet knows
//! nothing of conversations, and nothing else knows that it is not real.
//!
//! To add a fault: a variant and a line in [`behaviour`]. To add a format: a file in `wire/` and a
//! route in `server.rs`.

pub mod behaviour;
mod call_log;
mod fusion;
mod judge;
mod leaning;
mod opinion;
mod playbook;
mod refusals;
mod rules;
mod script;
mod server;
mod structured;
mod wire;

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::PathBuf,
    sync::Arc,
    time::Duration,
};

pub use call_log::{Call, CallLog};
pub use playbook::{Playbook, PlaybookError, demo_questions};
use tokio_util::sync::CancellationToken;
pub use wire::Picture;

/// How a fleet is started.
#[derive(Debug, Clone)]
pub struct FleetOptions {
    /// Address to listen on.
    pub host: IpAddr,
    /// Port; 0 takes a free one.
    pub port: u16,
    /// From the request to the first token.
    pub first_token: Duration,
    /// Pace of text; 0 sends all at once.
    pub tokens_per_second: u32,
    /// Files with answers to play, after those of the demo.
    pub playbooks: Vec<PathBuf>,
    /// Keep whole request bodies in the call log.
    pub keep_bodies: bool,
}

impl Default for FleetOptions {
    fn default() -> Self {
        Self {
            host: IpAddr::V4(Ipv4Addr::LOCALHOST),
            port: 0,
            first_token: Duration::from_millis(300),
            tokens_per_second: 60,
            playbooks: Vec::new(),
            keep_bodies: false,
        }
    }
}

/// The fleet could not be started.
#[derive(Debug, thiserror::Error)]
pub enum FleetError {
    /// The port is taken or not allowed.
    #[error("the fleet's port cannot be used")]
    Port(#[source] std::io::Error),
    /// A playbook cannot be read.
    #[error(transparent)]
    Playbook(#[from] PlaybookError),
}

/// A running fleet; stops when dropped.
pub struct Fleet {
    address: SocketAddr,
    calls: Arc<CallLog>,
    stop: CancellationToken,
}

impl Fleet {
    /// Starts a fleet on loopback.
    pub async fn start(options: FleetOptions) -> Result<Self, FleetError> {
        let mut playbook = Playbook::demo()?;
        for path in &options.playbooks {
            playbook.add_file(path)?;
        }
        let listener = tokio::net::TcpListener::bind((options.host, options.port))
            .await
            .map_err(FleetError::Port)?;
        let address = listener.local_addr().map_err(FleetError::Port)?;
        let calls = Arc::new(CallLog::default());
        let stop = CancellationToken::new();
        let router = server::router(server::Stage {
            options,
            playbook,
            calls: Arc::clone(&calls),
            turns: Default::default(),
        });
        let stopped = stop.clone();
        tokio::spawn(async move {
            axum::serve(listener, router)
                .with_graceful_shutdown(stopped.cancelled_owned())
                .await
        });
        Ok(Self { address, calls, stop })
    }

    /// Where it listens.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// `http://127.0.0.1:PORT`.
    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Every request so far.
    pub fn calls(&self) -> &CallLog {
        &self.calls
    }

    /// Accepts no more connections.
    pub fn stop(&self) {
        self.stop.cancel();
    }
}

impl Drop for Fleet {
    fn drop(&mut self) {
        self.stop();
    }
}
