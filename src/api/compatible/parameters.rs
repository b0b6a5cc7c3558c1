//! What requests have in common besides what they say: parameters that Quorum cannot honour.

use serde_json::Value;

use crate::{ApiError, FaultCode};

/// What a parameter may be where Quorum does not do what it is for.
#[derive(Debug, Clone, Copy)]
pub enum Harmless {
    /// Nothing, `false`, 0, `[]`, `{}` or an empty text.
    Empty,
    /// That, or one of these words, alone or as `type`.
    Words(&'static [&'static str]),
    /// That, or this number.
    Number(u64),
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Bool(on) => !on,
        Value::Number(number) => number.as_f64() == Some(0.0),
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
    }
}

impl Harmless {
    fn allows(self, value: &Value) -> bool {
        is_empty(value)
            || match self {
                Self::Empty => false,
                Self::Number(number) => value.as_u64() == Some(number),
                Self::Words(words) => {
                    let is_one = |value: &Value| value.as_str().is_some_and(|word| words.contains(&word));
                    match value {
                        Value::Array(items) => items.iter().all(is_one),
                        Value::Object(fields) => fields.get("type").is_some_and(is_one),
                        value => is_one(value),
                    }
                }
            }
    }
}

/// Refuses parameters that would change the answer and cannot be honoured, by their names.
pub fn refuse_unsupported(given: &[(&str, Option<&Value>, Harmless)]) -> Result<(), ApiError> {
    for (name, value, harmless) in given {
        if let Some(value) = value
            && !harmless.allows(value)
        {
            return Err(ApiError::field(
                name,
                FaultCode::NotSupported,
                "is not supported by Quorum; leave it out",
            ));
        }
    }
    Ok(())
}

/// Most tokens of an answer, as a request limits them.
pub fn output_limit(field: &str, value: Option<i64>) -> Result<Option<u32>, ApiError> {
    match value {
        None => Ok(None),
        Some(tokens @ 1..) => Ok(Some(u32::try_from(tokens).unwrap_or(u32::MAX))),
        Some(_) => Err(ApiError::field(field, FaultCode::OutOfRange, "must be at least 1")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_changes_nothing_is_taken_and_what_would_is_refused_by_name() {
        let words = Harmless::Words(&["text", "none"]);
        for (value, harmless) in [
            (json!(null), Harmless::Empty),
            (json!([]), Harmless::Empty),
            (json!(false), Harmless::Empty),
            (json!(0), Harmless::Empty),
            (json!(1), Harmless::Number(1)),
            (json!("none"), words),
            (json!(["text"]), words),
            (json!({"type": "text"}), words),
        ] {
            assert!(harmless.allows(&value), "{value}");
        }
        for (value, harmless) in [
            (json!([{"type": "function"}]), Harmless::Empty),
            (json!(2), Harmless::Number(1)),
            (json!(["text", "audio"]), words),
            (json!({"type": "json_schema"}), words),
        ] {
            let refused = refuse_unsupported(&[("tools", Some(&value), harmless)]);
            assert!(
                matches!(&refused, Err(ApiError::Validation(fields)) if fields[0].field == "tools"),
                "{value}"
            );
        }
    }
}
