//! What exchanges touch, and what there is to touch.

use super::super::{BodySent, Promised};
use super::Desk;
use crate::event::{ThingKind, Touch, TouchedThing};
use serde_json::json;

fn lines(touched: &[TouchedThing]) -> String {
    let line = |thing: &TouchedThing| {
        let operation = thing.operation.as_deref().unwrap_or("-");
        let evidence = thing.evidence.iter().map(|evidence| format!(": {evidence}")).collect::<String>();
        format!("{:?} {:?} {operation} {}{evidence}\n", thing.touch, thing.kind, thing.name)
    };
    touched.iter().map(line).collect()
}

#[test]
fn the_inventory_names_everything_once() {
    let inventory = Desk::lender().contract.inventory();
    let mut told = String::new();
    for group in &inventory.documented {
        let operation = group.operation.as_deref().unwrap_or("-");
        told.push_str(&format!("{:?} {operation} {}\n", group.kind, group.things.len()));
        let mut names: Vec<&str> = group.things.iter().map(|(name, _)| name.as_str()).collect();
        let shown =
            matches!(group.kind, ThingKind::Status | ThingKind::Variant | ThingKind::Value | ThingKind::Ambiguity);
        if shown || operation == "getBre" || operation == "triggerBanking" || group.kind == ThingKind::Code {
            for (name, meaning) in &group.things {
                told.push_str(&format!(
                    "  {name}{}\n",
                    meaning.iter().map(|said| format!(": {said}")).collect::<String>()
                ));
            }
        }
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), group.things.len(), "{:?} {operation}", group.kind);
    }
    insta::assert_snapshot!(told);
}

#[test]
fn an_exchange_tells_what_it_is_the_first_to_show() {
    let desk = Desk::lender();
    let body = json!({"data": {"bankingDetails": {"errorCode": "FRAUD", "errorMessage": "x"}, "referenceID": "r",
        "status": "FAILED"}, "error": "", "statusCode": "BANK-GBR-S-002"});
    let mut told = lines(
        &desk.first(desk.sent("getBankingResult", "/v2/user/bank/analyse?referenceID=r", &[], BodySent::None).touches),
    );
    told.push_str("---\n");
    told.push_str(&lines(&desk.first(desk.answered("getBankingResult", 200, &body).touches)));
    assert_eq!(lines(&desk.first(desk.answered("getBankingResult", 200, &body).touches)), "");
    insta::assert_snapshot!(told);
}

#[test]
fn what_is_broken_is_touched_as_broken() {
    let desk = Desk::lender();
    let body = json!({"data": {"bankingDetails": {"errorCode": "FRAUDS", "errorMessage": "x"}, "referenceID": "r",
        "status": "FAILED"}, "error": "", "statusCode": "BANK-GBR-S-002"});
    let touched = desk.first(desk.answered("getBankingResult", 200, &body).touches);
    let violated: Vec<TouchedThing> = touched.into_iter().filter(|thing| thing.touch == Touch::Violated).collect();
    insta::assert_snapshot!(lines(&violated));
}

#[test]
fn what_a_step_promised_and_got_is_told_with_what_it_is_in() {
    let desk = Desk::lender();
    let body = json!({"data": {"offers": [{"offerID": "a"}], "status": "SUCCESS"}, "statusCode": "GEO-S-000"});
    let pointers = ["/data/offers/*/offerID", "/data/status", "/data/never"].map(str::to_owned);
    let operation = desk.contract.operation("getBre").unwrap();
    let promised = Promised {
        code: Some("GEO-S-000"),
        status: Some(200),
        variant: Some("offer"),
        pointers: &pointers,
        body: Some(&body),
    };
    insta::assert_snapshot!(lines(&desk.first(desk.contract.promised(operation, &promised, &desk.seen))));
    assert!(desk.first(desk.contract.promised(operation, &promised, &desk.seen)).is_empty());
}

#[test]
fn evidence_speaks_for_a_reading_and_does_not_go_on_for_ever() {
    let desk = Desk::lender();
    let mut told = String::new();
    let mut tell = |touched: &[TouchedThing]| {
        let evidence = touched.iter().filter(|thing| thing.evidence.is_some()).cloned().collect::<Vec<_>>();
        told.push_str(&lines(&evidence));
        told.push_str("---\n");
    };
    tell(&desk.first(
        desk.sent_json("triggerBre", "/v2/user/offers", &json!({"customerID": "L", "riskVariables": {}})).touches,
    ));
    tell(&desk.first(desk.sent_json("acceptOffer", "/user/acceptOffer", &json!({"customerID": "L"})).touches));
    tell(
        &desk.first(
            desk.answered(
                "createSession",
                200,
                &json!({"data": {"url": "https://a.example/b"}, "error": "", "status": "PSS-S-000"}),
            )
            .touches,
        ),
    );
    tell(&desk.first(
        desk.answered("createSession", 200, &json!({"data": {}, "error": "no", "statusCode": "FBX-E-006"})).touches,
    ));
    tell(
        &desk.first(
            desk.answered("getBre", 404, &json!({"data": {}, "error": "no", "statusCode": "FBX-E-006"})).touches,
        ),
    );
    tell(
        &desk.first(
            desk.answered(
                "getKycDetails",
                200,
                &json!({"data": {"status": "CONDITIONAL_SUCCESS"}, "error": "", "statusCode": "GKD-S-000"}),
            )
            .touches,
        ),
    );
    tell(&desk.first(desk.answered("getBankList", 200, &json!({"count": 0, "banks": []})).touches));
    insta::assert_snapshot!(told);
    let mut more = 0;
    for number in 0..50 {
        let members: serde_json::Map<_, _> = (0..=number).map(|name| (format!("m{name}"), json!(1))).collect();
        let body = json!({"customerID": "L", "riskVariables": members});
        let touched = desk.first(desk.sent_json("triggerBre", "/v2/user/offers", &body).touches);
        more += touched.iter().filter(|thing| thing.name == "A05").count();
    }
    assert_eq!(more, 11);
}

#[test]
fn every_ambiguity_that_has_a_place_can_be_touched() {
    let desk = Desk::lender();
    let index = &desk.seen.index;
    let mut reached = vec![false; index.ambiguities.len()];
    for (number, operation) in index.operations.iter().enumerate() {
        let number = u32::try_from(number).unwrap();
        let bodies = operation.variants.iter().chain(&index.variants);
        let bodies = bodies.chain(operation.request.iter().flat_map(|media| media.choices.iter().chain([&media.body])));
        let mut named: Vec<u32> = operation.ambiguities.clone();
        named.extend(operation.responses.iter().flat_map(|response| &response.ambiguities));
        named.extend(operation.parameters.iter().flat_map(|place| &place.ambiguities));
        for body in bodies {
            named.extend(&body.ambiguities);
            named.extend(body.places.iter().flat_map(|place| &place.ambiguities));
        }
        for ambiguity in named {
            reached[ambiguity as usize] |= index.ambiguities[ambiguity as usize].concerns(number);
        }
    }
    let notes = desk.contract.ambiguities.iter();
    let missed: Vec<&str> =
        notes.zip(&reached).filter(|(_, reached)| !**reached).map(|(note, _)| note.id.as_str()).collect();
    // How often to ask is a matter of time, and callbacks are none of the operations.
    assert_eq!(missed, ["A33", "A40"]);
}
