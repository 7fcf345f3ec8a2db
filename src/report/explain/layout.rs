//! Bodies in lines, and the line that a path leads to.

use super::nearby::{Part, parts};

/// Most levels that a line is indented by: what lies deeper stands below each other.
const DEEPEST_INDENT: usize = 40;

/// A line of a body and, in JSON, where what stands on it is.
#[derive(Debug)]
pub(in crate::report) struct Line {
    /// The line.
    pub(in crate::report) text: String,
    /// The line of the object or list that it is in; absent at the top.
    within: Option<usize>,
    /// Which member or item of that it is; absent for a bracket that closes an object.
    part: Option<Part>,
}

/// A body in lines: JSON one value per line, anything else as it came.
///
/// The text is laid out as it came, without reading it as values: a number keeps every digit it was sent with, and a body
/// that was cut or is not quite JSON can still be shown.
pub(in crate::report) fn lay_out(text: &str) -> Vec<Line> {
    let text = text.trim();
    if text.starts_with(['{', '[']) { json(text) } else { plain(text) }
}

fn plain(text: &str) -> Vec<Line> {
    text.lines().map(|line| Line { text: line.to_owned(), within: None, part: None }).collect()
}

/// The line that comes nearest to a JSONPath: the last one, going down, on the way to it.
pub(in crate::report) fn nearest_line(lines: &[Line], path: &str) -> Option<usize> {
    // Of a path that says `each of these`, the part before that is still a place.
    let plain = ["[*]", "[?", "..", ".*"].iter().filter_map(|wild| path.find(wild)).min().unwrap_or(path.len());
    nearest(lines, &parts(&path[..plain])?)
}

/// The line that comes nearest to a JSON pointer (RFC 6901); of one with `*` for any index, to the part before that.
pub(in crate::report) fn nearest_line_to_pointer(lines: &[Line], pointer: &str) -> Option<usize> {
    let part = |part: &str| match part.parse() {
        Ok(index) => Part::Index(index),
        Err(_) => Part::Name(crate::text::pointer_unescaped(part)),
    };
    let below = pointer.strip_prefix('/')?;
    nearest(lines, &below.split('/').take_while(|part| *part != "*").map(part).collect::<Vec<_>>())
}

fn nearest(lines: &[Line], wanted: &[Part]) -> Option<usize> {
    // For every line how much of the path leads to it, where it lies on the way.
    let mut on_the_way: Vec<Option<usize>> = Vec::with_capacity(lines.len());
    let mut best: Option<(usize, usize)> = None;
    for (index, line) in lines.iter().enumerate() {
        let above = line.within.map_or(Some(0), |within| on_the_way[within]);
        let here = match (above, &line.part) {
            (Some(above), Some(part)) => (wanted.get(above) == Some(part)).then_some(above + 1),
            (above, None) => above,
            (None, Some(_)) => None,
        };
        on_the_way.push(here);
        // Of equals the first: a bracket that closes has the same path as the one that opens.
        if let Some(length) = here
            && best.is_none_or(|(_, known)| length > known)
        {
            best = Some((index, length));
        }
    }
    best.map(|(index, _)| index)
}

/// Where the layout stands: an object, whose current name may be known, or an array at an index; and the line that opened
/// it.
struct Level {
    opened: usize,
    at: At,
}

enum At {
    Object(String),
    Array(usize),
}

/// Lays JSON text out, one value per line, touching nothing but the white space between tokens.
fn json(text: &str) -> Vec<Line> {
    let mut layout = Layout { lines: Vec::new(), line: String::new(), levels: Vec::new() };
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '"' => string_length(rest),
            '{' | '[' | '}' | ']' | ',' | ':' => 1,
            _ if first.is_whitespace() => first.len_utf8(),
            _ => rest.find(['{', '[', '}', ']', ',', ':', '"', ' ', '\n', '\r', '\t']).unwrap_or(rest.len()),
        };
        let (token, after) = rest.split_at(length);
        layout.token(first, token, after);
        rest = after;
    }
    layout.end_line();
    layout.lines
}

/// The length of a JSON string with its quotes, in bytes; all of the text when it does not end.
fn string_length(text: &str) -> usize {
    let mut escaped = false;
    for (index, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return index + 1,
            _ => {}
        }
    }
    text.len()
}

struct Layout {
    lines: Vec<Line>,
    line: String,
    levels: Vec<Level>,
}

impl Layout {
    fn token(&mut self, first: char, token: &str, after: &str) {
        match first {
            '{' | '[' => {
                self.line.push(first);
                let close = if first == '{' { '}' } else { ']' };
                let opened = self.lines.len();
                if !after.trim_start().starts_with(close) {
                    self.end_line();
                }
                let at = if first == '{' { At::Object(String::new()) } else { At::Array(0) };
                self.levels.push(Level { opened, at });
            }
            '}' | ']' => {
                if !self.line.ends_with(['{', '[']) {
                    self.end_line();
                }
                self.levels.pop();
                self.line.push(first);
            }
            ',' => {
                self.line.push(first);
                self.end_line();
                if let Some(Level { at: At::Array(index), .. }) = self.levels.last_mut() {
                    *index += 1;
                }
            }
            ':' => self.line.push_str(": "),
            _ if first.is_whitespace() => {}
            _ => {
                let names = first == '"' && after.trim_start().starts_with(':');
                if names && let Some(Level { at: At::Object(name), .. }) = self.levels.last_mut() {
                    token.trim_matches('"').clone_into(name);
                }
                self.line.push_str(token);
            }
        }
    }

    fn end_line(&mut self) {
        if self.line.is_empty() {
            return;
        }
        let text = std::mem::take(&mut self.line);
        let closes = text.starts_with(['}', ']']);
        let level = self.levels.last();
        let part = level.and_then(|level| match &level.at {
            At::Object(name) => (!name.is_empty() && !closes).then(|| Part::Name(name.clone())),
            At::Array(index) => Some(Part::Index(*index)),
        });
        let within = level.map(|level| level.opened).filter(|opened| *opened < self.lines.len());
        let indent = "  ".repeat(self.levels.len().min(DEEPEST_INDENT));
        self.lines.push(Line { text: format!("{indent}{text}"), within, part });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deep_body_takes_room_for_its_length_and_no_more() {
        let deep = format!("{}1{}", "[".repeat(8_000), "]".repeat(8_000));
        let lines = lay_out(&deep);
        assert_eq!(lines.len(), 16_001);
        assert!(lines.iter().map(|line| line.text.len()).sum::<usize>() < 100 * deep.len());
        assert_eq!(nearest_line(&lines, "$[0][0][0]"), Some(3));
    }

    #[test]
    fn a_pointer_leads_to_its_line_or_as_far_as_the_body_goes() {
        let lines = lay_out(r#"{"data":{"a/b":[1,{"c":2}]}}"#);
        let at = |pointer: &str| nearest_line_to_pointer(&lines, pointer).map(|line| lines[line].text.trim());
        assert_eq!(at("/data/a~1b/1/c"), Some("\"c\": 2"));
        assert_eq!(at("/data/a~1b/*/c"), Some("\"a/b\": ["));
        assert_eq!(at("/data/missing"), Some("\"data\": {"));
        assert_eq!(at("header x"), None);
    }
}
