//! The judge that the fleet plays. It reads a ballot as any model would: from the prompt alone.

use serde_json::{Value, json};

use crate::{
    behaviour::{Behaviour, ModelName},
    leaning::leaned,
    opinion::{Opinion, opinion_of},
    playbook::Playbook,
};

/// What a judge that does not keep to the language of the answer says of every one.
const IN_FRENCH: &str =
    "Cette réponse explique avec soin ce qui a été demandé et donne les raisons pour lesquelles on devrait la suivre.";

/// An answer in a ballot prompt.
pub struct Seen {
    pub label: String,
    pub answer: String,
}

/// The answers in a ballot prompt: one JSON object with `id` and `answer` per line.
fn answers_in(prompt: &str) -> Vec<Seen> {
    prompt
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line.trim()).ok())
        .filter_map(|value| {
            Some(Seen {
                label: value["id"].as_str()?.to_owned(),
                answer: value["answer"].as_str()?.to_owned(),
            })
        })
        .collect()
}

fn question_in(prompt: &str) -> String {
    prompt
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line.trim()).ok())
        .find_map(|value| value["question"].as_str().map(str::to_owned))
        .unwrap_or_default()
}

/// The reply to a ballot prompt; `None` where the prompt has no answers to judge.
pub fn verdict(name: &ModelName, playbook: &Playbook, messages: &[(String, String)]) -> Option<String> {
    let (_, prompt) = messages
        .iter()
        .find(|(role, text)| role == "user" && !answers_in(text).is_empty())?;
    let asked_again = messages.iter().filter(|(role, _)| role == "user").count() > 1;
    if name.has(&Behaviour::JunkBallot) || (name.has(&Behaviour::JunkOnce) && !asked_again) {
        return Some("I think that the first answer is the best one, followed by the others.".into());
    }
    let seen = answers_in(prompt);
    let question = question_in(prompt);
    let mut opinions: Vec<Opinion> = seen
        .iter()
        .map(|one| opinion_of(&one.answer, &question, playbook))
        .collect();
    leaned(name, playbook, &seen, &mut opinions);
    if name.has(&Behaviour::LongSummary) || (name.has(&Behaviour::LongOnce) && !asked_again) {
        for opinion in &mut opinions {
            opinion.summary = "word ".repeat(300);
        }
    }
    if name.has(&Behaviour::Foreign) || (name.has(&Behaviour::ForeignOnce) && !asked_again) {
        for opinion in &mut opinions {
            opinion.summary = IN_FRENCH.into();
            opinion.reason = "La réponse est claire et fait ce que la question demande.".into();
        }
    }
    Some(ballot(name, playbook, &seen, opinions).to_string())
}

fn ballot(name: &ModelName, playbook: &Playbook, seen: &[Seen], opinions: Vec<Opinion>) -> Value {
    let mut judged: Vec<(&Seen, Opinion)> = seen.iter().zip(opinions).collect();
    judged.sort_by(|a, b| b.1.quality.total_cmp(&a.1.quality));
    let items: Vec<Value> = judged.iter().map(|(one, opinion)| item(one, opinion)).collect();
    let mut ballot = json!({"v": 1, "items": items, "tiers": tiers(&judged), "points": points(seen, playbook), "own_answer_guess": null});
    if name.has(&Behaviour::BadLabels) {
        ballot["tiers"] = json!([["ZZZ"]]);
    }
    if name.has(&Behaviour::ScoreEleven) {
        ballot["scores"] = json!({"all": 11});
        ballot["tiers"] = json!(11);
    }
    ballot
}

fn item(one: &Seen, said: &Opinion) -> Value {
    json!({"id": one.label, "summary": said.summary, "reason": said.reason, "meets_request": said.meets_request, "faults": said.faults, "injection": said.injection})
}

/// Labels from best to worst; answers that are hardly apart share a tier.
fn tiers(judged: &[(&Seen, Opinion)]) -> Vec<Vec<String>> {
    let mut tiers: Vec<Vec<String>> = Vec::new();
    let mut last = f64::INFINITY;
    for (one, opinion) in judged {
        match tiers.last_mut() {
            Some(tier) if (last - opinion.quality).abs() < 0.02 => tier.push(one.label.clone()),
            _ => tiers.push(vec![one.label.clone()]),
        }
        last = opinion.quality;
    }
    tiers
}

/// What the playbook knows of how the answers stand to each other, with the words of each that come
/// nearest to the point.
fn points(seen: &[Seen], playbook: &Playbook) -> Vec<Value> {
    let known: Vec<_> = seen
        .iter()
        .filter_map(|one| Some((one, playbook.recognise(&one.answer)?)))
        .collect();
    let Some((_, (scene, ..))) = known.first() else {
        return Vec::new();
    };
    let all: Vec<&Seen> = known.iter().map(|(one, _)| *one).collect();
    let of = |models: &[String]| -> Vec<&Seen> {
        known
            .iter()
            .filter(|(_, (_, model, _))| models.iter().any(|wanted| wanted == model))
            .map(|(one, _)| *one)
            .collect()
    };
    let agree = scene.agree.iter().map(|point| (point, all.clone()));
    let apart = scene
        .disagree
        .iter()
        .map(|differs| (&differs.point, of(&differs.models)));
    agree
        .chain(apart)
        .map(|(point, by)| {
            let said_by: Vec<Value> = by.iter().map(|one| quote(one, point)).collect();
            json!({"point": point, "said_by": said_by, "denied_by": []})
        })
        .collect()
}

fn quote(one: &Seen, point: &str) -> Value {
    let words: Vec<String> = point.split_whitespace().map(str::to_lowercase).collect();
    let shared = |sentence: &&str| {
        let lower = sentence.to_lowercase();
        words.iter().filter(|word| lower.contains(word.as_str())).count()
    };
    let nearest = one.answer.split_inclusive(['.', '!', '?', '\n']).max_by_key(shared);
    let quoted: Vec<&str> = nearest.unwrap_or_default().split_whitespace().take(10).collect();
    json!({"id": one.label, "quote": quoted.join(" ")})
}
