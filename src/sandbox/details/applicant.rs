//! Who the customer is.

use jiff::civil::Date;

use super::super::{fields::Fields, journey::Applicant, problem::Problem};
use super::{invalid, name, optional_pincode, pictured};

/// Reads `basicDetails`, as far as a journey needs it.
pub(in crate::sandbox) fn read_applicant(basic: &Fields<'_>, today: Date) -> Result<Applicant, Problem> {
    let person = basic.object("personalDetails")?;
    let pan = pictured(&person, "pan", "AAAAA9999A", "five letters, four digits and a letter")?;
    let name = name(&person, "name")?;
    let dob = read_birthday(&person, today)?;
    check_email(&person)?;
    let employment = basic.optional_object("employmentDetails")?;
    if let Some(employment) = &employment {
        check_email(employment)?;
    }
    let income = employment.map(|employment| employment.optional_text("monthlyIncome")).transpose()?.flatten();
    let address = person.optional_object("currentAddress")?;
    let line = |key: &str| -> Result<String, Problem> {
        let text = address.as_ref().map(|address| address.optional_text(key)).transpose()?;
        Ok(text.flatten().unwrap_or_default().to_owned())
    };
    let pincode = address.as_ref().map(optional_pincode).transpose()?;
    Ok(Applicant {
        pan: pan.to_owned(),
        name: name.to_owned(),
        dob: dob.to_owned(),
        gender: person.optional_text("gender")?.unwrap_or_default().to_owned(),
        line1: line("currentAddressLine1")?,
        line2: line("currentAddressLine2")?,
        city: line("currentAddressCity")?,
        state: line("currentAddressState")?,
        pincode: pincode.unwrap_or_default().to_owned(),
        monthly_income: income.unwrap_or_default().to_owned(),
    })
}

fn read_birthday<'a>(person: &Fields<'a>, today: Date) -> Result<&'a str, Problem> {
    let dob = pictured(person, "dob", "9999-99-99", "a date such as 1997-11-18")?;
    match dob.parse::<Date>() {
        Ok(date) if date < today => Ok(dob),
        _ => Err(invalid(person, "dob", "a date in the past such as 1997-11-18")),
    }
}

fn check_email(fields: &Fields<'_>) -> Result<(), Problem> {
    let email = fields.optional_text("email")?.unwrap_or_default();
    let fine = email.split_once('@').is_some_and(|(user, host)| !user.is_empty() && !host.is_empty());
    if email.is_empty() || fine { Ok(()) } else { Err(invalid(fields, "email", "an e-mail address")) }
}
