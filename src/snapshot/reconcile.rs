//! What was taken, in the words of a snapshot that was accepted before placeholders had forms.

use super::content::{Body, Content};
use serde_json::Value;

/// What was taken, with the accepted placeholder wherever that is what the same value would have had when it was accepted.
/// What then still differs is no matter of words.
#[must_use]
pub fn reconcile(accepted: &Content, typed: &Content, untyped: &Content) -> Content {
    let headers = typed.headers.iter().map(|(name, value)| {
        let find =
            |content: &Content| content.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
        let old = find(accepted).filter(|value| find(untyped).as_ref() == Some(value));
        (name.clone(), old.unwrap_or_else(|| value.clone()))
    });
    let body = match (&accepted.body, &typed.body, &untyped.body) {
        (accepted, _, untyped) if accepted == untyped => accepted.clone(),
        (Body::Json(accepted), Body::Json(typed), Body::Json(untyped)) => Body::Json(value(accepted, typed, untyped)),
        _ => typed.body.clone(),
    };
    Content { status: typed.status, headers: headers.collect(), body }
}

fn value(accepted: &Value, typed: &Value, untyped: &Value) -> Value {
    match (accepted, typed, untyped) {
        _ if accepted == untyped => accepted.clone(),
        (Value::Array(accepted), Value::Array(typed), Value::Array(untyped)) if typed.len() == untyped.len() => {
            let one = |at: usize| match accepted.get(at) {
                Some(accepted) => value(accepted, &typed[at], &untyped[at]),
                None => typed[at].clone(),
            };
            (0..typed.len()).map(one).collect()
        }
        (Value::Object(accepted), Value::Object(typed), Value::Object(untyped)) => {
            let one = |(name, typed): (&String, &Value)| {
                let member = match (accepted.get(name), untyped.get(name)) {
                    (Some(accepted), Some(untyped)) => value(accepted, typed, untyped),
                    _ => typed.clone(),
                };
                (name.clone(), member)
            };
            Value::Object(typed.iter().map(one).collect())
        }
        _ => typed.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::differences;
    use serde_json::json;

    fn content(value: Value) -> Content {
        Content { status: 200, headers: Vec::new(), body: Body::Json(value) }
    }

    #[test]
    fn old_placeholders_stand_for_new_ones_and_hide_nothing_else() {
        let accepted = content(json!({ "at": "[epoch]", "n": 1, "of": ["[id-1]"] }));
        let typed = content(json!({ "at": "[epoch ms, number]", "n": 2, "of": ["[id-1, 24 hex digits]"] }));
        let untyped = content(json!({ "at": "[epoch]", "n": 2, "of": ["[id-1]"] }));
        let reconciled = reconcile(&accepted, &typed, &untyped);
        let paths: Vec<String> =
            differences(&accepted, &reconciled).changes.into_iter().map(|change| change.path).collect();
        assert_eq!(paths, ["$.n"]);
    }
}
