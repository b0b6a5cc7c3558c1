//! Search over titles, questions and answers.

use axum::{Json, extract::State};
use chrono::{DateTime, Utc};
use quorum_domain::{
    event::utf16_length,
    ids::{ConversationId, MessageId, ResponseId},
};
use serde::{Deserialize, Serialize};

use crate::{
    ApiError, AppState, Problem,
    access::SignedIn,
    extract::{QueryString, check_page_size, check_text},
    reading_text::reading_text,
};

const QUERY_CHARS: usize = 200;
const SNIPPET_CHARS: usize = 160;

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct SearchQuery {
    /// What to look for.
    #[param(required = true)]
    #[serde(default)]
    q: String,
    /// 1 to 100.
    limit: Option<i64>,
}

/// Something found.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct SearchHit {
    conversation_id: ConversationId,
    title: String,
    message_id: Option<MessageId>,
    /// The answer, if it was found in one.
    response_id: Option<ResponseId>,
    /// Plain text around the first hit.
    snippet: String,
    /// Begin and end of each hit in the snippet, in UTF-16 code units.
    highlights: Vec<(i64, i64)>,
    at: DateTime<Utc>,
}

/// What was found.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct SearchHits {
    /// The items.
    items: Vec<SearchHit>,
}

/// Search
#[utoipa::path(get, path = "/search", operation_id = "search", tag = "search", params(SearchQuery),
    responses((status = 200, body = SearchHits), (status = 422, body = Problem)))]
pub async fn search(
    State(state): State<AppState>,
    signed_in: SignedIn,
    QueryString(query): QueryString<SearchQuery>,
) -> Result<Json<SearchHits>, ApiError> {
    check_text("q", &query.q, QUERY_CHARS)?;
    let limit = check_page_size(query.limit, 20)?;
    let hits = state
        .store
        .read()
        .await?
        .search(signed_in.user.id, &query.q, limit)
        .await?;
    let words: Vec<String> = query
        .q
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    let items = hits
        .into_iter()
        .map(|hit| {
            let (snippet, highlights) = snippet(&hit.body, &words);
            SearchHit {
                conversation_id: hit.conversation_id,
                title: hit.title,
                message_id: hit.message_id,
                response_id: hit.response_id,
                snippet,
                highlights,
                at: hit.at,
            }
        })
        .collect();
    Ok(Json(SearchHits { items }))
}

/// A piece of the text around the first hit, and where the hits stand in it.
fn snippet(body: &str, words: &[String]) -> (String, Vec<(i64, i64)>) {
    let plain: Vec<char> = reading_text(body).chars().collect();
    let lower: Vec<char> = plain.iter().map(|c| c.to_lowercase().next().unwrap_or(*c)).collect();
    let find = |from: usize, text: &[char], word: &[char]| {
        (from..=text.len().saturating_sub(word.len())).find(|at| text[*at..].starts_with(word))
    };
    let words: Vec<Vec<char>> = words.iter().map(|word| word.chars().collect()).collect();
    let first = words.iter().filter_map(|word| find(0, &lower, word)).min().unwrap_or(0);
    let start = first.saturating_sub(SNIPPET_CHARS / 3);
    let end = (start + SNIPPET_CHARS).min(plain.len());
    let prefix = if start > 0 { "…" } else { "" };
    let suffix = if end < plain.len() { "…" } else { "" };
    let text: String = plain[start..end].iter().collect();
    let piece = &lower[start..end];
    let units = |to: usize| utf16_length(prefix) + utf16_length(&plain[start..start + to].iter().collect::<String>());
    let mut highlights = Vec::new();
    for word in words.iter().filter(|word| !word.is_empty()) {
        let mut from = 0;
        while let Some(at) = find(from, piece, word).filter(|_| piece.len() >= word.len()) {
            highlights.push((units(at), units(at + word.len())));
            from = at + word.len();
        }
    }
    highlights.sort_unstable();
    highlights.dedup();
    (format!("{prefix}{text}{suffix}"), highlights)
}

#[cfg(test)]
mod tests {
    use super::snippet;

    #[test]
    fn a_snippet_has_no_marks_and_its_hits_stand_where_the_words_are() {
        let (text, marks) = snippet("## Use **BRIN**\n- a [BRIN](https://x.example) index", &["brin".into()]);
        assert_eq!(text, "Use BRIN a BRIN index");
        assert_eq!(marks, [(4, 8), (11, 15)]);
    }

    #[test]
    fn a_snippet_stands_around_the_first_hit_and_marks_all() {
        let body = format!(
            "{} Use a BRIN index; brin is small. {}",
            "x ".repeat(200),
            "y ".repeat(200)
        );
        let (text, marks) = snippet(&body, &["brin".into()]);
        let units: Vec<u16> = text.encode_utf16().collect();
        let marked: Vec<String> = marks
            .iter()
            .map(|(from, to)| String::from_utf16(&units[*from as usize..*to as usize]).unwrap())
            .collect();
        assert_eq!(marked, ["BRIN", "brin"]);
        assert!(text.starts_with('…') && text.ends_with('…'));
    }

    #[test]
    fn a_text_without_the_word_and_an_empty_one_are_shown_from_their_beginning() {
        assert_eq!(snippet("short", &["missing".into()]), ("short".to_owned(), vec![]));
        assert_eq!(snippet("", &["a".into()]), (String::new(), vec![]));
    }
}
