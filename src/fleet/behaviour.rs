//! How a model behaves, by its name: `base+behaviour+behaviour`. The whole list:
//!
//! | behaviour | what happens |
//! |---|---|
//! | `429xN` | the first N requests with the same last message get 429 with `Retry-After: 1` |
//! | `429afterS` | always 429 with `Retry-After: S` |
//! | `quota` | 429 or 402 of an empty account, not worth retrying |
//! | `500`, `503`, `529`, `500xN` | that status, always or N times |
//! | `hang` | the request is taken and never answered |
//! | `hangheaders` | headers, then nothing |
//! | `comments` | keep-alive comments only, for ever |
//! | `cut` | the connection breaks in the middle |
//! | `cutclean` | the stream ends early without its last event |
//! | `stall` | stops in the middle and stays open |
//! | `badjson` | an event that is not JSON |
//! | `html502`, `html200` | a page of HTML with that status |
//! | `refusal` | the model declines |
//! | `filter` | the provider's filter stops the answer |
//! | `splitutf8` | bytes are sent in pieces of one, so characters are cut |
//! | `crlf` | lines end with CRLF |
//! | `huge` | an endless answer |
//! | `empty` | an answer without text |
//! | `errorinstream` | an error event after the first pieces |
//! | `contextlong` | 400, the prompt is too long |
//! | `length` | cut by the token limit |
//! | `thinking` | reasoning before the text |
//! | `thinksMS` | the same for MS milliseconds, a few words at a time |
//! | `cites` | sources are named in the way of the format, one twice and one with an address that no page may lead to |
//! | `notemperature` | 400 for a temperature |
//! | `noschema` | 400 for a schema of the reply, in the words of the format |
//! | `nothoughts` | 400 for the wish to be told what is thought |
//! | `nousage` | no usage is reported |
//! | `slowMS` | the first token after MS milliseconds |
//! | `tpsN` | N tokens a second |
//! | `clock` | every piece of text is the moment it was sent, in microseconds since 1970 |
//! | `junkballot`, `junkonce`, `badlabels`, `longsummary`, `longonce`, `score11` | a judge's ballot is none, or is once, has other labels, goes over the limits of words, always or once, or over the scale |
//! | `noisyN` | a judge that gets about N % of pairs right, whatever the order shown |
//! | `primacyN` | a judge that likes what is shown first, N tenths of what answers differ by |
//! | `likeslength` | a judge that takes length for merit |
//! | `vain` | a judge that likes the answers of its own model |
//! | `reversed` | a judge that puts the worst first |
//! | `gullible` | a judge that does what an answer tells it |
//! | `coaxed` | the same, but only where the answer says something of the question too |
//! | `foreign`, `foreignonce` | a judge that sums up every answer in French, always or until it is asked again |

use std::time::Duration;

/// One behaviour.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Behaviour {
    RateLimitedTimes(u32),
    RateLimitedFor(u64),
    Quota,
    Status(u16, Option<u32>),
    Hang,
    HangAfterHeaders,
    CommentsOnly,
    Cut,
    CutClean,
    Stall,
    BadJson,
    Html(u16),
    Refusal,
    Filter,
    SplitUtf8,
    Crlf,
    Huge,
    Empty,
    ErrorInStream,
    ContextLong,
    Length,
    Thinking,
    ThinksFor(Duration),
    Cites,
    NoTemperature,
    NoSchema,
    NoThoughts,
    NoUsage,
    FirstToken(Duration),
    TokensPerSecond(u32),
    Clock,
    JunkBallot,
    JunkOnce,
    BadLabels,
    LongSummary,
    LongOnce,
    ScoreEleven,
    Noisy(u32),
    Primacy(u32),
    LikesLength,
    Vain,
    Reversed,
    Gullible,
    Coaxed,
    Foreign,
    ForeignOnce,
}

/// A model name taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelName {
    /// What to play.
    pub base: String,
    /// How.
    pub behaviours: Vec<Behaviour>,
}

impl ModelName {
    /// Takes a name apart; a behaviour that is not in the list makes the model unknown.
    pub fn parse(name: &str) -> Option<Self> {
        let mut parts = name.split('+');
        let base = parts.next().filter(|base| !base.is_empty())?.to_owned();
        let behaviours = parts.map(parse).collect::<Option<Vec<_>>>()?;
        Some(Self { base, behaviours })
    }

    /// How long it thinks before it answers; no time at all is a thought at once.
    pub fn thinks_for(&self) -> Option<Duration> {
        self.behaviours.iter().find_map(|behaviour| match behaviour {
            Behaviour::Thinking => Some(Duration::ZERO),
            Behaviour::ThinksFor(time) => Some(*time),
            _ => None,
        })
    }

    /// Whether it behaves so.
    pub fn has(&self, behaviour: &Behaviour) -> bool {
        self.behaviours.contains(behaviour)
    }
}

fn parse(text: &str) -> Option<Behaviour> {
    use Behaviour as B;
    let number = |prefix: &str| text.strip_prefix(prefix)?.parse::<u64>().ok();
    let times = |number: u64| u32::try_from(number).ok();
    Some(match text {
        "quota" => B::Quota,
        "500" | "503" | "529" => B::Status(text.parse().ok()?, None),
        "hang" => B::Hang,
        "hangheaders" => B::HangAfterHeaders,
        "comments" => B::CommentsOnly,
        "cut" => B::Cut,
        "cutclean" => B::CutClean,
        "stall" => B::Stall,
        "badjson" => B::BadJson,
        "html502" => B::Html(502),
        "html200" => B::Html(200),
        "refusal" => B::Refusal,
        "filter" => B::Filter,
        "splitutf8" => B::SplitUtf8,
        "crlf" => B::Crlf,
        "huge" => B::Huge,
        "empty" => B::Empty,
        "errorinstream" => B::ErrorInStream,
        "contextlong" => B::ContextLong,
        "length" => B::Length,
        "clock" => B::Clock,
        "thinking" => B::Thinking,
        "cites" => B::Cites,
        "notemperature" => B::NoTemperature,
        "noschema" => B::NoSchema,
        "nothoughts" => B::NoThoughts,
        "nousage" => B::NoUsage,
        "junkballot" => B::JunkBallot,
        "junkonce" => B::JunkOnce,
        "badlabels" => B::BadLabels,
        "longsummary" => B::LongSummary,
        "longonce" => B::LongOnce,
        "likeslength" => B::LikesLength,
        "vain" => B::Vain,
        "reversed" => B::Reversed,
        "gullible" => B::Gullible,
        "coaxed" => B::Coaxed,
        "foreign" => B::Foreign,
        "foreignonce" => B::ForeignOnce,
        "score11" => B::ScoreEleven,
        _ => {
            if let Some(n) = number("429x") {
                B::RateLimitedTimes(times(n)?)
            } else if let Some(seconds) = number("429after") {
                B::RateLimitedFor(seconds)
            } else if let Some(n) = number("500x") {
                B::Status(500, Some(times(n)?))
            } else if let Some(percent) = number("noisy") {
                // At a half a judge is a coin, and no noise makes one perfect.
                B::Noisy(times(percent).filter(|percent| (51..=99).contains(percent))?)
            } else if let Some(tenths) = number("primacy") {
                B::Primacy(times(tenths)?)
            } else if let Some(ms) = number("thinks") {
                B::ThinksFor(Duration::from_millis(ms))
            } else if let Some(ms) = number("slow") {
                B::FirstToken(Duration::from_millis(ms))
            } else {
                B::TokensPerSecond(times(number("tps")?)?)
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_what_to_play_and_how() {
        let name = ModelName::parse("demo-aria+429x2+slow3000+tps50").unwrap();
        assert_eq!(name.base, "demo-aria");
        assert_eq!(
            name.behaviours,
            [
                Behaviour::RateLimitedTimes(2),
                Behaviour::FirstToken(Duration::from_secs(3)),
                Behaviour::TokensPerSecond(50)
            ]
        );
        assert_eq!(ModelName::parse("echo+dance"), None);
        assert_eq!(ModelName::parse(""), None);
    }
}
