//! Hand-made runs that are held against a contract, for the tests of reports.

use crate::event::testing::{Story, exchange, place};
use crate::event::{
    Ambiguity, AttemptFinished, CaseOutcome, Event, EventKind, Failure, Finding, FindingKind, Grade, Group, Inventory,
    Promise, Side, StepOutcome, ThingKind, Touch, Touched, TouchedThing, Validation, Violation, Waived, WaiverEntry,
    WaiverFault, WaiverRefused,
};

/// The contract of these runs: three operations, of which the last is called by nobody.
pub(in crate::report) fn inventory() -> Inventory {
    let group = |kind, operation: Option<&str>, things: &[(&str, &str)]| Group {
        kind,
        operation: operation.map(str::to_owned),
        things: things
            .iter()
            .map(|(name, meaning)| ((*name).to_owned(), (!meaning.is_empty()).then(|| (*meaning).to_owned())))
            .collect(),
    };
    let operations = [("createUser", "Create User API"), ("getBre", "Get BRE API"), ("createSession", "Session API")];
    let codes = [("CUR-S-000", "User Created"), ("GEO-S-000", "Offers"), ("GEO-S-002", ""), ("FBX-E-012", "Lender")];
    Inventory {
        contract: "lender-prism".into(),
        title: "Lender Prism APIs".into(),
        version: "2.0".into(),
        documented: vec![
            group(ThingKind::Operation, None, &operations),
            group(ThingKind::Code, None, &codes),
            group(ThingKind::Status, Some("createUser"), &[("200", ""), ("4XX", "")]),
            group(ThingKind::Status, Some("getBre"), &[("200", "")]),
            group(ThingKind::Variant, Some("createUser"), &[("created", "")]),
            group(ThingKind::Variant, Some("getBre"), &[("offer", ""), ("rejected", "")]),
            group(ThingKind::Variant, None, &[("lender-api-failure", "")]),
            group(ThingKind::Field, Some("createUser"), &[("request /customerID", ""), ("request /partnerCode", "")]),
            group(
                ThingKind::Field,
                Some("getBre"),
                &[
                    ("offer /data/offers/*/offerID", ""),
                    ("offer /data/dataRequired", ""),
                    ("rejected /data/reason", ""),
                ],
            ),
            group(ThingKind::Value, Some("getBre"), &[("/data/status SUCCESS", ""), ("/data/status REJECTED", "")]),
        ],
        ambiguities: vec![
            ambiguity("A01", "customer_id or customerID", &["createUser"]),
            ambiguity("A09", "What dataRequired holds", &["getBre"]),
            ambiguity("A10", "Two members named rejectionReason", &["getBre"]),
        ],
    }
}

fn ambiguity(id: &str, title: &str, operations: &[&str]) -> Ambiguity {
    Ambiguity {
        id: id.into(),
        title: title.into(),
        operations: operations.iter().map(|operation| (*operation).to_owned()).collect(),
        documented: "One table says this; every sample says that.".into(),
        wire: "That.".into(),
        accept: "Both.".into(),
    }
}

/// A finding about Get BRE.
pub(in crate::report) fn finding(field: &str, grade: Grade) -> Finding {
    Finding {
        id: format!("undocumented-field:getBre:offer:/data/{field}"),
        kind: FindingKind::UndocumentedField,
        grade,
        operation: "getBre".into(),
        side: Side::Response,
        variant: Some("offer".into()),
        pointer: format!("/data/{field}"),
        what: format!("`/data/{field}` is not documented"),
        found: Some("712".into()),
        near: Some("scores".into()),
        section: Some("Get BRE API".into()),
        ambiguity: (field == "banking").then(|| "A09".into()),
    }
}

/// A broken promise of Get BRE.
pub(in crate::report) fn violation() -> Violation {
    Violation {
        operation: "getBre".into(),
        side: Side::Response,
        variant: Some("rejected".into()),
        pointer: "/data/reason".into(),
        rule: "enum".into(),
        promised: "one of \"AGE\" and \"SLAB\"".into(),
        found: Some("\"TOO YOUNG\"".into()),
        near: Some("AGE".into()),
        section: Some("Get BRE API".into()),
        ambiguity: Some("A10".into()),
    }
}

/// Who answers for it.
fn waiver() -> WaiverEntry {
    WaiverEntry {
        what: "contract:getBre:rejected:/data/reason:enum".into(),
        owner: "anna@finbox.example".into(),
        reason: "FinBox corrects the list in its next release".into(),
        expires: "2026-02-28".into(),
        place: place(4, 5, 40, "  - promise: contract:getBre:rejected:/data/reason:enum"),
    }
}

fn refused(why: WaiverFault) -> EventKind {
    EventKind::WaiverRefused(Box::new(WaiverRefused { waiver: waiver(), why }))
}

/// A documented thing, touched.
pub(in crate::report) fn thing(kind: ThingKind, operation: Option<&str>, name: &str, touch: Touch) -> TouchedThing {
    TouchedThing { kind, operation: operation.map(str::to_owned), name: name.into(), touch, evidence: None }
}

impl Story {
    /// Says what the contract documents.
    pub(in crate::report) fn contract(&mut self) {
        self.say(EventKind::ContractRead(Box::new(inventory())));
    }

    /// What a step was the first to show.
    pub(in crate::report) fn touch(&mut self, case: usize, step: usize, things: Vec<TouchedThing>) {
        let (contract, operation) = ("lender-prism".into(), "getBre".into());
        self.say(EventKind::Touched(Box::new(Touched { case, step, contract, operation, things })));
    }

    /// An exchange in which these findings were made.
    pub(in crate::report) fn hold(&mut self, case: usize, step: usize, findings: Vec<Finding>) {
        let held = Validation { operation: "getBre".into(), variant: Some("offer".into()), code: None, findings };
        self.say(EventKind::AttemptFinished(Box::new(AttemptFinished {
            case,
            step,
            attempt: 1,
            exchange: exchange("GET", 200, "{}"),
            seen: Vec::new(),
            wait_ms: None,
            within_ms: None,
            retried: None,
            validation: Some(Box::new(held)),
        })));
    }
}

/// A night held against its contract: an offer with two undocumented fields, and a rejection with a broken promise.
pub(in crate::report) fn held_run() -> Vec<Event> {
    use ThingKind::{Ambiguity, Code, Field, Operation, Status, Value, Variant};
    let mut story = Story::new(&[("suites/offers.yaml", "Offers", &["an offer", "a rejection"])], 1);
    story.contract();
    story.begin(0);
    story.touch(
        0,
        2,
        vec![
            thing(Operation, None, "createUser", Touch::Seen),
            thing(Field, Some("createUser"), "request /customerID", Touch::Seen),
            thing(Status, Some("createUser"), "200", Touch::Promised),
            thing(Code, None, "CUR-S-000", Touch::Promised),
            thing(Variant, Some("createUser"), "created", Touch::Promised),
            thing(Operation, None, "getBre", Touch::Seen),
            thing(Status, Some("getBre"), "200", Touch::Seen),
            thing(Code, None, "GEO-S-000", Touch::Promised),
            thing(Variant, Some("getBre"), "offer", Touch::Promised),
            thing(Field, Some("getBre"), "offer /data/offers/*/offerID", Touch::Promised),
            thing(Value, Some("getBre"), "/data/status SUCCESS", Touch::Seen),
            TouchedThing {
                evidence: Some("`dataRequired` is null".into()),
                ..thing(Ambiguity, None, "A09", Touch::Seen)
            },
        ],
    );
    let (score, banking) = (finding("score", Grade::Warn), finding("banking", Grade::Warn));
    story.hold(0, 2, vec![score.clone(), score.clone(), banking]);
    story.hold(0, 2, vec![score]);
    story.finish_step(0, 2, 2, None, StepOutcome::Passed);
    story.end(0, CaseOutcome::Passed);
    story.begin(1);
    story.touch(
        1,
        2,
        vec![
            thing(Code, None, "GEO-S-002", Touch::Seen),
            thing(Variant, Some("getBre"), "rejected", Touch::Seen),
            thing(Value, Some("getBre"), "/data/status REJECTED", Touch::Seen),
            thing(Ambiguity, None, "A10", Touch::Violated),
        ],
    );
    story.hold(1, 2, Vec::new());
    let failure = Failure { place: place(9, 5, 4, "enum"), promise: Promise::Contract(Box::new(violation())) };
    story.finish_step(1, 2, 1, None, StepOutcome::Failed(vec![failure]));
    story.end(1, CaseOutcome::Failed);
    story.over()
}

/// A night in which the broken promise is waived, and two other waivers cannot stay.
pub(in crate::report) fn waived_run() -> Vec<Event> {
    let mut events = held_run();
    events.pop();
    for event in &mut events {
        match &mut event.kind {
            EventKind::StepFinished(step) => {
                if let StepOutcome::Failed(failures) = &step.outcome {
                    let mut waivers = vec![waiver()];
                    waivers[0].expires = "2026-12-31".into();
                    let waived = Waived { failures: failures.clone(), waivers };
                    step.outcome = StepOutcome::Waived(Box::new(waived));
                }
            }
            EventKind::CaseFinished(case) if case.outcome == CaseOutcome::Failed => case.outcome = CaseOutcome::Waived,
            _ => {}
        }
    }
    let mut story = Story { events };
    story.say(refused(WaiverFault::Expired));
    story.say(refused(WaiverFault::Unmatched));
    story.over()
}
