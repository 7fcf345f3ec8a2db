//! Contracts of several kinds, read and used.

use super::load;
use crate::contract::{Contract, ParameterIn, ParameterStyle, ResponseStatus};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Sources;
use serde_json::json;

/// Reads a contract of several files, the first of which is the document.
fn read_all(files: &[(&str, &str)]) -> Result<Contract, Vec<Diagnostic>> {
    let mut sources = Sources::default();
    let file = sources.add(files[0].0, files[0].1);
    let mut read = |sources: &mut Sources, path: &str| match files.iter().find(|(name, _)| *name == path) {
        Some((name, text)) => Ok(sources.add(*name, *text)),
        None => Err(Box::new(Diagnostic::new(Code::MissingFile, format!("there is no file {path}")))),
    };
    load(&mut sources, file, "c", &mut read)
}

/// Reads a contract of one file; what is wrong with it by its title.
fn read(text: &str) -> Result<Contract, Vec<String>> {
    read_all(&[("c.yaml", text)]).map_err(|problems| problems.into_iter().map(|problem| problem.title).collect())
}

const CODES: &str = "
openapi: 3.1.0
info: { title: T, version: 1.2.0 }
x-envelope: { code: [statusCode] }
x-codes:
  A-S-000: { case: Good, status: [200], operations: [a] }
  X-E-000: { case: Bad, status: [400, 200, 4XX], generic: true, section: Codes }
paths:
  /v2/a:
    post: { operationId: a, x-section: A API }
    get: { operationId: b, x-envelope: { code: [status, statusCode] } }
";

#[test]
fn operations_and_codes_are_read() {
    let contract = read(CODES).unwrap();
    let b = contract.operation("b").unwrap();
    assert_eq!(
        (b.method.as_str(), b.path.as_str(), b.code_members.join(" ").as_str()),
        ("GET", "/v2/a", "status statusCode")
    );
    assert_eq!(contract.operation_at("POST", "/v2/a").unwrap().id, "a");
    let bad = &contract.codes["X-E-000"];
    assert!(bad.statuses.iter().any(|range| range.holds(404)) && !bad.statuses.iter().any(|range| range.holds(500)));
    assert_eq!((contract.version.as_str(), contract.title.as_str()), ("1.2.0", "T"));
}

#[test]
fn a_document_that_is_no_contract_is_refused() {
    assert_eq!(read("swagger: 2.0").unwrap_err(), ["this is not an OpenAPI 3 document"]);
    assert_eq!(read("openapi: 4.0.0").unwrap_err(), ["this is not an OpenAPI 3 document"]);
    assert_eq!(read("openapi: 3.2.0").unwrap_err(), ["this version of OpenAPI is not known"]);
    assert_eq!(read("openapi: 3.1.0\npaths: {}").unwrap_err(), ["the contract has no operation"]);
}

/// The lender's contract, which is part of the program.
fn lender() -> Contract {
    read_all(&[("lender.yaml", include_str!("../../../schemas/lender-prism.openapi.yaml"))])
        .unwrap_or_else(|problems| panic!("{problems:#?}"))
}

#[test]
fn the_lenders_contract_is_read_whole() {
    let contract = lender();
    assert_eq!((contract.operations.len(), contract.codes.len(), contract.ambiguities.len()), (16, 47, 47));
    assert_eq!((contract.variants.len(), contract.respellings.len()), (16, 2));
    let lists: Vec<(&str, usize)> =
        contract.values.iter().map(|list| (list.name.as_str(), list.values.len())).collect();
    assert_eq!(lists, [("x-banking-error-codes", 16), ("x-kyc-messages", 8), ("x-rejection-reasons", 2)]);
    let bre = contract.operation("getBre").unwrap();
    assert_eq!(bre.discriminator, ["/data/status"]);
    let reference = &bre.parameters[0];
    assert_eq!(
        (reference.name.as_str(), reference.place, reference.required),
        ("referenceID", ParameterIn::Query, true)
    );
    assert_eq!((reference.style, reference.explode), (ParameterStyle::Form, true));
    let rejected = bre.variant("rejected").unwrap();
    assert_eq!((rejected.codes.join(" ").as_str(), rejected.data_status.as_deref()), ("GEO-S-002", Some("REJECTED")));
    assert_eq!(rejected.schema.pointer(), "#/components/schemas/GEO-S-002");
    let chosen = bre.responses[0].media[0].discriminator.as_ref().unwrap();
    assert_eq!(chosen.property, "statusCode");
    assert_eq!(chosen.choices.len(), 4 + 16, "the generic codes are choices of their own");
    let session = contract.operation("createSession").unwrap();
    let generic = session.variant("generic-error-in-status").unwrap();
    assert_eq!((generic.codes.len(), generic.member.as_deref(), generic.documented), (16, Some("status"), false));
    let accept = contract.operation("acceptOffer").unwrap();
    assert_eq!(contract.operation_at("POST", "/v2/user/acceptOffer").unwrap().id, accept.id);
    let everywhere = contract.ambiguities.iter().find(|note| note.id == "A16").unwrap();
    assert_eq!(everywhere.operations.len(), 16);
    let default = accept.responses.iter().any(|response| response.status == ResponseStatus::Default);
    assert!(!default && accept.responses.len() >= 3);
}

#[test]
fn the_lenders_schemas_judge_and_explain() {
    let contract = lender();
    let bre = contract.operation("getBre").unwrap();
    let offer = &bre.variant("processing").unwrap().schema;
    let good = json!({
        "data": { "dataRequired": null, "offers": null, "outputVariables": null, "rejectionReason": null,
                  "referenceID": "r", "status": "PROCESSING" },
        "error": "", "statusCode": "GEO-S-001"
    });
    assert!(offer.is_valid(&good), "{:?}", offer.errors(&good));
    let mut bad = good.clone();
    bad["data"]["status"] = json!("PROCESING");
    bad["data"].as_object_mut().unwrap().shift_remove("referenceID");
    bad["data"]["dataRequired"] = json!(5);
    let said: Vec<String> = offer.errors(&bad).iter().map(said).collect();
    assert_eq!(
        said,
        [
            "/data/referenceID required: the member `referenceID`, found nothing",
            "/data/dataRequired type: an object or null, found 5 (A09)",
            "/data/status const: PROCESSING, found \"PROCESING\"",
        ]
    );
}

fn said(error: &crate::contract::SchemaError) -> String {
    let found = error.found.as_deref().unwrap_or("nothing");
    let ambiguity = error.ambiguity.as_ref().map(|id| format!(" ({id})")).unwrap_or_default();
    format!("{} {}: {}, found {found}{ambiguity}", error.pointer, error.keyword, error.promised)
}
