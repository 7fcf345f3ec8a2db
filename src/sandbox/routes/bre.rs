//! Trigger BRE and Get BRE: asking the business rule engine for offers.

use serde_json::{Value, json};

use super::super::{
    answer::{Answer, number},
    clock::Moment,
    code::Code,
    extract::{JsonRequest, QueryRequest},
    ids::Id,
    journey::{BreOutcome, Offer, Progress, Stage, StageKind, Step},
    personas::Plot,
    problem::Problem,
    visit::Visit,
};

pub(in crate::sandbox) async fn trigger(request: JsonRequest) -> Result<Answer, Problem> {
    let body = request.body(Code::RequestInvalid)?;
    let customer = body.customer_id()?;
    body.fields().object("riskVariables")?;
    request.caller.visit(customer, |visit| {
        visit.may(Step::TriggerBre)?;
        visit.refuse_repeat(StageKind::Bre)?;
        let outcome = decide(visit)?;
        Ok(Answer::reference(Code::OffersTriggered, visit.start(Stage::Bre(outcome))))
    })
}

/// How this run ends, by the customer's permanent account number and what happened before.
fn decide(visit: &mut Visit<'_>) -> Result<BreOutcome, Problem> {
    match visit.plot() {
        Plot::PolicyInvalid => Err(Problem::bare(Code::PolicyInvalid)),
        Plot::Disqualified => Err(Problem::bare(Code::UserDisqualified)),
        Plot::LenderFailure => Err(Problem::bare(Code::LenderFailure)),
        Plot::BreRejected(rejection) => Ok(BreOutcome::Rejected(rejection)),
        Plot::BreFails => Ok(BreOutcome::Failed),
        Plot::BreFailsOnce if visit.customer().count(StageKind::Bre) == 0 => Ok(BreOutcome::Failed),
        Plot::BankingRequired | Plot::BankingFailsOnce(_) if !visit.customer().has_usable_statements(visit.now()) => {
            Ok(BreOutcome::BankingRequired)
        }
        Plot::OfferLapses => {
            let id = visit.change().ids.next();
            Ok(BreOutcome::Offer(Offer::lapsed(id, visit.end_of_stage(), ceiling(visit))))
        }
        Plot::Approved
        | Plot::DetailsNotProcessed
        | Plot::BanksInEnvelope
        | Plot::FailsFirst
        | Plot::BreFailsOnce
        | Plot::BankingRequired
        | Plot::BankingFailsOnce(_)
        | Plot::Kyc(_)
        | Plot::KycOnce(_)
        | Plot::Agreement(_)
        | Plot::Disbursal(_)
        | Plot::Slow(_) => {
            let id = visit.change().ids.next();
            Ok(BreOutcome::Offer(Offer::standing(id, visit.end_of_stage(), ceiling(visit))))
        }
    }
}

/// The amount around which slabs are made: the income band's upper end, eight times over, within reason.
fn ceiling(visit: &Visit<'_>) -> u32 {
    let band =
        visit.customer().applicant.as_ref().map(|applicant| applicant.monthly_income.as_str()).unwrap_or_default();
    let upper: u32 = band.rsplit('-').next().and_then(|end| end.trim().parse().ok()).unwrap_or(25_000);
    upper.clamp(25_000, 100_000) * 8
}

pub(in crate::sandbox) async fn look_up(request: QueryRequest) -> Result<Answer, Problem> {
    let reference = request.reference()?;
    request.caller.visit_by_reference(reference, |visit| {
        let now = visit.now();
        let (progress, run) = visit.ask(StageKind::Bre, reference)?;
        let Stage::Bre(outcome) = &run.stage else {
            return Err(Problem::unknown_reference());
        };
        Ok(if progress == Progress::Done { ended(reference, outcome, now) } else { processing(reference) })
    })
}

fn processing(reference: Id) -> Answer {
    Answer::new(Code::OffersProcessing, without_offers(reference, "PROCESSING"))
}

fn ended(reference: Id, outcome: &BreOutcome, now: Moment) -> Answer {
    match outcome {
        BreOutcome::Failed => Answer::new(Code::OffersFailed, without_offers(reference, "FAILED")),
        BreOutcome::Rejected(rejection) => {
            let mut data = without_offers(reference, "REJECTED");
            data["outputVariables"] = json!({ "rejectionReason": rejection.detail() });
            data["rejectionReason"] = json!(rejection.word());
            Answer::new(Code::OffersRejected, data)
        }
        BreOutcome::BankingRequired => Answer::new(Code::OffersReady, success(&json!({ "banking": true }), &json!([]))),
        BreOutcome::Offer(offer) => Answer::new(Code::OffersReady, success(&json!({}), &json!([describe(offer, now)]))),
    }
}

fn without_offers(reference: Id, status: &str) -> Value {
    json!({
        "dataRequired": null,
        "offers": null,
        "outputVariables": null,
        "rejectionReason": null,
        "referenceID": reference,
        "status": status,
    })
}

fn success(required: &Value, offers: &Value) -> Value {
    json!({
        "dataRequired": required,
        "offers": offers,
        "outputVariables": {},
        "rejectionReason": null,
        "status": "SUCCESS",
    })
}

fn describe(offer: &Offer, now: Moment) -> Value {
    let slabs: Vec<Value> = offer
        .slabs()
        .iter()
        .map(|slab| {
            json!({
                "maxAmount": slab.max_amount,
                "minAmount": slab.min_amount,
                "tenure": slab.tenure,
                "interest": number(slab.interest),
                "method": "rb",
                "processingFee": 2.75,
                "processingFeeType": "PERC",
                "gst": 18,
            })
        })
        .collect();
    json!({
        "createdAt": offer.created.in_utc(),
        "expiresAt": offer.expires.in_utc(),
        "lenderID": "c1a55e53-4701-49a1-923c-3cf32a66b5ec",
        "lenderLogoURL": "https://finbox-cdn.s3.ap-south-1.amazonaws.com/assets/abfl_logo.jpeg",
        "lenderName": "Aditya Birla Finance Limited",
        "offerID": offer.id,
        "offerType": "final",
        "slabs": slabs,
        "status": if offer.is_expired(now) { "EXPIRED" } else { "ACTIVE" },
    })
}
