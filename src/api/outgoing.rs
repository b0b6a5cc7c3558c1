//! What waits to be sent to one page: counted in bytes, so that a page that does not read costs
//! no more than a fixed amount of memory.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use futures::{Sink, SinkExt};
use tokio::{
    sync::{Notify, mpsc},
    task::JoinHandle,
};

/// A page with more than this unread is dropped; it can resume.
const MOST_BUFFERED: usize = 1024 * 1024;
/// The past is sent in portions of this size, each when the one before is read.
const REPLAY_BUFFERED: usize = 256 * 1024;
/// Messages that wait together are written together, up to this many bytes.
pub const WRITTEN_AT_ONCE: usize = 16 * 1024;
/// A page that reads nothing for this long while it is sent the past is dropped as well.
const PATIENCE: Duration = Duration::from_secs(10);

/// Why something was not sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotSent {
    /// The page is gone.
    Left,
    /// It does not read fast enough.
    TooSlow,
}

/// What goes over a line, whatever it goes over.
#[derive(Debug)]
pub enum Parcel {
    /// A frame, and the number after which to go on once it has arrived.
    Frame {
        /// JSON.
        text: String,
        /// The number.
        number: Option<i64>,
    },
    /// Nothing, so that nobody takes the line for dead.
    Ping,
    /// The end, and why.
    Close {
        /// As WebSockets count them.
        code: u16,
        /// In a few words.
        reason: &'static str,
    },
}

/// The sending half of a line.
pub struct Outgoing {
    queue: mpsc::UnboundedSender<Parcel>,
    unread: Arc<Unread>,
    writer: JoinHandle<()>,
}

/// Bytes queued and not yet taken by the transport.
#[derive(Default)]
struct Unread {
    bytes: AtomicUsize,
    less: Notify,
}

fn size_of(parcel: &Parcel) -> usize {
    match parcel {
        Parcel::Frame { text, .. } => text.len(),
        Parcel::Ping | Parcel::Close { .. } => 0,
    }
}

impl Outgoing {
    /// Takes over the sending half until dropped.
    pub fn start(sink: impl Sink<Parcel> + Send + 'static) -> Self {
        let (queue, waiting) = mpsc::unbounded_channel();
        let unread = Arc::new(Unread::default());
        metrics::gauge!("quorum_sockets").increment(1.0);
        let writer = tokio::spawn(write(Box::pin(sink), waiting, Arc::clone(&unread)));
        Self { queue, unread, writer }
    }

    /// Queues a parcel; a page with too much unread is too slow.
    pub fn send(&self, parcel: Parcel) -> Result<(), NotSent> {
        let size = size_of(&parcel);
        if self.unread.bytes.load(Ordering::Acquire) + size > MOST_BUFFERED.max(size) {
            return Err(NotSent::TooSlow);
        }
        self.unread.bytes.fetch_add(size, Ordering::AcqRel);
        metrics::gauge!("quorum_socket_buffered_bytes").increment(size as f64);
        self.queue.send(parcel).map_err(|_| NotSent::Left)
    }

    /// Queues a parcel once most of what was queued before is read.
    pub async fn send_when_read(&self, parcel: Parcel) -> Result<(), NotSent> {
        while self.unread.bytes.load(Ordering::Acquire) > REPLAY_BUFFERED {
            if self.queue.is_closed() {
                return Err(NotSent::Left);
            }
            if tokio::time::timeout(PATIENCE, self.unread.less.notified())
                .await
                .is_err()
            {
                return Err(NotSent::TooSlow);
            }
        }
        self.send(parcel)
    }

    /// Ends the line with a reason, if the page still takes it.
    pub async fn close(mut self, end: Parcel) {
        if self.queue.send(end).is_ok() {
            // Whether it was taken or not, the page comes back by itself.
            let _taken = tokio::time::timeout(Duration::from_secs(1), &mut self.writer).await;
        }
    }
}

impl Drop for Outgoing {
    fn drop(&mut self) {
        self.writer.abort();
        metrics::gauge!("quorum_sockets").decrement(1.0);
        let left = self.unread.bytes.swap(0, Ordering::AcqRel);
        metrics::gauge!("quorum_socket_buffered_bytes").decrement(left as f64);
    }
}

/// Writes until the page or the line is gone.
async fn write(
    mut sink: std::pin::Pin<Box<impl Sink<Parcel>>>,
    mut waiting: mpsc::UnboundedReceiver<Parcel>,
    unread: Arc<Unread>,
) {
    while let Some(first) = waiting.recv().await {
        // What waits already goes out with it: one write to the line for all.
        let (mut next, mut size, mut last) = (Some(first), 0, false);
        while let Some(parcel) = next {
            size += size_of(&parcel);
            last = matches!(parcel, Parcel::Close { .. });
            if sink.feed(parcel).await.is_err() {
                return;
            }
            next = if last || size > WRITTEN_AT_ONCE {
                None
            } else {
                waiting.try_recv().ok()
            };
        }
        if sink.flush().await.is_err() {
            return;
        }
        unread.bytes.fetch_sub(size, Ordering::AcqRel);
        metrics::gauge!("quorum_socket_buffered_bytes").decrement(size as f64);
        unread.less.notify_one();
        if last {
            return;
        }
    }
}
