//! Everything that belongs to a user, as one ZIP archive that is made while it is sent: JSON by the
//! kind of thing, images as files. A ZIP and not one JSON document, so that images stay images, any
//! system opens it, and a part can be read without the rest.
//!
//! Memory is bounded however much there is: rows are read a page at a time, each page on a connection
//! that is given back before it is sent, and whoever reads slowly slows the reading of rows.
//!
//! May enter: which things belong to a user, and the file that each goes into. May not enter: SQL,
//! secrets of any kind.
//!
//! To add a kind of thing: a page of it in `store::own_data`, its file here, a line in [`README`].

mod archive;
mod belongings;
mod conversations;

use axum::body::{Body, Bytes};
use futures::{SinkExt, channel::mpsc};
use quorum_domain::{Credential, User};
use quorum_store::{Session, StoreError};

use self::archive::Archive;
use crate::{ApiError, AppState, access::SignedIn};

/// Pieces that wait for whoever reads.
const WAITING: usize = 2;

/// What the archive says of itself.
const README: &str = include_str!("README.txt");

/// Why an archive was not finished. Whoever reads it then sees the connection break, never an end.
#[derive(Debug, thiserror::Error)]
enum BrokenOff {
    /// Whoever asked for it left.
    #[error("the reader left")]
    Left,
    /// The sign-in or token that it was asked for with was ended.
    #[error("the credential was revoked")]
    Revoked,
    /// This process goes down.
    #[error("the process stops")]
    Stopping,
    /// Rows could not be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The archive could not be written.
    #[error(transparent)]
    Zip(#[from] zip::result::ZipError),
    /// A thing could not be written as JSON.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
}

impl From<std::io::Error> for BrokenOff {
    fn from(error: std::io::Error) -> Self {
        Self::Zip(error.into())
    }
}

type Done = Result<(), BrokenOff>;

/// Whose things are taken out, and by what.
struct Taker {
    state: AppState,
    user: User,
    credential: Credential,
}

impl Taker {
    /// A session for one page. What was revoked meanwhile reads no further one.
    async fn page(&self) -> Result<Session, BrokenOff> {
        if self.state.stopping.is_cancelled() {
            return Err(BrokenOff::Stopping);
        }
        let mut session = self.state.store.read().await?;
        let holds = match self.credential {
            Credential::Session(id) => session.session(id).await?.is_some(),
            Credential::ApiToken(id) => session.api_token(id).await?.is_some(),
        };
        if holds { Ok(session) } else { Err(BrokenOff::Revoked) }
    }
}

/// What happens rarely stands at zero from the start.
pub fn begin_counting() {
    for ended in ["completed", "left", "failed"] {
        metrics::counter!("quorum_data_exports_total", "ended" => ended).increment(0);
    }
}

/// Begins to take everything out; gives the archive as the body of a reply.
pub fn begin(state: AppState, holder: &SignedIn) -> Body {
    let (mut out, pieces) = mpsc::channel::<Result<Bytes, BrokenOff>>(WAITING);
    let taker = Taker {
        state,
        user: holder.user.clone(),
        credential: holder.credential,
    };
    tokio::spawn(async move {
        let ended = match take_out(&taker, out.clone()).await {
            Ok(()) => "completed",
            Err(BrokenOff::Left) => "left",
            Err(why) => {
                tracing::warn!(user_id = %taker.user.id, error = %why, "an archive of a user's data was broken off");
                // Whoever reads must not take what came so far for all of it.
                let _may_have_left = out.send(Err(why)).await;
                "failed"
            }
        };
        metrics::counter!("quorum_data_exports_total", "ended" => ended).increment(1);
    });
    Body::from_stream(pieces)
}

async fn take_out(taker: &Taker, out: mpsc::Sender<Result<Bytes, BrokenOff>>) -> Done {
    let mut archive = Archive::new(out, taker.state.store.now());
    archive.file("README.txt", README.as_bytes()).await?;
    belongings::profile(taker, &mut archive).await?;
    conversations::all(taker, &mut archive, "conversations.json", false).await?;
    conversations::all(taker, &mut archive, "deleted-conversations.json", true).await?;
    conversations::images(taker, &mut archive).await?;
    belongings::settings(taker, &mut archive).await?;
    belongings::access(taker, &mut archive).await?;
    belongings::calls(taker, &mut archive).await?;
    belongings::audit(taker, &mut archive).await?;
    archive.finish().await
}

/// The name under which the archive is kept.
pub fn file_name(state: &AppState) -> Result<axum::http::HeaderValue, ApiError> {
    let day = state.store.now().format("%Y-%m-%d");
    let name = format!("attachment; filename=\"quorum-data-{day}.zip\"");
    axum::http::HeaderValue::from_str(&name).map_err(|_| ApiError::Internal)
}
