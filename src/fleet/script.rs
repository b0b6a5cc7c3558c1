//! The reply at its pace, with its faults in the middle.

use std::{
    sync::Arc,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use bytes::Bytes;
use tokio::sync::mpsc;

use crate::{
    behaviour::{Behaviour, ModelName},
    server::{Stage, first_token, words},
    wire::{Asked, Ending, SOURCES, Tokens, Wire},
};

/// What is thought, a few words at a time.
const THOUGHTS: [&str; 3] = ["Let me look at ", "what is asked ", "before I answer.\n\n"];
/// Between two pieces of it, where time is taken.
const THOUGHT_EVERY: Duration = Duration::from_millis(50);

/// Notes in the log how a call ended, also when its future is dropped.
pub struct CallGuard {
    stage: Arc<Stage>,
    number: u64,
    done: bool,
}

impl CallGuard {
    /// Whatever happens, the log knows of this call.
    pub const fn open(stage: Arc<Stage>, number: u64) -> Self {
        Self {
            stage,
            number,
            done: false,
        }
    }

    /// The call ended so.
    pub fn finish(mut self, outcome: &'static str, bytes: usize) {
        self.done = true;
        self.stage.calls.update(self.number, |call| {
            call.outcome = outcome;
            call.bytes_sent = bytes;
        });
    }
}

impl Drop for CallGuard {
    fn drop(&mut self) {
        if !self.done {
            self.stage
                .calls
                .update(self.number, |call| call.outcome = "client_disconnected");
        }
    }
}

/// The client is gone.
struct Gone;

pub struct Script {
    pub stage: Arc<Stage>,
    pub wire: &'static dyn Wire,
    pub name: ModelName,
    pub asked: Asked,
    pub full: String,
    pub ending: Ending,
    pub tokens: Tokens,
    pub id: String,
    pub sender: mpsc::Sender<Result<Bytes, std::io::Error>>,
    pub guard: CallGuard,
}

impl Script {
    /// Plays the whole reply.
    pub async fn play(self) {
        let outcome = self.act().await;
        let sent = self.full.len();
        match outcome {
            Ok(outcome) => self.guard.finish(outcome, sent),
            Err(Gone) => drop(self.guard),
        }
    }

    fn is(&self, behaviour: &Behaviour) -> bool {
        self.name.has(behaviour)
    }

    async fn act(&self) -> Result<&'static str, Gone> {
        if self.is(&Behaviour::HangAfterHeaders) {
            self.sender.closed().await;
            return Err(Gone);
        }
        if self.is(&Behaviour::CommentsOnly) {
            loop {
                self.send(": keep-alive\n\n").await?;
                self.wait(Duration::from_millis(200)).await?;
            }
        }
        self.wait(first_token(&self.stage, &self.name)).await?;
        self.send(&self.wire.begin(&self.asked, &self.id, self.tokens)).await?;
        self.think().await?;
        if let Some(outcome) = self.say().await? {
            return Ok(outcome);
        }
        if self.is(&Behaviour::Cites) {
            for source in &SOURCES {
                self.send(&self.wire.citation(source, &self.asked, &self.id)).await?;
            }
        }
        let tokens = (!self.is(&Behaviour::NoUsage)).then_some(self.tokens);
        self.send(&self.wire.end(&self.full, self.ending, tokens, &self.asked, &self.id))
            .await?;
        Ok("completed")
    }

    /// Says what it thinks: at once, or at the pace of somebody who takes their time.
    async fn think(&self) -> Result<(), Gone> {
        let Some(taken) = self.name.thinks_for() else {
            return Ok(());
        };
        let begun = Instant::now();
        for at in 0.. {
            if at >= THOUGHTS.len() && begun.elapsed() >= taken {
                break;
            }
            let piece = THOUGHTS[at % THOUGHTS.len()];
            self.send(&self.wire.reasoning(piece, &self.asked, &self.id)).await?;
            if !taken.is_zero() {
                self.wait(THOUGHT_EVERY).await?;
            }
        }
        Ok(())
    }

    /// Says the text at its pace; an outcome ends the stream in the middle.
    async fn say(&self) -> Result<Option<&'static str>, Gone> {
        let pace = self.name.behaviours.iter().find_map(|behaviour| match behaviour {
            Behaviour::TokensPerSecond(tokens) => Some(*tokens),
            _ => None,
        });
        let pace = pace.unwrap_or(self.stage.options.tokens_per_second);
        let pieces = pieces(&self.full, pace);
        let middle = pieces.len() / 2;
        for (at, piece) in pieces.iter().enumerate() {
            if at == middle
                && let Some(outcome) = self.fault_in_the_middle().await?
            {
                return Ok(Some(outcome));
            }
            let clock = self.is(&Behaviour::Clock).then(moment);
            let piece = clock.as_ref().unwrap_or(piece);
            self.send(&self.wire.text(piece, &self.asked, &self.id)).await?;
            if pace > 0 {
                self.wait(Duration::from_secs_f64(words(piece).max(1) as f64 / f64::from(pace)))
                    .await?;
            }
        }
        while self.is(&Behaviour::Huge) {
            self.send(&self.wire.text(&"huge ".repeat(2_000), &self.asked, &self.id))
                .await?;
        }
        Ok(None)
    }

    async fn fault_in_the_middle(&self) -> Result<Option<&'static str>, Gone> {
        if self.is(&Behaviour::Cut) {
            // An error in the body makes the server break the connection.
            let _broken = self.sender.send(Err(std::io::ErrorKind::ConnectionReset.into())).await;
            return Ok(Some("fault"));
        }
        if self.is(&Behaviour::CutClean) {
            return Ok(Some("fault"));
        }
        if self.is(&Behaviour::Stall) {
            self.sender.closed().await;
            return Err(Gone);
        }
        if self.is(&Behaviour::BadJson) {
            self.send("data: {\"type\": oops\n\n").await?;
        }
        if self.is(&Behaviour::ErrorInStream) {
            self.send(&self.wire.error_event()).await?;
            return Ok(Some("fault"));
        }
        Ok(None)
    }

    async fn send(&self, frames: &str) -> Result<(), Gone> {
        if frames.is_empty() {
            return Ok(());
        }
        let frames = if self.is(&Behaviour::Crlf) {
            frames.replace('\n', "\r\n")
        } else {
            frames.to_owned()
        };
        if self.is(&Behaviour::SplitUtf8) {
            for byte in frames.into_bytes() {
                self.sender.send(Ok(Bytes::from(vec![byte]))).await.map_err(|_| Gone)?;
            }
            return Ok(());
        }
        self.sender.send(Ok(Bytes::from(frames))).await.map_err(|_| Gone)
    }

    async fn wait(&self, time: Duration) -> Result<(), Gone> {
        if time.is_zero() {
            return Ok(());
        }
        tokio::select! {
            () = tokio::time::sleep(time) => Ok(()),
            () = self.sender.closed() => Err(Gone),
        }
    }
}

/// This moment in microseconds since 1970, as a word.
fn moment() -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    format!("{} ", now.as_micros())
}

/// Pieces as a model would send them: a few words each, or a dozen in all where there is no pace.
fn pieces(text: &str, pace: u32) -> Vec<String> {
    let words: Vec<&str> = text.split_inclusive(' ').collect();
    let size = if pace == 0 {
        words.len().div_ceil(12).max(1)
    } else if pace > 200 {
        6
    } else {
        2
    };
    words.chunks(size).map(<[&str]>::concat).collect()
}
