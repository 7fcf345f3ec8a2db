//! Every rule has a page, and every page is true.

use super::{texts, with};
use crate::change::rules::pages;
use crate::change::{RULES, Verdict};
use serde_json::Value;

#[test]
fn every_rule_has_one_page() {
    let pages = pages();
    for rule in RULES {
        let own: Vec<_> = pages.iter().filter(|page| page.rule == rule.name).collect();
        assert_eq!(own.len(), 1, "{}", rule.name);
        assert!(own.iter().all(|page| !page.why.is_empty() && !page.next.is_empty()), "{}", rule.name);
    }
    assert_eq!(pages.len(), RULES.len());
}

#[test]
fn the_two_pieces_of_a_page_differ_as_its_rule_says() {
    let mut wrong = Vec::new();
    for page in pages() {
        let piece =
            |text: &str| serde_yaml::from_str::<Value>(text).unwrap_or_else(|why| panic!("{}: {why}", page.rule));
        let report = texts(&with(&page.place, &piece(&page.old)), &with(&page.place, &piece(&page.new)));
        let found = report.changes.iter().find(|change| change.rule.name == page.rule);
        match found {
            Some(change) if change.verdict.name() != page.verdict => {
                wrong.push(format!("{}: {} and not {}", page.rule, change.verdict.name(), page.verdict));
            }
            Some(change) if change.verdict == Verdict::Breaking && change.witness.is_none() => {
                let known = ["operation-removed", "path-alternative-removed", "variant-removed", "variant-rechosen"];
                let silent = known.contains(&page.rule.as_str()) || page.place == "root" || page.place == "operation";
                if !silent {
                    wrong.push(format!("{}: breaking without a witness", page.rule));
                }
            }
            Some(_) => {}
            None => wrong.push(format!("{}: found {:?}", page.rule, super::lines(&report))),
        }
        let back = texts(&with(&page.place, &piece(&page.new)), &with(&page.place, &piece(&page.new)));
        assert!(back.changes.is_empty(), "{}: {:?}", page.rule, super::lines(&back));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_rule_of_lint_has_one_page() {
    let pages = crate::change::rules::lint_pages();
    for rule in crate::contract::lint::RULES {
        let own = pages.iter().filter(|page| page.rule == rule.code.name()).count();
        assert_eq!(own, 1, "{}", rule.code.name());
    }
    assert!(pages.iter().all(|page| !page.why.is_empty() && !page.next.is_empty() && page.old != page.new));
}
