//! Sixty ways to write an address that must not be called, tried on a listener that would hear it.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use quorum_domain::{FailureKind, Prices, Service, ServiceType, ids::ServiceId};
use tokio::{io::AsyncWriteExt, net::TcpListener};
use tokio_util::sync::CancellationToken;

use crate::{AllowedHosts, Voices, VoicesOptions};

/// Forms of an address; `PORT` is the listener's.
const TRICKS: &[&str] = &[
    "http://127.0.0.1:PORT",
    "http://127.0.0.1:PORT/v1",
    "http://127.0.0.2:PORT",
    "http://127.255.255.254:PORT",
    "http://127.1:PORT",
    "http://127.0.1:PORT",
    "http://2130706433:PORT",
    "http://0x7f000001:PORT",
    "http://0x7f.1:PORT",
    "http://0x7f.0x0.0x0.0x1:PORT",
    "http://0177.0.0.1:PORT",
    "http://017700000001:PORT",
    "http://0:PORT",
    "http://0.0.0.0:PORT",
    "http://127.0.0.1.:PORT",
    "http://127.000.000.001:PORT",
    "http://①②⑦.0.0.1:PORT",
    "http://127。0。0。1:PORT",
    "http://127%2e0%2e0%2e1:PORT",
    "http://%31%32%37.0.0.1:PORT",
    "http://localhost:PORT",
    "http://LOCALHOST:PORT",
    "http://localhost.:PORT",
    "http://a.localhost:PORT",
    "http://ｌｏｃａｌｈｏｓｔ:PORT",
    "http://[::1]:PORT",
    "http://[0:0:0:0:0:0:0:1]:PORT",
    "http://[::]:PORT",
    "http://[::127.0.0.1]:PORT",
    "http://[::ffff:127.0.0.1]:PORT",
    "http://[::ffff:7f00:1]:PORT",
    "http://[0:0:0:0:0:ffff:7f00:0001]:PORT",
    "http://[::ffff:a9fe:a9fe]",
    "http://[64:ff9b::7f00:1]:PORT",
    "http://[64:ff9b:1::7f00:1]:PORT",
    "http://[2002:7f00:1::]:PORT",
    "http://[2001::1]:PORT",
    "http://[fe80::1]:PORT",
    "http://[fec0::1]:PORT",
    "http://[fc00::1]:PORT",
    "http://[fd00:ec2::254]",
    "http://[ff02::1]:PORT",
    "http://[2001:db8::1]:PORT",
    "http://[3fff::1]:PORT",
    "http://169.254.169.254/latest/meta-data",
    "http://169.254.170.2",
    "http://2852039166",
    "http://0xa9fea9fe",
    "http://10.0.0.1:PORT",
    "http://172.16.0.1:PORT",
    "http://172.31.255.255:PORT",
    "http://192.168.0.1:PORT",
    "http://100.64.0.1:PORT",
    "http://100.100.100.200",
    "http://192.0.0.192",
    "http://198.18.0.1:PORT",
    "http://224.0.0.1:PORT",
    "http://240.0.0.1:PORT",
    "http://255.255.255.255:PORT",
    "http://user@127.0.0.1:PORT",
    "http://api.example.com@127.0.0.1:PORT",
    "http://api.example.com:443@127.0.0.1:PORT",
    "http://127.0.0.1:PORT#@api.example.com",
    "http://127.0.0.1:PORT\\@api.example.com",
    "http:\\\\127.0.0.1:PORT",
    "http:127.0.0.1:PORT",
    "HTTP://127.0.0.1:PORT",
    "http://\t127.0.0.1:PORT",
    "https://127.0.0.1:PORT",
    "ftp://127.0.0.1:PORT",
    "file:///etc/passwd",
    "gopher://127.0.0.1:PORT/_x",
    "data:text/plain,x",
    "unix:///var/run/docker.sock",
    "//127.0.0.1:PORT",
    "127.0.0.1:PORT",
    "",
];

fn service(base_url: &str) -> Service {
    Service {
        id: ServiceId::new(),
        name: "canary".into(),
        service_type: ServiceType::OpenAiCompatible,
        base_url: base_url.into(),
        model: "m".into(),
        max_output_tokens: 10,
        context_window: 1_000,
        vision: false,
        temperature: None,
        reasoning_effort: None,
        prices: Prices::default(),
        active: true,
        contestant: true,
        judge: false,
        demo: false,
        tiny: false,
        requires_key: false,
        created_at: chrono::DateTime::UNIX_EPOCH,
    }
}

/// Counts who connects, and sends each on to `elsewhere`.
async fn canary(elsewhere: String) -> (u16, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (port, heard) = (listener.local_addr().unwrap().port(), Arc::new(AtomicUsize::new(0)));
    let count = Arc::clone(&heard);
    tokio::spawn(async move {
        while let Ok((mut line, _)) = listener.accept().await {
            count.fetch_add(1, Ordering::SeqCst);
            let reply = format!("HTTP/1.1 302 Found\r\nlocation: {elsewhere}\r\ncontent-length: 0\r\n\r\n");
            let _hung_up = line.write_all(reply.as_bytes()).await;
        }
    });
    (port, heard)
}

fn voices(allowed: AllowedHosts) -> Voices {
    Voices::new(VoicesOptions {
        allowed_hosts: allowed,
        ..VoicesOptions::default()
    })
    .unwrap()
}

#[tokio::test]
async fn no_way_of_writing_an_address_reaches_this_machine_or_a_private_network() {
    let (port, heard) = canary("http://127.0.0.1/".into()).await;
    let voices = voices(AllowedHosts::default());
    assert!(TRICKS.len() >= 60);
    for trick in TRICKS {
        let url = trick.replace("PORT", &port.to_string());
        let refused = voices.test_key(&service(&url), None, &CancellationToken::new()).await;
        let error = refused.expect_err(&url);
        assert_eq!(error.failure.kind, FailureKind::Connection, "{url}: {error}");
        assert!(!error.retryable, "{url}: {error}");
    }
    assert_eq!(heard.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_redirect_of_an_allowed_host_is_not_followed() {
    let (inner, inner_heard) = canary("http://127.0.0.1/".into()).await;
    let (outer, outer_heard) = canary(format!("http://127.0.0.1:{inner}/")).await;
    let voices = voices(AllowedHosts::new([format!("127.0.0.1:{outer}")]));
    let url = format!("http://127.0.0.1:{outer}/v1");
    let refused = voices.test_key(&service(&url), None, &CancellationToken::new()).await;
    assert!(refused.is_err());
    assert_eq!(outer_heard.load(Ordering::SeqCst), 1);
    assert_eq!(inner_heard.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_name_that_resolves_to_this_machine_is_refused_when_it_is_connected_to() {
    // The name of this machine is no number and not `localhost`; only its address tells.
    let name = std::fs::read_to_string("/etc/hostname").unwrap_or_default();
    let name = name.trim();
    let (port, heard) = canary("http://127.0.0.1/".into()).await;
    let url = format!(
        "http://{}:{port}",
        if name.is_empty() { "localhost.localdomain" } else { name }
    );
    let refused = voices(AllowedHosts::default())
        .test_key(&service(&url), None, &CancellationToken::new())
        .await;
    assert_eq!(refused.unwrap_err().failure.kind, FailureKind::Connection);
    assert_eq!(heard.load(Ordering::SeqCst), 0);
}
