//! From the tree of an expression to its value.
//!
//! Two rules guard against a green that means nothing: values of different types are never compared, and what is not true
//! or false, null or empty decides no condition.

use super::decimal;
use super::given::Given;
use super::matcher::same;
use super::number::compare;
use super::scope::Context;
use super::signature::Arguments;
use super::syntax::{Bound, Kind, Node, Operator};
use super::times::{self, Reading};
use crate::text;
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::cmp::Ordering;
use std::ops::Range;

/// Longest text and list that an expression may make, in bytes and items.
const MOST: usize = 32 * 1024 * 1024;

/// Why there is no value, and for which part of the expression.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) message: String,
    pub(super) range: Range<usize>,
}

type Answer<'a> = Result<Given<'a>, Fault>;

/// The value of a part of an expression, which may be missing.
pub(super) fn evaluate<'a>(node: &'a Node, text: &str, context: &Context<'a>) -> Answer<'a> {
    Evaluation { text, context }.value(node)
}

struct Evaluation<'e, 'a> {
    text: &'e str,
    context: &'e Context<'a>,
}

impl<'a> Evaluation<'_, 'a> {
    /// A value that may be missing.
    fn value(&self, node: &'a Node) -> Answer<'a> {
        let fail = |message: String| Err(Fault { message, range: node.range.clone() });
        match &node.kind {
            Kind::Literal(value) => Ok(Given::Json(Cow::Borrowed(value))),
            Kind::Name(name) => Ok(match self.context.lookup(name) {
                Some(value) => Given::Json(Cow::Borrowed(value)),
                None => Given::Missing(self.no_value(node)),
            }),
            Kind::Member(value, name) => self.member(node, value, name),
            Kind::Index(value, index) => {
                let key = self.needed(index)?;
                match &*key.json().map_err(|message| Fault { message, range: index.range.clone() })? {
                    Value::String(name) => self.member(node, value, name),
                    Value::Number(number) => match decimal::whole(number) {
                        Some(index) => self.item(node, value, index),
                        None => fail(format!("{number} is not a whole number, and counts no item")),
                    },
                    other => fail(format!("an index is a number or a name, not {}", super::value::kind_of(other))),
                }
            }
            Kind::Slice(value, parts) => self.slice(node, value, parts),
            Kind::List(items) => {
                let items = items.iter().map(|item| self.json(item)).collect::<Result<Vec<_>, _>>()?;
                Ok(Given::of(items))
            }
            Kind::Map(members) => {
                let mut map = Map::new();
                for (name, value) in members {
                    let key = self.needed(name)?;
                    let key = key.to_text().map_err(|message| Fault { message, range: name.range.clone() })?;
                    map.insert(key, self.json(value)?);
                }
                Ok(Given::of(Value::Object(map)))
            }
            Kind::Not(inner) => Ok(Given::of(!self.truth(inner)?)),
            Kind::Negative(inner) => match &*self.json_ref(inner)? {
                Value::Number(number) => {
                    let zero = serde_json::Number::from(0);
                    decimal::count(&zero, "-", number).map(Given::of).or_else(fail)
                }
                other => fail(format!("`-` takes a number, and got {}", super::value::kind_of(other))),
            },
            Kind::Binary(operator, sides) => self.binary(node, *operator, &sides[0], &sides[1]),
            Kind::If(parts, otherwise) => match (self.truth(&parts[1])?, otherwise) {
                (true, _) => self.value(&parts[0]),
                (false, Some(otherwise)) => self.value(otherwise),
                (false, None) => Ok(Given::Missing(format!(
                    "`{}` has no value here: the condition does not hold, and there is no `else`",
                    self.said(node)
                ))),
            },
            Kind::Call(name, None) => fail(format!("there is no function `{name}`")),
            Kind::Call(_, Some(bound)) => self.call(node, bound, 0),
            Kind::Filter(bound) => self.call(node, bound, usize::from(bound.function.name == "default")),
            Kind::Test(bound, negated) => {
                let open = usize::from(matches!(bound.function.name, "defined" | "undefined"));
                match self.call(node, bound, open)?.json() {
                    Ok(value) => Ok(Given::of((*value == Value::Bool(true)) != *negated)),
                    Err(message) => fail(message),
                }
            }
        }
    }

    fn said(&self, node: &Node) -> &str {
        self.text.get(node.range.clone()).unwrap_or_default()
    }

    fn no_value(&self, node: &Node) -> String {
        format!("`{}` has no value here", self.said(node))
    }

    /// A value that must be there.
    fn needed(&self, node: &'a Node) -> Answer<'a> {
        match self.value(node)? {
            Given::Missing(message) => Err(Fault { message, range: node.range.clone() }),
            given => Ok(given),
        }
    }

    fn json(&self, node: &'a Node) -> Result<Value, Fault> {
        self.value(node)?.into_json().map_err(|message| Fault { message, range: node.range.clone() })
    }

    fn json_ref(&self, node: &'a Node) -> Result<Cow<'a, Value>, Fault> {
        match self.value(node)? {
            Given::Json(value) => Ok(value),
            other => other.into_json().map(Cow::Owned).map_err(|message| Fault { message, range: node.range.clone() }),
        }
    }

    /// Whether a condition holds. Text decides nothing: `'false'` is not empty.
    fn truth(&self, node: &'a Node) -> Result<bool, Fault> {
        let value = self.json_ref(node)?;
        match &*value {
            Value::Bool(flag) => Ok(*flag),
            Value::Null => Ok(false),
            Value::Array(items) => Ok(!items.is_empty()),
            Value::Object(members) => Ok(!members.is_empty()),
            Value::Number(number) => Ok(!compare(number, &serde_json::Number::from(0)).is_eq()),
            Value::String(_) => Err(Fault {
                message: format!(
                    "{} is text, not true or false; compare it, as in `{} == 'true'` or `{} != ''`",
                    super::value::excerpt(&value),
                    self.said(node),
                    self.said(node)
                ),
                range: node.range.clone(),
            }),
        }
    }

    fn member(&self, node: &'a Node, of: &'a Node, name: &str) -> Answer<'a> {
        let object = self.needed(of)?;
        let missing = |members: Option<&Map<String, Value>>| {
            let hint = members.and_then(|members| text::did_you_mean(name, members.keys().map(String::as_str)));
            let said = self.said(of);
            match (members, hint) {
                (Some(_), Some(hint)) => format!("`{said}` has no `{name}`; {hint}"),
                (Some(_), None) => format!("`{said}` has no `{name}`"),
                (None, _) => format!("`{said}` is {}, which has no `{name}`", object.kind()),
            }
        };
        Ok(match &object {
            Given::Json(Cow::Borrowed(Value::Object(members))) => match members.get(name) {
                Some(value) => Given::Json(Cow::Borrowed(value)),
                None => Given::Missing(missing(Some(members))),
            },
            Given::Json(Cow::Owned(Value::Object(members))) => match members.get(name) {
                Some(value) => Given::of(value.clone()),
                None => Given::Missing(missing(Some(members))),
            },
            _ => {
                // A name after a dot is a mistake where nothing has members; a missing one may be.
                return Err(Fault { message: missing(None), range: node.range.clone() });
            }
        })
    }

    fn item(&self, node: &'a Node, of: &'a Node, index: i64) -> Answer<'a> {
        let list = self.needed(of)?;
        let fail = |message: String| Err(Fault { message, range: node.range.clone() });
        let place = |length: usize| {
            let length = i64::try_from(length).unwrap_or(i64::MAX);
            usize::try_from(if index < 0 { length.saturating_add(index) } else { index }).ok()
        };
        let missing = |length: usize, what: &str| {
            Given::Missing(format!("`{}` has {}, none at [{index}]", self.said(of), text::count(length, what)))
        };
        match &list {
            Given::Json(Cow::Borrowed(Value::Array(items))) => {
                let item = place(items.len()).and_then(|place| items.get(place));
                Ok(item.map_or_else(|| missing(items.len(), "item"), |item| Given::Json(Cow::Borrowed(item))))
            }
            Given::Json(Cow::Owned(Value::Array(items))) => {
                let item = place(items.len()).and_then(|place| items.get(place));
                Ok(item.map_or_else(|| missing(items.len(), "item"), |item| Given::of(item.clone())))
            }
            Given::Json(value) if value.is_string() => {
                let text = value.as_str().unwrap_or_default();
                let length = text.chars().count();
                let found = place(length).and_then(|place| text.chars().nth(place));
                Ok(found.map_or_else(|| missing(length, "character"), |c| Given::of(c.to_string())))
            }
            _ => fail(format!("`{}` is {}, which has no [{index}]", self.said(of), list.kind())),
        }
    }

    fn slice(&self, node: &'a Node, of: &'a Node, parts: &'a [Option<Box<Node>>; 3]) -> Answer<'a> {
        let value = self.json_ref(of)?;
        let mut bounds = [None; 3];
        for (bound, part) in bounds.iter_mut().zip(parts) {
            let Some(part) = part else { continue };
            let given = self.needed(part)?;
            *bound = Some(given.to_whole().ok_or_else(|| Fault {
                message: format!("a slice takes whole numbers, and got {}", given.shown()),
                range: part.range.clone(),
            })?);
        }
        let fail = |message: String| Err(Fault { message, range: node.range.clone() });
        match &*value {
            Value::Array(items) => match picked(items.len(), bounds) {
                Some(places) => Ok(Given::of(places.into_iter().map(|at| items[at].clone()).collect::<Vec<_>>())),
                None => fail("the step of a slice is not 0".to_owned()),
            },
            Value::String(text) => {
                let chars: Vec<char> = text.chars().collect();
                match picked(chars.len(), bounds) {
                    Some(places) => Ok(Given::of(places.into_iter().map(|at| chars[at]).collect::<String>())),
                    None => fail("the step of a slice is not 0".to_owned()),
                }
            }
            other => fail(format!("a slice takes text or a list, and got {}", super::value::kind_of(other))),
        }
    }

    fn call(&self, node: &Node, bound: &'a Bound, open: usize) -> Answer<'a> {
        let mut values = Vec::with_capacity(bound.arguments.len());
        for (place, argument) in bound.arguments.iter().enumerate() {
            values.push(match argument {
                None => None,
                Some(argument) if place < open => Some(self.value(argument)?),
                Some(argument) => Some(self.needed(argument)?),
            });
        }
        let arguments = Arguments { function: bound.function, values, context: self.context };
        (bound.function.call)(&arguments).map_err(|message| Fault { message, range: node.range.clone() })
    }

    fn binary(&self, node: &'a Node, operator: Operator, left: &'a Node, right: &'a Node) -> Answer<'a> {
        let fail = |message: String| Err(Fault { message, range: node.range.clone() });
        match operator {
            Operator::And if !self.truth(left)? => return self.value(left),
            Operator::Or if self.truth(left)? => return self.value(left),
            Operator::And | Operator::Or => return self.value(right),
            Operator::Join => {
                let mut joined = self.piece(left)?;
                joined.push_str(&self.piece(right)?);
                return if joined.len() > MOST { fail(too_long()) } else { Ok(Given::of(joined)) };
            }
            _ => {}
        }
        let (a, b) = (self.json_ref(left)?, self.json_ref(right)?);
        let answer = match operator {
            Operator::Equal => equal(&a, &b).map(Value::Bool),
            Operator::NotEqual => equal(&a, &b).map(|equal| Value::Bool(!equal)),
            Operator::Less => ordered(&a, &b).map(|order| Value::Bool(order.is_lt())),
            Operator::LessOrEqual => ordered(&a, &b).map(|order| Value::Bool(order.is_le())),
            Operator::Greater => ordered(&a, &b).map(|order| Value::Bool(order.is_gt())),
            Operator::GreaterOrEqual => ordered(&a, &b).map(|order| Value::Bool(order.is_ge())),
            Operator::In => within(&a, &b).map(Value::Bool),
            Operator::NotIn => within(&a, &b).map(|within| Value::Bool(!within)),
            _ => calculated(operator.sign(), &a, &b),
        };
        answer.map(Given::of).or_else(fail)
    }

    /// A side of `~`.
    fn piece(&self, node: &'a Node) -> Result<String, Fault> {
        let given = self.needed(node)?;
        given.to_text().map_err(|message| Fault { message, range: node.range.clone() })
    }
}

fn too_long() -> String {
    format!("an expression makes text and lists of at most {MOST} bytes or items")
}

/// The places that a slice takes; `None` for a step of 0.
fn picked(length: usize, [from, to, step]: [Option<i64>; 3]) -> Option<Vec<usize>> {
    let length = i64::try_from(length).unwrap_or(i64::MAX);
    let step = step.unwrap_or(1);
    if step == 0 {
        return None;
    }
    let (least, most) = if step > 0 { (0, length) } else { (-1, length - 1) };
    let bound = |given: Option<i64>, otherwise: i64| match given {
        Some(at) if at < 0 => length.saturating_add(at).clamp(least, most),
        Some(at) => at.clamp(least, most),
        None => otherwise,
    };
    let (mut at, end) =
        if step > 0 { (bound(from, 0), bound(to, length)) } else { (bound(from, length - 1), bound(to, -1)) };
    let mut places = Vec::new();
    while (step > 0 && at < end) || (step < 0 && at > end) {
        places.push(usize::try_from(at).unwrap_or(0));
        at = at.saturating_add(step);
    }
    Some(places)
}

/// What is said of two values that cannot be compared.
fn unlike(left: &Value, right: &Value) -> String {
    let kinds = format!(
        "{} is {} and {} is {}: values of different types are not compared",
        super::value::excerpt(left),
        super::value::kind_of(left),
        super::value::excerpt(right),
        super::value::kind_of(right)
    );
    match (left, right) {
        (Value::String(text), Value::Number(_)) | (Value::Number(_), Value::String(text)) if is_number(text) => {
            format!("{kinds}; write number(...) to count with the text")
        }
        _ => kinds,
    }
}

fn is_number(text: &str) -> bool {
    text.parse::<serde_json::Number>().is_ok()
}

/// Whether two values are equal. Null is compared with anything: it says that there is no value.
pub(super) fn equal(left: &Value, right: &Value) -> Result<bool, String> {
    let kind = std::mem::discriminant::<Value>;
    if kind(left) == kind(right) || left.is_null() || right.is_null() {
        return Ok(same(left, right));
    }
    Err(unlike(left, right))
}

/// Which of two values is the greater: numbers by value, times by when they are, other text by its characters.
pub(super) fn ordered(left: &Value, right: &Value) -> Result<Ordering, String> {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => Ok(compare(left, right)),
        (Value::String(a), Value::String(b)) => {
            match (times::read(a, Reading::Plain), times::read(b, Reading::Plain)) {
                (Some(a), Some(b)) => Ok(a.cmp(&b)),
                (Some(_), None) | (None, Some(_)) => Err(format!(
                    "of {} and {} only one is a time",
                    super::value::excerpt(left),
                    super::value::excerpt(right)
                )),
                (None, None) => Ok(a.cmp(b)),
            }
        }
        _ if std::mem::discriminant(left) == std::mem::discriminant(right) => Err(format!(
            "{} is {}, which is neither greater nor less",
            super::value::excerpt(left),
            super::value::kind_of(left)
        )),
        _ => Err(unlike(left, right)),
    }
}

/// Whether a list, text or object holds a value.
pub(super) fn within(part: &Value, whole: &Value) -> Result<bool, String> {
    match whole {
        Value::Array(items) => {
            let alike = |item: &&Value| {
                item.is_null() || part.is_null() || std::mem::discriminant(*item) == std::mem::discriminant(part)
            };
            match items.iter().find(alike) {
                None if !items.is_empty() => Err(format!(
                    "{} is {}, and no item of {} is of that type",
                    super::value::excerpt(part),
                    super::value::kind_of(part),
                    super::value::excerpt(whole)
                )),
                _ => Ok(items.iter().any(|item| same(item, part))),
            }
        }
        Value::String(whole) => match part {
            Value::String(part) => Ok(whole.contains(part.as_str())),
            other => Err(format!(
                "text holds text, and {} is {}",
                super::value::excerpt(other),
                super::value::kind_of(other)
            )),
        },
        Value::Object(members) => match part {
            Value::String(name) => Ok(members.contains_key(name)),
            other => Err(format!(
                "an object has names, and {} is {}",
                super::value::excerpt(other),
                super::value::kind_of(other)
            )),
        },
        other => {
            Err(format!("{} is {}, which holds nothing", super::value::excerpt(other), super::value::kind_of(other)))
        }
    }
}

/// Arithmetic, and joining texts and lists with `+`.
fn calculated(sign: &str, left: &Value, right: &Value) -> Result<Value, String> {
    match (sign, left, right) {
        (_, Value::Number(left), Value::Number(right)) => decimal::count(left, sign, right),
        ("+", Value::String(left), Value::String(right)) => {
            if left.len() + right.len() > MOST {
                Err(too_long())
            } else {
                Ok(Value::String(format!("{left}{right}")))
            }
        }
        ("+", Value::Array(left), Value::Array(right)) => Ok(left.iter().chain(right).cloned().collect()),
        ("*", Value::String(text), Value::Number(times)) | ("*", Value::Number(times), Value::String(text)) => {
            let times = decimal::whole(times).and_then(|times| usize::try_from(times).ok());
            match times {
                None => Err("text is repeated a whole number of times, 0 or more".to_owned()),
                Some(times) if times.saturating_mul(text.len()) > MOST => Err(too_long()),
                Some(times) => Ok(Value::String(text.repeat(times))),
            }
        }
        _ => {
            let said = |value: &Value| format!("{} ({})", super::value::excerpt(value), super::value::kind_of(value));
            let next = match (left, right) {
                (Value::String(_), Value::Number(_)) | (Value::Number(_), Value::String(_)) if sign == "+" => {
                    "; `~` joins them as text, number(...) counts with a text"
                }
                (Value::String(_), _) | (_, Value::String(_)) => "; number(...) makes a number of a text",
                _ => "",
            };
            Err(format!("`{sign}` cannot be done with {} and {}{next}", said(left), said(right)))
        }
    }
}
