//! What the user's calls came to.

use axum::{Json, extract::State};
use quorum_domain::usage::UsageGroup;
use serde::{Deserialize, Serialize};

use crate::{ApiError, AppState, Problem, access::SignedIn, extract::QueryString};

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct UsageQuery {
    /// By what to add up.
    group_by: Option<UsageGroup>,
}

/// One line of the report.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct UsageLine {
    key: String,
    label: String,
    calls: i64,
    input_tokens: i64,
    output_tokens: i64,
    cost_micro_usd: i64,
}

/// A usage report.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct UsageReport {
    /// The items.
    items: Vec<UsageLine>,
}

/// Calls, tokens and cost
#[utoipa::path(get, path = "/usage", operation_id = "get_usage", tag = "usage", params(UsageQuery),
    responses((status = 200, body = UsageReport), (status = 422, body = Problem)))]
pub async fn get(
    State(state): State<AppState>,
    signed_in: SignedIn,
    QueryString(query): QueryString<UsageQuery>,
) -> Result<Json<UsageReport>, ApiError> {
    let lines = state
        .store
        .read()
        .await?
        .usage(signed_in.user.id, query.group_by.unwrap_or(UsageGroup::Day))
        .await?;
    let items = lines
        .into_iter()
        .map(|line| UsageLine {
            key: line.key,
            label: line.label,
            calls: line.calls,
            input_tokens: line.input_tokens,
            output_tokens: line.output_tokens,
            cost_micro_usd: line.cost_micro_usd,
        })
        .collect();
    Ok(Json(UsageReport { items }))
}
