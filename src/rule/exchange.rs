//! What a monitor is handed: one exchange, whole, with its times.

use crate::event::Timestamp;
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

/// One exchange of a client and a server, as rules see it.
#[derive(Debug, Clone)]
pub struct Exchange {
    /// The caller's own number of it, for telling it apart: of a run, a journal, a session.
    pub number: u64,
    /// The contract's operation.
    pub operation: String,
    /// What was sent.
    pub request: Request,
    /// What came; `None` when nothing complete did.
    pub response: Option<Response>,
    /// When sending began.
    pub sent: Timestamp,
    /// When the answer was complete, or was given up.
    pub received: Timestamp,
}

/// A request.
#[derive(Debug, Clone)]
pub struct Request {
    /// The method, in capitals.
    pub method: String,
    /// The path with its query, as sent.
    pub target: String,
    /// Headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// What rules look into: the body's members, and beside them the parameters of path and query where the body has no
    /// member of that name. A body that is no object stands alone.
    pub value: Value,
}

/// A response.
#[derive(Debug, Clone)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// Headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body; null when there is none or it is not JSON.
    pub body: Value,
}

impl Request {
    /// A request to a path below the base URL. `template` is the operation's path in the contract, for the parameters in
    /// it; `body` is the body's value, of a form an object of its fields.
    #[must_use]
    pub fn new(method: &str, target: &str, template: &str, body: Option<Value>) -> Self {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let query = query.split('#').next().unwrap_or_default();
        let mut parameters = parameters_of(query);
        for (name, value) in path_parameters(template, path) {
            parameters.insert(name, Value::from(value));
        }
        let value = match body {
            None | Some(Value::Null) => Value::Object(parameters),
            Some(Value::Object(mut members)) => {
                for (name, value) in parameters {
                    members.entry(name).or_insert(value);
                }
                Value::Object(members)
            }
            Some(other) => other,
        };
        Self { method: method.to_owned(), target: target.to_owned(), headers: Vec::new(), value }
    }

    /// The same with headers.
    #[must_use]
    pub fn with_headers(mut self, headers: Vec<(String, String)>) -> Self {
        self.headers = headers;
        self
    }
}

/// The parameters of a query; several of one name are a list.
fn parameters_of(query: &str) -> Map<String, Value> {
    let mut members = Map::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let value = Value::from(decoded(&value.replace('+', " ")));
        match members.get_mut(&decoded(name)) {
            None => {
                members.insert(decoded(name), value);
            }
            Some(Value::Array(items)) => items.push(value),
            Some(first) => *first = Value::Array(vec![first.take(), value]),
        }
    }
    members
}

/// The parameters in a path, by the template `/orders/{orderID}`. A path below a longer base is read from its end.
fn path_parameters(template: &str, path: &str) -> Vec<(String, String)> {
    if !template.contains('{') {
        return Vec::new();
    }
    let (wanted, given): (Vec<&str>, Vec<&str>) = (template.split('/').collect(), path.split('/').collect());
    let more = given.len().saturating_sub(wanted.len() - 1);
    let pairs = wanted.iter().skip(1).zip(given.iter().skip(more));
    let parameter = |(wanted, given): (&&str, &&str)| {
        let (before, rest) = wanted.split_once('{')?;
        let (name, after) = rest.split_once('}')?;
        let value = given.strip_prefix(before)?.strip_suffix(after)?;
        Some((name.to_owned(), decoded(value)))
    };
    pairs.filter_map(parameter).collect()
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// An exchange as a message names it, long after its bodies are forgotten.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Witness {
    /// Its number.
    pub number: u64,
    /// The operation.
    pub operation: String,
    /// The method, in capitals.
    pub method: String,
    /// The path with its query, as sent.
    pub target: String,
    /// The HTTP status; `None` when no answer came.
    pub status: Option<u16>,
    /// When sending began.
    pub sent: Timestamp,
    /// When the answer was complete.
    pub received: Timestamp,
}

impl Exchange {
    /// What is remembered of it.
    #[must_use]
    pub fn witness(&self) -> Witness {
        Witness {
            number: self.number,
            operation: self.operation.clone(),
            method: self.request.method.clone(),
            target: self.request.target.clone(),
            status: self.response.as_ref().map(|response| response.status),
            sent: self.sent,
            received: self.received,
        }
    }

    /// The response's body; null where there is none.
    #[must_use]
    pub fn body(&self) -> &Value {
        static NOTHING: Value = Value::Null;
        self.response.as_ref().map_or(&NOTHING, |response| &response.body)
    }

    /// A header of the response.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let headers = &self.response.as_ref()?.headers;
        headers.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    /// How far the server's clock is before ours, in microseconds, by the `Date` of its answer (RFC 9110, 6.6.1). A date
    /// is a whole second, so less than one and a half is no difference.
    #[must_use]
    pub fn clock_ahead(&self) -> i64 {
        const LEAST: i64 = 1_500_000;
        let date = self.header("date").and_then(http_date);
        let ahead = date.map_or(0, |date| date.as_microsecond() - self.received.timestamp().as_microsecond());
        if ahead.abs() < LEAST { 0 } else { ahead }
    }
}

/// Reads `Mon, 30 Nov 2026 05:41:05 GMT`.
pub(super) fn http_date(text: &str) -> Option<jiff::Timestamp> {
    let civil = jiff::fmt::strtime::parse("%a, %d %b %Y %H:%M:%S GMT", text.trim()).ok()?.to_datetime().ok()?;
    jiff::tz::Offset::UTC.to_timestamp(civil).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_request_is_its_body_with_its_parameters_beside_it() {
        let value =
            |target: &str, template: &str, body: Option<Value>| Request::new("GET", target, template, body).value;
        assert_eq!(value("/a?x=1&y=%20b&y=c+d", "/a", None), json!({"x": "1", "y": [" b", "c d"]}));
        assert_eq!(value("/v1/orders/o%2F1/pay", "/orders/{orderID}/pay", None), json!({"orderID": "o/1"}));
        assert_eq!(value("/a?x=1&z=2", "/a", Some(json!({"x": 5}))), json!({"x": 5, "z": "2"}));
        assert_eq!(value("/a?x=1", "/a", Some(json!([1]))), json!([1]));
    }

    #[test]
    fn the_server_s_clock_is_read_off_its_answer() {
        let at = |text: &str| Timestamp::new(text.parse().unwrap());
        let exchange = |date: &str| Exchange {
            number: 1,
            operation: "a".into(),
            request: Request::new("GET", "/a", "/a", None),
            response: Some(Response { status: 200, headers: vec![("date".into(), date.into())], body: Value::Null }),
            sent: at("2026-11-30T05:41:04Z"),
            received: at("2026-11-30T05:41:05Z"),
        };
        assert_eq!(exchange("Mon, 30 Nov 2026 05:42:05 GMT").clock_ahead(), 60_000_000);
        assert_eq!(exchange("Mon, 30 Nov 2026 05:41:04 GMT").clock_ahead(), 0);
        assert_eq!(exchange("yesterday").clock_ahead(), 0);
    }
}
