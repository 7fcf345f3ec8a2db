//! Reading faults from YAML. Unknown members and impossible values are errors with a line.

use std::{
    sync::{Arc, atomic::AtomicU64},
    time::Duration,
};

use http::{HeaderValue, StatusCode};
use serde::{Deserialize, Deserializer, de::Error};
use serde_json::{Map, Value};

use super::super::{code::Code, operation};
use super::{CustomerPattern, Fault, Faults, When, deed::Deed, gzip};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    faults: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    name: Option<String>,
    #[serde(default)]
    operation: Operations,
    #[serde(default)]
    when: Condition,
    #[serde(rename = "do")]
    deed: Action,
}

#[derive(Default)]
struct Operations(Vec<&'static str>);

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct Condition {
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
    set: Map<String, Value>,
    remove: Vec<String>,
    body: Option<String>,
    #[serde(deserialize_with = "bomb_size")]
    gzip_bomb: Option<u64>,
    truncate: Option<usize>,
    #[serde(deserialize_with = "duration")]
    drip: Option<Duration>,
}

/// Reads the whole file.
pub(super) fn parse(text: &str) -> Result<Faults, String> {
    let file: File = serde_yaml::from_str(text).map_err(|error| error.to_string())?;
    let faults = file.faults.into_iter().enumerate().map(|(place, entry)| entry.into_fault(place + 1));
    faults.collect::<Result<_, _>>().map(Faults)
}

impl Entry {
    fn into_fault(self, number: usize) -> Result<Arc<Fault>, String> {
        let name = self.name.unwrap_or_else(|| format!("fault-{number}"));
        if HeaderValue::from_str(&name).is_err() {
            return Err(format!("fault {number}: a name must fit into a header, so use plain letters"));
        }
        let (customer, when) = self.when.split().map_err(|error| format!("fault {number} ({name}): {error}"))?;
        let deed = self.deed.into_deed();
        Ok(Arc::new(Fault { name, operations: self.operation.0, customer, when, deed, met: AtomicU64::new(0) }))
    }
}

impl Condition {
    fn split(self) -> Result<(Option<CustomerPattern>, When), &'static str> {
        let customer = self.customer.map(|pattern| match pattern.strip_suffix('*') {
            Some(start) => CustomerPattern::Beginning(start.to_owned()),
            None => CustomerPattern::Exactly(pattern),
        });
        let choices = [
            self.nth.map(When::Nth),
            self.first.map(When::First),
            self.every.map(When::Every),
            self.chance.map(When::Chance),
        ];
        let mut chosen = choices.into_iter().flatten();
        match (chosen.next(), chosen.next()) {
            (when, None) => Ok((customer, when.unwrap_or(When::Always))),
            (_, Some(_)) => Err("use one of nth, first, every and chance"),
        }
    }
}

impl Action {
    fn into_deed(self) -> Deed {
        Deed {
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
                let all = operation::names().join(", ");
                D::Error::custom(format!("unknown operation {name}; there are {all}"))
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

fn header_value<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<HeaderValue>, D::Error> {
    HeaderValue::try_from(String::deserialize(deserializer)?).map(Some).map_err(D::Error::custom)
}

/// Larger bombs would hurt the server that makes them.
const LARGEST_BOMB: u64 = 1 << 28;

fn bomb_size<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    let size = u64::deserialize(deserializer)?;
    if size <= LARGEST_BOMB { Ok(Some(size)) } else { Err(D::Error::custom("gzip_bomb must be at most 256 MiB")) }
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
