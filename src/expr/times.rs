//! Times as they are written in requests and answers, read to one point in time and written back.
//!
//! A date, and a time without an offset, are Indian ones (UTC+05:30).

use jiff::civil::{Date, DateTime};
use jiff::fmt::{rfc2822, strtime};
use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Number, Value};

/// Formats that have a name; any other is a pattern such as `%d/%m/%Y`.
pub const TIME_FORMATS: [&str; 5] = ["rfc3339", "date", "epoch", "epoch_ms", "http"];

/// Numbers below this are seconds since 1970, up to the year 5138; numbers from here on milliseconds.
const LEAST_MILLISECONDS: i64 = 100_000_000_000;

/// How a time is read.
#[derive(Debug, Clone, Copy)]
pub(super) enum Reading<'f> {
    /// A date and time with its offset (RFC 3339), and nothing else.
    Plain,
    /// That, a date, seconds or milliseconds since 1970, or the time of an HTTP header.
    Any,
    /// In this format: one of [`TIME_FORMATS`], or a pattern.
    Format(&'f str),
}

/// Indian Standard Time has been UTC+05:30 without daylight saving since 1945, so no time zone database is needed.
pub(super) fn indian_time() -> TimeZone {
    Offset::from_seconds(19_800).map_or(TimeZone::UTC, TimeZone::fixed)
}

/// Reads a text as a time; `None` where it is none.
pub(super) fn read(text: &str, reading: Reading<'_>) -> Option<Timestamp> {
    let plain = || text.contains(['T', 't']).then(|| text.parse::<Timestamp>().ok()).flatten();
    let date = || Some(text).filter(|text| text.len() == 10)?.parse::<Date>().ok().and_then(midnight);
    let http = || rfc2822::parse(text).ok().map(|zoned| zoned.timestamp());
    let epoch = |milliseconds: bool| {
        let number: Number = text.parse().ok()?;
        read_epoch(&number, Some(milliseconds))
    };
    match reading {
        Reading::Plain | Reading::Format("rfc3339") => plain(),
        Reading::Any => plain().or_else(date).or_else(http),
        Reading::Format("date") => date(),
        Reading::Format("epoch") => epoch(false),
        Reading::Format("epoch_ms") => epoch(true),
        Reading::Format("http") => http(),
        Reading::Format(pattern) => {
            let parsed = strtime::parse(pattern, text).ok()?;
            parsed.to_timestamp().ok().or_else(|| {
                let civil = parsed
                    .to_datetime()
                    .ok()
                    .or_else(|| Some(parsed.to_date().ok()?.to_datetime(jiff::civil::Time::midnight())))?;
                indian(civil)
            })
        }
    }
}

/// Reads a value as a time.
///
/// # Errors
/// Why it is none, in words.
pub(super) fn read_value(value: &Value, format: Option<&str>) -> Result<Timestamp, String> {
    let reading = format.map_or(Reading::Any, Reading::Format);
    let found = match value {
        Value::String(text) => read(text, reading),
        Value::Number(number) => match format {
            None => read_epoch(number, None),
            Some("epoch") => read_epoch(number, Some(false)),
            Some("epoch_ms") => read_epoch(number, Some(true)),
            Some(_) => None,
        },
        _ => None,
    };
    found.ok_or_else(|| {
        let what = format.map_or_else(|| "a time".to_owned(), |format| format!("a time in the format {format}"));
        format!("{} is {}, not {what}", super::value::excerpt(value), super::value::kind_of(value))
    })
}

/// Seconds or milliseconds since 1970; which of them, its size tells where nobody says.
fn read_epoch(number: &Number, milliseconds: Option<bool>) -> Option<Timestamp> {
    let decimal = super::decimal::decimal(number).ok()?;
    let milliseconds = milliseconds.unwrap_or_else(|| decimal.abs() >= LEAST_MILLISECONDS);
    let nanoseconds = decimal * if milliseconds { 1_000_000_i64 } else { 1_000_000_000_i64 };
    Timestamp::from_nanosecond(bigdecimal::ToPrimitive::to_i128(&nanoseconds)?).ok()
}

fn midnight(date: Date) -> Option<Timestamp> {
    indian(date.to_datetime(jiff::civil::Time::midnight()))
}

fn indian(civil: DateTime) -> Option<Timestamp> {
    civil.to_zoned(indian_time()).ok().map(|zoned| zoned.timestamp())
}

/// The offset that a text in RFC 3339 has.
pub(super) fn offset(text: &str) -> Option<TimeZone> {
    if text.ends_with(['Z', 'z']) {
        return Some(TimeZone::UTC);
    }
    let tail = text.get(text.len().checked_sub(6)?..)?;
    let (sign, rest) = (tail.chars().next()?, tail.get(1..)?);
    let (hours, minutes) = rest.split_once(':')?;
    let seconds = hours.parse::<i32>().ok()? * 3600 + minutes.parse::<i32>().ok()? * 60;
    let seconds = match sign {
        '+' => seconds,
        '-' => -seconds,
        _ => return None,
    };
    Offset::from_seconds(seconds).ok().map(TimeZone::fixed)
}

/// Writes a time in a format, in a time zone.
///
/// # Errors
/// When the pattern cannot be written.
pub(super) fn write(time: Timestamp, zone: &TimeZone, format: &str) -> Result<Value, String> {
    let zoned = time.to_zoned(zone.clone());
    Ok(match format {
        "epoch" => Value::from(time.as_second()),
        "epoch_ms" => Value::from(time.as_millisecond()),
        "date" => Value::from(zoned.date().to_string()),
        "http" => {
            Value::from(rfc2822::DateTimePrinter::new().timestamp_to_rfc9110_string(&time).map_err(|e| e.to_string())?)
        }
        "rfc3339" if *zone == TimeZone::UTC => Value::from(format!("{time:.3}")),
        "rfc3339" => {
            Value::from(strtime::format("%Y-%m-%dT%H:%M:%S.%3f%:z", &zoned).map_err(|error| error.to_string())?)
        }
        pattern => Value::from(strtime::format(pattern, &zoned).map_err(|error| error.to_string())?),
    })
}

/// A time moved by so many days, hours, minutes and seconds.
///
/// # Errors
/// When there is no such time.
pub(super) fn moved(time: Timestamp, parts: [i64; 4]) -> Result<Timestamp, String> {
    let seconds = parts
        .iter()
        .zip([86_400, 3_600, 60, 1])
        .try_fold(0_i64, |sum, (part, unit)| sum.checked_add(part.checked_mul(unit)?));
    let far = || "no calendar reaches that far: a time lies in the years -9999 to 9999".to_owned();
    let seconds = seconds.ok_or_else(far)?;
    time.checked_add(SignedDuration::from_secs(seconds)).map_err(|_| far())
}

/// A date moved by so many months and days.
///
/// # Errors
/// When there is no such date.
pub(super) fn moved_date(date: Date, months: i64, days: i64) -> Result<Date, String> {
    let far = |_| "no calendar reaches that far: a date lies in the years -9999 to 9999".to_owned();
    let span = jiff::Span::new().try_months(months).and_then(|span| span.try_days(days)).map_err(far)?;
    date.checked_add(span).map_err(far)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn one_time_is_written_in_many_ways() {
        let ways = [
            (json!("2024-09-05T20:00:00Z"), None),
            (json!("2024-09-06T01:30:00+05:30"), None),
            (json!(1_725_566_400), None),
            (json!(1_725_566_400_000_i64), None),
            (json!("Thu, 05 Sep 2024 20:00:00 GMT"), None),
            (json!("1725566400"), Some("epoch")),
            (json!("06/09/2024 01:30"), Some("%d/%m/%Y %H:%M")),
        ];
        for (value, format) in ways {
            let read = read_value(&value, format).map(|time| time.to_string());
            assert_eq!(read.as_deref(), Ok("2024-09-05T20:00:00Z"), "{value}");
        }
        assert_eq!(read_value(&json!("2024-09-06"), None).unwrap().to_string(), "2024-09-05T18:30:00Z");
        assert!(read_value(&json!("06-09-2024"), None).unwrap_err().contains("not a time"));
        assert!(read_value(&json!("1725566400"), None).is_err());
        assert!(read_value(&json!(1e300), None).is_err());
    }

    #[test]
    fn what_lies_too_far_is_an_error() {
        let time: Timestamp = "2024-09-05T20:00:00Z".parse().unwrap();
        assert!(moved(time, [i64::MAX, 0, 0, 0]).is_err());
        assert!(moved(time, [0, 0, 0, i64::MIN]).is_err());
        assert!(moved_date("2024-01-31".parse().unwrap(), i64::MAX, 0).is_err());
        assert!(moved_date("2024-01-31".parse().unwrap(), 0, 99_999_999).is_err());
        assert_eq!(moved_date("2024-01-31".parse().unwrap(), 1, 0).unwrap().to_string(), "2024-02-29");
    }
}
