//! Reading stored text forms back into the words of the domain.

use std::str::FromStr;

use quorum_domain::Trouble;

use crate::{Result, StoreError};

/// Parses an enum or a limited text; an unreadable value names its table and column.
pub fn parsed<T: FromStr>(text: &str, table: &'static str, column: &'static str) -> Result<T> {
    text.parse().map_err(|_| StoreError::Corrupt { table, column })
}

/// The same for a column that may be empty.
pub fn parsed_option<T: FromStr>(text: Option<&str>, table: &'static str, column: &'static str) -> Result<Option<T>> {
    text.map(|text| parsed(text, table, column)).transpose()
}

/// What was wrong, out of its three columns.
pub fn trouble(
    words: Option<String>,
    kind: Option<&str>,
    said: Option<String>,
    table: &'static str,
) -> Result<Option<Trouble>> {
    let kind = parsed_option(kind, table, "kind of failure")?;
    Ok(words.map(|words| Trouble { words, kind, said }))
}

/// A count for a column; more than `i64::MAX` of anything cannot be stored.
pub fn as_i64(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
