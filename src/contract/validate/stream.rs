//! Sequences: JSON on every line, and server-sent events. Each item is what the schema describes, unless it describes the
//! whole as a list or as text.

use super::body::{Reading, head, text_of, unjudged};
use super::context::{ValidationContext, Violated};
use super::index::MediaIndex;
use super::media;
use crate::contract::{Media, Schema};
use serde_json::{Map, Value};

pub(super) fn validate(
    context: &mut ValidationContext<'_>,
    media: &Media,
    index: Option<&MediaIndex>,
    reading: Reading,
    bytes: &[u8],
) {
    let text = text_of(bytes);
    let Some(schema) = media.item_schema.as_ref().or(media.schema.as_ref()) else { return };
    let kinds = schema.kinds();
    let whole = media.item_schema.is_none() && !kinds.anything();
    if whole && kinds.texts() && !kinds.objects() && !kinds.lists() {
        return media::validated(context, schema, index, &Value::String(text));
    }
    let items = match reading {
        Reading::Events => events(context, media, schema, &text),
        _ => lines(context, media, &text),
    };
    if whole && kinds.lists() && !kinds.objects() {
        let list = items.into_iter().flatten().collect();
        return media::validated(context, schema, index, &list);
    }
    for (number, item) in items.iter().enumerate() {
        if let Some(item) = item {
            context.schema(schema, item, &format!("/{number}"));
            context.walk(schema, index.map(|index| &index.body), item);
        }
    }
}

/// The items; one that is no JSON is told and left out.
fn lines(context: &mut ValidationContext<'_>, media: &Media, text: &str) -> Vec<Option<Value>> {
    let lines = text.split(['\n', '\u{1e}']).map(str::trim).filter(|line| !line.is_empty());
    let mut items = Vec::new();
    for (number, line) in lines.enumerate() {
        items.push(match serde_json::from_str(line) {
            Ok(value) => Some(value),
            Err(why) => {
                context.judged.checks += 1;
                let found = format!("not JSON: {why}; it begins with {}", head(line.as_bytes()));
                let promised = "JSON on every line".to_owned();
                let place = format!("/{number}");
                context.violate(Violated::new(&place, "body", promised, media.span).found(found));
                None
            }
        });
    }
    items
}

/// Events as the schema speaks of them: as objects with `data` and its like, or what their data holds as JSON.
fn events(context: &mut ValidationContext<'_>, media: &Media, schema: &Schema, text: &str) -> Vec<Option<Value>> {
    let described = schema.shape().nodes.first().is_some_and(|node| {
        let has = |name: &str| node.members.iter().any(|(known, _)| known == name);
        let items = node.items.and_then(|items| schema.shape().nodes.get(items));
        let listed = items.is_some_and(|node| node.members.iter().any(|(known, _)| known == "data"));
        listed || has("data") && (has("event") || has("id") || has("retry") || node.members.len() == 1)
    });
    let mut items = Vec::new();
    for event in read_events(text) {
        if described {
            items.push(Some(Value::Object(event)));
            continue;
        }
        let data = event.get("data").and_then(Value::as_str).unwrap_or_default();
        let item = serde_json::from_str(data).ok();
        if item.is_none() {
            unjudged(context, media, "a stream with an event that is not JSON", "an object in every event");
        }
        items.push(item);
    }
    items
}

/// Events of a stream (HTML, 9.2.6).
fn read_events(text: &str) -> Vec<Map<String, Value>> {
    let mut events = Vec::new();
    let mut event: Map<String, Value> = Map::new();
    for line in text.trim_start_matches('\u{feff}').lines().chain([""]) {
        if line.is_empty() {
            if event.contains_key("data") {
                events.push(std::mem::take(&mut event));
            }
            event.clear();
            continue;
        }
        let (name, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match (name, event.get_mut(name)) {
            ("data", Some(Value::String(data))) => {
                data.push('\n');
                data.push_str(value);
            }
            ("data" | "event" | "id", _) => drop(event.insert(name.to_owned(), Value::from(value))),
            ("retry", _) => {
                if let Ok(number) = value.parse::<u64>() {
                    event.insert(name.to_owned(), Value::from(number));
                }
            }
            _ => {}
        }
    }
    events
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn events_are_read_as_browsers_read_them() {
        let text = ": hello\nevent: tick\ndata: {\"a\":1}\nid: 7\n\ndata: one\ndata: two\nretry: 10\n\nevent: none\n\n";
        let events: Vec<Value> = read_events(text).into_iter().map(Value::Object).collect();
        assert_eq!(
            events,
            [json!({"event": "tick", "data": "{\"a\":1}", "id": "7"}), json!({"data": "one\ntwo", "retry": 10})]
        );
    }
}
