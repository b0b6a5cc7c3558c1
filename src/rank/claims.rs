//! What answers claim: found by matching sentences, or told by a judge, in one form.

use quorum_domain::{Claim, ClaimSource, ClaimStanding, batch::AgreementSource};

use crate::{
    Contestant, Field, Quote, Vote, VotedPoint,
    located::{Located, find_quote, located_sentences, passage},
    matching::{Gist, Likeness},
};

/// Sentences compared of each answer, and points kept of each standing.
const SENTENCES: usize = 40;
const KEPT: usize = 4;
/// A judge's point is looked for in an answer's sentences; less in common is another point.
const RESTS_ON: f64 = 0.5;

struct Read<'a> {
    answer: &'a Contestant,
    said: Vec<(Located, Gist)>,
}

impl<'a> Read<'a> {
    fn of(answer: &'a Contestant) -> Self {
        let said = located_sentences(&answer.text)
            .into_iter()
            .map(|one| (Gist::of(&one.text), one))
            .filter(|(gist, _)| gist.says_something())
            .map(|(gist, one)| (one, gist))
            .take(SENTENCES)
            .collect();
        Self { answer, said }
    }

    fn source(&self, at: usize) -> ClaimSource {
        let one = &self.said[at].0;
        ClaimSource {
            response_id: self.answer.response_id,
            passage: Some(passage(&self.answer.text, one.start, one.end)),
        }
    }

    /// The sentence that stands nearest to a point in the way asked for.
    fn nearest(&self, point: &Gist, way: Likeness) -> Option<usize> {
        (0..self.said.len())
            .filter(|at| point.compare(&self.said[*at].1) == way)
            .max_by(|a, b| {
                let near = |at: usize| point.overlap(&self.said[at].1);
                near(*a).total_cmp(&near(*b)).then(b.cmp(a))
            })
    }
}

/// Points found by matching sentences: what answers contradict each other in, what all say, what
/// some say, and what one says alone; at most four of each.
pub fn local_claims(answers: &[Contestant]) -> Vec<Claim> {
    if answers.len() < 2 {
        return Vec::new();
    }
    let read: Vec<Read<'_>> = answers.iter().map(Read::of).collect();
    let mut used: Vec<Vec<bool>> = read.iter().map(|one| vec![false; one.said.len()]).collect();
    let mut claims: Vec<Claim> = Vec::new();
    let most = read.iter().map(|one| one.said.len()).max().unwrap_or(0);
    for at in 0..most {
        for author in 0..read.len() {
            if used[author].get(at) == Some(&false) {
                claims.push(claim(&read, author, at, &mut used));
            }
        }
    }
    select(claims)
}

fn claim(read: &[Read<'_>], author: usize, at: usize, used: &mut [Vec<bool>]) -> Claim {
    let (sentence, gist) = &read[author].said[at];
    used[author][at] = true;
    let mut supported_by = vec![read[author].source(at)];
    let mut contradicted_by = Vec::new();
    for (other, answer) in read.iter().enumerate().filter(|(other, _)| *other != author) {
        if let Some(found) = answer.nearest(gist, Likeness::Same) {
            used[other][found] = true;
            supported_by.push(answer.source(found));
        } else if let Some(found) = answer.nearest(gist, Likeness::Opposite) {
            used[other][found] = true;
            contradicted_by.push(answer.source(found));
        }
    }
    Claim {
        text: sentence.text.clone(),
        standing: standing(supported_by.len(), contradicted_by.len(), read.len()),
        supported_by,
        contradicted_by,
        method: AgreementSource::Local,
    }
}

fn standing(supporters: usize, opponents: usize, answers: usize) -> ClaimStanding {
    match (supporters, opponents) {
        (_, 1..) => ClaimStanding::Contested,
        (all, 0) if all >= answers => ClaimStanding::All,
        (0 | 1, 0) => ClaimStanding::One,
        _ => ClaimStanding::Some,
    }
}

/// A point of one answer alone is shown once for each answer, its first.
fn select(claims: Vec<Claim>) -> Vec<Claim> {
    use ClaimStanding::{All, Contested, One, Some};
    let mut kept: Vec<Claim> = Vec::new();
    for wanted in [Contested, All, Some, One] {
        let mut of_kind = 0;
        for claim in claims.iter().filter(|claim| claim.standing == wanted) {
            let again = wanted == One
                && kept.iter().any(|other| {
                    other.standing == One && other.supported_by[0].response_id == claim.supported_by[0].response_id
                });
            let room = of_kind < KEPT || wanted == One;
            if room && !again {
                of_kind += 1;
                kept.push(claim.clone());
            }
        }
    }
    kept
}

/// The points of a ballot, with the passages that they rest on where these can be found: by the judge's
/// quotation, or else by the sentence that says most of the point.
pub fn claims_of_vote(field: &Field, vote: &Vote) -> Vec<Claim> {
    let shown = vote.items.len();
    vote.points.iter().map(|point| told(field, point, shown)).collect()
}

fn told(field: &Field, point: &VotedPoint, shown: usize) -> Claim {
    let gist = Gist::of(&point.text);
    let side = |quotes: &[Quote], way: Likeness| -> Vec<ClaimSource> {
        quotes
            .iter()
            .filter_map(|quote| source(field, quote, &gist, way))
            .collect()
    };
    let (supported_by, contradicted_by) = (
        side(&point.said_by, Likeness::Same),
        side(&point.denied_by, Likeness::Opposite),
    );
    Claim {
        text: point.text.clone(),
        standing: standing(supported_by.len(), contradicted_by.len(), shown),
        supported_by,
        contradicted_by,
        method: AgreementSource::Judge,
    }
}

fn source(field: &Field, quote: &Quote, gist: &Gist, way: Likeness) -> Option<ClaimSource> {
    let answer = field
        .contestants()
        .iter()
        .find(|one| one.response_id == quote.response_id)?;
    let quoted = find_quote(&answer.text, &quote.words);
    let passage = quoted.or_else(|| {
        let read = Read::of(answer);
        match way {
            Likeness::Opposite => read.source(read.nearest(gist, way)?).passage,
            _ => rests_on(&read, gist).passage,
        }
    });
    Some(ClaimSource {
        response_id: quote.response_id,
        passage,
    })
}

fn rests_on(read: &Read<'_>, point: &Gist) -> ClaimSource {
    let near = |at: &usize| point.overlap(&read.said[*at].1);
    let best = (0..read.said.len())
        .filter(|at| near(at) >= RESTS_ON)
        .max_by(|a, b| near(a).total_cmp(&near(b)).then(b.cmp(a)));
    best.map_or(
        ClaimSource {
            response_id: read.answer.response_id,
            passage: None,
        },
        |at| read.source(at),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{contestants, field_of, vote};

    const TEXTS: [&str; 3] = [
        "Rows arrive in time order, so a BRIN index stays small. A vacuum locks the whole table.",
        "A BRIN index stays small because rows arrive in time order. A vacuum does not lock the whole table.",
        "The BRIN index stays small, since rows arrive in time order. Partition old data by calendar month instead.",
    ];

    #[test]
    fn what_all_say_what_one_says_and_where_they_contradict_is_found() {
        let all = contestants(&TEXTS);
        let claims = local_claims(&all);
        let of = |standing| {
            claims
                .iter()
                .filter(move |claim| claim.standing == standing)
                .collect::<Vec<_>>()
        };
        assert_eq!(of(ClaimStanding::All)[0].supported_by.len(), 3);
        let contested = of(ClaimStanding::Contested);
        assert_eq!(contested[0].contradicted_by[0].response_id, all[1].response_id);
        assert!(of(ClaimStanding::One)[0].text.contains("calendar month"));
        assert!(
            claims
                .iter()
                .flat_map(|claim| &claim.supported_by)
                .all(|source| source.passage.is_some())
        );
    }

    #[test]
    fn a_judges_points_get_their_passages() {
        let all = contestants(&TEXTS);
        let quote = |at: usize, words: &str| Quote {
            response_id: all[at].response_id,
            words: words.into(),
        };
        let mut told = vote(&[&[&all[0]], &[&all[1]], &[&all[2]]]);
        told.points = vec![
            VotedPoint {
                text: "A BRIN index stays small when rows arrive in order".into(),
                said_by: vec![
                    quote(0, "a BRIN  index stays SMALL"),
                    quote(1, "never said"),
                    quote(2, ""),
                ],
                denied_by: vec![],
            },
            VotedPoint {
                text: "A vacuum locks the table".into(),
                said_by: vec![quote(0, "locks the whole table")],
                denied_by: vec![quote(1, "does not lock")],
            },
            VotedPoint {
                text: "Weather is fine".into(),
                said_by: vec![quote(2, "the sun shines")],
                denied_by: vec![],
            },
        ];
        let claims = claims_of_vote(&field_of(&all), &told);
        assert_eq!(
            (claims[0].standing, claims[0].method),
            (ClaimStanding::All, AgreementSource::Judge)
        );
        assert!(claims[0].supported_by.iter().all(|source| source.passage.is_some()));
        assert_eq!(claims[1].standing, ClaimStanding::Contested);
        assert!(claims[1].contradicted_by[0].passage.is_some());
        assert_eq!(
            (claims[2].standing, claims[2].supported_by[0].passage),
            (ClaimStanding::One, None),
            "an invented quotation has no place"
        );
    }

    #[test]
    fn one_answer_alone_has_nothing_to_agree_with() {
        assert!(local_claims(&contestants(&["Only one answer is here."])).is_empty());
    }
}
