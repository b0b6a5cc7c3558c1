//! The text so far of every running response, for pages that come later.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use quorum_domain::{
    event::{Delta, utf16_length},
    ids::ResponseId,
};

/// The text so far of one attempt, from its beginning.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RunningText {
    /// The attempt.
    pub attempt: i64,
    /// Its text.
    pub text: String,
    length: i64,
}

impl RunningText {
    fn beginning(delta: &Delta) -> Self {
        Self {
            attempt: delta.attempt,
            text: delta.text.clone(),
            length: utf16_length(&delta.text),
        }
    }

    /// Length in UTF-16 code units.
    pub const fn length(&self) -> i64 {
        self.length
    }
}

/// Texts by response. Only texts whose beginning was heard are kept: a page that is given
/// nothing reads the store, a page that is given a part would take it for the whole.
#[derive(Default)]
pub struct RunningTexts {
    texts: Mutex<HashMap<ResponseId, RunningText>>,
}

impl RunningTexts {
    fn texts(&self) -> std::sync::MutexGuard<'_, HashMap<ResponseId, RunningText>> {
        self.texts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a delta. The beginning of a higher attempt starts anew, a later piece of one ends the
    /// text of the attempt before; older attempts, repetitions and gaps are ignored.
    pub fn add(&self, delta: &Delta) {
        let mut texts = self.texts();
        match texts.get_mut(&delta.response_id) {
            Some(running) if delta.attempt == running.attempt => {
                if delta.offset == running.length {
                    running.length += utf16_length(&delta.text);
                    running.text.push_str(&delta.text);
                }
            }
            Some(running) if delta.attempt < running.attempt => {}
            _ if delta.offset == 0 => {
                texts.insert(delta.response_id, RunningText::beginning(delta));
            }
            _ => {
                texts.remove(&delta.response_id);
            }
        }
    }

    /// The text so far.
    pub fn get(&self, id: ResponseId) -> Option<RunningText> {
        self.texts().get(&id).cloned()
    }

    /// The texts so far of those that have one, as of one moment.
    pub fn get_all(&self, ids: &[ResponseId]) -> Vec<(ResponseId, RunningText)> {
        let texts = self.texts();
        ids.iter()
            .filter_map(|id| Some((*id, texts.get(id)?.clone())))
            .collect()
    }

    /// Lets go of a text; the response is final or starts anew.
    pub fn forget(&self, id: ResponseId) {
        self.texts().remove(&id);
    }

    #[cfg(test)]
    pub fn len(&self) -> usize {
        self.texts().len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn delta(response_id: ResponseId, attempt: i64, offset: i64, text: &str) -> Delta {
        Delta {
            response_id,
            attempt,
            offset,
            text: text.into(),
        }
    }

    fn heard(deltas: &[(i64, i64, &str)]) -> Option<(i64, String)> {
        let (texts, id) = (RunningTexts::default(), ResponseId::new());
        for (attempt, offset, text) in deltas {
            texts.add(&delta(id, *attempt, *offset, text));
        }
        texts.get(id).map(|running| (running.attempt, running.text))
    }

    #[test]
    fn pieces_in_order_are_the_text_and_offsets_count_utf_16_units() {
        let text = heard(&[(1, 0, "Grüß "), (1, 5, "𝕏"), (1, 7, "!")]);
        assert_eq!(text, Some((1, "Grüß 𝕏!".into())));
    }

    #[test]
    fn repetitions_and_gaps_leave_the_text_as_it_is() {
        assert_eq!(heard(&[(1, 0, "ab"), (1, 0, "ab")]), Some((1, "ab".into())));
        assert_eq!(
            heard(&[(1, 0, "ab"), (1, 9, "z"), (1, 2, "c")]),
            Some((1, "abc".into()))
        );
    }

    #[test]
    fn a_higher_attempt_starts_anew_and_the_old_one_is_ignored_from_then_on() {
        let text = heard(&[(1, 0, "first"), (2, 0, "second"), (1, 5, " late"), (1, 0, "first")]);
        assert_eq!(text, Some((2, "second".into())));
    }

    #[test]
    fn a_text_whose_beginning_was_not_heard_is_no_text_and_not_an_empty_one() {
        assert_eq!(heard(&[(1, 7, "middle")]), None);
        assert_eq!(heard(&[(1, 0, "first"), (2, 7, "middle")]), None);
    }

    #[test]
    fn a_piece_that_comes_after_the_end_keeps_nothing_in_memory() {
        let (texts, id) = (RunningTexts::default(), ResponseId::new());
        texts.add(&delta(id, 1, 0, "all"));
        texts.forget(id);
        texts.add(&delta(id, 1, 3, " late"));
        assert_eq!(texts.len(), 0);
    }

    #[test]
    fn several_texts_are_read_at_once_without_those_that_do_not_run() {
        let (texts, one, two) = (RunningTexts::default(), ResponseId::new(), ResponseId::new());
        texts.add(&delta(one, 1, 0, "one"));
        texts.add(&delta(two, 3, 0, "two"));
        let found = texts.get_all(&[two, ResponseId::new(), one]);
        let found: Vec<_> = found
            .iter()
            .map(|(id, text)| (*id, text.attempt, text.text.as_str()))
            .collect();
        assert_eq!(found, [(two, 3, "two"), (one, 1, "one")]);
    }
}
