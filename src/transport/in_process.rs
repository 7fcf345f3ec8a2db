//! Straight into a service in this process: no socket, so the clock may be virtual.

use super::decode::{Decoded, decode};
use super::{
    LARGEST_RESPONSE, Payload, Request, Response, Sending, Transport, TransportError, TransportErrorKind, chain,
    multipart,
};
use bytes::Bytes;
use http::HeaderValue;
use http::header::CONTENT_TYPE;
use http_body_util::BodyExt as _;
use std::future::Future;
use std::pin::Pin;
use tokio::time::Instant;

/// An answer to come from a service; the error is a sentence.
pub type Answering = Pin<Box<dyn Future<Output = Result<http::Response<Bytes>, String>> + Send>>;

/// Sends into a service in this process.
pub struct InProcess {
    service: Box<dyn Fn(http::Request<Bytes>) -> Answering + Send + Sync>,
}

impl InProcess {
    /// A way into a service.
    pub fn new(service: impl Fn(http::Request<Bytes>) -> Answering + Send + Sync + 'static) -> Self {
        Self { service: Box::new(service) }
    }

    async fn exchange(&self, request: Request) -> Result<Response, TransportError> {
        let started = Instant::now();
        let failed = |kind, message: String| TransportError {
            kind,
            message,
            first_byte: None,
            elapsed: started.elapsed(),
            begun: None,
        };
        let refused = |error: &dyn std::error::Error| failed(TransportErrorKind::Request, chain(error));
        let mut headers = request.headers;
        let body = match request.body {
            Payload::Empty => Bytes::new(),
            Payload::Bytes(bytes) => bytes,
            Payload::Multipart(parts) => {
                let form = multipart(parts).map_err(|error| refused(&error))?;
                let media_type = format!("multipart/form-data; boundary={}", form.boundary());
                headers.insert(CONTENT_TYPE, HeaderValue::from_str(&media_type).map_err(|error| refused(&error))?);
                let stream = reqwest::Body::wrap_stream(form.into_stream());
                stream.collect().await.map_err(|error| refused(&error))?.to_bytes()
            }
        };
        let built = http::Request::builder().method(request.method).uri(&request.url).body(body);
        let mut sent = built.map_err(|error| refused(&error))?;
        *sent.headers_mut() = headers;
        let answer = match tokio::time::timeout(request.timeout, (self.service)(sent)).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(message)) => return Err(failed(TransportErrorKind::Broken, message)),
            Err(_) => {
                let message = format!("no complete answer within {}", crate::text::duration(request.timeout));
                return Err(failed(TransportErrorKind::TimedOut, message));
            }
        };
        let total = started.elapsed();
        let (head, body) = answer.into_parts();
        let status = head.status.as_u16();
        let Decoded { body, wire_bytes } =
            decode(status, &head.headers, body, LARGEST_RESPONSE).map_err(|(kind, message)| failed(kind, message))?;
        let headers = head.headers;
        Ok(Response {
            status,
            headers,
            body,
            wire_bytes,
            dns: None,
            connect: None,
            first_byte: total,
            total,
            resent: false,
        })
    }
}

impl Transport for InProcess {
    fn send(&self, request: Request) -> Sending<'_> {
        Box::pin(self.exchange(request))
    }
}
