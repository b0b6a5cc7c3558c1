//! What the models say: answers by question, from the demo and from files.

use std::{collections::HashMap, path::Path};

use serde::Deserialize;

/// A playbook cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum PlaybookError {
    /// The file cannot be opened.
    #[error("the playbook cannot be opened")]
    Open(#[source] std::io::Error),
    /// A line is not in the form of a playbook.
    #[error("line {line} of the playbook cannot be read")]
    Line {
        /// Its number, from 1.
        line: usize,
        /// What is wrong with it.
        #[source]
        source: serde_json::Error,
    },
}

/// One answer of one model.
#[derive(Debug, Clone, Deserialize)]
#[serde(from = "SaidForm")]
pub struct Said {
    /// The text.
    pub text: String,
    /// A judge's summary of it.
    pub summary: String,
    /// Why it stands where it stands.
    pub reason: String,
    /// 0 to 1, for the judge that the fleet plays.
    pub quality: f64,
}

/// Files of real answers have only the text.
#[derive(Deserialize)]
#[serde(untagged)]
enum SaidForm {
    Text(String),
    Full {
        text: String,
        summary: String,
        reason: String,
        quality: f64,
    },
}

impl From<SaidForm> for Said {
    fn from(form: SaidForm) -> Self {
        match form {
            SaidForm::Text(text) => Self {
                text,
                summary: String::new(),
                reason: String::new(),
                quality: -1.0,
            },
            SaidForm::Full {
                text,
                summary,
                reason,
                quality,
            } => Self {
                text,
                summary,
                reason,
                quality,
            },
        }
    }
}

/// A point on which answers differ, by model.
#[derive(Debug, Clone, Deserialize)]
pub struct Differs {
    /// What it is about.
    pub point: String,
    /// The models that stand apart.
    pub models: Vec<String>,
}

/// One question with its answers.
#[derive(Debug, Clone, Deserialize)]
pub struct Scene {
    /// The question.
    #[serde(alias = "prompt")]
    pub question: String,
    /// Answers by model.
    pub answers: HashMap<String, Said>,
    /// The answer made from them all; without it one is put together from their sentences.
    #[serde(default)]
    pub fused: String,
    /// What all answers say.
    #[serde(default)]
    pub agree: Vec<String>,
    /// Where they differ.
    #[serde(default)]
    pub disagree: Vec<Differs>,
}

/// All questions that the fleet can answer.
#[derive(Debug, Default)]
pub struct Playbook {
    scenes: Vec<Scene>,
    by_question: HashMap<String, usize>,
    by_answer: HashMap<String, (usize, String)>,
}

const DEMO: &str = include_str!("demo/playbook.jsonl");

/// The questions of the demo, in order.
pub fn demo_questions() -> Vec<String> {
    DEMO.lines()
        .filter_map(|line| serde_json::from_str::<Scene>(line).ok())
        .map(|scene| scene.question)
        .collect()
}

/// Case, space and punctuation do not matter for finding a question.
fn folded(text: &str) -> String {
    let letters: String = text
        .chars()
        .map(|c| {
            if c.is_alphanumeric() {
                c.to_ascii_lowercase()
            } else {
                ' '
            }
        })
        .collect();
    letters.split_whitespace().collect::<Vec<_>>().join(" ")
}

impl Playbook {
    /// The demo's own.
    pub fn demo() -> Result<Self, PlaybookError> {
        let mut playbook = Self::default();
        playbook.add_text(DEMO)?;
        Ok(playbook)
    }

    /// Adds the lines of a file.
    pub fn add_file(&mut self, path: &Path) -> Result<(), PlaybookError> {
        self.add_text(&std::fs::read_to_string(path).map_err(PlaybookError::Open)?)
    }

    fn add_text(&mut self, text: &str) -> Result<(), PlaybookError> {
        for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            let scene: Scene = serde_json::from_str(line).map_err(|source| PlaybookError::Line {
                line: number + 1,
                source,
            })?;
            let at = self.scenes.len();
            self.by_question.insert(folded(&scene.question), at);
            for (model, said) in &scene.answers {
                self.by_answer.insert(folded(&said.text), (at, model.clone()));
            }
            self.scenes.push(scene);
        }
        Ok(())
    }

    /// What a model says to a question; `None` where the playbook does not know it.
    pub fn answer(&self, question: &str, model: &str) -> Option<&Said> {
        self.scenes
            .get(*self.by_question.get(&folded(question))?)?
            .answers
            .get(model)
    }

    /// What the best answer to a question is worth whose fused answer this is: made from the best, it is
    /// worth a little more to the judge that the fleet plays.
    pub fn worth_of_fused(&self, answer: &str) -> Option<f64> {
        let wanted = folded(answer);
        let fused = |scene: &&Scene| !scene.fused.is_empty() && folded(&scene.fused) == wanted;
        let scene = self.scenes.iter().find(fused)?;
        let best = scene.answers.values().map(|said| said.quality).fold(0.0, f64::max);
        Some((best + 0.05).min(1.0))
    }

    /// The scene and model behind an answer, for the judge.
    pub fn recognise(&self, answer: &str) -> Option<(&Scene, &str, &Said)> {
        let (at, model) = self.by_answer.get(&folded(answer))?;
        let scene = self.scenes.get(*at)?;
        Some((scene, model, scene.answers.get(model)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_demo_has_a_dozen_questions_with_three_answers_each() {
        let playbook = Playbook::demo().unwrap();
        assert_eq!(demo_questions().len(), 12);
        for scene in &playbook.scenes {
            assert_eq!(scene.answers.len(), 3, "{}", scene.question);
            assert!(!scene.fused.is_empty(), "{}", scene.question);
            for said in scene.answers.values() {
                assert!(said.summary.split_whitespace().count() <= 50 && said.reason.split_whitespace().count() <= 20);
                assert!(
                    (0.0..=1.0).contains(&said.quality) && said.text.split_whitespace().count() >= 25,
                    "{}",
                    scene.question
                );
            }
        }
    }

    #[test]
    fn a_question_is_found_whatever_its_case_and_punctuation() {
        let playbook = Playbook::demo().unwrap();
        let question = demo_questions()[0].to_uppercase().replace('?', " ??");
        assert!(playbook.answer(&question, "demo-aria").is_some());
        let said = playbook.answer(&question, "demo-bolt").unwrap();
        assert_eq!(playbook.recognise(&said.text).unwrap().1, "demo-bolt");
    }
}
