//! Over the network, with `reqwest`: no redirects, no repetition, a limit on the body.

use super::build::{Client, build};
use super::decode::{Decoded, decode};
use super::sentences::Exchange;
use super::settings::Settings;
use super::watch::Watch;
use super::{LARGEST_RESPONSE, Payload, Request, Response, Sending, Transport, TransportError, TransportErrorKind};
use super::{chain, multipart};
use bytes::{Bytes, BytesMut};
use std::sync::OnceLock;
use std::time::Duration;
use tokio::time::Instant;

/// Sends over the network. Connections are kept and shared by all cases.
#[derive(Debug, Default)]
pub struct HttpClient {
    settings: Settings,
    plain: OnceLock<Result<reqwest::Client, Why>>,
    secure: OnceLock<Result<reqwest::Client, Why>>,
}

impl HttpClient {
    /// A client that has opened nothing yet.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self { settings, plain: OnceLock::new(), secure: OnceLock::new() }
    }

    fn client(&self, url: &url::Url) -> Result<&reqwest::Client, TransportError> {
        let proxy = self.settings.proxy.for_target(url.as_str());
        let secure = url.scheme() == "https" || proxy.is_some_and(|proxy| proxy.scheme() == "https");
        let (slot, client) = if secure { (&self.secure, Client::Secure) } else { (&self.plain, Client::Plain) };
        let built = slot.get_or_init(|| build(client, &self.settings).map_err(|error| unbuilt(&error)));
        built.as_ref().map_err(|(kind, message)| TransportError { kind: *kind, ..refused(message.clone()) })
    }

    /// Sends a request and answers with the body as it came, whatever its encoding.
    ///
    /// # Errors
    ///
    /// When no complete answer came.
    pub async fn send_undecoded(&self, request: Request) -> Result<Response, TransportError> {
        self.exchange(request, |_, _, body| Ok(Decoded { body, wire_bytes: None })).await
    }

    async fn exchange(
        &self,
        request: Request,
        decode: impl Fn(u16, &http::HeaderMap, Bytes) -> Result<Decoded, (TransportErrorKind, String)>,
    ) -> Result<Response, TransportError> {
        let url = url::Url::parse(&request.url).map_err(|error| refused(format!("{}: {error}", request.url)))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(refused(format!("{}: only http and https can be sent to", request.url)));
        }
        let client = self.client(&url)?;
        let watch = Watch::new(url.port_or_known_default().unwrap_or_default());
        let mut builder = client.request(request.method, url.clone()).headers(request.headers).timeout(request.timeout);
        builder = match request.body {
            Payload::Empty => builder,
            Payload::Bytes(bytes) => builder.body(bytes),
            Payload::Multipart(parts) => builder.multipart(multipart(parts).map_err(|error| refused(chain(&error)))?),
        };
        let started = Instant::now();
        let exchange = Exchange { settings: &self.settings, url: &url, limit: request.timeout, started, watch: &watch };
        let mut answer = watch.over(builder.send()).await.map_err(|error| exchange.no_head(&error))?;
        let first_byte = started.elapsed();
        let times = watch.times(answer.extensions());
        let (status, headers) = (answer.status().as_u16(), std::mem::take(answer.headers_mut()));
        let begun = |(kind, message)| {
            let elapsed = started.elapsed();
            TransportError { kind, message, first_byte: Some(first_byte), elapsed }
        };
        let wire = read_body(&mut answer, &exchange).await.map_err(begun)?;
        let total = started.elapsed();
        let Decoded { body, wire_bytes } = decode(status, &headers, wire).map_err(begun)?;
        Ok(Response { status, headers, body, wire_bytes, dns: times.dns, connect: times.connect, first_byte, total })
    }
}

impl Transport for HttpClient {
    fn send(&self, request: Request) -> Sending<'_> {
        Box::pin(self.exchange(request, decode))
    }
}

/// Why there is no client. What can be wrong with files was found out when they were read.
fn unbuilt(error: &reqwest::Error) -> Why {
    let message = chain(error);
    // The verifier of the platform has no type for it.
    if message.contains("No CA certificates were loaded") {
        let said = "this system has no authorities to trust: install its package of CA certificates, or name the \
                    target's authority as `tls: { ca: ... }` in the environment or by --ca";
        return (TransportErrorKind::Tls, said.to_owned());
    }
    (TransportErrorKind::Request, message)
}

/// Why there is no client, or an answer that began is not complete.
type Why = (TransportErrorKind, String);

async fn read_body(answer: &mut reqwest::Response, exchange: &Exchange<'_>) -> Result<Bytes, Why> {
    let mut first: Option<Bytes> = None;
    let mut rest = BytesMut::new();
    let mut length = 0;
    while let Some(piece) = answer.chunk().await.map_err(|error| exchange.no_end(&error, length))? {
        length += piece.len();
        if length > LARGEST_RESPONSE {
            let message = format!("the response is larger than {} MB", LARGEST_RESPONSE >> 20);
            return Err((TransportErrorKind::TooLarge, message));
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

const fn refused(message: String) -> TransportError {
    TransportError { kind: TransportErrorKind::Request, message, first_byte: None, elapsed: Duration::ZERO }
}
