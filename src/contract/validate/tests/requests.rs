//! Requests to the lender's operations.

use super::super::{BodySent, Part};
use super::Desk;
use serde_json::{Value, json};

#[test]
fn what_is_documented_is_sent_without_a_word() {
    let desk = Desk::lender();
    let good = |judged: &super::Judged| assert_eq!(desk.told(judged), "");
    let body = json!({"customerID": "LSP-1", "mobile": "9876501234"});
    let own = [("content-type", "application/json"), ("x-api-key", "k"), ("accept", "*/*"), ("user-agent", "p/1")];
    good(&desk.sent("createUser", "/v2/user/create", &own, BodySent::Value(&body)));
    good(&desk.sent("getBre", "/v2/user/offers?referenceID=5b0c2f14", &[], BodySent::None));
    let offer = json!({"customerID": "L", "offerDetails": {"offerID": "o", "amount": 1, "tenure": 2, "interest": 2.5}});
    good(&desk.sent_json("acceptOffer", "/user/acceptOffer", &offer));
    good(&desk.sent_json("acceptOffer", "/v2/user/acceptOffer", &offer));
    good(&desk.sent(
        "triggerBanking",
        "/v2/user/bank/analyse",
        &[],
        statements(&[b"%PDF-1.7", b"\xff\xfe\x00"], "PDF"),
    ));
    good(&desk.sent("triggerBanking", "/v2/user/bank/analyse", &[], statements(&[b"%PDF-1.7"], "BASE64")));
    let selfie = vec![
        field("program", b"EDI"),
        file("selfie", b"\x89PNG\xff"),
        field("documentType", b"SELFIE"),
        field("customerID", b"12345"),
    ];
    good(&desk.sent("uploadDocument", "/v2/document/upload", &[], BodySent::Multipart(selfie)));
}

#[test]
fn the_documents_own_examples_of_bodies_are_sent_without_a_word() {
    let desk = Desk::lender();
    let document: Value = serde_yaml::from_str(include_str!("../../../../schemas/lender-prism.openapi.yaml")).unwrap();
    let mut held = 0;
    for operation in desk.contract.operations.iter().filter(|operation| operation.method == "POST") {
        let media = &operation.request.as_ref().unwrap().media[0];
        let pointer = media.schema.as_ref().unwrap().pointer().trim_start_matches('#').to_owned();
        let examples = document.pointer(&pointer).and_then(|schema| schema.get("examples")).cloned();
        for example in examples
            .unwrap_or_default()
            .as_array()
            .into_iter()
            .flatten()
            .filter(|_| media.media_type == "application/json")
        {
            let judged = desk.sent_json(&operation.id, &operation.path, example);
            assert_eq!(desk.told(&judged), "", "{}", operation.id);
            held += 1;
        }
    }
    assert!(held >= 9, "{held}");
}

#[test]
fn a_request_that_breaks_a_promise_is_told() {
    let desk = Desk::lender();
    let mut told = String::new();
    let mut tell = |what: &str, judged: &super::Judged| {
        told.push_str(&format!("--- {what}\n{}", desk.told(judged)));
    };
    let create = "/v2/user/create";
    tell(
        "customer_id for customerID",
        &desk.sent_json("createUser", create, &json!({"customer_id": "L", "mobile": "9876501234"})),
    );
    tell("a bad mobile", &desk.sent_json("createUser", create, &json!({"customerID": "L", "mobile": "+919876"})));
    tell(
        "a new member",
        &desk.sent_json("createUser", create, &json!({"customerID": "L", "mobile": "9876501234", "name": "x"})),
    );
    tell("no body", &desk.sent("createUser", create, &[], BodySent::None));
    tell(
        "not JSON",
        &desk.sent("createUser", create, &[("content-type", "application/json")], BodySent::Bytes(b"{\"customerID\":")),
    );
    tell(
        "raw JSON",
        &desk.sent(
            "createUser",
            create,
            &[("content-type", "application/json")],
            BodySent::Bytes(b"{\"customerID\":1,\"mobile\":\"9876501234\"}"),
        ),
    );
    tell(
        "another content type",
        &desk.sent("createUser", create, &[("content-type", "text/xml")], BodySent::Bytes(b"<a/>")),
    );
    tell(
        "another path",
        &desk.sent_json("createUser", "/v3/user/create", &json!({"customerID": "L", "mobile": "9876501234"})),
    );
    tell("no reference", &desk.sent("getBre", "/v2/user/offers", &[], BodySent::None));
    tell("a reference of another name", &desk.sent("getBre", "/v2/user/offers?referenceId=1", &[], BodySent::None));
    tell("an empty reference", &desk.sent("getBre", "/v2/user/offers?referenceID=", &[], BodySent::None));
    tell("two references", &desk.sent("getBre", "/v2/user/offers?referenceID=a&referenceID=b", &[], BodySent::None));
    tell("customer_id in a query", &desk.sent("getBankList", "/v2/bank/list?customer_id=L", &[], BodySent::None));
    tell("a body where none is documented", &desk.sent_json("getBre", "/v2/user/offers?referenceID=1", &json!({})));
    tell(
        "a header of its own",
        &desk.sent("getBre", "/v2/user/offers?referenceID=1", &[("x-lender", "1")], BodySent::None),
    );
    tell(
        "an upload type of its own",
        &desk.sent("triggerBanking", "/v2/user/bank/analyse", &[], statements(&[b"a"], "Pdf")),
    );
    tell("no files", &desk.sent("triggerBanking", "/v2/user/bank/analyse", &[], statements(&[], "PDF")));
    let selfie = vec![
        field("program", b"EDI"),
        file("agreement", b"x"),
        field("documentType", b"SELFIE"),
        field("customerID", b"1"),
    ];
    tell(
        "the file in another field",
        &desk.sent("uploadDocument", "/v2/document/upload", &[], BodySent::Multipart(selfie)),
    );
    let kind = vec![
        field("program", b"EDI"),
        file("selfie", b"x"),
        field("documentType", b"SELFY"),
        field("customerID", b"1"),
    ];
    tell(
        "a kind of document nobody documents",
        &desk.sent("uploadDocument", "/v2/document/upload", &[], BodySent::Multipart(kind)),
    );
    insta::assert_snapshot!(told);
}

fn field<'a>(field: &'a str, content: &'a [u8]) -> Part<'a> {
    Part { field, file_name: None, media_type: None, content }
}

fn file<'a>(field: &'a str, content: &'a [u8]) -> Part<'a> {
    Part { field, file_name: Some("a.pdf"), media_type: Some("application/pdf"), content }
}

fn statements<'a>(files: &[&'a [u8]], kind: &'a str) -> BodySent<'a> {
    let mut parts =
        vec![field("customerID", b"LSP-1"), field("bankName", b"SBI"), field("uploadType", kind.as_bytes())];
    parts.extend(files.iter().map(|content| file("files", content)));
    BodySent::Multipart(parts)
}
