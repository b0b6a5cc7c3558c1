//! THE TERMINAL: asking and reading from a shell, through the API like any other client.
//!
//! What was asked for goes to standard output, everything about how it goes to standard error, so that
//! output can be piped. Texts of models are foreign: nothing of them reaches the terminal that it would
//! obey ([`printable`]).
//!
//! May enter: commands, their output, the file that keeps the token. May not enter: any room but the
//! client and the domain; a rule that the server does not know.
//!
//! To add a command: a variant of [`Command`], a file named after it, a line in [`run`], and a test in
//! the root's `tests/front_door/console.rs` that runs it.

mod answers;
mod ask;
mod credentials;
mod failure;
mod history;
mod login;
mod printable;
mod progress;
mod running;
mod show;

use std::process::ExitCode;

use clap::{Args, Subcommand};

use failure::ConsoleError;

/// What can be done from a shell.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Put a question to the council and show what it answers.
    #[command(after_help = EXIT_CODES)]
    Ask(ask::AskArgs),
    /// Keep the address of a server and a personal API token.
    Login(login::LoginArgs),
    /// Forget the address and the token.
    Logout,
    /// List conversations, latest first, or search them.
    History(history::HistoryArgs),
    /// Show a conversation; what still runs is followed.
    #[command(after_help = EXIT_CODES)]
    Show(show::ShowArgs),
}

const EXIT_CODES: &str = "Exit codes: 0 answered, 1 no service answered, 2 wrong usage, 3 refused or not reachable, \
    130 detached by Ctrl-C (what runs goes on).";

/// Where to, and how it looks.
#[derive(Debug, Clone, Args)]
pub struct Where {
    /// Address of the server.
    #[arg(long, env = "QUORUM_URL")]
    pub url: Option<String>,
    /// Neither colours nor bold.
    #[arg(long, env = "NO_COLOR", value_parser = clap::builder::FalseyValueParser::new())]
    pub no_color: bool,
}

/// Carries out a command; says on standard error what went wrong.
#[expect(clippy::print_stderr, reason = "what a person at the terminal has to know")]
pub async fn run(command: Command) -> ExitCode {
    let done = match command {
        Command::Ask(args) => ask::run(args).await,
        Command::Login(args) => login::run(args).await,
        Command::Logout => login::forget(),
        Command::History(args) => history::run(args).await,
        Command::Show(args) => show::run(args).await,
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            if !matches!(error, ConsoleError::Detached) {
                eprintln!("quorum: {}", printable::line(&error.to_string()));
            }
            ExitCode::from(error.exit_code())
        }
    }
}
