//! The recorded questions, answers and verdicts: any `*.jsonl` of the four families in a folder.

use std::{collections::BTreeMap, fs, path::Path};

use serde::{Deserialize, de::DeserializeOwned};

#[derive(Deserialize)]
pub struct VicunaRow {
    pub answers: BTreeMap<String, String>,
    /// First, second, and 1, 2 or 3 for a tie.
    pub human: Vec<(String, String, u8)>,
    /// First shown, second shown, and 1, 2 or 3 for a tie.
    pub judges: BTreeMap<String, Vec<(String, String, u8)>>,
}

#[derive(Deserialize)]
pub struct LlmbarRow {
    pub set: String,
    pub answers: BTreeMap<String, String>,
    pub label: u8,
    /// The winner with 1 shown first, and with 2 shown first.
    pub verdicts: BTreeMap<String, (Option<u8>, Option<u8>)>,
}

#[derive(Deserialize)]
pub struct GsmRow {
    pub answers: BTreeMap<String, String>,
    pub correct: BTreeMap<String, bool>,
}

#[derive(Deserialize)]
pub struct LfqaRow {
    pub answers: BTreeMap<String, String>,
    pub preference: i8,
}

#[derive(Default)]
pub struct Sets {
    pub vicuna: Vec<VicunaRow>,
    pub llmbar: Vec<LlmbarRow>,
    pub gsm8k: Vec<GsmRow>,
    pub lfqa: Vec<LfqaRow>,
}

#[derive(Debug, thiserror::Error)]
pub enum DataFault {
    #[error("QUORUM_DATA cannot be read: {0}")]
    Folder(#[from] std::io::Error),
    #[error("{file}, line {line}: {error}")]
    Row {
        file: String,
        line: usize,
        error: serde_json::Error,
    },
    #[error("QUORUM_DATA has no file of a family that is known here")]
    Nothing,
}

impl Sets {
    pub fn read(folder: &Path) -> Result<Self, DataFault> {
        let mut sets = Self::default();
        let mut files: Vec<_> = fs::read_dir(folder)?
            .filter_map(Result::ok)
            .map(|entry| entry.path())
            .collect();
        files.sort();
        for file in files
            .iter()
            .filter(|file| file.extension().is_some_and(|end| end == "jsonl"))
        {
            let name = file
                .file_name()
                .map(|name| name.to_string_lossy().into_owned())
                .unwrap_or_default();
            let text = fs::read_to_string(file)?;
            match name.split('.').next() {
                Some("vicuna80") => sets.vicuna.extend(rows(&name, &text)?),
                Some("llmbar") => sets.llmbar.extend(rows(&name, &text)?),
                Some("gsm8k") => sets.gsm8k.extend(rows(&name, &text)?),
                Some("lfqa") => sets.lfqa.extend(rows(&name, &text)?),
                _ => continue,
            }
        }
        let found = sets.vicuna.len() + sets.llmbar.len() + sets.gsm8k.len() + sets.lfqa.len();
        if found == 0 { Err(DataFault::Nothing) } else { Ok(sets) }
    }
}

fn rows<T: DeserializeOwned>(file: &str, text: &str) -> Result<Vec<T>, DataFault> {
    text.lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty())
        .map(|(at, line)| {
            serde_json::from_str(line).map_err(|error| DataFault::Row {
                file: file.to_owned(),
                line: at + 1,
                error,
            })
        })
        .collect()
}
