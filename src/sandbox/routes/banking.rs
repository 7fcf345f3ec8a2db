//! Trigger Banking and Get Banking Result: bank statements are sent, and analysed.

use serde_json::json;

use super::super::{
    answer::Answer,
    code::Code,
    extract::QueryRequest,
    form::FormRequest,
    journey::{BankingOutcome, Progress, Stage, StageKind, Step},
    personas::Plot,
    problem::Problem,
    statements::{Request, Statement, UploadType, analyse},
};

pub(in crate::sandbox) async fn trigger(request: FormRequest) -> Result<Answer, Problem> {
    let customer = request.customer_id()?;
    let files = request.parts("files")?;
    let bank = request.text("bankName")?;
    let upload = UploadType::parse(request.text("uploadType")?)?;
    let password = request.optional_text("pdfPassword")?;
    let statements: Vec<Statement> =
        files.into_iter().map(|file| Statement::read(file, upload, password)).collect::<Result<_, _>>()?;
    request.caller.visit(customer, |visit| {
        visit.may(Step::TriggerBanking)?;
        visit.refuse_repeat(StageKind::Banking)
    })?;
    // Megabytes are searched here, so nobody else waits for it; the visit that starts the stage checks once more.
    let today = request.caller.now().date_in_india();
    let outcome = analyse(&Request { bank, statements: &statements, today });
    request.caller.visit(customer, |visit| {
        visit.may(Step::TriggerBanking)?;
        visit.refuse_repeat(StageKind::Banking)?;
        let outcome = match visit.plot() {
            Plot::BankingFailsOnce(error) if visit.customer().count(StageKind::Banking) == 0 => {
                BankingOutcome::Refused { error, bank: bank.to_owned() }
            }
            _ => outcome,
        };
        Ok(Answer::reference(Code::BankingTriggered, visit.start(Stage::Banking(outcome))))
    })
}

pub(in crate::sandbox) async fn look_up(request: QueryRequest) -> Result<Answer, Problem> {
    let reference = request.reference()?;
    request.caller.visit_by_reference(reference, |visit| {
        let (progress, run) = visit.ask(StageKind::Banking, reference)?;
        let Stage::Banking(outcome) = &run.stage else { return Err(Problem::unknown_reference()) };
        let unfinished = |code, status, error: &str, message: &str| {
            let details = json!({ "errorCode": error, "errorMessage": message });
            Answer::new(code, json!({ "bankingDetails": details, "referenceID": reference, "status": status }))
        };
        Ok(match outcome {
            _ if progress != Progress::Done => unfinished(Code::BankingProcessing, "PROCESSING", "", ""),
            BankingOutcome::Refused { error, bank } => {
                unfinished(Code::BankingFailed, "FAILED", error.code(), &error.message(bank))
            }
            BankingOutcome::Accepted => {
                let data =
                    json!({ "errorCode": "", "errorMessage": "", "referenceID": reference, "status": "SUCCESS" });
                Answer::new(Code::BankingDone, data)
            }
        })
    })
}
