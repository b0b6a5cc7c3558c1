//! The text so far of every running response, for pages that come later.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
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

/// Whether a delta was part of a text that is known from its beginning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    /// It was, or repeats what is known.
    InOrder,
    /// Something before it was missed.
    Gap {
        /// Whether to ask for the text: so far nobody did, or the reply did not come.
        ask: bool,
    },
}

/// A reply to the question for a text is waited for this long before it is asked for again.
const ASK_AGAIN_AFTER: Duration = Duration::from_secs(2);
/// A text that has not grown for this long belongs to a response that ended unheard.
const FORGOTTEN_AFTER: Duration = Duration::from_secs(900);

#[derive(Default)]
struct Texts {
    known: HashMap<ResponseId, (RunningText, Instant)>,
    asked: HashMap<ResponseId, Instant>,
    added: u64,
}

/// Texts by response. Only texts whose beginning was heard are kept: a page that is given
/// nothing reads the store, a page that is given a part would take it for the whole.
#[derive(Default)]
pub struct RunningTexts {
    texts: Mutex<Texts>,
}

impl RunningTexts {
    fn texts(&self) -> std::sync::MutexGuard<'_, Texts> {
        self.texts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a delta. The beginning of a higher attempt starts anew, a later piece of one ends the
    /// text of the attempt before, a beginning that is longer than what is known takes its place;
    /// older attempts and repetitions are ignored.
    pub fn add(&self, delta: &Delta) -> Heard {
        let mut texts = self.texts();
        texts.drop_forgotten();
        let now = Instant::now();
        if let Some((running, grown_at)) = texts.known.get_mut(&delta.response_id) {
            if delta.attempt < running.attempt {
                return Heard::InOrder;
            }
            if delta.attempt == running.attempt && delta.offset <= running.length {
                if delta.offset == running.length {
                    running.length += utf16_length(&delta.text);
                    running.text.push_str(&delta.text);
                    *grown_at = now;
                } else if delta.offset == 0 && utf16_length(&delta.text) > running.length {
                    *running = RunningText::beginning(delta);
                    *grown_at = now;
                }
                return Heard::InOrder;
            }
        }
        if delta.offset == 0 {
            texts.asked.remove(&delta.response_id);
            texts
                .known
                .insert(delta.response_id, (RunningText::beginning(delta), now));
            return Heard::InOrder;
        }
        texts.known.remove(&delta.response_id);
        let asked = texts.asked.get(&delta.response_id);
        let ask = asked.is_none_or(|at| at.elapsed() > ASK_AGAIN_AFTER);
        if ask {
            texts.asked.insert(delta.response_id, now);
        }
        Heard::Gap { ask }
    }

    /// The text so far.
    pub fn get(&self, id: ResponseId) -> Option<RunningText> {
        self.texts().known.get(&id).map(|(text, _)| text.clone())
    }

    /// The texts so far of those that have one, as of one moment.
    pub fn get_all(&self, ids: &[ResponseId]) -> Vec<(ResponseId, RunningText)> {
        let texts = self.texts();
        ids.iter()
            .filter_map(|id| Some((*id, texts.known.get(id)?.0.clone())))
            .collect()
    }

    /// Lets go of a text; the response is final or starts anew.
    pub fn forget(&self, id: ResponseId) {
        let mut texts = self.texts();
        texts.known.remove(&id);
        texts.asked.remove(&id);
    }

    /// Lets go of all texts: pieces of any of them may have been missed.
    pub fn forget_all(&self) {
        *self.texts() = Texts::default();
    }

    #[cfg(test)]
    pub fn len(&self) -> usize {
        let texts = self.texts();
        texts.known.len() + texts.asked.len()
    }
}

impl Texts {
    /// Looks now and then for texts whose end was not heard.
    fn drop_forgotten(&mut self) {
        self.added += 1;
        if self.added.is_multiple_of(10_000) {
            self.known
                .retain(|_, (_, grown_at)| grown_at.elapsed() < FORGOTTEN_AFTER);
            self.asked.retain(|_, asked_at| asked_at.elapsed() < FORGOTTEN_AFTER);
        }
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
    fn a_repetition_leaves_the_text_as_it_is() {
        assert_eq!(heard(&[(1, 0, "ab"), (1, 0, "ab")]), Some((1, "ab".into())));
    }

    #[test]
    fn a_gap_ends_the_text_until_it_is_told_again_from_its_beginning() {
        assert_eq!(heard(&[(1, 0, "ab"), (1, 9, "z")]), None);
        let told_again = heard(&[(1, 0, "ab"), (1, 9, "z"), (1, 0, "ab and then z"), (1, 13, "!")]);
        assert_eq!(told_again, Some((1, "ab and then z!".into())));
    }

    #[test]
    fn a_missed_text_is_asked_for_once_until_the_reply_is_overdue() {
        let (texts, id) = (RunningTexts::default(), ResponseId::new());
        assert_eq!(texts.add(&delta(id, 1, 7, "middle")), Heard::Gap { ask: true });
        assert_eq!(texts.add(&delta(id, 1, 13, " more")), Heard::Gap { ask: false });
        assert_eq!(texts.add(&delta(id, 1, 0, "begin, middle more")), Heard::InOrder);
        assert_eq!(texts.add(&delta(id, 1, 18, "!")), Heard::InOrder);
    }

    #[test]
    fn a_longer_beginning_takes_the_place_of_a_shorter_one() {
        assert_eq!(
            heard(&[(1, 0, "ab"), (1, 0, "abcd"), (1, 0, "abc")]),
            Some((1, "abcd".into()))
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
        assert_eq!(texts.get(id), None);
        texts.forget(id);
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
