//! Trigger Banking and Get Banking Result: bank statements are sent, and analysed.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::json;

use super::super::{
    answer::Answer,
    banks,
    code::Code,
    extract::QueryRequest,
    form::{FILE_LIMIT, FormRequest, Part},
    journey::{BankingOutcome, Progress, Stage, StageKind, Step},
    problem::Problem,
    world::unknown_reference,
};

pub(in crate::sandbox) async fn trigger(request: FormRequest) -> Result<Answer, Problem> {
    let customer = request.customer_id()?;
    let files = request.parts("files")?;
    let bank = request.text("bankName")?;
    let upload_type = request.text("uploadType")?;
    for file in &files {
        accept_statement(file, upload_type)?;
    }
    let outcome = analyse(bank);
    request.caller.visit(customer, |visit| {
        visit.customer.may(Step::TriggerBanking, visit.now)?;
        visit.refuse_repeat(StageKind::Banking)?;
        Ok(Answer::reference(
            Code::BankingTriggered,
            visit.start(Stage::Banking(outcome)),
        ))
    })
}

/// A statement is a PDF of at most 5 MB, as it is or in base64.
fn accept_statement(file: &Part, upload_type: &str) -> Result<(), Problem> {
    let decoded;
    let content = match upload_type {
        "PDF" => &file.content[..],
        "BASE64" => {
            let text: Vec<u8> = file
                .content
                .iter()
                .copied()
                .filter(|byte| !byte.is_ascii_whitespace())
                .collect();
            decoded = STANDARD
                .decode(text)
                .map_err(|_| invalid_file("files is not valid base64"))?;
            &decoded[..]
        }
        _ => {
            return Err(Problem::new(
                Code::RequestInvalid,
                "uploadType must be PDF or BASE64",
            ));
        }
    };
    if content.len() > FILE_LIMIT {
        return Err(invalid_file("a statement is larger than 5 MB"));
    }
    if content.starts_with(b"%PDF-") {
        Ok(())
    } else {
        Err(invalid_file("a statement is not a PDF"))
    }
}

fn invalid_file(sentence: &str) -> Problem {
    Problem::new(Code::FileInvalid, sentence)
}

fn analyse(bank: &str) -> BankingOutcome {
    if banks::find(bank).is_some() {
        return BankingOutcome::Accepted;
    }
    BankingOutcome::Refused {
        code: "INVALID_BANK_NAME".to_owned(),
        message: "Invalid bank identifier.".to_owned(),
    }
}

pub(in crate::sandbox) async fn look_up(request: QueryRequest) -> Result<Answer, Problem> {
    let reference = request.reference()?;
    request.caller.visit_by_reference(reference, |visit| {
        let now = visit.now;
        let run = visit.run(reference)?;
        let progress = run.ask(now);
        let Stage::Banking(outcome) = &run.stage else { return Err(unknown_reference()) };
        let unfinished = |code, status, error: &str, message: &str| {
            let details = json!({ "errorCode": error, "errorMessage": message });
            Answer::new(code, json!({ "bankingDetails": details, "referenceID": reference, "status": status }))
        };
        Ok(match outcome {
            _ if progress != Progress::Done => unfinished(Code::BankingProcessing, "PROCESSING", "", ""),
            BankingOutcome::Refused { code, message } => unfinished(Code::BankingFailed, "FAILED", code, message),
            BankingOutcome::Accepted => {
                let data = json!({ "errorCode": "", "errorMessage": "", "referenceID": reference, "status": "SUCCESS" });
                Answer::new(Code::BankingDone, data)
            }
        })
    })
}
