//! Which answers each sentence of a fused text rests on, by matching words: a help for the reader,
//! no proof. A sentence without a source is marked so, since the fusing model may have made it up.

use quorum_domain::{AttributedSentence, Claim, ClaimSource, Passage};
use serde::{Deserialize, Serialize};

use crate::{
    Contestant,
    located::{Located, located_sentences, passage},
    matching::{Gist, Likeness},
};

/// A sentence rests on another if at least this share of its words stands there.
const RESTS_ON: f64 = 0.5;

/// A fused text with its sources.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Attribution {
    /// Sentence by sentence; those too short to be a point are left out.
    pub sentences: Vec<AttributedSentence>,
    /// The share of sentences that rest on an answer.
    pub sourced: Option<f64>,
}

/// Finds the answers behind each sentence; one that no answer says in like words may still be a point
/// that they make in words of their own.
pub fn attribute(fused: &str, answers: &[Contestant], claims: &[Claim]) -> Attribution {
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
    let points: Vec<(Gist, &Claim)> = claims.iter().map(|claim| (Gist::of(&claim.text), claim)).collect();
    let sentences: Vec<AttributedSentence> = located_sentences(fused)
        .into_iter()
        .map(|one| (Gist::of(&one.text), one))
        .filter(|(gist, _)| gist.says_something())
        .map(|(gist, one)| {
            let found = sentence(passage(fused, one.start, one.end), &gist, &read);
            if found.sources.is_empty() {
                by_point(found, &gist, &points, answers)
            } else {
                found
            }
        })
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

/// The answers behind the point that a sentence repeats.
fn by_point(
    found: AttributedSentence,
    gist: &Gist,
    points: &[(Gist, &Claim)],
    answers: &[Contestant],
) -> AttributedSentence {
    let near = points
        .iter()
        .map(|(point, claim)| (gist.overlap(point), point, *claim))
        .filter(|(overlap, point, _)| *overlap >= RESTS_ON && gist.compare(point) != Likeness::Opposite)
        .max_by(|a, b| a.0.total_cmp(&b.0));
    let Some((likeness, _, claim)) = near else { return found };
    let there = |source: &&ClaimSource| answers.iter().any(|answer| answer.response_id == source.response_id);
    AttributedSentence {
        sources: claim.supported_by.iter().filter(there).copied().collect(),
        likeness,
        ..found
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
        let found = attribute(fused, &all, &[]);
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
        assert_eq!(attribute("", &all, &[]).sourced, None);
    }

    #[test]
    fn a_sentence_that_repeats_a_point_has_the_points_sources_that_are_still_there() {
        let all = contestants(&["Alpha beta.", "Gamma delta."]);
        let point = Claim {
            text: "Single-row lookups want a B-tree index.".into(),
            standing: quorum_domain::ClaimStanding::All,
            supported_by: [all[1].response_id, quorum_domain::ids::ResponseId::new()]
                .map(|response_id| ClaimSource {
                    response_id,
                    passage: None,
                })
                .into(),
            contradicted_by: Vec::new(),
            method: quorum_domain::batch::AgreementSource::Judge,
        };
        let found = attribute("Single-row lookups want a B-tree index.", &all, &[point]);
        let sources: Vec<_> = found.sentences[0].sources.iter().map(|one| one.response_id).collect();
        assert_eq!(sources, [all[1].response_id]);
    }
}
