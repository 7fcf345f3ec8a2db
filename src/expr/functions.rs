//! The functions that expressions may call.
//!
//! They reach the outside only through [`Services`], which the runner makes for every case: generated values come from a
//! seed, the time from the run's clock, files and environment variables from what was read before the run began.

use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};
use jiff::{Timestamp, ToSpan};
use minijinja::value::{Kwargs, Object, Value};
use minijinja::{Environment, Error, ErrorKind, State, UndefinedBehavior};
use std::collections::HashMap;
use std::fmt::Debug;
use std::sync::{Arc, Mutex, PoisonError};

/// Under this name the engine finds the services; no expression can say it.
pub(super) const SERVICES_NAME: &str = "the services";

/// Most instructions one evaluation may execute.
const FUEL: u64 = 50_000;

/// Functions and what they give, in the order of the documentation.
pub const FUNCTIONS: [(&str, &str); 11] = [
    ("unique", "unique('CUST'): the prefix and twelve letters and digits that no other case gets"),
    ("uuid", "uuid(): a random UUID"),
    ("now", "now(): the time in UTC as RFC 3339; now('epoch') and now('epoch_ms') as a number; now('%d/%m/%Y') in IST"),
    (
        "date",
        "date(months=-1, days=0, day='first', format='%Y-%m-%d'): today in IST, moved; day is 'first' or 'last' of its month",
    ),
    (
        "instant",
        "instant('2024-01-25T23:00:54+05:30'): a timestamp as seconds since 1970, so that timestamps of any offset can be compared",
    ),
    ("pan", "pan(): a well-formed permanent account number of a person"),
    ("mobile", "mobile(): a well-formed ten-digit Indian mobile number"),
    ("file", "file('files/statement.pdf'): the content of a file below the suites' folder"),
    ("base64", "base64(value): text or file content in Base64"),
    ("env", "env('NAME', 'default'): an environment variable"),
    ("secret", "secret('NAME'): a secret from the environment, masked in everything that is written"),
];

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
}

impl Variables {
    /// A secret: from the environment, else from the file.
    #[must_use]
    pub fn secret(&self, name: &str) -> Option<&String> {
        self.environment.get(name).or_else(|| self.secrets.get(name))
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

impl Object for Services {}

/// The engine: strict about undefined names, bounded, and with our functions only.
pub(super) fn engine() -> Environment<'static> {
    let mut engine = Environment::new();
    engine.set_undefined_behavior(UndefinedBehavior::Strict);
    engine.set_fuel(Some(FUEL));
    engine.add_function("unique", unique);
    engine.add_function("uuid", uuid);
    engine.add_function("now", now);
    engine.add_function("date", date);
    engine.add_function("instant", instant);
    engine.add_function("pan", pan);
    engine.add_function("mobile", mobile);
    engine.add_function("file", file);
    engine.add_function("base64", base64);
    engine.add_function("env", env);
    engine.add_function("secret", secret);
    engine
}

fn services(state: &State<'_, '_>) -> Result<Arc<Services>, Error> {
    state
        .lookup(SERVICES_NAME)
        .and_then(|value| value.downcast_object::<Services>())
        .ok_or_else(|| refuse("no function can be called here"))
}

fn refuse(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::InvalidOperation, message.into())
}

fn unique(state: &State<'_, '_>, prefix: Option<&str>) -> Result<String, Error> {
    const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let services = services(state)?;
    let tail: String =
        services.random(|random| (0..12).map(|_| char::from(ALPHABET[random.usize(..ALPHABET.len())])).collect());
    let made = format!("{}{tail}", prefix.unwrap_or_default());
    services.made.lock().unwrap_or_else(PoisonError::into_inner).push(made.clone());
    Ok(made)
}

fn uuid(state: &State<'_, '_>) -> Result<String, Error> {
    let bytes = services(state)?.random(|random| random.u128(..)).to_be_bytes();
    Ok(uuid::Builder::from_random_bytes(bytes).into_uuid().to_string())
}

fn now(state: &State<'_, '_>, format: Option<&str>) -> Result<Value, Error> {
    let now = (services(state)?.now)();
    Ok(match format {
        None => Value::from(format!("{now:.3}")),
        Some("epoch") => Value::from(now.as_second()),
        Some("epoch_ms") => Value::from(now.as_millisecond()),
        Some(format) => {
            let zoned = now.to_zoned(indian_time());
            Value::from(jiff::fmt::strtime::format(format, &zoned).map_err(|error| refuse(error.to_string()))?)
        }
    })
}

#[expect(clippy::needless_pass_by_value, reason = "the engine hands keyword arguments over by value")]
fn date(state: &State<'_, '_>, options: Kwargs) -> Result<String, Error> {
    let today = (services(state)?.now)().to_zoned(indian_time()).date();
    let months = options.get::<Option<i64>>("months")?.unwrap_or(0);
    let days = options.get::<Option<i64>>("days")?.unwrap_or(0);
    let day = options.get::<Option<String>>("day")?;
    let format = options.get::<Option<String>>("format")?.unwrap_or_else(|| "%Y-%m-%d".to_owned());
    options.assert_all_used()?;
    let moved = today.checked_add(months.months().days(days)).map_err(|error| refuse(error.to_string()))?;
    let date: Date = match day.as_deref() {
        None => moved,
        Some("first") => moved.first_of_month(),
        Some("last") => moved.last_of_month(),
        Some(other) => return Err(refuse(format!("day is 'first' or 'last', not '{other}'"))),
    };
    jiff::fmt::strtime::format(format.as_str(), date).map_err(|error| refuse(error.to_string()))
}

/// A timestamp in seconds; microseconds since 1970 are far below what a float holds exactly.
fn instant(text: &str) -> Result<f64, Error> {
    let at: Timestamp = text.parse().map_err(|_| refuse(format!("`{text}` is no timestamp with its offset")))?;
    #[expect(clippy::cast_precision_loss, reason = "exact up to the year 2255")]
    let seconds = at.as_microsecond() as f64 / 1e6;
    Ok(seconds)
}

/// Indian Standard Time has been UTC+05:30 without daylight saving since 1945, so no time zone database is needed.
fn indian_time() -> TimeZone {
    TimeZone::fixed(Offset::from_seconds(19_800).expect("five and a half hours is an offset"))
}

fn pan(state: &State<'_, '_>) -> Result<String, Error> {
    services(state)?.random(|random| {
        let mut letters = |count: usize| (0..count).map(|_| random.uppercase()).collect::<String>();
        let (head, tail) = (letters(3), letters(2));
        let (surname, check) = tail.split_at(1);
        // The fourth character tells the holder's kind: P is a person.
        Ok(format!("{head}P{surname}{:04}{check}", random.u16(1..10_000)))
    })
}

fn mobile(state: &State<'_, '_>) -> Result<String, Error> {
    Ok(services(state)?.random(|random| format!("{}{:09}", random.u8(6..=9), random.u32(..1_000_000_000))))
}

fn file(state: &State<'_, '_>, name: &str) -> Result<Value, Error> {
    let content = services(state)?.files.read(name).map_err(refuse)?;
    Ok(match std::str::from_utf8(&content) {
        Ok(text) => Value::from(text),
        Err(_) => Value::from_bytes(content.to_vec()),
    })
}

fn base64(value: &Value) -> Result<String, Error> {
    use base64::Engine as _;
    let bytes = match value.as_str() {
        Some(text) => text.as_bytes(),
        None => value.as_bytes().ok_or_else(|| refuse("base64 takes text or the content of a file"))?,
    };
    Ok(base64::engine::general_purpose::STANDARD.encode(bytes))
}

fn env(state: &State<'_, '_>, name: &str, default: Option<Value>) -> Result<Value, Error> {
    match (services(state)?.variables.environment.get(name), default) {
        (Some(value), _) => Ok(Value::from(value.as_str())),
        (None, Some(default)) => Ok(default),
        (None, None) => Err(refuse(format!("the environment variable `{name}` is not set"))),
    }
}

fn secret(state: &State<'_, '_>, name: &str) -> Result<String, Error> {
    services(state)?.variables.secret(name).cloned().ok_or_else(|| refuse(format!("the secret `{name}` is not set")))
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
