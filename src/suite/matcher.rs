//! Reading matchers: a plain value means "equal to this", a list "one of these", a mapping of operators all of them.

use crate::diagnostic::Code;
use crate::expr::{FORMATS, KIND_NAMES, Matcher, OPERATORS, Template};
use crate::text;
use crate::yaml::{Entry, Kind, Node, Reader};

/// Reads a matcher.
pub(super) fn read_matcher(reader: &mut Reader<'_>, node: &Node) -> Option<Matcher> {
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
            let known = OPERATORS.iter().map(|(operator, _)| *operator);
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

fn read_name(reader: &mut Reader<'_>, node: &Node, what: &str, known: &[&'static str]) -> Option<&'static str> {
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
