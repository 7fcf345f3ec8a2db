//! Misbehaviour on demand.

use std::time::Duration;

use axum::body::to_bytes;
use http::Request;
use proviso::sandbox::{Faults, Settings, app};
use serde_json::json;
use tower::ServiceExt;

use crate::sandbox::client::{A_WHILE, Client};

/// A partner of a server that plays one fault.
fn faulty(fault: &str) -> Client {
    let faults = Faults::parse(&format!("faults:\n  - {{ name: mine, {fault} }}\n"))
        .unwrap_or_else(|error| panic!("{fault}: {error}"));
    Client::with(Settings { faults, ..Settings::default() })
}

#[tokio::test(start_paused = true)]
async fn an_answer_may_be_spoilt_in_many_ways() {
    let rows = [
        ("status: 503", "503 CUR-S-000"),
        ("code: CUR-X-999", "200 CUR-X-999"),
        ("set: { /data/message: created, /data/extra: [1] }", "200 CUR-S-000"),
        ("remove: [/statusCode]", "200 -"),
        ("body: '<html>'", "200 -"),
        ("content_type: text/html", "200 CUR-S-000"),
    ];
    for (fault_action, verdict) in rows {
        let reply = faulty(&format!("do: {{ {fault_action} }}")).create().await.expect(verdict);
        assert_eq!(reply.headers["x-sandbox-fault"], "mine");
        if fault_action.starts_with("set") {
            assert_eq!(reply.body["data"], json!({ "message": "created", "extra": [1] }));
        }
        if fault_action.starts_with("content_type") {
            assert_eq!(reply.headers["content-type"], "text/html");
        }
        if fault_action.starts_with("body") {
            assert_eq!(reply.text, "<html>");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_refusal_comes_before_anything_changes_and_a_late_answer_after() {
    let client = faulty("do: { refuse: FBX-E-004, retry_after: 7 }, when: { first: 1 }");
    let refused = client.create().await.expect("429 FBX-E-004");
    assert_eq!(refused.headers["retry-after"], "7");
    client.create().await.expect("200 CUR-S-000");
    let client = faulty("do: { latency: 2s }");
    let started = tokio::time::Instant::now();
    client.create().await.expect("200 CUR-S-000");
    assert!(started.elapsed() >= Duration::from_secs(2));
}

#[tokio::test(start_paused = true)]
async fn faults_befall_the_requests_they_are_meant_for() {
    let count = async |when: &str| {
        let client = faulty(&format!("operation: [createUser, getBre], when: {{ {when} }}, do: {{ code: X }}"));
        let mut spoilt = String::new();
        for number in 1..=6 {
            let reply = client.about(&format!("C{number}")).create().await;
            spoilt.push(if reply.verdict().ends_with(" X") { 'x' } else { '.' });
        }
        client.about("C1").details("ABCPE1234F").await.expect("200 UUD-S-000");
        spoilt
    };
    assert_eq!(count("nth: 3").await, "..x...");
    assert_eq!(count("first: 2").await, "xx....");
    assert_eq!(count("every: 2").await, ".x.x.x");
    assert_eq!(count("customer: C5").await, "....x.");
    assert_eq!(count("customer: 'C*', nth: 6").await, ".....x");
    assert_eq!(count("chance: 0").await, "......");
    assert_eq!(count("chance: 1").await, "xxxxxx");
    assert_eq!(count("chance: 0.5").await, count("chance: 0.5").await);
}

#[tokio::test(start_paused = true)]
async fn a_respelt_status_reaches_the_partner_and_the_journey_goes_on() {
    let yaml = "faults: [{ operation: getKycDetails, do: { set: { /data/status: CONDITIONAL_SUCCESS } } }]";
    let client = Client::with(Settings { faults: Faults::parse(yaml).unwrap(), ..Settings::default() });
    let reply = client.identified("SBXPK2003A").await.expect("200 GKD-S-000");
    assert_eq!(reply.body["data"]["status"], "CONDITIONAL_SUCCESS");
    client.mandate().await.expect("200 UUD-S-000");
    tokio::time::sleep(A_WHILE).await;
}

#[tokio::test(start_paused = true)]
async fn bodies_may_break_off_or_drip_or_explode() {
    let get = async |fault_action: &str| {
        let faults =
            Faults::parse(&format!("faults: [{{ operation: getBankList, do: {{ {fault_action} }} }}]")).unwrap();
        let app = app(Settings { faults, ..Settings::default() });
        let create = Request::post("/v2/user/create")
            .header("x-api-key", "sandbox-key")
            .header("content-type", "application/json");
        let body = r#"{"customerID":"C","mobile":"9999999999"}"#;
        app.clone().oneshot(create.body(axum::body::Body::from(body)).unwrap()).await.unwrap();
        let list = Request::get("/v2/bank/list?customerID=C").header("x-api-key", "sandbox-key");
        let response = app.oneshot(list.body(axum::body::Body::empty()).unwrap()).await.unwrap();
        let headers = response.headers().clone();
        (headers, to_bytes(response.into_body(), usize::MAX).await)
    };
    let (headers, body) = get("truncate: 100").await;
    assert!(body.is_err() && headers["content-length"].to_str().unwrap().parse::<usize>().unwrap() > 100);
    let (_, body) = get("reset: true").await;
    assert!(body.is_err());
    let started = tokio::time::Instant::now();
    let (_, body) = get("body: slow, drip: 1s").await;
    assert_eq!((body.unwrap().as_ref(), started.elapsed().as_secs()), (&b"slow"[..], 4));
    let (headers, body) = get("gzip_bomb: 1000000").await;
    let bomb = body.unwrap();
    assert_eq!(headers["content-encoding"], "gzip");
    assert!(bomb.starts_with(b"\x1f\x8b") && bomb.len() < 10_000);
}

#[test]
fn what_is_not_a_fault_is_an_error_with_a_line() {
    let rows = [
        ("faults:\n  - do: { latency: fast }\n", "line 2", "duration"),
        ("faults:\n  - do: { status: 99 }\n", "line 2", "status"),
        ("faults:\n  - operation: makeTea\n    do: {}\n", "line 2", "createUser"),
        ("faults:\n  - does: {}\n", "line 2", "does"),
        ("faults:\n  - do: { refuse: NOT-A-CODE }\n", "line 2", "documented code"),
        ("faults:\n  - when: { chance: 2 }\n    do: {}\n", "line 2", "between 0 and 1"),
        ("faults:\n  - when: { nth: 0 }\n    do: {}\n", "line 2", "from 1"),
        ("faults:\n  - when: { nth: 1, every: 2 }\n    do: {}\n", "line 2", "one of"),
        ("faults:\n  - do: {}\n  - name: \"a\\nb\"\n    do: {}\n", "line 3", "header"),
        ("faults: [\n", "line", ""),
        ("", "", "faults"),
    ];
    for (yaml, place, what) in rows {
        let error = Faults::parse(yaml).err().unwrap_or_else(|| panic!("{yaml} is taken")).to_string();
        assert!(error.contains(place) && error.contains(what), "{yaml} gives: {error}");
    }
    assert!(Faults::parse("faults: []").is_ok());
}
