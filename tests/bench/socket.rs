//! A client's side of a WebSocket: JSON frames, pings answered.

use anyhow::Context as _;
use futures::{SinkExt as _, StreamExt as _};
use serde_json::Value;
use tokio::net::TcpStream;
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{Message, client::IntoClientRequest as _},
};

/// An open socket.
pub struct Socket(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Socket {
    /// Opens `path` of an HTTP origin.
    pub async fn open(origin: &str, path: &str, cookie: Option<&str>) -> anyhow::Result<Self> {
        let mut request = format!("{}{path}", origin.replacen("http", "ws", 1)).into_client_request()?;
        if let Some(cookie) = cookie {
            request.headers_mut().insert("cookie", cookie.parse()?);
            request.headers_mut().insert("origin", origin.parse()?);
        }
        let (socket, _) = connect_async(request).await?;
        Ok(Self(socket))
    }

    /// The next JSON frame.
    pub async fn frame(&mut self) -> anyhow::Result<Value> {
        loop {
            match self.0.next().await.context("the socket closed")?? {
                Message::Text(text) => return Ok(serde_json::from_str(&text)?),
                Message::Ping(payload) => self.0.send(Message::Pong(payload)).await?,
                Message::Close(why) => anyhow::bail!("the socket closed: {why:?}"),
                _ => {}
            }
        }
    }

    /// Reads until the server says that it is live.
    pub async fn ready(&mut self) -> anyhow::Result<()> {
        while self.frame().await?["type"] != "ready" {}
        Ok(())
    }
}
