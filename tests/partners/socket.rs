//! The partner's calls over a socket, in time that may run faster.

use super::partner::{Coming, Wire};
use bytes::Bytes;
use proviso::transport::{HttpClient, Payload, Request, Settings, Transport as _};
use std::sync::Arc;
use std::time::Duration;

/// How long a client waits for an answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// Calls over a socket.
pub(crate) struct Socket {
    client: Arc<HttpClient>,
    url: String,
    scale: f64,
}

impl Socket {
    /// To this base URL; waits are so many times shorter.
    pub(crate) fn new(url: &str, scale: f64) -> Self {
        Self { client: Arc::new(HttpClient::new(Settings::default())), url: url.to_owned(), scale }
    }
}

impl Wire for Socket {
    fn send(&self, request: http::Request<Bytes>) -> Coming<Option<http::Response<Bytes>>> {
        let (parts, body) = request.into_parts();
        let url = format!("{}{}", self.url, parts.uri);
        let body = if body.is_empty() { Payload::Empty } else { Payload::Bytes(body) };
        let sent = Request { method: parts.method, url, headers: parts.headers, body, timeout: PATIENCE };
        let client = Arc::clone(&self.client);
        Box::pin(async move {
            let answer = client.send(sent).await.ok()?;
            let mut response = http::Response::new(answer.body);
            *response.status_mut() = http::StatusCode::from_u16(answer.status).ok()?;
            *response.headers_mut() = answer.headers;
            Some(response)
        })
    }

    fn pause(&self, time: Duration) -> Coming<()> {
        // What Retry-After says is real seconds.
        let real = if time < Duration::from_secs(2) { time } else { time.div_f64(self.scale) };
        Box::pin(tokio::time::sleep(real))
    }
}
