//! The outbound guard: an address is resolved, checked, and only then connected to. Loopback,
//! private, link-local and other special ranges are open only for hosts that an admin allowed.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::{Arc, PoisonError, RwLock},
};

use reqwest::{
    Url,
    dns::{Addrs, Name, Resolve, Resolving},
};

/// Why a URL may not be called.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddressRefused {
    /// Not a URL.
    #[error("this is not a URL")]
    NotAUrl,
    /// Neither http nor https.
    #[error("the address must begin with http:// or https://")]
    Scheme,
    /// A user name or password stands in it.
    #[error("the address must not contain a user name or password")]
    UserInfo,
    /// It has a query or a fragment, which the request would lose.
    #[error("the address must not contain ? or #")]
    Query,
    /// It points into this machine or a private network.
    #[error("this address is on this machine or in a private network; an admin must allow its host first")]
    Private,
}

/// Hosts in private ranges that an admin has allowed: `host`, `host:port`, `[::1]:port` or `*.suffix`.
#[derive(Debug, Clone, Default)]
pub struct AllowedHosts {
    hosts: Arc<RwLock<Vec<AllowedHost>>>,
}

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq)]
struct AllowedHost {
    /// A whole name or address; after a `*` the end of one.
    name: String,
    /// Whether every name with this end is meant.
    is_suffix: bool,
    /// The only port, if one was named.
    port: Option<u16>,
}

impl AllowedHost {
    /// Reads an entry. An IPv6 address has colons of its own: with a port it stands in brackets.
    fn parse(entry: &str) -> Self {
        let entry = entry.trim().to_ascii_lowercase();
        let (host, port) = match entry.rsplit_once(':') {
            Some((host, port)) if entry.parse::<Ipv6Addr>().is_err() => match port.parse::<u16>() {
                Ok(port) => (host, Some(port)),
                Err(_) => (entry.as_str(), None),
            },
            _ => (entry.as_str(), None),
        };
        let suffix = host.strip_prefix('*');
        Self {
            name: canonical(suffix.unwrap_or(host)),
            is_suffix: suffix.is_some(),
            port,
        }
    }

    fn names(&self, host: &str) -> bool {
        if self.is_suffix {
            host.ends_with(&self.name)
        } else {
            host == self.name
        }
    }
}

/// A name or address in its one spelling: without brackets and a dot at its end.
fn canonical(host: &str) -> String {
    let bare = host.trim_start_matches('[').trim_end_matches(']').trim_end_matches('.');
    bare.parse::<IpAddr>()
        .map_or_else(|_| bare.to_ascii_lowercase(), |address| address.to_string())
}

impl AllowedHosts {
    /// These hosts.
    pub fn new(hosts: impl IntoIterator<Item = String>) -> Self {
        Self {
            hosts: Arc::new(RwLock::new(
                hosts.into_iter().map(|host| AllowedHost::parse(&host)).collect(),
            )),
        }
    }

    /// One more.
    pub fn allow(&self, host: &str) {
        self.hosts
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .push(AllowedHost::parse(host));
    }

    fn matches(&self, host: &str, port: Option<u16>) -> bool {
        let hosts = self.hosts.read().unwrap_or_else(PoisonError::into_inner);
        hosts
            .iter()
            .any(|allowed| allowed.names(host) && (allowed.port.is_none() || allowed.port == port))
    }

    /// Whether any entry is for this host, whatever its port; the port was checked before.
    fn names(&self, host: &str) -> bool {
        let hosts = self.hosts.read().unwrap_or_else(PoisonError::into_inner);
        hosts.iter().any(|allowed| allowed.names(host))
    }
}

/// Checks what can be checked before resolving: form, scheme, and addresses written as numbers.
pub fn check_url(text: &str, allowed: &AllowedHosts) -> Result<Url, AddressRefused> {
    let url = Url::parse(text).map_err(|_| AddressRefused::NotAUrl)?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(AddressRefused::Scheme);
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(AddressRefused::UserInfo);
    }
    if url.fragment().is_some() {
        return Err(AddressRefused::Query);
    }
    let host = canonical(url.host_str().ok_or(AddressRefused::NotAUrl)?);
    if host.is_empty() {
        return Err(AddressRefused::NotAUrl);
    }
    let port = url.port_or_known_default();
    if allowed.matches(&host, port) {
        return Ok(url);
    }
    let private = match host.parse::<IpAddr>() {
        Ok(address) => !is_public(address),
        Err(_) => host == "localhost" || host.ends_with(".localhost") || allowed.names(&host),
    };
    if private { Err(AddressRefused::Private) } else { Ok(url) }
}

/// Whether an address is reachable over the public internet (IANA special-purpose registries).
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => is_public_v4(v4),
        IpAddr::V6(v6) => is_public_v6(v6),
    }
}

fn is_public_v4(v4: Ipv4Addr) -> bool {
    let [a, b, c, _] = v4.octets();
    !(v4.is_loopback()
        || v4.is_private()
        || v4.is_link_local()
        || v4.is_broadcast()
        || v4.is_documentation()
        || v4.is_multicast()
        || a == 0
        || a >= 240
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 192 && b == 88 && c == 99)
        || (a == 198 && (18..20).contains(&b)))
}

fn is_public_v6(v6: Ipv6Addr) -> bool {
    let segments = v6.segments();
    if let Some(v4) = v6.to_ipv4_mapped() {
        return is_public_v4(v4);
    }
    // 64:ff9b::/96 (NAT64) and 2002::/16 (6to4) carry an IPv4 address inside.
    if segments[..6] == [0x64, 0xff9b, 0, 0, 0, 0] {
        return is_public_v4(Ipv4Addr::from((u32::from(segments[6]) << 16) | u32::from(segments[7])));
    }
    if segments[0] == 0x2002 {
        return is_public_v4(Ipv4Addr::from((u32::from(segments[1]) << 16) | u32::from(segments[2])));
    }
    // 2001::/23 is for protocols, 2001:db8::/32 and 3fff::/20 are for documentation.
    let for_protocols = segments[0] == 0x2001 && segments[1] < 0x200;
    let for_documents = segments[..2] == [0x2001, 0x0db8] || (segments[0] == 0x3fff && segments[1] < 0x1000);
    (segments[0] & 0xe000) == 0x2000 && !for_protocols && !for_documents
}

/// A resolver that gives only addresses that may be called, so that what was checked is what is
/// connected to.
#[derive(Debug, Clone)]
pub struct GuardedResolver {
    allowed: AllowedHosts,
}

impl GuardedResolver {
    pub const fn new(allowed: AllowedHosts) -> Self {
        Self { allowed }
    }
}

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let allowed = self.allowed.clone();
        Box::pin(async move {
            let host = name.as_str().trim_end_matches('.').to_ascii_lowercase();
            let open = allowed.names(&host);
            let found = tokio::net::lookup_host((host.as_str(), 0)).await?;
            let addresses: Vec<SocketAddr> = found.filter(|address| open || is_public(address.ip())).collect();
            if addresses.is_empty() {
                return Err(AddressRefused::Private.into());
            }
            Ok(Box::new(addresses.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_this_machine_and_private_networks_are_refused_in_every_spelling() {
        let none = AllowedHosts::default();
        for url in [
            "http://127.0.0.1/v1",
            "http://127.1/",
            "http://2130706433/",
            "http://0x7f.1/",
            "http://0177.0.0.1/",
            "http://0/",
            "http://[::1]/",
            "http://[::]/",
            "http://[::ffff:127.0.0.1]/",
            "http://[::ffff:7f00:1]/",
            "http://[::ffff:a9fe:a9fe]/",
            "http://169.254.169.254/latest",
            "http://10.0.0.5/",
            "http://172.16.3.4/",
            "http://192.168.1.1/",
            "http://100.64.0.1/",
            "http://198.18.0.1/",
            "http://[fe80::1]/",
            "http://[fd00::1]/",
            "http://[64:ff9b::7f00:1]/",
            "http://[2002:7f00:1::]/",
            "http://localhost/",
            "http://localhost./",
            "http://LOCALHOST:8000/",
            "http://a.localhost/",
            "http://224.0.0.1/",
            "http://255.255.255.255/",
            "http://①②⑦.0.0.1/",
            "http://127。0。0。1/",
        ] {
            assert_eq!(check_url(url, &none).unwrap_err(), AddressRefused::Private, "{url}");
        }
    }

    #[test]
    fn odd_schemes_user_names_and_fragments_are_refused() {
        let none = AllowedHosts::default();
        assert_eq!(check_url("file:///etc/passwd", &none), Err(AddressRefused::Scheme));
        assert_eq!(check_url("ftp://example.com/", &none), Err(AddressRefused::Scheme));
        assert_eq!(
            check_url("https://me@example.com/", &none),
            Err(AddressRefused::UserInfo)
        );
        assert_eq!(
            check_url("https://example.com@10.0.0.1/", &none),
            Err(AddressRefused::UserInfo)
        );
        assert_eq!(check_url("https://example.com/#x", &none), Err(AddressRefused::Query));
        assert_eq!(check_url("example.com", &none), Err(AddressRefused::NotAUrl));
    }

    #[test]
    fn public_hosts_pass_and_allowed_ones_only_on_their_port() {
        let allowed = AllowedHosts::new([
            "127.0.0.1:4711".to_owned(),
            "models.lan".to_owned(),
            "*.internal".to_owned(),
        ]);
        assert!(check_url("https://api.openai.com/v1", &allowed).is_ok());
        assert!(check_url("http://127.0.0.1:4711/v1", &allowed).is_ok());
        assert!(check_url("http://127.0.0.1:4712/v1", &allowed).is_err());
        assert!(check_url("http://models.lan:9/", &allowed).is_ok());
        assert!(check_url("http://a.internal/", &allowed).is_ok());
        assert!(!allowed.names("internal"));
    }

    #[test]
    fn an_address_with_colons_is_allowed_whole_or_on_its_port() {
        let on_port = AllowedHosts::new(["[::1]:8080".to_owned(), "fd00::5".to_owned()]);
        for url in [
            "http://[::1]:8080/v1",
            "http://[0:0:0:0:0:0:0:1]:8080/",
            "http://[fd00::5]:9/",
            "http://[fd00:0::5]/",
        ] {
            assert!(check_url(url, &on_port).is_ok(), "{url}");
        }
        for url in [
            "http://[::1]/",
            "http://[::1]:8081/",
            "http://[::8080]/",
            "http://[fd00::50]/",
            "http://[fd00::6]:5/",
        ] {
            assert_eq!(check_url(url, &on_port), Err(AddressRefused::Private), "{url}");
        }
        let mapped = AllowedHosts::new(["[::ffff:10.0.0.5]:80".to_owned()]);
        assert!(check_url("http://[::ffff:a00:5]/", &mapped).is_ok());
        assert!(check_url("http://[::ffff:a00:6]/", &mapped).is_err());
        for entry in ["[::1]", "::1", "0:0:0:0:0:0:0:1", "[0::1]"] {
            let whole = AllowedHosts::new([entry.to_owned()]);
            assert!(check_url("http://[::1]:4711/", &whole).is_ok(), "{entry}");
            assert!(check_url("http://[::2]:4711/", &whole).is_err(), "{entry}");
        }
        let suffix = AllowedHosts::new(["*.lan:8080".to_owned()]);
        suffix.allow("[::1]:9");
        assert!(suffix.matches("a.lan", Some(8080)) && !suffix.matches("a.lan", Some(80)));
        assert!(suffix.matches("::1", Some(9)) && !suffix.matches("::1", Some(90)));
    }
}
