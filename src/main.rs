//! The one binary. It wires the rooms together and contains no rules.

mod admin;
mod backup;
mod cli;
mod config;
mod demo;
mod doctor;
mod house;
mod lifecycle;
mod listen;
mod patience;
mod settings;
mod sign_in;
mod telemetry;

use std::{process::ExitCode, time::Duration};

use clap::Parser;
use cli::{Cli, Command, Common};
use config::Config;
use lifecycle::Roles;

#[tokio::main]
async fn main() -> anyhow::Result<ExitCode> {
    let cli = Cli::parse();
    match cli.command.unwrap_or(Command::All) {
        Command::Console(command) => Ok(quorum_console::run(command).await),
        command => operate(command, &cli.common).await.map(|()| ExitCode::SUCCESS),
    }
}

/// What is done on the machine that Quorum runs on.
async fn operate(command: Command, common: &Common) -> anyhow::Result<()> {
    let config = Config::load(common)?;
    let role = match command {
        Command::Serve => "serve",
        Command::Work => "work",
        _ => "all",
    };
    let _exporting = telemetry::start_logs(&config.log, role)?;
    match command {
        Command::All => {
            lifecycle::run(
                &config,
                Roles {
                    serves: true,
                    works: true,
                },
            )
            .await
        }
        Command::Serve => {
            lifecycle::run(
                &config,
                Roles {
                    serves: true,
                    works: false,
                },
            )
            .await
        }
        Command::Work => {
            lifecycle::run(
                &config,
                Roles {
                    serves: false,
                    works: true,
                },
            )
            .await
        }
        Command::Admin(command) => print(&admin::carry_out(&config, command).await?),
        Command::Migrate => house::open_store(&config).await.map(|_| ()),
        Command::Doctor => print(&doctor::report(&config).await?),
        Command::Backup { to } => print(&backup::backup(&config, &to).await?),
        Command::Restore { from } => print(&backup::restore(&config, &from).await?),
        Command::Config => print(&serde_json::to_string_pretty(&config)?),
        // Carried out before any setting of a server is read.
        Command::Console(_) => Ok(()),
        Command::Asyncapi => {
            let events = quorum_api::asyncapi(&quorum_api::openapi());
            print(&serde_json::to_string_pretty(&events)?)
        }
        Command::Openapi => print(&quorum_api::openapi().to_pretty_json()?),
        Command::Fleet {
            playbook,
            first_token_ms,
            tokens_per_second,
        } => {
            let options = quorum_fleet::FleetOptions {
                host: common.host.as_deref().unwrap_or("127.0.0.1").parse()?,
                port: common.port.unwrap_or(0),
                first_token: Duration::from_millis(first_token_ms),
                tokens_per_second,
                playbooks: playbook,
                keep_bodies: true,
            };
            let fleet = quorum_fleet::Fleet::start(options).await?;
            print(&fleet.origin())?;
            tokio::signal::ctrl_c().await?;
            Ok(())
        }
    }
}

#[expect(clippy::print_stdout, reason = "what the command was asked for")]
fn print(text: &str) -> anyhow::Result<()> {
    println!("{text}");
    Ok(())
}
