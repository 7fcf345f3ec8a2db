//! Trigger Disbursal and Get Disbursal Status: the accepted amount is paid, once.

use serde_json::json;

use super::super::{
    answer::Answer,
    code::Code,
    extract::{JsonRequest, QueryRequest},
    ids::Id,
    journey::{Customer, DisbursalOutcome, Progress, Stage, StageKind, Step},
    personas::{Plot, plot_of},
    problem::Problem,
    world::{Visit, unknown_reference},
};
use super::program::accept_program;

pub(in crate::sandbox) async fn trigger(request: JsonRequest) -> Result<Answer, Problem> {
    let body = request.body(Code::RequestInvalid)?;
    let customer = body.customer_id()?;
    accept_program(body.fields().text("program")?)?;
    request.caller.visit(customer, |visit| {
        visit.customer.may(Step::TriggerDisbursal, visit.now)?;
        visit.refuse_repeat(StageKind::Disbursal)?;
        let outcome = decide(visit.customer);
        Ok(Answer::reference(
            Code::DisbursalTriggered,
            visit.start(Stage::Disbursal(outcome)),
        ))
    })
}

fn decide(customer: &Customer) -> DisbursalOutcome {
    match customer
        .applicant
        .as_ref()
        .map(|applicant| plot_of(&applicant.pan))
    {
        Some(Plot::Disbursal(outcome)) => outcome,
        _ => DisbursalOutcome::Paid,
    }
}

pub(in crate::sandbox) async fn look_up(request: QueryRequest) -> Result<Answer, Problem> {
    let reference = request.reference()?;
    request.caller.visit_by_reference(reference, |visit| {
        let now = visit.now;
        let run = visit.run(reference)?;
        let (progress, paid_at) = (run.ask(now), run.done_at);
        let Stage::Disbursal(outcome) = run.stage else {
            return Err(unknown_reference());
        };
        Ok(match outcome {
            _ if progress != Progress::Done => unpaid(visit, reference, "PROCESSING", ""),
            DisbursalOutcome::Failed => {
                unpaid(visit, reference, "FAILED", "the payment did not go through")
            }
            DisbursalOutcome::Paid => {
                let amount = visit
                    .customer
                    .acceptance
                    .as_ref()
                    .map(|acceptance| whole(acceptance.amount));
                let data = json!({
                    "utrNumber": format!("ABFL{}", reference.digits(12)),
                    "disbursedAt": paid_at.in_india(),
                    "disbursedAmount": amount,
                    "loanAccountNumber": format!("ABPL{}", reference.digits(10)),
                    "status": "SUCCESS",
                    "message": "SUCCESS",
                });
                Answer::new(Code::DisbursalStatus, data)
            }
        })
    })
}

fn unpaid(visit: &Visit<'_>, reference: Id, status: &str, message: &str) -> Answer {
    let data = json!({ "customerID": visit.id(), "message": message, "referenceID": reference, "status": status });
    Answer::new(Code::DisbursalStatus, data)
}

/// Whole rupees are written without a fraction, as in the documentation.
fn whole(amount: f64) -> serde_json::Value {
    if amount.fract() == 0.0 && amount.abs() < 1e15 {
        json!(amount as i64)
    } else {
        json!(amount)
    }
}
