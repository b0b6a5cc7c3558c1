//! The audit log, for admins: who did what, newest first.

use axum::{Json, extract::State};
use chrono::{DateTime, Utc};
use quorum_domain::audit::{AuditAction, AuditEntry};
use quorum_store::AuditFilter;
use serde::Deserialize;

use super::Page;
use crate::{
    ApiError, AppState, Problem,
    access::Admin,
    extract::{QueryString, check_length, check_page_size},
};

const TEXT_CHARS: usize = 300;

/// What to list; what is not named does not filter.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AuditQuery {
    /// Only this action.
    action: Option<AuditAction>,
    /// Only acts of this sign-in name.
    actor: Option<String>,
    /// Only acts on something whose name contains this.
    subject: Option<String>,
    /// Only from this moment on.
    from: Option<DateTime<Utc>>,
    /// Only before this moment.
    until: Option<DateTime<Utc>>,
    /// Entries a page, 1 to 100; 50 when not said.
    limit: Option<i64>,
    /// `next_cursor` of the page before.
    cursor: Option<i64>,
}

fn wanted(text: Option<String>, field: &str) -> Result<Option<String>, ApiError> {
    let text = text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    text.as_deref()
        .map_or(Ok(()), |text| check_length(field, text, TEXT_CHARS))?;
    Ok(text)
}

/// Who did what
#[utoipa::path(get, path = "/admin/audit", operation_id = "list_audit", tag = "admin", params(AuditQuery),
    responses((status = 200, body = Page<AuditEntry>), (status = 403, body = Problem), (status = 422, body = Problem)))]
pub async fn list(
    State(state): State<AppState>,
    _: Admin,
    QueryString(query): QueryString<AuditQuery>,
) -> Result<Json<Page<AuditEntry>>, ApiError> {
    let limit = check_page_size(query.limit, 50)?;
    let filter = AuditFilter {
        action: query.action,
        actor: wanted(query.actor, "actor")?.map(|actor| actor.to_lowercase()),
        subject: wanted(query.subject, "subject")?,
        from: query.from,
        until: query.until,
        before: query.cursor,
    };
    let mut items = state.store.read().await?.audit_entries(&filter, limit + 1).await?;
    let more = items.len() as i64 > limit;
    items.truncate(usize::try_from(limit).unwrap_or_default());
    let next_cursor = items.last().filter(|_| more).map(|entry| entry.seq.to_string());
    Ok(Json(Page { items, next_cursor }))
}
