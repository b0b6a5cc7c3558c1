//! Keeping a token, and forgetting it.

use std::io::{BufRead, IsTerminal, Write};

use clap::Args;
use quorum_client::{Client, SecretString};

use crate::{
    credentials::{self, DEFAULT_URL, Kept},
    failure::ConsoleError,
    printable,
};

/// Options of `login`.
#[derive(Debug, Args)]
pub struct LoginArgs {
    /// Address of the server; asked for when not said.
    #[arg(long, env = "QUORUM_URL")]
    url: Option<String>,
}

/// Asks for what is not said, tries it, and keeps it. The token is typed unseen or piped in.
pub async fn run(args: LoginArgs) -> Result<(), ConsoleError> {
    let at_terminal = std::io::stdin().is_terminal();
    let url = match args.url {
        Some(url) => url,
        None if at_terminal => asked(&format!("Server [{DEFAULT_URL}]: "))?.unwrap_or_else(|| DEFAULT_URL.to_owned()),
        None => DEFAULT_URL.to_owned(),
    };
    let token = if at_terminal {
        say("Make a token under Settings, API tokens, and paste it here. It is not shown.")?;
        rpassword::prompt_password("Token: ")?
    } else {
        let mut line = String::new();
        std::io::stdin().lock().read_line(&mut line)?;
        line
    };
    let token = token.trim().to_owned();
    let client = Client::new(&url, SecretString::from(token.clone()))?;
    let person = client.me().await?;
    let url = url.trim().trim_end_matches('/').to_owned();
    let path = credentials::keep(&Kept {
        url: url.clone(),
        token,
    })?;
    say(&format!(
        "Signed in to {} as {}. The token is kept in {}.",
        printable::line(&url),
        printable::line(&person.name),
        path.display()
    ))
}

/// Forgets the token.
pub fn forget() -> Result<(), ConsoleError> {
    if credentials::forget()? {
        say("The token is forgotten here. It goes on working until it is revoked under Settings, API tokens.")
    } else {
        say("There was no token.")
    }
}

fn asked(words: &str) -> Result<Option<String>, ConsoleError> {
    let mut stderr = std::io::stderr();
    write!(stderr, "{words}")?;
    stderr.flush()?;
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line)?;
    let line = line.trim();
    Ok((!line.is_empty()).then(|| line.to_owned()))
}

fn say(words: &str) -> Result<(), ConsoleError> {
    writeln!(std::io::stderr(), "{words}")?;
    Ok(())
}
