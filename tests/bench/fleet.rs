//! The simulator of the models, as a process of its own.

use std::{path::Path, process::Stdio};

use anyhow::Context as _;
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    process::{Child, Command},
};

/// A running simulator; ends when dropped.
pub struct Fleet {
    _process: Child,
    /// Where it answers.
    pub origin: String,
}

impl Fleet {
    /// Models that begin after `first_token_ms` and then speak at a pace; 0 sends all at once.
    pub async fn start(binary: &Path, first_token_ms: u64, tokens_per_second: u32) -> anyhow::Result<Self> {
        let mut process = Command::new(binary)
            .args(["fleet", "--first-token-ms", &first_token_ms.to_string()])
            .args(["--tokens-per-second", &tokens_per_second.to_string()])
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .kill_on_drop(true)
            .spawn()?;
        let mut lines = BufReader::new(process.stdout.take().context("no output")?).lines();
        let origin = lines.next_line().await?.context("the simulator did not start")?;
        Ok(Self {
            _process: process,
            origin: origin.trim().to_owned(),
        })
    }
}
