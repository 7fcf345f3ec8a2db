//! Update User Details, in its two forms: who the customer is, before the rule engine; and how the loan is repaid, after KYC.
//! `mandateDetails` tells them apart.

use super::super::{
    answer::Answer,
    code::Code,
    extract::JsonRequest,
    fields::Fields,
    journey::{Applicant, Mandate, Step},
    personas::{Plot, plot_of},
    problem::Problem,
};
use super::program::accept_program;

pub(in crate::sandbox) async fn update_user_details(
    request: JsonRequest,
) -> Result<Answer, Problem> {
    let body = request.body(Code::DetailsPayloadInvalid)?;
    let customer = body.customer_id()?;
    let fields = body.fields();
    accept_program(fields.text("program")?)?;
    let basic = fields.object("basicDetails")?;
    let consents = read_consents(&fields)?;
    if let Some(mandate) = fields.optional_object("mandateDetails")? {
        let mandate = read_mandate(&mandate)?;
        if insures(&fields)? {
            require_consent(&consents, "INSURANCE")?;
        }
        request.caller.visit(customer, |visit| {
            visit.customer.may(Step::UpdateMandate, visit.now)?;
            visit.customer.mandate = Some(mandate);
            Ok(())
        })?;
    } else {
        let applicant = read_applicant(&basic)?;
        require_consent(&consents, "BUREAU")?;
        require_consent(&consents, "TNC")?;
        request.caller.visit(customer, |visit| {
            visit.customer.may(Step::UpdateDetails, visit.now)?;
            if plot_of(&applicant.pan) == Plot::DetailsNotProcessed {
                return Err(Problem::bare(Code::DetailsNotProcessed));
            }
            visit.customer.applicant = Some(applicant);
            Ok(())
        })?;
    }
    Ok(Answer::message(Code::DetailsUpdated, "success"))
}

/// The documented kinds of consent.
const CONSENTS: [&str; 4] = ["HYBRID_CONSENT", "BUREAU", "TNC", "INSURANCE"];

fn read_consents<'a>(fields: &Fields<'a>) -> Result<Vec<&'a str>, Problem> {
    let consents = fields
        .list("consents")?
        .iter()
        .enumerate()
        .map(|(place, consent)| {
            let consent = fields.of_element(consent, &format!("consents[{place}]"))?;
            let kind = consent.text("type")?;
            if !CONSENTS.contains(&kind) {
                return Err(invalid(
                    &consent,
                    "type",
                    &format!("one of {}", CONSENTS.join(", ")),
                ));
            }
            consent
                .find("timestamp")
                .ok_or_else(|| Problem::missing(&consent.path("timestamp")))?;
            Ok(kind)
        });
    consents.collect()
}

fn require_consent(consents: &[&str], kind: &str) -> Result<(), Problem> {
    if consents.contains(&kind) {
        return Ok(());
    }
    Err(Problem::new(
        Code::DetailsInvalid,
        format!("validation error: the consent {kind} is missing"),
    ))
}

/// Whether the loan comes with an insurance, which needs a consent of its own.
fn insures(fields: &Fields<'_>) -> Result<bool, Problem> {
    let Some(loan) = fields.optional_object("loanDetails")? else {
        return Ok(false);
    };
    Ok(loan.optional_object("insuranceDetails")?.is_some())
}

fn read_mandate(mandate: &Fields<'_>) -> Result<Mandate, Problem> {
    let account_number = mandate.text("accountNumber")?;
    if !(5..=18).contains(&account_number.len())
        || !account_number.bytes().all(|byte| byte.is_ascii_digit())
    {
        return Err(invalid(mandate, "accountNumber", "5 to 18 digits"));
    }
    let ifsc = mandate.text("ifsc")?;
    if !matches_pattern(ifsc, "AAAA0******") {
        return Err(invalid(mandate, "ifsc", "a code such as ICIC0003903"));
    }
    if mandate.text("accountHolderName")?.trim().is_empty() {
        return Err(invalid(mandate, "accountHolderName", "a name"));
    }
    if mandate.number("mandateAmount")? <= 0.0 {
        return Err(invalid(mandate, "mandateAmount", "more than 0"));
    }
    Ok(Mandate {
        account_number: account_number.to_owned(),
        ifsc: ifsc.to_owned(),
    })
}

fn read_applicant(basic: &Fields<'_>) -> Result<Applicant, Problem> {
    let person = basic.object("personalDetails")?;
    let pan = person.text("pan")?;
    if !matches_pattern(pan, "AAAAA9999A") {
        return Err(invalid(
            &person,
            "pan",
            "five letters, four digits and a letter",
        ));
    }
    let name = person.text("name")?;
    if name.trim().is_empty() {
        return Err(invalid(&person, "name", "a name"));
    }
    let dob = person.text("dob")?;
    if dob.len() != 10 || dob.parse::<jiff::civil::Date>().is_err() {
        return Err(invalid(&person, "dob", "a date such as 1997-11-18"));
    }
    let address = person.optional_object("currentAddress")?;
    let line = |key: &str| -> Result<String, Problem> {
        Ok(address
            .as_ref()
            .map(|address| address.optional_text(key))
            .transpose()?
            .flatten()
            .unwrap_or_default()
            .to_owned())
    };
    let pincode = line("pincode")?;
    if let Some(address) = address
        .as_ref()
        .filter(|_| !pincode.is_empty() && !matches_pattern(&pincode, "999999"))
    {
        return Err(invalid(address, "pincode", "six digits"));
    }
    let employment = basic.optional_object("employmentDetails")?;
    let income = employment
        .map(|employment| employment.optional_text("monthlyIncome"))
        .transpose()?
        .flatten();
    Ok(Applicant {
        pan: pan.to_owned(),
        name: name.to_owned(),
        dob: dob.to_owned(),
        gender: person
            .optional_text("gender")?
            .unwrap_or_default()
            .to_owned(),
        line1: line("currentAddressLine1")?,
        line2: line("currentAddressLine2")?,
        city: line("currentAddressCity")?,
        state: line("currentAddressState")?,
        pincode,
        monthly_income: income.unwrap_or_default().to_owned(),
    })
}

/// Compares a text with a picture of it: `A` is a capital letter, `9` a digit, `*` either; anything else is itself.
fn matches_pattern(text: &str, picture: &str) -> bool {
    text.len() == picture.len()
        && text
            .bytes()
            .zip(picture.bytes())
            .all(|(found, wanted)| match wanted {
                b'A' => found.is_ascii_uppercase(),
                b'9' => found.is_ascii_digit(),
                b'*' => found.is_ascii_uppercase() || found.is_ascii_digit(),
                other => found == other,
            })
}

fn invalid(fields: &Fields<'_>, key: &str, expected: &str) -> Problem {
    Problem::new(
        Code::DetailsInvalid,
        format!("validation error: {} must be {expected}", fields.path(key)),
    )
}
