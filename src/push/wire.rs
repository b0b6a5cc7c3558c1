//! The wire between processes: Redis publish and subscribe.

use std::{sync::Arc, time::Duration};

use futures::StreamExt;
use redis::{Client, aio::MultiplexedConnection};
use serde::{Deserialize, Serialize};
use tokio::sync::{mpsc, watch};
use uuid::Uuid;

use crate::{
    PushError,
    bus::{Local, Parcel},
};

/// Parcels that may wait for Redis; more are dropped, and pages find them in the store.
const WAITING: usize = 16_384;
/// Parcels sent in one message at most.
const TOGETHER: usize = 256;
/// How long Redis may take; one that takes longer is taken for dead.
const PATIENCE: Duration = Duration::from_secs(2);
/// Between two tries to connect.
const CONNECT_AGAIN_AFTER: Duration = Duration::from_millis(500);
/// An idle line is tried this often, so that one that died in silence is noticed.
const PING_EVERY: Duration = Duration::from_secs(2);
/// Silence on a line that answers pings means nothing; without even those it is dead.
const DEAF_AFTER: Duration = Duration::from_secs(6);

const LIVE: &str = "quorum:1:live";
const SIGNALS: &str = "quorum:1:signals";
/// Each listener hears its own ticks, and so knows that it still hears.
const TICK: &str = "quorum:1:tick";

/// What a process listens to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hears {
    /// Events, texts and signals: it has pages.
    Everything,
    /// Signals only: it has workers.
    Signals,
}

/// Sends parcels to the other processes.
#[derive(Clone)]
pub struct Wire {
    outbox: mpsc::Sender<Parcel>,
    line: watch::Receiver<Option<MultiplexedConnection>>,
}

#[derive(Serialize, Deserialize)]
struct Message<P> {
    from: Uuid,
    parcels: P,
}

impl Wire {
    /// Starts speaking and listening; both live as long as the bus.
    pub fn start(url: &str, hears: Hears, local: &Arc<Local>) -> Result<Self, PushError> {
        let client = Client::open(url).map_err(|_| PushError::BadUrl)?;
        let (outbox, waiting) = mpsc::channel(WAITING);
        let me = Uuid::new_v4();
        let (show_line, line) = watch::channel(None);
        tokio::spawn(speak(client.clone(), me, waiting, show_line));
        let ear = Ear {
            me,
            hears,
            local: Arc::clone(local),
            outbox: outbox.downgrade(),
        };
        tokio::spawn(ear.listen(client));
        Ok(Self { outbox, line })
    }

    /// The line that is spoken on, while there is one.
    pub fn line(&self) -> watch::Receiver<Option<MultiplexedConnection>> {
        self.line.clone()
    }

    /// Queues a parcel; never waits.
    pub fn send(&self, parcel: Parcel) {
        if self.outbox.try_send(parcel).is_err() {
            metrics::counter!("quorum_bus_dropped_total").increment(1);
        }
    }
}

/// Empties the outbox into Redis, many parcels to a message when many wait.
async fn speak(
    client: Client,
    me: Uuid,
    mut waiting: mpsc::Receiver<Parcel>,
    show_line: watch::Sender<Option<MultiplexedConnection>>,
) {
    let mut line: Option<MultiplexedConnection> = None;
    let mut parcels = Vec::with_capacity(TOGETHER);
    let mut tick = tokio::time::interval(PING_EVERY);
    loop {
        parcels.clear();
        let ticked = tokio::select! {
            count = waiting.recv_many(&mut parcels, TOGETHER) => {
                if count == 0 {
                    return;
                }
                false
            }
            _ = tick.tick() => true,
        };
        if line.is_none() {
            line = connect(&client).await;
            show_line.send_replace(line.clone());
        }
        let Some(connection) = &mut line else {
            // What waits grows old meanwhile: pages read the store when Redis is back.
            metrics::counter!("quorum_bus_dropped_total").increment(parcels.len() as u64);
            tokio::time::sleep(CONNECT_AGAIN_AFTER).await;
            continue;
        };
        let pipeline = if ticked { tick_of(me) } else { pipeline_of(me, &parcels) };
        let sent = tokio::time::timeout(PATIENCE, pipeline.query_async::<()>(connection)).await;
        if !matches!(sent, Ok(Ok(()))) {
            metrics::counter!("quorum_bus_dropped_total").increment(parcels.len() as u64);
            line = None;
            show_line.send_replace(None);
        }
    }
}

async fn connect(client: &Client) -> Option<MultiplexedConnection> {
    match tokio::time::timeout(PATIENCE, client.get_multiplexed_async_connection()).await {
        Ok(Ok(connection)) => Some(connection),
        Ok(Err(error)) => {
            tracing::debug!(error = %error.category(), "the bus could not be reached");
            None
        }
        Err(_) => None,
    }
}

fn tick_of(me: Uuid) -> redis::Pipeline {
    let mut pipeline = redis::pipe();
    pipeline.publish(TICK, me.as_bytes()).ignore();
    pipeline
}

/// One message for pages and one for signals, in the order they were said.
fn pipeline_of(me: Uuid, parcels: &[Parcel]) -> redis::Pipeline {
    let (signals, live): (Vec<&Parcel>, Vec<&Parcel>) =
        parcels.iter().partition(|parcel| matches!(parcel, Parcel::Signal(_)));
    let mut pipeline = redis::pipe();
    for (channel, parcels) in [(SIGNALS, signals), (LIVE, live)] {
        if parcels.is_empty() {
            continue;
        }
        match serde_json::to_vec(&Message { from: me, parcels }) {
            Ok(message) => {
                pipeline.publish(channel, message).ignore();
            }
            Err(error) => tracing::error!(error = %error, "parcels could not be written"),
        }
    }
    pipeline
}

struct Ear {
    me: Uuid,
    hears: Hears,
    local: Arc<Local>,
    outbox: mpsc::WeakSender<Parcel>,
}

impl Ear {
    /// Listens until the bus is dropped; after each interruption everybody reads the store again.
    async fn listen(self, client: Client) {
        let mut first = true;
        while self.outbox.upgrade().is_some() {
            match tokio::time::timeout(PATIENCE, self.subscribe(&client)).await {
                Ok(Ok(line)) => {
                    if !first {
                        tracing::info!("the bus is back");
                        self.local.interrupted();
                    }
                    self.hear(line).await;
                    tracing::warn!("the bus is gone; pages of other processes fall back to the store");
                }
                Ok(Err(error)) => tracing::debug!(error = %error.category(), "the bus could not be subscribed to"),
                Err(_) => {}
            }
            first = false;
            tokio::time::sleep(CONNECT_AGAIN_AFTER).await;
        }
    }

    async fn subscribe(&self, client: &Client) -> redis::RedisResult<redis::aio::PubSub> {
        let mut line = client.get_async_pubsub().await?;
        line.subscribe(SIGNALS).await?;
        line.subscribe(TICK).await?;
        if self.hears == Hears::Everything {
            line.subscribe(LIVE).await?;
        }
        Ok(line)
    }

    async fn hear(&self, mut line: redis::aio::PubSub) {
        let mut messages = line.on_message();
        while let Ok(Some(message)) = tokio::time::timeout(DEAF_AFTER, messages.next()).await {
            if message.get_channel_name() == TICK {
                continue;
            }
            self.pass_on(message.get_payload_bytes());
        }
    }

    fn pass_on(&self, payload: &[u8]) {
        let message: Message<Vec<Parcel>> = match serde_json::from_slice(payload) {
            Ok(message) => message,
            // A newer version may say what this one does not know; the store has it.
            Err(error) => {
                tracing::warn!(error = %error, "a message of the bus could not be read");
                return;
            }
        };
        if message.from == self.me {
            return;
        }
        for parcel in message.parcels {
            if let (Some(signal), Some(outbox)) = (self.local.deliver(parcel), self.outbox.upgrade()) {
                // Asked again by the next piece of the text if there is no room now.
                let _asked_again_later = outbox.try_send(Parcel::Signal(signal));
            }
        }
    }
}
