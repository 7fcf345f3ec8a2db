//! What is there, where something is missing.

use super::value;
use crate::event::{Exchange, Found};
use crate::text::{count, nearest};
use serde_json::Value;

/// How many names are listed.
const NAMES: usize = 12;

/// For a path at which nothing was found: how far the body goes along it, and what it has there.
///
/// Speaks only of plain paths (`$.data.offers[0].id`) and of bodies kept whole; else it is silent.
pub(super) fn around(found: &Found, exchange: Option<&Exchange>) -> Option<String> {
    if found.found.is_some() {
        return None;
    }
    let body = exchange?.received.as_ref()?.body.as_ref().filter(|body| !body.cut)?;
    let root: Value = serde_json::from_str(&body.text).ok()?;
    let (mut here, mut path) = (&root, "$".to_owned());
    for part in parts(&found.path)? {
        let next = match &part {
            Part::Name(name) => here.get(name),
            Part::Index(index) => here.get(index),
        };
        let Some(next) = next else { return Some(tell(&path, here, &part)) };
        here = next;
        match part {
            Part::Name(name) => path.extend([".", &name]),
            Part::Index(index) => path.push_str(&format!("[{index}]")),
        }
    }
    None
}

/// For a header that did not come: the nearest name that did.
pub(super) fn header(found: &Found, exchange: Option<&Exchange>) -> Option<String> {
    if found.found.is_some() {
        return None;
    }
    let headers = &exchange?.received.as_ref()?.headers;
    let near = nearest(&found.path, headers.iter().map(|(name, _)| name.as_str()))?;
    Some(format!("the nearest header that came is `{near}`"))
}

fn tell(path: &str, here: &Value, missing: &Part) -> String {
    match (here, missing) {
        (Value::Object(fields), _) if fields.is_empty() => format!("`{path}` is an empty object"),
        (Value::Object(fields), Part::Name(name)) => {
            if let Some(near) = nearest(name, fields.keys().map(String::as_str)) {
                return value(&format!("the nearest name at `{path}` is `{near}`"));
            }
            let names: Vec<String> = fields.keys().take(NAMES).map(|name| format!("`{name}`")).collect();
            let more = if fields.len() > NAMES { format!(" and {} more", fields.len() - NAMES) } else { String::new() };
            value(&format!("`{path}` has {}{more}", names.join(", ")))
        }
        (Value::Array(items), Part::Index(_)) => format!("`{path}` has {}", count(items.len(), "element")),
        (Value::Object(_), Part::Index(_)) => format!("`{path}` is an object"),
        (Value::Array(_), Part::Name(_)) => format!("`{path}` is an array"),
        (Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_), _) => {
            value(&format!("`{path}` is {here}"))
        }
    }
}

/// One part of a plain path.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// The name of a field.
    Name(String),
    /// The index of an element.
    Index(usize),
}

/// The parts of a path, if it is a plain one.
pub(super) fn parts(path: &str) -> Option<Vec<Part>> {
    let mut rest = path.strip_prefix('$')?;
    let mut parts = Vec::new();
    while !rest.is_empty() {
        if let Some(bracket) = rest.strip_prefix('[') {
            let (inside, after) = match bracket.chars().next()? {
                quote @ ('\'' | '"') => {
                    let (name, after) = bracket[1..].split_once(quote)?;
                    (Part::Name(name.to_owned()), after.strip_prefix(']')?)
                }
                _ => {
                    let (digits, after) = bracket.split_once(']')?;
                    (Part::Index(digits.parse().ok()?), after)
                }
            };
            // An escape in a quoted name would need a real parser; such a path is not plain.
            if matches!(&inside, Part::Name(name) if name.contains('\\')) {
                return None;
            }
            parts.push(inside);
            rest = after;
        } else {
            rest = rest.strip_prefix('.')?;
            let end = rest.find(['.', '[']).unwrap_or(rest.len());
            let name = &rest[..end];
            if name.is_empty() || name.contains('*') {
                return None;
            }
            parts.push(Part::Name(name.to_owned()));
            rest = &rest[end..];
        }
    }
    Some(parts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::testing::{exchange, found};

    fn told(path: &str, body: &str) -> Option<String> {
        around(&found(path, "\"x\"", None), Some(&exchange("GET", 200, body)))
    }

    #[test]
    fn a_missing_value_is_told_by_what_is_there_instead() {
        let body = r#"{"data":{"statuss":"A","offers":[1,2],"none":null,"empty":{}}}"#;
        let said = |path| told(path, body).unwrap_or_default();
        assert_eq!(said("$.data.status"), "the nearest name at `$.data` is `statuss`");
        assert_eq!(said("$.data.customerID"), "`$.data` has `statuss`, `offers`, `none`, `empty`");
        assert_eq!(said("$.data.offers[2]"), "`$.data.offers` has 2 elements");
        assert_eq!(said("$.data.offers.x"), "`$.data.offers` is an array");
        assert_eq!(said("$['data'].none.x"), "`$.data.none` is null");
        assert_eq!(said("$.data.empty.x"), "`$.data.empty` is an empty object");
    }

    #[test]
    fn nothing_is_said_about_what_cannot_be_followed() {
        for path in ["$.data[*].x", "$..x", "$.a[?@.b]", "content-type", "$['a\\'b']", "$.data[", "$."] {
            assert_eq!(told(path, r#"{"data":[{"x":1}]}"#), None, "{path}");
        }
        assert_eq!(told("$.a", "not json"), None);
    }
}
