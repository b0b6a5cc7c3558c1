//! The rules for new passwords: a length, and not what anyone would try first.
//!
//! No rule asks for kinds of characters (NIST SP 800-63B, section 3.1.1.2, and OWASP ASVS 6.2.5
//! advise against it); length and a list of the usual choices do more.

use std::collections::BTreeSet;

/// Shortest and longest password, in characters.
pub const PASSWORD_CHARS: (usize, usize) = (8, 256);

/// One choice a line, in lower case. A word also stands for itself with digits or signs around it.
const COMMON: &str = include_str!("common_passwords.txt");

/// Digits and signs around a common word that do not make it a good password.
const DECORATION: usize = 6;

/// A text repeated is common if the repeated part is shorter than this.
const REPEATED: usize = 8;

/// Why a new password is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordProblem {
    /// Under the shortest length.
    #[error("must have at least {} characters", PASSWORD_CHARS.0)]
    TooShort,
    /// Over the longest length.
    #[error("must have at most {} characters", PASSWORD_CHARS.1)]
    TooLong,
    /// Among the first that anyone tries.
    #[error("is one of the most common passwords")]
    Common,
    /// The same as the sign-in name.
    #[error("must not be the e-mail address")]
    SameAsEmail,
}

impl PasswordProblem {
    /// The field of a request that the problem is about.
    pub const FIELD: &'static str = "password";

    /// The limit that is broken, in characters, where it is a limit.
    pub const fn limit(self) -> Option<usize> {
        match self {
            Self::TooShort => Some(PASSWORD_CHARS.0),
            Self::TooLong => Some(PASSWORD_CHARS.1),
            Self::Common | Self::SameAsEmail => None,
        }
    }
}

/// Checks a new password against the rules.
pub fn check_password(password: &str, email: &str) -> Result<(), PasswordProblem> {
    let length = password.chars().count();
    if length < PASSWORD_CHARS.0 {
        return Err(PasswordProblem::TooShort);
    }
    if length > PASSWORD_CHARS.1 {
        return Err(PasswordProblem::TooLong);
    }
    let lower = password.to_lowercase();
    if lower == email.trim().to_lowercase() {
        return Err(PasswordProblem::SameAsEmail);
    }
    if is_repetition(&lower) || is_run(&lower) || is_common_word(&lower) {
        return Err(PasswordProblem::Common);
    }
    Ok(())
}

fn is_common_word(lower: &str) -> bool {
    let listed = |word: &str| COMMON.lines().any(|common| common == word);
    let sign = |c: char| !c.is_alphabetic();
    // A sign in front may be decoration or stand for the first letter.
    let words = [lower.trim_end_matches(sign), lower.trim_matches(sign)];
    let barely_decorated = |word: &str| lower.chars().count() - word.chars().count() <= DECORATION;
    listed(lower)
        || words
            .iter()
            .any(|word| barely_decorated(word) && listed(&plain_letters(word)))
}

/// The letters that digits and signs are often written for.
fn plain_letters(text: &str) -> String {
    let letter = |c| match c {
        '0' => 'o',
        '1' | '!' => 'i',
        '3' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' => 't',
        other => other,
    };
    text.chars().map(letter).collect()
}

/// Two different characters at most, or one short part over and over.
fn is_repetition(text: &str) -> bool {
    let chars: Vec<char> = text.chars().collect();
    let repeats = |part: usize| chars.len() >= 2 * part && chars.iter().zip(&chars[part..]).all(|(a, b)| a == b);
    chars.iter().collect::<BTreeSet<_>>().len() < 3 || (1..REPEATED).any(repeats)
}

/// Each character follows the one before, upwards or downwards: `abcdefgh`, `87654321`.
fn is_run(text: &str) -> bool {
    let codes: Vec<i64> = text.chars().map(|c| i64::from(u32::from(c))).collect();
    [1, -1]
        .iter()
        .any(|step| codes.windows(2).all(|pair| pair[1] - pair[0] == *step))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(password: &str) -> Result<(), PasswordProblem> {
        check_password(password, "ada@example.com")
    }

    #[test]
    fn the_length_is_counted_in_characters_and_its_limits_are_allowed() {
        assert_eq!(check("brïght7"), Err(PasswordProblem::TooShort));
        assert_eq!(check("brïght7é"), Ok(()));
        let longest: String = (0..256_u32).filter_map(|at| char::from_u32(0x4e00 + at * 7)).collect();
        assert_eq!(check(&longest), Ok(()));
        assert_eq!(check(&format!("{longest}x")), Err(PasswordProblem::TooLong));
    }

    #[test]
    fn common_passwords_are_refused_however_they_are_dressed() {
        for common in [
            "password",
            "Password123",
            "P@ssw0rd!",
            "pa55w0rd",
            "$ecret12",
            "qwertyuiop",
            "1q2w3e4r",
            "letmein!!",
            "2026summer",
            "quorum123",
        ] {
            assert_eq!(check(common), Err(PasswordProblem::Common), "{common}");
        }
    }

    #[test]
    fn runs_and_repetitions_are_refused() {
        for easy in [
            "aaaaaaaaaaaa",
            "abbabaab",
            "xyzxyzxyz",
            "adminadmin",
            "23456789",
            "hgfedcba",
        ] {
            assert_eq!(check(easy), Err(PasswordProblem::Common), "{easy}");
        }
    }

    #[test]
    fn the_email_address_is_refused_in_any_case() {
        assert_eq!(check("Ada@Example.com"), Err(PasswordProblem::SameAsEmail));
    }

    #[test]
    fn long_ones_phrases_and_other_scripts_are_welcome() {
        for good in [
            "correct horse battery staple",
            "Ünïcode päss phräse 🔑",
            "пятнадцать человек",
            "password managers are for everyone",
            "mK4#vQz9",
            "monkey-84419027",
        ] {
            assert_eq!(check(good), Ok(()), "{good}");
        }
    }

    #[test]
    fn a_problem_names_the_limit_that_it_is_about() {
        assert_eq!(PasswordProblem::TooShort.limit(), Some(8));
        assert_eq!(PasswordProblem::TooLong.limit(), Some(256));
        assert_eq!(PasswordProblem::Common.limit(), None);
        assert_eq!(PasswordProblem::TooShort.to_string(), "must have at least 8 characters");
    }

    #[test]
    fn the_list_is_in_lower_case_and_without_doubles() {
        let lines: Vec<&str> = COMMON.lines().collect();
        let set: BTreeSet<&str> = lines.iter().copied().collect();
        assert_eq!(set.len(), lines.len());
        assert!(
            lines
                .iter()
                .all(|line| !line.is_empty() && line.to_lowercase() == *line)
        );
    }
}
