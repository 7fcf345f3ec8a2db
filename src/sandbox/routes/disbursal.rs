//! Trigger Disbursal and Get Disbursal Status: the accepted amount is paid, once.

use serde_json::json;

use super::super::{
    answer::{Answer, number},
    code::Code,
    extract::{JsonRequest, QueryRequest},
    ids::Id,
    journey::{DisbursalOutcome, Progress, Stage, StageKind, Step},
    personas::Plot,
    problem::Problem,
    visit::Visit,
};
use super::program::accept_program;

pub(in crate::sandbox) async fn trigger(request: JsonRequest) -> Result<Answer, Problem> {
    let body = request.body(Code::RequestInvalid)?;
    let customer = body.customer_id()?;
    accept_program(body.fields().text("program")?, &request.caller, customer)?;
    request.caller.visit(customer, |visit| {
        visit.may(Step::TriggerDisbursal)?;
        visit.refuse_repeat(StageKind::Disbursal)?;
        let outcome = match visit.plot() {
            Plot::Disbursal(outcome) => outcome,
            _ => DisbursalOutcome::Paid,
        };
        Ok(Answer::reference(Code::DisbursalTriggered, visit.start(Stage::Disbursal(outcome))))
    })
}

pub(in crate::sandbox) async fn look_up(request: QueryRequest) -> Result<Answer, Problem> {
    let reference = request.reference()?;
    request.caller.visit_by_reference(reference, |visit| {
        let (progress, run) = visit.ask(StageKind::Disbursal, reference)?;
        let paid_at = run.done_at;
        let Stage::Disbursal(outcome) = run.stage else {
            return Err(Problem::unknown_reference());
        };
        Ok(match outcome {
            _ if progress != Progress::Done => unpaid(visit, reference, "PROCESSING", ""),
            DisbursalOutcome::Failed => unpaid(visit, reference, outcome.word(), "the payment did not go through"),
            DisbursalOutcome::Paid => {
                let amount = visit.customer().acceptance.as_ref().map(|acceptance| number(acceptance.amount));
                let data = json!({
                    "utrNumber": format!("ABFL{}", reference.digits(12)),
                    "disbursedAt": paid_at.in_india(),
                    "disbursedAmount": amount,
                    "loanAccountNumber": format!("ABPL{}", reference.digits(10)),
                    "status": outcome.word(),
                    "message": outcome.word(),
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
