//! What a JSONPath selects (RFC 9535, section 2): values in their order, each with its path.

use super::matcher::same;
use super::number::compare;
use super::path::{Comparable, Comparison, Condition, Part, Pattern, Query, Segment, compile};
use serde_json::Value;
use std::borrow::Cow;

/// A value and its path.
pub(super) type Selected<'v> = (String, &'v Value);

/// What segments select, beginning at a value whose path is known. `root` is the whole body.
pub(super) fn select<'v>(segments: &[Segment], path: String, value: &'v Value, root: &'v Value) -> Vec<Selected<'v>> {
    let mut nodes = vec![(path, value)];
    for segment in segments {
        let mut next = Vec::new();
        for (path, value) in nodes {
            if segment.descends {
                descend(&path, value, &mut |path, value| apply(segment, path, value, root, &mut next));
            } else {
                apply(segment, &path, value, root, &mut next);
            }
        }
        nodes = next;
    }
    nodes
}

/// Calls `visit` for a value and every value below it.
fn descend<'v>(path: &str, value: &'v Value, visit: &mut impl FnMut(&str, &'v Value)) {
    visit(path, value);
    match value {
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(index, item)| descend(&format!("{path}[{index}]"), item, visit));
        }
        Value::Object(members) => {
            members.iter().for_each(|(name, member)| descend(&format!("{path}{}", step(name)), member, visit));
        }
        _ => {}
    }
}

fn apply<'v>(segment: &Segment, path: &str, value: &'v Value, root: &'v Value, found: &mut Vec<Selected<'v>>) {
    for part in &segment.parts {
        match (part, value) {
            (Part::Name(name), Value::Object(members)) => {
                found.extend(members.get(name).map(|member| (format!("{path}{}", step(name)), member)));
            }
            (Part::Index(index), Value::Array(items)) => {
                let place = placed(*index, items.len());
                found.extend(place.and_then(|at| Some((format!("{path}[{at}]"), items.get(at)?))));
            }
            (Part::Slice(from, to, by), Value::Array(items)) => {
                let places = sliced(items.len(), *from, *to, *by);
                found.extend(places.into_iter().map(|at| (format!("{path}[{at}]"), &items[at])));
            }
            (Part::Wildcard, Value::Array(items)) => {
                found.extend(items.iter().enumerate().map(|(at, item)| (format!("{path}[{at}]"), item)));
            }
            (Part::Wildcard, Value::Object(members)) => {
                found.extend(members.iter().map(|(name, member)| (format!("{path}{}", step(name)), member)));
            }
            (Part::Filter(condition), Value::Array(items)) => {
                let kept = items.iter().enumerate().filter(|(_, item)| holds(condition, item, root));
                found.extend(kept.map(|(at, item)| (format!("{path}[{at}]"), item)));
            }
            (Part::Filter(condition), Value::Object(members)) => {
                let kept = members.iter().filter(|(_, member)| holds(condition, member, root));
                found.extend(kept.map(|(name, member)| (format!("{path}{}", step(name)), member)));
            }
            _ => {}
        }
    }
}

/// A name as a step of a path: behind a dot where it can stand there.
pub(super) fn step(name: &str) -> String {
    let word = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if word && !name.is_empty() && !name.starts_with(|c: char| c.is_ascii_digit()) {
        return format!(".{name}");
    }
    let mut quoted = String::from("['");
    for c in name.chars() {
        match c {
            '\'' | '\\' => quoted.extend(['\\', c]),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            c if c < ' ' => quoted.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => quoted.push(c),
        }
    }
    quoted + "']"
}

fn placed(index: i64, length: usize) -> Option<usize> {
    let length = i64::try_from(length).ok()?;
    usize::try_from(if index < 0 { length + index } else { index }).ok()
}

/// The places of a slice (RFC 9535, section 2.3.4.2).
fn sliced(length: usize, from: Option<i64>, to: Option<i64>, by: i64) -> Vec<usize> {
    let length = i64::try_from(length).unwrap_or(i64::MAX);
    let normal = |at: i64| if at < 0 { length.saturating_add(at) } else { at };
    let mut places = Vec::new();
    let mut note = |at: i64| places.extend(usize::try_from(at).ok());
    if by > 0 {
        let (mut at, end) = (normal(from.unwrap_or(0)).clamp(0, length), normal(to.unwrap_or(length)).clamp(0, length));
        while at < end {
            note(at);
            at = at.saturating_add(by);
        }
    } else if by < 0 {
        let mut at = normal(from.unwrap_or(length - 1)).clamp(-1, length - 1);
        let end = to.map_or(-1, |to| normal(to).clamp(-1, length - 1));
        while at > end {
            note(at);
            at = at.saturating_add(by);
        }
    }
    places
}

fn holds(condition: &Condition, item: &Value, root: &Value) -> bool {
    match condition {
        Condition::Or(any) => any.iter().any(|one| holds(one, item, root)),
        Condition::And(all) => all.iter().all(|one| holds(one, item, root)),
        Condition::Not(inner) => !holds(inner, item, root),
        Condition::Exists(query) => !nodes(query, item, root).is_empty(),
        Condition::Compare(left, comparison, right) => {
            compared(value(left, item, root).as_deref(), *comparison, value(right, item, root).as_deref())
        }
        Condition::Matches { text, pattern, extent } => {
            let text = value(text, item, root);
            let Some(text) = text.as_deref().and_then(Value::as_str) else { return false };
            match pattern {
                Pattern::Fixed(regex) => regex.is_match(text),
                Pattern::Given(given) => {
                    let pattern = value(given, item, root);
                    let pattern = pattern.as_deref().and_then(Value::as_str);
                    pattern.and_then(|pattern| compile(pattern, *extent).ok()).is_some_and(|regex| regex.is_match(text))
                }
            }
        }
    }
}

fn nodes<'v>(query: &Query, item: &'v Value, root: &'v Value) -> Vec<Selected<'v>> {
    select(&query.segments, String::new(), if query.absolute { root } else { item }, root)
}

/// The value of a side; `None` where there is nothing.
fn value<'v>(comparable: &'v Comparable, item: &'v Value, root: &'v Value) -> Option<Cow<'v, Value>> {
    match comparable {
        Comparable::Literal(value) => Some(Cow::Borrowed(value)),
        Comparable::Singular(query) => {
            let mut value = if query.absolute { root } else { item };
            for segment in &query.segments {
                value = match (segment.parts.first()?, value) {
                    (Part::Name(name), Value::Object(members)) => members.get(name)?,
                    (Part::Index(index), Value::Array(items)) => items.get(placed(*index, items.len())?)?,
                    _ => return None,
                };
            }
            Some(Cow::Borrowed(value))
        }
        Comparable::Length(of) => match &*value(of, item, root)? {
            Value::String(text) => Some(Cow::Owned(Value::from(text.chars().count()))),
            Value::Array(items) => Some(Cow::Owned(Value::from(items.len()))),
            Value::Object(members) => Some(Cow::Owned(Value::from(members.len()))),
            Value::Null | Value::Bool(_) | Value::Number(_) => None,
        },
        Comparable::Count(query) => Some(Cow::Owned(Value::from(nodes(query, item, root).len()))),
        Comparable::Value(query) => match nodes(query, item, root).as_slice() {
            [(_, value)] => Some(Cow::Borrowed(value)),
            _ => None,
        },
    }
}

/// Compares two sides (RFC 9535, section 2.3.5.2.2): different types are not equal, and neither is less.
fn compared(left: Option<&Value>, comparison: Comparison, right: Option<&Value>) -> bool {
    let equal = || match (left, right) {
        (None, None) => true,
        (Some(left), Some(right)) => same(left, right),
        (None, Some(_)) | (Some(_), None) => false,
    };
    let less = |left: Option<&Value>, right: Option<&Value>| match (left, right) {
        (Some(Value::Number(left)), Some(Value::Number(right))) => compare(left, right).is_lt(),
        (Some(Value::String(left)), Some(Value::String(right))) => left < right,
        _ => false,
    };
    match comparison {
        Comparison::Equal => equal(),
        Comparison::NotEqual => !equal(),
        Comparison::Less => less(left, right),
        Comparison::LessOrEqual => less(left, right) || equal(),
        Comparison::Greater => less(right, left),
        Comparison::GreaterOrEqual => less(right, left) || equal(),
    }
}
