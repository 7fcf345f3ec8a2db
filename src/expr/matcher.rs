//! What a value must be. A matcher answers with a [`Mismatch`] that says what was expected, what was there and why the
//! two do not agree; it never answers with a bare no.
//!
//! Two rules guard against a green that means nothing: a value that is not there matches nothing but `exists: false`,
//! and `each` needs at least one item.

use super::number::{compare, is_whole};
use super::scope::Context;
use super::selector::{Lack, Selection};
use super::template::{RenderError, Template};
use super::times;
use super::value::{excerpt, kind_of};
use crate::format;
use crate::source::Span;
use crate::text;
use jiff::{SignedDuration, Timestamp};
use regex::Regex;
use serde_json::Value;
use std::time::Duration;

/// Names of types that `type` takes.
pub const KIND_NAMES: [&str; 7] = ["string", "number", "integer", "boolean", "null", "array", "object"];

/// Names of forms that `format` takes.
pub const FORMATS: [&str; 16] = [
    "uuid",
    "date",
    "date-time",
    "time",
    "duration",
    "email",
    "hostname",
    "uri",
    "uri-reference",
    "ipv4",
    "ipv6",
    "json-pointer",
    "regex",
    "numeric",
    "base64",
    "base64url",
];

/// One of [`KIND_NAMES`].
pub type KindName = &'static str;

/// What a value must be.
#[derive(Debug, Clone)]
pub enum Matcher {
    /// The same JSON value.
    Equals(Template),
    /// One of several values.
    OneOf(Vec<Template>),
    /// There.
    Exists,
    /// Not there.
    Absent,
    /// There, and not matching this.
    Not(Box<Self>),
    /// Of a type; one of [`KIND_NAMES`].
    Type(KindName),
    /// Holding this text, item or member.
    Contains(Template),
    /// Text that begins so.
    StartsWith(Template),
    /// Text that ends so.
    EndsWith(Template),
    /// Text in which the expression finds something.
    Matches(Regex),
    /// Text of a form; one of [`FORMATS`].
    Format(&'static str),
    /// A number, at least this.
    Min(Template),
    /// A number, at most this.
    Max(Template),
    /// A time before this one.
    Before(TimeBound),
    /// A time after this one.
    After(TimeBound),
    /// A time at most so far from this one, before or after it.
    Near(TimeBound, Duration),
    /// Text, array or object whose length matches.
    Length(Box<Self>),
    /// A non-empty array of which every item matches.
    Each(Box<Self>),
    /// An array of which an item matches.
    Any(Box<Self>),
    /// All of these.
    AllOf(Vec<Self>),
    /// At least one of these.
    AnyOf(Vec<Self>),
}

/// A time that another one is compared with.
#[derive(Debug, Clone)]
pub struct TimeBound {
    /// The time; the text `now` is the time of the comparison.
    pub time: Template,
    /// How the value is written, where it cannot be told: one of [`super::TIME_FORMATS`], or a pattern.
    pub format: Option<String>,
    /// Where the time is written.
    pub span: Span,
}

impl TimeBound {
    /// The time, in the value's format or any other that can be told.
    fn read(&self, context: &Context<'_>) -> Result<Timestamp, RenderError> {
        let value = self.time.render(context)?;
        if value == "now" {
            return Ok((context.services().now)());
        }
        times::read_value(&value, None)
            .or_else(|why| self.format.as_deref().map_or(Err(why), |format| times::read_value(&value, Some(format))))
            .map_err(|message| RenderError { message, span: self.span })
    }

    /// Why a time without placeholders is none.
    #[must_use]
    pub fn refusal(&self) -> Option<String> {
        let value = self.time.as_fixed().filter(|value| *value != "now")?;
        let own = || times::read_value(value, self.format.as_deref());
        times::read_value(value, None).or_else(|_| own()).err()
    }

    fn said(&self, context: &Context<'_>) -> Result<String, RenderError> {
        self.time.render(context).map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned))
    }
}

/// Why a value does not match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    /// The value it is about, where the path selected several; else it is the one selected.
    pub node: Option<String>,
    /// Where below that value the mismatch is, as a continuation of its path; empty for the value itself.
    pub path: String,
    /// What was expected, in words.
    pub expected: String,
    /// What was there, as JSON text, cut when long; `None` when nothing was.
    pub found: Option<String>,
    /// Why the two do not agree, where that is not plain to see.
    pub why: Option<String>,
}

type Answer = Result<Option<Mismatch>, RenderError>;

impl Matcher {
    /// Whether it can be asked of a path that selects several values: it speaks of them together.
    #[must_use]
    pub fn takes_many(&self) -> bool {
        match self {
            Self::Each(_) | Self::Any(_) | Self::Length(_) | Self::Exists | Self::Absent | Self::Contains(_) => true,
            Self::Equals(template) => template.as_fixed().is_none_or(Value::is_array),
            Self::Not(inner) => inner.takes_many(),
            Self::AllOf(all) | Self::AnyOf(all) => all.iter().all(Self::takes_many),
            Self::OneOf(_)
            | Self::Type(_)
            | Self::StartsWith(_)
            | Self::EndsWith(_)
            | Self::Matches(_)
            | Self::Format(_)
            | Self::Before(_)
            | Self::After(_)
            | Self::Near(..)
            | Self::Min(_)
            | Self::Max(_) => false,
        }
    }

    /// Calls `visit` for every template inside.
    pub fn each_template<'t>(&'t self, visit: &mut impl FnMut(&'t Template)) {
        match self {
            Self::Equals(template)
            | Self::Contains(template)
            | Self::StartsWith(template)
            | Self::EndsWith(template)
            | Self::Min(template)
            | Self::Max(template) => visit(template),
            Self::OneOf(templates) => templates.iter().for_each(visit),
            Self::Before(bound) | Self::After(bound) | Self::Near(bound, _) => visit(&bound.time),
            Self::Not(inner) | Self::Length(inner) | Self::Each(inner) | Self::Any(inner) => inner.each_template(visit),
            Self::AllOf(all) | Self::AnyOf(all) => all.iter().for_each(|one| one.each_template(visit)),
            Self::Exists | Self::Absent | Self::Type(_) | Self::Matches(_) | Self::Format(_) => {}
        }
    }

    /// Asks what a path selected.
    ///
    /// # Errors
    /// When a template inside cannot be filled, or gives one value where the path selects several.
    pub fn check(&self, selection: &Selection<'_>, context: &Context<'_>) -> Answer {
        match selection {
            Selection::One(value) => self.check_maybe(*value, context),
            Selection::Many(nodes) => {
                self.speaks_of_many(context)?;
                // One lack is enough, and looked for only where it counts.
                let lack = if self.asks_each() { nodes.lack() } else { None };
                self.check_many(nodes, lack.as_ref(), context)
            }
        }
    }

    /// Asks several values together, or each of them.
    fn check_many(&self, nodes: &[(String, &Value)], lack: Option<&Lack>, context: &Context<'_>) -> Answer {
        let values = || Value::Array(nodes.iter().map(|(_, value)| (*value).clone()).collect());
        match self {
            Self::Each(inner) => {
                for (path, value) in nodes {
                    if let Some(mismatch) = inner.check_value(value, context)? {
                        return Ok(Some(Mismatch { node: Some(path.clone()), ..mismatch }));
                    }
                }
                match lack {
                    Some(lack) => self.lacking(lack, context),
                    None if nodes.is_empty() => self.check_value(&values(), context),
                    None => Ok(None),
                }
            }
            Self::AllOf(all) => {
                for one in all {
                    if let Some(mismatch) = one.check_many(nodes, lack, context)? {
                        return Ok(Some(mismatch));
                    }
                }
                Ok(None)
            }
            Self::AnyOf(any) => {
                let mut first = None;
                for one in any {
                    match one.check_many(nodes, lack, context)? {
                        None => return Ok(None),
                        Some(mismatch) => first = first.or(Some(mismatch)),
                    }
                }
                let expected = self.describe(context)?;
                Ok(first.map(|mismatch| Mismatch { expected, ..mismatch }))
            }
            // That one of several lacks what is asked of each is no answer with no.
            Self::Not(inner) if inner.asks_each() && lack.is_some() => {
                lack.map_or(Ok(None), |lack| self.lacking(lack, context))
            }
            Self::Not(inner) if inner.asks_each() && !nodes.is_empty() => {
                match inner.check_many(nodes, lack, context)? {
                    Some(_) => Ok(None),
                    None => self.check_value(&values(), context),
                }
            }
            _ if nodes.is_empty() => self.check_nothing(&values(), context),
            _ => self.check_value(&values(), context),
        }
    }

    fn lacking(&self, lack: &Lack, context: &Context<'_>) -> Answer {
        let expected = self.describe(context)?;
        let why = Some(format!("`each` asks all of them, and {}", lack.why));
        Ok(Some(Mismatch { node: Some(lack.path.clone()), path: String::new(), expected, found: None, why }))
    }

    /// Whether what templates give can be asked of several values together: one value is neither equal to several nor
    /// unequal to them. A fixed one is refused when it is read.
    fn speaks_of_many(&self, context: &Context<'_>) -> Result<(), RenderError> {
        match self {
            Self::Equals(template) => match (template.first_span(), template.render(context)?) {
                (None, _) | (_, Value::Array(_)) => Ok(()),
                (Some(span), value) => Err(RenderError {
                    message: format!(
                        "the path can select several values, and {} is {}: write `each:` for all of them, `any:` for at \
                         least one",
                        excerpt(&value),
                        kind_of(&value)
                    ),
                    span,
                }),
            },
            Self::Not(inner) => inner.speaks_of_many(context),
            Self::AllOf(all) | Self::AnyOf(all) => all.iter().try_for_each(|one| one.speaks_of_many(context)),
            _ => Ok(()),
        }
    }

    /// Asks a path that could select several values and selected none: only what speaks of their number, or of nothing
    /// being there, can be content with that.
    fn check_nothing(&self, nothing: &Value, context: &Context<'_>) -> Answer {
        match self {
            Self::Absent => Ok(None),
            Self::Length(_) | Self::Equals(_) | Self::Each(_) => self.check_value(nothing, context),
            Self::AllOf(all) => {
                let mut answers = all.iter().map(|one| one.check_nothing(nothing, context));
                answers.find(|answer| !matches!(answer, Ok(None))).unwrap_or(Ok(None))
            }
            Self::AnyOf(any) => {
                for one in any {
                    if one.check_nothing(nothing, context)?.is_none() {
                        return Ok(None);
                    }
                }
                self.missing(context)
            }
            _ => self.missing(context),
        }
    }

    /// Why a value can never come to match, however long one waits: it is of another type than every value waited for.
    /// Null is no type of its own here: much that is not yet known is null.
    #[must_use]
    pub fn never(&self, value: &Value) -> Option<String> {
        let expected: Vec<&Value> = match self {
            Self::Equals(template) => template.as_fixed().into_iter().collect(),
            Self::OneOf(templates) => templates.iter().map(Template::as_fixed).collect::<Option<_>>()?,
            _ => return None,
        };
        let kind = std::mem::discriminant::<Value>;
        let other = !expected.is_empty() && expected.iter().all(|one| !one.is_null() && kind(one) != kind(value));
        (other && !value.is_null())
            .then(|| format!("{} is {}, and {} is waited for", excerpt(value), kind_of(value), kind_of(expected[0])))
    }

    /// Whether it asks every one of several values.
    fn asks_each(&self) -> bool {
        match self {
            Self::Each(_) => true,
            Self::Not(inner) => inner.asks_each(),
            Self::AllOf(all) | Self::AnyOf(all) => all.iter().any(Self::asks_each),
            _ => false,
        }
    }

    /// Asks a value that may not be there.
    ///
    /// # Errors
    /// When a template inside cannot be filled.
    pub fn check_maybe(&self, value: Option<&Value>, context: &Context<'_>) -> Answer {
        match (value, self) {
            (Some(value), _) => self.check_value(value, context),
            (None, Self::Absent) => Ok(None),
            (None, Self::AnyOf(any)) if any.iter().any(|one| matches!(one, Self::Absent)) => Ok(None),
            (None, _) => self.missing(context),
        }
    }

    fn missing(&self, context: &Context<'_>) -> Answer {
        let mismatch =
            Mismatch { node: None, path: String::new(), expected: self.describe(context)?, found: None, why: None };
        Ok(Some(mismatch))
    }

    fn check_value(&self, value: &Value, context: &Context<'_>) -> Answer {
        let fail = |why: Option<String>| -> Answer {
            let expected = self.describe(context)?;
            Ok(Some(Mismatch { node: None, path: String::new(), expected, found: Some(excerpt(value)), why }))
        };
        let verdict = |good: bool, why: Option<String>| if good { Ok(None) } else { fail(why) };
        let text_check = |template: &Template, test: fn(&str, &str) -> bool| -> Answer {
            let part = template.render_text(context)?;
            match value.as_str() {
                Some(whole) => verdict(test(whole, &part), None),
                None => fail(Some(format!("it is {}, not a string", kind_of(value)))),
            }
        };
        match self {
            Self::Equals(template) => {
                let expected = template.render(context)?;
                Ok(difference(&expected, value, ""))
            }
            Self::OneOf(templates) => {
                let expected = templates.iter().map(|one| one.render(context)).collect::<Result<Vec<_>, _>>()?;
                let why = expected.iter().find_map(|one| look_alike(one, value));
                verdict(expected.iter().any(|one| same(one, value)), why)
            }
            Self::Exists => Ok(None),
            Self::Absent => fail(None),
            // A question that does not arise has not been answered with no.
            Self::Not(inner) if !inner.arises(value) => fail(Some(format!("it is {}", kind_of(value)))),
            Self::Not(inner) => verdict(inner.check_value(value, context)?.is_some(), None),
            Self::Type(name) => verdict(is_kind(value, name), Some(format!("it is {}", kind_of(value)))),
            Self::Contains(template) => {
                let part = template.render(context)?;
                contains(value, &part).map_or_else(|why| fail(Some(why)), |good| verdict(good, None))
            }
            Self::StartsWith(template) => text_check(template, |whole, part| whole.starts_with(part)),
            Self::EndsWith(template) => text_check(template, |whole, part| whole.ends_with(part)),
            Self::Matches(regex) => match value.as_str() {
                Some(text) => verdict(regex.is_match(text), None),
                None => fail(Some(format!("it is {}, not a string", kind_of(value)))),
            },
            Self::Format(name) => match value.as_str() {
                Some(text) => verdict(has_format(text, name), None),
                None => fail(Some(format!("it is {}, not a string", kind_of(value)))),
            },
            Self::Min(template) | Self::Max(template) => {
                let limit = template.render(context)?;
                let (Value::Number(limit), Value::Number(found)) = (&limit, value) else {
                    let odd = if value.is_number() { &limit } else { value };
                    return fail(Some(format!("{} is {}, not a number", excerpt(odd), kind_of(odd))));
                };
                let order = compare(found, limit);
                verdict(if matches!(self, Self::Min(_)) { order.is_ge() } else { order.is_le() }, None)
            }
            Self::Before(bound) | Self::After(bound) | Self::Near(bound, _) => {
                let limit = bound.read(context)?;
                match times::read_value(value, bound.format.as_deref()) {
                    Err(why) => fail(Some(why)),
                    Ok(time) => {
                        let ahead = limit.duration_since(time);
                        let (good, limit) = match self {
                            Self::Before(_) => (time < limit, None),
                            Self::After(_) => (time > limit, None),
                            Self::Near(_, most) => (ahead.unsigned_abs() <= *most, Some(*most)),
                            _ => (false, None),
                        };
                        verdict(good, Some(distance(ahead, limit)))
                    }
                }
            }
            Self::Length(inner) => match length(value) {
                None => fail(Some(format!("it is {}, which has no length", kind_of(value)))),
                Some(length) => match inner.check_value(&Value::from(length), context)? {
                    None => Ok(None),
                    Some(_) => fail(Some(format!("its length is {length}"))),
                },
            },
            Self::Each(inner) => match value.as_array() {
                None => fail(Some(format!("it is {}, not an array", kind_of(value)))),
                Some(items) if items.is_empty() => fail(Some("there is no item, so nothing was checked".into())),
                Some(items) => {
                    for (index, item) in items.iter().enumerate() {
                        if let Some(mismatch) = inner.check_value(item, context)? {
                            return Ok(Some(Mismatch { path: format!("[{index}]{}", mismatch.path), ..mismatch }));
                        }
                    }
                    Ok(None)
                }
            },
            Self::Any(inner) => match value.as_array() {
                None => fail(Some(format!("it is {}, not an array", kind_of(value)))),
                Some(items) => {
                    for item in items {
                        if inner.check_value(item, context)?.is_none() {
                            return Ok(None);
                        }
                    }
                    fail(Some(format!("none of {} does", text::count(items.len(), "item"))))
                }
            },
            Self::AllOf(all) => {
                for one in all {
                    if let Some(mismatch) = one.check_value(value, context)? {
                        return Ok(Some(mismatch));
                    }
                }
                Ok(None)
            }
            Self::AnyOf(any) => {
                for one in any {
                    if one.check_value(value, context)?.is_none() {
                        return Ok(None);
                    }
                }
                fail(None)
            }
        }
    }

    /// Whether the question makes sense for a value of this type.
    fn arises(&self, value: &Value) -> bool {
        match self {
            Self::Min(_) | Self::Max(_) => value.is_number(),
            Self::Before(bound) | Self::After(bound) | Self::Near(bound, _) => {
                times::read_value(value, bound.format.as_deref()).is_ok()
            }
            Self::StartsWith(_) | Self::EndsWith(_) | Self::Matches(_) | Self::Format(_) => value.is_string(),
            Self::Contains(_) | Self::Length(_) => value.is_string() || value.is_array() || value.is_object(),
            Self::Each(_) | Self::Any(_) => value.is_array(),
            Self::Not(inner) => inner.arises(value),
            Self::AllOf(all) => all.iter().all(|one| one.arises(value)),
            Self::AnyOf(any) => any.iter().any(|one| one.arises(value)),
            Self::Equals(_) | Self::OneOf(_) | Self::Exists | Self::Absent | Self::Type(_) => true,
        }
    }

    /// What is asked, in words, with templates filled.
    ///
    /// # Errors
    /// When a template inside cannot be filled.
    pub fn describe(&self, context: &Context<'_>) -> Result<String, RenderError> {
        let said = |template: &Template| template.render(context).map(|value| excerpt(&value));
        let joined = |all: &[Self], word: &str| -> Result<String, RenderError> {
            Ok(all.iter().map(|one| one.describe(context)).collect::<Result<Vec<_>, _>>()?.join(word))
        };
        Ok(match self {
            Self::Equals(template) => said(template)?,
            Self::OneOf(templates) => {
                text::either(&templates.iter().map(said).collect::<Result<Vec<String>, RenderError>>()?)
            }
            Self::Exists => "any value".into(),
            Self::Absent => "nothing there".into(),
            Self::Not(inner) => format!("anything but {}", inner.describe(context)?),
            Self::Type(name) => match *name {
                "array" | "integer" | "object" => format!("an {name}"),
                "null" => "null".into(),
                _ => format!("a {name}"),
            },
            Self::Contains(template) => format!("something that contains {}", said(template)?),
            Self::StartsWith(template) => format!("text that starts with {}", said(template)?),
            Self::EndsWith(template) => format!("text that ends with {}", said(template)?),
            Self::Matches(regex) => format!("text that matches /{regex}/"),
            Self::Format(name) => format!("text in the format {name}"),
            Self::Min(template) => format!("at least {}", said(template)?),
            Self::Max(template) => format!("at most {}", said(template)?),
            Self::Before(bound) => format!("a time before {}", bound.said(context)?),
            Self::After(bound) => format!("a time after {}", bound.said(context)?),
            Self::Near(bound, most) => format!("a time within {} of {}", text::duration(*most), bound.said(context)?),
            Self::Length(inner) => format!("a length of {}", inner.describe(context)?),
            Self::Each(inner) => format!("items, each {}", inner.describe(context)?),
            Self::Any(inner) => format!("an item that is {}", inner.describe(context)?),
            Self::AllOf(all) => joined(all, " and ")?,
            Self::AnyOf(any) => joined(any, " or ")?,
        })
    }
}

/// The first difference between two values, if there is one.
fn difference(expected: &Value, found: &Value, path: &str) -> Option<Mismatch> {
    let differ = |why: Option<String>| {
        Some(Mismatch {
            node: None,
            path: path.to_owned(),
            expected: excerpt(expected),
            found: Some(excerpt(found)),
            why,
        })
    };
    match (expected, found) {
        (Value::Array(left), Value::Array(right)) if left.len() == right.len() => {
            let mut pairs = left.iter().zip(right).enumerate();
            pairs.find_map(|(index, (left, right))| difference(left, right, &format!("{path}[{index}]")))
        }
        (Value::Array(left), Value::Array(right)) => {
            differ(Some(format!("it has {}, {} expected", text::count(right.len(), "item"), left.len())))
        }
        (Value::Object(left), Value::Object(right)) => {
            for (name, member) in left {
                let path = format!("{path}.{name}");
                let mismatch = match right.get(name) {
                    Some(other) => difference(member, other, &path),
                    None => Some(Mismatch { node: None, path, expected: excerpt(member), found: None, why: None }),
                };
                if mismatch.is_some() {
                    return mismatch;
                }
            }
            let extra = right.iter().find(|(name, _)| !left.contains_key(*name))?;
            Some(Mismatch {
                node: None,
                path: format!("{path}.{}", extra.0),
                expected: "nothing there".into(),
                found: Some(excerpt(extra.1)),
                why: Some("`equals` takes the whole object; name single members to allow others".into()),
            })
        }
        _ if same(expected, found) => None,
        _ => differ(look_alike(expected, found)),
    }
}

/// How far a time is from the one it is compared with.
fn distance(ahead: SignedDuration, limit: Option<Duration>) -> String {
    let far = text::duration(ahead.unsigned_abs());
    let side = if ahead.is_negative() { "after" } else { "before" };
    match limit {
        _ if ahead.is_zero() => "it is the same time".to_owned(),
        Some(limit) => format!("it is {far} {side} it, at most {} is allowed", text::duration(limit)),
        None => format!("it is {far} {side} it"),
    }
}

/// Whether two values are the same: numbers by value, objects in any order.
pub(crate) fn same(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => compare(left, right).is_eq(),
        (Value::Array(_), Value::Array(_)) | (Value::Object(_), Value::Object(_)) => {
            difference(left, right, "").is_none()
        }
        _ => left == right,
    }
}

/// Why two values that look alike are not the same.
fn look_alike(expected: &Value, found: &Value) -> Option<String> {
    let bare = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let (left, right) = (bare(expected), bare(found));
    let kinds = || Some(format!("{} is {}, {} was expected", excerpt(found), kind_of(found), kind_of(expected)));
    match (expected, found) {
        (Value::String(_), Value::String(_)) if left.trim() == right.trim() => Some("they differ in blanks".into()),
        (Value::String(_), Value::String(_)) if left.eq_ignore_ascii_case(&right) => Some("they differ in case".into()),
        (Value::String(_), Value::String(_)) => None,
        _ if left == right => kinds(),
        _ => None,
    }
}

/// Whether a value is of a type; the name is one of [`KIND_NAMES`].
#[must_use]
pub fn is_kind(value: &Value, name: &str) -> bool {
    match value {
        Value::Null => name == "null",
        Value::Bool(_) => name == "boolean",
        Value::Number(number) => name == "number" || (name == "integer" && is_whole(number)),
        Value::String(_) => name == "string",
        Value::Array(_) => name == "array",
        Value::Object(_) => name == "object",
    }
}

fn contains(value: &Value, part: &Value) -> Result<bool, String> {
    match (value, part) {
        (Value::String(whole), Value::String(part)) => Ok(whole.contains(part.as_str())),
        (Value::String(_), _) => Err(format!("text contains text, and {} is {}", excerpt(part), kind_of(part))),
        (Value::Array(items), _) => Ok(items.iter().any(|item| same(part, item))),
        (Value::Object(members), Value::String(name)) => Ok(members.contains_key(name)),
        (Value::Object(_) | Value::Null | Value::Bool(_) | Value::Number(_), _) => {
            Err(format!("it is {}, which cannot contain {}", kind_of(value), excerpt(part)))
        }
    }
}

fn length(value: &Value) -> Option<usize> {
    match value {
        Value::String(text) => Some(text.chars().count()),
        Value::Array(items) => Some(items.len()),
        Value::Object(members) => Some(members.len()),
        Value::Null | Value::Bool(_) | Value::Number(_) => None,
    }
}

fn has_format(text: &str, name: &str) -> bool {
    match name {
        "numeric" => !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()),
        // Nothing at all is base64 of nothing, which nobody who expects some means.
        "base64" | "base64url" if text.is_empty() => false,
        name => format::has(name, text).unwrap_or(false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expr::{Scope, Services};
    use serde_json::json;
    use std::sync::Arc;

    #[expect(clippy::needless_pass_by_value, reason = "tests read better with values")]
    fn ask(matcher: &Matcher, value: Option<Value>) -> String {
        let scope = Scope::new(Arc::default(), 1);
        let services = Arc::new(Services::for_tests());
        match matcher.check_maybe(value.as_ref(), &Context::new(&scope, 0, &services)).unwrap() {
            None => "good".into(),
            Some(mismatch) => {
                let why = mismatch.why.map(|why| format!(" ({why})")).unwrap_or_default();
                format!(
                    "{}: {} but {}{why}",
                    mismatch.path,
                    mismatch.expected,
                    mismatch.found.unwrap_or("nothing".into())
                )
            }
        }
    }

    fn equals(value: Value) -> Matcher {
        Matcher::Equals(Template::fixed(value))
    }

    #[test]
    fn falsy_values_are_compared_and_missing_ones_never_match() {
        for value in [json!(0), json!(false), json!(""), Value::Null, json!([])] {
            assert_eq!(ask(&equals(value.clone()), Some(value.clone())), "good");
            assert!(ask(&equals(value), None).ends_with("but nothing"));
        }
        assert_eq!(ask(&equals(json!(0)), Some(json!(false))), ": 0 but false");
        assert_eq!(ask(&Matcher::Absent, None), "good");
        assert_eq!(ask(&Matcher::Absent, Some(Value::Null)), ": nothing there but null");
        assert_eq!(ask(&Matcher::Not(Box::new(equals(json!(1)))), None), ": anything but 1 but nothing");
    }

    #[test]
    fn numbers_are_compared_by_value_and_exactly() {
        assert_eq!(ask(&equals(json!(1)), Some(json!(1.0))), "good");
        assert_ne!(ask(&equals(json!(9_007_199_254_740_993_u64)), Some(json!(9_007_199_254_740_992.0))), "good");
        assert_ne!(ask(&equals(json!(9_007_199_254_740_993_u64)), Some(json!(9_007_199_254_740_992_u64))), "good");
        assert_eq!(
            ask(&equals(json!(1)), Some(json!("1"))),
            ": 1 but \"1\" (\"1\" is a string, an integer was expected)"
        );
        assert_eq!(ask(&Matcher::Min(Template::fixed(json!(0.5))), Some(json!(0))), ": at least 0.5 but 0");
        assert_eq!(ask(&Matcher::Max(Template::fixed(json!(-1))), Some(json!(-1.5))), "good");
        let limit = Template::fixed(json!(3));
        assert_eq!(
            ask(&Matcher::Min(limit), Some(json!("3"))),
            ": at least 3 but \"3\" (\"3\" is a string, not a number)"
        );
    }

    #[test]
    fn a_difference_deep_inside_is_named() {
        let expected = json!({"a": [1, {"b": "x"}]});
        assert_eq!(
            ask(&equals(expected.clone()), Some(json!({"a": [1, {"b": "X"}]}))),
            ".a[1].b: \"x\" but \"X\" (they differ in case)"
        );
        assert_eq!(ask(&equals(expected.clone()), Some(json!({"a": [1, {}]}))), ".a[1].b: \"x\" but nothing");
        assert!(
            ask(&equals(expected), Some(json!({"a": [1, {"b": "x"}], "c": 1}))).starts_with(".c: nothing there but 1")
        );
    }

    #[test]
    fn a_value_of_another_type_never_comes_to_match() {
        let waits = Matcher::OneOf(vec![Template::fixed(json!("SUCCESS")), Template::fixed(json!("DONE"))]);
        assert_eq!(waits.never(&json!(1)).as_deref(), Some("1 is an integer, and a string is waited for"));
        assert_eq!(waits.never(&json!("PROCESSING")), None);
        assert_eq!(waits.never(&Value::Null), None);
        assert_eq!(equals(Value::Null).never(&json!("x")), None);
    }

    #[test]
    fn not_is_no_answer_where_the_question_does_not_arise() {
        let not = |inner| Matcher::Not(Box::new(inner));
        let small = not(Matcher::Min(Template::fixed(json!(5))));
        assert_eq!(ask(&small, Some(json!(4))), "good");
        assert_eq!(ask(&small, Some(json!("999"))), ": anything but at least 5 but \"999\" (it is a string)");
        let clean = not(Matcher::Contains(Template::fixed(json!("bad"))));
        assert_eq!(ask(&clean, Some(json!("fine"))), "good");
        assert_eq!(
            ask(&clean, Some(Value::Null)),
            ": anything but something that contains \"bad\" but null (it is null)"
        );
        assert_eq!(ask(&not(equals(json!("x"))), Some(json!(1))), "good");
    }

    #[test]
    fn each_needs_an_item() {
        let each = Matcher::Each(Box::new(Matcher::Format("uuid")));
        assert_eq!(
            ask(&each, Some(json!([]))),
            ": items, each text in the format uuid but [] (there is no item, so nothing was checked)"
        );
        assert_eq!(ask(&each, Some(json!(["x"]))), "[0]: text in the format uuid but \"x\"");
        assert_eq!(ask(&each, Some(json!(["3a6112e6-61de-437a-a84b-5c6f8b655722"]))), "good");
    }

    #[test]
    fn lengths_formats_and_types_are_judged() {
        let length = Matcher::Length(Box::new(Matcher::Min(Template::fixed(json!(1)))));
        assert_eq!(ask(&length, Some(json!([]))), ": a length of at least 1 but [] (its length is 0)");
        assert_eq!(
            ask(&length, Some(json!(7))),
            ": a length of at least 1 but 7 (it is an integer, which has no length)"
        );
        assert_eq!(ask(&Matcher::Format("date-time"), Some(json!("2024-01-25T23:00:54.963518+05:30"))), "good");
        assert_eq!(
            ask(&Matcher::Format("date"), Some(json!("1997-02-30"))),
            ": text in the format date but \"1997-02-30\""
        );
        assert_eq!(ask(&Matcher::Type("integer"), Some(json!(2.5))), ": an integer but 2.5 (it is a decimal number)");
        assert_eq!(ask(&Matcher::Contains(Template::fixed(json!("json"))), Some(json!("application/json"))), "good");
    }
}
