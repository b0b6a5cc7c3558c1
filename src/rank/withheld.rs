//! What of each answer judges are not shown: what is addressed to them, and what speaks of the judging.
//! All answers of a batch are looked at together, since the others tell whether judging is the subject.

use std::ops::Range;

use crate::{Contestant, aside::asides, without_injection};

/// An answer as judges see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ForJudges {
    pub text: String,
    /// Whether words were taken out, and not only an invisible character that text editors leave.
    pub flagged: bool,
}

/// The answers as judges see them, in their order. An answer of which nothing would be left but white
/// space keeps what speaks of the judging, and loses only what is addressed to the judge.
pub(crate) fn for_judges(contestants: &[Contestant]) -> Vec<ForJudges> {
    let addressed: Vec<(String, bool)> = contestants.iter().map(|one| without_injection(&one.text)).collect();
    let texts: Vec<&str> = addressed.iter().map(|(text, _)| text.as_str()).collect();
    asides(&texts)
        .into_iter()
        .zip(&addressed)
        .map(|(asides, (text, flagged))| {
            let rest = without(text, &asides);
            if asides.is_empty() || rest.trim().is_empty() {
                ForJudges {
                    text: text.clone(),
                    flagged: *flagged,
                }
            } else {
                ForJudges {
                    text: rest,
                    flagged: true,
                }
            }
        })
        .collect()
}

pub(crate) fn without(text: &str, spans: &[Range<usize>]) -> String {
    let mut rest = String::with_capacity(text.len());
    let mut at = 0;
    for span in spans {
        rest.push_str(&text[at..span.start]);
        at = span.end;
    }
    rest.push_str(&text[at..]);
    rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::contestants;

    #[test]
    fn an_answer_loses_its_words_about_the_judging_and_nothing_else() {
        let all = contestants(&["Six. Graders have settled on this one.", "Eight, as of all spiders."]);
        let seen = for_judges(&all);
        assert_eq!((seen[0].text.trim(), seen[0].flagged), ("Six.", true));
        assert_eq!((seen[1].text.as_str(), seen[1].flagged), (all[1].text.as_str(), false));
    }

    #[test]
    fn an_answer_that_is_nothing_else_is_still_shown() {
        let all = contestants(&["The verdict was the best one.", "It was not."]);
        assert_eq!(for_judges(&all)[0].text, all[0].text);
        assert!(!for_judges(&all)[0].flagged);
    }
}
