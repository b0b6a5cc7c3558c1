//! Taking connections: with TLS where certificate files are given, and no longer than a client is
//! about to say something.

use std::{io, net::TcpListener, time::Duration};

use anyhow::{Context, bail};
use axum::{Router, extract::connect_info::IntoMakeServiceWithConnectInfo};
use axum_server::{
    Handle,
    accept::DefaultAcceptor,
    tls_rustls::{RustlsAcceptor, RustlsConfig},
};
use hyper_util::rt::TokioTimer;
use std::net::SocketAddr;
use tokio_util::sync::CancellationToken;

use crate::{config::Server, patience::PatientAcceptor};

/// A client that has not said what it wants by then is let go.
const HEADERS_WITHIN: Duration = Duration::from_secs(20);
/// A request has no more headers, and no longer ones, than this.
const MOST_HEADERS: usize = 100;
const HEADER_BYTES: usize = 64 * 1024;
/// Requests at once on one connection of HTTP/2; browsers stay far below.
const MOST_STREAMS: u32 = 100;
/// A connection of HTTP/2 is asked this often whether somebody is there.
const ANYBODY_THERE: Duration = Duration::from_secs(20);

/// The service that is offered on a listener.
pub type Offered = IntoMakeServiceWithConnectInfo<Router, SocketAddr>;

/// The certificate, if one is given.
pub async fn certificate(server: &Server) -> anyhow::Result<Option<RustlsConfig>> {
    let (certificate, key) = (&server.tls_certificate, &server.tls_key);
    match (certificate.as_os_str().is_empty(), key.as_os_str().is_empty()) {
        (true, true) => Ok(None),
        (false, false) => {
            quorum_providers::install_tls();
            let config = RustlsConfig::from_pem_file(certificate, key).await;
            config.map(Some).context("the certificate or its key cannot be read")
        }
        _ => bail!("TLS needs both server.tls_certificate and server.tls_key"),
    }
}

/// Serves until it is told to stop; then running requests may finish.
pub async fn serve(
    listener: TcpListener,
    offered: Offered,
    certificate: Option<RustlsConfig>,
    stop: CancellationToken,
) -> io::Result<()> {
    let handle = Handle::new();
    let stopping = handle.clone();
    tokio::spawn(async move {
        stop.cancelled().await;
        stopping.graceful_shutdown(None);
    });
    match certificate {
        Some(certificate) => {
            let acceptor = PatientAcceptor(RustlsAcceptor::new(certificate));
            let mut server = axum_server::from_tcp(listener)?.acceptor(acceptor).handle(handle);
            bound(server.http_builder());
            server.serve(offered).await
        }
        None => {
            let mut server = axum_server::from_tcp(listener)?
                .acceptor(PatientAcceptor(DefaultAcceptor::new()))
                .handle(handle);
            bound(server.http_builder());
            server.serve(offered).await
        }
    }
}

fn bound<E>(builder: &mut hyper_util::server::conn::auto::Builder<E>) {
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADERS_WITHIN)
        .max_headers(MOST_HEADERS)
        .max_buf_size(HEADER_BYTES);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(MOST_STREAMS)
        .max_header_list_size(HEADER_BYTES as u32)
        .keep_alive_interval(ANYBODY_THERE)
        .keep_alive_timeout(ANYBODY_THERE);
}
