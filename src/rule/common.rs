//! Which exchanges belong together: what they have in common, found in them or through what an earlier answer gave.

use super::exchange::Exchange;
use super::matching::as_text;
use super::model::{CommonKey, KeyPlace};
use crate::expr::Selection;
use serde_json::Value;
use std::collections::HashMap;

/// Most values that are remembered to have been given to one customer; a server that gives more is still judged, but what
/// comes under those can no longer be told to be that customer's.
const MOST_GIVEN: u32 = 1024;

/// What answers gave to whom.
#[derive(Debug, Default)]
pub(super) struct Memory {
    /// By key and value, the values of other keys that it was given under.
    given: HashMap<(usize, String), Vec<(usize, String)>>,
    /// How many values were given under a key's value.
    counts: HashMap<(usize, String), u32>,
}

/// The values of keys in one exchange, by their number.
pub(super) type Values = Vec<Option<String>>;

impl Memory {
    /// Reads the keys of an exchange, and remembers what its answer gives under them.
    ///
    /// What the request says comes first, then what an earlier answer gave under what the request says; what the answer
    /// itself claims comes last, for an answer that names another customer must not become that customer's.
    pub(super) fn read(&mut self, keys: &[CommonKey], exchange: &Exchange) -> Values {
        let Found { asked, given, known } = self.find(keys, exchange);
        // Only what an operation is said to give: an answer that names its customer gives nobody a customer.
        let told = |key: &CommonKey| {
            let own: Vec<KeyPlace> = key.given.iter().filter(|place| place.operation.is_some()).cloned().collect();
            find(&own, &exchange.operation, exchange.body())
        };
        let told: Values = keys.iter().map(told).collect();
        self.learn(&known, &asked, &told);
        known.into_iter().zip(given).map(|(known, given)| known.or(given)).collect()
    }

    /// The same, and nothing is remembered.
    pub(super) fn peek(&self, keys: &[CommonKey], exchange: &Exchange) -> Values {
        let Found { given, known, .. } = self.find(keys, exchange);
        known.into_iter().zip(given).map(|(known, given)| known.or(given)).collect()
    }

    fn find(&self, keys: &[CommonKey], exchange: &Exchange) -> Found {
        let asked: Values =
            keys.iter().map(|key| find(&key.asked, &exchange.operation, &exchange.request.value)).collect();
        let given: Values = keys.iter().map(|key| find(&key.given, &exchange.operation, exchange.body())).collect();
        let mut known = asked.clone();
        for (number, value) in asked.iter().enumerate() {
            let Some(value) = value else { continue };
            for (other, owner) in self.given.get(&(number, value.clone())).into_iter().flatten() {
                known[*other].get_or_insert_with(|| owner.clone());
            }
        }
        Found { asked, given, known }
    }

    /// Remembers what an answer gave under what was asked; who was given a value first keeps it.
    fn learn(&mut self, known: &Values, asked: &Values, given: &Values) {
        for (number, value) in given.iter().enumerate() {
            let Some(value) = value.as_ref().filter(|_| asked[number].is_none()) else { continue };
            for (owner, owned) in known.iter().enumerate().filter(|(owner, _)| *owner != number) {
                let Some(owned) = owned else { continue };
                let entry = (number, value.clone());
                if self.given.get(&entry).is_some_and(|owners| owners.iter().any(|(key, _)| *key == owner)) {
                    continue;
                }
                let count = self.counts.entry((owner, owned.clone())).or_default();
                if *count < MOST_GIVEN {
                    *count += 1;
                    self.given.entry(entry).or_default().push((owner, owned.clone()));
                }
            }
        }
    }
}

/// The values of keys in an exchange.
struct Found {
    /// What the request says.
    asked: Values,
    /// What the answer says.
    given: Values,
    /// What the request says, and what an earlier answer gave under that.
    known: Values,
}

/// The value of a key: what stands at the places of its operation, else at those of any.
fn find(places: &[KeyPlace], operation: &str, value: &Value) -> Option<String> {
    let own = places.iter().filter(|place| place.operation.as_deref() == Some(operation));
    let any = places.iter().filter(|place| place.operation.is_none());
    own.chain(any).find_map(|place| match place.selector.select(value) {
        Selection::One(found) => found.and_then(as_text),
        Selection::Many(found) => found.first().and_then(|(_, value)| as_text(value)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Timestamp;
    use crate::expr::Selector;
    use crate::rule::{Request, Response};
    use serde_json::json;

    fn keys() -> Vec<CommonKey> {
        let place = |operation: Option<&str>, path: &str| KeyPlace {
            operation: operation.map(str::to_owned),
            selector: Selector::parse(path).unwrap(),
        };
        vec![
            CommonKey {
                name: "customer".into(),
                asked: vec![place(None, "$.customer")],
                given: vec![place(None, "$.customer")],
            },
            CommonKey {
                name: "ref".into(),
                asked: vec![place(None, "$.ref")],
                given: vec![place(Some("trigger"), "$.ref")],
            },
        ]
    }

    fn exchange(operation: &str, request: Value, body: Value) -> Exchange {
        let at = Timestamp::new("2026-01-01T00:00:00Z".parse().unwrap());
        Exchange {
            number: 1,
            operation: operation.into(),
            request: Request::new("POST", "/", "/", Some(request)),
            response: Some(Response { status: 200, headers: Vec::new(), body }),
            sent: at,
            received: at,
        }
    }

    #[test]
    fn a_customer_is_known_through_what_an_answer_gave() {
        let (keys, mut memory) = (keys(), Memory::default());
        let mut read = |operation: &str, request: Value, body: Value| {
            memory
                .read(&keys, &exchange(operation, request, body))
                .into_iter()
                .map(Option::unwrap_or_default)
                .collect::<Vec<_>>()
        };
        assert_eq!(read("trigger", json!({"customer": "A"}), json!({"ref": "r1"})), ["A", "r1"]);
        assert_eq!(read("get", json!({"ref": "r1"}), json!({"customer": "B"})), ["A", "r1"]);
        // Who was given it first keeps it, whatever is answered later.
        assert_eq!(read("trigger", json!({"customer": "B"}), json!({"ref": "r1"})), ["B", "r1"]);
        assert_eq!(read("get", json!({"ref": "r1"}), json!({})), ["A", "r1"]);
        assert_eq!(read("get", json!({"ref": "r9"}), json!({"customer": "C"})), ["C", "r9"]);
        assert_eq!(read("other", json!({}), json!({"ref": "r1"})), ["", ""]);
        // An answer that names its customer does not make the customer lead to the reference.
        assert_eq!(read("get", json!({"ref": "r1"}), json!({"customer": "A"})), ["A", "r1"]);
        assert_eq!(read("other", json!({"customer": "A"}), json!({})), ["A", ""]);
    }
}
