//! What the customer agreed to.

use super::super::{code::Code, fields::Fields, problem::Problem};
use super::invalid;

/// The documented kinds of consent.
const KINDS: [&str; 4] = ["HYBRID_CONSENT", "BUREAU", "TNC", "INSURANCE"];

/// The kinds of consent that a request carries.
#[derive(Debug)]
pub(in crate::sandbox) struct Consents<'a>(Vec<&'a str>);

impl<'a> Consents<'a> {
    /// Reads `consents`. The time of a consent has no documented format, so anything is taken for one.
    pub(in crate::sandbox) fn read(fields: &Fields<'a>) -> Result<Self, Problem> {
        let elements = fields.list("consents")?.iter().enumerate();
        let kinds = elements.map(|(place, consent)| {
            let consent = fields.of_element(consent, &format!("consents[{place}]"))?;
            let kind = consent.text("type")?;
            if !KINDS.contains(&kind) {
                return Err(invalid(&consent, "type", &format!("one of {}", KINDS.join(", "))));
            }
            consent.find("timestamp").ok_or_else(|| Problem::missing(&consent.path("timestamp")))?;
            Ok(kind)
        });
        kinds.collect::<Result<_, _>>().map(Self)
    }

    /// Refuses to go on without a consent.
    pub(in crate::sandbox) fn require(&self, kind: &str) -> Result<(), Problem> {
        if self.0.contains(&kind) {
            return Ok(());
        }
        Err(Problem::new(Code::DetailsInvalid, format!("validation error: the consent {kind} is missing")))
    }
}
