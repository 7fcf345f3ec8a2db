//! What a status means, and what to do about it where that is certain enough to be said.

use crate::event::Exchange;
use crate::secret::is_credential_header;

/// A status with its name: `404 Not Found`; just the number where it has none.
pub(crate) fn status_words(status: u16) -> String {
    let name = http::StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason());
    name.map_or_else(|| status.to_string(), |name| format!("{status} {name}"))
}

/// What to do about a status that was not the one promised.
pub(super) fn status(status: u16, exchange: Option<&Exchange>) -> Option<String> {
    let exchange = exchange?;
    match status {
        300..=399 => header(exchange, "location")
            .map(|to| format!("the answer sends the caller to {to}: does the base URL name the right address?")),
        401 => Some(credentials(exchange)),
        404 => Some("if every path of the API is unknown there, check the base URL".to_owned()),
        407 => Some("a proxy between here and the target asks for credentials".to_owned()),
        429 => Some(match header(exchange, "retry-after") {
            Some(wait) => {
                format!("the server asks to wait (`retry-after: {wait}`); `--jobs 1` runs one case at a time")
            }
            None => "the server wants fewer requests; `--jobs 1` runs one case at a time".to_owned(),
        }),
        500..=599 => Some(look_it_up(exchange)),
        _ => None,
    }
}

/// How to find an exchange in the server's log.
pub(super) fn look_it_up(exchange: &Exchange) -> String {
    const IDS: [&str; 4] = ["x-request-id", "x-correlation-id", "x-trace-id", "traceparent"];
    let id = IDS.iter().find_map(|name| Some((name, header(exchange, name)?)));
    let id = id.map_or_else(String::new, |(name, id)| format!(", `{name}: {id}`"));
    format!("look for this request in the server's log: it was sent at {}{id}", exchange.started)
}

/// What can be said about credentials that were refused. Their values are masked; their names are not.
fn credentials(exchange: &Exchange) -> String {
    let sent = exchange.sent.headers.iter().find(|(name, _)| is_credential_header(name));
    match sent {
        Some((name, _)) => format!("the server did not accept what `{name}` holds: is it the key of this environment?"),
        None => "the request carried no credentials: neither `x-api-key` nor `authorization` was sent".to_owned(),
    }
}

/// A header of the response, or else of the request.
fn header(exchange: &Exchange, name: &str) -> Option<String> {
    let received = exchange.received.iter().flat_map(|received| &received.headers);
    let mut both = received.chain(&exchange.sent.headers);
    both.find(|(known, _)| known == name).map(|(_, value)| super::value(value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::testing::{exchange, unanswered};

    fn told(code: u16, change: impl Fn(&mut Exchange)) -> String {
        let mut exchange = exchange("POST", code, "{}");
        change(&mut exchange);
        status(code, Some(&exchange)).unwrap_or_default()
    }

    fn came(name: &str, value: &str) -> impl Fn(&mut Exchange) {
        move |exchange| {
            exchange.received.as_mut().unwrap().headers = vec![(name.to_owned(), value.to_owned())];
        }
    }

    #[test]
    fn advice_says_what_the_exchange_shows() {
        assert_eq!(
            told(401, |_| {}),
            "the server did not accept what `x-api-key` holds: is it the key of this environment?"
        );
        assert_eq!(
            told(401, |exchange| exchange.sent.headers.clear()),
            "the request carried no credentials: neither `x-api-key` nor `authorization` was sent"
        );
        assert_eq!(
            told(429, came("retry-after", "7")),
            "the server asks to wait (`retry-after: 7`); `--jobs 1` runs one case at a time"
        );
        assert_eq!(
            told(302, came("location", "https://login.example/")),
            "the answer sends the caller to https://login.example/: does the base URL name the right address?"
        );
        assert_eq!(
            told(503, |_| {}),
            "look for this request in the server's log: it was sent at 2026-03-01T02:30:00.000000Z, `x-request-id: req-81`"
        );
    }

    #[test]
    fn where_nothing_is_certain_nothing_is_said() {
        for code in [200, 400, 409, 422] {
            assert_eq!(told(code, |_| {}), "", "{code}");
        }
        assert_eq!(told(302, |_| {}), "");
        assert_eq!(status(503, None), None);
        assert!(status(503, Some(&unanswered("GET"))).is_some());
    }

    #[test]
    fn a_status_is_said_with_its_name_where_it_has_one() {
        assert_eq!((status_words(404).as_str(), status_words(799).as_str()), ("404 Not Found", "799"));
        assert_eq!(status_words(7), "7");
    }
}
