//! What the load drives: an engine has users, and a user has turns.

use std::time::Duration;

use futures::future::BoxFuture;

/// Models that a turn asks.
pub const MODELS: [&str; 3] = ["demo-aria", "demo-bolt", "demo-cedar"];

/// The times of one turn, from just before the request was sent.
#[derive(Debug, Clone, Copy, Default)]
pub struct Turn {
    /// The first text of any model was at the client.
    pub first_token: Duration,
    /// The last answer was whole at the client.
    pub last_answer: Duration,
    /// Nothing of the turn is open any more.
    pub whole: Duration,
}

/// A person who asks one question after another.
pub trait Asker: Send {
    /// Asks and waits for all.
    fn turn<'a>(&'a mut self, question: &'a str) -> BoxFuture<'a, anyhow::Result<Turn>>;
}

/// Something that puts a question to the models.
pub trait Engine: Send + Sync {
    /// Its column.
    fn name(&self) -> &'static str;
    /// People who are signed in and connected.
    fn askers(&self, count: usize) -> BoxFuture<'_, anyhow::Result<Vec<Box<dyn Asker>>>>;
    /// Its processes, for memory and CPU time; none for what runs in the load generator.
    fn processes(&self) -> Vec<u32>;
}
