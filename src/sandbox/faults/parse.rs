//! Reading faults from YAML. Unknown members and impossible values are errors with a line.

use std::{
    fmt,
    sync::{Arc, atomic::AtomicU64},
    time::Duration,
};

use http::{HeaderValue, StatusCode};
use serde::{Deserialize, Deserializer, de::Error};
use serde_json::{Map, Value};

use super::super::{breaks::Break, code::Code, operation};
use super::{CustomerPattern, Fault, Faults, When, fault_action::FaultAction, gzip};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    faults: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    #[serde(default, deserialize_with = "header_text")]
    name: Option<String>,
    #[serde(default)]
    operation: Operations,
    #[serde(default)]
    when: Condition,
    #[serde(rename = "do")]
    fault_action: Action,
}

#[derive(Default)]
struct Operations(Vec<&'static str>);

#[derive(Deserialize)]
#[serde(try_from = "WrittenCondition")]
struct Condition {
    customer: Option<CustomerPattern>,
    when: When,
}

impl Default for Condition {
    fn default() -> Self {
        Self { customer: None, when: When::Always }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenCondition {
    customer: Option<String>,
    #[serde(default, deserialize_with = "count")]
    nth: Option<u64>,
    #[serde(default, deserialize_with = "count")]
    first: Option<u64>,
    #[serde(default, deserialize_with = "count")]
    every: Option<u64>,
    #[serde(default, deserialize_with = "share")]
    chance: Option<f64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
#[derive(Default)]
struct Action {
    #[serde(deserialize_with = "documented_code")]
    refuse: Option<Code>,
    retry_after: Option<u32>,
    #[serde(deserialize_with = "duration")]
    latency: Option<Duration>,
    reset: bool,
    #[serde(deserialize_with = "http_status")]
    status: Option<StatusCode>,
    #[serde(deserialize_with = "header_value")]
    content_type: Option<HeaderValue>,
    code: Option<String>,
    #[serde(deserialize_with = "pointers_to")]
    set: Map<String, Value>,
    #[serde(deserialize_with = "pointers")]
    remove: Vec<String>,
    body: Option<String>,
    #[serde(deserialize_with = "bomb_size")]
    gzip_bomb: Option<u64>,
    truncate: Option<usize>,
    #[serde(deserialize_with = "duration")]
    drip: Option<Duration>,
    #[serde(rename = "break", deserialize_with = "switches")]
    breaks: Vec<&'static Break>,
}

/// Why a text is not a list of faults.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FaultsError {
    /// What is wrong, without the place.
    pub message: String,
    /// The line and the column, both from 1, at which reading ended; a whole entry may be wrong from there on.
    pub place: Option<(usize, usize)>,
}

impl fmt::Display for FaultsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        match self.place {
            Some((line, column)) => write!(f, " at line {line} column {column}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for FaultsError {}

impl From<serde_yaml::Error> for FaultsError {
    fn from(error: serde_yaml::Error) -> Self {
        let place = error.location().map(|place| (place.line(), place.column()));
        let mut message = error.to_string();
        if let Some((line, column)) = place {
            message = message.replace(&format!(" at line {line} column {column}"), "");
        }
        Self { message, place }
    }
}

/// Reads the whole file.
pub(super) fn parse(text: &str) -> Result<Faults, FaultsError> {
    let file: File = serde_yaml::from_str(text)?;
    let faults = file.faults.into_iter().enumerate().map(|(place, entry)| Arc::new(entry.into_fault(place + 1)));
    Ok(Faults(faults.collect()))
}

impl Entry {
    fn into_fault(self, number: usize) -> Fault {
        let name = self.name.unwrap_or_else(|| format!("fault-{number}"));
        let (customer, when) = (self.when.customer, self.when.when);
        Fault {
            name,
            operations: self.operation.0,
            customer,
            when,
            fault_action: self.fault_action.into_deed(),
            met: AtomicU64::new(0),
        }
    }
}

/// A name is told in a header.
fn header_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let name = String::deserialize(deserializer)?;
    match HeaderValue::from_str(&name) {
        Ok(_) => Ok(Some(name)),
        Err(_) => Err(D::Error::custom("a name must fit into a header, so use plain letters")),
    }
}

impl TryFrom<WrittenCondition> for Condition {
    type Error = &'static str;

    fn try_from(written: WrittenCondition) -> Result<Self, Self::Error> {
        let customer = written.customer.map(|pattern| match pattern.strip_suffix('*') {
            Some(start) => CustomerPattern::Beginning(start.to_owned()),
            None => CustomerPattern::Exactly(pattern),
        });
        let choices = [
            written.nth.map(When::Nth),
            written.first.map(When::First),
            written.every.map(When::Every),
            written.chance.map(When::Chance),
        ];
        let mut chosen = choices.into_iter().flatten();
        match (chosen.next(), chosen.next()) {
            (when, None) => Ok(Self { customer, when: when.unwrap_or(When::Always) }),
            (_, Some(_)) => Err("use one of nth, first, every and chance"),
        }
    }
}

impl Action {
    fn into_deed(self) -> FaultAction {
        FaultAction {
            refuse: self.refuse,
            retry_after: self.retry_after,
            latency: self.latency.unwrap_or_default(),
            reset: self.reset,
            status: self.status,
            content_type: self.content_type,
            code: self.code,
            set: self.set,
            remove: self.remove,
            body: self.body,
            gzip_bomb: self.gzip_bomb.map(|size| gzip::zeros(size).into()),
            truncate: self.truncate,
            drip: self.drip,
            breaks: self.breaks,
        }
    }
}

impl<'de> Deserialize<'de> for Operations {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let names = match Value::deserialize(deserializer)? {
            Value::String(name) => vec![name],
            Value::Array(names) => {
                let names = names.iter().map(|name| name.as_str().map(str::to_owned));
                names
                    .collect::<Option<_>>()
                    .ok_or_else(|| D::Error::custom("operation must be a name or a list of names"))?
            }
            _ => {
                return Err(D::Error::custom("operation must be a name or a list of names"));
            }
        };
        let known = names.iter().map(|name| {
            operation::find(name).ok_or_else(|| {
                let all = operation::names().join("`, `");
                D::Error::custom(format!("unknown operation `{name}`, expected one of `{all}`"))
            })
        });
        known.collect::<Result<_, _>>().map(Self)
    }
}

fn count<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    match u64::deserialize(deserializer)? {
        0 => Err(D::Error::custom("requests are counted from 1")),
        count => Ok(Some(count)),
    }
}

fn share<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<f64>, D::Error> {
    let share = f64::deserialize(deserializer)?;
    if (0.0..=1.0).contains(&share) { Ok(Some(share)) } else { Err(D::Error::custom("chance must be between 0 and 1")) }
}

fn documented_code<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Code>, D::Error> {
    let text = String::deserialize(deserializer)?;
    let code = Code::ALL.iter().find(|code| code.text() == text);
    code.copied()
        .map(Some)
        .ok_or_else(|| D::Error::custom(format!("{text} is not a documented code; use `code` for one that is not")))
}

fn http_status<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<StatusCode>, D::Error> {
    let status = StatusCode::from_u16(u16::deserialize(deserializer)?).ok().filter(|status| status.as_u16() >= 200);
    status.map(Some).ok_or_else(|| D::Error::custom("status must be between 200 and 999"))
}

/// A place in a body, as RFC 6901 has it.
fn pointer<E: Error>(text: &str) -> Result<(), E> {
    let refusal =
        || E::custom(format!("`{text}` is no JSON pointer: write it with a slash before it, as in /data/status"));
    if text.starts_with('/') { Ok(()) } else { Err(refusal()) }
}

fn pointers_to<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Map<String, Value>, D::Error> {
    let members = Map::deserialize(deserializer)?;
    members.keys().try_for_each(|text| pointer(text))?;
    Ok(members)
}

fn pointers<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    let texts = Vec::<String>::deserialize(deserializer)?;
    texts.iter().try_for_each(|text| pointer(text))?;
    Ok(texts)
}

fn header_value<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<HeaderValue>, D::Error> {
    HeaderValue::try_from(String::deserialize(deserializer)?).map(Some).map_err(D::Error::custom)
}

/// Larger bombs would hurt the server that makes them.
const LARGEST_BOMB: u64 = 1 << 28;

fn bomb_size<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    let size = u64::deserialize(deserializer)?;
    if size <= LARGEST_BOMB { Ok(Some(size)) } else { Err(D::Error::custom("gzip_bomb must be at most 256 MiB")) }
}

/// Names of ways to behave wrongly, one or several.
fn switches<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<&'static Break>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Written {
        One(String),
        Several(Vec<String>),
    }
    let names = match Written::deserialize(deserializer)? {
        Written::One(name) => vec![name],
        Written::Several(names) => names,
    };
    let known = |name: String| {
        Break::named(&name).ok_or_else(|| {
            let all = super::super::breaks::BREAKS.iter().map(|one| one.name).collect::<Vec<_>>().join("`, `");
            D::Error::custom(format!("unknown break `{name}`, expected one of `{all}`"))
        })
    };
    names.into_iter().map(known).collect()
}

/// A number with one of the units ms, s and m.
fn duration<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Duration>, D::Error> {
    let text = String::deserialize(deserializer)?;
    let wrong = || D::Error::custom(format!("{text} is not a duration such as 200ms, 2s or 1m"));
    let unit = text.find(|character: char| character.is_ascii_alphabetic()).ok_or_else(wrong)?;
    let (number, unit) = text.split_at(unit);
    let number: f64 = number.trim().parse().map_err(|_| wrong())?;
    let seconds = match unit {
        "ms" => number / 1000.0,
        "s" => number,
        "m" => number * 60.0,
        _ => return Err(wrong()),
    };
    Duration::try_from_secs_f64(seconds).map(Some).map_err(|_| wrong())
}
