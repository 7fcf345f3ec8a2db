//! How two snapshots differ, by path, and what becomes of one when some of the differences are taken over.

use super::align::{Pair, align};
use super::content::{Body, Content};
use crate::event::{Change, ChangeKind};
use crate::text::cut;
use serde_json::{Map, Value};
use std::collections::{BTreeSet, HashMap};

/// Longest text of a value in a change, in bytes.
const LONGEST: usize = 240;
/// Most changes that are told one by one.
const MOST: usize = 500;

/// How two snapshots differ.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Differences {
    /// Single differences, in the order of the document.
    pub changes: Vec<Change>,
    /// How many more there are.
    pub more: usize,
}

/// How what was taken differs from what was accepted. Nothing differs exactly when both are equal.
#[must_use]
pub fn differences(accepted: &Content, taken: &Content) -> Differences {
    let mut found = Differences::default();
    let _ = merge(accepted, taken, |change| {
        if found.changes.len() < MOST {
            found.changes.push(change.clone());
        } else {
            found.more += 1;
        }
        false
    });
    found
}

/// What was accepted, with those differences taken over to which `take` says yes. It is asked once for each.
#[must_use]
pub fn merge(accepted: &Content, taken: &Content, mut take: impl FnMut(&Change) -> bool) -> Content {
    let mut walk = Walk { take: &mut take };
    let status = walk.scalar("status", accepted.status, taken.status);
    let headers = walk.headers(&accepted.headers, &taken.headers);
    let body = walk.body(&accepted.body, &taken.body);
    Content { status, headers, body }
}

struct Walk<'f> {
    take: &'f mut dyn FnMut(&Change) -> bool,
}

impl Walk<'_> {
    fn ask(&mut self, kind: ChangeKind, path: &str, before: Option<String>, after: Option<String>) -> bool {
        let short = |text: Option<String>| text.map(|text| cut(&text, LONGEST));
        (self.take)(&Change { kind, path: path.to_owned(), before: short(before), after: short(after) })
    }

    fn scalar(&mut self, path: &str, before: u16, after: u16) -> u16 {
        let other = before != after;
        let taken = other && self.ask(ChangeKind::Changed, path, Some(before.to_string()), Some(after.to_string()));
        if taken { after } else { before }
    }

    fn headers(&mut self, before: &[(String, String)], after: &[(String, String)]) -> Vec<(String, String)> {
        let find = |headers: &[(String, String)], name: &str| {
            headers.iter().find(|(known, _)| known == name).map(|(_, value)| Value::from(value.as_str()))
        };
        let names: BTreeSet<&String> = before.iter().chain(after).map(|(name, _)| name).collect();
        let mut merged = Vec::new();
        for name in names {
            let kept = self.maybe(&format!("header {name}"), find(before, name).as_ref(), find(after, name).as_ref());
            merged.extend(kept.map(|value| (name.clone(), value.as_str().unwrap_or_default().to_owned())));
        }
        merged
    }

    fn body(&mut self, before: &Body, after: &Body) -> Body {
        let told = |body: &Body| match body {
            Body::Empty => None,
            Body::Json(value) => Some(value.to_string()),
            Body::Text(text) => Some(Value::from(text.as_str()).to_string()),
        };
        let kind = match (before, after) {
            (Body::Json(before), Body::Json(after)) => return Body::Json(self.value("$", before, after)),
            (before, after) if before == after => return before.clone(),
            (Body::Empty, _) => ChangeKind::Added,
            (_, Body::Empty) => ChangeKind::Removed,
            (Body::Text(_), Body::Text(_)) => ChangeKind::Changed,
            _ => ChangeKind::Retyped,
        };
        if self.ask(kind, "body", told(before), told(after)) { after.clone() } else { before.clone() }
    }

    /// A value that may be on one side only.
    fn maybe(&mut self, path: &str, before: Option<&Value>, after: Option<&Value>) -> Option<Value> {
        match (before, after) {
            (Some(before), Some(after)) => Some(self.value(path, before, after)),
            (Some(before), None) => {
                let gone = self.ask(ChangeKind::Removed, path, Some(before.to_string()), None);
                (!gone).then(|| before.clone())
            }
            (None, Some(after)) => {
                self.ask(ChangeKind::Added, path, None, Some(after.to_string())).then(|| after.clone())
            }
            (None, None) => None,
        }
    }

    fn value(&mut self, path: &str, before: &Value, after: &Value) -> Value {
        match (before, after) {
            (Value::Object(before), Value::Object(after)) => self.object(path, before, after),
            (Value::Array(before), Value::Array(after)) => self.array(path, before, after),
            (before, after) if before == after => before.clone(),
            (before, after) => {
                let same_type = std::mem::discriminant(before) == std::mem::discriminant(after);
                let kind = if same_type { ChangeKind::Changed } else { ChangeKind::Retyped };
                let taken = self.ask(kind, path, Some(before.to_string()), Some(after.to_string()));
                if taken { after.clone() } else { before.clone() }
            }
        }
    }

    fn object(&mut self, path: &str, before: &Map<String, Value>, after: &Map<String, Value>) -> Value {
        let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
        let mut merged = Map::new();
        for name in names {
            let path = format!("{path}{}", member(name));
            if let Some(value) = self.maybe(&path, before.get(name), after.get(name)) {
                merged.insert(name.clone(), value);
            }
        }
        Value::Object(merged)
    }

    fn array(&mut self, path: &str, before: &[Value], after: &[Value]) -> Value {
        let mut merged = Vec::with_capacity(after.len());
        let mut moved: HashMap<usize, bool> = HashMap::new();
        let at = |index: usize| format!("{path}[{index}]");
        for pair in align(before, after) {
            match pair {
                Pair::Same(one, _) => merged.push(before[one].clone()),
                Pair::Other(one, other) => merged.push(self.value(&at(other), &before[one], &after[other])),
                Pair::Gone(one) => merged.extend(self.maybe(&at(one), Some(&before[one]), None)),
                Pair::New(other) => merged.extend(self.maybe(&at(other), None, Some(&after[other]))),
                Pair::MovedFrom(one, other) | Pair::MovedTo(one, other) => {
                    let taken = *moved
                        .entry(one)
                        .or_insert_with(|| self.ask(ChangeKind::Moved, &at(other), Some(at(one)), Some(at(other))));
                    if taken == matches!(pair, Pair::MovedTo(..)) {
                        merged.push(before[one].clone());
                    }
                }
            }
        }
        Value::Array(merged)
    }
}

/// The step of a JSONPath to a member.
fn member(name: &str) -> String {
    let word = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if word { format!(".{name}") } else { format!("['{}']", name.replace('\\', "\\\\").replace('\'', "\\'")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn content(value: &Value) -> Content {
        let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
        Content { status: 200, headers, body: Body::Json(super::super::content::sorted(value.clone())) }
    }

    fn told(before: &Value, after: &Value) -> Vec<String> {
        let told = |change: &Change| {
            let side = |side: &Option<String>| side.clone().unwrap_or_default();
            format!("{:?} {} {} {}", change.kind, change.path, side(&change.before), side(&change.after))
        };
        differences(&content(before), &content(after)).changes.iter().map(told).collect()
    }

    #[test]
    fn every_kind_of_change_is_told_by_its_path() {
        let before =
            json!({ "data": { "status": "SUCCESS", "amount": 1, "old": [], "list": ["a", "b", "c"], "b d": 1.0 } });
        let after =
            json!({ "data": { "status": "DONE", "amount": "1", "new": null, "list": ["c", "a", "b", "d"], "b d": 1 } });
        assert_eq!(
            told(&before, &after),
            [
                "Retyped $.data.amount 1 \"1\"",
                "Changed $.data['b d'] 1.0 1",
                "Moved $.data.list[0] $.data.list[2] $.data.list[0]",
                "Added $.data.list[3]  \"d\"",
                "Added $.data.new  null",
                "Removed $.data.old [] ",
                "Changed $.data.status \"SUCCESS\" \"DONE\"",
            ]
        );
    }

    #[test]
    fn status_headers_and_other_bodies_are_compared_too() {
        let headers = |pairs: &[(&str, &str)]| pairs.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
        let before = Content { status: 200, headers: headers(&[("a", "1"), ("b", "1")]), body: Body::of_text("hello") };
        let after = Content { status: 500, headers: headers(&[("b", "2"), ("c", "3")]), body: Body::of_text("{}") };
        let changes = differences(&before, &after).changes;
        let paths: Vec<String> = changes.iter().map(|change| format!("{:?} {}", change.kind, change.path)).collect();
        assert_eq!(paths, ["Changed status", "Removed header a", "Changed header b", "Added header c", "Retyped body"]);
        assert_eq!(merge(&before, &after, |_| true), after);
        assert_eq!(merge(&before, &after, |_| false), before);
        let one = merge(&before, &after, |change| change.path == "status");
        assert_eq!((one.status, one.body), (500, Body::of_text("hello")));
    }

    #[test]
    fn one_change_is_taken_over_alone() {
        let before = json!({ "offers": [{ "id": 1, "rate": 10 }, { "id": 2, "rate": 20 }], "status": "A" });
        let after = json!({ "offers": [{ "id": 9, "rate": 9 }, { "id": 1, "rate": 10 }, { "id": 2, "rate": 21 }], "status": "B" });
        let merged = merge(&content(&before), &content(&after), |change| change.path == "$.offers[2].rate");
        let expected = json!({ "offers": [{ "id": 1, "rate": 10 }, { "id": 2, "rate": 21 }], "status": "A" });
        assert_eq!(merged, content(&expected));
    }

    #[test]
    fn there_is_an_end_to_what_is_told() {
        let list = |from: usize| Value::from((from..from + 900).collect::<Vec<_>>());
        let found = differences(&content(&list(0)), &content(&list(5_000)));
        assert_eq!((found.changes.len(), found.more), (MOST, 400));
    }

    proptest! {
        #[test]
        fn nothing_differs_exactly_when_both_are_equal(one in values(), other in values()) {
            prop_assert_eq!(told(&one, &one), Vec::<String>::new());
            let (one, other) = (content(&one), content(&other));
            prop_assert_eq!(differences(&one, &other).changes.is_empty(), one == other);
        }

        #[test]
        fn all_changes_together_lead_from_one_to_the_other_and_none_leads_nowhere(one in values(), other in values()) {
            let (one, other) = (content(&one), content(&other));
            prop_assert_eq!(&merge(&one, &other, |_| true), &other);
            prop_assert_eq!(&merge(&one, &other, |_| false), &one);
        }

        #[test]
        fn what_was_taken_over_no_longer_differs(one in values(), other in values()) {
            let (one, other) = (content(&one), content(&other));
            let mut now = one;
            // Whatever the order, in the end nothing is left.
            for _ in 0..200 {
                let Some(first) = differences(&now, &other).changes.first().cloned() else { break };
                let mut left = 1;
                now = merge(&now, &other, |change| change == &first && std::mem::take(&mut left) == 1);
            }
            prop_assert_eq!(now, other);
        }
    }

    /// Values of few names and few different leaves, so that much of them is equal.
    fn values() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![Just(json!(1)), Just(json!(2)), Just(json!("a")), Just(json!(null)), Just(json!(true))];
        leaf.prop_recursive(4, 30, 5, |inner| {
            let list = prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from);
            let object = prop::collection::btree_map("[abc]", inner, 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect()));
            prop_oneof![list, object]
        })
    }
}
