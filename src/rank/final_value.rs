//! The final value of an answer to a closed question: a number, an option letter, yes or no.

use crate::plain_text::sentences;

/// The value that an answer ends on, in a form that can be compared; none where there is none.
pub fn final_value(answer: &str) -> Option<String> {
    let boxed = answer
        .rsplit_once("\\boxed{")
        .and_then(|(_, rest)| rest.split_once('}'))
        .map(|(value, _)| value);
    if let Some(value) = boxed.and_then(number_in) {
        return Some(value);
    }
    let trimmed = answer.trim();
    if trimmed.split_whitespace().count() <= 5 {
        return number_in(trimmed).or_else(|| short_word(trimmed));
    }
    let lower = answer.to_lowercase();
    for mark in ["####", "answer is", "answer:", "result is", "total is"] {
        if let Some((_, rest)) = lower.rsplit_once(mark) {
            let rest: String = rest.chars().take(60).collect();
            if let Some(value) = number_in(&rest) {
                return Some(value);
            }
        }
    }
    let sentences = sentences(answer);
    sentences
        .iter()
        .rev()
        .take(2)
        .find_map(|sentence| last_number(sentence))
}

fn short_word(text: &str) -> Option<String> {
    let word: String = text
        .chars()
        .filter(|c| c.is_alphanumeric() || *c == ' ')
        .collect::<String>()
        .to_lowercase();
    let word = word.trim();
    let option = word.len() == 1 && word.chars().all(|c| c.is_ascii_alphabetic());
    (option || matches!(word, "yes" | "no" | "true" | "false")).then(|| word.to_owned())
}

fn numbers(text: &str) -> Vec<String> {
    let chars: Vec<char> = text.chars().collect();
    let mut found = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        if !chars[at].is_ascii_digit() {
            at += 1;
            continue;
        }
        let negative = at > 0 && chars[at - 1] == '-' && (at < 2 || !chars[at - 2].is_alphanumeric());
        let mut number = String::new();
        while at < chars.len()
            && (chars[at].is_ascii_digit()
                || (matches!(chars[at], ',' | '.') && chars.get(at + 1).is_some_and(char::is_ascii_digit)))
        {
            if chars[at] != ',' {
                number.push(chars[at]);
            }
            at += 1;
        }
        if let Ok(value) = number.parse::<f64>() {
            found.push(format!("{}", if negative { -value } else { value }));
        }
    }
    found
}

fn number_in(text: &str) -> Option<String> {
    numbers(text).into_iter().next()
}

fn last_number(text: &str) -> Option<String> {
    numbers(text).pop()
}

#[cfg(test)]
mod tests {
    use super::final_value;

    #[test]
    fn the_value_is_found_however_it_is_written() {
        assert_eq!(
            final_value("She pays 3 x 4 dollars. The answer is **$1,200.00**.").as_deref(),
            Some("1200")
        );
        assert_eq!(final_value("so \\boxed{-7}").as_deref(), Some("-7"));
        assert_eq!(final_value("work\n#### 18").as_deref(), Some("18"));
        assert_eq!(final_value("Yes.").as_deref(), Some("yes"));
        assert_eq!(final_value("(B)").as_deref(), Some("b"));
        assert_eq!(
            final_value("There is a lot to say about indexes and their many uses in practice."),
            None
        );
    }
}
