//! Tiny servers that say exactly what a test wants said.

use bytes::Bytes;
use http::{HeaderMap, Method};
use proviso::transport::{HttpClient, Payload, Request, Response, Settings, Transport as _, TransportError};
use std::future::Future;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::net::{TcpListener, TcpStream};

/// An answer that keeps the connection.
pub(crate) const OK: &str = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

/// A limit that no test is meant to reach.
pub(crate) const LONG: Duration = Duration::from_secs(60);

/// A limit that tests are meant to reach.
pub(crate) const SHORT: Duration = Duration::from_millis(100);

/// What a server was sent, request by request: the head and the body as text.
pub(crate) type Heard = Arc<Mutex<Vec<String>>>;

/// A server that hands each connection, with its number from 0, to `serve`.
pub(crate) async fn listen<F, S>(serve: S) -> SocketAddr
where
    S: Fn(usize, TcpStream) -> F + Send + 'static,
    F: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let mut number = 0;
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(number, stream));
            number += 1;
        }
    });
    address
}

/// One request with a body of a known length, as text; none at the end of the connection.
pub(crate) async fn hear(stream: &mut (impl AsyncRead + Unpin)) -> Option<String> {
    let mut heard = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&heard).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head
                .lines()
                .find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length:")?.trim().parse().ok());
            if body.len() >= length.unwrap_or(0) {
                return Some(text);
            }
        }
        let mut piece = [0; 4096];
        match stream.read(&mut piece).await {
            Ok(0) | Err(_) => return None,
            Ok(read) => heard.extend_from_slice(&piece[..read]),
        }
    }
}

/// A server that hears one request on each connection, says `answer` and closes.
pub(crate) async fn saying(answer: impl Into<Vec<u8>>) -> (SocketAddr, Heard) {
    use tokio::io::AsyncWriteExt as _;
    let (heard, answer) = (Heard::default(), Arc::new(answer.into()));
    let note = Arc::clone(&heard);
    let address = listen(move |_, mut stream| {
        let (note, answer) = (Arc::clone(&note), Arc::clone(&answer));
        async move {
            if let Some(request) = hear(&mut stream).await {
                note.lock().unwrap().push(request);
                let _ = stream.write_all(&answer).await;
                let _ = stream.shutdown().await;
            }
        }
    })
    .await;
    (address, heard)
}

/// A request without a body.
pub(crate) fn get(url: impl Into<String>) -> Request {
    Request { method: Method::GET, url: url.into(), headers: HeaderMap::new(), body: Payload::Empty, timeout: LONG }
}

/// A request with a small body.
pub(crate) fn post(url: impl Into<String>) -> Request {
    Request { method: Method::POST, body: Payload::Bytes(Bytes::from_static(b"{}")), ..get(url) }
}

/// Sends with a client that has nothing set.
pub(crate) async fn send(request: Request) -> Result<Response, TransportError> {
    HttpClient::new(Settings::default()).send(request).await
}
