//! Partners that send rubbish, secrets, the same twice, or somebody else's key: nothing is certified by it, nothing crashes,
//! and nothing that identifies a person reaches the journal.

use super::bench::{Bench, KEY, broken, judge, told};
use bytes::Bytes;
use proviso::conduct::record::{ModuleState, Verdict};
use serde_json::{Value, json};
use std::time::Duration;

fn post(path: &str, key: &str, body: impl Into<Bytes>) -> http::Request<Bytes> {
    let builder = http::Request::post(path).header("x-api-key", key).header("content-type", "application/json");
    builder.body(body.into()).unwrap()
}

fn create(customer: &str, mobile: &str) -> http::Request<Bytes> {
    post("/v2/user/create", KEY, json!({ "customerID": customer, "mobile": mobile }).to_string())
}

fn session(customer: &str) -> http::Request<Bytes> {
    let body = json!({ "customerID": customer, "redirectURL": "https://partner.example/back" });
    post("/v2/user/session", KEY, body.to_string())
}

#[tokio::test(start_paused = true)]
async fn mistakes_of_set_up_are_told_and_graded_nowhere() {
    let bench = Bench::new(judge("type-2"));
    let other = post(
        "/v2/user/create",
        "some-other-key-9f2c",
        json!({ "customerID": "C", "mobile": "9000200001" }).to_string(),
    );
    assert_eq!(bench.send(other).await.unwrap().status(), 401);
    assert_eq!(bench.send(post("/wrong/v2/user/create", KEY, "{}")).await.unwrap().status(), 404);
    bench.send(session("C")).await.unwrap();
    bench.send(create("D", "9876543210")).await.unwrap();
    let record = bench.close().await;
    assert_eq!(record.verdict, Verdict::NotKnown);
    assert!(record.modules.iter().all(|module| module.attempts.is_empty()), "{}", told(&record));
    let said: Vec<&str> = record.misconfigured.iter().map(|wrong| wrong.says.as_str()).collect();
    assert_eq!(
        said,
        [
            "a request came with the key ending ..9f2c, which is not one of this session",
            "POST /wrong/v2/user/create is no operation of the contract; is the base path right?",
            "the first call was createSession; no customer has been created, so no module has begun",
            "a customer was created with none of the sheet's data, so it is of no module",
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn rubbish_is_never_certified_and_never_a_crash() {
    let bench = Bench::new(judge("type-4"));
    let mut random = fastrand::Rng::with_seed(16);
    let bodies: Vec<Vec<u8>> = vec![
        Vec::new(),
        b"{".to_vec(),
        b"[[[[".to_vec(),
        vec![0xff; 300],
        b"{\"customerID\":[],\"mobile\":{}}".to_vec(),
        b"{\"customerID\":\"\",\"mobile\":\"9000400001\"}".to_vec(),
        b"\"text\"".to_vec(),
        b"null".to_vec(),
        vec![b' '; 5 * 1024 * 1024],
    ];
    let paths = [
        "/v2/user/create",
        "/v2/user/offers",
        "/user/acceptOffer",
        "/v2/document/upload",
        "/v2/user/bank/analyse",
        "/",
    ];
    for _ in 0..60 {
        let (path, body) = (paths[random.usize(..paths.len())], bodies[random.usize(..bodies.len())].clone());
        let mut request = post(path, KEY, body);
        if random.bool() {
            request.headers_mut().insert("content-type", "multipart/form-data; boundary=x".parse().unwrap());
        }
        let _ = bench.send(request).await;
    }
    let record = bench.close().await;
    assert_ne!(record.verdict, Verdict::Certified, "{}", told(&record));
    assert_eq!(bench.regraded(bench.judge().clone()).to_json().unwrap(), record.to_json().unwrap());
}

#[tokio::test(start_paused = true)]
async fn secrets_and_personal_numbers_do_not_reach_the_journal() {
    let bench = Bench::new(judge("type-4"));
    bench.send(create("C1", "9000400001")).await.unwrap();
    let mut planted: Vec<String> = Vec::new();
    for number in 0..25_u32 {
        let pan = format!("ABCP{}{:04}Z", char::from(b'A' + u8::try_from(number).unwrap()), 1000 + number);
        let secret = format!("s3cr3t-{number:04}-value");
        let body = json!({
            "customerID": "C1", "program": "PERSONAL_LOAN",
            "basicDetails": { "personalDetails": { "pan": pan }, "note": format!("pan {pan}") },
            "pdfPassword": secret, "password": secret, "token": secret, "aadhaarNumber": 123_412_341_234_u64 + u64::from(number),
            "consents": [{ "body": format!("Aadhaar {}", 987_654_321_000_u64 + u64::from(number)) }],
        });
        let mut request = post("/v2/user/details/update", KEY, body.to_string());
        request.headers_mut().insert("authorization", format!("Bearer {secret}").parse().unwrap());
        request.headers_mut().insert("cookie", format!("sid={secret}").parse().unwrap());
        bench.send(request).await.unwrap();
        planted.extend([
            pan,
            secret,
            (123_412_341_234_u64 + u64::from(number)).to_string(),
            (987_654_321_000_u64 + u64::from(number)).to_string(),
        ]);
    }
    bench.close().await;
    let text = String::from_utf8(bench.journal.text()).unwrap();
    let found: Vec<&String> = planted.iter().filter(|secret| text.contains(secret.as_str())).collect();
    assert!(planted.len() >= 100 && found.is_empty(), "{found:?}");
    assert!(!text.contains(KEY));
    assert!(text.contains("9000400001"), "test data is nobody's");
}

#[tokio::test(start_paused = true)]
async fn the_same_bytes_within_a_breath_are_one_observation() {
    let bench = Bench::new(judge("type-4"));
    bench.send(create("C1", "9000400008")).await.unwrap();
    let trigger = || post("/v2/user/offers", KEY, json!({ "customerID": "C1", "riskVariables": {} }).to_string());
    // Once more before there is an answer: below the partner's own code. Once more after it: the partner means it.
    let (first, second) = tokio::join!(bench.send(trigger()), bench.send(trigger()));
    assert!(first.is_some() && second.is_some());
    bench.send(trigger()).await.unwrap();
    let text = String::from_utf8(bench.journal.text()).unwrap();
    assert_eq!(text.matches("\"duplicate\":true").count(), 1);
}

#[tokio::test(start_paused = true)]
async fn two_customers_and_two_modules_interleave_and_a_failed_attempt_stays_visible() {
    let bench = Bench::new(judge("type-2"));
    // The first attempt at M02 stops at CUR-E-002 and so breaks its rule; the second goes on.
    bench.send(create("A", "9000200002")).await.unwrap();
    bench.send(create("B", "9000200001")).await.unwrap();
    tokio::time::sleep(Duration::from_secs(400)).await;
    bench.send(create("C", "9000200002")).await.unwrap();
    bench.send(session("B")).await.unwrap();
    bench.send(session("C")).await.unwrap();
    let record = bench.close().await;
    let module = record.module("M02").unwrap();
    let states: Vec<ModuleState> = module.attempts.iter().map(|attempt| attempt.state).collect();
    assert_eq!(states, [ModuleState::Failed, ModuleState::Passed], "{}", told(&record));
    assert_eq!(module.state, ModuleState::Passed);
    assert_eq!(record.module("M01").unwrap().state, ModuleState::Passed);
    assert!(broken(&record).contains(&"C26".to_owned()));
}

#[tokio::test(start_paused = true)]
async fn a_module_can_be_armed_and_an_earlier_build_does_not_count() {
    let bench = Bench::new(judge("type-2"));
    let now = || bench.referee.clock().now();
    bench.referee.session(0).unwrap().arm("M02", None, now()).unwrap();
    assert!(bench.referee.session(0).unwrap().arm("M99", None, now()).is_err());
    let answer = bench.send(create("A", "9876543210")).await.unwrap();
    let body: Value = serde_json::from_slice(answer.body()).unwrap();
    assert_eq!(body["statusCode"], "CUR-E-002");
    bench.send(session("A")).await.unwrap();
    bench.referee.session(0).unwrap().resume("4.3.0", now()).unwrap();
    let record = bench.close().await;
    let module = record.module("M02").unwrap();
    assert_eq!(
        (module.attempts[0].state, module.attempts[0].counts),
        (ModuleState::Passed, false),
        "{}",
        told(&record)
    );
    assert_eq!(module.state, ModuleState::NotObserved);
    assert_eq!(record.partner.build, "4.3.0");
}

#[tokio::test(start_paused = true)]
async fn nothing_tells_the_partner_what_is_played() {
    let bench = Bench::new(judge("type-4"));
    bench.send(create("C1", "9000400012")).await.unwrap();
    let words = ["sandbox", "persona", "fault", "referee", "certif", "M12"];
    let answer = bench.send(create("C1", "9000400012")).await.unwrap();
    let mut said: String = answer
        .headers()
        .iter()
        .map(|(name, value)| format!("{name}: {}\n", value.to_str().unwrap_or_default()))
        .collect();
    said.push_str(&String::from_utf8_lossy(answer.body()));
    for word in words {
        assert!(!said.contains(word), "{word}: {said}");
    }
}
