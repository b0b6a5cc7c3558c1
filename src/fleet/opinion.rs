//! What the judge that the fleet plays thinks of one answer: what the playbook says of it, or else what
//! a few rules of thumb about question and answer say. The rules know no answer in advance.

use crate::{
    playbook::Playbook,
    rules::{Finding, findings, speaks_to_the_judge},
};

/// What a judge says of one answer, and how good it takes it to be, about 0 to 1.
#[derive(Debug, Clone)]
pub struct Opinion {
    pub quality: f64,
    pub summary: String,
    pub reason: String,
    pub meets_request: bool,
    pub faults: Vec<String>,
    pub injection: bool,
}

/// Under every answer that says something.
const WORTHLESS: f64 = -1.0;
/// Words that say nothing beside what is said to the judge.
const NOTHING_ELSE: usize = 3;
/// Words of a summary, and of a reason.
const SUMMARY: usize = 40;
const REASON: usize = 20;

/// The opinion of a judge without any leaning.
pub fn opinion_of(answer: &str, question: &str, playbook: &Playbook) -> Opinion {
    let known = playbook.recognise(answer).map(|(_, _, said)| said);
    match known.filter(|said| said.quality >= 0.0) {
        Some(said) => Opinion {
            quality: said.quality,
            summary: said.summary.clone(),
            reason: said.reason.clone(),
            meets_request: true,
            faults: Vec::new(),
            injection: false,
        },
        None => match playbook.worth_of_fused(answer) {
            Some(quality) => Opinion {
                quality,
                reason: "Joins what the answers have right and leaves out what is wrong.".into(),
                faults: Vec::new(),
                meets_request: true,
                ..by_rules(answer, question)
            },
            None => by_rules(answer, question),
        },
    }
}

fn by_rules(answer: &str, question: &str) -> Opinion {
    let found = findings(question, answer);
    let quality: f64 = found.iter().map(|finding| finding.change).sum::<f64>() + 0.6;
    let faults: Vec<&Finding> = found.iter().filter(|finding| finding.change < 0.0).collect();
    let reason = match faults.iter().min_by(|a, b| a.change.total_cmp(&b.change)) {
        Some(worst) => worst.words.clone(),
        None => format!(
            "Nothing against it by the rules of thumb, in {} words.",
            words(answer).len()
        ),
    };
    Opinion {
        quality: if says_nothing_else(answer, &found) {
            WORTHLESS
        } else {
            quality.clamp(0.0, 1.0)
        },
        summary: summary(answer),
        reason: reason.split_whitespace().take(REASON).collect::<Vec<_>>().join(" "),
        meets_request: !found.iter().any(|finding| finding.misses_request),
        injection: found.iter().any(|finding| finding.injection),
        faults: faults.iter().map(|finding| finding.words.clone()).take(3).collect(),
    }
}

/// Whether an answer speaks to the judge and says nothing of the question.
fn says_nothing_else(answer: &str, found: &[Finding]) -> bool {
    found.iter().any(|finding| finding.injection) && is_bare(answer)
}

/// Whether an answer says next to nothing but what it says to the judge.
pub fn is_bare(answer: &str) -> bool {
    let rest = answer
        .split_inclusive(['.', '!', '?', '\n'])
        .filter(|sentence| !speaks_to_the_judge(sentence));
    rest.map(|sentence| words(sentence).len()).sum::<usize>() <= NOTHING_ELSE
}

fn words(text: &str) -> Vec<&str> {
    text.split_whitespace().collect()
}

fn summary(answer: &str) -> String {
    let plain = |word: &&str| !word.starts_with(['#', '|', '`']) && !word.contains("**");
    words(answer)
        .into_iter()
        .filter(plain)
        .take(SUMMARY)
        .collect::<Vec<_>>()
        .join(" ")
}
