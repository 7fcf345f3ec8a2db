//! `mutate` as a person uses it: what is caught and by whom, what is missed, shares, red baselines.

use crate::cli::place::Place;
use serde_json::Value;

/// A customer is made, and made again; `again` is what the second step expects.
fn suite(again: &str) -> String {
    format!(
        "suite: One customer
contract: lender-prism
cases:
  - name: a customer is made twice
    vars: {{ customerID: \"{{{{ unique('CUST') }}}}\", number: \"{{{{ mobile() }}}}\" }}
    steps:
      - name: Create user
        request: {{ operation: createUser, json: {{ customerID: \"{{{{ customerID }}}}\", mobile: \"{{{{ number }}}}\" }} }}
        expect: {{ code: CUR-S-000 }}
      - name: Again
        request: {{ operation: createUser, json: {{ customerID: \"{{{{ customerID }}}}\", mobile: \"{{{{ number }}}}\" }} }}
        expect: {again}
"
    )
}

const ANSWERS: [&str; 10] =
    ["--kind", "shape", "--kind", "code", "--kind", "transport", "--kind", "value", "--format", "json"];

fn told(place: &Place, arguments: &[&str], code: i32) -> Value {
    let all = [&["mutate", "suite.yaml"], arguments].concat();
    let out = place.run(&all).expect(code).out;
    serde_json::from_str(&out).unwrap_or_else(|why| panic!("{why}: {out}"))
}

fn mutant<'v>(told: &'v Value, id: &str) -> &'v Value {
    let all = told["mutants"].as_array().expect("a list");
    all.iter().find(|mutant| mutant["id"] == id).unwrap_or_else(|| panic!("no {id}"))
}

#[test]
fn an_expectation_that_alone_guards_a_promise_is_missed_when_it_goes() {
    let place = Place::with_suite(&suite("{ code: CUR-E-002 }"));
    let guarded = told(&place, &ANSWERS, 0);
    let id = "createUser:user-exists:CUR-E-002::other-code";
    let caught = mutant(&guarded, id);
    assert_eq!(
        (&caught["verdict"], &caught["caughtBy"][0]["guard"]),
        (&"caught".into(), &"suite".into()),
        "{caught:#}"
    );
    // The contract is asked too, and its part of the score is not the suite's.
    let dropped = mutant(&guarded, "createUser:user-created:CUR-S-000:/statusCode:drop");
    assert!(dropped["caughtBy"].as_array().is_some_and(|all| !all.is_empty()), "{dropped:#}");
    assert!(guarded["score"]["suites"].as_f64() < guarded["score"]["withContract"].as_f64());
    place.write("suite.yaml", suite("{ status: 409 }"));
    let open = told(&place, &ANSWERS, 1);
    let missed = mutant(&open, id);
    assert_eq!((&missed["verdict"], &missed["nearest"]["place"]["line"]), (&"missed".into(), &10.into()), "{missed:#}");
    place.write(
        "waivers.yaml",
        // With the status alone, a code that nobody documents is a finding, which fails nothing.
        ["other-code", "unknown-code"].iter().fold("waivers:\n".to_owned(), |text, operator| {
            let id = format!("createUser:user-exists:CUR-E-002::{operator}");
            text + &format!("  - {{ failure: '{id}', owner: Asha, reason: known, expires: 2999-12-31 }}\n")
        }),
    );
    told(&place, &[&ANSWERS[..], &["--waivers", "waivers.yaml"]].concat(), 0);
}

#[test]
fn shares_add_up_and_two_runs_say_the_same() {
    let place = Place::with_suite(&suite("{ code: CUR-E-002 }"));
    let list = |arguments: &[&str]| {
        let all = [&["mutate", "suite.yaml", "--list", "--kind", "shape"], arguments].concat();
        place.run(&all).expect(0).out.lines().map(str::to_owned).collect::<Vec<_>>()
    };
    let mut shares = list(&["--partition", "hash:1/2"]);
    let whole = list(&[]);
    assert!(shares.len() < whole.len());
    shares.extend(list(&["--partition", "hash:2/2"]));
    shares.sort();
    let mut sorted = whole.clone();
    sorted.sort();
    assert_eq!(shares, sorted);
    let arguments = ["--kind", "code", "--format", "json"];
    assert_eq!(told(&place, &arguments, 0), told(&place, &arguments, 0));
    assert!(!place.path("reports").exists(), "nothing is written");
}

#[test]
fn a_wrong_conduct_is_caught_by_the_case_that_tries_it() {
    let place = Place::with_suite(&suite("{ code: CUR-E-002 }"));
    let told = told(&place, &["--kind", "behaviour", "--format", "json", "--within", "20s"], 1);
    assert_eq!(mutant(&told, "conduct:duplicate-create")["verdict"], "caught");
    assert_eq!(mutant(&told, "conduct:second-disbursal")["verdict"], "missed");
}

#[test]
fn what_says_nothing_ends_before_anything_is_broken() {
    let place = Place::with_suite(&suite("{ code: CUR-S-000 }"));
    let red = place.run(&["mutate", "suite.yaml", "--kind", "code"]).expect(7);
    assert!(red.err.contains("without anything being broken"), "{}", red.err);
    place.run(&["mutate", "suite.yaml", "--kind", "shapes"]).expect(2);
    place.run(&["mutate", "suite.yaml", "--operation", "createUsr"]).expect(2);
    place.run(&["mutate", "suite.yaml", "--base-url", "http://127.0.0.1:9", "--elsewhere"]).expect(2);
    place.run(&["mutate", "suite.yaml", "--case", "nobody"]).expect(4);
    place.run(&["mutate", "none.yaml"]).expect(3);
}
