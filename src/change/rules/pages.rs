//! Pages of rules: read from data that is part of the program.

use crate::source::Sources;
use crate::yaml::{Kind, Node, parse};

/// The pages' files.
const FILES: [(&str, &str); 3] = [
    ("pages/schema.yaml", include_str!("../pages/schema.yaml")),
    ("pages/operation.yaml", include_str!("../pages/operation.yaml")),
    ("pages/behaviour.yaml", include_str!("../pages/behaviour.yaml")),
];

/// What there is to say about a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The rule's name.
    pub rule: String,
    /// Why it matters.
    pub why: String,
    /// What to do.
    pub next: String,
    /// Where the pieces stand: `request` and `response` are schemas of a body, `operation` members of one, `root` members
    /// of the document.
    pub place: String,
    /// What the change is to a client: `breaking`, `unsure`, `compatible` or `meaning`.
    pub verdict: String,
    /// A piece of the old contract, as YAML.
    pub old: String,
    /// A piece of the new contract, as YAML.
    pub new: String,
}

/// The pages of `contract lint`.
const LINT: [(&str, &str); 1] = [("pages/lint.yaml", include_str!("../pages/lint.yaml"))];

/// Every page of `contract diff`.
#[must_use]
pub fn pages() -> Vec<Page> {
    read_all(&FILES)
}

/// Every page of `contract lint`; `old` is a contradiction, `new` the same without it.
#[must_use]
pub fn lint_pages() -> Vec<Page> {
    read_all(&LINT)
}

fn read_all(files: &[(&str, &str)]) -> Vec<Page> {
    let mut sources = Sources::default();
    let mut all = Vec::new();
    for (name, text) in files {
        let file = sources.add(*name, *text);
        let Ok(root) = parse(&sources, file) else { continue };
        let Kind::List(items) = &root.kind else { continue };
        all.extend(items.iter().map(read));
    }
    all
}

fn read(node: &Node) -> Page {
    let text = |key: &str| {
        let found = crate::change::behaviour::at(node, &[key]);
        found.map(crate::change::behaviour::text).unwrap_or_default().trim_end().to_owned()
    };
    Page {
        rule: text("rule"),
        why: text("why"),
        next: text("next"),
        place: text("in"),
        verdict: text("verdict"),
        old: text("old"),
        new: text("new"),
    }
}

/// The page of a rule, of `contract diff` or of `contract lint`.
#[must_use]
pub fn page(rule: &str) -> Option<Page> {
    pages().into_iter().chain(lint_pages()).find(|page| page.rule == rule)
}
