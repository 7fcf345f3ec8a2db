//! Why no complete response came, each reason in one sentence.
//!
//! The causes are told by their types, which the libraries below keep, and by how far the connection went.

use super::build::CONNECTING;
use super::settings::Settings;
use super::watch::{Progress, Unknown, Watch};
use super::{TransportError, TransportErrorKind as Kind, chain, tls};
use crate::text::duration;
use std::error::Error;
use std::io::ErrorKind;
use std::time::Duration;
use tokio::time::Instant;

/// An exchange under way, as far as sentences need to know it.
pub(super) struct Exchange<'e> {
    pub(super) settings: &'e Settings,
    pub(super) url: &'e url::Url,
    /// Longest time from sending to the last byte.
    pub(super) limit: Duration,
    pub(super) started: Instant,
    pub(super) watch: &'e Watch,
}

impl Exchange<'_> {
    /// No head of a response came.
    pub(super) fn no_head(&self, error: &reqwest::Error) -> TransportError {
        let (kind, message) = self.why_no_head(error);
        TransportError { kind, message, first_byte: None, elapsed: self.started.elapsed(), begun: None }
    }

    /// Whether a connection that was kept from an earlier request closed under this one before a byte of an answer came.
    pub(super) fn kept_one_closed(&self, error: &reqwest::Error) -> bool {
        self.watch.progress() != Progress::Connected && !error.is_timeout() && !error.is_connect() && is_closed(error)
    }

    /// The head came, and so many bytes of the body.
    pub(super) fn no_end(&self, error: &reqwest::Error, received: usize) -> (Kind, String) {
        let came = format!("the answer began, and {} of its body came", crate::text::count(received, "byte"));
        if error.is_timeout() {
            (Kind::TimedOut, format!("no complete answer within {}: {came}", duration(self.limit)))
        } else if is_reset(error) {
            (Kind::Broken, format!("{came}; then {} reset the connection", self.host()))
        } else if cause::<hyper::Error>(error).is_some_and(hyper::Error::is_parse)
            || matches!(io(error), Some(ErrorKind::InvalidInput | ErrorKind::InvalidData))
        {
            (Kind::Broken, format!("{came}; what followed is not HTTP: {}", innermost(error)))
        } else {
            (Kind::Broken, format!("{came}; then {} closed the connection before its end", self.host()))
        }
    }

    /// The host and port that connections go to.
    fn host(&self) -> String {
        let port = self.url.port_or_known_default().unwrap_or_default();
        format!("{}:{port}", self.url.host_str().unwrap_or_default())
    }

    /// The proxy on the way, in words.
    fn via(&self) -> String {
        let proxy = self.settings.proxy.shown_for(self.url.as_str());
        proxy.map(|proxy| format!(" through the proxy {proxy}")).unwrap_or_default()
    }

    fn why_no_head(&self, error: &reqwest::Error) -> (Kind, String) {
        let (host, via) = (self.host(), self.via());
        if error.is_timeout() {
            return self.no_time(error);
        }
        if let Some(cause) = cause::<rustls::Error>(error) {
            return (Kind::Tls, tls::sentence(cause, &host, self.settings));
        }
        if let Some(unknown) = cause::<Unknown>(error) {
            return (Kind::Unreachable, format!("the name {} is not known: {}", unknown.host, reason(unknown)));
        }
        if error.is_builder() {
            return (Kind::Request, inner(error));
        }
        if error.is_connect() {
            let told = io(error);
            if self.url.scheme() == "https" && told == Some(ErrorKind::UnexpectedEof) {
                let said = "closed the connection in the middle of the TLS handshake; does it speak TLS on this port?";
                return (Kind::Tls, format!("{host} {said}"));
            }
            let why = match told {
                Some(ErrorKind::ConnectionRefused) => "it was refused: nothing listens there".to_owned(),
                Some(ErrorKind::ConnectionReset) => "it was reset while it was being made".to_owned(),
                Some(_) | None => innermost(error),
            };
            return (Kind::Unreachable, format!("no connection to {host}{via}: {why}"));
        }
        (Kind::Broken, self.broken(error))
    }

    fn no_time(&self, error: &reqwest::Error) -> (Kind, String) {
        let (host, via) = (self.host(), self.via());
        let limit = duration(if error.is_connect() { CONNECTING.min(self.limit) } else { self.limit });
        if error.is_connect() || self.watch.progress() == Progress::Connecting {
            let with = if self.url.scheme() == "https" { ", TLS handshake included" } else { "" };
            return (Kind::Unreachable, format!("no connection to {host}{via} within {limit}{with}"));
        }
        (Kind::TimedOut, format!("no answer within {limit}: {host} took the request and has not begun to answer"))
    }

    /// There was a connection, and something became of it.
    fn broken(&self, error: &reqwest::Error) -> String {
        let host = self.host();
        let hyper = cause::<hyper::Error>(error);
        if hyper.is_some_and(hyper::Error::is_parse) {
            let said = format!("what {host} answered is not HTTP ({})", innermost(error));
            return match self.url.scheme() {
                "http" => format!("{said}; if it speaks TLS there, write https://"),
                _ => said,
            };
        }
        let reset = is_reset(error);
        if !is_closed(error) {
            return format!("the connection to {host} broke: {}", innermost(error));
        }
        let said = if reset { "reset" } else { "closed" };
        match self.watch.progress() {
            // A connection that was being made meanwhile is not the one that was closed.
            Progress::Reused | Progress::Connecting => format!(
                "{host} {said} the connection, which was kept from an earlier request, instead of answering; it may have \
                 acted on this one all the same, and its method is not one to repeat, so it was not sent again"
            ),
            Progress::Connected if self.url.scheme() == "https" => {
                format!("{host} {said} the connection instead of answering{}", tls::may_want_certificate(self.settings))
            }
            Progress::Connected => format!("{host} {said} the connection instead of answering"),
        }
    }
}

/// An error's causes; those inside errors of the system too, which their own chains leave out.
fn causes<'e>(error: &'e (dyn Error + 'static)) -> impl Iterator<Item = &'e (dyn Error + 'static)> {
    std::iter::successors(Some(error), |cause| {
        let cause: &'e (dyn Error + 'static) = *cause;
        let inside = cause.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        inside.map(|inside| inside as &(dyn Error + 'static)).or_else(|| cause.source())
    })
}

fn cause<T: Error + 'static>(error: &reqwest::Error) -> Option<&T> {
    causes(error).find_map(|cause| cause.downcast_ref())
}

/// What kind of error the system reported, if it did.
fn io(error: &reqwest::Error) -> Option<ErrorKind> {
    causes(error).filter_map(|cause| cause.downcast_ref::<std::io::Error>()).last().map(std::io::Error::kind)
}

/// Whether a connection ended instead of an answer.
fn is_closed(error: &reqwest::Error) -> bool {
    let hyper = cause::<hyper::Error>(error);
    let ended = hyper.is_some_and(|cause| cause.is_incomplete_message() || cause.is_canceled() || cause.is_closed());
    ended || is_reset(error)
}

fn is_reset(error: &reqwest::Error) -> bool {
    matches!(io(error), Some(ErrorKind::ConnectionReset | ErrorKind::BrokenPipe | ErrorKind::ConnectionAborted))
}

fn innermost(error: &reqwest::Error) -> String {
    causes(error).last().map(ToString::to_string).unwrap_or_default()
}

/// What the library says but for its outermost sentence, which only repeats the URL; the exchange names that in its own
/// place, masked.
fn inner(error: &reqwest::Error) -> String {
    error.source().map_or_else(|| error.to_string(), chain)
}

/// What the system says of a name, without our own words for it.
fn reason(unknown: &Unknown) -> &str {
    unknown.why.strip_prefix("failed to lookup address information: ").unwrap_or(&unknown.why)
}
