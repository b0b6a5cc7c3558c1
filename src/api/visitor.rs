//! Whoever is at the door, before it is known who that is.

use std::net::IpAddr;

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, request::Parts},
};

use crate::{ApiError, client_address::ClientAddress, extract::header_text};

const AGENT_CHARS: usize = 200;

/// The other end of a request that asks to be let in.
pub struct Visitor {
    /// Its address.
    pub address: IpAddr,
    /// The browser or program, as it names itself.
    pub user_agent: String,
    /// What it sent.
    pub headers: HeaderMap,
}

impl<S: Send + Sync> FromRequestParts<S> for Visitor {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let ClientAddress(address) = ClientAddress::of(&parts.extensions);
        Ok(Self {
            address,
            user_agent: header_text(&parts.headers, "user-agent", AGENT_CHARS),
            headers: parts.headers.clone(),
        })
    }
}
