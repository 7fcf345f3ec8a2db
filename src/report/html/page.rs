//! The file: a fixed page with data in it that is never markup.
//!
//! Data stands in elements that browsers neither show nor run, as JSON in which every character that could end such an
//! element is an escape. The page's own style and script are let in by their digests and nothing else is: should a text
//! become markup after all, it could still not run, load or send anything.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::digest::{SHA256, digest};
use serde::Serialize;
use std::io::{self, Write};

/// The page; `{{…}}` are the places of what is put in.
const PAGE: &str = include_str!("assets/page.html");

/// How the page looks.
const STYLE: &str = include_str!("assets/style.css");

/// What the page does.
const SCRIPT: &str = concat!(
    "\"use strict\";(() => {\n",
    include_str!("assets/dom.js"),
    include_str!("assets/body.js"),
    include_str!("assets/step.js"),
    include_str!("assets/case.js"),
    include_str!("assets/cases.js"),
    include_str!("assets/overview.js"),
    include_str!("assets/contract.js"),
    include_str!("assets/history.js"),
    include_str!("assets/main.js"),
    "})();\n"
);

/// Where the data goes.
const DATA: &str = "{{data}}";

/// Writes everything before the data.
pub(super) fn begin(writer: &mut impl Write, title: &str) -> io::Result<()> {
    let (head, _) = halves();
    let head = head.replace("{{csp}}", &policy()).replace("{{title}}", &text(title)).replace("{{style}}", STYLE);
    writer.write_all(head.as_bytes())
}

/// Writes one element of data; answers with its length.
pub(super) fn data(writer: &mut impl Write, id: &str, data: &impl Serialize) -> io::Result<usize> {
    let json = escaped(&serde_json::to_string(data)?);
    writeln!(writer, "<script type=\"application/json\" id=\"{id}\">{json}</script>")?;
    Ok(json.len())
}

/// Writes everything after the data.
pub(super) fn end(writer: &mut impl Write) -> io::Result<()> {
    let (_, tail) = halves();
    writer.write_all(tail.replace("{{script}}", SCRIPT).as_bytes())
}

fn halves() -> (&'static str, &'static str) {
    PAGE.split_once(DATA).unwrap_or((PAGE, ""))
}

/// What the browser may do for this page: use this style and run this script.
fn policy() -> String {
    let hash = |content: &str| format!("'sha256-{}'", STANDARD.encode(digest(&SHA256, content.as_bytes())));
    let (style, script) = (hash(STYLE), hash(SCRIPT));
    format!(
        "default-src 'none'; style-src {style}; script-src {script}; img-src data:; base-uri 'none'; form-action 'none'"
    )
}

/// JSON in which no character means anything to a parser of HTML. All of these stand within strings only, where an
/// escape is the same character.
fn escaped(json: &str) -> String {
    let mut escaped = String::with_capacity(json.len() + json.len() / 16);
    for c in json.chars() {
        match c {
            '<' => escaped.push_str("\\u003c"),
            '>' => escaped.push_str("\\u003e"),
            '&' => escaped.push_str("\\u0026"),
            '\u{2028}' => escaped.push_str("\\u2028"),
            '\u{2029}' => escaped.push_str("\\u2029"),
            c => escaped.push(c),
        }
    }
    escaped
}

/// A text as HTML.
fn text(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_has_a_place_for_everything_and_nothing_ends_its_parts_early() {
        for place in ["{{csp}}", "{{title}}", "{{style}}", "{{data}}", "{{script}}"] {
            assert_eq!(PAGE.matches(place).count(), 1, "{place}");
        }
        assert!(!STYLE.contains("</") && !SCRIPT.contains("</") && !SCRIPT.contains("<!--"));
        assert!(PAGE.contains("<style>{{style}}</style>") && PAGE.contains("<script>{{script}}</script>"));
    }

    #[test]
    fn the_page_alone_is_small() {
        assert!(PAGE.len() + STYLE.len() + SCRIPT.len() < 300_000);
    }

    #[test]
    fn the_script_makes_no_markup_and_reaches_nothing() {
        for forbidden in
            ["innerHTML", "outerHTML", "insertAdjacent", "document.write", "eval(", "Function(", "fetch(", "https:"]
        {
            assert!(!SCRIPT.contains(forbidden), "{forbidden}");
        }
    }

    #[test]
    fn data_is_never_markup_and_stays_what_it_is() {
        let nasty = "</script><!--<script>&amp;\u{2028}\u{2029}]]>\0\u{1b}\u{7f}\"\\";
        let mut page = Vec::new();
        data(&mut page, "c1", &nasty).unwrap();
        let page = String::from_utf8(page).unwrap();
        let inside = page.strip_prefix("<script type=\"application/json\" id=\"c1\">").unwrap();
        let inside = inside.strip_suffix("</script>\n").unwrap();
        assert!(!inside.contains(['<', '>', '&', '\u{2028}', '\u{2029}', '\0']), "{inside}");
        assert_eq!(serde_json::from_str::<String>(inside).unwrap(), nasty);
    }
}
