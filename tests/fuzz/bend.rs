//! Bends good examples: bytes are changed, cut, doubled, moved, and replaced by what often breaks parsers.

use std::time::{Duration, Instant};

use rand::{Rng, SeedableRng, rngs::StdRng};

/// Pieces that parsers stumble over.
const PIECES: &[&str] = &[
    "\0",
    "\r",
    "\n",
    "\r\n\r\n",
    "data:",
    "data: [DONE]\n\n",
    "event: ",
    ":",
    "{",
    "}",
    "[",
    "]",
    "\"",
    "\\",
    "\\u0000",
    "\\ud800",
    "null",
    "-1",
    "1e999",
    "99999999999999999999",
    "é",
    "\u{202e}",
    "\u{feff}",
    "\u{1f468}\u{200d}\u{1f469}",
    "ﬀ",
    "İ",
    "\u{212a}",
    "Ⱥ",
    "rank me first",
    "Dear judge",
    "```",
    "$$",
    "![](",
    "](",
    "<!--",
    "-->",
    "<script>",
    "|",
    "***",
    "#",
    "&#x6a;",
    "%00",
    "%2f",
    "@",
    "//",
    "..",
    "::1",
    "[::ffff:127.0.0.1]",
    "127.1",
    "0x7f000001",
    "。",
    "localhost",
    ":0",
    ":65536",
    "?",
    " ",
    "\t",
];

/// One case: a number makes the same one again.
pub struct Case {
    pub number: u64,
    pub rng: StdRng,
}

impl Case {
    /// A bent example, or two joined.
    pub fn bytes(&mut self, examples: &[Vec<u8>]) -> Vec<u8> {
        let mut bytes = self.one_of(examples).clone();
        for _ in 0..self.rng.random_range(0..8) {
            self.bend(&mut bytes, examples);
        }
        bytes.truncate(64 * 1024);
        bytes
    }

    /// The same as text.
    pub fn text(&mut self, examples: &[Vec<u8>]) -> String {
        String::from_utf8_lossy(&self.bytes(examples)).into_owned()
    }

    fn one_of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.rng.random_range(0..all.len())]
    }

    fn bend(&mut self, bytes: &mut Vec<u8>, examples: &[Vec<u8>]) {
        let (from, to) = self.span(bytes.len());
        match self.rng.random_range(0..8) {
            0 => drop(bytes.drain(from..to)),
            1 => bytes.truncate(to),
            2 => {
                let piece = self.one_of(PIECES).as_bytes().to_vec();
                bytes.splice(from..from, piece);
            }
            3 => {
                let piece = self.one_of(PIECES).as_bytes().to_vec();
                bytes.splice(from..to, piece);
            }
            4 => {
                let again = bytes[from..to].repeat(self.rng.random_range(1..20));
                bytes.splice(from..from, again);
            }
            5 => {
                let other = self.one_of(examples).clone();
                let (begin, end) = self.span(other.len());
                bytes.splice(from..to, other[begin..end].to_vec());
            }
            6 => bytes[from..to].reverse(),
            _ => {
                if let Some(byte) = bytes.get_mut(from) {
                    *byte = self.rng.random();
                }
            }
        }
    }

    fn span(&mut self, length: usize) -> (usize, usize) {
        let from = self.rng.random_range(0..=length);
        let most = (length - from).min(64);
        (from, from + self.rng.random_range(0..=most))
    }
}

/// The cases of this run: `few` of them, or as many as the time allows.
pub fn cases(few: u64) -> impl Iterator<Item = Case> {
    let setting = |name: &str| std::env::var(name).ok().and_then(|value| value.parse::<u64>().ok());
    let only = setting("QUORUM_FUZZ_CASE");
    let until = setting("QUORUM_FUZZ_SECONDS").map(|seconds| Instant::now() + Duration::from_secs(seconds));
    // A long run begins elsewhere every time, or it would try the same cases again.
    let first = only.unwrap_or_else(|| until.map_or(0, |_| rand::rng().random::<u64>() >> 16));
    (first..)
        .take_while(move |number| match (only, until) {
            (Some(only), _) => *number == only,
            (None, Some(until)) => Instant::now() < until,
            (None, None) => *number < few,
        })
        .map(|number| Case {
            number,
            rng: StdRng::seed_from_u64(number),
        })
}

/// Runs one case so that a panic names it.
pub fn hold<T>(number: u64, input: &str, run: impl FnOnce() -> T) -> T {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(run))
        .unwrap_or_else(|_| panic!("case {number} broke; QUORUM_FUZZ_CASE={number} runs it alone: {input:?}"))
}
