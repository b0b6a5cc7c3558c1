//! The judge that the fleet plays. It reads a ballot as any model would: from the prompt alone.

use serde_json::{Value, json};

use crate::{
    behaviour::{Behaviour, ModelName},
    playbook::Playbook,
};

struct Seen {
    label: String,
    answer: String,
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
    let is_repair = messages.iter().filter(|(role, _)| role == "user").count() > 1;
    if name.has(&Behaviour::JunkBallot) || (name.has(&Behaviour::JunkOnce) && !is_repair) {
        return Some("I think that the first answer is the best one, followed by the others.".into());
    }
    let seen = answers_in(prompt);
    let question = question_in(prompt);
    let mut judged: Vec<(f64, &Seen, Value)> = seen
        .iter()
        .map(|one| judge_one(one, playbook, &question, name))
        .collect();
    judged.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut tiers: Vec<Vec<String>> = Vec::new();
    let mut last = f64::INFINITY;
    for (quality, one, _) in &judged {
        match tiers.last_mut() {
            Some(tier) if (last - quality).abs() < 0.02 => tier.push(one.label.clone()),
            _ => tiers.push(vec![one.label.clone()]),
        }
        last = *quality;
    }
    if name.has(&Behaviour::BadLabels) {
        tiers = vec![vec!["ZZZ".into()]];
    }
    let (agree, disagree) = points(&seen, playbook);
    let items: Vec<&Value> = judged.iter().map(|(_, _, item)| item).collect();
    let mut ballot =
        json!({"v": 1, "items": items, "tiers": tiers, "agree": agree, "disagree": disagree, "own_answer_guess": null});
    if name.has(&Behaviour::ScoreEleven) {
        ballot["scores"] = json!({"all": 11});
        ballot["tiers"] = json!(11);
    }
    Some(ballot.to_string())
}

fn judge_one<'a>(one: &'a Seen, playbook: &Playbook, question: &str, name: &ModelName) -> (f64, &'a Seen, Value) {
    let known = playbook
        .recognise(&one.answer)
        .map(|(_, _, said)| said)
        .filter(|said| said.quality >= 0.0);
    let (quality, mut summary, reason) = match known {
        Some(said) => (said.quality, said.summary.clone(), said.reason.clone()),
        None => by_words(&one.answer, question),
    };
    if name.has(&Behaviour::LongSummary) {
        summary = "word ".repeat(300);
    }
    let item = json!({"id": one.label, "summary": summary, "reason": reason, "meets_request": true, "faults": [], "injection": false});
    (quality, one, item)
}

/// An answer that is not in the playbook: how many of the question's words it takes up, and
/// whether it has a sensible length. A rehearsal, not a judgement.
fn by_words(answer: &str, question: &str) -> (f64, String, String) {
    let lower = answer.to_lowercase();
    let words: Vec<String> = question
        .to_lowercase()
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| word.len() > 3)
        .map(str::to_owned)
        .collect();
    let taken_up = words.iter().filter(|word| lower.contains(*word)).count() as f64 / words.len().max(1) as f64;
    let length = answer.split_whitespace().count() as f64;
    let fitting = 1.0 - ((length - 180.0).abs() / 600.0).min(1.0);
    let summary: Vec<&str> = answer
        .split_whitespace()
        .filter(|word| !word.starts_with(['#', '|', '`']) && !word.contains("**"))
        .take(40)
        .collect();
    let reason = format!(
        "Takes up {:.0} % of the question's words in {length:.0} words.",
        taken_up * 100.0
    );
    (0.7 * taken_up + 0.3 * fitting, summary.join(" "), reason)
}

fn points(seen: &[Seen], playbook: &Playbook) -> (Vec<String>, Vec<Value>) {
    let known: Vec<_> = seen
        .iter()
        .filter_map(|one| Some((one, playbook.recognise(&one.answer)?)))
        .collect();
    let Some((_, (scene, ..))) = known.first() else {
        return (Vec::new(), Vec::new());
    };
    let labels = |models: &[String]| -> Vec<String> {
        known
            .iter()
            .filter(|(_, (_, model, _))| models.iter().any(|wanted| wanted == model))
            .map(|(one, _)| one.label.clone())
            .collect()
    };
    let disagree = scene
        .disagree
        .iter()
        .map(|differs| json!({"point": differs.point, "ids": labels(&differs.models)}))
        .collect();
    (scene.agree.clone(), disagree)
}
