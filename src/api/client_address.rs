//! Where a request comes from. Whoever can send a header can forge it: `X-Forwarded-For` is read
//! only from proxies that the settings name, and only as far back as such proxies wrote it.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    str::FromStr,
    sync::Arc,
};

use axum::{
    extract::{ConnectInfo, FromRequestParts, Request, State},
    http::{Extensions, HeaderMap, request::Parts},
    middleware::Next,
    response::Response,
};
use ipnet::IpNet;

use crate::AppState;

/// The proxies whose word is taken; none by default.
#[derive(Debug, Clone, Default)]
pub struct TrustedProxies(Arc<[IpNet]>);

/// An entry that is neither an address nor a network.
#[derive(Debug, thiserror::Error)]
#[error("`{0}` is neither an address nor a network such as 10.0.0.0/8")]
pub struct BadProxy(String);

impl TrustedProxies {
    /// From addresses and networks as text.
    pub fn parse(entries: &[String]) -> Result<Self, BadProxy> {
        let parsed = entries.iter().map(|entry| {
            let entry = entry.trim();
            IpNet::from_str(entry)
                .or_else(|_| IpAddr::from_str(entry).map(IpNet::from))
                .map_err(|_| BadProxy(entry.to_owned()))
        });
        Ok(Self(parsed.collect::<Result<Vec<_>, _>>()?.into()))
    }

    fn trusts(&self, address: IpAddr) -> bool {
        self.0.iter().any(|net| net.contains(&address))
    }

    /// The last address that no trusted proxy has.
    fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let peer = peer.to_canonical();
        if !self.trusts(peer) {
            return peer;
        }
        let lines = headers.get_all("x-forwarded-for");
        let hops: Vec<&str> = lines
            .iter()
            .filter_map(|line| line.to_str().ok())
            .flat_map(|line| line.split(','))
            .collect();
        let mut nearest = peer;
        for hop in hops.into_iter().rev() {
            let Some(address) = address_of(hop) else { break };
            nearest = address;
            if !self.trusts(address) {
                break;
            }
        }
        nearest
    }
}

/// An entry of the header: an address, maybe with a port.
fn address_of(hop: &str) -> Option<IpAddr> {
    let hop = hop.trim();
    let address = hop
        .parse::<IpAddr>()
        .or_else(|_| hop.parse::<SocketAddr>().map(|socket| socket.ip()))
        .or_else(|_| hop.trim_matches(['[', ']']).parse())
        .ok()?;
    Some(address.to_canonical())
}

/// Where a request comes from.
#[derive(Debug, Clone, Copy)]
pub struct ClientAddress(pub IpAddr);

impl ClientAddress {
    /// What [`note`] found.
    pub fn of(extensions: &Extensions) -> Self {
        let noted = extensions.get::<Self>().copied();
        noted.unwrap_or(Self(IpAddr::V4(Ipv4Addr::UNSPECIFIED)))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for ClientAddress {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(Self::of(&parts.extensions))
    }
}

/// Finds out where a request comes from, for all that follows.
pub async fn note(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let connected = request.extensions().get::<ConnectInfo<SocketAddr>>();
    if let Some(ConnectInfo(peer)) = connected {
        let client = state.trusted_proxies.client(peer.ip(), request.headers());
        request.extensions_mut().insert(ClientAddress(client));
    }
    next.run(request).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn found(trusted: &[&str], peer: &str, forwarded: &[&str]) -> String {
        let entries: Vec<String> = trusted.iter().map(|entry| (*entry).to_owned()).collect();
        let mut headers = HeaderMap::new();
        for line in forwarded {
            headers.append("x-forwarded-for", HeaderValue::from_str(line).unwrap());
        }
        let proxies = TrustedProxies::parse(&entries).unwrap();
        proxies.client(peer.parse().unwrap(), &headers).to_string()
    }

    #[test]
    fn a_forwarded_address_counts_only_from_a_trusted_proxy() {
        assert_eq!(found(&[], "198.51.100.7", &["203.0.113.9"]), "198.51.100.7");
        assert_eq!(found(&["10.0.0.0/8"], "10.1.2.3", &["203.0.113.9"]), "203.0.113.9");
        assert_eq!(
            found(&["10.1.2.3"], "::ffff:10.1.2.3", &["203.0.113.9:4711"]),
            "203.0.113.9"
        );
        assert_eq!(found(&["10.1.2.3"], "10.1.2.4", &["203.0.113.9"]), "10.1.2.4");
    }

    #[test]
    fn what_a_client_forged_before_the_proxy_is_not_believed() {
        let forged = ["192.0.2.1, 203.0.113.9", "10.0.0.7"];
        assert_eq!(found(&["10.0.0.0/8"], "10.0.0.8", &forged), "203.0.113.9");
        assert_eq!(found(&["10.0.0.0/8"], "10.0.0.8", &["nonsense"]), "10.0.0.8");
        assert_eq!(found(&["10.0.0.0/8"], "10.0.0.8", &["[2001:db8::1]"]), "2001:db8::1");
    }

    #[test]
    fn an_entry_that_is_no_network_is_refused_by_name() {
        let error = TrustedProxies::parse(&["proxy.example".to_owned()]).unwrap_err();
        assert!(error.to_string().contains("proxy.example"));
    }
}
