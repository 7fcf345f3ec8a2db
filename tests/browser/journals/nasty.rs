//! The same run, with everything in it that could be mistaken for markup, script or a template.

use proviso::event::Event;
use serde_json::Value;

/// What is put before every text.
const NASTY: [&str; 16] = [
    "<script>window.pwned=1;alert(1)</script>",
    "</script><script>window.pwned=1;alert(2)</script>",
    "<img src=x onerror=\"window.pwned=1;alert(3)\">",
    "\"><svg onload=alert(4)>",
    "' autofocus onfocus='alert(5)",
    "<a href=\"javascript:alert(6)\">x</a>",
    "javascript:alert(7)",
    "{{7*7}}${7*7}<%= 7*7 %>#{7*7}",
    "<!--<script>",
    "-->]]><style>*{display:none}</style>",
    "<iframe srcdoc=\"<script>alert(8)</script>\"></iframe>",
    "<meta http-equiv=refresh content=\"0;url=http://127.0.0.1:9/\"><base href=\"http://127.0.0.1:9/\">",
    "&lt;script&gt;alert(9)&lt;/script&gt;&#60;b&#62;",
    "\u{202e}gnp.exe\u{2066}\u{200f}",
    "\u{1b}[31m\u{1b}]8;;http://127.0.0.1:9/\u{7}\0\u{2028}\u{2029}\u{feff}",
    "__proto__ constructor \u{ff1c}script\u{ff1e} \u{0}",
];

/// Puts it in front of every text of every event that may be any text.
pub(crate) fn everywhere(events: &[Event]) -> Vec<Event> {
    events.iter().map(spoilt).collect()
}

fn spoilt(event: &Event) -> Event {
    let mut value = serde_json::to_value(event).expect("an event is JSON");
    let mut pointers = Vec::new();
    texts(&value, &mut String::new(), &mut pointers);
    for pointer in pointers {
        let Some(Value::String(text)) = value.pointer(&pointer).cloned() else { continue };
        // The same text becomes the same text, so that what belongs together still does.
        let turn = text.bytes().map(usize::from).sum::<usize>() % NASTY.len();
        let nasty: String = NASTY.iter().cycle().skip(turn).take(NASTY.len()).copied().collect();
        let set =
            |value: &mut Value, text: String| *value.pointer_mut(&pointer).expect("it is there") = Value::String(text);
        set(&mut value, format!("{nasty}{text}"));
        // A text that must be a time or one of the format's words.
        if serde_json::from_value::<Event>(value.clone()).is_err() {
            set(&mut value, text);
        }
    }
    serde_json::from_value(value).expect("every change was undone that was none of an event")
}

fn texts(value: &Value, pointer: &mut String, found: &mut Vec<String>) {
    let length = pointer.len();
    let mut below = |key: &str, value: &Value| {
        pointer.push('/');
        pointer.push_str(key);
        texts(value, pointer, found);
        pointer.truncate(length);
    };
    match value {
        Value::Object(fields) => fields.iter().for_each(|(key, value)| below(key, value)),
        Value::Array(items) => items.iter().enumerate().for_each(|(index, item)| below(&index.to_string(), item)),
        Value::String(_) => found.push(pointer.clone()),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
