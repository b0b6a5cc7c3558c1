//! Tickets by which a client that cannot send headers opens a WebSocket: `/ws/…?ticket=…`.

use axum::{Json, extract::State, http::StatusCode};
use chrono::Duration;
use quorum_vault::Token;
use serde::Serialize;

use crate::{ApiError, AppState, Problem, access::Reader};

const SECONDS: i64 = 30;

/// A ticket for one socket.
#[derive(Serialize, utoipa::ToSchema)]
pub struct WsTicket {
    /// To be sent as `ticket` in the address of the socket; it opens one.
    ticket: String,
    /// Seconds for which it is good.
    expires_in: i64,
}

/// A ticket that opens one WebSocket
#[utoipa::path(post, path = "/ws-tickets", operation_id = "create_ws_ticket", tag = "auth",
    responses((status = 201, body = WsTicket), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub async fn create(
    State(state): State<AppState>,
    Reader(reader): Reader,
) -> Result<(StatusCode, Json<WsTicket>), ApiError> {
    let ticket = Token::random();
    let mut tx = state.store.begin().await?;
    let expires_at = tx.now() + Duration::seconds(SECONDS);
    tx.create_ws_ticket(reader.credential, &ticket.hash(), expires_at)
        .await?;
    state.commit(tx).await?;
    let reply = WsTicket {
        ticket: ticket.reveal().to_owned(),
        expires_in: SECONDS,
    };
    Ok((StatusCode::CREATED, Json(reply)))
}
