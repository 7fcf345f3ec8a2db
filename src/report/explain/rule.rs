//! Broken rules: promises over more than one exchange.

use super::{Draft, value};
use crate::diagnostic::{Code, NoteKind};
use crate::event::{RuleBroken, RuleExchange};

/// A broken rule: what is promised and where, both exchanges, what to do.
pub(super) fn broken(at: &impl Fn(Draft) -> Draft, broken: &RuleBroken) -> Draft {
    let RuleBroken { rule, says, section, from, came, ambiguities, exchange, earlier, customer, operation, .. } =
        broken;
    let source = match (section, from.as_str()) {
        (Some(section), "documentation") => format!(": {section}"),
        (Some(section), from) => format!(": {section}, from {from}"),
        (None, from) => format!(", from {from}"),
    };
    let promised = format!("{says} (rule {rule}, by the contract for `{operation}`{source})");
    let of = customer.as_ref().map_or_else(String::new, |customer| format!(" (customer {})", value(customer)));
    let mut seen: Vec<String> = earlier.iter().map(RuleExchange::line).collect();
    seen.push(exchange.line());
    at(Draft::new(Code::Rule, &format!("rule {rule} is broken: {came}")))
        .note(NoteKind::Promised, &promised)
        .note(NoteKind::Came, &format!("{}{of}", value(came)))
        .note(NoteKind::Seen, &seen.join("\n"))
        .maybe(NoteKind::Why, (!ambiguities.is_empty()).then(|| format!("ruled in {}", ambiguities.join(", "))))
        .note(NoteKind::Id, &broken.id())
        .note(NoteKind::Next, &next(broken))
}

fn next(broken: &RuleBroken) -> String {
    match (&broken.earlier, broken.binds.as_str()) {
        (_, "client") => "change what the suite does; a step that means to break it expects to be refused".to_owned(),
        (Some(_), _) => "set the two exchanges side by side: one of them is wrong".to_owned(),
        (None, _) => "look at the answer: no reading of the contract allows it".to_owned(),
    }
}
