//! The benchmark: what it costs to put Quorum between a person and the models, on one machine, in
//! one go, against the same simulator over loopback.
//!
//! Four engines are driven by the same load: the bare fan-out (`floor`), the smallest engine with
//! a database and no promises (`smallest`, a process of its own), Quorum embedded, and Quorum on
//! PostgreSQL and Redis with two workers. The load generator, the simulator and the engine share
//! the machine's cores, so absolute figures are lower bounds and ratios are what counts.
//!
//! May not enter: assertions about time (a figure is printed, not tested), knowledge of Quorum
//! beyond its HTTP and WebSocket API. To add a figure: a function in a file of its own that takes
//! an [`engine::Engine`] and writes rows into the [`table::Table`].

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "tables are what this program is for"
)]

mod engine;
mod fleet;
mod floor;
mod growth;
mod latency;
mod machine;
mod memory;
mod product;
mod saturation;
mod smallest;
mod socket;
mod table;

use std::path::PathBuf;

use anyhow::Context as _;
use clap::{Parser, Subcommand, ValueEnum};

use crate::{engine::Engine, product::Placement, table::Table};

/// How much to measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Size {
    /// Everything once and little, to see that it runs.
    Small,
    /// What the figures in the documentation were made with.
    Full,
}

impl Size {
    /// One of two numbers.
    pub const fn pick<T: Copy>(self, small: T, full: T) -> T {
        match self {
            Self::Small => small,
            Self::Full => full,
        }
    }
}

/// Prints this build's figures beside a bare fan-out.
#[derive(Debug, Parser)]
struct Arguments {
    #[command(subcommand)]
    command: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Measure and print the tables.
    Run(Run),
    /// Be the smallest engine (started by `run`).
    Smallest {
        /// The simulator's origin.
        #[arg(long)]
        fleet: String,
        /// The database file.
        #[arg(long)]
        database: PathBuf,
    },
    /// Drive two turns a second for a while and print the slopes of memory and tasks.
    Soak(Soak),
    /// Drive so many turns through one engine and print what they cost it; for profiles.
    Drive(Drive),
}

/// Whom to drive, and how.
#[derive(Debug, clap::Args)]
pub struct Drive {
    /// The product.
    #[arg(long)]
    binary: PathBuf,
    /// Turns in all.
    #[arg(long, default_value_t = 2_000)]
    turns: usize,
    /// People who ask at once.
    #[arg(long, default_value_t = 16)]
    users: usize,
    /// Which engine.
    #[arg(long, default_value = "embedded")]
    engine: Driven,
    #[command(flatten)]
    servers: Servers,
}

/// What can be driven alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Driven {
    /// Quorum on SQLite.
    Embedded,
    /// Quorum on PostgreSQL and Redis with two workers.
    ScaleOut,
    /// The smallest engine that keeps answers.
    Smallest,
}

/// What the scale-out set runs on.
#[derive(Debug, clap::Args)]
struct Servers {
    /// PostgreSQL for the scale-out set.
    #[arg(long, env = "QUORUM_TEST_POSTGRES_URL")]
    postgres: Option<String>,
    /// Redis for the scale-out set.
    #[arg(long, env = "QUORUM_TEST_REDIS_URL")]
    redis: Option<String>,
}

impl Servers {
    fn scale(&self) -> Option<Placement> {
        Some(Placement::Scale {
            postgres: self.postgres.clone()?,
            redis: self.redis.clone()?,
        })
    }
}

/// What to measure and with what.
#[derive(Debug, clap::Args)]
pub struct Run {
    /// The product.
    #[arg(long)]
    binary: PathBuf,
    #[arg(long, default_value = "full")]
    size: Size,
    /// Parts to measure; all unless named.
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
    #[command(flatten)]
    servers: Servers,
}

#[derive(Debug, clap::Args)]
struct Soak {
    /// The product.
    #[arg(long)]
    binary: PathBuf,
    /// How long.
    #[arg(long, default_value_t = 30.0)]
    minutes: f64,
}

impl Run {
    fn wants(&self, part: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|wanted| wanted == part)
    }

    fn placements(&self) -> Vec<Placement> {
        std::iter::once(Placement::Embedded)
            .chain(self.servers.scale())
            .collect()
    }
}

impl Drive {
    fn start(&self, fleet: &str) -> anyhow::Result<EngineStart> {
        let placement = match self.engine {
            Driven::Smallest => return Ok(EngineStart::Smallest(fleet.to_owned())),
            Driven::Embedded => Placement::Embedded,
            Driven::ScaleOut => self
                .servers
                .scale()
                .context("the scale-out set needs --postgres and --redis")?,
        };
        Ok(EngineStart::Product(
            Box::new(placement),
            self.binary.clone(),
            fleet.to_owned(),
        ))
    }
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let _installed = rustls::crypto::ring::default_provider().install_default();
    match Arguments::parse().command {
        What::Run(run) => measure(&run).await,
        What::Smallest { fleet, database } => smallest::serve(fleet, database).await,
        What::Soak(soak) => memory::soak(&soak.binary, soak.minutes).await,
        What::Drive(drive) => saturation::cost_of_turns(&drive).await,
    }
}

async fn measure(run: &Run) -> anyhow::Result<()> {
    println!("{}\n", machine::description());
    if run.wants("latency") {
        let mut table = Table::new("Added latency, milliseconds (three models that begin after 200 ms)");
        latency::measure(run, &mut table).await?;
        table.print();
    }
    if run.wants("delta") {
        let mut table = Table::new("From the provider's byte to the client, milliseconds (30 tokens a second)");
        latency::deltas(run, &mut table).await?;
        table.print();
    }
    if run.wants("saturation") {
        let mut table = Table::new("Saturation (three models that answer at once)");
        saturation::measure(run, &mut table).await?;
        table.print();
    }
    if run.wants("memory") {
        let mut table = Table::new("Memory (PSS, MiB), start and size");
        memory::measure(run, &mut table).await?;
        table.print();
    }
    if run.wants("growth") {
        let mut table = Table::new("As work grows, milliseconds (embedded)");
        growth::measure(run, &mut table).await?;
        table.print();
    }
    Ok(())
}

/// The engines that a part compares, one after another; each lives only as long as it is measured.
pub fn engines(run: &Run, fleet: &str) -> Vec<EngineStart> {
    let mut starts = vec![
        EngineStart::Floor(fleet.to_owned()),
        EngineStart::Smallest(fleet.to_owned()),
    ];
    for placement in run.placements() {
        starts.push(EngineStart::Product(
            Box::new(placement),
            run.binary.clone(),
            fleet.to_owned(),
        ));
    }
    starts
}

/// How an engine is started.
pub enum EngineStart {
    /// The load generator asks the models itself.
    Floor(String),
    /// The smallest engine.
    Smallest(String),
    /// Quorum.
    Product(Box<Placement>, PathBuf, String),
}

impl EngineStart {
    /// Starts it.
    pub async fn start(&self) -> anyhow::Result<Box<dyn Engine>> {
        Ok(match self {
            Self::Floor(fleet) => Box::new(floor::Floor::new(fleet)?),
            Self::Smallest(fleet) => Box::new(smallest::Smallest::start(fleet).await?),
            Self::Product(placement, binary, fleet) => {
                Box::new(product::Product::start(placement, binary, fleet).await?)
            }
        })
    }
}
