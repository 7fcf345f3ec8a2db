//! Trigger KYC and Get KYC Details: who the customer is, checked against the uploaded documents.

use serde_json::{Value, json};

use super::super::{
    answer::Answer,
    code::Code,
    extract::{JsonRequest, QueryRequest},
    ids::Id,
    journey::{Customer, KycMessage, KycOutcome, KycStatus, OneTimePassword, Progress, Stage, StageKind, Step},
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
        visit.may(Step::TriggerKyc)?;
        visit.refuse_repeat(StageKind::Kyc)?;
        let outcome = decide(visit);
        Ok(Answer::reference(Code::KycTriggered, visit.start(Stage::Kyc(outcome))))
    })
}

/// The documents have the first word, then the plot.
fn decide(visit: &Visit<'_>) -> KycOutcome {
    let approved = KycOutcome { password: OneTimePassword::NotAsked, status: KycStatus::Approved, message: None };
    let by_document = visit.customer().documents.iter().find_map(|document| document.decides);
    match visit.plot() {
        Plot::Kyc(outcome) => by_document.unwrap_or(outcome),
        Plot::KycOnce(outcome) if visit.customer().count(StageKind::Kyc) == 0 => outcome,
        _ => by_document.unwrap_or(approved),
    }
}

pub(in crate::sandbox) async fn look_up(request: QueryRequest) -> Result<Answer, Problem> {
    let reference = request.reference()?;
    request.caller.visit_by_reference(reference, |visit| {
        let (progress, run) = visit.ask(StageKind::Kyc, reference)?;
        let Stage::Kyc(outcome) = run.stage else {
            return Err(Problem::unknown_reference());
        };
        Ok(match progress {
            Progress::Processing => {
                Answer::new(Code::KycPending, json!({ "action": "WAIT", "personalKYC": null, "status": "PROCESSING" }))
            }
            Progress::PasswordAsked => pending(visit, reference, "SUBMIT_CKYC_OTP"),
            Progress::PasswordMistaken => pending(visit, reference, "INVALID_CKYC_OTP"),
            Progress::Done => ended(visit.customer(), outcome),
        })
    })
}

fn pending(visit: &Visit<'_>, reference: Id, action: &str) -> Answer {
    let data = json!({
        "action": action,
        "customerID": visit.id(),
        "referenceID": reference,
        "results": null,
        "status": "ACTION_PENDING",
    });
    Answer::new(Code::KycPending, data)
}

fn ended(customer: &Customer, outcome: KycOutcome) -> Answer {
    let status = outcome.status;
    let answer = if status.is_favourable() {
        let reviewed = outcome.message == Some(KycMessage::ManualReviewRequired);
        let data = json!({
            "action": "",
            "personalKYC": [identity(customer)],
            "results": results(None),
            "outputVariables": { "manualReviewRequired": reviewed, "udyamStatus": "Y" },
            "status": status.word(),
        });
        Answer::new(Code::KycDone, data)
    } else {
        let checked = if status == KycStatus::Failed { Value::Null } else { results(outcome.message) };
        Answer::new(Code::KycFailed, json!({ "action": "", "results": checked, "status": status.word() }))
    };
    answer.saying(outcome.message.map(KycMessage::word).unwrap_or_default())
}

/// The four checks, of which a message names the failed one.
fn results(message: Option<KycMessage>) -> Value {
    let failed = |messages: &[KycMessage]| message.is_some_and(|message| messages.contains(&message));
    json!({
        "dobMatch": !failed(&[KycMessage::PanDataMismatch]),
        "faceLiveliness": !failed(&[KycMessage::LivenessReject]),
        "faceMatch": !failed(&[KycMessage::FaceMismatch]),
        "nameMatch": !failed(&[KycMessage::NameMismatch, KycMessage::ManualKycReject, KycMessage::ManualPennydropReject]),
    })
}

fn identity(customer: &Customer) -> Value {
    let Some(applicant) = &customer.applicant else {
        return Value::Null;
    };
    json!({
        "address": {
            "city": applicant.city,
            "country": "INDIA",
            "district": applicant.city,
            "landmark": "",
            "line1": applicant.line1,
            "line2": applicant.line2,
            "locality": "",
            "pincode": applicant.pincode,
            "state": applicant.state,
        },
        "dob": applicant.dob,
        "gender": applicant.gender,
        "name": applicant.name,
        "type": "OKYC_DIGILOCKER",
    })
}
