//! An address that passes the guard is an address outside, and says the same to whoever reads it next.

use std::net::{IpAddr, Ipv4Addr};

use quorum_providers::{AllowedHosts, check_url};

use crate::bend::{cases, hold};

const EXAMPLES: &[&str] = &[
    "https://api.example.com/v1",
    "http://127.0.0.1:8080/v1",
    "http://[::1]/",
    "http://[::ffff:169.254.169.254]/latest/meta-data",
    "http://0x7f.1/",
    "http://2130706433/",
    "http://0177.0.0.1/",
    "https://user:secret@api.example.com/",
    "http://localhost:11434/api",
    "http://LOCALHOST./",
    "http://10.0.0.1/",
    "http://192.168.1.1:80/",
    "http://100.64.0.1/",
    "http://[fe80::1%25eth0]/",
    "http://[fd00::1]/",
    "http://[64:ff9b::7f00:1]/",
    "file:///etc/passwd",
    "gopher://127.0.0.1:6379/_x",
    "https://bücher.example/ü",
    "http://127。0。0。1/",
    "http://example.com\\@127.0.0.1/",
    "http:127.0.0.1",
    "https:///127.0.0.1",
    "//127.0.0.1/",
    "http://8.8.8.8/",
    "https://[2606:4700::1111]/",
];

/// Ranges that are never outside; written apart from the guard's own list.
fn inside(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => {
            let [a, b, ..] = v4.octets();
            matches!(a, 0 | 10 | 127 | 224..)
                || matches!(
                    (a, b),
                    (169, 254) | (172, 16..=31) | (192, 168) | (100, 64..=127) | (198, 18..=19)
                )
        }
        IpAddr::V6(v6) => {
            let first = v6.segments()[0];
            v6.is_loopback()
                || v6.is_unspecified()
                || (0xfc00..=0xfdff).contains(&first)
                || (0xfe80..=0xfeff).contains(&first)
                || first >= 0xff00
                || v6.to_ipv4_mapped().is_some_and(|v4| inside(IpAddr::V4(v4)))
        }
    }
}

#[test]
fn an_address_that_passes_the_guard_is_outside() {
    let examples: Vec<Vec<u8>> = EXAMPLES.iter().map(|text| text.as_bytes().to_vec()).collect();
    let allowed = AllowedHosts::new(["ollama.internal:11434".to_owned()]);
    let mut passed = 0_u64;
    for mut case in cases(30_000) {
        let text = case.text(&examples);
        hold(case.number, &text, || {
            let Ok(url) = check_url(&text, &allowed) else { return };
            passed += 1;
            assert!(matches!(url.scheme(), "http" | "https"));
            assert!(url.username().is_empty() && url.password().is_none() && url.fragment().is_none());
            let host = url.host_str().unwrap().trim_end_matches('.').to_ascii_lowercase();
            assert!(!host.is_empty() && host != "localhost" && !host.ends_with(".localhost"));
            if let Ok(address) = host.trim_matches(['[', ']']).parse::<IpAddr>() {
                assert!(!inside(address), "{address}");
            }
            // Whoever reads the checked address once more reads the same one.
            let again = check_url(url.as_str(), &allowed).unwrap();
            assert_eq!((again.host_str(), again.port()), (url.host_str(), url.port()));
        });
    }
    assert!(passed > 0, "no address passed, so nothing was shown");
    assert!(inside(IpAddr::V4(Ipv4Addr::LOCALHOST)));
}
