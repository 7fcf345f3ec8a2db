//! What is taken of a response, mask by mask.

use super::*;
use crate::snapshot::number::marker;
use crate::snapshot::{Body, differences, reconcile};
use proptest::prelude::*;
use serde_json::json;

/// What a suite says, owned.
#[derive(Default)]
struct Said {
    redact: Vec<(Selector, String)>,
    ignore: Vec<Selector>,
    sort: Vec<Selector>,
    keep: Vec<Selector>,
    ids: Vec<String>,
}

fn paths(paths: &[&str]) -> Vec<Selector> {
    paths.iter().map(|path| Selector::parse(path).unwrap()).collect()
}

fn taken(body: &Value, said: &Said, accepted: Option<&Content>) -> Content {
    taken_as(body, said, Placeholders::Typed, accepted)
}

fn taken_as(body: &Value, said: &Said, placeholders: Placeholders, accepted: Option<&Content>) -> Content {
    let Said { redact, ignore, sort, keep, ids } = said;
    let text = body.to_string();
    let taking = Taking {
        status: 200,
        headers: vec![
            ("x-trace".into(), "6f1c1b5e-8a53-4c1e-9d2b-0d1f6c7a8b9c".into()),
            ("set-cookie".into(), "a=b".into()),
        ],
        json: Some(body),
        body: text.as_bytes(),
        masks: Masks { redact, ignore, sort, keep },
        ids,
        redactor: &Redactor::new(["swordfish", "4711"]),
        host: "127.0.0.1:4712",
    };
    take(&taking, placeholders, accepted)
}

fn body(body: &Value, said: &Said) -> Value {
    match taken(body, said, None).body {
        Body::Json(value) => value,
        other => panic!("{other:?}"),
    }
}

const ONE: &str = "11111111-1111-4111-8111-111111111111";
const TWO: &str = "22222222-2222-4222-8222-222222222222";

#[test]
fn a_first_recording_is_stable_because_what_differs_has_placeholders() {
    let response = json!({
        "z": { "id": ONE, "parent": TWO, "self": format!("http://127.0.0.1:4712/x/{ONE}") },
        "customerID": "CUST9F2K", "note": "of CUST9F2K, made 2026-11-22T10:00:00Z",
        "orderId": 17, "count": 17, "at": 1_763_825_187_123_u64, "when": "2026-11-22",
    });
    let said = Said { ids: vec!["CUST9F2K".into()], ..Said::default() };
    assert_eq!(
        body(&response, &said),
        json!({
            "at": "[epoch ms, number]", "count": 17, "customerID": "[id-1]", "note": "of [id-1], made [time Z]",
            "orderId": "[id-2, number]", "when": "[date yyyy-mm-dd]",
            // The trace in the headers was the first.
            "z": { "id": "[uuid-2]", "parent": "[uuid-3]", "self": "http://[host]/x/[uuid-2]" },
        })
    );
}

#[test]
fn secrets_and_personal_data_are_never_taken_whatever_is_kept() {
    let response = json!({
        "key": "swordfish", "4711": 4711, "pan": "ABCPE1234F", "words": "call 9876543210 or a@b.example",
        "address": { "line": "12, High Street", "pin": 560_001 }, "firstName": "Asha", "dob": "1997-11-18",
        "id": ONE, "accountNumber": 123,
    });
    let said = Said { keep: paths(&["$", "$.id"]), ..Said::default() };
    assert_eq!(
        body(&response, &said),
        json!({
            "[secret]": "[secret]", "accountNumber": "[account-1, 3 digits, number]",
            "address": { "line": "[address-1]", "pin": "[address-2, number]" }, "dob": "[date yyyy-mm-dd]",
            "firstName": "[name-1]", "id": ONE, "key": "[secret]", "pan": "[pan-1]",
            "words": "call [mobile-1, 10 digits] or [email-1]",
        })
    );
    assert_eq!(
        taken(&response, &said, None).headers,
        [("set-cookie".into(), "[secret]".into()), ("x-trace".to_owned(), "[uuid-1]".to_owned())]
    );
}

#[test]
fn a_short_id_is_not_found_by_chance() {
    let response = json!({ "loanID": 17, "count": 17, "text": "17", "code": "L-000017", "of": "loan L-000017" });
    let said = Said { ids: vec!["17".into(), "L-000017".into()], ..Said::default() };
    let expected =
        json!({ "code": "[id-1]", "count": 17, "loanID": "[id-2, number]", "of": "loan [id-1]", "text": "17" });
    assert_eq!(body(&response, &said), expected);
}

#[test]
fn a_name_is_private_where_it_is_a_persons() {
    let response = json!({ "bank": { "name": "SBI" }, "person": { "name": "Asha Rao", "gender": "FEMALE" } });
    let expected = json!({ "bank": { "name": "SBI" }, "person": { "gender": "FEMALE", "name": "[name-1]" } });
    assert_eq!(body(&response, &Said::default()), expected);
}

#[test]
fn a_suite_says_what_else_is_masked() {
    let response =
        json!({ "a": { "x": 1, "y": 2 }, "items": [{ "n": "b" }, { "n": "a", "took": 3 }], "gone": 1, "kept": ONE });
    let said = Said {
        redact: vec![
            (Selector::parse("$.a.x").unwrap(), "[x]".into()),
            (Selector::parse("$.no").unwrap(), "[no]".into()),
        ],
        ignore: paths(&["$.gone", "$.items[*].took"]),
        sort: paths(&["$.items"]),
        keep: paths(&["$.kept"]),
        ids: Vec::new(),
    };
    let expected = json!({ "a": { "x": "[x]", "y": 2 }, "items": [{ "n": "a" }, { "n": "b" }], "kept": ONE });
    assert_eq!(body(&response, &said), expected);
}

#[test]
fn lists_are_sorted_by_what_is_left_of_their_items() {
    let said = Said { sort: paths(&["$.items"]), ..Said::default() };
    let items = |first: &str, second: &str| json!({ "items": [{ "id": first, "n": 2 }, { "id": second, "n": 1 }], "ref": first });
    let expected = json!({ "items": [{ "id": "[uuid-2]", "n": 1 }, { "id": "[uuid-3]", "n": 2 }], "ref": "[uuid-3]" });
    assert_eq!(body(&items(ONE, TWO), &said), expected);
    assert_eq!(body(&items(TWO, ONE), &said), expected, "ids do not decide the order");
}

#[test]
fn names_of_members_are_masked_and_none_is_lost() {
    let response = json!({ ONE: 1, "2026-01-01": 2, "2026-01-02": 3, TWO: 4 });
    let expected = json!({ "[date yyyy-mm-dd]": 2, "[date yyyy-mm-dd] (2)": 3, "[uuid-2]": 1, "[uuid-3]": 4 });
    assert_eq!(body(&response, &Said::default()), expected);
}

#[test]
fn what_is_new_does_not_renumber_what_was_there() {
    let before = taken(&json!({ "b": ONE, "c": TWO }), &Said::default(), None);
    let after = taken(
        &json!({ "a": "33333333-3333-4333-8333-333333333333", "b": TWO, "c": ONE }),
        &Said::default(),
        Some(&before),
    );
    let changes = differences(&before, &after).changes;
    assert_eq!(changes.iter().map(|change| change.path.as_str()).collect::<Vec<_>>(), ["$.a"]);
}

#[test]
fn two_ids_where_there_was_one_are_a_difference() {
    let before = taken(&json!({ "a": ONE, "b": ONE }), &Said::default(), None);
    let same = taken(&json!({ "a": TWO, "b": TWO }), &Said::default(), Some(&before));
    let other = taken(&json!({ "a": ONE, "b": TWO }), &Said::default(), Some(&before));
    assert_eq!(before, same);
    assert_eq!(differences(&before, &other).changes.len(), 1);
}

#[test]
fn bodies_that_are_not_json_are_text_and_bytes_are_told_apart() {
    let take = |body: &[u8]| {
        let taking = Taking {
            status: 200,
            headers: Vec::new(),
            json: None,
            body,
            masks: Masks::default(),
            ids: &[],
            redactor: &Redactor::default(),
            host: "",
        };
        take(&taking, Placeholders::Typed, None).body
    };
    assert_eq!(take(b""), Body::Empty);
    assert_eq!(take(format!("see {ONE}\r\n\r\n").as_bytes()), Body::Text("see [uuid-1]\r\n\r\n".into()));
    let Body::Text(bytes) = take(&[0xff, 0xfe]) else { panic!("bytes are told in words") };
    assert!(bytes.starts_with("(2 bytes that are not text, "), "{bytes}");
    assert_ne!(take(&[0xff, 0xfe]), take(&[0xfe, 0xff]));
}

#[test]
fn a_marker_in_a_response_is_no_marker() {
    let response = json!({ "a": marker("uuid", "1", None), "b": ONE });
    let Value::Object(members) = body(&response, &Said::default()) else { panic!("an object") };
    assert_eq!(members["b"], json!("[uuid-2]"));
    assert!(members["a"].as_str().unwrap().contains('\u{FFFD}'), "{members:?}");
}

#[test]
fn a_long_body_is_taken_in_one_pass() {
    let digits = "1".repeat(200_000);
    let response = json!({ "a": digits, "b": "a".repeat(200_000), "c": "1-".repeat(50_000) });
    assert!(body(&response, &Said::default()) == response, "it is left as it is");
}

#[test]
fn a_value_of_another_type_form_or_host_is_a_difference() {
    let before = json!({
        "at": 1_763_825_187_123_u64, "when": "2026-11-22T10:00:00Z", "on": "2026-11-22", "mobile": "9876543210", "id": 17,
        "uuid": ONE, "logo": "https://cdn.example.com/a.png", "amountPaise": 9_876_543_210_u64, "pan": "ABCPE1234F",
    });
    let accepted = taken(&before, &Said::default(), None);
    let other = |name: &str, value: Value| {
        let mut after = before.clone();
        after[name] = value;
        let after = taken(&after, &Said::default(), Some(&accepted));
        differences(&accepted, &after).changes.iter().map(|change| change.path.clone()).collect::<Vec<_>>()
    };
    for (name, value) in [
        ("at", json!("1763825187123")),
        ("at", json!(1_763_825_187)),
        ("at", Value::Null),
        ("when", json!("2026-11-22T15:30:00+05:30")),
        ("when", json!("2026-11-22 10:00:00Z")),
        ("on", json!("22-11-2026")),
        ("mobile", json!("987654321")),
        ("mobile", json!(9_876_543_210_u64)),
        ("id", json!("17")),
        ("uuid", json!("11111111111141118111111111111111")),
        ("logo", json!("https://evil.example.com/a.png")),
        ("amountPaise", json!(9_876_543_211_u64)),
        ("pan", json!("ABCPE123")),
    ] {
        assert_eq!(other(name, value.clone()), [format!("$.{name}")], "{value}");
    }
    for (name, value) in [
        ("at", json!(1_763_825_999_999_u64)),
        ("when", json!("2027-01-01T00:00:00.123Z")),
        ("on", json!("2027-01-01")),
        ("mobile", json!("9123456780")),
        ("id", json!(1845)),
        ("uuid", json!(TWO)),
    ] {
        assert_eq!(other(name, value.clone()), Vec::<String>::new(), "{value}");
    }
}

#[test]
fn a_snapshot_without_forms_still_matches_what_it_was_taken_of() {
    let response = json!({ "at": 1_763_825_187_123_u64, "self": "https://other.example.com/x", "id": ONE, "n": 1 });
    let old = taken_as(&response, &Said::default(), Placeholders::Untyped, None);
    let later = json!({ "at": 1_763_825_187_124_u64, "self": "https://other.example.com/x", "id": TWO, "n": 1 });
    let typed = taken(&later, &Said::default(), Some(&old));
    let untyped = taken_as(&later, &Said::default(), Placeholders::Untyped, Some(&old));
    assert_ne!(typed, old);
    assert_eq!(reconcile(&old, &typed, &untyped), old);
}

proptest! {
    /// What was taken is read back as it was, and taken again it is the same.
    #[test]
    fn what_is_written_compares_equal(texts in prop::collection::vec(any::<String>(), 0..6), number in any::<f64>()) {
        let members = texts.iter().map(|text| (text.clone(), json!([text, number, { "id": text }])));
        let response = Value::Object(members.collect());
        let first = taken(&response, &Said::default(), None);
        let read = Content::parse(&first.to_text()).map_err(|(line, why)| TestCaseError::fail(format!("{line}: {why}")))?;
        prop_assert_eq!(&read, &first);
        prop_assert_eq!(taken(&response, &Said::default(), Some(&read)), first);
    }
}
