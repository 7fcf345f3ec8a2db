//! The tables of directions: facts, and what more, less or another of each is to a client.

use super::super::Verdict::{self, Breaking, Compatible, Meaning, Unsure};

/// What a direction is called, and what it is to a client.
pub(in crate::change) type Direction = (&'static str, Verdict);

/// How values of a fact are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::change) enum Measure {
    /// A duration, as `5s`.
    Duration,
    /// A number.
    Number,
    /// How often, as `3` or `2-3`: fewer choices are less.
    Range,
    /// Names in any order.
    Names,
    /// Values by where they stand (`{ /data/status: [PROCESSING] }`).
    Conditions,
    /// Anything: it is the same, or another.
    Same,
}

/// A fact, found at a path of keys.
#[derive(Debug)]
pub(in crate::change) struct Fact {
    /// The keys that lead to it, from the operation or the schema.
    pub(in crate::change) path: &'static [&'static str],
    pub(in crate::change) measure: Measure,
    /// More than before, or added where nothing was.
    pub(in crate::change) more: Direction,
    /// Less than before, or gone.
    pub(in crate::change) less: Direction,
    /// Neither.
    pub(in crate::change) other: Direction,
}

const fn fact(
    path: &'static [&'static str],
    measure: Measure,
    more: Direction,
    less: Direction,
    other: Direction,
) -> Fact {
    Fact { path, measure, more, less, other }
}

/// Facts of an operation. A fact inside another is only compared where both sides have the outer one.
pub(in crate::change) static OPERATION_FACTS: &[Fact] = &[
    fact(
        &["x-requires"],
        Measure::Names,
        ("requires-added", Breaking),
        ("requires-removed", Compatible),
        ("requires-changed", Unsure),
    ),
    fact(&["x-poll"], Measure::Same, ("poll-added", Breaking), ("poll-removed", Compatible), ("", Unsure)),
    fact(
        &["x-poll", "every"],
        Measure::Duration,
        ("poll-every-raised", Breaking),
        ("poll-every-lowered", Compatible),
        ("poll-changed", Unsure),
    ),
    fact(
        &["x-poll", "max-every"],
        Measure::Duration,
        ("poll-most-raised", Compatible),
        ("poll-most-lowered", Breaking),
        ("poll-changed", Unsure),
    ),
    fact(
        &["x-poll", "while"],
        Measure::Conditions,
        ("poll-while-added", Breaking),
        ("poll-while-removed", Unsure),
        ("poll-changed", Unsure),
    ),
    fact(&["x-retry"], Measure::Same, ("retry-added", Breaking), ("retry-removed", Compatible), ("", Unsure)),
    fact(
        &["x-retry", "times"],
        Measure::Range,
        ("retry-times-raised", Breaking),
        ("retry-times-lowered", Breaking),
        ("retry-times-widened", Compatible),
    ),
    fact(
        &["x-retry", "every"],
        Measure::Duration,
        ("retry-every-raised", Breaking),
        ("retry-every-lowered", Compatible),
        ("retry-changed", Unsure),
    ),
    fact(
        &["x-retry", "when"],
        Measure::Conditions,
        ("retry-when-added", Breaking),
        ("retry-when-removed", Unsure),
        ("retry-changed", Unsure),
    ),
    fact(
        &["x-retry", "restart"],
        Measure::Same,
        ("retry-restart-changed", Breaking),
        ("retry-restart-changed", Compatible),
        ("retry-restart-changed", Breaking),
    ),
    fact(
        &["x-rate"],
        Measure::Number,
        ("rate-raised", Compatible),
        ("rate-lowered", Breaking),
        ("rate-changed", Unsure),
    ),
    fact(
        &["deprecated"],
        Measure::Same,
        ("deprecated", Meaning),
        ("no-longer-deprecated", Meaning),
        ("deprecated", Meaning),
    ),
    fact(&["callbacks"], Measure::Same, ("not-compared", Unsure), ("not-compared", Unsure), ("not-compared", Unsure)),
];

/// Facts of a schema, beside what it says of values.
pub(in crate::change) static SCHEMA_FACTS: &[Fact] = &[
    fact(
        &["x-max-bytes"],
        Measure::Number,
        ("max-bytes-raised", Compatible),
        ("max-bytes-lowered", Breaking),
        ("max-bytes-changed", Unsure),
    ),
    fact(
        &["x-statement-range", "months"],
        Measure::Number,
        ("range-raised", Breaking),
        ("range-lowered", Compatible),
        ("range-changed", Unsure),
    ),
    fact(
        &["x-statement-range", "ends"],
        Measure::Same,
        ("range-changed", Unsure),
        ("range-changed", Unsure),
        ("range-changed", Unsure),
    ),
    fact(
        &["x-statement-range", "zone"],
        Measure::Same,
        ("range-changed", Unsure),
        ("range-changed", Unsure),
        ("range-changed", Unsure),
    ),
    fact(
        &["x-text-of"],
        Measure::Same,
        ("text-of-changed", Unsure),
        ("text-of-changed", Unsure),
        ("text-of-changed", Unsure),
    ),
];

/// A list of the document's root whose entries have names.
#[derive(Debug)]
pub(in crate::change) struct Keyed {
    /// The key of the root.
    pub(in crate::change) root: &'static str,
    /// The side that ids speak of.
    pub(in crate::change) side: &'static str,
    /// What names an entry of a list.
    pub(in crate::change) names: &'static [&'static str],
    pub(in crate::change) added: Direction,
    pub(in crate::change) removed: Direction,
    /// What is compared of an entry.
    pub(in crate::change) parts: &'static [Part],
    /// Any other part.
    pub(in crate::change) other: Direction,
}

/// A part of an entry.
#[derive(Debug)]
pub(in crate::change) struct Part {
    pub(in crate::change) path: &'static [&'static str],
    pub(in crate::change) compare: How,
}

/// How a part is compared.
#[derive(Debug)]
pub(in crate::change) enum How {
    /// It is said nowhere else.
    Silent,
    /// As a fact.
    Fact(Measure, Direction, Direction, Direction),
    /// Operations in the order in which they are called.
    Calls(Direction, Direction, Direction),
    /// Entries with names of their own: added, removed, changed.
    Entries(&'static [&'static str], Direction, Direction, Direction),
}

const fn part(path: &'static [&'static str], compare: How) -> Part {
    Part { path, compare }
}

const fn text(rule: &'static str) -> How {
    How::Fact(Measure::Same, (rule, Meaning), (rule, Meaning), (rule, Meaning))
}

/// Lists of the root.
pub(in crate::change) static KEYED: &[Keyed] = &[
    Keyed {
        root: "x-journey",
        side: "journey",
        names: &["id"],
        added: ("journey-rule-added", Breaking),
        removed: ("journey-rule-removed", Compatible),
        parts: &[
            part(&["id"], How::Silent),
            part(&["section"], How::Silent),
            part(&["from"], How::Silent),
            part(&["ambiguity"], How::Silent),
            part(&["rule"], text("rule-text-changed")),
        ],
        other: ("journey-rule-changed", Unsure),
    },
    Keyed {
        root: "x-archetypes",
        side: "archetype",
        names: &["id"],
        added: ("archetype-added", Compatible),
        removed: ("archetype-removed", Breaking),
        parts: &[
            part(&["id"], How::Silent),
            part(&["ambiguity"], How::Silent),
            part(&["name"], text("text-changed")),
            part(&["effort"], text("text-changed")),
            part(
                &["operations"],
                How::Calls(
                    ("archetype-calls-added", Breaking),
                    ("archetype-calls-removed", Compatible),
                    ("archetype-order-changed", Unsure),
                ),
            ),
            part(
                &["optional"],
                How::Calls(
                    ("archetype-optional-added", Compatible),
                    ("archetype-optional-removed", Unsure),
                    ("archetype-order-changed", Unsure),
                ),
            ),
            part(
                &["detours"],
                How::Entries(
                    &["after", "when"],
                    ("archetype-detour-added", Breaking),
                    ("archetype-detour-removed", Compatible),
                    ("archetype-detour-changed", Unsure),
                ),
            ),
        ],
        other: ("archetype-changed", Unsure),
    },
    Keyed {
        root: "x-ambiguities",
        side: "ambiguity",
        names: &["id"],
        added: ("ambiguity-added", Meaning),
        removed: ("ambiguity-removed", Meaning),
        parts: &[
            part(&["title"], text("text-changed")),
            part(&["documented"], text("text-changed")),
            part(&["where"], text("text-changed")),
            part(&["lint"], How::Silent),
            part(
                &["ruling", "wire"],
                How::Fact(
                    Measure::Same,
                    ("ruling-wire-changed", Unsure),
                    ("ruling-wire-changed", Unsure),
                    ("ruling-wire-changed", Unsure),
                ),
            ),
            part(
                &["ruling", "accept"],
                How::Fact(
                    Measure::Same,
                    ("ruling-accept-changed", Unsure),
                    ("ruling-accept-changed", Unsure),
                    ("ruling-accept-changed", Unsure),
                ),
            ),
            part(&["ruling"], How::Silent),
        ],
        other: ("text-changed", Meaning),
    },
    Keyed {
        root: "x-respellings",
        side: "respelling",
        names: &["written"],
        added: ("respelling-added", Unsure),
        removed: ("respelling-removed", Unsure),
        parts: &[part(&["ambiguity"], How::Silent)],
        other: ("respelling-changed", Breaking),
    },
];
