//! A ZIP archive whose bytes leave as soon as there are some.

use std::{
    io::{self, Write},
    sync::{Arc, Mutex, PoisonError},
};

use axum::body::Bytes;
use chrono::{Datelike, Timelike};
use futures::{SinkExt, channel::mpsc};
use quorum_domain::Timestamp;
use serde::Serialize;
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions, write::StreamWriter};

use super::{BrokenOff, Done};

/// Bytes that leave at once.
const PIECE: usize = 64 * 1024;
/// Texts are packed at the speed of the line rather than as small as can be.
const LEVEL: i64 = 3;

/// What the archive has written and nobody has sent yet.
#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl Written {
    fn length(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    fn take(&self) -> Vec<u8> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The archive.
pub struct Archive {
    zip: ZipWriter<StreamWriter<Written>>,
    written: Written,
    out: mpsc::Sender<Result<Bytes, BrokenOff>>,
    options: SimpleFileOptions,
}

impl Archive {
    /// An archive that is sent here; its files carry this moment.
    pub fn new(out: mpsc::Sender<Result<Bytes, BrokenOff>>, made_at: Timestamp) -> Self {
        let written = Written::default();
        Self {
            zip: ZipWriter::new_stream(written.clone()),
            written,
            out,
            // How large a file gets is not known when it begins.
            options: SimpleFileOptions::default()
                .large_file(true)
                .unix_permissions(0o600)
                .last_modified_time(moment(made_at)),
        }
    }

    /// Begins a file of text; what is written next goes into it.
    pub fn begin(&mut self, name: &str) -> Done {
        let packed = self
            .options
            .compression_method(CompressionMethod::Deflated)
            .compression_level(Some(LEVEL));
        Ok(self.zip.start_file(name, packed)?)
    }

    /// Writes into the file that was begun, and waits while whoever reads is behind.
    pub async fn write(&mut self, bytes: &[u8]) -> Done {
        for part in bytes.chunks(PIECE) {
            self.zip.write_all(part)?;
            if self.written.length() >= PIECE {
                self.send().await?;
            }
        }
        Ok(())
    }

    /// A whole file of text.
    pub async fn file(&mut self, name: &str, text: &[u8]) -> Done {
        self.begin(name)?;
        self.write(text).await
    }

    /// A whole file that is packed already.
    pub async fn image(&mut self, name: &str, bytes: &[u8]) -> Done {
        let stored = self.options.compression_method(CompressionMethod::Stored);
        self.zip.start_file(name, stored)?;
        self.write(bytes).await
    }

    /// A whole file of one thing as JSON.
    pub async fn json(&mut self, name: &str, thing: &impl Serialize) -> Done {
        self.file(name, &serde_json::to_vec_pretty(thing)?).await
    }

    /// The end: the list of files.
    pub async fn finish(mut self) -> Done {
        self.zip.finish()?;
        let rest = self.written.take();
        hand_over(&mut self.out, rest).await
    }

    async fn send(&mut self) -> Done {
        let piece = self.written.take();
        hand_over(&mut self.out, piece).await
    }
}

async fn hand_over(out: &mut mpsc::Sender<Result<Bytes, BrokenOff>>, piece: Vec<u8>) -> Done {
    out.send(Ok(piece.into())).await.map_err(|_| BrokenOff::Left)
}

/// ZIP knows the years from 1980 to 2107; any other moment is left at the first of them.
fn moment(at: Timestamp) -> zip::DateTime {
    let part = |number: u32| u8::try_from(number).unwrap_or_default();
    zip::DateTime::from_date_and_time(
        u16::try_from(at.year()).unwrap_or_default(),
        part(at.month()),
        part(at.day()),
        part(at.hour()),
        part(at.minute()),
        part(at.second()),
    )
    .unwrap_or_default()
}

/// A file with a JSON list that is written one thing after another.
pub struct List<'a> {
    archive: &'a mut Archive,
    has_some: bool,
}

impl<'a> List<'a> {
    /// Begins the file.
    pub async fn begin(archive: &'a mut Archive, name: &str) -> Result<Self, BrokenOff> {
        archive.begin(name)?;
        archive.write(b"[").await?;
        Ok(Self {
            archive,
            has_some: false,
        })
    }

    /// One thing more.
    pub async fn push(&mut self, thing: &impl Serialize) -> Done {
        self.next().await?.write(&serde_json::to_vec(thing)?).await
    }

    /// Where the next thing is to be written, for one that does not fit into memory.
    pub async fn next(&mut self) -> Result<&mut Archive, BrokenOff> {
        let joint: &[u8] = if self.has_some { b",\n" } else { b"\n" };
        self.has_some = true;
        self.archive.write(joint).await?;
        Ok(self.archive)
    }

    /// Ends the list.
    pub async fn end(self) -> Done {
        self.archive.write(b"\n]\n").await
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use futures::StreamExt;

    use super::*;

    #[tokio::test]
    async fn a_list_is_read_again_as_it_was_written_and_never_waits_whole_in_memory() {
        let (out, mut pieces) = mpsc::channel(0);
        let writing = tokio::spawn(async move {
            let mut archive = Archive::new(out, Timestamp::UNIX_EPOCH);
            let mut list = List::begin(&mut archive, "numbers.json").await?;
            for number in 0..100_000_u32 {
                list.push(&number.wrapping_mul(2_654_435_761)).await?;
            }
            list.end().await?;
            archive.image("images/a.png", &[7; 200_000]).await?;
            archive.finish().await
        });
        let mut all = Vec::new();
        while let Some(piece) = pieces.next().await {
            let piece = piece.unwrap();
            assert!(piece.len() < 3 * PIECE, "{}", piece.len());
            all.extend_from_slice(&piece);
        }
        writing.await.unwrap().unwrap();
        let mut archive = zip::ZipArchive::new(io::Cursor::new(all)).unwrap();
        let mut text = String::new();
        archive
            .by_name("numbers.json")
            .unwrap()
            .read_to_string(&mut text)
            .unwrap();
        let numbers: Vec<u32> = serde_json::from_str(&text).unwrap();
        assert_eq!((numbers.len(), numbers[1]), (100_000, 2_654_435_761));
        assert_eq!(archive.by_name("images/a.png").unwrap().size(), 200_000);
    }

    #[tokio::test]
    async fn whoever_leaves_ends_the_writing() {
        let (out, pieces) = mpsc::channel(0);
        drop(pieces);
        let mut archive = Archive::new(out, Timestamp::UNIX_EPOCH);
        let written = archive.image("images/a.png", &[7; 200_000]).await;
        assert!(matches!(written, Err(BrokenOff::Left)));
    }
}
