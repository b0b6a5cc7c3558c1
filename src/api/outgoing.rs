//! What waits to be sent to one page: counted in bytes, so that a page that does not read costs
//! no more than a fixed amount of memory.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::extract::ws::{CloseFrame, Message, WebSocket};
use futures::{SinkExt, stream::SplitSink};
use tokio::{
    sync::{Notify, mpsc},
    task::JoinHandle,
};

/// A page with more than this unread is dropped; it can resume.
const MOST_BUFFERED: usize = 1024 * 1024;
/// The past is sent in portions of this size, each when the one before is read.
const REPLAY_BUFFERED: usize = 256 * 1024;
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

/// The sending half of a socket.
pub struct Outgoing {
    queue: mpsc::UnboundedSender<Message>,
    unread: Arc<Unread>,
    writer: JoinHandle<()>,
}

/// Bytes queued and not yet taken by the socket.
#[derive(Default)]
struct Unread {
    bytes: AtomicUsize,
    less: Notify,
}

fn size_of(message: &Message) -> usize {
    match message {
        Message::Text(text) => text.len(),
        Message::Binary(bytes) | Message::Ping(bytes) | Message::Pong(bytes) => bytes.len(),
        Message::Close(_) => 0,
    }
}

impl Outgoing {
    /// Takes over the sending half until dropped.
    pub fn start(sink: SplitSink<WebSocket, Message>) -> Self {
        let (queue, waiting) = mpsc::unbounded_channel();
        let unread = Arc::new(Unread::default());
        metrics::gauge!("quorum_sockets").increment(1.0);
        let writer = tokio::spawn(write(sink, waiting, Arc::clone(&unread)));
        Self { queue, unread, writer }
    }

    /// Queues a message; a page with too much unread is too slow.
    pub fn send(&self, message: Message) -> Result<(), NotSent> {
        let size = size_of(&message);
        if self.unread.bytes.load(Ordering::Acquire) + size > MOST_BUFFERED.max(size) {
            return Err(NotSent::TooSlow);
        }
        self.unread.bytes.fetch_add(size, Ordering::AcqRel);
        metrics::gauge!("quorum_socket_buffered_bytes").increment(size as f64);
        self.queue.send(message).map_err(|_| NotSent::Left)
    }

    /// Queues a message once most of what was queued before is read.
    pub async fn send_when_read(&self, message: Message) -> Result<(), NotSent> {
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
        self.send(message)
    }

    /// Ends the socket with a reason, if the page still takes it.
    pub async fn close(mut self, frame: CloseFrame) {
        if self.queue.send(Message::Close(Some(frame))).is_ok() {
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
    mut sink: SplitSink<WebSocket, Message>,
    mut waiting: mpsc::UnboundedReceiver<Message>,
    unread: Arc<Unread>,
) {
    while let Some(message) = waiting.recv().await {
        let (size, last) = (size_of(&message), matches!(message, Message::Close(_)));
        if sink.send(message).await.is_err() {
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
