//! What older members of a contract say, compiled into rules.

use super::{SHOP, exchange, line, moment, with_rules};
use crate::rule::{Monitor, Settings, Standing};
use serde_json::json;

fn shop() -> String {
    SHOP.replace(
        "      operationId: getOrder\n",
        "      operationId: getOrder\n      x-requires: [placeOrder]\n      x-poll: { every: 5s, max-every: 10s, while: { /status: [OPEN] } }\n      x-retry: { times: '2-3', every: 30s, when: { /status: [FAILED] }, restart: placeOrder }\n",
    ) + r"
x-journey:
  - { id: J01, rule: An order comes before its payment., operation: pay, after: placeOrder, otherwise: NO-1, from: documentation }
  - { id: J02, rule: A failed order is not paid., operation: pay, never-after: placeOrder, where: { response: { /status: FAILED } }, from: archetypes }
  - { id: J03, rule: After a look comes a payment., once: getOrder, where: { response: { /status: OPEN } }, next: pay }
"
}

fn rules() -> crate::rule::Rules {
    let (sources, file, contract) = with_rules(&shop(), "");
    crate::rule::read(&sources, file, &contract, &[]).unwrap_or_else(|problems| panic!("{}", super::drawn(&problems)))
}

#[test]
fn every_member_makes_its_rules() {
    let told: Vec<String> = rules()
        .all
        .iter()
        .map(|rule| format!("{} {} {}: {}", rule.id, rule.binds.name(), rule.form.name(), rule.says))
        .collect();
    assert_eq!(
        told,
        [
            "requires:getOrder:placeOrder client precedes: getOrder is called only once placeOrder has been.",
            "poll:getOrder client paced: getOrder is asked again every 5 s to 10 s.",
            "retry:getOrder client repeats: When getOrder fails, placeOrder starts it over 2-3 times, 30 s apart.",
            "J01.answer server precedes: A call that breaks J01 is refused with NO-1.",
            "J01 client precedes: An order comes before its payment.",
            "J02 client never-after: A failed order is not paid.",
            "J03 client responds: After a look comes a payment.",
        ]
    );
}

#[test]
fn a_server_that_takes_what_it_should_refuse_breaks_the_other_half() {
    let mut monitor = Monitor::new(rules(), Settings::default());
    let pay = |number, code: &str| exchange(number, number, "pay", json!({"customer": "A"}), json!({"code": code}));
    let broken: Vec<String> = monitor.observe(&pay(1, "NO-1")).iter().map(line).collect();
    assert_eq!(broken, ["J01 at 1: no placeOrder came before it"]);
    let broken: Vec<String> = monitor.observe(&pay(2, "OK-1")).iter().map(line).collect();
    assert_eq!(broken, ["J01.answer at 2: no placeOrder came before it", "J01 at 2: no placeOrder came before it"]);
}

#[test]
fn the_states_of_a_rule_are_told_by_customer() {
    let mut monitor = Monitor::new(rules(), Settings::default());
    let place = |number, who: &str, status: &str| {
        let id = format!("o-{who}");
        exchange(number, number, "placeOrder", json!({"customer": who}), json!({"id": id, "status": status}))
    };
    assert_eq!(monitor.standing("J02", Some("A")), Standing::NotDue);
    monitor.observe(&place(1, "A", "FAILED"));
    monitor.observe(&place(2, "B", "OPEN"));
    assert_eq!(monitor.standing("J02", Some("A")), Standing::KeptSoFar);
    assert_eq!(monitor.standing("J02", Some("B")), Standing::NotDue);
    // The order is known by the reference alone; the customer is who was given it.
    monitor.observe(&exchange(3, 10, "getOrder", json!({"orderID": "o-B"}), json!({"status": "OPEN"})));
    assert_eq!(monitor.standing("J03", Some("B")), Standing::DueBy(None));
    assert_eq!(monitor.standing("requires:getOrder:placeOrder", Some("B")), Standing::Kept(1));
    let pay = exchange(4, 20, "pay", json!({"customer": "A"}), json!({"code": "OK-1"}));
    let broken = monitor.observe(&pay);
    assert_eq!(broken.iter().map(|broken| broken.customer.as_deref()).collect::<Vec<_>>(), [Some("A")]);
    assert_eq!(monitor.standing("J02", Some("A")), Standing::Broken(1));
    monitor.close(moment(30));
    assert_eq!(monitor.standing("J02", None), Standing::Broken(1));
    assert_eq!(monitor.customers().collect::<Vec<_>>(), ["A", "B"]);
}

#[test]
fn silence_is_told_by_time() {
    let rules = super::rules(
        "x-rules:\n  - { id: R1, says: Paid soon., binds: client, on: { operation: placeOrder }, same: customer, responds: { operation: pay, within: 10s } }\n",
    );
    let mut monitor = Monitor::new(rules, Settings { pace: 0.5 });
    monitor.observe(&exchange(1, 0, "placeOrder", json!({"customer": "A"}), json!({})));
    assert_eq!(monitor.standing("R1", Some("A")), Standing::DueBy(Some(moment(5500))));
    assert!(monitor.advance(moment(5500)).is_empty());
    let broken = monitor.advance(moment(5501));
    assert_eq!(broken.iter().map(line).collect::<Vec<_>>(), ["R1 at 1: no pay followed within 5.5 s"]);
    assert!(broken[0].silent && broken[0].customer.as_deref() == Some("A"));
    assert!(monitor.advance(moment(60_000)).is_empty());
}
