//! Whether an exchange is of a kind, and where it is not what it must be.

use super::exchange::Exchange;
use super::model::{Codes, Outcome, Pattern};
use crate::expr::{Context, RenderError, excerpt};
use crate::suite::BodyCheck;
use serde_json::Value;

/// Where an exchange is not what it must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unmet {
    /// Where: `response $.data.status`, `status`, `code`.
    pub(super) place: String,
    /// What was expected there, in words.
    pub(super) expected: String,
    /// What was there, as JSON text; `None` when nothing was.
    pub(super) found: Option<String>,
    /// Why the two do not agree, where that is not plain.
    pub(super) why: Option<String>,
}

impl Codes {
    /// The code of an answer.
    pub(super) fn of<'e>(&self, exchange: &'e Exchange) -> Option<&'e str> {
        let members = self.members.get(&exchange.operation);
        let mut named = members.into_iter().flatten();
        named.find_map(|member| exchange.body().get(member)).and_then(Value::as_str)
    }

    /// What an answer did with its request; `None` when there is no answer.
    #[must_use]
    pub fn outcome(&self, exchange: &Exchange) -> Option<Outcome> {
        let response = exchange.response.as_ref()?;
        let code = self.of(exchange);
        if code.is_some_and(|code| self.conflicts.contains(code)) || response.status == 409 {
            return Some(Outcome::There);
        }
        let refused = !(200..300).contains(&response.status) || code.is_some_and(|code| self.refusals.contains(code));
        Some(if refused { Outcome::Refusal } else { Outcome::Success })
    }
}

impl Pattern {
    /// Whether an exchange is of this kind.
    pub(super) fn matches(&self, exchange: &Exchange, codes: &Codes, context: &Context<'_>) -> bool {
        self.is_of(&exchange.operation)
            && self.fits_outcome(exchange, codes)
            && self.unmet(exchange, codes, context).is_ok_and(|unmet| unmet.is_none())
    }

    fn fits_outcome(&self, exchange: &Exchange, codes: &Codes) -> bool {
        let Some(wanted) = self.outcome else { return true };
        match (wanted, codes.outcome(exchange)) {
            (_, None) => false,
            (Outcome::There, Some(came)) => came != Outcome::Refusal,
            (Outcome::Refusal, Some(came)) => came != Outcome::Success,
            (Outcome::Success, Some(came)) => came == Outcome::Success,
        }
    }

    /// Where an exchange is not what this says.
    pub(super) fn unmet(
        &self,
        exchange: &Exchange,
        codes: &Codes,
        context: &Context<'_>,
    ) -> Result<Option<Unmet>, RenderError> {
        if let Some(unmet) = self.unmet_status(exchange).or_else(|| self.unmet_code(exchange, codes)) {
            return Ok(Some(unmet));
        }
        for (half, checks, value) in [
            ("request", &self.request, Some(&exchange.request.value)),
            ("response", &self.response, exchange.response.as_ref().map(|response| &response.body)),
        ] {
            for check in checks {
                let Some(value) = value else {
                    let expected = check.matcher.describe(context)?;
                    return Ok(Some(Unmet { place: half.to_owned(), expected, found: None, why: None }));
                };
                if let Some(unmet) = unmet_check(half, check, value, context)? {
                    return Ok(Some(unmet));
                }
            }
        }
        Ok(None)
    }

    fn unmet_status(&self, exchange: &Exchange) -> Option<Unmet> {
        let status = exchange.response.as_ref().map(|response| response.status);
        let good =
            self.status.is_empty() || status.is_some_and(|status| self.status.iter().any(|range| range.holds(status)));
        let expected = || {
            let said: Vec<String> = self.status.iter().map(ToString::to_string).collect();
            crate::text::either(&said)
        };
        let found = status.map(|status| status.to_string());
        (!good).then(|| Unmet { place: "status".to_owned(), expected: expected(), found, why: None })
    }

    fn unmet_code(&self, exchange: &Exchange, codes: &Codes) -> Option<Unmet> {
        let code = codes.of(exchange);
        let good = self.codes.is_empty() || code.is_some_and(|code| self.codes.iter().any(|own| own == code));
        let found = code.map(str::to_owned);
        (!good).then(|| Unmet {
            place: "code".to_owned(),
            expected: crate::text::either(&self.codes),
            found,
            why: None,
        })
    }
}

fn unmet_check(
    half: &str,
    check: &BodyCheck,
    value: &Value,
    context: &Context<'_>,
) -> Result<Option<Unmet>, RenderError> {
    let selection = check.selector.select(value);
    let Some(mismatch) = check.matcher.check(&selection, context)? else { return Ok(None) };
    let path = mismatch.node.unwrap_or_else(|| check.selector.text().to_owned());
    Ok(Some(Unmet {
        place: format!("{half} {path}{}", mismatch.path),
        expected: mismatch.expected,
        found: mismatch.found,
        why: mismatch.why,
    }))
}

/// A value as text that tells values apart: texts and numbers as they are.
pub(super) fn as_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Whether two values are the same: numbers by their value, a number and its digits as text too, since forms and queries
/// have only text.
pub(super) fn same(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::String(text), Value::Number(_)) | (Value::Number(_), Value::String(text)) => {
            let number = if left.is_number() { left } else { right };
            serde_json::from_str::<serde_json::Number>(text)
                .is_ok_and(|parsed| crate::expr::same(&Value::Number(parsed), number))
        }
        _ => crate::expr::same(left, right),
    }
}

/// Several values in words.
pub(super) fn listed(values: &[Value]) -> String {
    const MOST: usize = 6;
    match values {
        [] => "no value".to_owned(),
        [one] => excerpt(one),
        _ => {
            let mut said: Vec<String> = values.iter().take(MOST).map(excerpt).collect();
            if values.len() > MOST {
                said.push(format!("{} more", values.len() - MOST));
            }
            format!("one of {}", said.join(", "))
        }
    }
}
