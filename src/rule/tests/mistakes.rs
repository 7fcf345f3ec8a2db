//! Bad rules are explained, each with its place and what to do.

use super::{SHOP, drawn, with_rules};

/// The problems of rules: title, what stands under the carets, what to do.
fn problems(text: &str) -> Vec<String> {
    let (sources, file, contract) = with_rules(SHOP, text);
    let problems = crate::rule::read(&sources, file, &contract, &[]).err().unwrap_or_default();
    // Drawing finds a place for every caret.
    assert!(problems.is_empty() || drawn(&problems).contains('━'), "{text}");
    problems
        .iter()
        .map(|problem| {
            let place = &problem.labels[0].place;
            let marked: String = place.text.chars().skip(place.column - 1).take(place.length).collect();
            format!("{} @ {marked}: {}", problem.title, problem.labels[0].text)
        })
        .collect()
}

#[test]
fn an_unknown_form() {
    let rule = |form: &str| {
        format!("x-rules:\n  - {{ id: R1, says: x., on: {{ operation: pay }}, same: customer, {form} }}\n")
    };
    assert_eq!(
        problems(&rule("preceeds: { operation: placeOrder }")),
        ["`preceeds` is not a key of a rule @ preceeds: did you mean `precedes`?"]
    );
    assert_eq!(problems(&rule("slack: 1s")), ["the rule does not say what must be @ R1: it has no form"]);
    assert_eq!(
        problems(&rule("unique: response $.receipt, stays: response $.receipt")),
        ["`unique` and `stays` exclude each other @ stays: remove this"]
    );
    assert_eq!(problems(&rule("expect: { }")), ["this asks nothing @ { }: write `{ response: { $.path: matcher } }`"]);
}

#[test]
fn what_makes_nothing_due() {
    assert_eq!(
        problems("x-rules:\n  - { id: R1, says: x., unique: response $.receipt }\n"),
        ["nothing makes R1 due @ R1: it has no `on`"]
    );
    assert_eq!(
        problems("x-rules:\n  - { id: R1, says: x., on: { operation: pay }, precedes: { operation: placeOrder } }\n"),
        ["R1 does not say which exchanges belong together @ R1: it has no `same`"]
    );
    assert_eq!(
        problems(
            "x-rules:\n  - { id: R1, says: x., on: { operation: getOrder, response: { $.status: SHIPED } }, unique: response $.id, same: customer }\n"
        ),
        ["R1 can never be due: `$.status` is never SHIPED @ SHIPED: did you mean `SHIPPED`?"]
    );
}

#[test]
fn what_leads_nowhere() {
    assert_eq!(
        problems(
            "x-rules:\n  - { id: R1, says: x., on: { operation: pay }, same: customer, unique: response $.reciept }\n"
        ),
        ["`$.reciept` leads nowhere: no response of pay has it @ response $.reciept: did you mean `receipt`?"]
    );
    assert_eq!(
        problems(
            "x-rules:\n  - { id: R1, says: x., on: { operation: pays }, expect: { response: { $.amount: 1 } } }\n"
        ),
        ["there is no operation `pays` @ pays: did you mean `pay`?"]
    );
    assert_eq!(
        problems(
            "x-rules:\n  - { id: R1, says: x., on: { operation: pay, code: OK-2 }, expect: { response: { $.amount: 1 } } }\n"
        ),
        ["`OK-2` is not a documented code @ OK-2: did you mean `OK-1`?"]
    );
    assert_eq!(
        problems(
            "x-rules:\n  - { id: R1, says: x., on: { operation: pay }, same: custmer, unique: response $.receipt }\n"
        )[0],
        "no request of the contract has `custmer` @ custmer: did you mean `customer`?"
    );
}

#[test]
fn two_rules_of_one_id() {
    let rule = "  - { id: R1, says: x., on: { operation: pay }, same: customer, unique: response $.receipt }\n";
    assert_eq!(problems(&format!("x-rules:\n{rule}{rule}")), ["two rules are called `R1` @ R1: again here"]);
}

#[test]
fn earlier_exchanges_that_wait_for_each_other() {
    let rule = r#"
x-rules:
  - id: R1
    says: x.
    on: { operation: pay }
    same: customer
    with:
      a: { operation: placeOrder, request: { $.amount: "{{ b.request.amount }}" } }
      b: { operation: placeOrder, request: { $.amount: "{{ a.request.amount }}" } }
    assert: a.request.amount == b.request.amount
"#;
    assert_eq!(problems(rule), ["`a` and `b` wait for each other @ a: this"]);
}

#[test]
fn names_and_places_that_nothing_gives() {
    let rule = |form: &str| {
        format!("x-rules:\n  - {{ id: R1, says: x., on: {{ operation: pay }}, same: customer, {form} }}\n")
    };
    assert_eq!(
        problems(&rule("assert: 'respons.amount > 0'")),
        ["nothing here is called `respons` @ respons: did you mean `response`?"]
    );
    assert_eq!(
        problems(&rule("same-value: { value: response $.amount, of: order.request $.amount }")),
        ["`order` is no earlier exchange of R1 @ order.request $.amount: "]
    );
    assert_eq!(
        problems(&rule("unique: $.receipt")),
        [
            "`$.receipt` is not a place in an exchange @ $.receipt: of what? write `response $.receipt` or `request $.receipt`"
        ]
    );
    assert_eq!(
        problems(&rule("assert: 'response.amount >'"))[0].split(" @ ").next(),
        Some("an expression cannot be read")
    );
}
