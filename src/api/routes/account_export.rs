//! Taking out everything that belongs to oneself.

use axum::{
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use quorum_domain::{Scope, audit::AuditAction};

use crate::{ApiError, AppState, Problem, access::EvenLeaving, taking_out};

/// Take out everything that is yours, as a ZIP archive that is made while it is sent: conversations
/// with every answer, images, settings, calls and audit entries; no secrets. A connection that breaks
/// before the end gives no archive
#[utoipa::path(get, path = "/account/export", operation_id = "export_account", tag = "account",
    responses((status = 200, body = Vec<u8>, content_type = "application/zip"), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub async fn export(State(state): State<AppState>, EvenLeaving(holder): EvenLeaving) -> Result<Response, ApiError> {
    holder.need(Scope::Account)?;
    let name = taking_out::file_name(&state)?;
    let mut tx = state.store.begin().await?;
    tx.enter(&holder.act(AuditAction::DataTakenOut, &holder.user.email))
        .await?;
    state.commit(tx).await?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/zip")),
        (header::CONTENT_DISPOSITION, name),
    ];
    Ok((headers, taking_out::begin(state, &holder)).into_response())
}
