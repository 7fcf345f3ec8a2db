//! Over the network, with `reqwest`: no redirects, a limit on the body, and one repetition only: of an idempotent request
//! under which a kept connection closed.

use super::build::{Client, Keeping, build};
use super::decode::{Decoded, decode};
use super::kept::Announced;
use super::sentences::Exchange;
use super::settings::Settings;
use super::watch::Watch;
use super::{Begun, Payload, Request, Response, Sending, Transport, TransportError, TransportErrorKind};
use super::{chain, multipart};
use crate::text::size;
use bytes::{Bytes, BytesMut};
use http::header::CONTENT_LENGTH;
use http::{HeaderValue, Method};
use std::collections::HashMap;
use std::sync::{Mutex, OnceLock};
use std::time::Duration;
use tokio::time::Instant;

/// Sends over the network. Connections are kept and shared by all cases.
#[derive(Debug, Default)]
pub struct HttpClient {
    settings: Settings,
    plain: OnceLock<Result<reqwest::Client, Why>>,
    secure: OnceLock<Result<reqwest::Client, Why>>,
    /// How long servers say that they keep connections.
    announced: Announced,
    /// Clients for those servers, and for requests that need a fresh connection.
    others: Mutex<HashMap<(Client, Keeping), Result<reqwest::Client, Why>>>,
}

impl HttpClient {
    /// A client that has opened nothing yet.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self { settings, ..Self::default() }
    }

    fn client(&self, url: &url::Url, keeping: Keeping) -> Result<reqwest::Client, TransportError> {
        let proxy = self.settings.proxy.for_target(url.as_str());
        let secure = url.scheme() == "https" || proxy.is_some_and(|proxy| proxy.scheme() == "https");
        let (slot, client) = if secure { (&self.secure, Client::Secure) } else { (&self.plain, Client::Plain) };
        let make = || build(client, keeping, &self.settings).map_err(|error| unbuilt(&error));
        let built = match (keeping, self.others.lock()) {
            (Keeping::Usual, _) => slot.get_or_init(make).clone(),
            (_, Ok(mut others)) => others.entry((client, keeping)).or_insert_with(make).clone(),
            (_, Err(_)) => make(),
        };
        built.map_err(|(kind, message)| TransportError { kind, ..refused(message) })
    }

    /// Sends a request and answers with the body as it came, whatever its encoding.
    ///
    /// # Errors
    ///
    /// When no complete answer came.
    pub async fn send_undecoded(&self, request: Request) -> Result<Response, TransportError> {
        self.exchange(request, Bodies::AsTheyCome).await
    }

    async fn exchange(&self, request: Request, bodies: Bodies) -> Result<Response, TransportError> {
        let url = url::Url::parse(&request.url).map_err(|error| refused(format!("{}: {error}", request.url)))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(refused(format!("{}: only http and https can be sent to", request.url)));
        }
        let keeping = self.announced.for_server(|| server(&url)).map_or(Keeping::Usual, Keeping::AtMost);
        let again = request.method.is_idempotent().then(|| request.clone());
        match (self.once(request, &url, keeping, bodies).await, again) {
            (Err(Broke { kept: true, .. }), Some(request)) => {
                let answer = self.once(request, &url, Keeping::Never, bodies).await;
                answer.map(|response| Response { resent: true, ..response }).map_err(|broke| broke.error)
            }
            (answer, _) => answer.map_err(|broke| broke.error),
        }
    }

    async fn once(
        &self,
        request: Request,
        url: &url::Url,
        keeping: Keeping,
        bodies: Bodies,
    ) -> Result<Response, Broke> {
        let client = self.client(url, keeping)?;
        let watch = Watch::new(url.port_or_known_default().unwrap_or_default());
        // Said where a body would be usual: some servers wait for one, or answer 411 (RFC 9110, section 8.6).
        let says_nothing = matches!(request.method, Method::POST | Method::PUT | Method::PATCH);
        let mut builder = client.request(request.method, url.clone()).headers(request.headers).timeout(request.timeout);
        builder = match request.body {
            Payload::Empty if says_nothing => builder.header(CONTENT_LENGTH, HeaderValue::from_static("0")),
            Payload::Empty => builder,
            Payload::Bytes(bytes) => builder.body(bytes),
            Payload::Multipart(parts) => builder.multipart(multipart(parts).map_err(|error| refused(chain(&error)))?),
        };
        let started = Instant::now();
        let exchange = Exchange { settings: &self.settings, url, limit: request.timeout, started, watch: &watch };
        let mut answer = watch
            .over(builder.send())
            .await
            .map_err(|error| Broke { kept: exchange.kept_one_closed(&error), error: exchange.no_head(&error) })?;
        let first_byte = started.elapsed();
        let times = watch.times(answer.extensions());
        let (status, headers) = (answer.status().as_u16(), std::mem::take(answer.headers_mut()));
        self.announced.note(&headers, || server(url));
        let limit = self.settings.largest_response();
        let decoded = match read_body(&mut answer, &exchange, limit).await {
            Ok(wire) => {
                let total = started.elapsed();
                let decoded = match bodies {
                    Bodies::Decoded => decode(status, &headers, wire.clone(), limit),
                    Bodies::AsTheyCome => Ok(Decoded { body: wire.clone(), wire_bytes: None }),
                };
                decoded.map(|decoded| (decoded, total)).map_err(|why| (why, wire))
            }
            Err(broken) => Err(broken),
        };
        match decoded {
            Ok((Decoded { body, wire_bytes }, total)) => {
                let (dns, connect) = (times.dns, times.connect);
                Ok(Response { status, headers, body, wire_bytes, dns, connect, first_byte, total, resent: false })
            }
            Err(((kind, message), body)) => {
                let begun = Some(Box::new(Begun { status, headers, body }));
                let (first_byte, elapsed) = (Some(first_byte), started.elapsed());
                Err(TransportError { kind, message, first_byte, elapsed, begun }.into())
            }
        }
    }
}

/// Whether the encoding of bodies is undone.
#[derive(Debug, Clone, Copy)]
enum Bodies {
    Decoded,
    AsTheyCome,
}

/// Why a request has no answer.
struct Broke {
    error: TransportError,
    /// Whether a connection kept from an earlier request closed under it.
    kept: bool,
}

impl From<TransportError> for Broke {
    fn from(error: TransportError) -> Self {
        Self { error, kept: false }
    }
}

/// The server that a URL leads to.
fn server(url: &url::Url) -> String {
    format!("{}:{}", url.host_str().unwrap_or_default(), url.port_or_known_default().unwrap_or_default())
}

impl Transport for HttpClient {
    fn send(&self, request: Request) -> Sending<'_> {
        Box::pin(self.exchange(request, Bodies::Decoded))
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

/// The whole body, or why not with what came of it.
async fn read_body(
    answer: &mut reqwest::Response,
    exchange: &Exchange<'_>,
    limit: usize,
) -> Result<Bytes, (Why, Bytes)> {
    let mut first: Option<Bytes> = None;
    let mut rest = BytesMut::new();
    let mut length = 0;
    loop {
        let why = match answer.chunk().await {
            Ok(None) => return Ok(first.unwrap_or_else(|| rest.freeze())),
            Ok(Some(piece)) => {
                length += piece.len();
                let fits = length <= limit;
                match first.take() {
                    None if rest.is_empty() => first = Some(piece),
                    None => rest.extend_from_slice(&piece),
                    Some(head) => {
                        rest.reserve(head.len() + piece.len());
                        rest.extend_from_slice(&head);
                        rest.extend_from_slice(&piece);
                    }
                }
                if fits {
                    continue;
                }
                (
                    TransportErrorKind::TooLarge,
                    format!("the response is larger than {}, the limit; --body-limit raises it", size(limit)),
                )
            }
            Err(error) => exchange.no_end(&error, length),
        };
        return Err((why, first.unwrap_or_else(|| rest.freeze())));
    }
}

const fn refused(message: String) -> TransportError {
    TransportError {
        kind: TransportErrorKind::Request,
        message,
        first_byte: None,
        elapsed: Duration::ZERO,
        begun: None,
    }
}
