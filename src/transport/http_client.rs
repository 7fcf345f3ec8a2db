//! Over the network, with `reqwest`: no redirects, no repetition, no decompression, a limit on the body.

use super::{
    LARGEST_RESPONSE, Payload, Request, Response, Sending, Transport, TransportError, TransportErrorKind, chain,
    multipart,
};
use bytes::{Bytes, BytesMut};
use std::sync::OnceLock;
use std::time::Duration;
use tokio::time::Instant;

/// Sends over the network. Connections are kept and shared by all cases.
#[derive(Debug, Default)]
pub struct HttpClient {
    /// For plain HTTP: made without looking for certificates, which costs milliseconds and fails where there are none.
    plain: OnceLock<Result<reqwest::Client, String>>,
    /// For HTTPS, with the system's certificates.
    secure: OnceLock<Result<reqwest::Client, String>>,
}

impl HttpClient {
    /// A client that has opened nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn client(&self, url: &url::Url) -> Result<&reqwest::Client, TransportError> {
        let (slot, certificates) = match url.scheme() {
            "https" => (&self.secure, Certificates::System),
            _ => (&self.plain, Certificates::None),
        };
        let built = slot.get_or_init(|| build(certificates).map_err(|error| chain(&error)));
        built.as_ref().map_err(|message| failed(TransportErrorKind::Request, message.clone(), Duration::ZERO))
    }

    async fn exchange(&self, request: Request) -> Result<Response, TransportError> {
        let refused = |message: String| failed(TransportErrorKind::Request, message, Duration::ZERO);
        let url = url::Url::parse(&request.url).map_err(|error| refused(format!("{}: {error}", request.url)))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(refused(format!("{}: only http and https can be sent to", request.url)));
        }
        let client = self.client(&url)?;
        let mut builder = client.request(request.method, url).headers(request.headers).timeout(request.timeout);
        builder = match request.body {
            Payload::Empty => builder,
            Payload::Bytes(bytes) => builder.body(bytes),
            Payload::Multipart(parts) => builder.multipart(multipart(parts).map_err(|error| refused(chain(&error)))?),
        };
        let started = Instant::now();
        let mut answer = builder.send().await.map_err(|error| classify(&error, started, request.timeout))?;
        let first_byte = started.elapsed();
        let (status, headers) = (answer.status().as_u16(), std::mem::take(answer.headers_mut()));
        let body = read_body(&mut answer, started, request.timeout).await?;
        Ok(Response { status, headers, body, first_byte, total: started.elapsed() })
    }
}

impl Transport for HttpClient {
    fn send(&self, request: Request) -> Sending<'_> {
        Box::pin(self.exchange(request))
    }
}

#[derive(Clone, Copy)]
enum Certificates {
    None,
    System,
}

fn build(certificates: Certificates) -> reqwest::Result<reqwest::Client> {
    // The only way this fails is that a provider is installed already, which is just as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let builder = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .connect_timeout(Duration::from_secs(10));
    match certificates {
        Certificates::None => builder.tls_certs_only([]).build(),
        Certificates::System => builder.build(),
    }
}

async fn read_body(answer: &mut reqwest::Response, started: Instant, limit: Duration) -> Result<Bytes, TransportError> {
    let mut first: Option<Bytes> = None;
    let mut rest = BytesMut::new();
    let mut length = 0;
    while let Some(piece) = answer.chunk().await.map_err(|error| classify(&error, started, limit))? {
        length += piece.len();
        if length > LARGEST_RESPONSE {
            let message = format!("the response is larger than {} MB", LARGEST_RESPONSE >> 20);
            return Err(failed(TransportErrorKind::TooLarge, message, started.elapsed()));
        }
        match first.take() {
            None if rest.is_empty() => first = Some(piece),
            None => rest.extend_from_slice(&piece),
            Some(head) => {
                rest.reserve(head.len() + piece.len());
                rest.extend_from_slice(&head);
                rest.extend_from_slice(&piece);
            }
        }
    }
    Ok(first.unwrap_or_else(|| rest.freeze()))
}

const fn failed(kind: TransportErrorKind, message: String, elapsed: Duration) -> TransportError {
    TransportError { kind, message, elapsed }
}

fn classify(error: &reqwest::Error, started: Instant, limit: Duration) -> TransportError {
    let elapsed = started.elapsed();
    // The outermost sentence only repeats the URL, which the exchange names in its own place, masked.
    let text = std::error::Error::source(error).map_or_else(|| "the connection failed".to_owned(), chain);
    if error.is_timeout() && !error.is_connect() {
        let message = format!("no complete answer within {}", crate::text::duration(limit));
        return failed(TransportErrorKind::TimedOut, message, elapsed);
    }
    let kind = if is_tls(error) {
        TransportErrorKind::Tls
    } else if error.is_connect() {
        TransportErrorKind::Unreachable
    } else if error.is_builder() {
        TransportErrorKind::Request
    } else {
        TransportErrorKind::Broken
    };
    failed(kind, text, elapsed)
}

fn is_tls(error: &reqwest::Error) -> bool {
    let mut next = std::error::Error::source(error);
    while let Some(cause) = next {
        let io = cause.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        if cause.is::<rustls::Error>() || io.is_some_and(<dyn std::error::Error + Send + Sync>::is::<rustls::Error>) {
            return true;
        }
        next = cause.source();
    }
    false
}
