//! From a provider's refusal to a class of failure. The classes decide about retries, so each
//! provider's own words are read before its status.

use chrono::Utc;
use quorum_domain::FailureKind;
use reqwest::header::HeaderMap;
use serde_json::Value;

use crate::{CallError, retry_after::retry_after};

/// What an error body says, whatever its shape.
#[derive(Debug, Default)]
pub struct ErrorBody {
    /// The sentence for a person.
    pub message: String,
    /// Every machine-readable word in it: types, codes, statuses, reasons.
    words: Vec<String>,
    json: Option<Value>,
}

impl ErrorBody {
    /// Reads an error body: an `error` object or string, `message`, `detail`, an array with one
    /// of these, or text with its tags stripped.
    pub fn parse(body: &str) -> Self {
        let Ok(json) = serde_json::from_str::<Value>(body.trim()) else {
            return Self {
                message: strip_tags(body),
                ..Self::default()
            };
        };
        Self::from_json(json)
    }

    /// The same from JSON.
    pub fn from_json(json: Value) -> Self {
        let json = match json {
            Value::Array(items) => items.into_iter().next().unwrap_or_default(),
            other => other,
        };
        let error = json
            .get("error")
            .or_else(|| json.pointer("/response/error"))
            .unwrap_or(&json);
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let message = [
            error.get("message"),
            Some(error),
            json.get("message"),
            json.get("detail"),
            error.get("detail"),
        ]
        .into_iter()
        .flatten()
        .find_map(text)
        .or_else(|| json.get("detail").map(|detail| detail.to_string()))
        .unwrap_or_default();
        let mut words = Vec::new();
        for at in ["/type", "/code", "/status", "/param", "/details/error_code"] {
            match error.pointer(at) {
                Some(Value::String(word)) => words.push(word.clone()),
                Some(Value::Number(number)) => words.push(number.to_string()),
                _ => {}
            }
        }
        if let Some(details) = error.get("details").and_then(Value::as_array) {
            words.extend(details.iter().filter_map(|detail| text(detail.get("reason")?)));
            let violations = details
                .iter()
                .filter_map(|detail| detail.get("violations")?.as_array())
                .flatten();
            words.extend(violations.filter_map(|violation| text(violation.get("quotaId")?)));
        }
        Self {
            message,
            words,
            json: Some(json),
        }
    }

    fn says(&self, word: &str) -> bool {
        self.words.iter().any(|found| found.contains(word))
    }

    fn mentions(&self, text: &str) -> bool {
        self.message.to_ascii_lowercase().contains(text)
    }

    /// The status inside the body, for errors that come after a 200.
    pub fn status(&self) -> Option<u16> {
        self.words
            .iter()
            .find_map(|word| word.parse().ok())
            .filter(|status| (400..600).contains(status))
    }
}

fn strip_tags(text: &str) -> String {
    let mut plain = String::new();
    let mut inside = false;
    for c in text.chars().take(20_000) {
        match c {
            '<' => inside = true,
            '>' => {
                inside = false;
                plain.push(' ');
            }
            _ if !inside => plain.push(c),
            _ => {}
        }
    }
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Turns an error reply into a [`CallError`].
pub fn classify(status: u16, headers: &HeaderMap, body: &ErrorBody) -> CallError {
    let kind = kind_of(status, body);
    let mut error = CallError::new(kind, scrub(&body.message));
    error.retry_after = retry_after(headers, body.json.as_ref(), Utc::now());
    error.http_status = Some(status);
    error.request_id = request_id(headers);
    match headers.get("x-should-retry").and_then(|value| value.to_str().ok()) {
        Some("false") => error.retryable = false,
        Some("true") if kind.is_transient() => error.retryable = true,
        _ => {}
    }
    error
}

fn kind_of(status: u16, body: &ErrorBody) -> FailureKind {
    let spent = [
        "insufficient_quota",
        "spend_limit",
        "billing",
        "PerDay",
        "insufficient_credits",
    ];
    if spent.iter().any(|word| body.says(word))
        || body.mentions("usage limits")
        || body.mentions("insufficient balance")
    {
        return FailureKind::Quota;
    }
    if [
        "API_KEY_INVALID",
        "invalid_api_key",
        "authentication_error",
        "UNAUTHENTICATED",
    ]
    .iter()
    .any(|word| body.says(word))
    {
        return FailureKind::Auth;
    }
    let too_long = [
        "context_length",
        "prompt is too long",
        "maximum context",
        "input token count",
        "too many tokens",
    ];
    if body.says("context_length_exceeded") || (status < 500 && too_long.iter().any(|words| body.mentions(words))) {
        return FailureKind::ContextTooLong;
    }
    if ["content_filter", "content_policy", "SAFETY", "PROHIBITED_CONTENT"]
        .iter()
        .any(|word| body.says(word))
    {
        return FailureKind::ContentFiltered;
    }
    if body.says("overloaded") {
        return FailureKind::Overloaded;
    }
    match status {
        401 | 403 => FailureKind::Auth,
        402 => FailureKind::Quota,
        413 => FailureKind::ContextTooLong,
        429 => FailureKind::RateLimited,
        408 | 409 | 500..=599 => FailureKind::Overloaded,
        400..=499 => FailureKind::BadRequest,
        _ => FailureKind::BadResponse,
    }
}

/// The provider's id of a request, under the names in use.
pub fn request_id(headers: &HeaderMap) -> Option<String> {
    ["request-id", "x-request-id", "x-generation-id"]
        .iter()
        .find_map(|name| headers.get(*name)?.to_str().ok())
        .map(|id| id.chars().take(200).collect())
}

/// Takes out what may be a key or an address: error messages repeat parts of keys.
pub fn scrub(message: &str) -> String {
    let hidden = |word: &str| {
        let secret = ["sk-", "AIza", "AQ.", "gsk_", "xai-", "Bearer", "key="]
            .iter()
            .any(|mark| word.contains(mark));
        let address = word.contains("://");
        let random = word.len() >= 32
            && word.bytes().any(|b| b.is_ascii_digit())
            && word.bytes().any(|b| b.is_ascii_alphabetic());
        secret || address || random
    };
    let words: Vec<&str> = message
        .split_whitespace()
        .map(|word| if hidden(word) { "[…]" } else { word })
        .collect();
    words.join(" ").chars().take(300).collect()
}

/// Takes a known secret out of a message, whatever it looks like.
pub fn without_secret(message: &str, secret: &str) -> String {
    let secret = secret.trim();
    if secret.len() < 4 {
        message.to_owned()
    } else {
        message.replace(secret, "[…]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(status: u16, body: &str) -> FailureKind {
        classify(status, &HeaderMap::new(), &ErrorBody::parse(body))
            .failure
            .kind
    }

    #[test]
    fn each_providers_words_decide_before_the_status() {
        let cases = [
            (
                429,
                r#"{"error":{"type":"insufficient_quota","code":"insufficient_quota","message":"m"}}"#,
                FailureKind::Quota,
            ),
            (
                429,
                r#"{"error":{"code":"rate_limit_exceeded","message":"m"}}"#,
                FailureKind::RateLimited,
            ),
            (
                400,
                r#"{"error":{"code":400,"status":"INVALID_ARGUMENT","message":"m","details":[{"reason":"API_KEY_INVALID"}]}}"#,
                FailureKind::Auth,
            ),
            (
                429,
                r#"{"error":{"status":"RESOURCE_EXHAUSTED","details":[{"violations":[{"quotaId":"RequestsPerDayPerProject"}]}]}}"#,
                FailureKind::Quota,
            ),
            (
                529,
                r#"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"#,
                FailureKind::Overloaded,
            ),
            (
                400,
                r#"{"error":{"code":"context_length_exceeded","message":"m"}}"#,
                FailureKind::ContextTooLong,
            ),
            (
                429,
                r#"{"type":"error","error":{"type":"rate_limit_error","message":"m","details":{"error_code":"enforced_spend_limit_reached"}}}"#,
                FailureKind::Quota,
            ),
            (402, r#"{"error":{"code":402,"message":"m"}}"#, FailureKind::Quota),
            (
                404,
                r#"{"error":{"code":"model_not_found","message":"m"}}"#,
                FailureKind::BadRequest,
            ),
            (
                422,
                r#"{"detail":[{"loc":["body"],"msg":"m"}]}"#,
                FailureKind::BadRequest,
            ),
            (
                502,
                "<html><body><h1>502 Bad Gateway</h1></body></html>",
                FailureKind::Overloaded,
            ),
        ];
        for (status, body, expected) in cases {
            assert_eq!(kind(status, body), expected, "{status} {body}");
        }
    }

    #[test]
    fn keys_and_addresses_do_not_get_through() {
        let said = scrub("Incorrect API key provided: sk-proj-abc***xyz. See https://host/keys?key=abc for more.");
        assert_eq!(said, "Incorrect API key provided: […] See […] for more.");
    }

    #[test]
    fn a_page_of_html_becomes_its_words() {
        assert_eq!(
            ErrorBody::parse("<h1>Bad\n Gateway</h1><p>nginx</p>").message,
            "Bad Gateway nginx"
        );
    }
}
