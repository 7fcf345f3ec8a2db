//! Reading matchers: a plain value means "equal to this", a list "one of these", a mapping of operators all of them.

use crate::diagnostic::Code;
use crate::expr::{FORMATS, KIND_NAMES, Matcher, TIME_FORMATS, Template, TimeBound};
use crate::text;
use crate::yaml::{Entry, Fields, Key, Kind, Node, Object, Reader, Shape};

static OPERATORS: &[Key] = &[
    Key {
        name: "equals",
        about: "the same JSON value; numbers by their value, objects whatever the order of their members",
        shape: Shape::Template,
        example: "{ status: SUCCESS }",
    },
    Key {
        name: "not",
        about: "anything but what the matcher inside asks; the value must be there",
        shape: Shape::Matcher,
        example: "FAILED",
    },
    Key {
        name: "one_of",
        about: "one of the values listed; a bare list says the same",
        shape: Shape::Some(&Shape::Template),
        example: "[SUCCESS, PENDING]",
    },
    Key {
        name: "exists",
        about: "true: there, whatever it is, null too; false: not there",
        shape: Shape::Boolean,
        example: "false",
    },
    Key {
        name: "type",
        about: "of this type; an integer is a number too",
        shape: Shape::Word(&KIND_NAMES),
        example: "integer",
    },
    Key {
        name: "contains",
        about: "text: this part; array: an item equal to this; object: a member of this name",
        shape: Shape::Template,
        example: "json",
    },
    Key { name: "starts_with", about: "text that begins so", shape: Shape::TextTemplate, example: "CUST" },
    Key { name: "ends_with", about: "text that ends so", shape: Shape::TextTemplate, example: "-S-000" },
    Key {
        name: "matches",
        about: "text in which the regular expression finds something; anchor it with ^ and $ for the whole text",
        shape: Shape::Regex,
        example: "'^[A-Z]{5}[0-9]{4}[A-Z]$'",
    },
    Key { name: "format", about: "text of a well-known form", shape: Shape::Word(&FORMATS), example: "uuid" },
    Key { name: "min", about: "a number, at least this", shape: Shape::NumberTemplate, example: "1" },
    Key { name: "max", about: "a number, at most this", shape: Shape::NumberTemplate, example: r#""{{ amount }}""# },
    Key {
        name: "before",
        about: "a time before this one: RFC 3339, a date, seconds or milliseconds since 1970, an HTTP date; `now` is the time \
                of the comparison",
        shape: BOUND_SHAPE,
        example: "now",
    },
    Key { name: "after", about: "a time after this one", shape: BOUND_SHAPE, example: r#""{{ createdAt }}""# },
    Key {
        name: "within",
        about: "a time at most so far from another one, before or after it",
        shape: Shape::Object(&NEAR),
        example: "{ of: now, max: 5m }",
    },
    Key {
        name: "length",
        about: "text in characters, array in items, object in members: a number or a matcher of it",
        shape: Shape::Matcher,
        example: "{ min: 1 }",
    },
    Key {
        name: "each",
        about: "every item matches, and there is at least one",
        shape: Shape::Matcher,
        example: "{ format: uuid }",
    },
    Key { name: "any", about: "at least one item matches", shape: Shape::Matcher, example: "HDFC" },
    Key {
        name: "all_of",
        about: "every matcher listed matches",
        shape: Shape::Many(&Shape::Matcher),
        example: "[{ min: 1 }, { not: 13 }]",
    },
    Key {
        name: "any_of",
        about: "at least one matcher listed matches",
        shape: Shape::Many(&Shape::Matcher),
        example: "[{ exists: false }, { type: string }]",
    },
];

static BOUND_SHAPE: Shape = Shape::Either(&[Shape::TextTemplate, Shape::Object(&BOUND)]);

static BOUND_KEYS: &[Key] =
    &[Key { name: "time", about: "the time to compare with", shape: Shape::TextTemplate, example: "now" }, FORMAT];

static NEAR_KEYS: &[Key] = &[
    Key { name: "of", about: "the time to compare with", shape: Shape::TextTemplate, example: "now" },
    Key { name: "max", about: "how far from it at most", shape: Shape::Duration, example: "5m" },
    FORMAT,
];

const FORMAT: Key = Key {
    name: "format",
    about: "how the value is written, where its form does not tell: `rfc3339`, `date`, `epoch`, `epoch_ms`, `http`, or a \
            pattern, in Indian time where it has no offset",
    shape: Shape::Text,
    example: "'%d/%m/%Y %H:%M'",
};

/// `before` and `after`, where there is more to say than the time.
pub(super) static BOUND: Object =
    Object { name: "time", what: "a time to compare with", keys: &[BOUND_KEYS], needs: &["time"], kinds: &[] };

/// `within`.
pub(super) static NEAR: Object =
    Object { name: "nearness", what: "a nearness in time", keys: &[NEAR_KEYS], needs: &["of", "max"], kinds: &[] };

/// Operators of a matcher; several in one mapping must all agree.
pub(super) static OPERATOR: Object =
    Object { name: "matcher", what: "a matcher", keys: &[OPERATORS], needs: &[], kinds: &[] };

/// Reads a matcher.
pub fn read_matcher(reader: &mut Reader<'_>, node: &Node) -> Option<Matcher> {
    match &node.kind {
        Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::Text(_) => Some(Matcher::Equals(reader.template(node))),
        Kind::List(items) if items.is_empty() => {
            let next = "write `{ length: 0 }` for an empty list, or name the values that are good";
            let problem = reader.problem(Code::Matcher, node.span, "nothing is one of no values", "this list is empty");
            *problem = problem.clone().next(next);
            None
        }
        Kind::List(items) => Some(Matcher::OneOf(items.iter().map(|item| reader.template(item)).collect())),
        Kind::Map(entries) if entries.is_empty() => {
            reader.problem(Code::Matcher, node.span, "this asks nothing", "write `{ exists: true }` for any value");
            None
        }
        Kind::Map(entries) => {
            let mut all: Vec<Matcher> = entries.iter().filter_map(|entry| read_operator(reader, entry)).collect();
            if all.len() == 1 { all.pop() } else { Some(Matcher::AllOf(all)) }
        }
    }
}

fn read_operator(reader: &mut Reader<'_>, entry: &Entry) -> Option<Matcher> {
    let Entry { key, value } = entry;
    let inner = |reader: &mut Reader<'_>| read_matcher(reader, value).map(Box::new);
    match key.value.as_str() {
        "equals" => Some(Matcher::Equals(reader.template(value))),
        "one_of" => Some(Matcher::OneOf(read_values(reader, value))),
        "not" => inner(reader).map(Matcher::Not),
        "exists" => {
            reader.boolean(value, "`exists`").map(|there| if there { Matcher::Exists } else { Matcher::Absent })
        }
        "type" => read_name(reader, value, "type", &KIND_NAMES).map(Matcher::Type),
        "format" => read_name(reader, value, "format", &FORMATS).map(Matcher::Format),
        "contains" => Some(Matcher::Contains(reader.template(value))),
        "starts_with" => reader.text_template(value, "`starts_with`").map(Matcher::StartsWith),
        "ends_with" => reader.text_template(value, "`ends_with`").map(Matcher::EndsWith),
        "matches" => read_regex(reader, value).map(Matcher::Matches),
        "min" => read_limit(reader, value, "`min`").map(Matcher::Min),
        "max" => read_limit(reader, value, "`max`").map(Matcher::Max),
        "before" => read_bound(reader, value).map(Matcher::Before),
        "after" => read_bound(reader, value).map(Matcher::After),
        "within" => read_nearness(reader, value),
        "length" => inner(reader).map(Matcher::Length),
        "each" => inner(reader).map(Matcher::Each),
        "any" => inner(reader).map(Matcher::Any),
        "all_of" => Some(Matcher::AllOf(read_matchers(reader, value, "`all_of`"))),
        "any_of" => Some(Matcher::AnyOf(read_matchers(reader, value, "`any_of`"))),
        name => {
            let known = OPERATORS.iter().map(|operator| operator.name);
            let title = format!("`{name}` is not a matcher");
            let label = text::did_you_mean(name, known).unwrap_or_default();
            let problem = reader.problem(Code::Matcher, key.span, title, label);
            *problem = problem.clone().next("to compare with a whole object, write `equals: { ... }`");
            None
        }
    }
}

fn read_bound(reader: &mut Reader<'_>, node: &Node) -> Option<TimeBound> {
    if !matches!(node.kind, Kind::Map(_)) {
        return read_time(reader, node, None);
    }
    let fields = Fields::open(reader, node, &BOUND);
    let format = fields.get("format").and_then(|node| read_format(reader, node));
    fields.required(reader, "time").and_then(|node| read_time(reader, node, format))
}

fn read_nearness(reader: &mut Reader<'_>, node: &Node) -> Option<Matcher> {
    if !matches!(node.kind, Kind::Map(_)) {
        let title = "`within` takes a time and how far from it";
        reader.problem(Code::WrongType, node.span, title, "write { of: now, max: 5m }");
        return None;
    }
    let fields = Fields::open(reader, node, &NEAR);
    let format = fields.get("format").and_then(|node| read_format(reader, node));
    let bound = fields.required(reader, "of").and_then(|node| read_time(reader, node, format));
    let most = fields.required(reader, "max").and_then(|node| reader.duration(node, "`max`"));
    Some(Matcher::Near(bound?, most?))
}

/// Reads a time that others are compared with; one without placeholders must be one.
fn read_time(reader: &mut Reader<'_>, node: &Node, format: Option<String>) -> Option<TimeBound> {
    let time = match node.kind {
        Kind::Number(_) => reader.template(node),
        _ => reader.text_template(node, "a time")?,
    };
    let bound = TimeBound { time, format, span: node.span };
    if let Some(why) = bound.refusal() {
        let next = "write it as RFC 3339, as in 2025-01-31T10:00:00+05:30, a date, seconds since 1970, or `now`";
        let problem = reader.problem(Code::Matcher, node.span, why, "");
        *problem = problem.clone().next(next);
        return None;
    }
    Some(bound)
}

fn read_format(reader: &mut Reader<'_>, node: &Node) -> Option<String> {
    let format = reader.text(node, "`format`")?;
    if !format.value.contains('%') && !TIME_FORMATS.contains(&format.value.as_str()) {
        let label = text::did_you_mean(&format.value, TIME_FORMATS).unwrap_or_default();
        let problem =
            reader.problem(Code::Matcher, format.span, format!("`{}` is no format of times", format.value), label);
        *problem = problem.clone().next("or write a pattern, as in '%d/%m/%Y %H:%M'");
        return None;
    }
    Some(format.value)
}

fn read_values(reader: &mut Reader<'_>, node: &Node) -> Vec<Template> {
    reader.list(node, "`one_of`").iter().map(|item| reader.template(item)).collect()
}

fn read_matchers(reader: &mut Reader<'_>, node: &Node, what: &str) -> Vec<Matcher> {
    let items = reader.list(node, what);
    if items.is_empty() {
        reader.problem(Code::Matcher, node.span, format!("{what} needs at least one matcher"), "");
    }
    items.iter().filter_map(|item| read_matcher(reader, item)).collect()
}

/// Reads one of several words; shared with the inputs of flows.
pub(super) fn read_name(
    reader: &mut Reader<'_>,
    node: &Node,
    what: &str,
    known: &[&'static str],
) -> Option<&'static str> {
    let name = reader.text(node, &format!("`{what}`"))?;
    let found = known.iter().find(|known| **known == name.value).copied();
    if found.is_none() {
        let label = text::did_you_mean(&name.value, known.iter().copied()).unwrap_or_default();
        reader.problem(Code::Matcher, name.span, format!("`{}` is not a {what}", name.value), label);
    }
    found
}

fn read_limit(reader: &mut Reader<'_>, node: &Node, what: &str) -> Option<Template> {
    let number = matches!(node.kind, Kind::Number(_));
    let template = matches!(&node.kind, Kind::Text(text) if text.contains("{{"));
    if !number && !template {
        reader.wrong_type(node, what, "a number");
        return None;
    }
    Some(reader.template(node))
}

/// Reads a regular expression; shared with captures.
pub(super) fn read_regex(reader: &mut Reader<'_>, node: &Node) -> Option<regex::Regex> {
    let text = reader.text(node, "a regular expression")?;
    match regex::RegexBuilder::new(&text.value).size_limit(1 << 20).build() {
        Ok(regex) => Some(regex),
        Err(error) => {
            let said = error.to_string();
            let last =
                said.lines().last().unwrap_or("not a regular expression").trim_start_matches("error: ").to_owned();
            reader.problem(Code::Matcher, text.span, "the regular expression cannot be read", last);
            None
        }
    }
}
