//! Every form: kept, broken, not due, and what its message says.

use super::{rules, told};
use serde_json::json;

fn order(customer: &str, amount: i32) -> serde_json::Value {
    json!({"customer": customer, "amount": amount})
}

#[test]
fn every() {
    let rules = rules(
        r#"
x-rules:
  - id: R1
    says: What is paid is what was ordered.
    on: { operation: pay, outcome: success }
    same: customer
    with: { order: { operation: placeOrder, latest: true } }
    expect: { response: { $.amount: { equals: "{{ order.request.amount }}" } } }
"#,
    );
    let trace = [
        (0, "pay", order("A", 1), json!({"amount": 7})),
        (1, "placeOrder", order("A", 5), json!({})),
        (2, "placeOrder", order("B", 6), json!({})),
        (3, "pay", order("A", 5), json!({"amount": 5.0})),
        (4, "pay", order("B", 6), json!({"amount": 5})),
        (5, "pay", order("B", 6), json!({"code": "NO-1", "amount": 5})),
        (6, "pay", order("B", 6), json!({"http": 500, "amount": 5})),
    ];
    assert_eq!(told(&rules, &trace), ["R1 at 5: response $.amount is 5, not 6 [after 3]", "R1 kept 1"]);
}

#[test]
fn assert_of_each_item() {
    let rules = rules(
        r#"
x-rules:
  - id: R1
    says: A range is one.
    on: { operation: getPrices }
    assert: it.min <= it.max
    each: response $.items[*]
  - id: R2
    says: An order begins before it ends.
    on: { operation: getOrder }
    assert: instant(response.from) < instant(response.to)
"#,
    );
    let trace = [
        (0, "getPrices", json!({"customer": "A"}), json!({"items": []})),
        (1, "getPrices", json!({"customer": "A"}), json!({"items": [{"min": 1, "max": 2}, {"min": 3}]})),
        (2, "getPrices", json!({"customer": "A"}), json!({"items": [{"min": 1, "max": 2}, {"min": 3, "max": 2}]})),
        (
            3,
            "getOrder",
            json!({"orderID": "1"}),
            json!({"from": "2026-01-01T00:00:00Z", "to": "2026-01-01T05:00:00+05:30"}),
        ),
        (
            4,
            "getOrder",
            json!({"orderID": "1"}),
            json!({"from": "2026-01-01T00:00:00Z", "to": "2026-01-01T05:31:00+05:30"}),
        ),
        (5, "getOrder", json!({"orderID": "1"}), json!({"from": "2026-01-01T00:00:00Z"})),
        (6, "getOrder", json!({"orderID": "1"}), json!({"from": "soon", "to": "later"})),
    ];
    assert_eq!(
        told(&rules, &trace),
        [
            "R1 at 3: at response $.items[1]: it.min is 3, it.max is 2",
            "R2 at 4: response.from is \"2026-01-01T00:00:00Z\", response.to is \"2026-01-01T05:00:00+05:30\"",
            "R2 at 7: it could not be worked out: \"soon\" is a string, not a time",
            "R1 kept 1",
            "R2 kept 1",
        ]
    );
}

#[test]
fn precedes() {
    let rules = rules(
        r#"
x-rules:
  - id: R1
    says: An order comes before its payment.
    binds: client
    on: { operation: pay }
    same: customer
    precedes: { operation: placeOrder, outcome: success }
  - id: R2
    says: An item is one of the list.
    binds: client
    on: { operation: placeOrder }
    same: customer
    precedes: { operation: getPrices, among: ['request $.item', 'response $.items[*].name'] }
"#,
    );
    let trace = [
        (0, "placeOrder", order("A", 5), json!({"code": "NO-1"})),
        (1, "pay", order("A", 5), json!({})),
        (2, "getPrices", json!({"customer": "A"}), json!({"items": [{"name": "x"}, {"name": "y"}]})),
        (3, "placeOrder", json!({"customer": "A", "item": "y"}), json!({})),
        (4, "pay", order("A", 5), json!({})),
        (5, "placeOrder", json!({"customer": "A", "item": "z"}), json!({})),
    ];
    assert_eq!(
        told(&rules, &trace),
        [
            "R2 at 1: no getPrices came before it",
            "R1 at 2: no placeOrder came before it",
            "R2 at 6: request $.item is \"z\", and response $.items[*].name gave one of \"x\", \"y\" [after 3]",
            "R1 kept 1",
            "R2 kept 1",
        ]
    );
}

#[test]
fn responds() {
    let rules = rules(
        r#"
x-rules:
  - id: R1
    says: An order is paid within a minute.
    binds: client
    on: { operation: placeOrder }
    same: customer
    responds: { operation: pay, within: 60s }
"#,
    );
    let trace = [
        (0, "placeOrder", order("A", 5), json!({})),
        (65_000, "pay", order("A", 5), json!({})),
        (70_000, "placeOrder", order("A", 5), json!({})),
        (140_000, "pay", order("A", 5), json!({})),
        (150_000, "placeOrder", order("B", 5), json!({})),
    ];
    assert_eq!(
        told(&rules, &trace),
        ["R1 at 3: no pay followed within 66 s", "R1 at 5: no pay followed within 66 s", "R1 kept 1",]
    );
}

#[test]
fn never_after() {
    let rules = rules(
        r#"
x-rules:
  - id: R1
    says: A failed order is not paid.
    binds: client
    on: { operation: pay }
    same: customer
    never-after: { operation: placeOrder, response: { $.status: FAILED }, until: { operation: placeOrder, response: { $.status: OPEN } } }
  - id: R2
    says: Nothing is paid twice within ten seconds.
    binds: client
    on: { operation: pay }
    same: customer
    never-after: { operation: pay, within: 10s }
"#,
    );
    let trace = [
        (0, "placeOrder", order("A", 5), json!({"status": "OPEN"})),
        (1, "pay", order("A", 5), json!({})),
        (9_500, "pay", order("A", 5), json!({})),
        (20_000, "placeOrder", order("A", 5), json!({"status": "FAILED"})),
        (21_000, "pay", order("A", 5), json!({})),
        (22_000, "pay", order("A", 5), json!({})),
        (23_000, "placeOrder", order("A", 5), json!({"status": "OPEN"})),
        (50_000, "pay", order("A", 5), json!({})),
    ];
    assert_eq!(
        told(&rules, &trace),
        [
            "R1 at 5: it came 1 s after POST /orders [after 4]",
            "R1 at 6: it came 2 s after POST /orders [after 4]",
            "R2 at 6: it came 1 s after POST /payments [after 5]",
            "R2 kept 3",
        ]
    );
}

#[test]
fn paced() {
    let rules = rules(
        r#"
x-rules:
  - id: R1
    says: An open order is looked at every 5 to 10 seconds.
    binds: client
    on: { operation: getOrder }
    same: orderID
    paced: { min: 5s, max: 10s, while: { response: { $.status: OPEN } } }
"#,
    );
    let look = |at: u64, id: &str, status: &str| (at, "getOrder", json!({"orderID": id}), json!({"status": status}));
    let trace = [
        look(0, "1", "OPEN"),
        look(200, "2", "OPEN"),
        look(4_600, "1", "OPEN"),
        look(8_000, "1", "OPEN"),
        look(20_000, "1", "PAID"),
        look(20_001, "1", "PAID"),
    ];
    assert_eq!(
        told(&rules, &trace),
        [
            "R1 at 4: it came after 3.4 s, where 5 s to 10 s is documented [after 3]",
            "R1 at 5: it came after 12 s, where 5 s to 10 s is documented [after 4]",
            "R1 kept 1",
        ]
    );
}

#[test]
fn repeats() {
    let rules = rules(
        r#"
x-rules:
  - id: R1
    says: A failed payment is tried again two or three times, 30 seconds apart.
    binds: client
    on: { operation: pay, code: NO-1 }
    same: customer
    repeats: { operation: pay, times: 2..3, every: 30s }
"#,
    );
    let pay = |at: u64, who: &str, code: &str| (at * 1000, "pay", order(who, 1), json!({"code": code}));
    let trace = [
        pay(0, "A", "NO-1"),
        pay(30, "A", "NO-1"),
        pay(60, "A", "OK-1"),
        pay(100, "B", "NO-1"),
        pay(110, "B", "NO-1"),
        pay(140, "B", "NO-1"),
        pay(170, "B", "NO-1"),
        pay(200, "B", "NO-1"),
        pay(300, "C", "NO-1"),
        pay(330, "C", "NO-1"),
    ];
    assert_eq!(
        told(&rules, &trace),
        [
            "R1 at 5: try 1 came 10 s after the failure, sooner than 30 s [after 4]",
            "R1 at 8: this is try 4, and 3 are the most [after 7]",
            "R1 at 10: it was tried again once; pay had to come twice",
            "R1 kept 1",
        ]
    );
}

#[test]
fn same_value_and_within_set() {
    let rules = rules(
        r#"
x-rules:
  - id: R1
    says: An order is answered with its amount.
    on: { operation: getOrder }
    same: orderID
    with: { placed: { operation: placeOrder } }
    same-value: { value: response $.amount, of: placed.request $.amount }
  - id: R2
    says: An amount is within a range of the list.
    on: { operation: placeOrder, outcome: success }
    same: customer
    with: { list: { operation: getPrices } }
    within-set: { value: request $.amount, of: 'list.response $.items[*]', holds: it.min <= value and value <= it.max }
"#,
    );
    let trace = [
        (0, "getPrices", json!({"customer": "A"}), json!({"items": [{"min": 1, "max": 2}, {"min": 5, "max": 9}]})),
        (1, "placeOrder", order("A", 5), json!({"id": "o1"})),
        (2, "placeOrder", order("A", 4), json!({"id": "o2"})),
        (3, "getOrder", json!({"orderID": "o1"}), json!({"amount": 5})),
        (4, "getOrder", json!({"orderID": "o2"}), json!({"amount": 5})),
        (5, "getOrder", json!({"orderID": "o3"}), json!({"amount": 5})),
    ];
    assert_eq!(
        told(&rules, &trace),
        [
            "R2 at 3: it is within none of the 2 that list.response $.items[*] gave: it.min is 1, it.max is 2, value is 4 [after 1]",
            "R1 at 5: response $.amount is 5, and placed.request $.amount was 4 [after 3]",
            "R1 kept 1",
            "R2 kept 1",
        ]
    );
}

#[test]
fn one_of() {
    let rules = rules(
        r#"
x-rules:
  - id: R1
    says: An order is paid here or looked at there.
    binds: client
    on: { operation: placeOrder }
    same: customer
    one-of: { here: { operation: pay }, there: { operation: getPrices } }
"#,
    );
    let trace = [
        (0, "placeOrder", order("A", 5), json!({})),
        (1, "pay", order("A", 5), json!({})),
        (2, "pay", order("A", 5), json!({})),
        (3, "placeOrder", order("B", 5), json!({})),
        (4, "pay", order("B", 5), json!({})),
        (5, "getPrices", json!({"customer": "B"}), json!({})),
        (6, "placeOrder", order("C", 5), json!({})),
    ];
    assert_eq!(told(&rules, &trace), ["R1 at 6: the way `there` was gone after the way `here` [after 5]", "R1 kept 1"]);
}

#[test]
fn unique_and_stays() {
    let rules = rules(
        r#"
x-rules:
  - id: R1
    says: A receipt is one customer's.
    on: { operation: pay }
    same: customer
    unique: response $.receipt
  - id: R2
    says: An item is listed once.
    on: { operation: getPrices }
    unique: response $.items[*].name
  - id: R3
    says: A paid order stays paid.
    on: { operation: getOrder }
    same: orderID
    stays: { value: response $.status, once: [SHIPPED, FAILED] }
"#,
    );
    let look = |at: u64, id: &str, status: &str| (at, "getOrder", json!({"orderID": id}), json!({"status": status}));
    let trace = [
        (0, "pay", order("A", 5), json!({"receipt": "r1"})),
        (1, "pay", order("A", 5), json!({"receipt": "r1"})),
        (2, "pay", order("B", 5), json!({"receipt": "r1"})),
        (3, "pay", order("B", 5), json!({"receipt": null})),
        (4, "getPrices", json!({"customer": "A"}), json!({"items": [{"name": "x"}, {"name": "x"}]})),
        (5, "getPrices", json!({"customer": "B"}), json!({"items": [{"name": "x"}, {"name": "y"}]})),
        look(6, "1", "PAID"),
        look(7, "1", "SHIPPED"),
        look(8, "1", "SHIPPED"),
        look(9, "1", "OPEN"),
        look(10, "2", "OPEN"),
    ];
    assert_eq!(
        told(&rules, &trace),
        [
            "R1 at 3: \"r1\" was given before, to another customer [after 1]",
            "R2 at 5: \"x\" stands at $.items[0].name and again at $.items[1].name",
            "R3 at 10: response $.status was \"SHIPPED\" and is now \"OPEN\" [after 8]",
            "R1 kept 2",
            "R2 kept 1",
            "R3 kept 1",
        ]
    );
}
