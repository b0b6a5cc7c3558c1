//! TLS with a certificate of one's own, and clients that are too slow or say too much.

use std::time::Duration;

use reqwest::StatusCode;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::harness::TestApp;

#[tokio::test]
async fn with_a_certificate_tls_is_spoken_and_browsers_are_told_to_stay_with_it() {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned(), "127.0.0.1".to_owned()]).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let (certificate, key) = (folder.path().join("cert.pem"), folder.path().join("key.pem"));
    std::fs::write(&certificate, made.cert.pem()).unwrap();
    std::fs::write(&key, made.signing_key.serialize_pem()).unwrap();
    let app = TestApp::start_with(&[
        ("QUORUM__SERVER__TLS_CERTIFICATE", certificate.to_str().unwrap()),
        ("QUORUM__SERVER__TLS_KEY", key.to_str().unwrap()),
    ])
    .await;
    assert!(app.origin.starts_with("https://"), "{}", app.origin);
    let root = reqwest::Certificate::from_pem(made.cert.pem().as_bytes()).unwrap();
    let client = reqwest::Client::builder()
        .no_proxy()
        .tls_certs_only([root])
        .build()
        .unwrap();
    let account = serde_json::json!({"name": "Ada", "email": "ada@example.com", "password": "correct horse 7"});
    let register = client
        .post(format!("{}/api/v1/auth/register", app.origin))
        .json(&account);
    let reply = register.send().await.unwrap();
    assert_eq!(reply.status(), StatusCode::CREATED);
    let cookie = reply.headers()["set-cookie"].to_str().unwrap();
    assert!(
        cookie.starts_with("__Host-quorum_session=") && cookie.contains("; Secure"),
        "{cookie}"
    );
    assert!(
        reply.headers()["strict-transport-security"]
            .to_str()
            .unwrap()
            .contains("max-age=")
    );
    let plain = reqwest::Client::builder().no_proxy().build().unwrap();
    let spoken_plainly = plain.get(app.origin.replace("https://", "http://")).send().await;
    assert!(spoken_plainly.is_err(), "{spoken_plainly:?}");
}

#[tokio::test]
async fn headers_without_end_and_packed_bodies_are_refused() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    let url = format!("{}/api/v1/instance", app.origin);
    let long = ada
        .client
        .get(&url)
        .header("x-long", "x".repeat(200_000))
        .send()
        .await
        .unwrap();
    assert_eq!(long.status(), StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE);
    let mut many = ada.client.get(&url);
    for number in 0..200 {
        many = many.header(format!("x-{number}"), "x");
    }
    assert_eq!(
        many.send().await.unwrap().status(),
        StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE
    );
    let packed = ada.client.post(format!("{}/api/v1/auth/login", app.origin));
    let packed = packed
        .header("content-type", "application/json")
        .header("content-encoding", "gzip");
    assert_eq!(
        packed.body(vec![31, 139]).send().await.unwrap().status(),
        StatusCode::UNSUPPORTED_MEDIA_TYPE
    );
    let nested = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    let deep = ada.client.post(format!("{}/api/v1/auth/login", app.origin));
    let deep = deep.header("content-type", "application/json").body(nested);
    assert_eq!(deep.send().await.unwrap().status(), StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_client_that_never_says_what_it_wants_is_let_go() {
    let app = TestApp::start().await;
    let address = app.origin.trim_start_matches("http://").to_owned();
    let open = async |words: &'static str| {
        let mut line = tokio::net::TcpStream::connect(&address).await.unwrap();
        line.write_all(words.as_bytes()).await.unwrap();
        let mut said = Vec::new();
        // Nothing is asserted of the time; only that it ends.
        let ended = tokio::time::timeout(Duration::from_secs(120), line.read_to_end(&mut said)).await;
        ended.expect("the line is closed").ok();
        String::from_utf8_lossy(&said).into_owned()
    };
    let head = "POST /api/v1/auth/login HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\nconnection: close\r\n";
    let slow_body = Box::leak(format!("{head}content-length: 50\r\n\r\n{{\"email\"").into_boxed_str());
    let (_, body) = tokio::join!(open("GET / HTTP/1.1\r\nhost: x\r\n"), open(slow_body));
    assert!(body.starts_with("HTTP/1.1 408"), "{body}");
    assert!(body.contains("/problems/request_timeout"), "{body}");
}
