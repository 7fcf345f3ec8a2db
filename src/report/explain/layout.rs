//! Bodies in lines, and the line that a path leads to.

use super::nearby::{Part, parts};

/// A line of a body and, in JSON, the path of what stands on it.
#[derive(Debug)]
pub(in crate::report) struct Line {
    /// The line.
    pub(in crate::report) text: String,
    path: Vec<Part>,
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
    text.lines().map(|line| Line { text: line.to_owned(), path: Vec::new() }).collect()
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
    let shared = |line: &Line| line.path.iter().zip(wanted).take_while(|(a, b)| a == b).count();
    // Of equals the first: a bracket that closes has the same path as the one that opens.
    let (index, _) = lines
        .iter()
        .enumerate()
        .rev()
        .filter(|(_, line)| shared(line) == line.path.len())
        .max_by_key(|(_, line)| line.path.len())?;
    Some(index)
}

/// Where the layout stands: an object, whose current name may be known, or an array at an index.
enum Level {
    Object(String),
    Array(usize),
}

/// Levels down to which JSON is laid out. What is deeper stays on its line: nobody reads it, and each level would cost
/// every line below it two more blanks.
const DEEPEST: usize = 64;

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
                if self.levels.len() < DEEPEST && !after.trim_start().starts_with(close) {
                    self.end_line();
                }
                self.levels.push(if first == '{' { Level::Object(String::new()) } else { Level::Array(0) });
            }
            '}' | ']' => {
                if self.levels.len() <= DEEPEST && !self.line.ends_with(['{', '[']) {
                    self.end_line();
                }
                self.levels.pop();
                self.line.push(first);
            }
            ',' => {
                self.line.push(first);
                if self.levels.len() <= DEEPEST {
                    self.end_line();
                }
                if let Some(Level::Array(index)) = self.levels.last_mut() {
                    *index += 1;
                }
            }
            ':' => self.line.push_str(": "),
            _ if first.is_whitespace() => {}
            _ => {
                let names = first == '"' && after.trim_start().starts_with(':');
                if names && let Some(Level::Object(name)) = self.levels.last_mut() {
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
        let depth = self.levels.len();
        let path = self.levels.iter().filter_map(|level| match level {
            Level::Object(name) => (!name.is_empty() && !closes).then(|| Part::Name(name.clone())),
            Level::Array(index) => Some(Part::Index(*index)),
        });
        self.lines.push(Line { path: path.collect(), text: format!("{}{text}", "  ".repeat(depth)) });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn however_deep_a_body_is_it_is_laid_out_in_little_room() {
        let deep = "[".repeat(16_384);
        let lines = lay_out(&deep);
        assert!(lines.iter().map(|line| line.text.len()).sum::<usize>() < 64 * 1024);
        let closed = format!("{}1,2{}", "[".repeat(100), "]".repeat(100));
        let lines = lay_out(&closed);
        assert_eq!(lines.iter().map(|line| line.text.trim()).collect::<String>(), closed);
        assert_eq!(lines.len(), 2 * DEEPEST + 1);
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
