//! Which answers each sentence of a fused text rests on, by matching words: a help for the reader,
//! no proof. A sentence without a source is marked so, since the fusing model may have made it up.

use quorum_domain::{ClaimSource, Passage};
use serde::{Deserialize, Serialize};

use crate::{
    Contestant,
    located::{Located, located_sentences, passage},
    matching::{Gist, Likeness},
};

/// A sentence rests on another if at least this share of its words stands there.
const RESTS_ON: f64 = 0.5;

/// A sentence of a fused text and what it rests on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AttributedSentence {
    /// Where it stands in the fused text, in UTF-16 units.
    pub passage: Passage,
    /// The answers that say it, nearest first.
    pub sources: Vec<ClaimSource>,
    /// The answers that say otherwise.
    pub contradicted_by: Vec<ClaimSource>,
    /// The share of its words found in the nearest source.
    pub likeness: f64,
}

/// A fused text with its sources.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Attribution {
    /// Sentence by sentence; those too short to be a point are left out.
    pub sentences: Vec<AttributedSentence>,
    /// The share of sentences that rest on an answer.
    pub sourced: Option<f64>,
}

/// Finds the answers behind each sentence.
pub fn attribute(fused: &str, answers: &[Contestant]) -> Attribution {
    let read: Vec<(&Contestant, Vec<(Located, Gist)>)> = answers
        .iter()
        .map(|answer| {
            let said = located_sentences(&answer.text).into_iter();
            (
                answer,
                said.map(|one| (Gist::of(&one.text), one))
                    .map(|(gist, one)| (one, gist))
                    .collect(),
            )
        })
        .collect();
    let sentences: Vec<AttributedSentence> = located_sentences(fused)
        .into_iter()
        .map(|one| (Gist::of(&one.text), one))
        .filter(|(gist, _)| gist.says_something())
        .map(|(gist, one)| sentence(passage(fused, one.start, one.end), &gist, &read))
        .collect();
    let sourced = sentences.iter().filter(|one| !one.sources.is_empty()).count();
    Attribution {
        sourced: (!sentences.is_empty()).then(|| sourced as f64 / sentences.len() as f64),
        sentences,
    }
}

fn sentence(place: Passage, gist: &Gist, read: &[(&Contestant, Vec<(Located, Gist)>)]) -> AttributedSentence {
    let (mut sources, mut contradicted_by) = (Vec::new(), Vec::new());
    for (answer, said) in read {
        let Some((one, other, near)) = nearest(gist, said) else {
            continue;
        };
        let source = ClaimSource {
            response_id: answer.response_id,
            passage: Some(passage(&answer.text, one.start, one.end)),
        };
        match gist.compare(other) {
            Likeness::Opposite => contradicted_by.push(source),
            Likeness::Same | Likeness::Apart => sources.push((near, source)),
        }
    }
    sources.sort_by(|a, b| b.0.total_cmp(&a.0));
    AttributedSentence {
        passage: place,
        likeness: sources.first().map_or(0.0, |(near, _)| *near),
        sources: sources.into_iter().map(|(_, source)| source).collect(),
        contradicted_by,
    }
}

/// The nearest sentence of an answer; one that says the same before one that says the opposite.
fn nearest<'a>(gist: &Gist, said: &'a [(Located, Gist)]) -> Option<(&'a Located, &'a Gist, f64)> {
    said.iter()
        .map(|(one, other)| (one, other, gist.overlap(other)))
        .filter(|(_, _, near)| *near >= RESTS_ON)
        .max_by(|a, b| {
            let agrees = |other: &Gist| gist.compare(other) != Likeness::Opposite;
            agrees(a.1).cmp(&agrees(b.1)).then(a.2.total_cmp(&b.2))
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::contestants;

    #[test]
    fn each_sentence_is_traced_to_the_answers_that_say_it() {
        let all = contestants(&[
            "A BRIN index stays small while rows arrive in time order. The build takes 20 minutes.",
            "Partition old data by calendar month. The build takes 45 minutes.",
        ]);
        let fused = "While rows arrive in time order, a BRIN index stays small 🙂. Old data is best partitioned by calendar month. The build takes 20 minutes. Penguins are excellent swimmers in cold water.";
        let found = attribute(fused, &all);
        let sources = |at: usize| {
            found.sentences[at]
                .sources
                .iter()
                .map(|one| one.response_id)
                .collect::<Vec<_>>()
        };
        assert_eq!(sources(0), [all[0].response_id]);
        assert_eq!(sources(1), [all[1].response_id]);
        assert_eq!(sources(2), [all[0].response_id]);
        assert_eq!(found.sentences[2].contradicted_by[0].response_id, all[1].response_id);
        assert!(sources(3).is_empty());
        assert_eq!(found.sourced, Some(0.75));
        assert_eq!(attribute("", &all).sourced, None);
    }
}
