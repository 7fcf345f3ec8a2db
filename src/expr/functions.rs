//! The functions that expressions may call.
//!
//! They reach the outside only through [`Services`], which the runner makes for every case: generated values come from a
//! seed, the time from the run's clock, files and environment variables from what was read before the run began.

use super::given::Given;
use super::signature::{Answer, Arguments, Function};
use super::{signing, times};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::{Map, Value};
use std::collections::HashMap;
use std::fmt::Debug;
use std::sync::{Arc, Mutex, PoisonError};

/// Contents of files by the name suites use. Reading happens behind it, outside this layer.
pub trait Files: Send + Sync {
    /// The content of a file.
    ///
    /// # Errors
    /// When it cannot be read, in words.
    fn read(&self, name: &str) -> Result<bytes::Bytes, String>;
}

impl Files for HashMap<String, bytes::Bytes> {
    fn read(&self, name: &str) -> Result<bytes::Bytes, String> {
        self.get(name).cloned().ok_or_else(|| format!("there is no file `{name}`"))
    }
}

/// The outside world, as far as expressions may see it.
pub struct Services {
    /// Generated values; every case has a generator of its own, seeded from the run's seed and the case's name.
    pub random: Mutex<fastrand::Rng>,
    /// What `unique` gave so far: ids that a response may repeat.
    pub made: Mutex<Vec<String>>,
    /// The current time.
    pub now: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    /// Contents of files.
    pub files: Arc<dyn Files>,
    /// Environment variables and secrets.
    pub variables: Arc<Variables>,
}

/// Values from outside by name.
#[derive(Debug, Clone, Default)]
pub struct Variables {
    /// Variables of the process's environment, for `env` and `secret`.
    pub environment: HashMap<String, String>,
    /// Values of a file of secrets, for `secret` only.
    pub secrets: HashMap<String, String>,
    /// What stands for a secret that is not set, where nothing is sent.
    pub stand_in: Option<String>,
}

impl Variables {
    /// Whether a secret has a value of its own.
    #[must_use]
    pub fn has_secret(&self, name: &str) -> bool {
        self.environment.contains_key(name) || self.secrets.contains_key(name)
    }

    /// A secret: from the environment, else from the file.
    #[must_use]
    pub fn secret(&self, name: &str) -> Option<&String> {
        self.environment.get(name).or_else(|| self.secrets.get(name)).or(self.stand_in.as_ref())
    }
}

impl Services {
    /// The same services, with a generator that goes on from here without moving this one.
    #[must_use]
    pub fn fork(&self) -> Self {
        let random = self.random.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let made = self.made.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Self {
            random: Mutex::new(random),
            made: Mutex::new(made),
            now: Arc::clone(&self.now),
            files: Arc::clone(&self.files),
            variables: Arc::clone(&self.variables),
        }
    }

    /// Services with a fixed seed and time, no files and no variables.
    #[cfg(test)]
    pub(crate) fn for_tests() -> Self {
        Self {
            random: Mutex::new(fastrand::Rng::with_seed(7)),
            made: Mutex::default(),
            now: Arc::new(|| "2024-09-05T20:00:00Z".parse().expect("a timestamp")),
            files: Arc::new(HashMap::new()),
            variables: Arc::new(Variables {
                environment: HashMap::from([("KEY".to_owned(), "swordfish".to_owned())]),
                secrets: HashMap::from([("FILE_KEY".to_owned(), "pike".to_owned())]),
                stand_in: None,
            }),
        }
    }

    /// What `unique` gave so far.
    #[must_use]
    pub fn made(&self) -> Vec<String> {
        self.made.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn random<T>(&self, draw: impl FnOnce(&mut fastrand::Rng) -> T) -> T {
        draw(&mut self.random.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Debug for Services {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Services")
    }
}

/// Functions, in the order of the reference.
pub static FUNCTIONS: &[Function] = &[
    Function {
        name: "unique",
        about: "unique('CUST'): the prefix and twelve letters and digits that no other case gets",
        takes: &["prefix?"],
        call: unique,
    },
    Function { name: "uuid", about: "uuid(): a random UUID", takes: &[], call: uuid },
    Function {
        name: "now",
        about: "now(): the time in UTC as RFC 3339; now('epoch') and now('epoch_ms') as a number; now('%d/%m/%Y') in IST",
        takes: &["format?"],
        call: now,
    },
    Function {
        name: "date",
        about: "date(months=-1, days=0, day='first', format='%Y-%m-%d'): today in IST, moved; day is 'first' or 'last' of its \
                month; date(due, days=7) moves another date, and read='%d/%m/%Y' says how that is written",
        takes: &["of?", "months?", "days?", "day?", "format?", "read?"],
        call: date,
    },
    Function {
        name: "time",
        about: "time(expires, minutes=-5): a time moved by days, hours, minutes and seconds, written as it was; without one, \
                now; format= and read= are rfc3339, date, epoch, epoch_ms, http or a pattern in IST",
        takes: &["of?", "days?", "hours?", "minutes?", "seconds?", "format?", "read?"],
        call: time,
    },
    Function {
        name: "instant",
        about: "instant('2024-01-25T23:00:54+05:30'): a time as seconds since 1970, so that it can be counted with",
        takes: &["time"],
        call: instant,
    },
    Function {
        name: "seconds",
        about: "seconds(from, to): the seconds from one time to another, below zero where the second is earlier",
        takes: &["from", "to"],
        call: seconds,
    },
    Function { name: "pan", about: "pan(): a well-formed permanent account number of a person", takes: &[], call: pan },
    Function {
        name: "mobile",
        about: "mobile(): a well-formed ten-digit Indian mobile number",
        takes: &[],
        call: mobile,
    },
    Function {
        name: "file",
        about: "file('files/statement.pdf'): the content of a file below the suites' folder",
        takes: &["name"],
        call: file,
    },
    Function {
        name: "json",
        about: "json(text): the value that a JSON text says, as in json(file('files/request.json'))",
        takes: &["text"],
        call: json,
    },
    Function {
        name: "text",
        about: "text(value): text as it is, everything else as JSON text",
        takes: &["value"],
        call: text,
    },
    Function {
        name: "number",
        about: "number(text): the number that a text says, exactly; number(text, 0) gives 0 where it says none",
        takes: &["value", "default?"],
        call: number_or,
    },
    Function {
        name: "range",
        about: "range(3): the list 0, 1, 2; range(1, 4) begins at 1, a third argument is the step",
        takes: &["from", "to?", "step?"],
        call: range,
    },
    Function {
        name: "url",
        about: "url(text): the parts of a URL: scheme, host, port, path, query by name, fragment, and `target`, the path with \
                its query",
        takes: &["text"],
        call: url,
    },
    Function {
        name: "urlencode",
        about: "urlencode(value): text as it stands in a URL; an object as a query",
        takes: &["value"],
        call: urlencode,
    },
    Function {
        name: "base64",
        about: "base64(value): text, a digest or file content in Base64",
        takes: &["value"],
        call: signing::base64,
    },
    Function {
        name: "base64url",
        about: "base64url(value): the same with the letters of URLs, without `=` at its end",
        takes: &["value"],
        call: signing::base64url,
    },
    Function {
        name: "hex",
        about: "hex(value): text, a digest or file content in hexadecimal digits",
        takes: &["value"],
        call: signing::hex,
    },
    Function {
        name: "md5",
        about: "md5(value): the digest of text or file content; digests are bytes to other functions, hexadecimal digits in text",
        takes: &["value"],
        call: signing::md5,
    },
    Function { name: "sha1", about: "sha1(value): as `md5`", takes: &["value"], call: signing::sha1 },
    Function { name: "sha256", about: "sha256(value): as `md5`", takes: &["value"], call: signing::sha256 },
    Function { name: "sha512", about: "sha512(value): as `md5`", takes: &["value"], call: signing::sha512 },
    Function {
        name: "hmac",
        about: "hmac(message, secret('KEY'), 'sha256'): the keyed digest of a message; or with sha1, sha384, sha512",
        takes: &["message", "key", "algorithm?"],
        call: signing::hmac,
    },
    Function {
        name: "jwt",
        about: "jwt({'sub': id}, secret('KEY'), 'HS256', header={'kid': '1'}): a signed token; RS256, RS512, PS256, ES256, \
                ES384 and EdDSA take a private key in PEM (PKCS #8)",
        takes: &["claims", "key", "algorithm?", "header?"],
        call: signing::jwt,
    },
    Function {
        name: "jws",
        about: "jws(payload, secret('KEY'), 'HS256', header={}, detached=false): a signature of any text, as `jwt` makes it",
        takes: &["payload", "key", "algorithm?", "header?", "detached?"],
        call: signing::jws,
    },
    Function {
        name: "env",
        about: "env('NAME', 'default'): an environment variable",
        takes: &["name", "default?"],
        call: env,
    },
    Function {
        name: "secret",
        about: "secret('NAME'): a secret from the environment, masked in everything that is written",
        takes: &["name"],
        call: secret,
    },
];

/// Longest list that `range` makes.
const MOST: i64 = 100_000;

fn unique(arguments: &Arguments<'_, '_>) -> Answer {
    const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let services = arguments.context.services();
    let tail: String =
        services.random(|random| (0..12).map(|_| char::from(ALPHABET[random.usize(..ALPHABET.len())])).collect());
    let made = format!("{}{tail}", arguments.text_if(0)?.unwrap_or_default());
    services.made.lock().unwrap_or_else(PoisonError::into_inner).push(made.clone());
    Ok(Given::of(made))
}

fn uuid(arguments: &Arguments<'_, '_>) -> Answer {
    let bytes = arguments.context.services().random(|random| random.u128(..)).to_be_bytes();
    Ok(Given::of(uuid::Builder::from_random_bytes(bytes).into_uuid().to_string()))
}

fn now(arguments: &Arguments<'_, '_>) -> Answer {
    let now = (arguments.context.services().now)();
    let (zone, format) = match arguments.text_if(0)? {
        None => (TimeZone::UTC, "rfc3339".to_owned()),
        Some(format) if format == "rfc3339" => (TimeZone::UTC, format),
        Some(format) => (times::indian_time(), format),
    };
    times::write(now, &zone, &format).map(Given::of)
}

fn date(arguments: &Arguments<'_, '_>) -> Answer {
    let read = arguments.text_if(5)?;
    let from = match arguments.get(0) {
        None => (arguments.context.services().now)(),
        Some(given) => times::read_value(&*given.json()?, read.as_deref())?,
    };
    let (months, days) = (arguments.whole_if(1)?.unwrap_or(0), arguments.whole_if(2)?.unwrap_or(0));
    let moved = times::moved_date(from.to_zoned(times::indian_time()).date(), months, days)?;
    let date: Date = match arguments.text_if(3)?.as_deref() {
        None => moved,
        Some("first") => moved.first_of_month(),
        Some("last") => moved.last_of_month(),
        Some(other) => return Err(format!("day is 'first' or 'last', not '{other}'")),
    };
    let format = arguments.text_if(4)?.or(read).unwrap_or_else(|| "%Y-%m-%d".to_owned());
    jiff::fmt::strtime::format(format.as_str(), date).map(Given::of).map_err(|error| error.to_string())
}

fn time(arguments: &Arguments<'_, '_>) -> Answer {
    let (format, read) = (arguments.text_if(5)?, arguments.text_if(6)?);
    let mut parts = [0; 4];
    for (place, part) in parts.iter_mut().enumerate() {
        *part = arguments.whole_if(place + 1)?.unwrap_or(0);
    }
    let given = arguments.get(0).map(Given::json).transpose()?;
    let from = match given.as_deref() {
        None => (arguments.context.services().now)(),
        Some(value) => times::read_value(value, read.as_deref())?,
    };
    // Written as it was, unless somebody says how.
    let (zone, as_given) = match given.as_deref() {
        None => (TimeZone::UTC, "rfc3339"),
        Some(Value::Number(number)) => {
            let long = number.as_str().split('.').next().is_some_and(|whole| whole.trim_start_matches('-').len() > 11);
            (times::indian_time(), if long { "epoch_ms" } else { "epoch" })
        }
        Some(value) => {
            let text = value.as_str().unwrap_or_default();
            match times::offset(text).filter(|_| text.contains(['T', 't'])) {
                Some(zone) => (zone, "rfc3339"),
                None if text.len() == 10 && read.is_none() => (times::indian_time(), "rfc3339"),
                None => (times::indian_time(), read.as_deref().unwrap_or("http")),
            }
        }
    };
    let moved = times::moved(from, parts)?;
    let format = format.as_deref().unwrap_or(as_given);
    let zone = if format == "http" { TimeZone::UTC } else { zone };
    times::write(moved, &zone, format).map(Given::of)
}

fn instant(arguments: &Arguments<'_, '_>) -> Answer {
    let time = times::read_value(&*arguments.value(0)?.json()?, None)?;
    super::decimal::number(&bigdecimal::BigDecimal::new(time.as_nanosecond().into(), 9)).map(Given::of)
}

fn seconds(arguments: &Arguments<'_, '_>) -> Answer {
    let read = |place: usize| times::read_value(&*arguments.value(place)?.json()?, None);
    let nanoseconds = read(1)?.as_nanosecond() - read(0)?.as_nanosecond();
    let seconds = bigdecimal::BigDecimal::new(nanoseconds.into(), 9);
    super::decimal::number(&seconds).map(Given::of)
}

fn pan(arguments: &Arguments<'_, '_>) -> Answer {
    let made = arguments.context.services().random(|random| {
        let mut letters = |count: usize| (0..count).map(|_| random.uppercase()).collect::<String>();
        let (head, tail) = (letters(3), letters(2));
        let (surname, check) = tail.split_at(1);
        // The fourth character tells the holder's kind: P is a person.
        format!("{head}P{surname}{:04}{check}", random.u16(1..10_000))
    });
    Ok(Given::of(made))
}

fn mobile(arguments: &Arguments<'_, '_>) -> Answer {
    let draw = |random: &mut fastrand::Rng| format!("{}{:09}", random.u8(6..=9), random.u32(..1_000_000_000));
    Ok(Given::of(arguments.context.services().random(draw)))
}

fn file(arguments: &Arguments<'_, '_>) -> Answer {
    let content = arguments.context.services().files.read(&arguments.text(0)?)?;
    Ok(match std::str::from_utf8(&content) {
        Ok(text) => Given::of(text),
        Err(_) => Given::Bytes(content),
    })
}

fn json(arguments: &Arguments<'_, '_>) -> Answer {
    let text = arguments.text(0)?;
    serde_json::from_str::<Value>(text.trim_start_matches('\u{feff}'))
        .map(Given::of)
        .map_err(|error| format!("`json` takes JSON text: {error}"))
}

pub(super) fn text(arguments: &Arguments<'_, '_>) -> Answer {
    let value = arguments.value(0)?.json()?;
    Ok(Given::of(value.as_str().map_or_else(|| value.to_string(), str::to_owned)))
}

pub(super) fn number_or(arguments: &Arguments<'_, '_>) -> Answer {
    let given = arguments.value(0)?;
    let found = match &*given.json()? {
        Value::Number(number) => Some(number.clone()),
        Value::String(text) => written_number(text.trim()),
        _ => None,
    };
    match (found, arguments.get(1)) {
        (Some(number), _) => Ok(Given::of(Value::Number(number))),
        (None, Some(default)) => default.clone().into_json().map(Given::of),
        (None, None) => Err(format!("{} is {}, and no number", given.shown(), given.kind())),
    }
}

/// A number as people and tables write it: a sign and zeros before it are no mistake.
fn written_number(text: &str) -> Option<serde_json::Number> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let bare = digits.trim_start_matches('0');
    let zero = if bare.starts_with(|c: char| c.is_ascii_digit()) { "" } else { "0" };
    let begins = digits.starts_with(|c: char| c.is_ascii_digit()) || digits.starts_with('.');
    begins.then(|| format!("{sign}{zero}{bare}").parse().ok()).flatten()
}

fn range(arguments: &Arguments<'_, '_>) -> Answer {
    let (first, step) = (arguments.whole_if(0)?.unwrap_or(0), arguments.whole_if(2)?.unwrap_or(1));
    let (from, to) = arguments.whole_if(1)?.map_or((0, first), |to| (first, to));
    if step == 0 {
        return Err("the step of `range` is not 0".to_owned());
    }
    let (mut at, mut items) = (from, Vec::new());
    while (step > 0 && at < to) || (step < 0 && at > to) {
        items.push(Value::from(at));
        if i64::try_from(items.len()).is_ok_and(|items| items > MOST) {
            return Err(format!("`range` makes at most {MOST} items"));
        }
        at = at.saturating_add(step);
    }
    Ok(Given::of(items))
}

fn url(arguments: &Arguments<'_, '_>) -> Answer {
    let text = arguments.text(0)?;
    let url = match url::Url::parse(&text) {
        Ok(url) => url,
        // A reference without a host, as in `Location: /users/7?full=1`, has parts too.
        Err(url::ParseError::RelativeUrlWithoutBase) => {
            let base = url::Url::parse("relative://host/").map_err(|error| error.to_string())?;
            base.join(&text).map_err(|error| format!("`{text}` is not a URL: {error}"))?
        }
        Err(error) => return Err(format!("`{text}` is not a URL: {error}")),
    };
    let absolute = url.scheme() != "relative";
    let mut query = Map::new();
    for (name, value) in url.query_pairs() {
        let value = Value::from(value.as_ref());
        match query.get_mut(name.as_ref()) {
            None => {
                query.insert(name.into_owned(), value);
            }
            Some(Value::Array(values)) => values.push(value),
            Some(first) => *first = Value::Array(vec![first.clone(), value]),
        }
    }
    let target = url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()));
    let or_null = |text: Option<&str>| text.map_or(Value::Null, Value::from);
    Ok(Given::of(serde_json::json!({
        "scheme": or_null(Some(url.scheme()).filter(|_| absolute)),
        "host": or_null(url.host_str().filter(|_| absolute)),
        "port": url.port_or_known_default().filter(|_| absolute),
        "path": url.path(),
        "query": query,
        "fragment": or_null(url.fragment()),
        "target": target,
    })))
}

pub(super) fn urlencode(arguments: &Arguments<'_, '_>) -> Answer {
    let encode = crate::text::percent_encoded;
    let value = arguments.value(0)?.json()?;
    match &*value {
        Value::Object(members) => {
            let mut pairs = Vec::new();
            for (name, value) in members {
                pairs.push(format!("{}={}", encode(name), encode(&Given::of(value.clone()).to_text()?)));
            }
            Ok(Given::of(pairs.join("&")))
        }
        _ => Ok(Given::of(encode(&arguments.text(0)?))),
    }
}

fn env(arguments: &Arguments<'_, '_>) -> Answer {
    let name = arguments.text(0)?;
    match (arguments.context.services().variables.environment.get(&name), arguments.get(1)) {
        (Some(value), _) => Ok(Given::of(value.as_str())),
        (None, Some(default)) => default.clone().into_json().map(Given::of),
        (None, None) => Err(format!("the environment variable `{name}` is not set")),
    }
}

fn secret(arguments: &Arguments<'_, '_>) -> Answer {
    let name = arguments.text(0)?;
    let value = arguments.context.services().variables.secret(&name);
    value.map(|value| Given::of(value.as_str())).ok_or_else(|| format!("the secret `{name}` is not set"))
}

#[cfg(test)]
mod tests {
    use crate::expr::{Context, Scope, Services, Template};
    use crate::source::{Sources, Span};
    use std::sync::Arc;

    fn say(text: &str) -> String {
        let mut sources = Sources::default();
        let file = sources.add("t", text);
        let span = Span { file, start: 0, end: u32::try_from(text.len()).unwrap() };
        let scope = Scope::new(Arc::default(), 1);
        let services = Arc::new(Services::for_tests());
        let rendered = Template::parse(text, span).and_then(|t| t.render(&Context::new(&scope, 0, &services)));
        rendered.map_or_else(|error| format!("error: {}", error.message), |value| value.to_string())
    }

    #[test]
    fn generated_values_are_well_formed_and_follow_the_seed() {
        let shaped = |text: &str, shape: &str| {
            let said = say(text);
            assert!(regex::Regex::new(shape).unwrap().is_match(&said), "{text} gave {said}");
            assert_eq!(said, say(text), "the same seed gives the same value");
        };
        shaped("{{ unique('CUST-') }}", r#"^"CUST-[0-9A-Z]{12}"$"#);
        shaped("{{ uuid() }}", r#"^"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"$"#);
        shaped("{{ pan() }}", r#"^"[A-Z]{3}P[A-Z][0-9]{4}[A-Z]"$"#);
        shaped("{{ mobile() }}", r#"^"[6-9][0-9]{9}"$"#);
        assert_ne!(
            say("{{ [unique(), unique()] }}").split(',').next(),
            say("{{ [unique(), unique()] }}").split(',').next_back()
        );
    }

    #[test]
    fn dates_are_indian_dates() {
        // 20:00 in UTC on the 5th is already the 6th in India.
        assert_eq!(say("{{ date() }}"), "\"2024-09-06\"");
        assert_eq!(say("{{ date(months=-6, day='first', format='%d/%m/%Y') }}"), "\"01/03/2024\"");
        assert_eq!(say("{{ date(months=-1, day='last', format='%d/%m/%Y') }}"), "\"31/08/2024\"");
        assert_eq!(say("{{ now() }}"), "\"2024-09-05T20:00:00.000Z\"");
        assert_eq!(say("{{ now('epoch_ms') }}"), "1725566400000");
        assert_eq!(say("{{ now('%Y-%m-%d %H:%M') }}"), "\"2024-09-06 01:30\"");
        assert_eq!(say("{{ date(day='third') }}"), "error: day is 'first' or 'last', not 'third'");
    }

    #[test]
    fn variables_come_from_what_was_given() {
        assert_eq!(say("{{ env('KEY') }}"), "\"swordfish\"");
        assert_eq!(say("{{ env('NOPE', 'x') }}"), "\"x\"");
        assert_eq!(say("{{ env('NOPE') }}"), "error: the environment variable `NOPE` is not set");
        assert_eq!(say("{{ secret('NOPE') }}"), "error: the secret `NOPE` is not set");
        assert_eq!(say("{{ secret('FILE_KEY') }}"), "\"pike\"");
        assert_eq!(say("{{ env('FILE_KEY') }}"), "error: the environment variable `FILE_KEY` is not set");
        assert_eq!(say("{{ base64('hello') }}"), "\"aGVsbG8=\"");
    }
}
