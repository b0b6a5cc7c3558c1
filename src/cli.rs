//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

/// Ask several models at once, keep every answer, see them ranked.
#[derive(Debug, Parser)]
#[command(name = "quorum", version, about)]
pub struct Cli {
    #[command(flatten)]
    pub common: Common,
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// Options of every command.
#[derive(Debug, Clone, Args)]
pub struct Common {
    /// Folder in which everything is kept.
    #[arg(long, global = true, env = "QUORUM_DATA_DIR", default_value = "data")]
    pub data_dir: PathBuf,
    /// Port to listen on.
    #[arg(long, global = true)]
    pub port: Option<u16>,
    /// Address to listen on.
    #[arg(long, global = true)]
    pub host: Option<String>,
}

/// What an administrator does from the console.
#[derive(Debug, Subcommand)]
pub enum Admin {
    /// Follow the audit log from its first entry to its last, and say whether anything was changed.
    VerifyAudit {
        /// A number and hash noted earlier (`NUMBER:HASH`), by which a log that was cut off shows.
        #[arg(long)]
        noted: Option<String>,
    },
    /// Seal every provider key anew under a new master key. One that was interrupted goes on.
    RotateMasterKey,
    /// Make an account; its password is read from standard input.
    CreateUser {
        /// Sign-in name.
        #[arg(long)]
        email: String,
        /// Shown name.
        #[arg(long)]
        name: String,
        /// Make an admin.
        #[arg(long)]
        admin: bool,
    },
}

/// What to do; without a command everything runs in this process.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// The page, the API and the workers in one process (default).
    All,
    /// The page and the API only.
    Serve,
    /// The workers only.
    Work,
    /// Bring the database up to date and stop.
    Migrate,
    /// Print the settings in force.
    Config,
    /// Say in plain words what is wrong with this installation.
    Doctor,
    /// Write a whole copy of the database, also while Quorum runs. The master key is not in it.
    Backup {
        /// The file to write; it must not exist.
        #[arg(long)]
        to: PathBuf,
    },
    /// Put a copy in the place of the database, while Quorum does not run.
    Restore {
        /// A file that `quorum backup` wrote.
        #[arg(long)]
        from: PathBuf,
    },
    /// What an administrator does from the console, also while Quorum runs.
    #[command(subcommand)]
    Admin(Admin),
    /// Print the description of the API.
    Openapi,
    /// Print the description of the events.
    Asyncapi,
    #[command(flatten)]
    Console(quorum_console::Command),
    /// Run the provider simulator by itself.
    Fleet {
        /// Files of answers to play.
        #[arg(long)]
        playbook: Vec<PathBuf>,
        /// Milliseconds to the first token.
        #[arg(long, default_value_t = 0)]
        first_token_ms: u64,
        /// Pace of text; 0 sends all at once.
        #[arg(long, default_value_t = 0)]
        tokens_per_second: u32,
    },
}
