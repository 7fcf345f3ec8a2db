//! Rules as a person writes them, tried on exchanges.

mod existing;
mod forms;
mod lender;
mod mistakes;
mod shop;
mod whole;

use super::{Broken, Exchange, Monitor, Request, Response, Rules, Settings};
use crate::contract::{self, Contract};
use crate::diagnostic::{Style, render};
use crate::event::Timestamp;
use crate::source::{FileId, Sources};
use serde_json::Value;
use std::time::Duration;

/// A shop: orders are placed, looked at, paid and shipped.
const SHOP: &str = r#"
openapi: 3.1.0
info: { title: Shop, version: "1" }
x-codes:
  OK-1: { case: Good, status: [200], generic: true }
  NO-1: { case: Bad, status: [400], generic: true }
  NO-9: { case: There already, status: [409], generic: true }
x-envelope: { code: [code] }
paths:
  /orders:
    post:
      operationId: placeOrder
      requestBody: { content: { application/json: { schema: { $ref: '#/components/schemas/Order' } } } }
      responses:
        '200':
          description: placed
          content: { application/json: { schema: { $ref: '#/components/schemas/Placed' } } }
          links: { order: { operationId: getOrder, parameters: { orderID: '$response.body#/id' } } }
  /orders/{orderID}:
    get:
      operationId: getOrder
      parameters: [{ name: orderID, in: path, required: true, schema: { type: string } }]
      responses:
        '200': { description: it, content: { application/json: { schema: { $ref: '#/components/schemas/Placed' } } } }
  /payments:
    post:
      operationId: pay
      requestBody: { content: { application/json: { schema: { $ref: '#/components/schemas/Payment' } } } }
      responses:
        '200': { description: paid, content: { application/json: { schema: { $ref: '#/components/schemas/Paid' } } } }
  /prices:
    get:
      operationId: getPrices
      parameters: [{ name: customer, in: query, schema: { type: string } }]
      responses:
        '200': { description: prices, content: { application/json: { schema: { $ref: '#/components/schemas/Prices' } } } }
components:
  schemas:
    Order: { type: object, properties: { customer: { type: string }, amount: { type: number }, item: { type: string } } }
    Placed:
      type: object
      properties:
        code: { type: string }
        id: { type: string }
        status: { enum: [OPEN, PAID, SHIPPED, FAILED] }
        amount: { type: number }
        from: { type: string }
        to: { type: string }
    Payment: { type: object, properties: { customer: { type: string }, amount: { type: number } } }
    Paid: { type: object, properties: { code: { type: string }, status: { enum: [OPEN, PAID, FAILED] }, receipt: { type: string }, amount: { type: number } } }
    Prices:
      type: object
      properties:
        status: { enum: [OPEN, PAID, FAILED] }
        items: { type: array, items: { type: object, properties: { name: { type: string }, min: { type: number }, max: { type: number } } } }
x-subject: customer
"#;

/// A contract with rules.
fn with_rules(contract: &str, rules: &str) -> (Sources, FileId, Contract) {
    let mut sources = Sources::default();
    let file = sources.add("shop.yaml", format!("{contract}{rules}"));
    let read = contract::load(&mut sources, file, "shop", &mut |_, _| unreachable!("one file"));
    let contract = read.unwrap_or_else(|problems| panic!("{}", drawn(&problems)));
    (sources, file, contract)
}

fn drawn(problems: &[crate::diagnostic::Diagnostic]) -> String {
    problems.iter().map(|problem| render(problem, Style::Plain)).collect::<Vec<_>>().join("\n")
}

/// The rules of the shop.
fn rules(text: &str) -> Rules {
    let (sources, file, contract) = with_rules(SHOP, text);
    super::read(&sources, file, &contract, &[]).unwrap_or_else(|problems| panic!("{}", drawn(&problems)))
}

/// A moment, in milliseconds after the beginning.
fn moment(millis: u64) -> Timestamp {
    Timestamp::new("2026-03-01T10:00:00Z".parse().unwrap()).after(Duration::from_millis(millis))
}

/// An exchange that took no time, sent so many milliseconds after the beginning.
fn exchange(number: u64, millis: u64, operation: &str, request: Value, response: Value) -> Exchange {
    let (target, template) = match operation {
        "getOrder" => (format!("/orders/{}", request["orderID"].as_str().unwrap_or("-")), "/orders/{orderID}"),
        "getPrices" => (format!("/prices?customer={}", request["customer"].as_str().unwrap_or("-")), "/prices"),
        "pay" => ("/payments".to_owned(), "/payments"),
        _ => ("/orders".to_owned(), "/orders"),
    };
    let post = matches!(operation, "placeOrder" | "pay");
    let status = response.get("http").and_then(Value::as_u64).and_then(|status| u16::try_from(status).ok());
    Exchange {
        number,
        operation: operation.to_owned(),
        request: Request::new(if post { "POST" } else { "GET" }, &target, template, post.then_some(request)),
        response: Some(Response { status: status.unwrap_or(200), headers: Vec::new(), body: response }),
        sent: moment(millis),
        received: moment(millis),
    }
}

/// What a trace breaks, one line each: the rule, the exchange's number, what came.
fn told(rules: &Rules, trace: &[(u64, &str, Value, Value)]) -> Vec<String> {
    let mut monitor = Monitor::new(rules.clone(), Settings::default());
    let mut broken = Vec::new();
    for (number, (millis, operation, request, response)) in (1..).zip(trace) {
        broken.extend(monitor.observe(&exchange(number, *millis, operation, request.clone(), response.clone())));
    }
    let end = trace.last().map_or(0, |(millis, ..)| *millis);
    broken.extend(monitor.close(moment(end + 3_600_000)));
    let mut lines: Vec<String> = broken.iter().map(line).collect();
    for (rule, fared) in monitor.fared() {
        if fared.kept > 0 {
            lines.push(format!("{} kept {}", rule.id, fared.kept));
        }
    }
    lines
}

fn line(broken: &Broken) -> String {
    let earlier = broken.earlier.as_ref().map(|earlier| format!(" [after {}]", earlier.number)).unwrap_or_default();
    format!("{} at {}: {}{earlier}", broken.rule.id, broken.at.number, broken.came)
}
