//! How long a connection is kept for a client that does its part slowly: one that connects and says
//! nothing, and one that asks for much and does not read it. What lies between, headers and bodies
//! that do not come, is watched where they are read.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use axum_server::accept::Accept;
use socket2::SockRef;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    time::{Instant, Sleep, sleep},
};

/// How long a client may take for what.
#[derive(Debug, Clone, Copy)]
struct Patience {
    /// One that has not said a word by then is let go.
    first_words: Duration,
    /// One that is behind with reading has this long for each portion.
    portion: Duration,
    /// What it must take in that time.
    portion_bytes: usize,
}

/// About 400 bytes a second, below any line that people use.
const PATIENCE: Patience = Patience {
    first_words: Duration::from_secs(20),
    portion: Duration::from_secs(20),
    portion_bytes: 8 * 1024,
};
/// Bytes that the system takes over from us and has not sent; without it megabytes would wait there
/// for a client that reads nothing, and nobody would notice that it does not.
const UNSENT_BYTES: u32 = 128 * 1024;

/// How a client begins that speaks HTTP/2 from the start (RFC 9113, section 3.4). Until it is whole or
/// something else, nobody knows which version to wait for, and nobody else counts the time.
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// Gives every connection a stream of patience, around TLS where there is some.
#[derive(Debug, Clone, Copy)]
pub struct PatientAcceptor<A>(pub A);

impl<A, S> Accept<TcpStream, S> for PatientAcceptor<A>
where
    A: Accept<TcpStream, S> + Clone + Send + 'static,
    A::Future: Send + 'static,
    S: Send + 'static,
{
    type Stream = PatientStream<A::Stream>;
    type Service = A::Service;
    type Future = Pin<Box<dyn Future<Output = io::Result<(Self::Stream, Self::Service)>> + Send>>;

    fn accept(&self, stream: TcpStream, service: S) -> Self::Future {
        let inner = self.0.clone();
        Box::pin(async move {
            // What is written is whole messages already.
            stream.set_nodelay(true)?;
            if let Err(error) = bound_unsent(&stream) {
                // Some sandboxes do not know the option; a stalled reader is noticed later there.
                tracing::debug!(%error, "unsent bytes of a connection are not bounded");
            }
            let (stream, service) = inner.accept(stream, service).await?;
            Ok((PatientStream::new(stream, PATIENCE), service))
        })
    }
}

#[cfg(target_os = "linux")]
fn bound_unsent(stream: &TcpStream) -> io::Result<()> {
    SockRef::from(stream).set_tcp_notsent_lowat(UNSENT_BYTES)
}

#[cfg(not(target_os = "linux"))]
fn bound_unsent(stream: &TcpStream) -> io::Result<()> {
    SockRef::from(stream).set_send_buffer_size(UNSENT_BYTES as usize)
}

/// A stream that ends with [`io::ErrorKind::TimedOut`] when its other side is too slow.
#[derive(Debug)]
pub struct PatientStream<I> {
    inner: I,
    patience: Patience,
    /// Until it is known what the client speaks.
    first_words: Option<FirstWords>,
    /// While not all that was to be written was taken.
    behind: Option<Behind>,
}

/// A client that has not said what it speaks.
#[derive(Debug)]
struct FirstWords {
    until: Pin<Box<Sleep>>,
    /// Bytes of [`PREFACE`] that it has said.
    said: usize,
}

impl FirstWords {
    /// Whether these bytes leave no doubt about what it speaks.
    fn are_said(&mut self, bytes: &[u8]) -> bool {
        let expected = PREFACE.get(self.said..).unwrap_or_default();
        self.said += bytes.len();
        self.said >= PREFACE.len() || !expected.starts_with(bytes)
    }
}

/// How far a client is with its portion.
#[derive(Debug)]
struct Behind {
    until: Pin<Box<Sleep>>,
    taken: usize,
}

impl<I> PatientStream<I> {
    fn new(inner: I, patience: Patience) -> Self {
        Self {
            inner,
            patience,
            first_words: Some(FirstWords {
                until: Box::pin(sleep(patience.first_words)),
                said: 0,
            }),
            behind: None,
        }
    }

    /// Weighs the outcome of a write of `wanted` bytes.
    fn weigh(
        &mut self,
        wrote: Poll<io::Result<usize>>,
        wanted: usize,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<usize>> {
        let patience = self.patience;
        let begin = || Behind {
            until: Box::pin(sleep(patience.portion)),
            taken: 0,
        };
        match wrote {
            Poll::Ready(Ok(taken)) if taken >= wanted => self.behind = None,
            Poll::Ready(Ok(taken)) => {
                let behind = self.behind.get_or_insert_with(begin);
                behind.taken += taken;
                if behind.taken >= patience.portion_bytes {
                    behind.taken = 0;
                    behind.until.as_mut().reset(Instant::now() + patience.portion);
                }
            }
            Poll::Ready(Err(_)) => {}
            Poll::Pending => {
                let behind = self.behind.get_or_insert_with(begin);
                if behind.until.as_mut().poll(cx).is_ready() {
                    return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
                }
            }
        }
        wrote
    }
}

impl<I: AsyncRead + Unpin> AsyncRead for PatientStream<I> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let read = Pin::new(&mut self.inner).poll_read(cx, buf);
        if let Some(first) = &mut self.first_words {
            let heard = buf.filled().get(before..).unwrap_or_default();
            if !heard.is_empty() && first.are_said(heard) {
                self.first_words = None;
            } else if read.is_pending() && first.until.as_mut().poll(cx).is_ready() {
                return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
            }
        }
        read
    }
}

impl<I: AsyncWrite + Unpin> AsyncWrite for PatientStream<I> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let wrote = Pin::new(&mut self.inner).poll_write(cx, buf);
        self.weigh(wrote, buf.len(), cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let wrote = Pin::new(&mut self.inner).poll_write_vectored(cx, bufs);
        self.weigh(wrote, bufs.iter().map(|buf| buf.len()).sum(), cx)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

    use super::*;

    const SHORT: Patience = Patience {
        first_words: Duration::from_millis(200),
        portion: Duration::from_millis(200),
        portion_bytes: 8 * 1024,
    };

    #[tokio::test]
    async fn a_client_that_says_nothing_is_let_go_and_one_that_spoke_may_be_silent() {
        for words in [b"".as_slice(), b"P", b"PRI * HTTP/2.0\r\n"] {
            let (mut client, ours) = duplex(64);
            let mut stream = PatientStream::new(ours, SHORT);
            client.write_all(words).await.unwrap();
            let mut heard = Vec::new();
            let ended = stream.read_to_end(&mut heard).await.unwrap_err();
            assert_eq!((ended.kind(), heard.as_slice()), (io::ErrorKind::TimedOut, words));
        }

        let (mut client, ours) = duplex(64);
        let mut stream = PatientStream::new(ours, SHORT);
        client.write_all(b"PUT").await.unwrap();
        stream.read_exact(&mut [0; 3]).await.unwrap();
        let later = tokio::time::timeout(SHORT.first_words * 3, stream.read_u8()).await;
        assert!(later.is_err(), "ended: {later:?}");
    }

    /// Writes a megabyte to a client that takes a piece and rests, again and again.
    async fn written_to(piece: usize, rest: Duration, patience: Patience) -> io::Result<()> {
        let (mut client, ours) = duplex(4096);
        let mut stream = PatientStream::new(ours, patience);
        let reading = tokio::spawn(async move {
            let mut taken = vec![0; piece];
            while client.read_exact(&mut taken).await.is_ok() {
                sleep(rest).await;
            }
        });
        let written = stream.write_all(&[0; 1024 * 1024]).await;
        reading.abort();
        written
    }

    #[tokio::test]
    async fn a_client_that_reads_too_slowly_is_let_go_and_one_that_keeps_up_is_not() {
        let hour = Duration::from_secs(3600);
        assert_eq!(
            written_to(1, hour, SHORT).await.unwrap_err().kind(),
            io::ErrorKind::TimedOut
        );
        let dripping = written_to(1, Duration::from_millis(5), SHORT).await;
        assert_eq!(dripping.unwrap_err().kind(), io::ErrorKind::TimedOut);
        let patient = Patience { portion: hour, ..SHORT };
        written_to(4096, Duration::from_millis(1), patient).await.unwrap();
    }
}
