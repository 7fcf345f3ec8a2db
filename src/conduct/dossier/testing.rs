//! A small record for tests.

use super::super::record::{
    Attempt, Environment, FORMAT, Issued, Mode, ModuleFound, ModuleState, Observed, Partner, Pinned, Record, RuleFound,
    RuleState, Tool, Verdict,
};
use crate::event::Timestamp;

/// A time.
pub(super) fn time(text: &str) -> Timestamp {
    Timestamp::new(text.parse().expect("a time"))
}

/// A record of two modules, one of which counts and passed; issued, and certified.
pub(super) fn record() -> Record {
    let (from, to) = (time("2026-11-30T10:00:00Z"), time("2026-11-30T10:05:00Z"));
    let pinned = |id: &str| Pinned { id: id.to_owned(), version: "1".to_owned(), sha256: "0".repeat(64) };
    let rule = RuleFound {
        rule: "R01".to_owned(),
        says: "Requests are as documented.".to_owned(),
        section: None,
        state: RuleState::Kept,
        kept: 4,
        due: None,
        breaches: Vec::new(),
    };
    let attempt = Attempt {
        n: 1,
        customer: "C1".to_owned(),
        build: "4.2.0".to_owned(),
        state: ModuleState::Passed,
        counts: true,
        from,
        to,
        exchanges: 4,
        void: Vec::new(),
        rules: vec![rule],
    };
    let module = |id: &str, state, attempts| ModuleFound {
        id: id.to_owned(),
        title: format!("what {id} shows"),
        clause: "Get BRE API".to_owned(),
        state,
        attempts,
    };
    Record {
        format: FORMAT,
        dossier: "acme-20261130".to_owned(),
        verdict: Verdict::Certified,
        reasons: Vec::new(),
        mode: Mode::Certification,
        closed: true,
        partner: Partner { name: "Acme Lending".to_owned(), product: "los".to_owned(), build: "4.2.0".to_owned() },
        environment: Environment { kind: "referee".to_owned(), upstream: None, time_scale: 1.into() },
        profile: pinned("type-4"),
        archetype: "4 Hybrid Basic".to_owned(),
        contract: pinned("lender-prism"),
        tool: Tool { name: "proviso".to_owned(), version: "0.1.0".to_owned(), sha256: "1".repeat(64) },
        modules: vec![
            module("M01", ModuleState::Passed, vec![attempt]),
            module("M02", ModuleState::NotObserved, Vec::new()),
        ],
        not_scored: Vec::new(),
        waived: Vec::new(),
        attested: Vec::new(),
        ambiguities_touched: Vec::new(),
        observed: Observed { from: Some(from), to: Some(to), exchanges: 4 },
        misconfigured: Vec::new(),
        provider: None,
        issued: Some(Issued {
            at: time("2026-11-30T12:00:00Z"),
            not_after: time("2027-11-30T12:00:00Z"),
            by: "desk".to_owned(),
            key_id: "2".repeat(64),
        }),
    }
}
