//! What expressions of a rule may look at, and only that: of large bodies the members that are named, no more.

use super::exchange::Exchange;
use crate::expr::{Context, Expression, RenderError, Scope, Services};
use crate::secret::{MASK, is_credential_header};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};

/// Names that every expression of a rule knows.
pub(super) const OWN_NAMES: [&str; 8] =
    ["request", "request_headers", "response", "status", "retry_after", "sent", "received", "slack"];

/// The members that expressions name, by the name they begin with: `accepted.request.amount` is `[request, amount]`
/// below `accepted`.
#[derive(Debug, Clone, Default)]
pub(super) struct Reads(BTreeMap<String, Vec<Vec<String>>>);

impl Reads {
    /// Notes what an expression names.
    pub(super) fn note(&mut self, expression: &Expression) {
        for reference in expression.references().iter().filter(|reference| !reference.called) {
            let paths = self.0.entry(reference.name.clone()).or_default();
            paths.extend(paths_below(expression.text(), &reference.name));
        }
    }

    /// Whether a name is used.
    pub(super) fn names(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// What is used below a name.
    pub(super) fn below(&self, name: &str) -> &[Vec<String>] {
        self.0.get(name).map_or(&[], Vec::as_slice)
    }
}

/// The chains of members that follow a name in an expression.
fn paths_below(text: &str, name: &str) -> Vec<Vec<String>> {
    let word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let bytes = text.as_bytes();
    let mut paths = Vec::new();
    for (at, _) in text.match_indices(name) {
        let free = (at == 0 || !(word(bytes[at - 1]) || bytes[at - 1] == b'.'))
            && bytes.get(at + name.len()).is_none_or(|byte| !word(*byte));
        if !free {
            continue;
        }
        let (mut path, mut rest) = (Vec::new(), &text[at + name.len()..]);
        while let Some(after) = rest.strip_prefix('.') {
            let end = after.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(after.len());
            if end == 0 {
                break;
            }
            path.push(after[..end].to_owned());
            rest = &after[end..];
        }
        paths.push(path);
    }
    paths
}

/// Whether a chain of members ends before its end. What no object has is the engine's matter.
fn leads_nowhere(value: &Value, path: &[String]) -> bool {
    let mut value = value;
    for member in path {
        value = match value {
            Value::Object(members) => match members.get(member) {
                Some(found) => found,
                None => return true,
            },
            Value::Null => return true,
            _ => return false,
        };
    }
    false
}

/// Of a value the members at these paths. Where a path leads to nothing, all of what it ends in.
fn narrowed(value: &Value, paths: &[&[String]]) -> Value {
    let Value::Object(members) = value else { return value.clone() };
    let whole = paths.iter().any(|path| path.first().is_none_or(|first| !members.contains_key(first)));
    if whole {
        return value.clone();
    }
    let mut kept = Map::new();
    for (name, member) in members {
        let below: Vec<&[String]> =
            paths.iter().filter(|path| path.first() == Some(name)).map(|path| &path[1..]).collect();
        if !below.is_empty() {
            kept.insert(name.clone(), narrowed(member, &below));
        }
    }
    Value::Object(kept)
}

/// A moment as expressions count it: seconds since 1970, on the server's clock.
fn seconds(at: crate::event::Timestamp, ahead: i64) -> Value {
    let micros = at.timestamp().as_microsecond().saturating_add(ahead);
    // Microseconds since 1970 are whole numbers well below what a float holds exactly.
    #[expect(clippy::cast_precision_loss, reason = "exact up to the year 2255")]
    let seconds = micros as f64 / 1e6;
    Value::from(seconds)
}

/// One of the names an exchange gives: `request`, `response`, `status`, `sent`, `received`.
fn part(exchange: &Exchange, name: &str, below: &[&[String]]) -> Option<Value> {
    match name {
        "request" => Some(narrowed(&exchange.request.value, below)),
        "response" => exchange.response.as_ref().map(|response| narrowed(&response.body, below)),
        "request_headers" => {
            let shown = |(name, value): &(String, String)| {
                let value = if is_credential_header(name) { MASK } else { value.as_str() };
                (name.clone(), Value::from(value))
            };
            Some(Value::Object(exchange.request.headers.iter().map(shown).collect()))
        }
        "retry_after" => retry_after(exchange).map(Value::from),
        "status" => exchange.response.as_ref().map(|response| Value::from(response.status)),
        "sent" => Some(seconds(exchange.sent, exchange.clock_ahead())),
        "received" => Some(seconds(exchange.received, exchange.clock_ahead())),
        _ => None,
    }
}

/// How many seconds an answer asks to wait: a number, or a date (RFC 9110, 10.2.3).
fn retry_after(exchange: &Exchange) -> Option<u64> {
    let text = exchange.header("retry-after")?.trim();
    let until = || {
        let at = super::exchange::http_date(text)?.as_microsecond();
        let from = exchange.received.timestamp().as_microsecond().saturating_add(exchange.clock_ahead());
        u64::try_from((at - from).max(0) / 1_000_000).ok()
    };
    text.parse().ok().or_else(until)
}

/// What of an exchange is kept for expressions that name it.
pub(super) fn kept(exchange: &Exchange, reads: &[Vec<String>]) -> Value {
    let mut members = Map::new();
    for name in ["request", "response", "status", "retry_after", "sent", "received"] {
        let below: Vec<&[String]> = reads
            .iter()
            .filter(|path| path.first().is_none_or(|first| first == name))
            .map(|path| path.get(1..).unwrap_or(&[]))
            .collect();
        if let (false, Some(value)) = (below.is_empty(), part(exchange, name, &below)) {
            members.insert(name.to_owned(), value);
        }
    }
    Value::Object(members)
}

/// What expressions may call: nothing outside.
pub(super) fn services() -> Arc<Services> {
    Arc::new(Services {
        random: Mutex::new(fastrand::Rng::with_seed(0)),
        made: Mutex::default(),
        now: Arc::new(|| jiff::Timestamp::UNIX_EPOCH),
        files: Arc::new(HashMap::new()),
        variables: Arc::default(),
    })
}

/// The names and values that one evaluation sees.
pub(super) struct View<'a> {
    scope: Scope,
    services: &'a Arc<Services>,
}

impl<'a> View<'a> {
    /// What an exchange gives of the names that are used.
    pub(super) fn of(exchange: &Exchange, reads: &Reads, slack: f64, services: &'a Arc<Services>) -> Self {
        let mut scope = Scope::new(Arc::default(), 1);
        for name in OWN_NAMES.into_iter().filter(|name| reads.names(name)) {
            let below: Vec<&[String]> = reads.below(name).iter().map(Vec::as_slice).collect();
            let value = if name == "slack" { Some(Value::from(slack)) } else { part(exchange, name, &below) };
            if let Some(value) = value {
                scope.set(0, name, value);
            }
        }
        Self { scope, services }
    }

    /// Nothing at all.
    pub(super) fn blank(services: &'a Arc<Services>) -> Self {
        Self { scope: Scope::new(Arc::default(), 1), services }
    }

    /// Gives a name a value.
    pub(super) fn set(&mut self, name: &str, value: Value) {
        self.scope.set(0, name, value);
    }

    /// The view of templates and expressions.
    pub(super) fn context(&self) -> Context<'_> {
        Context::new(&self.scope, 0, self.services)
    }

    /// Whether an expression names something that is not there. What may be missing is asked about with `is defined` or
    /// given by `default`; then it is the expression's own matter.
    pub(super) fn lacks(&self, expression: &Expression) -> bool {
        let text = expression.text();
        if text.contains("defined") || text.contains("default") {
            return false;
        }
        let names = expression.references().iter().filter(|reference| !reference.called);
        names.into_iter().any(|reference| {
            let Some(value) = self.context().lookup(&reference.name) else { return true };
            paths_below(text, &reference.name).iter().any(|path| leads_nowhere(value, path))
        })
    }

    /// The value of an expression; `None` where it names something that is not there.
    pub(super) fn value(&self, expression: &Expression) -> Result<Option<Value>, RenderError> {
        if self.lacks(expression) {
            return Ok(None);
        }
        expression.evaluate(&self.context()).map(Some)
    }

    /// The values of what an expression names, in words: `it.minAmount is 5, it.maxAmount is 3`.
    pub(super) fn told(&self, expression: &Expression) -> String {
        let mut told: Vec<String> = Vec::new();
        for reference in expression.references().iter().filter(|reference| !reference.called) {
            for path in paths_below(expression.text(), &reference.name) {
                let name =
                    std::iter::once(&reference.name).chain(&path).map(String::as_str).collect::<Vec<_>>().join(".");
                let mut value = self.context().lookup(&reference.name);
                for member in &path {
                    value = value.and_then(|value| value.get(member));
                }
                let said = match value {
                    Some(Value::Array(items)) if items.len() > 4 => format!("{name} has {} items", items.len()),
                    Some(Value::Object(members)) if members.len() > 4 => {
                        format!("{name} has {} members", members.len())
                    }
                    Some(value) => format!("{name} is {}", crate::expr::excerpt(value)),
                    None => continue,
                };
                if !told.contains(&said) {
                    told.push(said);
                }
            }
        }
        told.join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_what_is_named_is_kept() {
        let paths = paths_below("a.b.c <= x.a + a.d|length and a_b.c and f(a.b.e)", "a");
        assert_eq!(paths, [vec!["b", "c"], vec!["d"], vec!["b", "e"]]);
        let value = json!({"b": {"c": 1, "e": 2, "f": 3}, "d": [1, 2], "g": "large"});
        let slices: Vec<&[String]> = paths.iter().map(Vec::as_slice).collect();
        assert_eq!(narrowed(&value, &slices), json!({"b": {"c": 1, "e": 2}, "d": [1, 2]}));
        let missing = [vec!["b".to_owned(), "items".to_owned()]];
        let slices: Vec<&[String]> = missing.iter().map(Vec::as_slice).collect();
        assert_eq!(narrowed(&value, &slices), json!({"b": {"c": 1, "e": 2, "f": 3}}));
    }
}
