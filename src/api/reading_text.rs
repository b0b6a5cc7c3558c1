//! Markdown as it reads: the words of a text without its marks. For one line in a list, not for display
//! as an answer: code and tables stay as words, and nothing that is left is markup.

/// Inline tags that only shape text. Others may be words of the text, such as a type with its argument.
const TAGS: &[&str] = &[
    "br", "b", "i", "u", "em", "strong", "sub", "sup", "p", "div", "span", "details", "summary",
];

/// The words of a text, its lines and spaces joined by one space each.
pub fn reading_text(markdown: &str) -> String {
    let mut plain = String::with_capacity(markdown.len());
    let mut fence: Option<&str> = None;
    for line in markdown.lines().map(str::trim) {
        let mark = ["```", "~~~"].into_iter().find(|mark| line.starts_with(mark));
        match (fence, mark) {
            (Some(open), Some(mark)) if open == mark => fence = None,
            (None, Some(mark)) => fence = Some(mark),
            (Some(_), _) => push_words(&mut plain, line),
            (None, None) if is_drawn(line) => {}
            (None, None) => push_words(&mut plain, &without_marks(without_block_marks(line))),
        }
    }
    plain
}

fn push_words(plain: &mut String, text: &str) {
    for word in text.split_whitespace() {
        if !plain.is_empty() {
            plain.push(' ');
        }
        plain.extend(word.chars().filter(|c| !is_unseen(*c)));
    }
}

/// What is not seen but changes what is: control characters, and those that turn the direction of text.
fn is_unseen(c: char) -> bool {
    c.is_control() || matches!(c, '\u{200b}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// A rule, the line under a heading, or the line below a table's head.
fn is_drawn(line: &str) -> bool {
    line.len() >= 3
        && line
            .chars()
            .all(|c| matches!(c, '-' | '*' | '_' | '=' | '|' | ':' | ' '))
}

fn without_block_marks(line: &str) -> &str {
    let line = line.trim_start_matches(['>', ' ']);
    let unheaded = line.trim_start_matches('#');
    let hashes = line.len() - unheaded.len();
    let line = if (1..=6).contains(&hashes) && unheaded.starts_with(' ') {
        unheaded
    } else {
        line
    };
    let line = line.trim();
    let line = ["- ", "* ", "+ "]
        .into_iter()
        .find_map(|mark| line.strip_prefix(mark))
        .unwrap_or(line);
    let line = ["[ ] ", "[x] ", "[X] "]
        .into_iter()
        .find_map(|mark| line.strip_prefix(mark))
        .unwrap_or(line);
    line.trim_matches('|')
}

fn without_marks(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(c) = rest.chars().next() {
        let before = plain.chars().next_back();
        let (words, used) = match c {
            '`' => code(rest),
            '!' if rest.starts_with("![") => link(&rest[1..]).map(|(words, used)| (words, used + 1)),
            '[' => link(rest),
            '<' => tag(rest),
            '\\' => escaped(rest),
            '$' => maths(rest),
            '*' | '_' | '~' => emphasis(rest, c, before),
            '|' => Some((" · ".to_owned(), 1)),
            _ => None,
        }
        .unwrap_or_else(|| (c.to_string(), c.len_utf8()));
        plain.push_str(&words);
        rest = &rest[used..];
    }
    plain
}

type Read = Option<(String, usize)>;

fn code(text: &str) -> Read {
    let ticks = text.len() - text.trim_start_matches('`').len();
    let mark = &text[..ticks];
    let end = text[ticks..].find(mark)?;
    Some((text[ticks..ticks + end].to_owned(), ticks + end + ticks))
}

/// A link or an image, down to its words.
fn link(text: &str) -> Read {
    let label = text.find(']')?;
    let behind = &text[label + 1..];
    let shut = match behind.chars().next()? {
        '(' => behind.find(')')?,
        '[' => behind.find(']')?,
        _ => return None,
    };
    Some((without_marks(&text[1..label]), label + 1 + shut + 1))
}

fn tag(text: &str) -> Read {
    let end = text.find('>')?;
    let inner = text[1..end].trim_matches(['/', ' ']);
    if inner.starts_with("http://") || inner.starts_with("https://") {
        return Some((inner.to_owned(), end + 1));
    }
    let name = inner.split(' ').next()?.to_ascii_lowercase();
    TAGS.contains(&name.as_str()).then(|| (" ".to_owned(), end + 1))
}

fn escaped(text: &str) -> Read {
    match text.chars().nth(1)? {
        '(' | ')' | '[' | ']' => Some((String::new(), 2)),
        next if next.is_ascii_punctuation() => Some((next.to_string(), 2)),
        _ => None,
    }
}

/// Maths without its dollars; a sum of money keeps its sign.
fn maths(text: &str) -> Read {
    if text.starts_with("$$") {
        return Some((String::new(), 2));
    }
    let inner = &text[1..1 + text[1..].find('$')?];
    let behind = text[inner.len() + 2..].chars().next();
    let is_money = inner.is_empty() || inner.trim() != inner || behind.is_some_and(|c| c.is_ascii_digit());
    (!is_money).then(|| (inner.to_owned(), inner.len() + 2))
}

/// Marks of emphasis stand at a word's edge; within a word only `*` can be one.
fn emphasis(text: &str, mark: char, before: Option<char>) -> Read {
    let run = text.len() - text.trim_start_matches(mark).len();
    let is_word = |c: Option<char>| c.is_some_and(|c| !c.is_whitespace());
    let (left, right) = (is_word(before), is_word(text[run..].chars().next()));
    let emphasises = match mark {
        '~' => run == 2,
        '_' => {
            before.is_none_or(|c| !c.is_alphanumeric())
                || text[run..].chars().next().is_none_or(|c| !c.is_alphanumeric())
        }
        _ => run >= 2 || left != right,
    };
    ((left || right) && emphasises).then(|| (String::new(), run))
}

#[cfg(test)]
mod tests {
    use super::reading_text;

    #[test]
    fn marks_go_and_words_stay() {
        for (markdown, words) in [
            (
                "## Use **BRIN**\n\n- it is *small*\n- and __quick__",
                "Use BRIN it is small and quick",
            ),
            (
                "> 1. See [the manual](https://example.org/a) now",
                "1. See the manual now",
            ),
            (
                "![a chart](data:image/png;base64,xx) shows `a * b`",
                "a chart shows a * b",
            ),
            ("```sql\nSELECT *\nFROM t_a;\n```\ndone", "SELECT * FROM t_a; done"),
            ("| a | b |\n|---|:-:|\n| 1 | 2 |", "a · b 1 · 2"),
            (
                "the sum $a+b$ costs $5 or \\(x\\) and $$y$$",
                "the sum a+b costs $5 or x and y",
            ),
            (
                "snake_case and 2 * 3 and ~~old~~ \\*kept\\*",
                "snake_case and 2 * 3 and old *kept*",
            ),
            (
                "one<br>two, a Vec<String> & <https://x.example>",
                "one two, a Vec<String> & https://x.example",
            ),
            ("- [x] done [1] and [ref][1]", "done [1] and ref"),
        ] {
            assert_eq!(reading_text(markdown), words, "{markdown}");
        }
    }

    #[test]
    fn what_is_half_written_or_hostile_stays_text() {
        assert_eq!(reading_text("**open and [half](http"), "open and [half](http");
        assert_eq!(reading_text("<script>alert(1)</script>"), "<script>alert(1)</script>");
        assert_eq!(reading_text("a\u{202e}b\u{0}c `never shut"), "abc `never shut");
        assert_eq!(reading_text(""), "");
    }

    #[test]
    fn every_prefix_of_a_text_can_be_read() {
        let text = "## *ä* [ö](ü) `ß` <br> $é$ \\( | ![ñ](x) ~~ç~~ __ø__ **å";
        for (at, _) in text.char_indices() {
            let _read = reading_text(&text[..at]);
        }
    }
}
