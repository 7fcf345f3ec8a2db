//! Where a value stands: `response $.data.status`, `request $.customerID`, `accepted.request $.offerDetails.amount`,
//! `header retry-after`.

use super::exchange::Exchange;
use crate::expr::{Selection, Selector, excerpt};
use crate::secret::{MASK, is_credential_header};
use crate::source::Span;
use serde_json::Value;

/// A place in an exchange, or in an earlier one that a rule names.
#[derive(Debug, Clone)]
pub struct Place {
    /// The name of the earlier exchange; none for the exchange at hand.
    pub earlier: Option<String>,
    /// Which part of the exchange.
    pub part: Part,
    /// The place as written.
    pub text: String,
    /// Where it is written; none for one that other members of a contract make.
    pub span: Option<Span>,
}

/// A part of an exchange.
#[derive(Debug, Clone)]
pub enum Part {
    /// Below the request's value.
    Request(Selector),
    /// Below the response's body.
    Response(Selector),
    /// A header of the response, by its name in lower case.
    Header(String),
    /// A header of the request, by its name in lower case.
    RequestHeader(String),
}

impl Place {
    /// Reads a place.
    ///
    /// # Errors
    /// When it is none, in words.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let (head, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
        let rest = rest.trim();
        let (earlier, kind) = match head.split_once('.') {
            Some((name, kind)) => (Some(name.to_owned()), kind),
            None => (None, head),
        };
        let selector = || Selector::parse(rest).map_err(|error| error.message);
        let part = match kind {
            "request" if earlier.is_none() && rest.starts_with("header ") => {
                Part::RequestHeader(rest["header ".len()..].trim().to_lowercase())
            }
            "request" => Part::Request(selector()?),
            "response" => Part::Response(selector()?),
            "header" if !rest.is_empty() && earlier.is_none() => Part::Header(rest.to_lowercase()),
            _ if text.starts_with('$') => return Err(format!("of what? write `response {text}` or `request {text}`")),
            _ => {
                let near = crate::text::did_you_mean(kind, ["request", "response", "header"]);
                return Err(near.unwrap_or_else(|| "write `response $.path`, `request $.path` or `header NAME`".into()));
            }
        };
        Ok(Self { earlier, part, text: text.to_owned(), span: None })
    }

    /// Whether it is at most one value.
    #[must_use]
    pub const fn is_singular(&self) -> bool {
        match &self.part {
            Part::Request(selector) | Part::Response(selector) => selector.is_singular(),
            Part::Header(_) | Part::RequestHeader(_) => true,
        }
    }

    /// The values there, each with its path below the part.
    #[must_use]
    pub fn values(&self, exchange: &Exchange) -> Vec<(String, Value)> {
        match &self.part {
            Part::Request(selector) => selected(selector, &exchange.request.value),
            Part::Response(selector) => selected(selector, exchange.body()),
            Part::Header(name) => {
                exchange.header(name).map(|value| (name.clone(), Value::from(value))).into_iter().collect()
            }
            Part::RequestHeader(name) => {
                let found = exchange.request.headers.iter().find(|(own, _)| own == name);
                found.map(|(name, value)| (name.clone(), Value::from(value.as_str()))).into_iter().collect()
            }
        }
    }

    /// A value of this place as a message may show it: what a header of credentials holds is nobody's to read.
    #[must_use]
    pub fn shown(&self, value: &Value) -> String {
        match &self.part {
            Part::Header(name) | Part::RequestHeader(name) if is_credential_header(name) => MASK.to_owned(),
            _ => excerpt(value),
        }
    }

    /// The one value there.
    #[must_use]
    pub fn value(&self, exchange: &Exchange) -> Option<Value> {
        self.values(exchange).into_iter().next().map(|(_, value)| value)
    }
}

fn selected(selector: &Selector, value: &Value) -> Vec<(String, Value)> {
    match selector.select(value) {
        Selection::One(found) => found.map(|value| (selector.text().to_owned(), value.clone())).into_iter().collect(),
        Selection::Many(found) => found.into_iter().map(|(path, value)| (path, value.clone())).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_says_which_half_of_which_exchange() {
        let place = Place::parse("accepted.request $.offerDetails.amount").unwrap();
        assert_eq!(place.earlier.as_deref(), Some("accepted"));
        assert!(matches!(place.part, Part::Request(_)) && place.is_singular());
        assert!(!Place::parse("response $.banks[*].name").unwrap().is_singular());
        assert!(
            matches!(Place::parse("header Retry-After").unwrap().part, Part::Header(name) if name == "retry-after")
        );
        assert_eq!(Place::parse("$.a").unwrap_err(), "of what? write `response $.a` or `request $.a`");
        assert_eq!(Place::parse("respose $.a").unwrap_err(), "did you mean `response`?");
        assert!(Place::parse("response a").unwrap_err().contains("starts with `$`"));
    }
}
