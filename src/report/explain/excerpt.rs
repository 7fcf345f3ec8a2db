//! The part of a body that matters, short enough for one screen.

use super::nearby::{Part, parts};
use crate::event::Body;
use crate::report::names::{head, visible};
use crate::text::{count, grouped};

/// Most lines of a body that are shown.
const LINES: usize = 12;

/// An excerpt of a body: JSON is laid out first, and of what is too long the lines around `focus` (a JSONPath) are kept.
///
/// The text is laid out as it came, without reading it as values: a number keeps every digit it was sent with, and a body
/// that was cut or is not quite JSON can still be shown.
pub(in crate::report) fn excerpt(body: &Body, focus: Option<&str>, width: usize) -> Vec<String> {
    let text = body.text.trim();
    let lines = if text.starts_with(['{', '[']) { lay_out(text) } else { plain(text) };
    let focused = focus.and_then(|path| nearest_line(&lines, path)).unwrap_or(0);
    // A third of the window stands before the line in focus, so that one sees where it belongs.
    let last = lines.len().saturating_sub(LINES);
    let first = if lines.len() <= LINES { 0 } else { focused.saturating_sub(LINES / 3).min(last) };
    let end = lines.len().min(first + LINES);
    let mut shown = Vec::with_capacity(LINES + 2);
    if first > 0 {
        shown.push(format!("… {} before", count(first, "line")));
    }
    shown.extend(lines[first..end].iter().map(|line| head(&visible(&line.text), width)));
    match (end < lines.len(), body.cut) {
        (true, false) => shown.push(format!("… {}", count(lines.len() - end, "more line"))),
        (_, true) => shown.push(format!("… {} bytes in all", grouped(body.bytes))),
        (false, false) => {}
    }
    shown
}

/// A line of a body and, in JSON, the path of what stands on it.
struct Line {
    text: String,
    path: Vec<Part>,
}

fn plain(text: &str) -> Vec<Line> {
    text.lines().map(|line| Line { text: line.to_owned(), path: Vec::new() }).collect()
}

/// The line that comes nearest to a path: the last one, going down, on the way to it.
fn nearest_line(lines: &[Line], path: &str) -> Option<usize> {
    // Of a path that says `each of these`, the part before that is still a place.
    let plain = ["[*]", "[?", "..", ".*"].iter().filter_map(|wild| path.find(wild)).min().unwrap_or(path.len());
    let wanted = parts(&path[..plain])?;
    let shared = |line: &Line| line.path.iter().zip(&wanted).take_while(|(a, b)| a == b).count();
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

/// Lays JSON text out, one value per line, touching nothing but the white space between tokens.
fn lay_out(text: &str) -> Vec<Line> {
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
                if !after.trim_start().starts_with(close) {
                    self.end_line();
                }
                self.levels.push(if first == '{' { Level::Object(String::new()) } else { Level::Array(0) });
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

    fn whole(text: &str) -> Body {
        Body { bytes: text.len(), text: text.to_owned(), cut: false }
    }

    #[test]
    fn json_is_laid_out_without_touching_its_values() {
        let body = whole(r#"{"a":1.10,"b":[12345678901234567890,{"c":"x, {y}: \"z\""}],"d":{},"e":[]}"#);
        insta::assert_snapshot!(excerpt(&body, None, 80).join("\n"), @r#"
        {
          "a": 1.10,
          "b": [
            12345678901234567890,
            {
              "c": "x, {y}: \"z\""
            }
          ],
          "d": {},
          "e": []
        }
        "#);
    }

    #[test]
    fn a_long_body_is_shown_around_what_matters() {
        let fields: Vec<String> = (0..40).map(|n| format!("\"f{n}\":{{\"x\":{n}}}")).collect();
        let body = whole(&format!("{{\"data\":{{{}}}}}", fields.join(",")));
        let shown = excerpt(&body, Some("$.data.f20.x"), 80);
        assert_eq!(shown.len(), LINES + 2);
        assert!(shown.iter().any(|line| line.trim() == "\"x\": 20"), "{shown:#?}");
        let each = excerpt(&body, Some("$.data.f20[*].x"), 80);
        assert_eq!(each.iter().find(|line| line.contains("f2")).map(|line| line.trim()), Some("\"f20\": {"));
        let missing = excerpt(&body, Some("$.data.f21.nothing"), 80);
        assert!(missing.iter().any(|line| line.trim() == "\"f21\": {"), "{missing:#?}");
    }

    #[test]
    fn what_is_not_json_or_was_cut_is_still_shown() {
        let page = whole("<html>\n<h1>\u{1b}[31mBad gateway</h1>");
        assert_eq!(excerpt(&page, Some("$.x"), 80), ["<html>", "<h1>␛[31mBad gateway</h1>"]);
        let cut = Body { bytes: 9_999, text: r#"{"a":[1,2,{"b":"unfinish"#.into(), cut: true };
        assert_eq!(excerpt(&cut, None, 80).last().map(String::as_str), Some("… 9,999 bytes in all"));
        assert_eq!(excerpt(&whole("[]}],,::\"\\"), None, 80).concat(), "[]}],,: : \"\\");
        assert!(excerpt(&whole(""), None, 80).is_empty());
    }
}
