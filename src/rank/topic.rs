//! What a question is about, roughly: enough to tell which services do well at what.

use serde::{Deserialize, Serialize};

/// The topics that standings are kept for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Topic {
    /// Programs, tools, databases, errors.
    Code,
    /// Sums, proofs, probabilities.
    Maths,
    /// Texts to be written or improved.
    Writing,
    /// Into another language.
    Translation,
    /// Texts to be shortened or searched.
    Summary,
    /// Decisions, plans, advice.
    Advice,
    /// Facts and explanations: what is left.
    Knowledge,
}

impl Topic {
    /// Every topic.
    pub const ALL: [Self; 7] = [
        Self::Code,
        Self::Maths,
        Self::Writing,
        Self::Translation,
        Self::Summary,
        Self::Advice,
        Self::Knowledge,
    ];
}

/// Marks of a topic: beginnings of words, with what each counts.
const MARKS: &[(Topic, u32, &[&str])] = &[
    (
        Topic::Code,
        2,
        &[
            "python",
            "rust",
            "javascript",
            "typescript",
            "java",
            "sql",
            "postgres",
            "sqlite",
            "regex",
            "docker",
            "git",
            "api",
            "json",
            "compil",
            "debug",
            "segfault",
            "stacktrace",
            "html",
            "css",
            "linux",
            "bash",
            "kubernetes",
            "async",
            "algorithm",
            "c++",
            "golang",
        ],
    ),
    (
        Topic::Code,
        1,
        &[
            "code", "function", "class", "bug", "error", "script", "program", "library", "server", "query", "index",
            "programm", "fehler",
        ],
    ),
    (
        Topic::Maths,
        2,
        &[
            "equation",
            "integral",
            "derivative",
            "probabilit",
            "theorem",
            "proof",
            "prove",
            "matrix",
            "calculat",
            "algebra",
            "geometry",
            "gleichung",
            "wahrscheinlich",
            "berechne",
        ],
    ),
    (
        Topic::Maths,
        1,
        &[
            "sum", "number", "percent", "how many", "how much", "average", "prozent", "wie viel",
        ],
    ),
    (Topic::Translation, 4, &["translat", "übersetz", "tradui", "traduc"]),
    (
        Topic::Summary,
        3,
        &[
            "summar",
            "tl;dr",
            "shorten",
            "key points",
            "fasse zusammen",
            "zusammenfass",
            "kürze",
        ],
    ),
    (
        Topic::Writing,
        2,
        &[
            "write",
            "essay",
            "poem",
            "email",
            "letter",
            "story",
            "blog",
            "rewrite",
            "proofread",
            "haiku",
            "slogan",
            "schreib",
            "brief",
            "gedicht",
            "aufsatz",
        ],
    ),
    (
        Topic::Advice,
        2,
        &[
            "should i",
            "recommend",
            "advice",
            "best way",
            "plan",
            "which is better",
            "pros and cons",
            "tips",
            "soll ich",
            "empfiehl",
            "empfehl",
            "rat",
        ],
    ),
];

/// The topic of a question by its words; `Knowledge` where nothing speaks for another.
pub fn classify_topic(question: &str) -> Topic {
    let lower: String = question.to_lowercase().chars().take(4_000).collect();
    let spaced = format!(
        " {}",
        lower.replace(|c: char| !c.is_alphanumeric() && !matches!(c, '+' | ';'), " ")
    );
    let mut votes = [0_u32; Topic::ALL.len()];
    for (topic, counts, marks) in MARKS {
        let found = marks.iter().filter(|mark| spaced.contains(&format!(" {mark}"))).count();
        votes[*topic as usize] += counts * u32::try_from(found).unwrap_or(u32::MAX);
    }
    if lower.contains("```") || lower.contains("();") || lower.contains("fn ") || lower.contains("def ") {
        votes[Topic::Code as usize] += 3;
    }
    let signs = lower
        .chars()
        .filter(|c| matches!(c, '+' | '=' | '×' | '÷' | '√' | '∫' | '^'))
        .count();
    let digits = lower.chars().filter(char::is_ascii_digit).count();
    if signs > 0 && digits > 1 {
        votes[Topic::Maths as usize] += 2;
    }
    let best = Topic::ALL.into_iter().rev().max_by_key(|topic| votes[*topic as usize]);
    best.filter(|topic| votes[*topic as usize] >= 2)
        .unwrap_or(Topic::Knowledge)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_questions_find_their_topic() {
        for (question, topic) in [
            ("Which index suits an append-only table in Postgres?", Topic::Code),
            ("Why does this panic?\n```rust\nlet x = v[9];\n```", Topic::Code),
            ("What is the probability of two sixes?", Topic::Maths),
            ("Solve 3x + 4 = 19", Topic::Maths),
            ("Write a short poem about snow", Topic::Writing),
            ("Translate 'good morning' into Italian", Topic::Translation),
            ("Übersetze den Brief ins Englische", Topic::Translation),
            ("Summarise this article for me", Topic::Summary),
            ("Should I rent or buy a flat?", Topic::Advice),
            ("Who was the first person on the Moon?", Topic::Knowledge),
            ("", Topic::Knowledge),
        ] {
            assert_eq!(classify_topic(question), topic, "{question}");
        }
    }
}
