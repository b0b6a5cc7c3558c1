//! Telling a run as it happens, in server-sent events. The engine says what happens; a wire format
//! says in which events. Whoever stops listening ends nothing: the run goes on.

use std::{convert::Infallible, time::Duration};

use axum::{
    http::HeaderValue,
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use futures::stream;
use quorum_domain::Run;
use tokio::sync::mpsc;

use crate::{
    ApiError, Problem,
    council::{Follower, Outcome, Progress, Step},
};

/// Proxies cut a connection on which nothing comes; half a minute is the least that is usual.
const KEEP_ALIVE: Duration = Duration::from_secs(10);
/// Events that a slow reader may be behind; then the run is read from the store again.
const IN_FLIGHT: usize = 64;

/// How a wire format tells a run.
pub trait Telling: Send + 'static {
    /// Before anything is known of the answer.
    fn begin(&mut self) -> Vec<Event>;
    /// A piece of the answer.
    fn text(&mut self, piece: &str) -> Vec<Event>;
    /// The end of it.
    fn end(&mut self, outcome: &Outcome) -> Vec<Event>;
    /// There is no answer, or no end of it.
    fn fail(&mut self, problem: &Problem) -> Vec<Event>;
}

/// The listener has left.
struct Left;

/// A run as a stream of events.
pub fn tell(follower: Follower, telling: impl Telling) -> Response {
    let (events, waiting) = mpsc::channel(IN_FLIGHT);
    tokio::spawn(async move {
        // Whoever left misses the end, and nothing else depends on it.
        let _left = tell_all(follower, telling, events).await;
    });
    let body = stream::unfold(waiting, |mut waiting| async move {
        let event = waiting.recv().await?;
        Some((Ok::<Event, Infallible>(event), waiting))
    });
    let mut response = Sse::new(body)
        .keep_alive(KeepAlive::new().interval(KEEP_ALIVE).text("keep-alive"))
        .into_response();
    // Proxies that gather replies before they pass them on would hold the answer back.
    response
        .headers_mut()
        .insert("x-accel-buffering", HeaderValue::from_static("no"));
    response
}

async fn tell_all(mut follower: Follower, mut telling: impl Telling, events: mpsc::Sender<Event>) -> Result<(), Left> {
    send(&events, telling.begin()).await?;
    loop {
        let step = tokio::select! {
            step = follower.next() => step,
            () = events.closed() => return Err(Left),
        };
        match step {
            Ok(Step::Progress(progress)) => send(&events, vec![Event::default().comment(words_of(progress))]).await?,
            Ok(Step::Text(piece)) => send(&events, telling.text(&piece)).await?,
            Ok(Step::Done(outcome)) => return send(&events, telling.end(&outcome)).await,
            Err(error) => return send(&events, telling.fail(&error.problem())).await,
        }
    }
}

async fn send(events: &mpsc::Sender<Event>, told: Vec<Event>) -> Result<(), Left> {
    for event in told {
        events.send(event).await.map_err(|_| Left)?;
    }
    Ok(())
}

fn words_of(progress: Progress) -> String {
    let Progress {
        finished,
        expected,
        weighing,
    } = progress;
    if weighing {
        format!("{finished} of {expected} answered; weighing them")
    } else {
        format!("{finished} of {expected} answered")
    }
}

/// An event without a name, as OpenAI's formats have it.
pub fn data(value: &impl serde::Serialize) -> Event {
    // What is sent here is made of plain fields: it cannot fail.
    Event::default().data(serde_json::to_string(value).unwrap_or_default())
}

/// An event with its name, as Anthropic's format has it.
pub fn named(name: &'static str, value: &impl serde::Serialize) -> Event {
    data(value).event(name)
}

/// Says in headers which run a reply is about, for whoever cannot read the field `quorum`.
pub fn with_run(mut response: Response, run: &Run) -> Response {
    for (name, id) in [
        ("x-quorum-batch-id", run.batch_id.uuid()),
        ("x-quorum-conversation-id", run.conversation_id.uuid()),
    ] {
        if let Ok(value) = HeaderValue::from_str(&id.to_string()) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

/// A run to its end, or the reason why it has none.
pub async fn whole(follower: Follower) -> Result<Outcome, ApiError> {
    follower.outcome().await
}
