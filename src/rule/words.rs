//! What a broken rule's message says of what came, one sentence per form, without a full stop.

use super::exchange::Witness;
use super::matching::listed;
use super::model::Pattern;
use super::place::Place;
use serde_json::Value;
use std::time::Duration;

/// A duration as people say it: `0.8 s`, `30 s`, `2 min`.
pub(super) fn duration(duration: Duration) -> String {
    let seconds = duration.as_secs_f64();
    match seconds {
        _ if duration.is_zero() => "0 s".to_owned(),
        _ if seconds < 1.0 => format!("{} ms", duration.as_millis()),
        _ if seconds < 120.0 => format!("{} s", trimmed(seconds)),
        _ => format!("{} min", trimmed(seconds / 60.0)),
    }
}

fn trimmed(number: f64) -> String {
    let text = format!("{number:.1}");
    text.strip_suffix(".0").map_or_else(|| text.clone(), str::to_owned)
}

/// `every`.
pub(super) fn unmet(place: &str, found: Option<&str>, expected: &str, why: Option<&str>) -> String {
    let found = found.unwrap_or("nothing");
    let why = why.map(|why| format!(" ({why})")).unwrap_or_default();
    format!("{place} is {found}, not {expected}{why}")
}

/// An expression or a template that could not be evaluated.
pub(super) fn not_worked_out(message: &str) -> String {
    format!("it could not be worked out: {message}")
}

/// `assert`.
pub(super) fn untrue(place: Option<&str>, told: &str) -> String {
    match place {
        Some(place) => format!("at {place}: {told}"),
        None => told.to_owned(),
    }
}

/// `same-value`.
pub(super) fn other_value(value: &Place, found: &Value, of: &Place, wanted: &Value) -> String {
    format!("{} is {}, and {} was {}", value.text, value.shown(found), of.text, of.shown(wanted))
}

/// `within-set`, one value.
pub(super) fn not_among(value: &Place, found: &Value, of: &Place, set: &[Value]) -> String {
    format!("{} is {}, and {} gave {}", value.text, value.shown(found), of.text, listed(set))
}

/// `within-set`, a range.
pub(super) fn in_none(of: &Place, count: usize, told: &str) -> String {
    let told = if told.is_empty() { String::new() } else { format!(": {told}") };
    match count {
        0 => format!("{} gave nothing to be within", of.text),
        1 => format!("it is not within the one that {} gave{told}", of.text),
        _ => format!("it is within none of the {count} that {} gave{told}", of.text),
    }
}

/// `stays`.
pub(super) fn changed(value: &Place, known: &Value, found: &Value) -> String {
    match (value.shown(known), value.shown(found)) {
        (known, found) if known == found => format!("{} was another one before", value.text),
        (known, found) => format!("{} was {known} and is now {found}", value.text),
    }
}

/// What a pattern names, for people: `getBre with $.data.status`.
pub(super) fn kind(pattern: &Pattern) -> String {
    let operations = match pattern.operations.as_slice() {
        [] => "a call".to_owned(),
        named => crate::text::either(named),
    };
    let conditions: Vec<&str> =
        pattern.request.iter().chain(&pattern.response).map(|check| check.selector.text()).collect();
    match conditions.as_slice() {
        [] => operations,
        _ => format!("{operations} (as the rule narrows it by {})", conditions.join(", ")),
    }
}

/// `precedes`.
pub(super) fn too_early(before: &Pattern) -> String {
    format!("no {} came before it", kind(before))
}

/// `responds`.
pub(super) fn nothing_came(then: &Pattern, waited: Option<Duration>) -> String {
    let waited = waited.map(|waited| format!(" within {}", duration(waited))).unwrap_or_default();
    format!("no {} followed{waited}", kind(then))
}

/// `never-after`.
pub(super) fn after_all(by: &Witness, gap: Duration) -> String {
    format!("it came {} after {} {}", duration(gap), by.method, by.target)
}

/// `paced`.
pub(super) fn off_pace(gap: Duration, least: Option<Duration>, most: Option<Duration>) -> String {
    let limits = match (least, most) {
        (Some(least), Some(most)) => format!("{} to {}", duration(least), duration(most)),
        (Some(least), None) => format!("at least {}", duration(least)),
        (None, Some(most)) => format!("at most {}", duration(most)),
        (None, None) => "any time".to_owned(),
    };
    format!("it came after {}, where {limits} is documented", duration(gap))
}

/// `repeats`.
pub(super) fn tried(tries: u32, most: u32, gap: Duration, every: Option<Duration>) -> String {
    match every {
        Some(every) => format!("try {tries} came {} after the failure, sooner than {}", duration(gap), duration(every)),
        None => format!("this is try {tries}, and {most} are the most"),
    }
}

/// `repeats`, too few.
pub(super) fn gave_up(tries: u32, least: u32, again: &Pattern) -> String {
    let seen = match tries {
        0 => "it was not tried again".to_owned(),
        _ => format!("it was tried again {}", times(tries)),
    };
    format!("{seen}; {} had to come {}", kind(again), times(least))
}

fn times(count: u32) -> String {
    match count {
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        _ => format!("{count} times"),
    }
}

/// `one-of`.
pub(super) fn second_way(first: &str, second: &str) -> String {
    format!("the way `{second}` was gone after the way `{first}`")
}
