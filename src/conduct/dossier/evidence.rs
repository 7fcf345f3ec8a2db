//! `report/index.html`: every attempt, every rule, every exchange. It holds no script and asks for nothing from anywhere.

use super::digest;
use super::page::escape;
use crate::conduct::journal::{Entry, Exchange, Line};
use crate::conduct::record::{Attempt, ModuleFound, Record, RuleFound};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::collections::BTreeMap;
use std::fmt::Write as _;

const STYLE: &str = "\
body{font:15px/1.5 system-ui,'DejaVu Sans',sans-serif;margin:2rem auto;max-width:72rem;padding:0 1rem;color:#1b1f24}\
h1{font-size:1.6rem}h2{font-size:1.15rem;margin:2rem 0 .3rem;border-top:1px solid #d8dee4;padding-top:1rem}h3{font-size:1rem;margin:.8rem 0 .2rem}\
table{border-collapse:collapse;width:100%;font-size:.87rem}td,th{border-bottom:1px solid #d8dee4;padding:.2rem .5rem;text-align:left;vertical-align:top}\
pre{font:12px/1.45 ui-monospace,'DejaVu Sans Mono',monospace;white-space:pre-wrap;overflow-wrap:anywhere;background:#f6f8fa;padding:.5rem;margin:.2rem 0}\
.broken,.failed{color:#b42318;font-weight:600}.kept,.passed{color:#1a7f37}.open,.review,.void,.not-observed,.not-due{color:#7d5800}summary{cursor:pointer}\
.small{font-size:.85rem;color:#3d444d}";

/// Most characters of a body that are shown.
const LONGEST_BODY: usize = 20_000;

/// The page.
#[must_use]
pub fn evidence(record: &Record, lines: &[Line]) -> String {
    let mut html = String::with_capacity(64 * 1024);
    let title = format!("Evidence: {}, {}", record.partner.name, record.verdict.words());
    // Writing to a string cannot fail.
    let _ = write!(
        html,
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-{}'\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>{1}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<h1>{1}</h1>\n",
        STANDARD.encode(digest::raw(STYLE.as_bytes())),
        escape(&title)
    );
    let _ = writeln!(
        html,
        "<p class=\"small\">{}, build {}; profile {} version {}; {}; {} exchanges. Times are UTC.</p>",
        escape(&record.partner.product),
        escape(&record.partner.build),
        escape(&record.profile.id),
        escape(&record.profile.version),
        record.mode.words(),
        record.observed.exchanges
    );
    let mut by_customer: BTreeMap<&str, Vec<&Exchange>> = BTreeMap::new();
    let mut strangers = 0_u64;
    for line in lines {
        if let Entry::Exchange(exchange) = &line.what {
            match &exchange.customer {
                Some(customer) => by_customer.entry(customer).or_default().push(exchange),
                None => strangers += 1,
            }
        }
    }
    for module in &record.modules {
        self::module(&mut html, module, &by_customer);
    }
    if strangers > 0 {
        let _ = writeln!(
            html,
            "<h2>Other requests</h2><p>{strangers} requests named no customer; nothing was graded of them.</p>"
        );
    }
    html.push_str("</body>\n</html>\n");
    html
}

fn module(html: &mut String, module: &ModuleFound, exchanges: &BTreeMap<&str, Vec<&Exchange>>) {
    let _ = writeln!(
        html,
        "<h2 id=\"{0}\">{0} {1} - <span class=\"{2}\">{3}</span></h2>\n<p class=\"small\">{4}</p>",
        escape(&module.id),
        escape(&module.title),
        module.state.words().replace(' ', "-"),
        module.state.words(),
        escape(&module.clause)
    );
    if module.attempts.is_empty() {
        html.push_str("<p>Its customer was never created.</p>\n");
    }
    for attempt in &module.attempts {
        self::attempt(html, attempt, exchanges.get(attempt.customer.as_str()).map(Vec::as_slice).unwrap_or_default());
    }
}

fn attempt(html: &mut String, attempt: &Attempt, exchanges: &[&Exchange]) {
    let counts = if attempt.counts { "" } else { ", of an earlier build: it does not count" };
    let _ = writeln!(
        html,
        "<h3>Attempt {}: {}{counts}</h3><p class=\"small\">customer {}, build {}, {} to {}</p>",
        attempt.n,
        attempt.state.words(),
        escape(&attempt.customer),
        escape(&attempt.build),
        attempt.from,
        attempt.to
    );
    for why in &attempt.void {
        let _ = writeln!(html, "<p class=\"void\">The referee was at fault: {}</p>", escape(why));
    }
    html.push_str("<table><tr><th>Rule</th><th>State</th><th>What it says</th><th>What came</th></tr>\n");
    for rule in &attempt.rules {
        self::rule(html, rule);
    }
    html.push_str("</table>\n<details><summary>");
    let _ = write!(html, "{} exchanges", exchanges.len());
    html.push_str("</summary>\n");
    for exchange in exchanges {
        self::exchange(html, exchange);
    }
    html.push_str("</details>\n");
}

fn rule(html: &mut String, rule: &RuleFound) {
    let came: Vec<String> = rule
        .breaches
        .iter()
        .map(|breach| {
            let numbers: Vec<String> = breach.exchanges.iter().map(|n| format!("<a href=\"#x{n}\">{n}</a>")).collect();
            format!("{} (exchange {}, {})", escape(&breach.came), numbers.join(", "), breach.at)
        })
        .collect();
    let state = if rule.kept > 1 {
        format!("{} {} times", rule.state.words(), rule.kept)
    } else {
        rule.state.words().to_owned()
    };
    let _ = writeln!(
        html,
        "<tr><td>{}</td><td class=\"{}\">{state}</td><td>{}{}</td><td>{}</td></tr>",
        escape(&rule.rule),
        rule.state.words().replace(' ', "-"),
        escape(&rule.says),
        rule.section
            .as_ref()
            .map(|section| format!(" <span class=\"small\">{}</span>", escape(section)))
            .unwrap_or_default(),
        came.join("<br>")
    );
}

fn exchange(html: &mut String, exchange: &Exchange) {
    let status =
        exchange.response.as_ref().map_or_else(|| "no answer".to_owned(), |response| response.status.to_string());
    let injected = exchange.injected.as_ref().map(|what| format!(" - played: {}", escape(what))).unwrap_or_default();
    let duplicate = if exchange.duplicate { " - the one before once more, not graded" } else { "" };
    let _ = writeln!(
        html,
        "<details id=\"x{0}\"><summary>{0} {1} {2} {3} &rarr; {status}{injected}{duplicate}</summary>",
        exchange.n,
        exchange.sent,
        escape(&exchange.request.method),
        escape(&exchange.request.target)
    );
    for fault in exchange.request_faults.iter().chain(&exchange.response_faults) {
        let _ = writeln!(html, "<p class=\"broken\">{}</p>", escape(&fault.says));
    }
    if let Some(body) = &exchange.request.body {
        let _ = writeln!(html, "<pre>{}</pre>", escape(&shown(body)));
    }
    if let Some(response) = &exchange.response {
        let headers: String = response.headers.iter().map(|(name, value)| format!("{name}: {value}\n")).collect();
        let _ = writeln!(
            html,
            "<pre>{}{}</pre>",
            escape(&headers).replace('\u{fffd}', "\n"),
            escape(&shown(&response.body))
        );
    }
    html.push_str("</details>\n");
}

fn shown(body: &serde_json::Value) -> String {
    let text = body.to_string();
    match text.char_indices().nth(LONGEST_BODY) {
        Some((end, _)) => format!("{} ... cut", &text[..end]),
        None => text,
    }
}
