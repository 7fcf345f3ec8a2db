//! Whatever is sent and whatever comes is held without falling over.

use super::super::{BodyCame, BodySent, Part};
use super::Desk;
use proptest::prelude::*;
use serde_json::{Map, Value};
use std::sync::LazyLock;

static DESK: LazyLock<Desk> = LazyLock::new(Desk::lender);

/// Bodies that come near to documented ones: their names, their codes, and anything at all.
fn body() -> impl Strategy<Value = Value> {
    let name = prop_oneof![
        Just("data".to_owned()),
        Just("status".to_owned()),
        Just("statusCode".to_owned()),
        Just("error".to_owned()),
        Just("offers".to_owned()),
        any::<String>(),
    ];
    let text = prop_oneof![
        Just("GEO-S-000".to_owned()),
        Just("GKD-S-000".to_owned()),
        Just("FBX-E-006".to_owned()),
        Just("CONDITIONAL_SUCCESS".to_owned()),
        any::<String>(),
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        text.prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 6, move |inner| {
        let members = prop::collection::vec((name.clone(), inner.clone()), 0..6);
        prop_oneof![
            prop::collection::vec(inner, 0..4).prop_map(Value::Array),
            members.prop_map(|members| Value::Object(members.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_answer_is_held(body in body(), status in 100..600_u16, operation in 0..16_usize) {
        let id = DESK.contract.operations[operation].id.clone();
        let judged = DESK.answered(&id, status, &body);
        // Something is said of every answer: it was checked, or the contract does not know it.
        prop_assert!(judged.checks > 0 || !judged.findings.is_empty());
        for (violation, _) in &judged.violations {
            prop_assert!(!violation.promised.is_empty() && !violation.id().is_empty());
        }
        prop_assert!(judged.violations.len() <= 500 && judged.findings.len() <= 500);
    }

    #[test]
    fn every_request_is_held(
        body in body(),
        path in ".{0,40}",
        query in ".{0,40}",
        content in prop::collection::vec(any::<u8>(), 0..40),
        field in ".{0,10}",
        operation in 0..16_usize,
    ) {
        let id = DESK.contract.operations[operation].id.clone();
        let path = format!("/{}?{query}", path.replace('?', ""));
        let kinds = ["application/json", "multipart/form-data", "application/x-www-form-urlencoded", "text/plain"];
        for kind in kinds {
            let with = [("content-type", kind)];
            DESK.sent(&id, &path, &with, BodySent::Value(&body));
            DESK.sent(&id, &path, &with, BodySent::Bytes(&content));
            let part = Part { field: &field, file_name: None, media_type: None, content: &content };
            DESK.sent(&id, &path, &with, BodySent::Multipart(vec![part]));
            DESK.answered_with(&id, 200, &with, BodyCame::NotJson(&content, "why"));
        }
    }
}
