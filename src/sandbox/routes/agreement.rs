//! Trigger Agreement Signing and Get Agreement Signing Results. One code serves every outcome; `status` tells them apart.

use serde_json::json;

use super::super::{
    answer::Answer,
    code::Code,
    extract::{JsonRequest, QueryRequest},
    journey::{AgreementOutcome, Progress, Stage, StageKind, Step},
    personas::Plot,
    problem::Problem,
};
use super::program::accept_program;

pub(in crate::sandbox) async fn trigger(request: JsonRequest) -> Result<Answer, Problem> {
    let body = request.body(Code::RequestInvalid)?;
    let customer = body.customer_id()?;
    accept_program(body.fields().text("program")?, &request.caller, customer)?;
    request.caller.visit(customer, |visit| {
        visit.may(Step::TriggerAgreement)?;
        visit.refuse_repeat(StageKind::Agreement)?;
        let outcome = match visit.plot() {
            Plot::Agreement(outcome) => outcome,
            _ => AgreementOutcome::Signed,
        };
        Ok(Answer::reference(Code::AgreementTriggered, visit.start(Stage::Agreement(outcome))))
    })
}

pub(in crate::sandbox) async fn look_up(request: QueryRequest) -> Result<Answer, Problem> {
    let reference = request.reference()?;
    request.caller.visit_by_reference(reference, |visit| {
        let (progress, run) = visit.ask(StageKind::Agreement, reference)?;
        let Stage::Agreement(outcome) = run.stage else {
            return Err(Problem::unknown_reference());
        };
        let status = if progress == Progress::Done { outcome.word() } else { "PROCESSING" };
        let url = match outcome {
            AgreementOutcome::Signed if progress == Progress::Done => {
                Some(format!("https://finbox-sandbox.s3.ap-south-1.amazonaws.com/agreements/{reference}.pdf"))
            }
            _ => None,
        };
        Ok(Answer::new(Code::AgreementStatus, json!({ "status": status, "agreementURL": url })))
    })
}
