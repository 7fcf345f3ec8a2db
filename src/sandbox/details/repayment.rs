//! How the loan is repaid, insured, and for which business it is.

use super::super::{fields::Fields, journey::Mandate, problem::Problem};
use super::{invalid, name, optional_pincode, pictured};

/// Reads `mandateDetails`.
pub(in crate::sandbox) fn read_mandate(mandate: &Fields<'_>) -> Result<Mandate, Problem> {
    let account_number = mandate.text("accountNumber")?;
    let digits = account_number.bytes().all(|byte| byte.is_ascii_digit());
    if !digits || !(5..=18).contains(&account_number.len()) {
        return Err(invalid(mandate, "accountNumber", "5 to 18 digits"));
    }
    let ifsc = pictured(mandate, "ifsc", "AAAA0******", "a code such as ICIC0003903")?;
    name(mandate, "accountHolderName")?;
    if mandate.number("mandateAmount")? <= 0.0 {
        return Err(invalid(mandate, "mandateAmount", "more than 0"));
    }
    Ok(Mandate { account_number: account_number.to_owned(), ifsc: ifsc.to_owned() })
}

/// Whether the loan comes with an insurance, which must have a premium.
pub(in crate::sandbox) fn takes_insurance(body: &Fields<'_>) -> Result<bool, Problem> {
    let Some(loan) = body.optional_object("loanDetails")? else {
        return Ok(false);
    };
    let Some(insurance) = loan.optional_object("insuranceDetails")? else {
        return Ok(false);
    };
    if insurance.number("premium")? < 0.0 {
        return Err(invalid(&insurance, "premium", "0 or more"));
    }
    Ok(true)
}

/// Judges `businessDetails`, whose members may all be empty.
pub(in crate::sandbox) fn check_business(basic: &Fields<'_>) -> Result<(), Problem> {
    let Some(business) = basic.optional_object("businessDetails")? else {
        return Ok(());
    };
    business.optional_text("name")?;
    if let Some(address) = business.optional_object("address")? {
        optional_pincode(&address)?;
    }
    let Some(registration) = business.optional_object("uanDetails")? else {
        return Ok(());
    };
    let number = registration.optional_text("uan")?.unwrap_or_default();
    if number.is_empty() || number.starts_with("UDYAM") {
        return Ok(());
    }
    Err(invalid(&registration, "uan", "an Udyam number such as UDYAM123456"))
}
