//! Reading matchers: a plain value means "equal to this", a list "one of these", a mapping of operators all of them.

use crate::diagnostic::Code;
use crate::expr::{FORMATS, KIND_NAMES, Matcher, Template};
use crate::text;
use crate::yaml::{Entry, Key, Kind, Node, Object, Reader, Shape};

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
