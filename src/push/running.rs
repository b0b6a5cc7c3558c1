//! The text so far of every running response, for pages that come later.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use quorum_domain::{
    event::{Delta, utf16_length},
    ids::ResponseId,
};

/// The text so far of one attempt.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RunningText {
    /// The attempt.
    pub attempt: i64,
    /// Its text.
    pub text: String,
    length: i64,
}

impl RunningText {
    /// Length in UTF-16 code units.
    pub const fn length(&self) -> i64 {
        self.length
    }
}

/// Texts by response.
#[derive(Default)]
pub struct RunningTexts {
    texts: Mutex<HashMap<ResponseId, RunningText>>,
}

impl RunningTexts {
    fn texts(&self) -> std::sync::MutexGuard<'_, HashMap<ResponseId, RunningText>> {
        self.texts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a delta; a higher attempt starts anew, an older one or a gap is ignored.
    pub fn add(&self, delta: &Delta) {
        let mut texts = self.texts();
        let running = texts.entry(delta.response_id).or_default();
        if delta.attempt > running.attempt {
            *running = RunningText {
                attempt: delta.attempt,
                ..RunningText::default()
            };
        }
        if delta.attempt == running.attempt && delta.offset == running.length {
            running.length += utf16_length(&delta.text);
            running.text.push_str(&delta.text);
        }
    }

    /// The text so far.
    pub fn get(&self, id: ResponseId) -> Option<RunningText> {
        self.texts().get(&id).cloned()
    }

    /// Lets go of a text; the response is final or starts anew.
    pub fn forget(&self, id: ResponseId) {
        self.texts().remove(&id);
    }
}
