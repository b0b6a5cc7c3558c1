//! WebSockets: who may open one, and how frames go over it.

use axum::{
    extract::{
        State, WebSocketUpgrade,
        ws::{CloseFrame, Message, Utf8Bytes, WebSocket},
    },
    response::{IntoResponse, Response},
};
use futures::{FutureExt, SinkExt, StreamExt, future};
use quorum_domain::{Scope, ids::ConversationId};
use quorum_vault::{ExposeSecret, SecretString, token_hash};
use serde::Deserialize;

use crate::{
    ApiError, AppState,
    access::{authenticate, bears_token, holder_of},
    extract::{PathId, QueryString},
    line::{Admitted, Line, Transport},
    outgoing::{Outgoing, Parcel, WRITTEN_AT_ONCE},
    security::names_same_origin,
    visitor::Visitor,
};

#[derive(Debug, Deserialize)]
pub struct After {
    #[serde(default)]
    after: i64,
}

/// By what a client that cannot send headers may open a socket.
#[derive(Debug, Deserialize)]
pub struct Ticket {
    ticket: Option<SecretString>,
}

fn message_of(parcel: Parcel) -> Message {
    match parcel {
        Parcel::Frame { text, .. } => Message::Text(text.into()),
        Parcel::Ping => Message::Ping(Default::default()),
        Parcel::Close { code, reason } => Message::Close(Some(CloseFrame {
            code,
            reason: Utf8Bytes::from_static(reason),
        })),
    }
}

/// A socket as a transport.
fn over(socket: WebSocket) -> Transport {
    let (sink, mut incoming) = socket.split();
    let sink = sink.with(|parcel| future::ready(Ok::<_, axum::Error>(message_of(parcel))));
    let left = async move {
        // What a page says is not listened to; that it has left is.
        while let Some(Ok(message)) = incoming.next().await {
            if matches!(message, Message::Close(_)) {
                return;
            }
        }
    };
    Transport {
        outgoing: Outgoing::start(sink),
        left: left.boxed(),
    }
}

/// Events of one conversation.
pub async fn conversation(
    State(state): State<AppState>,
    PathId(id): PathId<ConversationId>,
    QueryString(query): QueryString<After>,
    QueryString(ticket): QueryString<Ticket>,
    visitor: Visitor,
    upgrade: WebSocketUpgrade,
) -> Response {
    let allowed = async {
        let admitted = admitted(&state, &visitor, ticket).await?;
        state.store.read().await?.conversation(admitted.user, id, false).await?;
        Ok::<_, ApiError>(admitted)
    };
    match allowed.await {
        Ok(admitted) => small(upgrade).on_upgrade(move |socket| async move {
            let mut line = Line::new(over(socket), state, admitted);
            let end = line.follow(id, query.after).await;
            line.close(end).await;
        }),
        Err(error) => error.into_response(),
    }
}

/// Changes of the user's list.
pub async fn user(
    State(state): State<AppState>,
    QueryString(ticket): QueryString<Ticket>,
    visitor: Visitor,
    upgrade: WebSocketUpgrade,
) -> Response {
    match admitted(&state, &visitor, ticket).await {
        Ok(admitted) => small(upgrade).on_upgrade(move |socket| async move {
            let mut line = Line::new(over(socket), state, admitted);
            let end = line.follow_list().await;
            line.close(end).await;
        }),
        Err(error) => error.into_response(),
    }
}

/// A page says little: a pong, a close. What is read at once is cleared beforehand, so the default of
/// 128 KiB would be a cost of every socket, in memory and time.
const READ_AT_ONCE: usize = 4 * 1024;
/// The most that a page may say at once.
const LONGEST_SAYING: usize = 64 * 1024;

fn small(upgrade: WebSocketUpgrade) -> WebSocketUpgrade {
    upgrade
        .read_buffer_size(READ_AT_ONCE)
        .write_buffer_size(WRITTEN_AT_ONCE)
        .max_message_size(LONGEST_SAYING)
        .max_frame_size(LONGEST_SAYING)
}

/// Who opens a socket. A browser sends its cookie to whoever asks, so there the page must be ours.
async fn admitted(state: &AppState, visitor: &Visitor, ticket: Ticket) -> Result<Admitted, ApiError> {
    if let Some(ticket) = ticket.ticket {
        return by_ticket(state, &ticket).await;
    }
    if !bears_token(&visitor.headers) && !names_same_origin(&visitor.headers) {
        return Err(ApiError::Csrf);
    }
    let signed_in = authenticate(state, visitor).await?;
    signed_in.need_to_stay()?;
    signed_in.need(Scope::Read)?;
    Ok(Admitted {
        user: signed_in.user.id,
        credential: signed_in.credential,
    })
}

async fn by_ticket(state: &AppState, ticket: &SecretString) -> Result<Admitted, ApiError> {
    let mut tx = state.store.begin().await?;
    let credential = tx.take_ws_ticket(&token_hash(ticket.expose_secret())).await?;
    state.commit(tx).await?;
    let credential = credential.ok_or(ApiError::Unauthenticated)?;
    let (user, scopes) = holder_of(state, credential).await?;
    if !scopes.allow(Scope::Read) {
        return Err(ApiError::ScopeMissing(Scope::Read));
    }
    Ok(Admitted {
        user: user.id,
        credential,
    })
}
