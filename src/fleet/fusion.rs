//! The fused answer that the fleet plays: like any model it has the prompt alone. For answers of the
//! playbook it is the playbook's own; otherwise it is put together from sentences of the answers, in
//! an order that follows from the prompt.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::playbook::Playbook;

/// Sentences that are taken from each answer after the first.
const ADDED: usize = 2;
/// A sentence with this share of its words already said adds nothing.
const SAID: f64 = 0.6;

/// The objects of a prompt that stand on lines of their own.
fn objects(prompt: &str) -> impl Iterator<Item = Value> + '_ {
    prompt
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line.trim()).ok())
        .filter(Value::is_object)
}

fn words(text: &str) -> BTreeSet<String> {
    text.to_lowercase()
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| word.chars().count() > 3)
        .map(str::to_owned)
        .collect()
}

/// The sentences of the paragraphs of an answer; lists, tables, headings and code are left where
/// they are.
fn sentences(answer: &str) -> Vec<String> {
    let mut in_code = false;
    let mut found = Vec::new();
    for line in answer.lines() {
        if line.trim_start().starts_with("```") {
            in_code = !in_code;
        } else if !in_code && line.starts_with(|c: char| c.is_alphabetic()) {
            found.extend(
                line.split_inclusive(". ")
                    .map(|sentence| sentence.trim().to_owned())
                    .filter(|sentence| sentence.ends_with('.') && words(sentence).len() > 3),
            );
        }
    }
    found
}

/// The reply to a prompt that asks for a fused answer; `None` for any other prompt.
pub fn fused(playbook: &Playbook, messages: &[(String, String)]) -> Option<String> {
    let (_, prompt) = messages.iter().rfind(|(role, _)| role == "user")?;
    let answers: Vec<String> = objects(prompt)
        .filter(|value| value["number"].is_u64())
        .filter_map(|value| value["answer"].as_str().map(str::to_owned))
        .collect();
    let (first, others) = answers.split_first()?;
    let known = playbook.recognise(first).map(|(scene, ..)| scene.fused.as_str());
    if let Some(own) = known.filter(|own| !own.is_empty()) {
        let mut text = own.to_owned();
        let wanted = objects(prompt).filter(|point| point["keep"].is_string());
        wanted.for_each(|point| add_point(&mut text, &point));
        return Some(text);
    }
    let mut text = first.trim().to_owned();
    for answer in others {
        let said = words(&text);
        let new = sentences(answer).into_iter().filter(|sentence| {
            let theirs = words(sentence);
            (theirs.intersection(&said).count() as f64) < SAID * theirs.len() as f64
        });
        let added: Vec<String> = new.take(ADDED).collect();
        if !added.is_empty() {
            text.push_str("\n\n");
            text.push_str(&added.join(" "));
        }
    }
    for point in objects(prompt) {
        add_point(&mut text, &point);
    }
    Some(text)
}

/// A point that the user wants is said; one that is open between the answers is named as open.
fn add_point(text: &mut String, point: &Value) {
    let contested = point["contested"].as_bool().unwrap_or_default();
    if let Some(wanted) = point["keep"].as_str() {
        let (said, theirs) = (words(text), words(wanted));
        if (theirs.intersection(&said).count() as f64) < 0.9 * theirs.len() as f64 {
            text.push_str(&format!("\n\n{wanted}"));
        }
    } else if let (true, Some(open)) = (contested, point["found"].as_str()) {
        text.push_str(&format!("\n\nThis remains open: {open}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(lines: &[&str]) -> Vec<(String, String)> {
        vec![
            ("system".into(), "You write one answer.".into()),
            ("user".into(), lines.join("\n")),
        ]
    }

    #[test]
    fn it_begins_with_the_first_answer_and_adds_what_is_new_in_the_others() {
        let fused = fused(&Playbook::default(), &asked(&[
            r#"{"question":"Which index?"}"#,
            r#"{"number":1,"answer":"Take a BRIN index because rows arrive ordered."}"#,
            r#"{"number":2,"answer":"Take a BRIN index because rows arrive ordered. Partition finished months into separate tables."}"#,
            r#"{"keep":"Vacuum regularly after larger imports.","contested":false}"#,
            r#"{"found":"Never vacuum.","contested":true}"#,
        ]))
        .unwrap();
        assert_eq!(
            fused,
            "Take a BRIN index because rows arrive ordered.\n\nPartition finished months into separate tables.\n\nVacuum regularly after larger imports.\n\nThis remains open: Never vacuum."
        );
    }

    #[test]
    fn answers_of_the_playbook_have_a_fused_one_of_their_own_to_which_wanted_points_are_added() {
        let playbook = Playbook::demo().unwrap();
        let said = playbook.answer(&crate::demo_questions()[0], "demo-bolt").unwrap();
        let answer = serde_json::json!({"number": 1, "answer": said.text}).to_string();
        let fused = fused(
            &playbook,
            &asked(&[&answer, r#"{"keep":"Penguins swim excellently underwater."}"#]),
        )
        .unwrap();
        assert!(fused.starts_with("Put a **BRIN** index") && fused.ends_with("Penguins swim excellently underwater."));
    }

    #[test]
    fn a_ballot_or_a_question_is_not_a_request_to_fuse() {
        assert_eq!(
            fused(
                &Playbook::default(),
                &asked(&[r#"{"id":"ABC","answer":"Take a BRIN index."}"#])
            ),
            None
        );
        assert_eq!(fused(&Playbook::default(), &asked(&["Which index?"])), None);
    }
}
