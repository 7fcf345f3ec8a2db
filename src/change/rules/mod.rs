//! The rules of `contract diff`: every kind of difference has a name, a level, and a page.
//!
//! A page is data (`pages/*.yaml`): what is different, why it matters, what to do, and an old and a new piece of a contract
//! that show it. A test sets every pair side by side, so that no page says what is not so.

mod pages;
pub(super) mod schema;

pub use pages::{Page, lint_pages, page, pages};

/// How closely two contracts are compared. Each level sees what those before it see.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Which operations, parameters, members, types, variants and codes there are, and what has to be there.
    Shape,
    /// Also values, formats, bounds, statuses, media types, headers, credentials.
    Wire,
    /// Also order, polls, retries, limits, archetypes, rulings, and what only people read.
    Behaviour,
}

impl Level {
    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Shape => "shape",
            Self::Wire => "wire",
            Self::Behaviour => "behaviour",
        }
    }
}

/// A kind of difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// Its name; wording may change, names do not.
    pub name: &'static str,
    /// The first level that sees it.
    pub level: Level,
    /// What is different, in one line.
    pub about: &'static str,
}

impl Rule {
    /// The rule of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        RULES.iter().find(|rule| rule.name == name)
    }
}

const fn rule(name: &'static str, level: Level, about: &'static str) -> Rule {
    Rule { name, level, about }
}

/// Every rule.
pub static RULES: &[Rule] = &[
    rule("type-narrowed", Level::Shape, "a value may be of fewer types"),
    rule("type-widened", Level::Shape, "a value may be of more types"),
    rule("type-changed", Level::Shape, "a value is of another type"),
    rule("value-removed", Level::Wire, "a listed value is gone"),
    rule("value-added", Level::Wire, "there is one more listed value"),
    rule("values-changed", Level::Wire, "other values are listed"),
    rule("minimum-raised", Level::Wire, "the least number is higher"),
    rule("minimum-lowered", Level::Wire, "the least number is lower"),
    rule("maximum-lowered", Level::Wire, "the greatest number is lower"),
    rule("maximum-raised", Level::Wire, "the greatest number is higher"),
    rule("multiple-narrowed", Level::Wire, "numbers are multiples of more"),
    rule("multiple-widened", Level::Wire, "numbers are multiples of less"),
    rule("multiple-changed", Level::Wire, "numbers are multiples of something else"),
    rule("min-length-raised", Level::Wire, "the shortest text is longer"),
    rule("min-length-lowered", Level::Wire, "the shortest text is shorter"),
    rule("max-length-lowered", Level::Wire, "the longest text is shorter"),
    rule("max-length-raised", Level::Wire, "the longest text is longer"),
    rule("pattern-added", Level::Wire, "a text has to fit a pattern it had not to fit"),
    rule("pattern-removed", Level::Wire, "a text no longer has to fit a pattern"),
    rule("pattern-changed", Level::Wire, "a text has to fit another pattern"),
    rule("format-added", Level::Wire, "a text has a format it had not"),
    rule("format-removed", Level::Wire, "a text no longer has a format"),
    rule("format-changed", Level::Wire, "a text has another format"),
    rule("min-items-raised", Level::Wire, "the shortest list is longer"),
    rule("min-items-lowered", Level::Wire, "the shortest list is shorter"),
    rule("max-items-lowered", Level::Wire, "the longest list is shorter"),
    rule("max-items-raised", Level::Wire, "the longest list is longer"),
    rule("unique-items-added", Level::Wire, "items of a list have to differ"),
    rule("unique-items-removed", Level::Wire, "items of a list may be the same"),
    rule("min-members-raised", Level::Wire, "an object has to have more members"),
    rule("min-members-lowered", Level::Wire, "an object may have fewer members"),
    rule("max-members-lowered", Level::Wire, "an object may not have as many members"),
    rule("max-members-raised", Level::Wire, "an object may have more members"),
    rule("became-required", Level::Shape, "a member that could be left out has to be there"),
    rule("became-optional", Level::Shape, "a member that was always there may be missing"),
    rule("required-member-added", Level::Shape, "a member that nobody sent has to be there"),
    rule("member-added", Level::Shape, "a member is documented that was not"),
    rule("member-removed", Level::Shape, "a member is no longer documented"),
    rule("members-closed", Level::Shape, "members that are not documented are refused"),
    rule("members-opened", Level::Shape, "members that are not documented may come"),
    rule("forbidden", Level::Shape, "what was allowed is not allowed at all"),
    rule("allowed", Level::Shape, "what was not allowed at all is allowed"),
    rule("form-removed", Level::Shape, "one of several forms is gone"),
    rule("form-added", Level::Shape, "there is one more form"),
    rule("form-changed", Level::Shape, "one form gave way to another"),
    rule("forms-overlap", Level::Shape, "a value may fit two forms of which only one may fit"),
    rule("names-narrowed", Level::Wire, "fewer names of members are allowed"),
    rule("names-widened", Level::Wire, "more names of members are allowed"),
    rule("items-narrowed", Level::Wire, "a list has to hold something it had not to hold"),
    rule("items-widened", Level::Wire, "a list no longer has to hold something"),
    rule("condition-added", Level::Wire, "one part of a value depends on another"),
    rule("condition-removed", Level::Wire, "one part of a value no longer depends on another"),
    rule("condition-changed", Level::Wire, "one part of a value depends on another in another way"),
    rule("exclusion-added", Level::Wire, "a value that was allowed is ruled out"),
    rule("exclusion-removed", Level::Wire, "a value that was ruled out is allowed"),
    rule("exclusion-changed", Level::Wire, "another value is ruled out"),
    rule("not-compared", Level::Shape, "a part of the contract differs and is not compared"),
    rule("operation-removed", Level::Shape, "an operation is gone"),
    rule("operation-added", Level::Shape, "there is one more operation"),
    rule("operation-renamed", Level::Shape, "an operation has another operationId"),
    rule("method-changed", Level::Shape, "an operation is called by another method"),
    rule("path-moved", Level::Shape, "an operation is served at another path only"),
    rule("path-alternative-removed", Level::Shape, "a path no longer serves an operation"),
    rule("path-alternative-added", Level::Shape, "one more path serves an operation"),
    rule("required-parameter-added", Level::Shape, "a parameter that nobody sent has to be there"),
    rule("parameter-added", Level::Shape, "there is one more parameter that may be sent"),
    rule("parameter-removed", Level::Shape, "a parameter is no longer documented"),
    rule("parameter-became-required", Level::Shape, "a parameter that could be left out has to be there"),
    rule("parameter-became-optional", Level::Shape, "a parameter that had to be there may be left out"),
    rule("parameter-style-changed", Level::Wire, "a parameter's value is written another way"),
    rule("schema-added", Level::Shape, "something that could be anything has a schema"),
    rule("schema-removed", Level::Shape, "something that had a schema may be anything"),
    rule("body-became-required", Level::Shape, "a request has to have a body"),
    rule("body-became-optional", Level::Shape, "a request may do without a body"),
    rule("body-added", Level::Shape, "a request may have a body"),
    rule("body-removed", Level::Shape, "a request's body is no longer documented"),
    rule("media-type-removed", Level::Wire, "a media type is gone"),
    rule("media-type-added", Level::Wire, "there is one more media type"),
    rule("status-added", Level::Wire, "an HTTP status may come that could not"),
    rule("status-removed", Level::Wire, "an HTTP status is no longer documented"),
    rule("success-removed", Level::Wire, "the good answer is no longer documented"),
    rule("header-removed", Level::Wire, "a response header is no longer documented"),
    rule("header-became-optional", Level::Wire, "a response header that was always there may be missing"),
    rule("header-became-required", Level::Wire, "a response header is always there"),
    rule("header-added", Level::Wire, "a response header is documented that was not"),
    rule("variant-added", Level::Shape, "an operation has one more documented answer"),
    rule("variant-removed", Level::Shape, "a documented answer of an operation is gone"),
    rule("variant-rechosen", Level::Wire, "a documented answer is told by another code or status"),
    rule("variant-status-added", Level::Wire, "a documented answer may come with one more HTTP status"),
    rule("variant-status-removed", Level::Wire, "a documented answer comes with fewer HTTP statuses"),
    rule("variant-only-let-pass", Level::Wire, "an answer is no longer stated, only let pass"),
    rule("usual-status-changed", Level::Wire, "the HTTP status that is usually sent is another one"),
    rule("code-added", Level::Shape, "a status code may come that could not"),
    rule("code-removed", Level::Shape, "a status code no longer comes"),
    rule("code-generic", Level::Shape, "a status code of some operations may come from any"),
    rule("code-status-added", Level::Wire, "a status code may come with one more HTTP status"),
    rule("code-status-removed", Level::Wire, "a status code comes with fewer HTTP statuses"),
    rule("code-meaning-changed", Level::Behaviour, "a status code means something else"),
    rule("code-member-added", Level::Wire, "the status code may stand in one more member"),
    rule("code-member-removed", Level::Wire, "the status code stands in fewer members"),
    rule("code-became-optional", Level::Wire, "a good answer may do without a status code"),
    rule("code-became-required", Level::Wire, "every answer has a status code"),
    rule("discriminator-changed", Level::Wire, "answers are told apart in another way"),
    rule("requires-added", Level::Behaviour, "an operation has to be called first that had not"),
    rule("requires-removed", Level::Behaviour, "an operation no longer has to be called first"),
    rule("requires-changed", Level::Behaviour, "what has to be called first is said otherwise"),
    rule("poll-added", Level::Behaviour, "an operation has to be asked until it is done"),
    rule("poll-removed", Level::Behaviour, "an operation no longer has to be asked again"),
    rule("poll-changed", Level::Behaviour, "an operation has to be asked again in another way"),
    rule("poll-every-raised", Level::Behaviour, "a client has to wait longer before it asks again"),
    rule("poll-every-lowered", Level::Behaviour, "a client may ask again sooner"),
    rule("poll-most-lowered", Level::Behaviour, "a client has to ask again sooner"),
    rule("poll-most-raised", Level::Behaviour, "a client may wait longer before it asks again"),
    rule("poll-while-added", Level::Behaviour, "one more answer means that a client has to ask again"),
    rule("poll-while-removed", Level::Behaviour, "an answer no longer means that a client has to ask again"),
    rule("retry-added", Level::Behaviour, "a failure has to be tried again"),
    rule("retry-removed", Level::Behaviour, "a failure no longer has to be tried again"),
    rule("retry-changed", Level::Behaviour, "a failure has to be tried again in another way"),
    rule("retry-times-raised", Level::Behaviour, "a failure has to be tried again more often"),
    rule("retry-times-lowered", Level::Behaviour, "a failure may not be tried again as often"),
    rule("retry-times-widened", Level::Behaviour, "a client may choose more freely how often it tries again"),
    rule("retry-every-raised", Level::Behaviour, "a client has to wait longer before it tries again"),
    rule("retry-every-lowered", Level::Behaviour, "a client may try again sooner"),
    rule("retry-when-added", Level::Behaviour, "one more answer has to be tried again"),
    rule("retry-when-removed", Level::Behaviour, "an answer no longer has to be tried again"),
    rule("retry-restart-changed", Level::Behaviour, "trying again begins at another operation"),
    rule("rate-lowered", Level::Behaviour, "a client may not call as often"),
    rule("rate-raised", Level::Behaviour, "a client may call more often"),
    rule("rate-changed", Level::Behaviour, "how often a client may call is said otherwise"),
    rule("max-bytes-lowered", Level::Behaviour, "a file may not be as large"),
    rule("max-bytes-raised", Level::Behaviour, "a file may be larger"),
    rule("max-bytes-changed", Level::Behaviour, "how large a file may be is said otherwise"),
    rule("range-raised", Level::Behaviour, "more months of statements are asked for"),
    rule("range-lowered", Level::Behaviour, "fewer months of statements are asked for"),
    rule("range-changed", Level::Behaviour, "other statements are asked for"),
    rule("text-of-changed", Level::Behaviour, "a text is taken from another list"),
    rule("journey-rule-added", Level::Behaviour, "a rule of order was added"),
    rule("journey-rule-removed", Level::Behaviour, "a rule of order is gone"),
    rule("journey-rule-changed", Level::Behaviour, "a rule of order says something else"),
    rule("rule-added", Level::Behaviour, "a rule over several exchanges was added"),
    rule("rule-removed", Level::Behaviour, "a rule over several exchanges is gone"),
    rule("rule-changed", Level::Behaviour, "a rule over several exchanges says something else"),
    rule("archetype-added", Level::Behaviour, "there is one more way to integrate"),
    rule("archetype-removed", Level::Behaviour, "a way to integrate is gone"),
    rule("archetype-changed", Level::Behaviour, "a way to integrate is described otherwise"),
    rule("archetype-calls-added", Level::Behaviour, "a way to integrate calls one more operation"),
    rule("archetype-calls-removed", Level::Behaviour, "a way to integrate calls one operation fewer"),
    rule("archetype-order-changed", Level::Behaviour, "a way to integrate calls in another order"),
    rule("archetype-optional-added", Level::Behaviour, "a way to integrate may call one more operation"),
    rule("archetype-optional-removed", Level::Behaviour, "a way to integrate may no longer call an operation"),
    rule("archetype-detour-added", Level::Behaviour, "a way to integrate has one more detour"),
    rule("archetype-detour-removed", Level::Behaviour, "a way to integrate has one detour fewer"),
    rule("archetype-detour-changed", Level::Behaviour, "a detour of a way to integrate is another one"),
    rule("ambiguity-added", Level::Behaviour, "a contradiction of the documentation was noted"),
    rule("ambiguity-removed", Level::Behaviour, "a contradiction of the documentation is no longer noted"),
    rule(
        "ruling-wire-changed",
        Level::Behaviour,
        "what goes over the wire where the documentation contradicts itself is said otherwise",
    ),
    rule(
        "ruling-accept-changed",
        Level::Behaviour,
        "what is let pass where the documentation contradicts itself is said otherwise",
    ),
    rule("respelling-added", Level::Behaviour, "a spelling was noted that somebody is bound to correct"),
    rule("respelling-removed", Level::Behaviour, "a spelling that somebody is bound to correct is no longer noted"),
    rule("respelling-changed", Level::Behaviour, "the documented spelling is another one"),
    rule("list-value-added", Level::Behaviour, "a list of documented values has one more"),
    rule("list-value-removed", Level::Behaviour, "a list of documented values has one fewer"),
    rule("credentials-tightened", Level::Wire, "what let a client in no longer does"),
    rule("credentials-loosened", Level::Wire, "less lets a client in"),
    rule("base-path-removed", Level::Wire, "paths begin otherwise"),
    rule("default-changed", Level::Behaviour, "what is left out stands for something else"),
    rule("example-changed", Level::Behaviour, "a sample is another one"),
    rule("text-changed", Level::Behaviour, "a description says something else"),
    rule("meaning-changed", Level::Behaviour, "a documented value means something else"),
    rule("rule-text-changed", Level::Behaviour, "the text of a rule is another one"),
    rule("extension-changed", Level::Behaviour, "an extension that is not known differs"),
    rule("server-changed", Level::Behaviour, "other servers are named"),
    rule("deprecated", Level::Behaviour, "an operation is on its way out"),
    rule("no-longer-deprecated", Level::Behaviour, "an operation is no longer on its way out"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_that_a_schema_names_is_in_the_table() {
        for name in schema::names() {
            assert!(Rule::named(name).is_some(), "{name}");
        }
    }

    #[test]
    fn names_are_their_own() {
        for (index, rule) in RULES.iter().enumerate() {
            assert!(RULES[..index].iter().all(|other| other.name != rule.name), "{}", rule.name);
        }
    }
}
