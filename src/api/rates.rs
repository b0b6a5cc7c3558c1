//! How often requests may come: by address before anything is read or looked up, by user and token
//! as soon as they are known, and asking services, which costs money, by user once more.

use std::net::IpAddr;

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use quorum_domain::ids::{ApiTokenId, UserId};
use quorum_push::{Allowance, Limiter, Rate, Who};

use crate::{ApiError, AppState, client_address::ClientAddress};

/// How often is too often. `None` anywhere is no limit.
#[derive(Debug, Clone, Copy, Default)]
pub struct Rates {
    /// Requests from one address.
    pub address: Option<Rate>,
    /// Requests of one user.
    pub user: Option<Rate>,
    /// Requests with one personal API token.
    pub token: Option<Rate>,
    /// Requests of one user that make services be asked.
    pub asking: Option<Rate>,
    /// Wrong sign-ins from one address.
    pub sign_in_address: Option<Rate>,
    /// Wrong sign-ins to one account from one address, or with one device's cookie.
    pub sign_in_place: Option<Rate>,
    /// Wrong sign-ins to one account from places that it was never signed in from.
    pub sign_in_account: Option<Rate>,
}

/// Names of what is counted; they stand in the keys in Redis.
const REQUESTS: &str = "requests";
const ASKING: &str = "asking";

fn allowance(what: &'static str, who: Who, rate: Option<Rate>) -> Option<Allowance> {
    rate.map(|rate| Allowance { what, who, rate })
}

async fn take(limiter: &Limiter, allowances: impl IntoIterator<Item = Option<Allowance>>) -> Result<(), ApiError> {
    let allowances: Vec<Allowance> = allowances.into_iter().flatten().collect();
    limiter.take(&allowances).await.map_err(|too_often| {
        metrics::counter!("quorum_requests_refused_total", "what" => allowances.first().map_or("", |first| first.what))
            .increment(1);
        ApiError::RateLimited {
            retry_after: too_often.seconds(),
        }
    })
}

impl AppState {
    async fn admit_address(&self, address: IpAddr) -> Result<(), ApiError> {
        let by_address = allowance(REQUESTS, Who::Address(address), self.rates.address);
        take(self.bus.limiter(), [by_address]).await
    }

    /// Counts a request of somebody who is known by now: a user, and the token it came with.
    pub(crate) async fn admit(&self, user: UserId, token: Option<ApiTokenId>) -> Result<(), ApiError> {
        let by_user = allowance(REQUESTS, Who::User(user), self.rates.user);
        let by_token = token.and_then(|token| allowance(REQUESTS, Who::Token(token), self.rates.token));
        take(self.bus.limiter(), [by_user, by_token]).await
    }

    /// Counts a request that makes services be asked.
    pub(crate) async fn admit_asking(&self, user: UserId) -> Result<(), ApiError> {
        take(
            self.bus.limiter(),
            [allowance(ASKING, Who::User(user), self.rates.asking)],
        )
        .await
    }
}

/// Refuses an address that asks too often, before its request costs anything. The page's own files
/// and the health of the process are not counted.
pub async fn by_address(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let counted = ["/api/v1/", "/ws/", "/v1/", "/mcp"]
        .iter()
        .any(|room| path.starts_with(room));
    if counted {
        let ClientAddress(address) = ClientAddress::of(request.extensions());
        if let Err(refused) = state.admit_address(address).await {
            return refused.into_response();
        }
    }
    next.run(request).await
}
