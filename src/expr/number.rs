//! Numbers by their value, exactly: whatever JSON can write, however it is written.
//!
//! A number is kept as it was written (`serde_json`'s arbitrary precision), so that an amount or a long id comes out of
//! a suite, a capture or a report as it went in. Comparing goes by digits and exponent, never through a float.

use serde_json::Number;
use std::cmp::Ordering;

/// A number taken apart: `0.` followed by the digits, times ten to the exponent. Zero has no digits.
#[derive(Debug, PartialEq, Eq)]
struct Decimal {
    negative: bool,
    digits: Vec<u8>,
    exponent: i64,
}

impl Decimal {
    fn new(number: &Number) -> Self {
        let text = number.to_string();
        let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((&text, "0"));
        let negative = mantissa.starts_with('-');
        let mantissa = mantissa.trim_start_matches(['-', '+']);
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits = || whole.bytes().chain(fraction.bytes());
        let leading = digits().take_while(|digit| *digit == b'0').count();
        let mut digits: Vec<u8> = digits().skip(leading).collect();
        while digits.last() == Some(&b'0') {
            digits.pop();
        }
        // An exponent beyond 64 bits is as good as one at their end: nothing anybody writes is between the two.
        let exponent: i64 =
            exponent.parse().unwrap_or(if exponent.starts_with('-') { i64::MIN / 4 } else { i64::MAX / 4 });
        let length = |count: usize| i64::try_from(count).unwrap_or(i64::MAX / 4);
        let exponent = exponent.saturating_add(length(whole.len()) - length(leading));
        match digits.is_empty() {
            true => Self { negative: false, digits, exponent: 0 },
            false => Self { negative, digits, exponent },
        }
    }

    /// Compares two that are not negative.
    fn magnitude(&self, other: &Self) -> Ordering {
        match (self.digits.is_empty(), other.digits.is_empty()) {
            (true, true) => Ordering::Equal,
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
            (false, false) => self.exponent.cmp(&other.exponent).then_with(|| self.digits.cmp(&other.digits)),
        }
    }
}

/// Compares two numbers by value.
pub(super) fn compare(left: &Number, right: &Number) -> Ordering {
    let (left, right) = (Decimal::new(left), Decimal::new(right));
    match (left.negative, right.negative) {
        (false, false) => left.magnitude(&right),
        (true, true) => right.magnitude(&left),
        (true, false) => Ordering::Less,
        (false, true) => Ordering::Greater,
    }
}

/// Whether a number has no fraction, however it is written: `3`, `3.0` and `3e2` have none.
pub(super) fn is_whole(number: &Number) -> bool {
    let decimal = Decimal::new(number);
    i64::try_from(decimal.digits.len()).is_ok_and(|digits| digits <= decimal.exponent) || decimal.digits.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Number {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn numbers_are_compared_by_value_however_they_are_written() {
        let same = |left: &str, right: &str| {
            assert_eq!(compare(&number(left), &number(right)), Ordering::Equal, "{left} {right}");
        };
        same("1", "1.0");
        same("100", "1e2");
        same("0.001", "1E-3");
        same("-0", "0.00");
        same("123456789012345678901234567890", "1.2345678901234567890123456789e29");
        let less = |left: &str, right: &str| {
            assert_eq!(compare(&number(left), &number(right)), Ordering::Less, "{left} {right}");
            assert_eq!(compare(&number(right), &number(left)), Ordering::Greater, "{right} {left}");
        };
        less("9007199254740992", "9007199254740993");
        less("9007199254740992.1", "9007199254740992.2");
        less("-2", "-1");
        less("-1", "0");
        less("0.1", "0.10000000000000000000001");
        less("9", "10");
        less("1e-400", "1e400");
    }

    #[test]
    fn whole_numbers_have_no_fraction() {
        for whole in ["0", "3", "3.0", "3e2", "-12e-0", "1.5e1"] {
            assert!(is_whole(&number(whole)), "{whole}");
        }
        for broken in ["0.5", "3e-1", "1.25e1"] {
            assert!(!is_whole(&number(broken)), "{broken}");
        }
    }
}
