//! Bringing messages to addresses that users chose, behind the same guard as providers: addresses
//! checked when they are connected to, no redirects, no proxy, bounded time and size.

use std::time::Duration;

use chrono::Utc;
use futures::StreamExt;
use reqwest::{Response, header::CONTENT_TYPE};
use tokio::time::{Instant, timeout};

use crate::{AddressRefused, Voices, classify::scrub, guard::check_url, retry_after::retry_after};

/// Until the reply begins; those who need longer take the message first and work afterwards.
const REPLY_WITHIN: Duration = Duration::from_secs(15);
/// For the beginning of the reply's body, which decides nothing.
const BODY_WITHIN: Duration = Duration::from_secs(2);
/// Of a reply no more is read.
const BODY_BYTES: usize = 4 * 1024;

/// A message as it goes out.
#[derive(Debug)]
pub struct Parcel<'a> {
    /// Where to.
    pub url: &'a str,
    /// Headers besides the type of the body, which is JSON.
    pub headers: &'a [(&'static str, String)],
    /// The body.
    pub body: &'a str,
}

/// What the address replied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// HTTP status.
    pub status: u16,
    /// The beginning of the body, without control characters.
    pub excerpt: String,
    /// How long it asks to be left alone.
    pub retry_after: Option<Duration>,
    /// From the first byte out to the reply.
    pub latency: Duration,
}

/// Why there was no reply.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoReceipt {
    /// The address may not be called.
    #[error(transparent)]
    Refused(#[from] AddressRefused),
    /// Nobody answered in time.
    #[error("no answer within {} seconds", REPLY_WITHIN.as_secs())]
    TimedOut,
    /// The line could not be made or broke.
    #[error("{0}")]
    Connection(String),
}

impl Voices {
    /// Brings a message and gives the reply, whatever it says.
    pub async fn deliver(&self, parcel: &Parcel<'_>) -> Result<Receipt, NoReceipt> {
        let url = check_url(parcel.url, self.allowed_hosts())?;
        let mut request = self.client.post(url).header(CONTENT_TYPE, "application/json");
        for (name, value) in parcel.headers {
            request = request.header(*name, value);
        }
        let begun = Instant::now();
        let sending = timeout(REPLY_WITHIN, request.body(parcel.body.to_owned()).send()).await;
        let response = sending.map_err(|_| NoReceipt::TimedOut)?.map_err(no_receipt)?;
        Ok(Receipt {
            latency: begun.elapsed(),
            status: response.status().as_u16(),
            retry_after: retry_after(response.headers(), None, Utc::now()),
            excerpt: excerpt(response).await,
        })
    }
}

async fn excerpt(response: Response) -> String {
    let mut body = Vec::new();
    let mut pieces = response.bytes_stream();
    let reading = async {
        while let Some(Ok(piece)) = pieces.next().await {
            let room = BODY_BYTES - body.len();
            body.extend_from_slice(&piece[..piece.len().min(room)]);
            if body.len() >= BODY_BYTES {
                break;
            }
        }
    };
    // What has come by then is enough to recognise the reply by.
    let _enough = timeout(BODY_WITHIN, reading).await;
    let text = String::from_utf8_lossy(&body);
    text.chars().filter(|c| !c.is_control() || *c == '\n').collect()
}

/// An error of the transport, without the address that reqwest puts into it.
fn no_receipt(error: reqwest::Error) -> NoReceipt {
    let error = error.without_url();
    let mut words = String::new();
    let mut cause: Option<&dyn std::error::Error> = Some(&error);
    while let Some(current) = cause {
        if let Some(refused) = current.downcast_ref::<AddressRefused>() {
            return NoReceipt::Refused(refused.clone());
        }
        words = current.to_string();
        cause = current.source();
    }
    NoReceipt::Connection(scrub(&words))
}
