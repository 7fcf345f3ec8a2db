//! Which days a statement covers, and which days are expected.

use jiff::{ToSpan, civil::Date};

use super::super::{journey::BankingError, picture};

/// A first and a last day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Period {
    first: Date,
    last: Date,
}

impl Period {
    /// The six full months before the month of `today`.
    pub(super) fn expected(today: Date) -> Self {
        let month = today.first_of_month();
        let first = month.checked_sub(6.months()).unwrap_or(Date::MIN);
        Self { first, last: month.yesterday().unwrap_or(Date::MIN) }
    }

    /// The days told by a file name such as `statement_01-05-2026_31-10-2026.pdf`, if it tells any.
    pub(super) fn told_by(file_name: &str) -> Result<Option<Self>, BankingError> {
        let dates = dates_in(file_name).map(|text| read(text).ok_or(BankingError::DateFormat));
        let dates: Vec<Date> = dates.collect::<Result<_, _>>()?;
        match dates[..] {
            [] => Ok(None),
            [_] => Err(BankingError::DateMissing),
            [first, last, ..] if first >= last => Err(BankingError::DateRange),
            [first, last, ..] => Ok(Some(Self { first, last })),
        }
    }

    /// Whether it lies within another.
    pub(super) fn is_within(self, other: Self) -> bool {
        self.first >= other.first && self.last <= other.last
    }
}

/// The pieces of a text that look like a date, in either order of day and year.
fn dates_in(text: &str) -> impl Iterator<Item = &str> {
    const LENGTH: usize = 10;
    (0..text.len()).filter_map(move |start| {
        let piece = text.get(start..start + LENGTH)?;
        let alone = !text[..start].ends_with(digit) && !text[start + LENGTH..].starts_with(digit);
        (alone && (picture::matches(piece, "99-99-9999") || picture::matches(piece, "9999-99-99"))).then_some(piece)
    })
}

fn digit(character: char) -> bool {
    character.is_ascii_digit()
}

/// Reads a date written day first; any other order is not a date here.
fn read(text: &str) -> Option<Date> {
    let mut numbers = text.split('-').map(str::parse::<i16>);
    let (day, month, year) = (numbers.next()?.ok()?, numbers.next()?.ok()?, numbers.next()?.ok()?);
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}
