//! Filters and tests: what stands behind a bar, and behind `is`.

use super::decimal;
use super::evaluate::{equal, ordered};
use super::given::Given;
use super::matcher::same;
use super::number::is_whole;
use super::signature::{Answer, Arguments, Function};
use super::value::{excerpt, kind_of};
use crate::text;
use serde_json::{Map, Value};
use std::cmp::Ordering;

/// Most items that a list made by an expression has.
const MOST: usize = 1_000_000;

/// Filters, in the order of the reference.
pub static FILTERS: &[Function] = &[
    Function { name: "abs", about: "the number without its sign", takes: &["value"], call: abs },
    Function {
        name: "capitalize",
        about: "the first letter a capital, all others small",
        takes: &["value"],
        call: |a| texts(a, |text| text::capitalised(&text.to_lowercase())),
    },
    Function { name: "count", about: "the same as `length`", takes: &["value"], call: length },
    Function {
        name: "default",
        about: "`x | default('y')`: what stands there where there is no value; with `null=true` for null too",
        takes: &["value", "default?", "null?"],
        call: default,
    },
    Function { name: "first", about: "the first item or character", takes: &["value"], call: first },
    Function {
        name: "float",
        about: "a number of a number or its text, as `number` gives it",
        takes: &["value", "default?"],
        call: super::functions::number_or,
    },
    Function {
        name: "int",
        about: "a whole number of a number or its text; what is behind the point is cut",
        takes: &["value", "default?"],
        call: int,
    },
    Function {
        name: "items",
        about: "the members of an object as pairs of name and value",
        takes: &["value"],
        call: items,
    },
    Function {
        name: "join",
        about: "`list | join('-')`: the items as one text; `attribute='name'` takes that member of each",
        takes: &["value", "separator?", "attribute?"],
        call: join,
    },
    Function { name: "keys", about: "the names of an object's members", takes: &["value"], call: keys },
    Function { name: "last", about: "the last item or character", takes: &["value"], call: last },
    Function {
        name: "length",
        about: "characters of text, items of a list, members of an object",
        takes: &["value"],
        call: length,
    },
    Function { name: "lines", about: "the lines of a text as a list", takes: &["value"], call: lines },
    Function {
        name: "list",
        about: "a list: of text its characters, of an object its names",
        takes: &["value"],
        call: list,
    },
    Function {
        name: "lower",
        about: "text in small letters",
        takes: &["value"],
        call: |a| texts(a, str::to_lowercase),
    },
    Function {
        name: "map",
        about: "`list | map(attribute='name')` takes a member of each item; `list | map('upper')` a filter of each",
        takes: &["value", "filter?", "attribute?", "default?", "*"],
        call: map,
    },
    Function {
        name: "max",
        about: "the greatest item; items of different types are an error",
        takes: &["value"],
        call: |a| extreme(a, Ordering::Greater),
    },
    Function {
        name: "min",
        about: "the least item; items of different types are an error",
        takes: &["value"],
        call: |a| extreme(a, Ordering::Less),
    },
    Function {
        name: "reject",
        about: "`list | reject('eq', 0)`: the items of which a test does not hold",
        takes: &["value", "test?", "*"],
        call: |a| chosen(a, false, false),
    },
    Function {
        name: "rejectattr",
        about: "`list | rejectattr('id', 'eq', 0)`: as `reject`, of a member of each item",
        takes: &["value", "attribute", "test?", "*"],
        call: |a| chosen(a, true, false),
    },
    Function {
        name: "replace",
        about: "`text | replace('a', 'b')`: every `a` becomes `b`",
        takes: &["value", "old", "new"],
        call: replace,
    },
    Function { name: "reverse", about: "text or a list from the end", takes: &["value"], call: reverse },
    Function {
        name: "round",
        about: "`x | round(2)`: to so many places, half up; a second argument says `half_even`, `up`, `down`, `ceil` or `floor`",
        takes: &["value", "places?", "method?"],
        call: round,
    },
    Function {
        name: "select",
        about: "`list | select('gt', 0)`: the items of which a test holds; without one, those that are true",
        takes: &["value", "test?", "*"],
        call: |a| chosen(a, false, true),
    },
    Function {
        name: "selectattr",
        about: "`list | selectattr('id', 'eq', 7)`: as `select`, of a member of each item",
        takes: &["value", "attribute", "test?", "*"],
        call: |a| chosen(a, true, true),
    },
    Function {
        name: "sort",
        about: "the items in order; `attribute='id'` by a member, `reverse=true` from the greatest",
        takes: &["value", "reverse?", "attribute?"],
        call: sort,
    },
    Function {
        name: "split",
        about: "`text | split(',')`: the parts between separators; without one, between blanks",
        takes: &["value", "separator?"],
        call: split,
    },
    Function {
        name: "string",
        about: "the value as text: text as it is, everything else as JSON",
        takes: &["value"],
        call: super::functions::text,
    },
    Function {
        name: "sum",
        about: "the sum of a list of numbers, exactly; `attribute='amount'` of a member of each",
        takes: &["value", "attribute?"],
        call: sum,
    },
    Function { name: "title", about: "every word with a capital", takes: &["value"], call: title },
    Function { name: "tojson", about: "the value as JSON text", takes: &["value"], call: to_json },
    Function {
        name: "trim",
        about: "text without blanks around it, or without the characters given",
        takes: &["value", "characters?"],
        call: trim,
    },
    Function {
        name: "unique",
        about: "the items without repetitions, in their order",
        takes: &["value"],
        call: unique,
    },
    Function { name: "upper", about: "text in capitals", takes: &["value"], call: |a| texts(a, str::to_uppercase) },
    Function {
        name: "urlencode",
        about: "text as it stands in a URL; an object as a query",
        takes: &["value"],
        call: super::functions::urlencode,
    },
    Function { name: "values", about: "the values of an object's members", takes: &["value"], call: values },
];

/// Tests, in the order of the reference.
pub static TESTS: &[Function] = &[
    Function { name: "boolean", about: "true or false", takes: &["value"], call: |a| kind(a, "boolean") },
    Function {
        name: "defined",
        about: "there: a name or member with a value, null too",
        takes: &["value"],
        call: defined,
    },
    Function {
        name: "divisibleby",
        about: "`n is divisibleby 3`: a whole number of times as large",
        takes: &["value", "by"],
        call: divisible,
    },
    Function {
        name: "endingwith",
        about: "`text is endingwith 'x'`",
        takes: &["value", "end"],
        call: |a| affix(a, |text, end| text.ends_with(end)),
    },
    Function {
        name: "eq",
        about: "`==`, for `select` and its like",
        takes: &["value", "other"],
        call: |a| equality(a, true),
    },
    Function { name: "equalto", about: "the same as `eq`", takes: &["value", "other"], call: |a| equality(a, true) },
    Function { name: "even", about: "a whole number, and even", takes: &["value"], call: |a| parity(a, 0) },
    Function {
        name: "false",
        about: "false, and nothing like it",
        takes: &["value"],
        call: |a| Ok(Given::of(*a.value(0)?.json()? == Value::Bool(false))),
    },
    Function { name: "ge", about: "`>=`", takes: &["value", "other"], call: |a| order(a, Ordering::is_ge) },
    Function { name: "gt", about: "`>`", takes: &["value", "other"], call: |a| order(a, Ordering::is_gt) },
    Function {
        name: "in",
        about: "`x is in list`: the list, text or object holds it",
        takes: &["value", "whole"],
        call: within,
    },
    Function { name: "integer", about: "a number without a fraction", takes: &["value"], call: |a| kind(a, "integer") },
    Function { name: "le", about: "`<=`", takes: &["value", "other"], call: |a| order(a, Ordering::is_le) },
    Function {
        name: "lower",
        about: "text without a capital",
        takes: &["value"],
        call: |a| letters(a, |text| text == text.to_lowercase()),
    },
    Function { name: "lt", about: "`<`", takes: &["value", "other"], call: |a| order(a, Ordering::is_lt) },
    Function { name: "mapping", about: "an object", takes: &["value"], call: |a| kind(a, "object") },
    Function { name: "ne", about: "`!=`", takes: &["value", "other"], call: |a| equality(a, false) },
    Function { name: "none", about: "null", takes: &["value"], call: |a| kind(a, "null") },
    Function { name: "null", about: "the same as `none`", takes: &["value"], call: |a| kind(a, "null") },
    Function { name: "number", about: "a number", takes: &["value"], call: |a| kind(a, "number") },
    Function { name: "odd", about: "a whole number, and odd", takes: &["value"], call: |a| parity(a, 1) },
    Function { name: "sequence", about: "a list", takes: &["value"], call: |a| kind(a, "array") },
    Function {
        name: "startingwith",
        about: "`text is startingwith 'x'`",
        takes: &["value", "start"],
        call: |a| affix(a, |text, start| text.starts_with(start)),
    },
    Function { name: "string", about: "text", takes: &["value"], call: |a| kind(a, "string") },
    Function {
        name: "true",
        about: "true, and nothing like it",
        takes: &["value"],
        call: |a| Ok(Given::of(*a.value(0)?.json()? == Value::Bool(true))),
    },
    Function { name: "undefined", about: "not there", takes: &["value"], call: undefined },
    Function {
        name: "upper",
        about: "text without a small letter",
        takes: &["value"],
        call: |a| letters(a, |text| text == text.to_uppercase()),
    },
];

fn refuse<T>(arguments: &Arguments<'_, '_>, what: &str) -> Result<T, String> {
    let value = arguments.value(0)?;
    Err(format!("`{}` takes {what}, and got {} ({})", arguments.function.name, value.shown(), value.kind()))
}

fn texts(arguments: &Arguments<'_, '_>, change: impl Fn(&str) -> String) -> Answer {
    match &*arguments.value(0)?.json()? {
        Value::String(text) => Ok(Given::of(change(text))),
        _ => refuse(arguments, "text"),
    }
}

fn of_list(arguments: &Arguments<'_, '_>) -> Result<Vec<Value>, String> {
    match &*arguments.value(0)?.json()? {
        Value::Array(items) => Ok(items.clone()),
        _ => refuse(arguments, "a list"),
    }
}

fn abs(arguments: &Arguments<'_, '_>) -> Answer {
    match &*arguments.value(0)?.json()? {
        Value::Number(number) => decimal::number(&decimal::decimal(number)?.abs()).map(Given::of),
        _ => refuse(arguments, "a number"),
    }
}

fn default(arguments: &Arguments<'_, '_>) -> Answer {
    let null_too = match arguments.get(2).map(Given::json).transpose()? {
        None => false,
        Some(value) => value.as_bool().ok_or("`default`, null: it takes true or false")?,
    };
    let otherwise =
        || arguments.get(1).map_or_else(|| Ok(Value::from("")), |given| given.clone().into_json()).map(Given::of);
    match arguments.get(0) {
        None | Some(Given::Missing(_)) => otherwise(),
        Some(given) if null_too && given.json()?.is_null() => otherwise(),
        Some(given) => match given {
            Given::Bytes(bytes) => Ok(Given::Bytes(bytes.clone())),
            Given::Digest(bytes) => Ok(Given::Digest(bytes.clone())),
            other => other.clone().into_json().map(Given::of),
        },
    }
}

fn first(arguments: &Arguments<'_, '_>) -> Answer {
    end(arguments, |items| items.first().cloned(), |text| text.chars().next())
}

fn last(arguments: &Arguments<'_, '_>) -> Answer {
    end(arguments, |items| items.last().cloned(), |text| text.chars().next_back())
}

fn end(
    arguments: &Arguments<'_, '_>,
    of_list: fn(&[Value]) -> Option<Value>,
    of_text: fn(&str) -> Option<char>,
) -> Answer {
    let found = match &*arguments.value(0)?.json()? {
        Value::Array(items) => of_list(items),
        Value::String(text) => of_text(text).map(|c| Value::from(c.to_string())),
        _ => return refuse(arguments, "a list or text"),
    };
    let nothing = || format!("`{}`: there is nothing in it", arguments.function.name);
    Ok(found.map_or_else(|| Given::Missing(nothing()), Given::of))
}

fn int(arguments: &Arguments<'_, '_>) -> Answer {
    let number = super::functions::number_or(arguments)?.into_json()?;
    match &number {
        Value::Number(number) => decimal::round(number, 0, "down").map(Given::of),
        _ => Ok(Given::of(number)),
    }
}

fn items(arguments: &Arguments<'_, '_>) -> Answer {
    members(arguments, |(name, value)| Value::Array(vec![Value::from(name.as_str()), value.clone()]))
}

fn keys(arguments: &Arguments<'_, '_>) -> Answer {
    members(arguments, |(name, _)| Value::from(name.as_str()))
}

fn values(arguments: &Arguments<'_, '_>) -> Answer {
    members(arguments, |(_, value)| value.clone())
}

fn members(arguments: &Arguments<'_, '_>, take: impl Fn((&String, &Value)) -> Value) -> Answer {
    match &*arguments.value(0)?.json()? {
        Value::Object(members) => Ok(Given::of(members.iter().map(take).collect::<Vec<_>>())),
        _ => refuse(arguments, "an object"),
    }
}

fn join(arguments: &Arguments<'_, '_>) -> Answer {
    let separator = arguments.text_if(1)?.unwrap_or_default();
    let attribute = arguments.text_if(2)?;
    let mut texts = Vec::new();
    for item in of_list(arguments)? {
        let item = attribute.as_deref().map_or(Ok(item.clone()), |name| attribute_of(&item, name))?;
        texts.push(Given::of(item).to_text()?);
    }
    Ok(Given::of(texts.join(&separator)))
}

/// A member of an item; `a.b` is a member of a member.
fn attribute_of(item: &Value, path: &str) -> Result<Value, String> {
    let mut value = item;
    for name in path.split('.') {
        let index = || name.parse::<usize>().ok();
        let found = match value {
            Value::Object(members) => members.get(name),
            Value::Array(items) => index().and_then(|index| items.get(index)),
            _ => None,
        };
        value = found.ok_or_else(|| format!("{} has no `{path}`", excerpt(item)))?;
    }
    Ok(value.clone())
}

fn length(arguments: &Arguments<'_, '_>) -> Answer {
    if let Given::Bytes(bytes) = arguments.value(0)? {
        return Ok(Given::of(bytes.len()));
    }
    match &*arguments.value(0)?.json()? {
        Value::String(text) => Ok(Given::of(text.chars().count())),
        Value::Array(items) => Ok(Given::of(items.len())),
        Value::Object(members) => Ok(Given::of(members.len())),
        _ => refuse(arguments, "text, a list or an object"),
    }
}

fn lines(arguments: &Arguments<'_, '_>) -> Answer {
    match &*arguments.value(0)?.json()? {
        Value::String(text) => Ok(Given::of(text.lines().map(Value::from).collect::<Vec<_>>())),
        _ => refuse(arguments, "text"),
    }
}

fn list(arguments: &Arguments<'_, '_>) -> Answer {
    match &*arguments.value(0)?.json()? {
        Value::Array(items) => Ok(Given::of(items.clone())),
        Value::String(text) => Ok(Given::of(text.chars().map(|c| Value::from(c.to_string())).collect::<Vec<_>>())),
        Value::Object(members) => {
            Ok(Given::of(members.keys().map(|name| Value::from(name.as_str())).collect::<Vec<_>>()))
        }
        _ => refuse(arguments, "a list, text or an object"),
    }
}

/// Calls a filter or test of the tables by its name.
fn called(
    arguments: &Arguments<'_, '_>,
    table: &'static [Function],
    what: &str,
    name: &str,
    item: Value,
    more: &[Option<Given<'_>>],
) -> Result<Value, String> {
    let Some(function) = table.iter().find(|function| function.name == name) else {
        let hint = text::did_you_mean(name, table.iter().map(|function| function.name)).unwrap_or_default();
        return Err(format!("there is no {what} `{name}`; {hint}"));
    };
    let mut values: Vec<Option<Given<'_>>> = vec![Some(Given::of(item))];
    values.extend(more.iter().cloned());
    let parameters = function.parameters();
    let needed = parameters.iter().filter(|parameter| parameter.needed).count();
    if values.len() < needed || (values.len() > parameters.len() && !function.takes_more()) {
        return Err(format!(
            "`{name}`, in `{}`, has the wrong number of arguments: {}",
            arguments.function.name, function.about
        ));
    }
    values.resize(values.len().max(parameters.len()), None);
    let answer = (function.call)(&Arguments { function, values, context: arguments.context })?;
    answer.into_json()
}

fn map(arguments: &Arguments<'_, '_>) -> Answer {
    let mut mapped = Vec::new();
    let (filter, attribute) = (arguments.text_if(1)?, arguments.text_if(2)?);
    for item in of_list(arguments)? {
        mapped.push(match (&filter, &attribute) {
            (None, Some(path)) => match (attribute_of(&item, path), arguments.get(3)) {
                (Err(_), Some(default)) => default.clone().into_json()?,
                (found, _) => found?,
            },
            (Some(filter), None) => {
                called(arguments, FILTERS, "filter", filter, item, arguments.values.get(4..).unwrap_or_default())?
            }
            _ => return Err("`map` takes a filter's name, or attribute='name'".to_owned()),
        });
    }
    Ok(Given::of(mapped))
}

fn chosen(arguments: &Arguments<'_, '_>, by_member: bool, wanted: bool) -> Answer {
    let place = 1 + usize::from(by_member);
    let test = arguments.text_if(place)?;
    let mut kept = Vec::new();
    for item in of_list(arguments)? {
        let looked_at = if by_member { attribute_of(&item, &arguments.text(1)?)? } else { item.clone() };
        let holds = match &test {
            Some(test) => {
                let more = arguments.values.get(place + 1..).unwrap_or_default();
                called(arguments, TESTS, "test", test, looked_at, more)? == Value::Bool(true)
            }
            None => match looked_at {
                Value::Bool(flag) => flag,
                Value::Null => false,
                other => {
                    return Err(format!(
                        "`{}` without a test takes true, false and null, and got {}",
                        arguments.function.name,
                        excerpt(&other)
                    ));
                }
            },
        };
        if holds == wanted {
            kept.push(item);
        }
    }
    Ok(Given::of(kept))
}

fn extreme(arguments: &Arguments<'_, '_>, wanted: Ordering) -> Answer {
    let items = of_list(arguments)?;
    let mut best: Option<&Value> = None;
    for item in &items {
        if best.map_or(Ok(true), |best| ordered(item, best).map(|order| order == wanted))? {
            best = Some(item);
        }
    }
    let nothing = || Given::Missing(format!("`{}`: the list is empty", arguments.function.name));
    Ok(best.map_or_else(nothing, |best| Given::of(best.clone())))
}

fn replace(arguments: &Arguments<'_, '_>) -> Answer {
    let (old, new) = (arguments.text(1)?, arguments.text(2)?);
    texts(arguments, |text| text.replace(&old, &new))
}

fn reverse(arguments: &Arguments<'_, '_>) -> Answer {
    match &*arguments.value(0)?.json()? {
        Value::String(text) => Ok(Given::of(text.chars().rev().collect::<String>())),
        Value::Array(items) => Ok(Given::of(items.iter().rev().cloned().collect::<Vec<_>>())),
        _ => refuse(arguments, "text or a list"),
    }
}

fn round(arguments: &Arguments<'_, '_>) -> Answer {
    let places = arguments.whole_if(1)?.unwrap_or(0);
    let way = arguments.text_if(2)?.unwrap_or_else(|| "half_up".to_owned());
    match &*arguments.value(0)?.json()? {
        Value::Number(number) => decimal::round(number, places, &way).map(Given::of),
        _ => refuse(arguments, "a number"),
    }
}

fn sort(arguments: &Arguments<'_, '_>) -> Answer {
    let attribute = arguments.text_if(2)?;
    let mut keyed = Vec::new();
    for item in of_list(arguments)? {
        let key = attribute.as_deref().map_or(Ok(item.clone()), |path| attribute_of(&item, path))?;
        keyed.push((key, item));
    }
    let mut unlike = None;
    keyed.sort_by(|(a, _), (b, _)| {
        ordered(a, b).unwrap_or_else(|why| {
            unlike.get_or_insert(why);
            Ordering::Equal
        })
    });
    if let Some(why) = unlike {
        return Err(format!("`sort`: {why}"));
    }
    let mut items: Vec<Value> = keyed.into_iter().map(|(_, item)| item).collect();
    if arguments.get(1).map(Given::json).transpose()?.is_some_and(|value| *value == Value::Bool(true)) {
        items.reverse();
    }
    Ok(Given::of(items))
}

fn split(arguments: &Arguments<'_, '_>) -> Answer {
    let separator = arguments.text_if(1)?;
    match &*arguments.value(0)?.json()? {
        Value::String(text) => {
            let parts: Vec<Value> = match separator.as_deref() {
                None => text.split_whitespace().map(Value::from).collect(),
                Some("") => return Err("`split` takes a separator of at least one character".to_owned()),
                Some(separator) => text.split(separator).map(Value::from).collect(),
            };
            if parts.len() > MOST { Err(format!("`split` makes at most {MOST} parts")) } else { Ok(Given::of(parts)) }
        }
        _ => refuse(arguments, "text"),
    }
}

fn sum(arguments: &Arguments<'_, '_>) -> Answer {
    let attribute = arguments.text_if(1)?;
    let mut sum = serde_json::Number::from(0);
    for item in of_list(arguments)? {
        let value = attribute.as_deref().map_or(Ok(item.clone()), |path| attribute_of(&item, path))?;
        match value {
            Value::Number(number) => match decimal::count(&sum, "+", &number)? {
                Value::Number(number) => sum = number,
                _ => return refuse(arguments, "a list of numbers"),
            },
            other => return Err(format!("`sum` takes numbers, and got {} ({})", excerpt(&other), kind_of(&other))),
        }
    }
    Ok(Given::of(Value::Number(sum)))
}

fn title(arguments: &Arguments<'_, '_>) -> Answer {
    texts(arguments, |whole| {
        let words = whole.split_inclusive(char::is_whitespace);
        words.map(|word| text::capitalised(&word.to_lowercase())).collect()
    })
}

fn to_json(arguments: &Arguments<'_, '_>) -> Answer {
    Ok(Given::of(arguments.value(0)?.json()?.to_string()))
}

fn trim(arguments: &Arguments<'_, '_>) -> Answer {
    let characters = arguments.text_if(1)?;
    texts(arguments, |text| match &characters {
        None => text.trim().to_owned(),
        Some(characters) => text.trim_matches(|c| characters.contains(c)).to_owned(),
    })
}

fn unique(arguments: &Arguments<'_, '_>) -> Answer {
    let mut kept: Vec<Value> = Vec::new();
    let mut seen = Map::new();
    for item in of_list(arguments)? {
        let known = match &item {
            Value::String(text) => seen.insert(text.clone(), Value::Null).is_some(),
            other => kept.iter().any(|kept| same(kept, other)),
        };
        if !known {
            kept.push(item);
        }
    }
    Ok(Given::of(kept))
}

fn kind(arguments: &Arguments<'_, '_>, name: &str) -> Answer {
    if let Given::Bytes(_) = arguments.value(0)? {
        return Ok(Given::of(false));
    }
    Ok(Given::of(super::matcher::is_kind(&*arguments.value(0)?.json()?, name)))
}

fn defined(arguments: &Arguments<'_, '_>) -> Answer {
    Ok(Given::of(!matches!(arguments.get(0), None | Some(Given::Missing(_)))))
}

fn undefined(arguments: &Arguments<'_, '_>) -> Answer {
    Ok(Given::of(matches!(arguments.get(0), None | Some(Given::Missing(_)))))
}

fn divisible(arguments: &Arguments<'_, '_>) -> Answer {
    match (&*arguments.value(0)?.json()?, &*arguments.value(1)?.json()?) {
        (Value::Number(value), Value::Number(by)) => {
            let rest = decimal::count(value, "%", by)?;
            Ok(Given::of(same(&rest, &Value::from(0))))
        }
        _ => refuse(arguments, "numbers"),
    }
}

fn affix(arguments: &Arguments<'_, '_>, holds: fn(&str, &str) -> bool) -> Answer {
    let affix = arguments.text(1)?;
    match &*arguments.value(0)?.json()? {
        Value::String(text) => Ok(Given::of(holds(text, &affix))),
        _ => refuse(arguments, "text"),
    }
}

fn equality(arguments: &Arguments<'_, '_>, wanted: bool) -> Answer {
    Ok(Given::of(equal(&*arguments.value(0)?.json()?, &*arguments.value(1)?.json()?)? == wanted))
}

fn parity(arguments: &Arguments<'_, '_>, rest: i64) -> Answer {
    match &*arguments.value(0)?.json()? {
        Value::Number(number) if is_whole(number) => {
            let found = decimal::count(number, "%", &serde_json::Number::from(2))?;
            Ok(Given::of(same(&found, &Value::from(rest))))
        }
        _ => refuse(arguments, "a whole number"),
    }
}

fn order(arguments: &Arguments<'_, '_>, wanted: fn(Ordering) -> bool) -> Answer {
    Ok(Given::of(wanted(ordered(&*arguments.value(0)?.json()?, &*arguments.value(1)?.json()?)?)))
}

fn within(arguments: &Arguments<'_, '_>) -> Answer {
    Ok(Given::of(super::evaluate::within(&*arguments.value(0)?.json()?, &*arguments.value(1)?.json()?)?))
}

fn letters(arguments: &Arguments<'_, '_>, holds: fn(&str) -> bool) -> Answer {
    match &*arguments.value(0)?.json()? {
        Value::String(text) => Ok(Given::of(holds(text))),
        _ => refuse(arguments, "text"),
    }
}
