//! Server-sent events, for whoever cannot open a WebSocket: the same frames by the same rules.
//! Events carry their number as `id`, so that a browser's `EventSource` goes on where it was cut off
//! by itself. The end is said in a last frame, `{"type":"closed","code":...,"reason":...}`.

use std::convert::Infallible;

use axum::{
    extract::{FromRequestParts, State},
    http::{HeaderValue, request::Parts},
    response::{
        IntoResponse, Response,
        sse::{Event, Sse},
    },
};
use futures::{FutureExt, SinkExt, StreamExt, channel::mpsc, future};
use quorum_domain::{StoredEvent, ids::ConversationId};
use serde::Deserialize;
use tokio_util::sync::CancellationToken;

use crate::{
    ApiError, AppState, FaultCode, Problem,
    access::SignedIn,
    extract::{PathId, QueryString},
    line::{Admitted, Line, Transport},
    outgoing::{Outgoing, Parcel},
};

/// Milliseconds that a browser waits before it comes again.
const COME_AGAIN: u64 = 1_000;

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct After {
    /// Events after this number; `Last-Event-ID` comes before it.
    #[serde(default)]
    after: i64,
}

/// The number that a browser was at when it was cut off.
pub struct LastEventId(Option<i64>);

impl<S: Send + Sync> FromRequestParts<S> for LastEventId {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let Some(value) = parts.headers.get("last-event-id") else {
            return Ok(Self(None));
        };
        let number = value.to_str().ok().and_then(|text| text.trim().parse().ok());
        number
            .map(|number| Self(Some(number)))
            .ok_or_else(|| ApiError::field("Last-Event-ID", FaultCode::WrongForm, "must be the number of an event"))
    }
}

fn event_of(parcel: Parcel) -> Event {
    match parcel {
        Parcel::Frame { text, number } => {
            let event = Event::default().data(text);
            match number {
                Some(number) => event.id(number.to_string()),
                None => event,
            }
        }
        Parcel::Ping => Event::default().comment("keep-alive"),
        Parcel::Close { code, reason } => {
            let end = serde_json::json!({"type": "closed", "code": code, "reason": reason});
            Event::default().data(end.to_string())
        }
    }
}

/// A stream of events as a transport, and as the reply that carries it.
fn over() -> (Transport, Response) {
    let (sink, events) = mpsc::channel(1);
    let sink = sink.with(|parcel| future::ready(Ok::<_, mpsc::SendError>(event_of(parcel))));
    let gone = CancellationToken::new();
    let listening = gone.clone().drop_guard();
    let events = futures::stream::iter([Event::default().retry(std::time::Duration::from_millis(COME_AGAIN))])
        .chain(events)
        .map(move |event| {
            // Dropped with the body, which is when the other end has left.
            let _listening = &listening;
            Ok::<_, Infallible>(event)
        });
    let mut response = Sse::new(events).into_response();
    // Proxies that gather replies before they pass them on would hold events back.
    response
        .headers_mut()
        .insert("x-accel-buffering", HeaderValue::from_static("no"));
    let transport = Transport {
        outgoing: Outgoing::start(sink),
        left: async move { gone.cancelled().await }.boxed(),
    };
    (transport, response)
}

/// What is followed.
enum Following {
    /// A conversation after a number.
    Conversation(ConversationId, i64),
    /// The user's list.
    List,
}

/// Runs a line until it ends, while its reply goes out.
fn run(state: AppState, signed_in: &SignedIn, what: Following) -> Response {
    let admitted = Admitted {
        user: signed_in.user.id,
        credential: signed_in.credential,
    };
    let (transport, response) = over();
    tokio::spawn(async move {
        let mut line = Line::new(transport, state, admitted);
        let end = match what {
            Following::Conversation(id, after) => line.follow(id, after).await,
            Following::List => line.follow_list().await,
        };
        line.close(end).await;
    });
    response
}

/// What happens in a conversation, as server-sent events: the frames of the WebSocket
#[utoipa::path(get, path = "/conversations/{id}/stream", operation_id = "stream_conversation", tag = "conversations",
    params(("id" = ConversationId, Path), After, ("Last-Event-ID" = Option<i64>, Header, description = "The number of the last event that arrived")),
    responses((status = 200, body = StoredEvent, content_type = "text/event-stream", description = "Stored events with their number as `id`; `response_delta`, `thoughts_delta`, `ready` and `resync` as on the WebSocket; `closed` at the end"),
        (status = 404, body = Problem), (status = 422, body = Problem)))]
pub async fn conversation(
    State(state): State<AppState>,
    signed_in: SignedIn,
    PathId(id): PathId<ConversationId>,
    QueryString(query): QueryString<After>,
    LastEventId(last): LastEventId,
) -> Result<Response, ApiError> {
    state
        .store
        .read()
        .await?
        .conversation(signed_in.user.id, id, false)
        .await?;
    let after = last.unwrap_or(query.after);
    Ok(run(state, &signed_in, Following::Conversation(id, after)))
}

/// Changes of your list of conversations, as server-sent events
#[utoipa::path(get, path = "/stream", operation_id = "stream_list", tag = "conversations",
    responses((status = 200, body = String, content_type = "text/event-stream", description = "`conversation_changed`, `ready` and `resync` as on the WebSocket")))]
pub async fn list(State(state): State<AppState>, signed_in: SignedIn) -> Response {
    run(state, &signed_in, Following::List)
}
