//! Whether a judge writes of an answer in the language of that answer. It is asked to; here it is looked
//! at. Short texts say little of their language, so only where both texts are sure and differ is that
//! called a fault (trigrams after Cavnar and Trenkle 1994, by the library that does it).

use quorum_domain::{
    Reasoning, Summary,
    context::{PromptMessage, PromptRole},
    ids::ResponseId,
    limits::{REASONING_WORDS, SUMMARY_WORDS},
};
use whatlang::{Lang, detect};

use crate::{Contestant, Vote, VotedItem, plain_text::sentences};

/// Characters from which on a text can be sure of its language.
const LONG_ENOUGH: usize = 60;
/// How sure, of 1.
const SURE: f64 = 0.9;

/// The language of a text, where that is sure.
fn language(text: &str) -> Option<Lang> {
    if text.chars().filter(|c| c.is_alphabetic()).count() < LONG_ENOUGH {
        return None;
    }
    let found = detect(text)?;
    (found.is_reliable() && found.confidence() >= SURE).then(|| found.lang())
}

/// Whether the texts of an item are in another language than the answer: those of a judge belong
/// together, and together they are long enough to tell.
fn is_foreign(item: &VotedItem, answer: &str) -> bool {
    let own = language(&sentences(answer).join(" "));
    let said = language(&format!("{} {}", item.summary.as_str(), item.reason.as_str()));
    matches!((own, said), (Some(own), Some(said)) if own != said)
}

/// The answers of which a ballot speaks in another language than theirs.
pub fn in_other_language(vote: &Vote, contestants: &[Contestant]) -> Vec<ResponseId> {
    let items = vote.items.iter().filter(|item| {
        let answer = contestants.iter().find(|one| one.response_id == item.response_id);
        answer.is_some_and(|answer| is_foreign(item, &answer.text))
    });
    items.map(|item| item.response_id).collect()
}

/// A ballot without the summaries and reasons that are in another language than their answers: the
/// summary that was taken from the answer itself stays then.
#[must_use]
pub fn without_other_language(mut vote: Vote, contestants: &[Contestant]) -> Vote {
    let foreign = in_other_language(&vote, contestants);
    for item in vote.items.iter_mut().filter(|item| foreign.contains(&item.response_id)) {
        item.summary = Summary::cut("");
        item.reason = Reasoning::cut("");
    }
    vote
}

/// The two messages that ask for better texts of a valid ballot: shorter ones, or in the language of the
/// answers; none where there is nothing to better.
pub fn better_texts_request(reply: &str, vote: &Vote, contestants: &[Contestant]) -> Option<[PromptMessage; 2]> {
    let mut faults = Vec::new();
    if vote.words_cut > 0 {
        faults.push(format!("its texts are {} words too long", vote.words_cut));
    }
    if !in_other_language(vote, contestants).is_empty() {
        faults.push("some texts are in another language than the answer that they are about".to_owned());
    }
    let request = format!(
        "The ballot is valid, but {}. Send the same ballot again with every \"summary\" in at most {SUMMARY_WORDS} \
         words and every \"reason\" in at most {REASONING_WORDS}, each in the language of its answer, as one JSON \
         object and nothing else.",
        faults.join(", and ")
    );
    (!faults.is_empty()).then(|| {
        [
            PromptMessage::new(PromptRole::Assistant, reply.chars().take(8_000).collect::<String>()),
            PromptMessage::new(PromptRole::User, request),
        ]
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{contestants, vote};

    const GERMAN: &str = "Ein BRIN-Index bleibt klein, weil die Zeilen in der Reihenfolge der Zeit eintreffen. Er eignet sich für große Tabellen, die nur wachsen und selten geändert werden.";
    const ENGLISH_SUMMARY: &str = "Recommends a small block range index because the rows arrive in the order of time and are hardly ever changed.";
    const GERMAN_SUMMARY: &str = "Empfiehlt einen kleinen Index über Blöcke, weil die Zeilen nach der Zeit geordnet eintreffen und kaum geändert werden.";

    fn ballot(summary: &str, answer: &str) -> (Vote, Vec<Contestant>) {
        let all = contestants(&[answer]);
        let mut vote = vote(&[&[&all[0]]]);
        vote.items[0].summary = Summary::cut(summary);
        vote.items[0].reason = Reasoning::cut("");
        (vote, all)
    }

    #[test]
    fn an_english_summary_of_a_german_answer_is_asked_for_again_and_then_left_out() {
        let (foreign, all) = ballot(ENGLISH_SUMMARY, GERMAN);
        assert_eq!(in_other_language(&foreign, &all), [all[0].response_id]);
        let [_, request] = better_texts_request("{}", &foreign, &all).unwrap();
        assert!(request.content.contains("another language"), "{}", request.content);
        assert_eq!(without_other_language(foreign, &all).items[0].summary.as_str(), "");
        let (own, all) = ballot(GERMAN_SUMMARY, GERMAN);
        assert!(better_texts_request("{}", &own, &all).is_none());
        assert_eq!(without_other_language(own.clone(), &all), own);
    }

    #[test]
    fn what_is_too_short_or_no_prose_is_never_called_foreign() {
        for (summary, answer) in [
            ("Six legs.", GERMAN),
            (ENGLISH_SUMMARY, "Sechs."),
            (ENGLISH_SUMMARY, "```sql\nCREATE INDEX i ON t USING brin (at);\n```"),
        ] {
            let (vote, all) = ballot(summary, answer);
            assert!(in_other_language(&vote, &all).is_empty(), "{summary} / {answer}");
        }
    }

    #[test]
    fn texts_that_are_too_long_are_asked_for_again_in_the_same_breath() {
        let (mut long, all) = ballot(ENGLISH_SUMMARY, GERMAN);
        long.words_cut = 60;
        let [said, asked] = better_texts_request("{}", &long, &all).unwrap();
        assert_eq!(said.content, "{}");
        assert!(asked.content.contains("60 words too long") && asked.content.contains("another language"));
    }
}
