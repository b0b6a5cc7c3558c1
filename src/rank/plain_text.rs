//! Markdown to plain sentences: what is left when code, tables and marks are taken away.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

/// Text longer than this is read only so far; a summary comes from the beginning anyway.
const READ_BYTES: usize = 60_000;

/// The sentences of an answer, in order, without code blocks, tables, headings and marks.
pub fn sentences(markdown: &str) -> Vec<String> {
    let mut found = Vec::new();
    for paragraph in prose(markdown) {
        found.extend(
            paragraph
                .unicode_sentences()
                .map(|sentence| sentence.split_whitespace().collect::<Vec<_>>().join(" "))
                .filter(|sentence| sentence.chars().filter(|c| c.is_alphanumeric()).count() >= 2),
        );
    }
    found
}

/// Paragraphs and list items as plain text.
fn prose(markdown: &str) -> Vec<String> {
    let mut paragraphs: Vec<String> = prose_ranges(markdown)
        .into_iter()
        .map(|range| {
            let lines: Vec<&str> = markdown[range]
                .lines()
                .map(|line| line.trim().trim_start_matches(['>', ' ']))
                .collect();
            without_marks(&lines.join(" "))
        })
        .collect();
    paragraphs.retain(|paragraph| !paragraph.trim().is_empty());
    paragraphs
}

/// Where paragraphs and list items stand, their list marks left out.
pub(crate) fn prose_ranges(markdown: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut open = false;
    let mut fence: Option<&str> = None;
    let mut at = 0;
    for whole in first_bytes(markdown).split_inclusive('\n') {
        let start = at;
        at += whole.len();
        let line = whole.trim();
        let opens = ["```", "~~~", "$$"].into_iter().find(|mark| line.starts_with(mark));
        match (fence, opens) {
            (Some(shut), Some(mark)) if shut == mark => fence = None,
            (None, Some("$$")) if line.len() > 4 && line.ends_with("$$") => {}
            (None, Some(mark)) => fence = Some(mark),
            (Some(_), _) => {}
            (None, None) if line.is_empty() || line.starts_with(['#', '|']) || is_rule(line) => open = false,
            (None, None) => {
                let (text, is_item) = without_list_mark(line);
                let end = start + whole.trim_end().len();
                match found.last_mut().filter(|_| open && !is_item) {
                    Some(last) => last.end = end,
                    None => found.push(end - text.len()..end),
                }
                open = true;
                continue;
            }
        }
        open = open && fence.is_none() && opens.is_none();
    }
    found
}

fn first_bytes(text: &str) -> &str {
    let mut end = text.len().min(READ_BYTES);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

fn is_rule(line: &str) -> bool {
    line.len() >= 3 && line.chars().all(|c| matches!(c, '-' | '*' | '_' | '=' | ' '))
}

fn without_list_mark(line: &str) -> (&str, bool) {
    let line = line.trim_start_matches(['>', ' ']);
    if let Some(item) = line
        .strip_prefix("- ")
        .or_else(|| line.strip_prefix("* "))
        .or_else(|| line.strip_prefix("+ "))
    {
        return (item, true);
    }
    if let Some(item) = line.strip_prefix("• ") {
        return (item, true);
    }
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    match line[digits..]
        .strip_prefix(". ")
        .or_else(|| line[digits..].strip_prefix(") "))
    {
        Some(item) if (1..=3).contains(&digits) => (item, true),
        _ => (line, false),
    }
}

/// Emphasis, code marks, and links down to their text.
pub(crate) fn without_marks(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['*', '`', '[', '!', '_', '<']) {
        plain.push_str(&rest[..at]);
        let (mark, after) = rest[at..].split_at(1);
        rest = match mark {
            "[" => match after.split_once(']') {
                Some((label, tail)) if tail.starts_with('(') => {
                    plain.push_str(label);
                    tail.split_once(')').map_or("", |(_, tail)| tail)
                }
                _ => {
                    plain.push('[');
                    after
                }
            },
            "!" if after.starts_with('[') => after,
            "<" if after.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/') => {
                after.split_once('>').map_or(after, |(_, tail)| tail)
            }
            "*" | "`" => after,
            "_" if !plain.ends_with(char::is_alphanumeric) || !after.starts_with(char::is_alphanumeric) => after,
            other => {
                plain.push_str(other);
                after
            }
        };
    }
    plain.push_str(rest);
    plain
}

#[cfg(test)]
mod tests {
    use super::sentences;

    #[test]
    fn only_prose_is_left_of_markdown() {
        let text = "# Title\n\nUse a **BRIN** index, see [docs](http://x). It fits.\n\n```sql\nCREATE INDEX;\n```\n\n| a | b |\n|---|---|\n\n1. First `item`\n2. Second_item stays";
        assert_eq!(
            sentences(text),
            [
                "Use a BRIN index, see docs.",
                "It fits.",
                "First item",
                "Second_item stays"
            ]
        );
    }

    #[test]
    fn code_alone_leaves_nothing() {
        assert!(sentences("```rust\nfn main() {}\n```").is_empty());
    }
}
