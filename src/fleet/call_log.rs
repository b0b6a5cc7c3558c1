//! Every request that reached the fleet: the oracle of what was asked, how often, and how it ended.

use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::wire::Picture;

/// Calls kept; older ones are dropped, their number goes on.
const KEPT: usize = 20_000;

/// One request.
#[derive(Debug, Clone, Serialize)]
pub struct Call {
    /// Its number, from 1.
    pub number: u64,
    /// Milliseconds since 1970.
    pub at_ms: u128,
    /// The wire format's mount.
    pub mount: &'static str,
    /// The model asked for.
    pub model: String,
    /// Last four characters of the key.
    pub key_last4: String,
    /// SHA-256 of the key.
    pub key_hash: String,
    /// SHA-256 of the body.
    pub body_hash: String,
    /// Beginning of the last message.
    pub last_message: String,
    /// The messages as (role, text), where bodies are kept.
    pub messages: Vec<(String, String)>,
    /// Where it carries the form that the reply is to have, in the words of its format.
    pub structured: Option<&'static str>,
    /// Whether it asks to be told what is thought.
    pub thoughts: bool,
    /// The images, in their order.
    pub images: Vec<Picture>,
    /// Bytes of text sent.
    pub bytes_sent: usize,
    /// `open`, `completed`, `refused`, `fault` or `client_disconnected`.
    pub outcome: &'static str,
}

/// The log.
#[derive(Debug, Default)]
pub struct CallLog {
    calls: Mutex<(u64, Vec<Call>)>,
}

impl CallLog {
    fn calls(&self) -> MutexGuard<'_, (u64, Vec<Call>)> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes a request; gives its number.
    pub fn begin(&self, mount: &'static str, key: &str, body: &[u8]) -> u64 {
        let mut calls = self.calls();
        calls.0 += 1;
        let number = calls.0;
        let end: Vec<char> = key.chars().rev().take(4).collect();
        calls.1.push(Call {
            number,
            at_ms: std::time::SystemTime::now()
                .duration_since(std::time::UNIX_EPOCH)
                .map(|since| since.as_millis())
                .unwrap_or(0),
            mount,
            model: String::new(),
            key_last4: end.into_iter().rev().collect(),
            key_hash: hex::encode(Sha256::digest(key.as_bytes())),
            body_hash: hex::encode(Sha256::digest(body)),
            last_message: String::new(),
            messages: Vec::new(),
            structured: None,
            thoughts: false,
            images: Vec::new(),
            bytes_sent: 0,
            outcome: "open",
        });
        if calls.1.len() > KEPT {
            let surplus = calls.1.len() - KEPT;
            calls.1.drain(..surplus);
        }
        number
    }

    /// Changes what is known of a request.
    pub fn update(&self, number: u64, change: impl FnOnce(&mut Call)) {
        if let Some(call) = self.calls().1.iter_mut().rev().find(|call| call.number == number) {
            change(call);
        }
    }

    /// Requests after a number.
    pub fn after(&self, number: u64) -> Vec<Call> {
        self.calls()
            .1
            .iter()
            .filter(|call| call.number > number)
            .cloned()
            .collect()
    }

    /// How many there were.
    pub fn count(&self) -> u64 {
        self.calls().0
    }

    /// Forgets all.
    pub fn reset(&self) {
        *self.calls() = (0, Vec::new());
    }
}
