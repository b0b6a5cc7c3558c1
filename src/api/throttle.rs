//! Slows down guessing of passwords, over all processes. Every try is counted before the password is
//! looked at, so that many tries at once are not many free tries; the right one gives its count back.
//!
//! Three counts: wrong tries from an address, to an account from one place, and to an account from
//! all places that it was never signed in from. The last one is what guessing spread over many
//! addresses runs into, and it is not asked for a place that the account knows (its address, or
//! the cookie of a browser that was signed in): nobody can lock its owner out there.

use std::net::IpAddr;

use axum::http::{HeaderMap, HeaderValue};
use quorum_domain::ids::UserId;
use quorum_push::{Allowance, Who};
use quorum_vault::{Token, token_hash};

use crate::{ApiError, AppState, session::cookie_value};

/// Names a browser, not a person: it says only that its owner was signed in here before.
const fn device_cookie(secure: bool) -> &'static str {
    if secure {
        "__Host-quorum_device"
    } else {
        "quorum_device"
    }
}
/// A year.
const DEVICE_SECONDS: i64 = 365 * 86_400;

const GUESSING: &str = "sign_in";

/// Where a try comes from.
pub struct Place {
    address: IpAddr,
    device: Option<String>,
}

impl Place {
    /// From what a request shows.
    pub fn of(state: &AppState, address: IpAddr, headers: &HeaderMap) -> Self {
        Self {
            address,
            device: cookie_value(headers, device_cookie(state.cookies.secure)).filter(|device| is_token(device)),
        }
    }

    /// How a place is remembered: hashes, so that the table is of no use to anybody else.
    fn marks(&self) -> Vec<String> {
        let device = self
            .device
            .as_ref()
            .map(|device| token_hash(&format!("device {device}")));
        let address = token_hash(&format!("address {}", self.address.to_canonical()));
        device.into_iter().chain([address]).collect()
    }
}

/// Only what was given out can come back: it is sent again as a header.
fn is_token(device: &str) -> bool {
    device.len() == 43
        && device
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

/// A try that was counted.
pub struct Try {
    counted: Vec<Allowance>,
    marks: Vec<String>,
    device: Option<String>,
}

impl AppState {
    /// Counts a try to sign in as an account, whether there is one or not.
    pub(crate) async fn begin_sign_in(
        &self,
        account: &str,
        user: Option<UserId>,
        place: &Place,
    ) -> Result<Try, ApiError> {
        let marks = place.marks();
        // Looked for where there is no account as well, so that both take as long.
        let user = user.unwrap_or_else(|| uuid::Uuid::nil().into());
        let known = self.store.read().await?.known_place(user, &marks).await?;
        let account = token_hash(account);
        let elsewhere = known.is_none().then_some(self.rates.sign_in_account).flatten();
        // Neighbours of a known browser, behind the same address, cannot use up its tries.
        let by_device = place.device.is_some() && known.as_ref() == marks.first();
        let address = (!by_device).then_some(self.rates.sign_in_address).flatten();
        let from = known.or_else(|| marks.last().cloned()).unwrap_or_default();
        let counts = [
            (Who::Address(place.address), address),
            (Who::AccountFrom(account.clone(), from), self.rates.sign_in_place),
            (Who::Account(account), elsewhere),
        ];
        let counted: Vec<Allowance> = counts
            .into_iter()
            .filter_map(|(who, rate)| {
                rate.map(|rate| Allowance {
                    what: GUESSING,
                    who,
                    rate,
                })
            })
            .collect();
        self.bus.limiter().take(&counted).await.map_err(|too_often| {
            metrics::counter!("quorum_requests_refused_total", "what" => GUESSING).increment(1);
            ApiError::RateLimited {
                retry_after: too_often.seconds(),
            }
        })?;
        Ok(Try {
            counted,
            marks,
            device: place.device.clone(),
        })
    }

    /// The try was right: it does not count, and its place is known from now on. Gives the cookie
    /// by which the browser is known again.
    pub(crate) async fn signed_in_from(&self, tried: Try, user: UserId) -> Result<HeaderValue, ApiError> {
        self.bus.limiter().give_back(&tried.counted).await;
        let mut marks = tried.marks;
        let device = tried.device.unwrap_or_else(|| {
            let device = Token::random().reveal().to_owned();
            marks.push(token_hash(&format!("device {device}")));
            device
        });
        let mut tx = self.store.begin().await?;
        tx.remember_places(user, &marks).await?;
        self.commit(tx).await?;
        let (name, secure) = (
            device_cookie(self.cookies.secure),
            if self.cookies.secure { "; Secure" } else { "" },
        );
        let cookie = format!("{name}={device}; Path=/; HttpOnly; SameSite=Strict; Max-Age={DEVICE_SECONDS}{secure}");
        HeaderValue::from_str(&cookie).map_err(|_| ApiError::Internal)
    }
}
