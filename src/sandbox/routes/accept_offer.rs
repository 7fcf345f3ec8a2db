//! Accept Offer: the customer takes up one slab of an offer, which makes the loan application.

use super::super::{
    answer::Answer,
    breaks::Skip,
    code::Code,
    extract::JsonRequest,
    ids::Id,
    journey::{Acceptance, BreOutcome, Offer, Stage, StageKind, Step},
    problem::Problem,
    visit::Visit,
};

pub(in crate::sandbox) async fn accept_offer(request: JsonRequest) -> Result<Answer, Problem> {
    let body = request.body(Code::OfferInputInvalid)?;
    let customer = body.customer_id()?;
    let choice = body.fields().object("offerDetails")?;
    let offer = choice.text("offerID")?;
    let (amount, tenure, interest) = (choice.number("amount")?, choice.number("tenure")?, choice.number("interest")?);
    let offer = Id::parse(offer).ok_or_else(unknown_offer)?;
    let acceptance = Acceptance { offer, amount, tenure, interest };
    request.caller.visit(customer, |visit| accept(visit, acceptance))
}

fn accept(visit: &mut Visit<'_>, choice: Acceptance) -> Result<Answer, Problem> {
    visit.may(Step::AcceptOffer)?;
    match &visit.customer().acceptance {
        Some(earlier) if *earlier == choice && !visit.skips(Skip::Accepted) => {
            return Err(Problem::bare(Code::AlreadyReported));
        }
        Some(_) if !visit.skips(Skip::Accepted) => {
            return Err(Problem::new(Code::StateInvalid, "an offer was accepted already"));
        }
        Some(_) => {}
        None => {}
    }
    let offer = latest_offer(visit).filter(|offer| offer.id == choice.offer);
    if offer.is_none() && !visit.goes_on() && !visit.skips(Skip::OfferUnknown) {
        return Err(unknown_offer());
    }
    if offer.is_some_and(|offer| offer.is_expired(visit.now())) && !visit.skips(Skip::OfferExpired) {
        return Err(Problem::new(Code::OfferUnknown, "invalid offer ID: the offer has expired"));
    }
    let outside = offer.is_some_and(|offer| offer.slab_for(choice.amount, choice.tenure, choice.interest).is_none());
    if outside && !visit.skips(Skip::Slabs) {
        let sentence = "invalid input: amount, tenure and interest must fall within one slab of the offer";
        return Err(Problem::new(Code::OfferInputInvalid, sentence));
    }
    visit.change().acceptance = Some(choice);
    Ok(Answer::message(Code::OfferAccepted, "ok"))
}

/// Only the latest offer stands; a further run of the rule engine replaces the one before.
fn latest_offer<'a>(visit: &'a Visit<'_>) -> Option<&'a Offer> {
    match visit.customer().finished(StageKind::Bre, visit.now()) {
        Some(Stage::Bre(BreOutcome::Offer(offer))) => Some(offer),
        _ => None,
    }
}

fn unknown_offer() -> Problem {
    Problem::new(Code::OfferUnknown, "invalid offer ID: the customer has no such offer")
}
