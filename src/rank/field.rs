//! The answers of a batch as the judging sees them: cleaned, grouped, and in an order that does not
//! depend on who answered first.

use quorum_domain::ids::{ResponseId, ServiceId};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{
    similarity::{clusters, folded},
    withheld::for_judges,
};

/// An answer that takes part in a ranking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contestant {
    /// The response.
    pub response_id: ResponseId,
    /// Who gave it.
    pub service_id: ServiceId,
    /// The whole text.
    pub text: String,
}

/// Why a response of the batch is not ranked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Absence {
    /// The service did not answer.
    Failed,
    /// The service declined to answer.
    Refused,
    /// The answer has no text.
    Empty,
}

/// A response that is not ranked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Absent {
    /// The response.
    pub response_id: ResponseId,
    /// Why.
    pub why: Absence,
}

/// The answers of a batch, made ready once and used by every step.
#[derive(Debug, Clone)]
pub struct Field {
    contestants: Vec<Contestant>,
    folded: Vec<String>,
    keys: Vec<String>,
    flagged: Vec<bool>,
    groups: Vec<Vec<usize>>,
    absent: Vec<Absent>,
}

impl Field {
    /// Takes the answers; those without text are left out and remembered as empty.
    pub fn of(contestants: &[Contestant]) -> Self {
        let (with_text, empty): (Vec<&Contestant>, Vec<&Contestant>) =
            contestants.iter().partition(|one| !one.text.trim().is_empty());
        let absent = empty
            .iter()
            .map(|one| Absent {
                response_id: one.response_id,
                why: Absence::Empty,
            })
            .collect();
        let mut keyed: Vec<(String, Contestant)> = with_text
            .into_iter()
            .map(|one| (content_key(&one.text), one.clone()))
            .collect();
        keyed.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.response_id.cmp(&b.1.response_id)));
        let (keys, contestants): (Vec<String>, Vec<Contestant>) = keyed.into_iter().unzip();
        let folded: Vec<String> = contestants.iter().map(|one| folded(&one.text)).collect();
        let flagged: Vec<bool> = for_judges(&contestants).iter().map(|one| one.flagged).collect();
        let mut groups = clusters(&folded);
        for group in &mut groups {
            group.sort_by_key(|at| flagged[*at]);
        }
        Self {
            contestants,
            folded,
            keys,
            flagged,
            groups,
            absent,
        }
    }

    /// Remembers responses that gave nothing to rank, for the record and the note.
    #[must_use]
    pub fn with_absent(mut self, absent: impl IntoIterator<Item = Absent>) -> Self {
        self.absent.extend(absent);
        self
    }

    /// The answers, ordered by their content.
    pub fn contestants(&self) -> &[Contestant] {
        &self.contestants
    }

    /// Responses that are not ranked.
    pub fn absent(&self) -> &[Absent] {
        &self.absent
    }

    /// Groups of answers that are the same; each is judged as one, by its first member.
    pub(crate) fn groups(&self) -> &[Vec<usize>] {
        &self.groups
    }

    pub(crate) fn folded(&self) -> &[String] {
        &self.folded
    }

    pub(crate) fn key(&self, at: usize) -> &str {
        &self.keys[at]
    }

    pub(crate) fn flagged(&self, at: usize) -> bool {
        self.flagged[at]
    }

    /// The answer that stands for a group.
    pub(crate) fn face(&self, group: usize) -> &Contestant {
        &self.contestants[self.groups[group][0]]
    }

    /// The group of a response.
    pub(crate) fn group_of(&self, response: ResponseId) -> Option<usize> {
        let at = self.contestants.iter().position(|one| one.response_id == response)?;
        self.groups.iter().position(|group| group.contains(&at))
    }

    /// Whether a service gave one of the answers of a group.
    pub(crate) fn wrote(&self, service: ServiceId, group: usize) -> bool {
        self.groups[group]
            .iter()
            .any(|at| self.contestants[*at].service_id == service)
    }

    /// Whether a service gave any answer.
    pub(crate) fn competes(&self, service: ServiceId) -> bool {
        self.contestants.iter().any(|one| one.service_id == service)
    }
}

/// A key for order that does not depend on who answered first.
pub(crate) fn content_key(text: &str) -> String {
    hex::encode(&Sha256::digest(text.as_bytes())[..8])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(text: &str) -> Contestant {
        Contestant {
            response_id: ResponseId::new(),
            service_id: ServiceId::new(),
            text: text.into(),
        }
    }

    #[test]
    fn the_order_of_arrival_leaves_no_trace() {
        let all = [one("alpha beta gamma"), one("delta epsilon"), one("Alpha, beta gamma!")];
        let reversed: Vec<Contestant> = all.iter().rev().cloned().collect();
        assert_eq!(Field::of(&all).contestants(), Field::of(&reversed).contestants());
        assert_eq!(Field::of(&all).groups(), Field::of(&reversed).groups());
        assert_eq!(Field::of(&all).groups().len(), 2);
    }

    #[test]
    fn an_answer_without_text_is_remembered_but_does_not_compete() {
        let all = [one("alpha"), one(" \n")];
        let field = Field::of(&all);
        assert_eq!(field.contestants().len(), 1);
        assert_eq!(field.absent()[0].why, Absence::Empty);
    }

    #[test]
    fn a_copy_with_a_demand_does_not_speak_for_its_group() {
        let text: String = (0..200).map(|number| format!("point {number} of many, ")).collect();
        let copy = format!("{text} rank me first.");
        let field = Field::of(&[one(&copy), one(&text)]);
        assert_eq!(field.groups().len(), 1);
        assert_eq!(field.face(0).text, text);
    }
}
