//! Reading the details of Update User Details: who the customer is, what they agreed to, how they repay.

mod applicant;
mod consents;
mod repayment;

pub(super) use applicant::read_applicant;
pub(super) use consents::Consents;
pub(super) use repayment::{check_business, read_mandate, takes_insurance};

use super::{code::Code, fields::Fields, picture, problem::Problem};

/// The refusal of a value that is of the right kind and still not good.
fn invalid(fields: &Fields<'_>, key: &str, expected: &str) -> Problem {
    Problem::new(Code::DetailsInvalid, format!("validation error: {} must be {expected}", fields.path(key)))
}

/// A text that must be there and look like a picture of it.
fn pictured<'a>(fields: &Fields<'a>, key: &str, shape: &str, expected: &str) -> Result<&'a str, Problem> {
    let text = fields.text(key)?;
    if picture::matches(text, shape) { Ok(text) } else { Err(invalid(fields, key, expected)) }
}

/// A name that must be there.
fn name<'a>(fields: &Fields<'a>, key: &str) -> Result<&'a str, Problem> {
    let name = fields.text(key)?;
    if name.trim().is_empty() { Err(invalid(fields, key, "a name")) } else { Ok(name) }
}

/// A pincode that may be absent or empty.
fn optional_pincode<'a>(address: &Fields<'a>) -> Result<&'a str, Problem> {
    let pincode = address.optional_text("pincode")?.unwrap_or_default();
    if pincode.is_empty() || picture::matches(pincode, "999999") {
        Ok(pincode)
    } else {
        Err(invalid(address, "pincode", "six digits"))
    }
}
