//! Whether a target can be tested at all: name, connection, TLS, base path, key and clock, told apart from what the API does
//! wrong. One request, at most 2 seconds.

use super::exit::Exit;
use super::load::{Destination, Loaded};
use super::shell::Shell;
use crate::text::duration;
use crate::transport::{HttpClient, Payload, Request, Response, Transport as _, TransportError, TransportErrorKind};
use http::header::DATE;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use jiff::Timestamp;
use std::time::Duration;

/// How long all of it may take.
const LIMIT: Duration = Duration::from_secs(2);

/// How far clocks may be apart before dates of answers are judged wrongly.
const APART: Duration = Duration::from_secs(60);

/// Something that was looked at.
#[derive(Debug, PartialEq, Eq)]
struct Looked {
    what: &'static str,
    found: Found,
    /// What was found, and what to do where it is wrong.
    said: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Found {
    Good,
    /// It cannot be told from one request.
    Unknown,
    Wrong,
}

/// Asks the target once and says what is right and wrong with the way there.
pub(super) fn preflight(loaded: Loaded, shell: &Shell) -> Exit {
    let Destination::Url(base) = &loaded.destination else {
        shell.say("Preflight: the reference server is part of this program; there is nothing on the way to it.");
        return Exit::Passed;
    };
    let base = base.clone();
    let mut headers = HeaderMap::new();
    for (name, value) in &loaded.plan.globals.headers {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name.as_str()), HeaderValue::from_str(value)) {
            headers.append(name, value);
        }
    }
    let proxy = loaded.network.proxy.shown_for(&base);
    let keyed = !headers.is_empty();
    let request = Request { method: Method::GET, url: base.clone(), headers, body: Payload::Empty, timeout: LIMIT };
    let client = HttpClient::new(loaded.network);
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else {
        shell.warn("error: the system gives no threads\n");
        return Exit::Error;
    };
    let answer = runtime.block_on(client.send(request));
    let looked = match &answer {
        Ok(response) => answered(response, keyed, Timestamp::now()),
        Err(error) => unanswered(error),
    };
    let proxy = proxy.map(|proxy| format!(" through the proxy {proxy}")).unwrap_or_default();
    shell.say(&format!("Preflight of {}{proxy}", shown(&base)));
    for Looked { what, found, said } in &looked {
        let sign = match found {
            Found::Good => "ok     ",
            Found::Unknown => "unknown",
            Found::Wrong => "wrong  ",
        };
        shell.say(&format!("  {sign} {what:<10} {said}"));
    }
    if looked.iter().any(|looked| looked.found == Found::Wrong) {
        shell.say("Your configuration or the way to the server is wrong; nothing is said of the API.");
        return Exit::Error;
    }
    Exit::Passed
}

fn answered(response: &Response, keyed: bool, now: Timestamp) -> Vec<Looked> {
    let good = |what, said: String| Looked { what, found: Found::Good, said };
    let mut looked = Vec::new();
    looked.push(good("connection", format!("answered in {}", duration(response.total))));
    looked.push(match response.status {
        404 => Looked {
            what: "base path",
            found: Found::Unknown,
            said: "the base URL itself answers 404, as many APIs do; a first step shows whether its path is right"
                .into(),
        },
        status => good("base path", format!("answers HTTP {status}")),
    });
    looked.push(match (response.status, keyed) {
        (401 | 403, true) => Looked {
            what: "key",
            found: Found::Wrong,
            said: format!(
                "HTTP {}: the headers of the environment are refused; is the key this environment's?",
                response.status
            ),
        },
        (401 | 403, false) => Looked {
            what: "key",
            found: Found::Wrong,
            said: format!(
                "HTTP {}, and the environment sends no headers: name its key among `headers`",
                response.status
            ),
        },
        _ => good("key", "not refused".to_owned()),
    });
    looked.push(clock(&response.headers, now));
    looked
}

/// How far the server's clock is from ours, by its `Date` (RFC 9110, section 6.6.1).
fn clock(headers: &HeaderMap, now: Timestamp) -> Looked {
    let unknown = |said: &str| Looked { what: "clock", found: Found::Unknown, said: said.to_owned() };
    let Some(date) = headers.get(DATE).and_then(|date| date.to_str().ok()) else {
        return unknown("the answer has no `Date`");
    };
    let Ok(theirs) = jiff::fmt::rfc2822::parse(date).map(|date| date.timestamp()) else {
        return unknown("the answer's `Date` is none");
    };
    let apart = Duration::from_secs(theirs.as_second().abs_diff(now.as_second()));
    let (found, more) = match apart > APART {
        true => (Found::Wrong, "; times in answers would be judged wrongly: set the clock that is off"),
        false => (Found::Good, ""),
    };
    Looked { what: "clock", found, said: format!("{} apart from the server's{more}", duration(apart)) }
}

fn unanswered(error: &TransportError) -> Vec<Looked> {
    let what = match error.kind {
        TransportErrorKind::Tls => "TLS",
        TransportErrorKind::Unreachable if error.message.contains("is not known") => "name",
        TransportErrorKind::Request => "base URL",
        _ => "connection",
    };
    vec![Looked { what, found: Found::Wrong, said: error.message.clone() }]
}

/// A URL without the user and password in it.
fn shown(base: &str) -> String {
    let Ok(mut url) = url::Url::parse(base) else { return base.to_owned() };
    let _ = url.set_password(None);
    let _ = url.set_username("");
    url.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn response(status: u16, date: &'static str) -> Response {
        Response {
            status,
            headers: HeaderMap::from_iter([(DATE, HeaderValue::from_static(date))]),
            body: bytes::Bytes::new(),
            wire_bytes: None,
            dns: None,
            connect: None,
            first_byte: Duration::ZERO,
            total: Duration::from_millis(20),
            resent: false,
        }
    }

    #[test]
    fn what_is_wrong_with_the_configuration_is_told_by_its_name() {
        let now: Timestamp = "2026-11-30T10:00:00Z".parse().expect("a time");
        let found = |status, keyed, date| -> Vec<(&str, Found)> {
            answered(&response(status, date), keyed, now).iter().map(|looked| (looked.what, looked.found)).collect()
        };
        let right = "Mon, 30 Nov 2026 10:00:10 GMT";
        assert!(found(200, true, right).iter().all(|(_, found)| *found == Found::Good));
        assert_eq!(found(401, true, right)[2], ("key", Found::Wrong));
        assert_eq!(found(404, true, right)[1], ("base path", Found::Unknown));
        assert_eq!(found(200, true, "Mon, 30 Nov 2026 10:05:00 GMT")[3], ("clock", Found::Wrong));
        assert_eq!(found(200, true, "today")[3], ("clock", Found::Unknown));
    }
}
