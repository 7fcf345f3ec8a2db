//! Update User Details, in its two forms: who the customer is, before the rule engine; and how the loan is repaid, after KYC.
//! `mandateDetails` tells them apart.

use super::super::{
    answer::Answer,
    code::Code,
    details::{Consents, check_business, read_applicant, read_mandate, takes_insurance},
    extract::{Caller, JsonRequest},
    journey::{Applicant, Mandate, Step},
    personas::Plot,
    problem::Problem,
};
use super::program::accept_program;

pub(in crate::sandbox) async fn update_user_details(request: JsonRequest) -> Result<Answer, Problem> {
    let body = request.body(Code::DetailsPayloadInvalid)?;
    let customer = body.customer_id()?;
    let fields = body.fields();
    accept_program(fields.text("program")?, &request.caller, customer)?;
    let basic = fields.object("basicDetails")?;
    fields.optional_object("riskVariables")?;
    let consents = Consents::read(&fields)?;
    if let Some(mandate) = fields.optional_object("mandateDetails")? {
        let mandate = read_mandate(&mandate)?;
        check_business(&basic)?;
        if takes_insurance(&fields)? {
            consents.require("INSURANCE")?;
        }
        keep_mandate(&request.caller, customer, mandate)?;
    } else {
        let applicant = read_applicant(&basic, request.caller.now().date_in_india())?;
        consents.require("BUREAU")?;
        consents.require("TNC")?;
        keep_applicant(&request.caller, customer, applicant)?;
    }
    Ok(Answer::message(Code::DetailsUpdated, "success"))
}

fn keep_applicant(caller: &Caller, customer: &str, applicant: Applicant) -> Result<(), Problem> {
    caller.visit(customer, |visit| {
        visit.may(Step::UpdateDetails)?;
        if visit.plot_of(&applicant.pan) == Plot::DetailsNotProcessed {
            return Err(Problem::bare(Code::DetailsNotProcessed));
        }
        visit.change().applicant = Some(applicant);
        Ok(())
    })
}

fn keep_mandate(caller: &Caller, customer: &str, mandate: Mandate) -> Result<(), Problem> {
    caller.visit(customer, |visit| {
        visit.may(Step::UpdateMandate)?;
        visit.change().mandate = Some(mandate);
        Ok(())
    })
}
