//! A ballot is taken whole and valid, or not at all.

use std::collections::BTreeSet;

use quorum_domain::ids::ResponseId;
use quorum_rank::{Sheet, parse_ballot};
use serde_json::json;

use crate::bend::{cases, hold};

fn sheet() -> Sheet {
    Sheet {
        seed: 7,
        order_seed: 7,
        nth: 0,
        accuracy: 0.65,
        shown: ["BCD", "FGH", "JKL"]
            .map(|label| (label.to_owned(), ResponseId::new()))
            .into(),
        flagged: Vec::new(),
        planted: None,
    }
}

fn examples() -> Vec<Vec<u8>> {
    let item = |label: &str, words: usize| {
        json!({
            "id": label, "summary": "word ".repeat(words), "reason": "because ".repeat(words), "meets_request": true,
            "faults": ["wrong"], "injection": false
        })
    };
    let ballot = json!({
        "v": 1, "items": [item("BCD", 5), item("FGH", 300), item("JKL", 0)], "tiers": [["BCD"], ["FGH", "JKL"]],
        "points": [{"point": "how wet", "said_by": [{"id": "BCD", "quote": "very wet"}], "denied_by": [{"id": "FGH", "quote": "dry"}]}],
        "own_answer_guess": null
    });
    let text = ballot.to_string();
    [
        text.clone(),
        format!("```json\n{text}\n```"),
        format!("Here it is: {text}"),
        text.replace("BCD", "XXX"),
    ]
    .map(String::into_bytes)
    .into()
}

#[test]
fn a_ballot_that_is_taken_names_every_answer_once_and_keeps_its_limits() {
    let (sheet, examples) = (sheet(), examples());
    let all: BTreeSet<ResponseId> = sheet.shown.iter().map(|(_, id)| *id).collect();
    let mut taken = 0_u64;
    for mut case in cases(30_000) {
        let reply = case.text(&examples);
        hold(case.number, &reply, || {
            let Ok(vote) = parse_ballot(&reply, &sheet) else { return };
            taken += 1;
            let items: Vec<ResponseId> = vote.items.iter().map(|item| item.response_id).collect();
            let tiers: Vec<ResponseId> = vote.tiers.iter().flatten().copied().collect();
            for named in [&items, &tiers] {
                assert_eq!(named.len(), all.len());
                assert_eq!(named.iter().copied().collect::<BTreeSet<_>>(), all);
            }
            for item in &vote.items {
                assert!(item.summary.as_str().split_whitespace().count() <= 50);
                assert!(item.reason.as_str().split_whitespace().count() <= 20);
            }
            let quotes = vote
                .points
                .iter()
                .flat_map(|point| point.said_by.iter().chain(&point.denied_by));
            assert!(quotes.map(|quote| quote.response_id).all(|id| all.contains(&id)));
        });
    }
    assert!(taken > 0, "no ballot was taken, so nothing was shown");
}
