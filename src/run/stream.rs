//! Bodies that are streams of items, read as a list: newline-delimited JSON and event streams. Pure.

use serde_json::{Map, Value};

/// A body of these media types as a list of its items; `None` for any other media type, or the reason why it cannot be read.
pub(super) fn items(media_type: &str, body: &[u8]) -> Option<Result<Value, String>> {
    let essence = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match essence.as_str() {
        "application/x-ndjson"
        | "application/ndjson"
        | "application/jsonl"
        | "application/x-jsonlines"
        | "application/json-seq"
        | "application/stream+json" => Some(lines(body)),
        "text/event-stream" => Some(std::str::from_utf8(body).map(events).map_err(|error| error.to_string())),
        _ => None,
    }
}

/// Every line that is not blank is a JSON value; the sign that begins a record of RFC 7464 is passed over.
fn lines(body: &[u8]) -> Result<Value, String> {
    let mut items = Vec::new();
    for (number, line) in body.split(|byte| *byte == b'\n').enumerate() {
        let line = line.strip_prefix(b"\x1e").unwrap_or(line).trim_ascii();
        if line.is_empty() {
            continue;
        }
        items.push(serde_json::from_slice(line).map_err(|error| format!("line {} is not JSON: {error}", number + 1))?);
    }
    Ok(Value::Array(items))
}

/// Events (WHATWG HTML, section 9.2.6), each an object of `event`, `id` and `data`; data that is JSON is what it says. An
/// event that no blank line ends was cut, and is none.
fn events(text: &str) -> Value {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text).replace("\r\n", "\n").replace('\r', "\n");
    let mut items = Vec::new();
    let (mut data, mut event, mut id): (Vec<&str>, &str, Option<&str>) = (Vec::new(), "", None);
    for line in text.split('\n') {
        if line.is_empty() {
            if !data.is_empty() {
                items.push(item(&data.join("\n"), event, id));
            }
            (data, event) = (Vec::new(), "");
            continue;
        }
        let (name, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match name {
            "data" => data.push(value),
            "event" => event = value,
            "id" => id = Some(value),
            // A line that begins with a colon is a comment.
            _ => {}
        }
    }
    Value::Array(items)
}

fn item(data: &str, event: &str, id: Option<&str>) -> Value {
    let mut item = Map::new();
    item.insert("event".to_owned(), Value::from(if event.is_empty() { "message" } else { event }));
    if let Some(id) = id {
        item.insert("id".to_owned(), Value::from(id));
    }
    item.insert("data".to_owned(), serde_json::from_str(data).unwrap_or_else(|_| Value::from(data)));
    Value::Object(item)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn lines_of_json_are_a_list() {
        let read = |body: &str| items("application/x-ndjson; charset=utf-8", body.as_bytes()).unwrap();
        assert_eq!(
            read("{\"n\":1}\r\n\n{\"n\":12345678901234567890123}\n").unwrap()[1].to_string(),
            "{\"n\":12345678901234567890123}"
        );
        assert_eq!(read(""), Ok(json!([])));
        assert!(read("{}\n{").unwrap_err().starts_with("line 2 is not JSON"));
        assert_eq!(items("application/json", b"[]"), None);
    }

    #[test]
    fn events_are_a_list() {
        let body = ": hello\n\nid: 1\nevent: done\ndata: {\"a\":\ndata: 2}\n\ndata: plain\r\n\r\ndata: cut";
        let read = items("text/event-stream", body.as_bytes()).unwrap().unwrap();
        let expected = json!([
            { "event": "done", "id": "1", "data": { "a": 2 } },
            { "event": "message", "id": "1", "data": "plain" },
        ]);
        assert_eq!(read, expected);
    }
}
