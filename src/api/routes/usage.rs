//! What calls came to: one's own, and everybody's for admins; as JSON and as CSV.

use axum::{
    Json,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use chrono::{Days, NaiveDate, NaiveTime};
use quorum_domain::{Timestamp, ids::UserId, usage::UsageGroup};
use serde::{Deserialize, Serialize};

use crate::{
    ApiError, AppState, FaultCode, Problem,
    access::{Admin, SignedIn},
    extract::QueryString,
};

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct UsageQuery {
    /// By what to add up; by day if not said.
    group_by: Option<UsageGroup>,
    /// The first day (UTC), such as 2026-11-01.
    from: Option<NaiveDate>,
    /// The last day (UTC).
    to: Option<NaiveDate>,
}

/// One line of the report.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct UsageLine {
    /// The day, or the id of what the line is about; for services by day, both with a space between.
    key: String,
    /// What to show for it.
    label: String,
    /// Calls made, those for judging included.
    calls: i64,
    /// Input tokens.
    input_tokens: i64,
    /// Output tokens.
    output_tokens: i64,
    /// Cost.
    cost_micro_usd: i64,
    /// Complete answers among the calls.
    answered: i64,
    /// Answers that were ranked among others.
    ranked: i64,
    /// Answers that came first.
    wins: i64,
    /// Answers that were kept.
    kept: i64,
    /// Milliseconds to an answer's first text, on average.
    first_token_ms: Option<i64>,
    /// Milliseconds to an answer's end, on average.
    total_ms: Option<i64>,
}

impl From<quorum_store::UsageLine> for UsageLine {
    fn from(line: quorum_store::UsageLine) -> Self {
        let answers = line.answers;
        let count = |of: fn(quorum_store::AnswerFigures) -> i64| answers.map_or(0, of);
        let whole = |ms: Option<f64>| ms.map(|ms| ms.round() as i64);
        Self {
            key: line.key,
            label: line.label,
            calls: line.calls,
            input_tokens: line.input_tokens,
            output_tokens: line.output_tokens,
            cost_micro_usd: line.cost_micro_usd,
            answered: count(|figures| figures.answered),
            ranked: count(|figures| figures.ranked),
            wins: count(|figures| figures.wins),
            kept: count(|figures| figures.kept),
            first_token_ms: whole(answers.and_then(|figures| figures.first_token_ms)),
            total_ms: whole(answers.and_then(|figures| figures.total_ms)),
        }
    }
}

/// A usage report.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct UsageReport {
    /// The items.
    items: Vec<UsageLine>,
}

fn midnight(day: NaiveDate) -> Timestamp {
    day.and_time(NaiveTime::MIN).and_utc()
}

async fn lines(state: &AppState, user: Option<UserId>, query: &UsageQuery) -> Result<Vec<UsageLine>, ApiError> {
    if let (Some(from), Some(to)) = (query.from, query.to)
        && from > to
    {
        return Err(ApiError::field(
            "to",
            FaultCode::WrongOrder,
            "must not be before the first day",
        ));
    }
    let by = query.group_by.unwrap_or(UsageGroup::Day);
    if by == UsageGroup::User && user.is_some() {
        return Err(ApiError::field(
            "group_by",
            FaultCode::AdminsOnly,
            "by user is for admins",
        ));
    }
    let report = quorum_store::UsageReport {
        user,
        by,
        from: query.from.map(midnight),
        until: query
            .to
            .and_then(|day| day.checked_add_days(Days::new(1)))
            .map(midnight),
    };
    let lines = state.store.read().await?.usage(report).await?;
    Ok(lines.into_iter().map(Into::into).collect())
}

/// What a spreadsheet may take for the beginning of a formula (ASVS 5.0, 1.2.10), in the wide forms
/// of East Asian keyboards as well.
const FORMULA_BEGINS: &[char] = &['=', '+', '-', '@', '\0', '＝', '＋', '－', '＠'];

/// A text that a spreadsheet would take for a formula is marked as text.
fn cell(text: &str) -> String {
    // Some programs trim before they look.
    let trimmed = text.trim_start();
    if trimmed.starts_with(FORMULA_BEGINS) || text.starts_with(['\t', '\r', '\n']) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

fn csv_of(lines: Vec<UsageLine>, by: UsageGroup) -> Result<Response, ApiError> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for mut line in lines {
        line.key = cell(&line.key);
        line.label = cell(&line.label);
        writer.serialize(line).map_err(|_| ApiError::Internal)?;
    }
    let text = writer.into_inner().map_err(|_| ApiError::Internal)?;
    let name = format!("attachment; filename=\"quorum-usage-by-{by}.csv\"");
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, name),
    ];
    Ok((headers, text).into_response())
}

/// Calls, tokens and cost; how fast answers came, and which came first
#[utoipa::path(get, path = "/usage", operation_id = "get_usage", tag = "usage", params(UsageQuery),
    responses((status = 200, body = UsageReport), (status = 422, body = Problem)))]
pub async fn get(
    State(state): State<AppState>,
    signed_in: SignedIn,
    QueryString(query): QueryString<UsageQuery>,
) -> Result<Json<UsageReport>, ApiError> {
    let items = lines(&state, Some(signed_in.user.id), &query).await?;
    Ok(Json(UsageReport { items }))
}

/// The same as CSV
#[utoipa::path(get, path = "/usage/export", operation_id = "export_usage", tag = "usage", params(UsageQuery),
    responses((status = 200, body = String, content_type = "text/csv"), (status = 422, body = Problem)))]
pub async fn export(
    State(state): State<AppState>,
    signed_in: SignedIn,
    QueryString(query): QueryString<UsageQuery>,
) -> Result<Response, ApiError> {
    let lines = lines(&state, Some(signed_in.user.id), &query).await?;
    csv_of(lines, query.group_by.unwrap_or(UsageGroup::Day))
}

/// Everybody's calls, tokens and cost
#[utoipa::path(get, path = "/admin/usage", operation_id = "get_instance_usage", tag = "admin", params(UsageQuery),
    responses((status = 200, body = UsageReport), (status = 403, body = Problem), (status = 422, body = Problem)))]
pub async fn get_all(
    State(state): State<AppState>,
    _: Admin,
    QueryString(query): QueryString<UsageQuery>,
) -> Result<Json<UsageReport>, ApiError> {
    let items = lines(&state, None, &query).await?;
    Ok(Json(UsageReport { items }))
}

/// The same as CSV
#[utoipa::path(get, path = "/admin/usage/export", operation_id = "export_instance_usage", tag = "admin", params(UsageQuery),
    responses((status = 200, body = String, content_type = "text/csv"), (status = 403, body = Problem), (status = 422, body = Problem)))]
pub async fn export_all(
    State(state): State<AppState>,
    _: Admin,
    QueryString(query): QueryString<UsageQuery>,
) -> Result<Response, ApiError> {
    let lines = lines(&state, None, &query).await?;
    csv_of(lines, query.group_by.unwrap_or(UsageGroup::Day))
}

#[cfg(test)]
mod tests {
    use super::cell;

    #[test]
    fn a_title_that_looks_like_a_formula_is_marked_as_text() {
        assert_eq!(cell("=HYPERLINK(\"x\")"), "'=HYPERLINK(\"x\")");
        assert_eq!(cell("@SUM(A1)"), "'@SUM(A1)");
        for formula in [
            "+1",
            "-1",
            "\t=1",
            "\r=1",
            "\n=1",
            "\0=1",
            "  =1",
            "\u{a0}=1",
            "＝1",
            "＠SUM(1)",
        ] {
            assert_eq!(cell(formula), format!("'{formula}"));
        }
        assert_eq!(cell("Why?"), "Why?");
        assert_eq!(cell("a=b"), "a=b");
    }
}
