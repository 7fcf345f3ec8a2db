//! The table for readers: as a document, and as the page that the server shows at its root.

use std::fmt::Write;

use super::super::{code::Code, journey::BankingError};
use super::{
    Row,
    reach::{deed_for, deed_for_error, rows_to},
    rule::Rule,
    table::ROWS,
};

/// Three columns under a heading; cells are text with `code` in backticks.
struct Section {
    title: &'static str,
    lead: &'static str,
    heads: [&'static str; 3],
    rows: Vec<[String; 3]>,
}

/// The document about test data, in Markdown.
pub fn markdown() -> String {
    let mut text = format!("# {TITLE}\n\n{LEAD}\n");
    for section in sections() {
        let [first, second, third] = section.heads;
        let (title, lead) = (section.title, section.lead);
        let _ = write!(text, "\n## {title}\n\n{lead}\n\n| {first} | {second} | {third} |\n|---|---|---|\n");
        for [first, second, third] in section.rows {
            let _ = writeln!(text, "| {first} | {second} | {third} |");
        }
    }
    text
}

/// The page for people, complete in itself.
pub(in crate::sandbox) fn html() -> String {
    let mut body = format!("<h1>{TITLE}</h1><p>{}</p>", inline(LEAD));
    for section in sections() {
        let heads: String = section.heads.iter().map(|head| format!("<th>{head}</th>")).collect();
        let _ = write!(body, "<h2>{}</h2><p>{}</p><table><tr>{heads}</tr>", section.title, inline(section.lead));
        for row in section.rows {
            let cells: String = row.iter().map(|cell| format!("<td>{}</td>", inline(cell))).collect();
            let _ = write!(body, "<tr>{cells}</tr>");
        }
        body.push_str("</table>");
    }
    format!("<!doctype html><html lang=\"en\"><head>{HEAD}<title>{TITLE}</title></head><body>{body}</body></html>")
}

const TITLE: &str = "Test data of the reference server";

const LEAD: &str = "The reference server speaks the Lender Prism APIs. What happens to a customer is chosen by its data, not by \
    switches: send the data of a row below and get what the row says. Any other well-formed data is approved in every stage. \
    The names stand for the rows in settings and environments; a name in the first table may also be the persona of the whole server.";

const HEAD: &str = "<meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><style>\
    :root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:64rem;margin:2rem auto;padding:0 1rem}\
    table{border-collapse:collapse;width:100%}td,th{text-align:left;vertical-align:top;padding:.3rem .6rem;\
    border-bottom:1px solid color-mix(in srgb,currentcolor 20%,transparent)}\
    code{font:.9em ui-monospace,monospace;padding:0 .2em;background:color-mix(in srgb,currentcolor 8%,transparent)}</style>";

fn sections() -> [Section; 6] {
    let told = |keep: fn(&Rule) -> bool| ROWS.iter().filter(|row| keep(&row.rule)).map(describe).collect();
    [
        Section {
            title: "By PAN",
            lead: "`basicDetails.personalDetails.pan` in Update User Details decides the journey.",
            heads: ["Name", "PAN", "What happens"],
            rows: told(|rule| matches!(rule, Rule::Pan(..))),
        },
        Section {
            title: "By mobile number",
            lead: "`mobile` in Create User. The customer is not created.",
            heads: ["Name", "Mobile", "What happens"],
            rows: told(|rule| matches!(rule, Rule::Mobile(..))),
        },
        Section {
            title: "By bank and statement",
            lead: "`bankName` and the names of the `files` in Trigger Banking. A file name may also tell the period of the \
                statement, as in `statement_01-05-2026_31-10-2026.pdf`; without one it covers what is expected. A file whose name \
                contains `locked`, or a PDF that says it is encrypted, opens with the `pdfPassword` `open-sesame` only.",
            heads: ["Name", "Bank or word in the file name", "What happens"],
            rows: told(|rule| matches!(rule, Rule::Bank(..) | Rule::Statement(..))),
        },
        Section {
            title: "By document",
            lead: "A word in the file name of an uploaded document decides the identity check, before the PAN does. A later upload \
                of the same kind replaces the file.",
            heads: ["Name", "Document and word in the file name", "What happens"],
            rows: told(|rule| matches!(rule, Rule::Document(..))),
        },
        Section {
            title: "Every documented code",
            lead: "How to get it: a row above, or something a caller does.",
            heads: ["Code", "HTTP", "How"],
            rows: Code::ALL.iter().map(|code| describe_code(*code)).collect(),
        },
        Section {
            title: "Every banking error",
            lead: "They stand in the answer of Get Banking Result under BANK-GBR-S-002.",
            heads: ["Error", "Message", "How"],
            rows: BankingError::ALL.iter().map(|error| describe_error(*error)).collect(),
        },
    ]
}

fn describe(row: &Row) -> [String; 3] {
    let data = match row.rule {
        Rule::Pan(text, _) | Rule::Mobile(text, _) | Rule::Bank(text, _) | Rule::Statement(text, _) => {
            format!("`{text}`")
        }
        Rule::Document(kind, word, _) => format!("{}: `{word}`", kind.word()),
    };
    let reached: Vec<String> = row.rule.reaches().iter().map(|word| format!("`{word}`")).collect();
    [format!("`{}`", row.name), data, format!("{} {}", row.says, reached.join(" "))]
}

fn describe_code(code: Code) -> [String; 3] {
    let how = ways(deed_for(code), &rows_to(code.text()));
    [format!("`{}` {}", code.text(), code.meaning()), code.status().as_u16().to_string(), how]
}

fn describe_error(error: BankingError) -> [String; 3] {
    let how = ways(deed_for_error(error), &rows_to(error.code()));
    [format!("`{}`", error.code()), error.message("{bank}"), how]
}

/// What a caller does, then the rows; a long list of rows is cut where it says enough.
fn ways(fault_action: &str, rows: &[&str]) -> String {
    const ENOUGH: usize = 4;
    let mut ways: Vec<String> =
        Some(fault_action.to_owned()).filter(|fault_action| !fault_action.is_empty()).into_iter().collect();
    ways.extend(rows.iter().take(ENOUGH).map(|name| format!("`{name}`")));
    if rows.len() > ENOUGH {
        ways.push("and more above".to_owned());
    }
    ways.join("; ")
}

/// Escapes a text for HTML and sets what is in backticks as code.
fn inline(text: &str) -> String {
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let pieces = escaped.split('`').enumerate();
    pieces
        .map(|(place, piece)| if place % 2 == 1 { format!("<code>{piece}</code>") } else { piece.to_owned() })
        .collect()
}
