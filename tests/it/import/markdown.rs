//! `proviso contract import`: documentation read into a contract, with a line for every fact.

use crate::cli::place::Place;
use proviso::import::markdown::{Dialect, Fate, Import, import, import_by_any};
use proviso::source::Sources;
use serde_json::Value;

const SHOP: &str = include_str!("../../data/import/shop.md");

/// A document of 45 lines in which every kind of thing is broken.
const HOSTILE: [&str; 11] = [
    "",
    "\u{feff}# T\r\n\r\nGET /a\r\n",
    "```json\n{\"a\":\n",
    "- GET /x\n  ```json\n  {\"a\": 1}\n  ```\n",
    "| a |\n|---|\n",
    "| Field | Type |\n|--\n| x |\n",
    "<script>alert(1)</script>\nPOST /s\n{{ constructor }}\n",
    "---\na: &x [*x]\n---\nGET /y\n",
    "GET /z\n```json\n<<<<>>>>\n```\n```\n\"\n```\n",
    "## A\nGET /p\n| Method | Endpoint |\n|---|---|\n| GET | /q |\n| nope | nope |\n",
    "GET /v1/{a}/{b/c}/{\n",
];

fn read(texts: &[&str], dialect: Option<&Dialect>) -> Import {
    let mut sources = Sources::default();
    let files: Vec<_> =
        texts.iter().enumerate().map(|(index, text)| sources.add(format!("d{index}.md"), *text)).collect();
    match dialect {
        Some(dialect) => import(&sources, &files, dialect),
        None => import_by_any(&sources, &files).0,
    }
}

/// Every node with an `x-source`, by its pointer.
fn sourced<'v>(value: &'v Value, pointer: &str, found: &mut Vec<(String, &'v Value)>) {
    match value {
        Value::Object(members) => {
            if members.contains_key("x-source") {
                found.push((pointer.to_owned(), value));
            }
            for (name, member) in members {
                sourced(member, &format!("{pointer}/{name}"), found);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                sourced(item, &format!("{pointer}/{index}"), found);
            }
        }
        _ => {}
    }
}

#[test]
fn every_spelling_of_an_endpoint_is_found_with_its_members_and_codes() {
    let made = read(&[SHOP], None);
    let paths: Vec<&String> = made.contract["paths"].as_object().expect("paths").keys().collect();
    assert_eq!(paths, ["/v2/orders", "/api/v2/orders/{order_id}", "/v1/shops"]);
    let codes: Vec<&String> = made.contract["x-codes"].as_object().expect("codes").keys().collect();
    assert_eq!(codes, ["ORD-S-001", "ORD-E-002", "ORD-S-000", "GEN-E-001"]);
    assert_eq!((made.counts.operations, made.counts.codes, made.counts.samples, made.counts.tables), (3, 4, 3, 5));
    let body = &made.contract["paths"]["/v2/orders"]["post"]["requestBody"]["content"]["application/json"]["schema"];
    assert_eq!(body["properties"]["orderID"]["x-documented"]["name"], "order_id");
    assert_eq!(body["properties"]["amount"]["type"], "number", "the sample wins");
    assert_eq!(body["properties"]["amount"]["x-documented"]["type"], "string", "the table's word stays");
    assert_eq!(body["properties"]["lines"]["items"]["properties"]["count"]["type"], "number");
    assert_eq!(body["properties"]["note"]["type"], "string");
    assert_eq!(body["required"], serde_json::json!(["orderID", "amount"]));
    let get = &made.contract["paths"]["/api/v2/orders/{order_id}"]["get"];
    assert_eq!(get["x-poll"]["every"], "2s");
    assert_eq!(get["x-poll"]["while"]["/data/status"][0], "PROCESSING");
    assert_eq!(get["x-retry"]["times"], "2-3");
    assert_eq!(get["parameters"][1]["name"], "part");
}

#[test]
fn the_lines_of_a_fact_hold_it_and_every_line_is_accounted_for() {
    let made = read(&[SHOP], None);
    let lines: Vec<&str> = SHOP.lines().collect();
    let mut found = Vec::new();
    sourced(&made.contract, "", &mut found);
    assert!(found.len() > 30, "{} nodes say where they were read", found.len());
    for (pointer, node) in found {
        let at =
            |index: usize| usize::try_from(node["x-source"]["lines"][index].as_u64().expect("a line")).expect("a line");
        let quoted = lines[at(0) - 1..at(1)].join("\n");
        if let Some(name) = pointer.rsplit_once("/properties/").map(|(_, name)| name).filter(|name| !name.contains('/'))
        {
            let bare = |text: &str| text.replace('_', "").to_lowercase();
            // A status that is only named quotes the line that names it.
            let value = node["const"].as_str().is_some_and(|value| quoted.contains(value));
            assert!(value || bare(&quoted).contains(&bare(name)), "{pointer}: {quoted}");
        }
    }
    let fates = &made.lines[0];
    assert_eq!(fates.len(), lines.len());
    let puzzles: Vec<usize> =
        fates.iter().filter(|line| matches!(line.fate, Fate::NotUnderstood(_))).map(|line| line.number).collect();
    let rule = lines.iter().position(|line| line.contains("must be younger")).expect("it is there") + 1;
    assert_eq!(puzzles, [rule], "a rule that became none is told");
}

#[test]
fn contradictions_are_told_at_both_lines() {
    let made = read(&[SHOP], None);
    let ids: Vec<&str> = made.contradictions.iter().map(|one| one.id.as_str()).collect();
    for id in ["two-spellings:", "two-types:amount", "code-numbering:ORD-E-002+ORD-E-001"] {
        assert!(ids.iter().any(|known| *known == id || known.starts_with(id)), "{id} is not among {ids:?}");
    }
    let two = made.contradictions.iter().find(|one| one.rule == "two-types").expect("it is told");
    let lines: Vec<usize> = two.places.iter().map(|(place, _)| place.first).collect();
    let of = |text: &str| SHOP.lines().position(|line| line.contains(text)).expect("it is there") + 1;
    assert_eq!(lines, [of("\"amount\""), of("| amount")]);
    assert_eq!(made.repairs.len(), 1);
    assert_eq!(made.repairs[0].1, ["trailing-comma"]);
}

#[test]
fn a_dialect_is_data() {
    let text = "## Ask\nAnfrage: HOLE /dinge/{id}\n\n| Feld | Art |\n|---|---|\n| name | Zeichen |\n";
    let dialect = "dialect: ours\nextends: plain\nendpoints:\n  - '^Anfrage:\\s*(?<method>HOLE)\\s+(?<url>/\\S+)$'\ncolumns: { name: [feld], type: [art] }\ntypes: { string: [zeichen] }\n";
    let mut sources = Sources::default();
    let file = sources.add("ours.yaml", dialect.replace("HOLE)", "GET|HOLE)"));
    let dialect = Dialect::read(&sources, file).expect("it can be read");
    assert_eq!(read(&[text], Some(&Dialect::plain())).counts.operations, 0);
    let made = read(&[&text.replace("HOLE", "GET")], Some(&dialect));
    let get = &made.contract["paths"]["/dinge/{id}"]["get"];
    assert_eq!(get["parameters"][1]["schema"]["type"], "string");
}

#[test]
fn one_address_in_two_documents_is_one_operation_and_a_contradiction() {
    let one = "## A\nPOST /x\n### Body params\n| Field | Type | Required |\n|---|---|---|\n| a | string | Yes |\n";
    let other = "## B\nPOST /x\n### Body params\n| Field | Type | Required |\n|---|---|---|\n| b | string | Yes |\n";
    let made = read(&[one, other], None);
    assert_eq!(made.counts.operations, 1);
    assert_eq!(
        made.contract["paths"]["/x"]["post"]["requestBody"]["content"]["application/json"]["schema"]["anyOf"]
            .as_array()
            .map(Vec::len),
        Some(2)
    );
    let two = made.contradictions.iter().find(|one| one.rule == "two-sections").expect("it is told");
    assert_eq!(two.places.iter().map(|(place, _)| place.file).collect::<Vec<_>>(), [0, 1]);
}

#[test]
fn hostile_documents_end_and_every_line_of_them_has_a_fate() {
    let deep = format!("GET /deep\n```json\n{}\n```\n", "[".repeat(100_000));
    let wide = format!("GET /w\n{}\n{}\n", "| a ".repeat(10_000), "|---".repeat(10_000));
    for text in HOSTILE.iter().copied().chain([deep.as_str(), wide.as_str()]) {
        let made = read(&[text], None);
        assert_eq!(made.lines[0].len(), text.lines().count(), "{text:.40}");
        assert_eq!(read(&[text], None).contract, made.contract, "the same bytes give the same contract");
    }
    let made = read(&[deep.as_str()], None);
    assert!(
        matches!(&made.lines[0][2].fate, Fate::NotUnderstood(why) if why.contains("deeper")),
        "{:?}",
        made.lines[0][2].fate
    );
}

#[test]
fn the_program_writes_a_contract_that_it_reads_itself() {
    let place = Place::new();
    place.write("shop.md", SHOP);
    let first = place
        .run(&["contract", "import", "shop.md", "-o", "shop.openapi.yaml"])
        .expect(0)
        .says("3 operations, 4 codes, 3 samples, 5 tables");
    assert!(first.out.contains("not understood: 1 place, 1 line"), "{}", first.out);
    let before = place.read("shop.openapi.yaml");
    place.run(&["contract", "import", "shop.md", "-o", "shop.openapi.yaml"]).expect(0);
    assert_eq!(place.read("shop.openapi.yaml"), before, "the same bytes in, the same bytes out");
    place.write(
        "suite.yaml",
        "suite: a\ncontract: ./shop.openapi.yaml\ncases:\n  - name: b\n    steps:\n      - request: { operation: createOrder, json: { orderID: a, amount: 1 } }\n        expect: { code: ORD-S-001 }\n",
    );
    place.run(&["check", "suite.yaml", "--base-url", "http://127.0.0.1:1"]).expect(0);
}

#[test]
fn check_fails_until_every_contradiction_is_ruled_on() {
    let place = Place::new();
    place.write("shop.md", SHOP);
    place.run(&["contract", "import", "shop.md", "--check"]).expect(1).says("two-types:amount");
    place.write("rulings.yaml", "rulings:\n  '*': all as the sample has it\n");
    place
        .run(&["contract", "import", "shop.md", "--check", "--rulings", "rulings.yaml"])
        .expect(0)
        .says("ruled: all as the sample");
    place.write("rulings.yaml", "rulings:\n  two-types:amout: the sample\n");
    place
        .run(&["contract", "import", "shop.md", "--check", "--rulings", "rulings.yaml"])
        .expect(3)
        .complains("two-types:amout");
    let line = SHOP.lines().position(|line| line.contains("| amount")).expect("it is there") + 1;
    let told = place.run(&["contract", "import", "shop.md", "--explain", &line.to_string()]).expect(0);
    assert!(
        told.out.contains("member `amount`") && told.out.contains("contradiction two-types:amount"),
        "{}",
        told.out
    );
    place.run(&["contract", "import", "shop.md", "--explain", "9999"]).expect(2);
    let json = place.run(&["contract", "import", "shop.md", "--format", "json"]).expect(0).out;
    let json: Value = serde_json::from_str(&json).expect("it is JSON");
    let sums = json["documents"][0]["sums"].as_object().expect("sums").values().filter_map(Value::as_u64).sum::<u64>();
    assert_eq!(Some(sums), json["documents"][0]["total"].as_u64());
}

#[test]
fn what_is_no_documentation_is_refused_with_a_sentence() {
    let place = Place::new();
    place.write("README.md", "# A library\n\nUse `GET` with care.\n");
    place.run(&["contract", "import", "README.md"]).expect(3).complains("documents no endpoint");
    place.write("page.md", "<!DOCTYPE html><html></html>");
    place.run(&["contract", "import", "page.md"]).expect(3).complains("is HTML");
    place.write("wide.md", "GET /a\n".encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>());
    place.run(&["contract", "import", "wide.md", "-o", "wide.yaml"]).expect(0).says("1 operation");
    place.write("binary.md", [0xff, 0x00, 0xfe]);
    place.run(&["contract", "import", "binary.md"]).expect(3).complains("binary.md");
    place.run(&["contract", "import", "missing.md"]).expect(3).complains("missing.md");
    place.run(&["contract", "import", "README.md", "--dialect", "finbx"]).expect(3).complains("finbox");
}
