//! How long a provider asks to wait, in all the forms they use.

use std::time::Duration;

use chrono::{DateTime, Utc};
use reqwest::header::HeaderMap;
use serde_json::Value;

/// The wait asked for by headers or by Gemini's `google.rpc.RetryInfo`; garbage is none.
pub fn retry_after(headers: &HeaderMap, body: Option<&Value>, now: DateTime<Utc>) -> Option<Duration> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim);
    text("retry-after-ms")
        .and_then(|ms| seconds(ms.parse::<f64>().ok()? / 1000.0))
        .or_else(|| text("retry-after").and_then(|value| parse_retry_after(value, now)))
        .or_else(|| body.and_then(retry_info))
        .or_else(|| anthropic_reset(headers, now))
}

fn seconds(value: f64) -> Option<Duration> {
    (value.is_finite() && value > 0.0)
        .then(|| Duration::try_from_secs_f64(value).ok())
        .flatten()
}

/// Seconds, whole or not, or an HTTP date (RFC 9110 section 10.2.3).
fn parse_retry_after(value: &str, now: DateTime<Utc>) -> Option<Duration> {
    if let Ok(number) = value.parse::<f64>() {
        return seconds(number);
    }
    let at = DateTime::parse_from_rfc2822(value).ok()?;
    (at.with_timezone(&Utc) - now).to_std().ok()
}

/// `details[]` with `retryDelay: "7s"`.
fn retry_info(body: &Value) -> Option<Duration> {
    let details = body.pointer("/error/details")?.as_array()?;
    let delay = details.iter().find_map(|detail| detail.get("retryDelay")?.as_str())?;
    seconds(delay.strip_suffix('s')?.parse().ok()?)
}

/// The latest of Anthropic's `anthropic-ratelimit-*-reset` whose limit is used up.
fn anthropic_reset(headers: &HeaderMap, now: DateTime<Utc>) -> Option<Duration> {
    let mut latest = None;
    for limit in ["requests", "tokens", "input-tokens", "output-tokens"] {
        let header = |part: &str| {
            headers
                .get(format!("anthropic-ratelimit-{limit}-{part}"))?
                .to_str()
                .ok()
        };
        if header("remaining") == Some("0") {
            let reset = header("reset").and_then(|at| DateTime::parse_from_rfc3339(at).ok());
            latest = latest.max(reset.map(|at| at.with_timezone(&Utc)));
        }
    }
    (latest? - now).to_std().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (reqwest::header::HeaderName::from_static(name), value.parse().unwrap()))
            .collect()
    }

    #[test]
    fn all_forms_are_read_and_garbage_is_none() {
        let now = DateTime::parse_from_rfc3339("2026-11-21T10:00:00Z")
            .unwrap()
            .with_timezone(&Utc);
        let wait = |pairs: &[(&'static str, &str)]| retry_after(&headers(pairs), None, now);
        assert_eq!(wait(&[("retry-after", "7")]), Some(Duration::from_secs(7)));
        assert_eq!(wait(&[("retry-after", "1.5")]), Some(Duration::from_millis(1500)));
        assert_eq!(
            wait(&[("retry-after-ms", "250"), ("retry-after", "9")]),
            Some(Duration::from_millis(250))
        );
        assert_eq!(
            wait(&[("retry-after", "Sat, 21 Nov 2026 10:00:30 GMT")]),
            Some(Duration::from_secs(30))
        );
        for garbage in ["soon", "-3", "NaN", "inf", "Sat, 21 Nov 2020 10:00:30 GMT"] {
            assert_eq!(wait(&[("retry-after", garbage)]), None, "{garbage}");
        }
        let gemini = serde_json::json!({"error": {"details": [{"@type": "x"}, {"retryDelay": "7s"}]}});
        assert_eq!(
            retry_after(&HeaderMap::new(), Some(&gemini), now),
            Some(Duration::from_secs(7))
        );
        let reset = [
            ("anthropic-ratelimit-tokens-remaining", "0"),
            ("anthropic-ratelimit-tokens-reset", "2026-11-21T10:00:12Z"),
        ];
        assert_eq!(wait(&reset), Some(Duration::from_secs(12)));
    }
}
