//! The example of the documentation: rules of an API that has nothing to do with lending.

use super::{drawn, line, moment};
use crate::contract;
use crate::rule::{Exchange, Monitor, Request, Response, Settings};
use crate::source::Sources;
use serde_json::{Value, json};

fn exchange(number: u64, operation: &str, id: &str, request: Option<Value>, body: Value) -> Exchange {
    let (method, target, template) = match operation {
        "placeOrder" => ("POST", "/orders".to_owned(), "/orders"),
        "getOrder" => ("GET", format!("/orders/{id}"), "/orders/{orderID}"),
        _ => ("POST", format!("/orders/{id}/payment"), "/orders/{orderID}/payment"),
    };
    Exchange {
        number,
        operation: operation.to_owned(),
        request: Request::new(method, &target, template, request),
        response: Some(Response { status: 200, headers: Vec::new(), body }),
        sent: moment(number * 1000),
        received: moment(number * 1000),
    }
}

#[test]
fn a_shop_has_rules_too() {
    let mut sources = Sources::default();
    let file = sources.add("shop.openapi.yaml", include_str!("../../../docs/examples/shop/shop.openapi.yaml"));
    let contract = contract::load(&mut sources, file, "shop", &mut |_, _| unreachable!("one file"));
    let contract = contract.unwrap_or_else(|problems| panic!("{}", drawn(&problems)));
    let rules =
        crate::rule::read(&sources, file, &contract, &[]).unwrap_or_else(|problems| panic!("{}", drawn(&problems)));
    let mut monitor = Monitor::new(rules, Settings::default());
    let order = |number, who: &str, id: &str| {
        let asked = json!({"customer": who, "amount": 20});
        exchange(number, "placeOrder", "", Some(asked), json!({"id": id, "status": "OPEN", "amount": 20}))
    };
    let paid =
        |number, id: &str, amount: i32| exchange(number, "pay", id, None, json!({"receipt": "r1", "amount": amount}));
    let look = |number, id: &str, status: &str| {
        exchange(number, "getOrder", id, None, json!({"id": id, "status": status, "amount": 20}))
    };
    let trace = [
        order(1, "A", "o1"),
        order(2, "B", "o2"),
        paid(3, "o1", 20),
        paid(4, "o2", 19),
        paid(5, "o1", 20),
        look(6, "o1", "PAID"),
        look(7, "o1", "SHIPPED"),
        look(10, "o1", "OPEN"),
    ];
    let told: Vec<String> =
        trace.iter().flat_map(|exchange| monitor.observe(exchange)).map(|broken| line(&broken)).collect();
    assert_eq!(
        told,
        [
            "S1 at 4: response $.amount is 19, not 20 [after 2]",
            "S3 at 4: \"r1\" was given before, to another customer [after 3]",
            "S2 at 5: it came 2 s after POST /orders/o1/payment [after 3]",
            "S5 at 7: it came after 1 s, where at least 2 s is documented [after 6]",
            "S4 at 10: response $.status was \"SHIPPED\" and is now \"OPEN\" [after 7]",
        ]
    );
    assert_eq!(monitor.customers().collect::<Vec<_>>(), ["A", "B"]);
}
