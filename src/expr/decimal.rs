//! Counting exactly: numbers are decimals, never floats, so that an amount times a rate is what an accountant would write.
//!
//! Sums, differences, products and remainders are exact. A quotient that has no end is rounded to [`DIGITS`] significant
//! digits, half to even.

use bigdecimal::{BigDecimal, RoundingMode, ToPrimitive, Zero};
use serde_json::{Number, Value};
use std::num::NonZeroU64;
use std::str::FromStr;

/// Significant digits of a quotient without an end.
pub const DIGITS: u64 = 34;

/// Most digits, before or behind the point, of a number that is counted with.
const MOST_DIGITS: i64 = 1000;

/// A number that can be counted with.
///
/// # Errors
/// When it has more digits than anything that is counted.
pub(super) fn decimal(number: &Number) -> Result<BigDecimal, String> {
    let text = number.as_str();
    let too_long =
        || format!("{} has too many digits to count with; at most {MOST_DIGITS}", crate::text::cut(text, 40));
    let decimal = BigDecimal::from_str(text).map_err(|_| too_long())?;
    let scale = decimal.fractional_digit_count();
    let digits = i64::try_from(text.len()).unwrap_or(i64::MAX);
    if scale.checked_abs().is_none_or(|scale| scale > MOST_DIGITS) || digits > 2 * MOST_DIGITS {
        return Err(too_long());
    }
    Ok(decimal)
}

/// A result as a JSON number, written without an exponent and without zeros behind the last digit that counts.
///
/// # Errors
/// When it has too many digits.
pub(super) fn number(decimal: &BigDecimal) -> Result<Value, String> {
    let decimal = decimal.normalized();
    if decimal.fractional_digit_count().abs() > MOST_DIGITS || decimal.digits() > 2 * MOST_DIGITS.unsigned_abs() {
        return Err(format!("the result has more than {MOST_DIGITS} digits"));
    }
    as_written(&decimal)
}

/// A decimal as a JSON number with the places it has.
pub(super) fn as_written(decimal: &BigDecimal) -> Result<Value, String> {
    let text = decimal.to_plain_string();
    let text = if text == "-0" { "0" } else { &text };
    text.parse::<Number>().map(Value::Number).map_err(|error| error.to_string())
}

/// A number as a whole number of 64 bits, where it is one, however it is written.
pub(super) fn whole(number: &Number) -> Option<i64> {
    number.as_i64().or_else(|| decimal(number).ok().filter(BigDecimal::is_integer)?.to_i64())
}

/// One number with another, by the sign between them.
///
/// # Errors
/// Division by zero, or a result of too many digits.
pub(super) fn count(left: &Number, sign: &str, right: &Number) -> Result<Value, String> {
    if let (Some(left), Some(right)) = (left.as_i64(), right.as_i64())
        && let Some(result) = small(left, sign, right)
    {
        return Ok(Value::from(result));
    }
    let (left, right) = (decimal(left)?, decimal(right)?);
    let zero = right.is_zero() && matches!(sign, "/" | "//" | "%");
    if zero {
        return Err("a division by zero".to_owned());
    }
    let result = match sign {
        "+" => left + right,
        "-" => left - right,
        "*" => left * right,
        "/" => quotient(&left, &right),
        "//" => whole_quotient(&left, &right),
        "%" => {
            let whole = whole_quotient(&left, &right);
            left - whole * right
        }
        _ => power(&left, &right)?,
    };
    number(&result)
}

/// Small whole numbers, by far the commonest; `None` where the result is not one.
fn small(left: i64, sign: &str, right: i64) -> Option<i64> {
    match sign {
        "+" => left.checked_add(right),
        "-" => left.checked_sub(right),
        "*" => left.checked_mul(right),
        "/" => left.checked_rem(right).filter(|rest| *rest == 0).and_then(|_| left.checked_div(right)),
        "//" => left.checked_div_euclid(right),
        "%" => left.checked_rem_euclid(right),
        _ => None,
    }
}

fn quotient(left: &BigDecimal, right: &BigDecimal) -> BigDecimal {
    let digits = NonZeroU64::new(DIGITS).unwrap_or(NonZeroU64::MIN);
    (left / right).with_precision_round(digits, RoundingMode::HalfEven)
}

/// The whole quotient of Euclid's division: what is left over is never negative.
fn whole_quotient(left: &BigDecimal, right: &BigDecimal) -> BigDecimal {
    // Scaled to whole numbers first: a quotient of decimals could be rounded up to the next whole number.
    let scale = left.fractional_digit_count().max(right.fractional_digit_count()).max(0);
    let (left, right) = (left.with_scale(scale), right.with_scale(scale));
    let ((left, _), (right, _)) = (left.into_bigint_and_exponent(), right.into_bigint_and_exponent());
    let (mut quotient, rest) = (&left / &right, &left % &right);
    if rest.sign() == bigdecimal::num_bigint::Sign::Minus {
        quotient += if right.sign() == bigdecimal::num_bigint::Sign::Minus { 1 } else { -1 };
    }
    BigDecimal::from(quotient)
}

fn power(left: &BigDecimal, right: &BigDecimal) -> Result<BigDecimal, String> {
    let exponent = right.to_u32().filter(|exponent| *exponent <= 1000 && right.is_integer());
    let Some(exponent) = exponent else {
        return Err("`**` takes a whole exponent from 0 to 1000".to_owned());
    };
    let mut result = BigDecimal::from(1);
    for _ in 0..exponent {
        result *= left;
        if result.digits() > 2 * MOST_DIGITS.unsigned_abs() {
            return Err(format!("the result has more than {MOST_DIGITS} digits"));
        }
    }
    Ok(result)
}

/// A number rounded to so many places: `half_up` as people do, `half_even` as banks do, `up` away from zero, `down`
/// towards it.
///
/// # Errors
/// When the way is none of these, or there are too many places.
pub(super) fn round(number: &Number, places: i64, way: &str) -> Result<Value, String> {
    let mode = match way {
        "half_up" | "common" => RoundingMode::HalfUp,
        "half_even" => RoundingMode::HalfEven,
        "up" => RoundingMode::Up,
        "down" => RoundingMode::Down,
        "ceil" => RoundingMode::Ceiling,
        "floor" => RoundingMode::Floor,
        other => {
            return Err(format!("`{other}` is no way to round; write half_up, half_even, up, down, ceil or floor"));
        }
    };
    if places.checked_abs().is_none_or(|places| places > MOST_DIGITS) {
        return Err(format!("a number is rounded to at most {MOST_DIGITS} places"));
    }
    as_written(&decimal(number)?.with_scale_round(places, mode))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(left: &str, sign: &str, right: &str) -> String {
        let number = |text: &str| text.parse::<Number>().unwrap();
        count(&number(left), sign, &number(right))
            .map_or_else(|error| format!("error: {error}"), |value| value.to_string())
    }

    #[test]
    fn counting_is_exact() {
        assert_eq!(said("123457", "*", "2.36"), "291358.52");
        assert_eq!(said("0.1", "+", "0.2"), "0.3");
        assert_eq!(said("12345678901234567890123", "+", "1"), "12345678901234567890124");
        assert_eq!(said("9223372036854775807", "+", "1"), "9223372036854775808");
        assert_eq!(said("1", "/", "3"), "0.3333333333333333333333333333333333");
        assert_eq!(said("7", "/", "2"), "3.5");
        assert_eq!(said("80000", "/", "4"), "20000");
        assert_eq!(said("80000", "//", "12"), "6666");
        assert_eq!(said("-7", "//", "2"), "-4");
        assert_eq!(said("7.5", "%", "2"), "1.5");
        assert_eq!(said("-7", "%", "3"), "2");
        assert_eq!(said("0.3", "//", "0.1"), "3");
        assert_eq!(said("2", "**", "100"), "1267650600228229401496703205376");
    }

    #[test]
    fn what_cannot_be_counted_is_an_error() {
        assert_eq!(said("1", "/", "0"), "error: a division by zero");
        assert_eq!(said("1", "%", "0.0"), "error: a division by zero");
        assert!(said("1e999999999", "+", "1").contains("too many digits"));
        assert!(said("1e99999999999999999999", "+", "1").contains("too many digits"));
        assert!(said("10", "**", "5000").contains("exponent"));
        assert!(said("1e900", "*", "1e900").contains("more than"));
    }

    #[test]
    fn rounding_says_how() {
        let round = |text: &str, places, way| round(&text.parse().unwrap(), places, way).unwrap().to_string();
        assert_eq!(round("2.345", 2, "half_up"), "2.35");
        assert_eq!(round("2.345", 2, "half_even"), "2.34");
        assert_eq!(round("2", 2, "half_up"), "2.00");
        assert_eq!(round("1250", -2, "half_even"), "1200");
    }
}
