//! What the monitor remembers does not grow with the traffic, only with the customers.

use super::desk::lender;
use proviso::event::Timestamp;
use proviso::rule::{Exchange, Monitor, Request, Response, Settings};
use serde_json::{Value, json};
use std::time::Duration;

/// The memory of this process, in bytes.
fn resident() -> usize {
    let text = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
    line.split_whitespace().next().and_then(|kilobytes| kilobytes.parse::<usize>().ok()).unwrap_or_default() * 1024
}

#[test]
#[ignore = "measures the whole process: cargo test --release --test it rules::memory -- --ignored --nocapture"]
fn ten_thousand_customers_at_once_are_remembered_in_less_than_100_mb() {
    const CUSTOMERS: u64 = 10_000;
    let (contract, rules) = lender();
    let banks: Vec<Value> =
        (0..435).map(|n| json!({ "name": format!("BANK {n}"), "npciCode": format!("N{n}") })).collect();
    let banks = json!({ "count": 435, "banks": banks });
    let mut monitor = Monitor::new(rules, Settings::default());
    let before = resident();
    let started = std::time::Instant::now();
    let mut number = 0;
    // All customers take every step before any takes the next: all are under way at once.
    for step in STEPS {
        for who in 0..CUSTOMERS {
            let (operation, request, body) = step(who);
            let body = if operation == "getBankList" { banks.clone() } else { body };
            let found = contract.operation(operation).expect("a documented operation");
            number += 1;
            let origin: jiff::Timestamp = "2026-03-02T09:00:00Z".parse().expect("a timestamp");
            let at = Timestamp::new(origin).after(Duration::from_millis(number * 10));
            let (target, sent) = match found.method.as_str() {
                "GET" => {
                    let pairs: Vec<String> = request
                        .as_object()
                        .into_iter()
                        .flatten()
                        .map(|(k, v)| format!("{k}={}", v.as_str().unwrap_or_default()))
                        .collect();
                    (format!("{}?{}", found.path, pairs.join("&")), None)
                }
                _ => (found.path.clone(), Some(request)),
            };
            let headers = vec![("x-api-key".to_owned(), "key".to_owned())];
            let exchange = Exchange {
                number,
                operation: operation.to_owned(),
                request: Request::new(&found.method, &target, &found.path, sent).with_headers(headers),
                response: Some(Response { status: 200, headers: Vec::new(), body }),
                sent: at,
                received: at,
            };
            let broken = monitor.observe(&exchange);
            let server = broken.iter().find(|one| one.rule.binds == proviso::rule::Binds::Server);
            assert!(server.is_none(), "{:?}", server.map(|one| (&one.rule.id, &one.came)));
        }
    }
    let used = resident().saturating_sub(before);
    println!(
        "{} exchanges, {:?} each, {} MB",
        number,
        started.elapsed() / u32::try_from(number).unwrap_or(1),
        used / 1_000_000
    );
    assert!(used < 100_000_000, "{used} bytes");
}

type Step = fn(u64) -> (&'static str, Value, Value);

fn reference(who: u64, kind: u64) -> String {
    format!("{who:08x}-0000-4000-8000-{kind:012x}")
}

#[expect(clippy::needless_pass_by_value, reason = "the steps read better with values")]
fn good(code: &str, data: Value) -> Value {
    json!({ "data": data, "error": "", "statusCode": code })
}

const STEPS: &[Step] = &[
    |who| {
        (
            "createUser",
            json!({ "customerID": format!("C{who}"), "mobile": "9999999999" }),
            good("CUR-S-000", json!({ "message": "ok" })),
        )
    },
    |who| ("getBankList", json!({ "customerID": format!("C{who}") }), Value::Null),
    |who| {
        (
            "updateUserDetails",
            crate::sandbox::client::details(&format!("C{who}"), "ABCPE1234F"),
            good("UUD-S-000", json!({ "message": "ok" })),
        )
    },
    |who| {
        (
            "triggerBre",
            json!({ "customerID": format!("C{who}"), "riskVariables": {} }),
            good("GNO-S-000", json!({ "referenceID": reference(who, 1) })),
        )
    },
    |who| {
        (
            "getBre",
            json!({ "referenceID": reference(who, 1) }),
            good("GEO-S-001", json!({ "status": "PROCESSING", "referenceID": reference(who, 1) })),
        )
    },
    |who| {
        let slab = json!({ "minAmount": 1000, "maxAmount": 200_000, "tenure": 12, "interest": 25, "processingFee": 2.75, "gst": 18 });
        let offer = json!({ "offerID": reference(who, 9), "lenderID": reference(1, 8), "createdAt": "2026-03-02T08:00:00Z", "expiresAt": "2026-04-02T00:00:00Z", "status": "ACTIVE", "slabs": [slab] });
        (
            "getBre",
            json!({ "referenceID": reference(who, 1) }),
            good("GEO-S-000", json!({ "status": "SUCCESS", "offers": [offer] })),
        )
    },
    |who| {
        let choice = json!({ "offerID": reference(who, 9), "amount": 5000, "tenure": 12, "interest": 25 });
        (
            "acceptOffer",
            json!({ "customerID": format!("C{who}"), "offerDetails": choice }),
            good("AOP-S-000", json!({ "message": "ok" })),
        )
    },
    |who| {
        (
            "uploadDocument",
            json!({ "customerID": format!("C{who}"), "program": "EDI", "documentType": "LOAN_AGREEMENT" }),
            good("", json!({ "message": "ok" })),
        )
    },
    |who| {
        (
            "triggerKyc",
            json!({ "customerID": format!("C{who}"), "program": "EDI" }),
            good("TCK-S-000", json!({ "referenceID": reference(who, 2) })),
        )
    },
    |who| {
        let known = json!({ "dob": "1997-11-18", "name": "Test User", "address": { "pincode": "560095" } });
        let results = json!({ "dobMatch": true, "nameMatch": true, "faceMatch": true, "faceLiveliness": true });
        (
            "getKycDetails",
            json!({ "referenceID": reference(who, 2) }),
            good("GKD-S-000", json!({ "status": "APPROVED", "personalKYC": [known], "results": results })),
        )
    },
    |who| {
        (
            "updateUserDetails",
            crate::sandbox::client::mandate(&format!("C{who}")),
            good("UUD-S-000", json!({ "message": "ok" })),
        )
    },
    |who| {
        (
            "triggerAgreement",
            json!({ "customerID": format!("C{who}"), "program": "EDI" }),
            good("TAS-S-000", json!({ "referenceID": reference(who, 3) })),
        )
    },
    |who| {
        (
            "getAgreement",
            json!({ "referenceID": reference(who, 3) }),
            good("GAS-S-000", json!({ "status": "SUCCESS", "agreementURL": "https://a" })),
        )
    },
    |who| {
        (
            "triggerDisbursal",
            json!({ "customerID": format!("C{who}"), "program": "EDI" }),
            good("TDB-S-200", json!({ "referenceID": reference(who, 4) })),
        )
    },
    |who| {
        let paid = json!({ "status": "SUCCESS", "disbursedAmount": 5000, "utrNumber": format!("U{who}"), "loanAccountNumber": format!("L{who}"), "disbursedAt": "2026-03-02T15:00:00+05:30" });
        ("getDisbursal", json!({ "referenceID": reference(who, 4) }), good("GDB-S-200", paid))
    },
];
