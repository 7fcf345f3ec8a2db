//! The part of a body that matters, short enough for one screen.

use super::layout::{Line, lay_out, nearest_line};
use crate::event::Body;
use crate::text::{count, grouped};
use crate::text::{head, visible};

/// Most lines of a body that are shown.
const LINES: usize = 12;

/// An excerpt of a body: JSON is laid out first, and of what is too long the lines around `focus` (a JSONPath) are kept.
///
/// The text is laid out as it came, without reading it as values: a number keeps every digit it was sent with, and a body
/// that was cut or is not quite JSON can still be shown.
pub(in crate::report) fn excerpt(body: &Body, focus: Option<&str>, width: usize) -> Vec<String> {
    let lines: Vec<Line> = lay_out(&body.text);
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
