//! Responses of the lender's operations.

use super::super::BodyCame;
use super::Desk;
use crate::contract::{StatusRange, Variant};
use crate::event::FindingKind;
use serde_json::{Value, json};

/// The document's own examples of a variant.
fn examples(desk: &Desk, document: &Value, variant: &Variant) -> Vec<Value> {
    let pointer = variant.schema.pointer().trim_start_matches('#');
    let examples = document.pointer(pointer).and_then(|schema| schema.get("examples"));
    let examples = examples.and_then(Value::as_array).cloned().unwrap_or_default();
    assert!(!examples.is_empty(), "{} {pointer} of {}", variant.name, desk.contract.name);
    examples
}

fn document() -> Value {
    serde_yaml::from_str(include_str!("../../../../schemas/lender-prism.openapi.yaml")).unwrap()
}

fn usual_status(variant: &Variant) -> u16 {
    let exact = |range: &StatusRange| match range {
        StatusRange::Exactly(status) => Some(*status),
        StatusRange::Class(_) => None,
    };
    variant.statuses.iter().find_map(exact).unwrap()
}

/// An example of the first variant of an operation that has this name.
fn example(desk: &Desk, operation: &str, variant: &str) -> Value {
    let operation = desk.contract.operation(operation).unwrap();
    let variant = operation
        .variant(variant)
        .unwrap_or_else(|| desk.contract.variants.iter().find(|own| own.name == variant).unwrap());
    examples(desk, &document(), variant).remove(0)
}

#[test]
fn an_example_of_every_variant_of_every_operation_is_that_variant_and_nothing_else() {
    let (desk, document) = (Desk::lender(), document());
    let mut held = 0;
    for operation in &desk.contract.operations {
        let root = desk.contract.variants.iter().map(|variant| (variant, true));
        for (variant, _) in operation.variants.iter().map(|variant| (variant, false)).chain(root) {
            for example in examples(&desk, &document, variant) {
                let judged = desk.answered(&operation.id, usual_status(variant), &example);
                let place = format!("{} {}\n{}", operation.id, variant.name, desk.told(&judged));
                assert_eq!(judged.variant.as_deref(), Some(variant.name.as_str()), "{place}");
                assert!(judged.violations.is_empty(), "{place}");
                let kinds: Vec<FindingKind> = judged.findings.iter().map(|(finding, _)| finding.kind).collect();
                let expected: &[FindingKind] =
                    if variant.documented { &[] } else { &[FindingKind::UndocumentedVariant] };
                assert_eq!(kinds, expected, "{place}");
                assert!(judged.checks >= 3, "{place}");
                held += 1;
            }
        }
    }
    assert!(held > 250, "{held}");
}

/// Every way in which a server can change one thing, with an example of a variant.
#[test]
fn one_change_at_a_time_is_told_as_what_it_is() {
    let desk = Desk::lender();
    let mut told = String::new();
    let mut change = |what: &str, operation: &str, variant: &str, status: u16, change: &dyn Fn(&mut Value)| {
        let mut body = example(&desk, operation, variant);
        change(&mut body);
        let judged = desk.answered(operation, status, &body);
        told.push_str(&format!("--- {what}\n{}", desk.told(&judged)));
    };
    let rename = |body: &mut Value, place: &str, from: &str, to: &str| {
        let members = body.pointer_mut(place).unwrap().as_object_mut().unwrap();
        let value = members.shift_remove(from).unwrap();
        members.insert(to.to_owned(), value);
    };
    change("a field renamed", "getBre", "offer", 200, &|body| {
        rename(body, "/data/offers/0", "offerID", "offerId");
    });
    change("an enum value respelt, as somebody was bound to", "getKycDetails", "contional-success", 200, &|body| {
        body["data"]["status"] = json!("CONDITIONAL_SUCCESS");
    });
    change("an enum value changed", "getKycDetails", "approved", 200, &|body| {
        body["data"]["status"] = json!("APROVED");
    });
    change("a status of another code", "getKycDetails", "approved", 200, &|body| {
        body["data"]["status"] = json!("FAILED");
    });
    change("no status", "getKycDetails", "approved", 200, &|body| {
        body["data"].as_object_mut().unwrap().shift_remove("status");
    });
    change("a code changed", "getBre", "offer", 200, &|body| body["statusCode"] = json!("GEO-S-009"));
    change("a code of another operation", "getBre", "offer", 200, &|body| body["statusCode"] = json!("TAS-E-001"));
    change("no code", "getBre", "offer", 200, &|body| {
        body.as_object_mut().unwrap().shift_remove("statusCode");
    });
    change("no code in either member", "createSession", "session-created", 200, &|body| {
        body.as_object_mut().unwrap().shift_remove("status");
    });
    change("an unknown code where none is promised", "uploadDocument", "document-uploaded", 200, &|body| {
        body["statusCode"] = json!("UPL-S-000");
    });
    change("an error's code where none is promised", "uploadDocument", "document-uploaded", 200, &|body| {
        body["statusCode"] = json!("UPL-E-001");
    });
    change("an unknown code around what has none", "getBankList", "bank-list-in-envelope", 200, &|body| {
        body["statusCode"] = json!("BANK-GBL-S-001");
    });
    change("a type changed", "getBre", "offer", 200, &|body| {
        body["data"]["offers"][0]["slabs"][0]["maxAmount"] = json!("150000");
    });
    change("a status of the code's variant contradicted", "getBre", "offer", 200, &|body| {
        body["data"]["status"] = json!("PROCESSING");
    });
    change("a new field", "getBre", "offer", 200, &|body| {
        body["data"]["offers"][0]["slabs"][0]["emi"] = json!(12.5);
        body["traceId"] = json!("abc");
    });
    change("the same new field in every item", "getBankList", "bank-list", 200, &|body| {
        let mut bank = body["banks"][0].clone();
        bank["ifsc"] = json!("HDFC0");
        body["banks"] = json!([bank.clone(), bank]);
    });
    change("the same wrong type in every item", "getBankList", "bank-list", 200, &|body| {
        let mut bank = body["banks"][0].clone();
        bank["isAaAvailable"] = json!("yes");
        body["banks"] = json!([bank.clone(), bank]);
    });
    change("a status the variant does not come with", "getBre", "offer", 503, &|_| {});
    change("a status nobody documents", "getBre", "user-not-found", 302, &|_| {});
    change("a banking error code nobody documents", "getBankingResult", "failed", 200, &|body| {
        body["data"]["bankingDetails"]["errorCode"] = json!("STATEMENTS_DUPLICATE");
    });
    change("a code that is no text", "getBre", "offer", 200, &|body| body["statusCode"] = json!(200));
    change("not an object", "getBre", "offer", 200, &|body| *body = json!([]));
    insta::assert_snapshot!(told);
}

#[test]
fn what_is_around_a_body_is_held_too() {
    let desk = Desk::lender();
    let body = example(&desk, "getBre", "offer");
    let mut told = String::new();
    let mut tell = |what: &str, status: u16, with: &[(&str, &str)], body: BodyCame<'_>| {
        let judged = desk.answered_with("getBre", status, with, body);
        told.push_str(&format!("--- {what}\n{}", desk.told(&judged)));
    };
    let json = ("content-type", "application/json; charset=utf-8");
    tell("good", 200, &[json, ("server", "x"), ("x-request-id", "1")], BodyCame::Value(&body));
    tell("another content type", 200, &[("content-type", "text/plain")], BodyCame::Value(&body));
    tell("no content type", 200, &[], BodyCame::Value(&body));
    tell("a header of its own", 200, &[json, ("x-lender", "1")], BodyCame::Value(&body));
    tell("no body", 200, &[], BodyCame::None);
    let page = b"<html><body>502 Bad Gateway</body></html>";
    tell("a page", 502, &[("content-type", "text/html")], BodyCame::NotJson(page, "expected value at line 1 column 1"));
    tell("half a body", 200, &[json], BodyCame::NotJson(b"{\"data\":", "EOF while parsing a value at line 1 column 8"));
    insta::assert_snapshot!(told);
}

/// A member of an example.
struct Location {
    /// The object it is in.
    parent: String,
    name: String,
}

/// Every member of a body, lists by their first item.
fn places(value: &Value, pointer: &str, all: &mut Vec<Location>) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                all.push(Location { parent: pointer.to_owned(), name: name.clone() });
                places(value, &format!("{pointer}/{name}"), all);
            }
        }
        Value::Array(items) => items.iter().take(1).for_each(|item| places(item, &format!("{pointer}/0"), all)),
        _ => {}
    }
}

/// One of everything a server can get wrong in a body: every member of every example renamed, and of another type.
#[test]
fn every_member_renamed_or_retyped_is_told_once_and_where_it_is() {
    let (desk, document) = (Desk::lender(), document());
    let mut held = 0;
    for operation in &desk.contract.operations {
        for variant in &operation.variants {
            for example in examples(&desk, &document, variant) {
                let mut all = Vec::new();
                places(&example, "", &mut all);
                for Location { parent, name } in all {
                    let pointer = format!("{parent}/{name}");
                    let node = super::super::walk::node_at(variant.schema.shape(), &parent).unwrap();
                    let member = node.members.iter().find(|(known, _)| *known == name);
                    // Below an object that takes any member there is nothing to be wrong.
                    let Some((_, member)) = member else {
                        assert!(node.open, "{} {} {pointer}", operation.id, variant.name);
                        continue;
                    };
                    let field = variant.schema.shape().nodes[*member].field.unwrap();
                    let required = variant.schema.shape().fields[field].required;
                    let chooses = operation.code_members.contains(&name) && parent.is_empty();

                    let mut renamed = example.clone();
                    let members = renamed.pointer_mut(&parent).unwrap().as_object_mut().unwrap();
                    let value = members.shift_remove(&name).unwrap();
                    members.insert(format!("{name}X"), value.clone());
                    let judged = desk.answered(&operation.id, usual_status(variant), &renamed);
                    let told = desk.told(&judged);
                    let place = format!("{} {} {pointer} renamed\n{told}", operation.id, variant.name);
                    let broken: Vec<(&str, &str)> =
                        judged.violations.iter().map(|(it, _)| (it.pointer.as_str(), it.rule.as_str())).collect();
                    if chooses && required {
                        assert!(matches!(broken.as_slice(), [(_, "code" | "required")]), "{place}");
                    } else if chooses {
                        assert_eq!(broken.len(), 1, "{place}");
                    } else if required {
                        assert_eq!(broken, [(pointer.as_str(), "required")], "{place}");
                    } else {
                        assert!(broken.is_empty(), "{place}");
                    }
                    let strange = format!("{}X", pointer.replace("/0/", "/*/"));
                    let strange = judged.findings.iter().filter(|(finding, _)| finding.pointer == strange).count();
                    // Without a variant there is nothing to say what is documented.
                    let expected = !node.open && (judged.variant.is_some() || strange > 0);
                    assert_eq!(strange, usize::from(expected), "{place}");

                    let mut retyped = example.clone();
                    let wrong = match value {
                        Value::Number(_) | Value::Bool(_) => json!("x"),
                        _ => json!(1.5),
                    };
                    *retyped.pointer_mut(&pointer).unwrap() = wrong;
                    let judged = desk.answered(&operation.id, usual_status(variant), &retyped);
                    let told = desk.told(&judged);
                    let place = format!("{} {} {pointer} retyped\n{told}", operation.id, variant.name);
                    let broken: Vec<&str> = judged.violations.iter().map(|(it, _)| it.pointer.as_str()).collect();
                    let at = broken.iter().filter(|at| ***at == pointer).count();
                    // Without data there is no status in it to choose a variant by.
                    let above = broken.iter().filter(|at| at.is_empty() || at.starts_with(&pointer)).count();
                    assert!(at >= 1 || (above == 1 && broken.len() == 1), "{place}");
                    held += 2;
                }
            }
        }
    }
    assert!(held > 600, "{held}");
}
