//! Copies of the database, and putting one back. The master key is kept apart from both: a copy
//! without it holds no provider key that anybody can read.

use std::{path::Path, process::Stdio};

use anyhow::{Context, bail, ensure};
use quorum_store::upkeep;
use tokio::process::Command;

use crate::{config::Config, house::own_data_dir};

/// Writes a copy; gives what to tell whoever asked for it.
pub async fn backup(config: &Config, to: &Path) -> anyhow::Result<String> {
    ensure!(!to.exists(), "{} exists; name a new file", to.display());
    if config.is_embedded() {
        upkeep::copy_sqlite(&config.store_url(), to)
            .await
            .context("the database cannot be copied")?;
        upkeep::check_sqlite_copy(to).await.context("the copy is damaged")?;
    } else {
        let mut dump = postgres("pg_dump", config)?;
        dump.args(["--format=custom", "--file"]).arg(to);
        run(dump).await?;
    }
    Ok(format!(
        "The database was copied to {}. Keep the master key apart from it: without the key, provider keys in the copy cannot be read.",
        to.display()
    ))
}

/// Puts a copy in the place of the database; the present one is kept beside it.
pub async fn restore(config: &Config, from: &Path) -> anyhow::Result<String> {
    ensure!(from.is_file(), "{} is not a file", from.display());
    if !config.is_embedded() {
        let mut restore = postgres("pg_restore", config)?;
        restore
            .args(["--clean", "--if-exists", "--no-owner", "--single-transaction"])
            .arg(from);
        run(restore).await?;
        return Ok("The copy was restored.".into());
    }
    upkeep::check_sqlite_copy(from)
        .await
        .context("the file cannot be restored")?;
    let _owner = own_data_dir(&config.data_dir).context("stop Quorum first")?;
    let database = config.data_dir.join("quorum.db");
    let new = config.data_dir.join("quorum.db.restoring");
    std::fs::copy(from, &new).context("the copy cannot be read")?;
    std::fs::File::open(&new)?.sync_all()?;
    let mut told = String::from("The copy was restored.");
    if database.exists() {
        let kept = config.data_dir.join(format!(
            "quorum.db.before-{}",
            chrono::Utc::now().format("%Y%m%dT%H%M%SZ")
        ));
        for suffix in ["-wal", "-shm"] {
            let beside = |of: &Path| Path::new(&format!("{}{suffix}", of.display())).to_owned();
            if beside(&database).exists() {
                std::fs::rename(beside(&database), beside(&kept))?;
            }
        }
        std::fs::rename(&database, &kept)?;
        told = format!("{told} What was there before is kept as {}.", kept.display());
    }
    std::fs::rename(&new, &database)?;
    Ok(told)
}

/// PostgreSQL's own tools; the password goes by the environment, where no list of processes shows it.
fn postgres(tool: &str, config: &Config) -> anyhow::Result<Command> {
    let url = config.store_url();
    let (shown, password) = without_password(&url);
    let mut command = Command::new(tool);
    command.arg("--dbname").arg(shown).stdin(Stdio::null());
    if let Some(password) = password {
        command.env("PGPASSWORD", password);
    }
    Ok(command)
}

fn without_password(url: &str) -> (String, Option<String>) {
    let split = || {
        let (scheme, rest) = url.split_once("://")?;
        let (credentials, place) = rest.split_once('@')?;
        let (user, password) = credentials.split_once(':')?;
        Some((format!("{scheme}://{user}@{place}"), password.to_owned()))
    };
    split().map_or_else(|| (url.to_owned(), None), |(shown, password)| (shown, Some(password)))
}

async fn run(mut command: Command) -> anyhow::Result<()> {
    let tool = command.as_std().get_program().to_string_lossy().into_owned();
    let status = command
        .status()
        .await
        .with_context(|| format!("{tool} cannot be started; it comes with PostgreSQL's client tools"))?;
    if !status.success() {
        bail!("{tool} failed ({status}); what it said stands above");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::without_password;

    #[test]
    fn a_password_is_taken_out_of_the_url_that_a_process_list_would_show() {
        assert_eq!(
            without_password("postgres://ada:s3cret@db:5432/quorum"),
            ("postgres://ada@db:5432/quorum".to_owned(), Some("s3cret".to_owned()))
        );
        assert_eq!(
            without_password("postgres://db/quorum"),
            ("postgres://db/quorum".to_owned(), None)
        );
    }
}
