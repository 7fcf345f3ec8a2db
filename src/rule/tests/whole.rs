//! The monitor against the definition: for random traces, what it says one exchange at a time is what the whole trace
//! says. How many traces is `PROPTEST_CASES`, 256 unless said.

use super::{moment, rules};
use crate::rule::{Exchange, Monitor, Request, Response, Rule, Rules, Settings};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;

const WHO: [&str; 2] = ["A", "B"];
const OPERATIONS: [&str; 3] = ["placeOrder", "pay", "getPrices"];
const STATUSES: [&str; 3] = ["OPEN", "PAID", "FAILED"];

/// One exchange of a random trace: the operation, who, a small number, a status, the time since the one before and how
/// long it took, in tenths of seconds.
type Made = (usize, usize, i64, usize, u64, u64);

fn trace(made: &[Made]) -> Vec<Exchange> {
    let mut now = 0;
    let mut all = Vec::new();
    for (number, (operation, who, value, status, pause, took)) in (1..).zip(made) {
        now += pause * 100;
        let request = json!({"customer": WHO[*who], "amount": value});
        let receipt = format!("r{value}");
        let response = json!({"amount": value, "status": STATUSES[*status], "receipt": receipt, "items": [{"name": "x", "min": value, "max": value + 1}]});
        all.push(Exchange {
            number,
            operation: OPERATIONS[*operation].to_owned(),
            request: Request::new("POST", "/x", "/x", Some(request)),
            response: Some(Response { status: 200, headers: Vec::new(), body: response }),
            sent: moment(now.saturating_sub(took * 100)),
            received: moment(now),
        });
    }
    all
}

fn millis(at: crate::event::Timestamp) -> i64 {
    at.timestamp().as_millisecond()
}

/// What the rules below need to ask of an exchange.
struct Seen<'t>(&'t [Exchange]);

impl Seen<'_> {
    fn is(&self, i: usize, operation: &str, status: Option<&str>) -> bool {
        self.0[i].operation == operation && status.is_none_or(|status| self.0[i].body()["status"] == status)
    }
    fn who(&self, i: usize) -> String {
        self.0[i].request.value["customer"].as_str().unwrap().to_owned()
    }
    fn value(&self, i: usize) -> i64 {
        self.0[i].body()["amount"].as_i64().unwrap()
    }
    fn asked(&self, i: usize) -> i64 {
        self.0[i].request.value["amount"].as_i64().unwrap()
    }
    fn all(&self) -> std::ops::Range<usize> {
        0..self.0.len()
    }
    /// The last one before `i` of the same customer for which something holds.
    fn before(&self, i: usize, holds: impl Fn(usize) -> bool) -> Option<usize> {
        (0..i).rev().find(|j| self.who(*j) == self.who(i) && holds(*j))
    }
    fn numbers(&self, broken: impl Fn(usize) -> bool) -> Vec<u64> {
        self.all().filter(|i| broken(*i)).map(|i| self.0[i].number).collect()
    }
}

/// The definition of a rule on a whole trace that ends at a moment, in milliseconds: the numbers of the exchanges that
/// break it.
type Definition = fn(&Seen<'_>, &Rule, i64) -> Vec<u64>;

const END: u64 = 10_000_000;

fn hold(yaml: &str, definition: Definition) {
    let rules: Rules = rules(&format!("x-rules:\n  - {{ id: R1, says: x., {yaml} }}\n"));
    let rule = Arc::clone(&rules.all[0]);
    let one = (0..3_usize, 0..2_usize, 0..4_i64, 0..3_usize, 0..80_u64, 0..40_u64);
    let config = Config { failure_persistence: None, ..Config::default() };
    let strategy = (prop::collection::vec(one, 0..24), 0..200_u64);
    let held = TestRunner::new(config).run(&strategy, |(made, rest)| {
        let trace = trace(&made);
        let end = trace.last().map_or(0, |last| millis(last.received) - millis(moment(0))).unsigned_abs() + rest * 100;
        let mut monitor = Monitor::new(rules.clone(), Settings::default());
        let mut broken: Vec<u64> = Vec::new();
        for exchange in &trace {
            let would = monitor.would_break(exchange);
            let does = monitor.observe(exchange);
            // Asking first changes nothing and answers the same.
            prop_assert_eq!(
                would.iter().map(super::line).collect::<Vec<_>>(),
                does.iter().map(super::line).collect::<Vec<_>>()
            );
            broken.extend(does.iter().map(|one| one.at.number));
        }
        broken.extend(monitor.close(moment(end)).iter().map(|one| one.at.number));
        broken.sort_unstable();
        let mut defined = definition(&Seen(&trace), &rule, millis(moment(end.min(END * 10))));
        defined.sort_unstable();
        prop_assert_eq!(broken, defined);
        Ok(())
    });
    held.unwrap_or_else(|failed| panic!("{failed}"));
}

/// A limit with its slack, in milliseconds: what is still let pass.
fn slack(rule: &Rule, limit: i64) -> i64 {
    i64::try_from(rule.slack.of(Duration::from_millis(limit.unsigned_abs())).as_millis()).unwrap()
}

#[test]
fn every() {
    hold(
        "on: { operation: pay }, same: customer, with: { order: { operation: placeOrder } }, expect: { response: { $.amount: { max: '{{ order.request.amount }}' } } }",
        |seen, _, _| {
            seen.numbers(|i| {
                let order = seen.before(i, |j| seen.is(j, "placeOrder", None));
                seen.is(i, "pay", None) && order.is_some_and(|order| seen.value(i) > seen.asked(order))
            })
        },
    );
}

#[test]
fn first_of_several() {
    hold(
        "on: { operation: pay }, same: customer, with: { order: { operation: placeOrder, first: true } }, same-value: { value: response $.amount, of: order.request $.amount }",
        |seen, _, _| {
            seen.numbers(|i| {
                let order = (0..i).find(|j| seen.who(*j) == seen.who(i) && seen.is(*j, "placeOrder", None));
                seen.is(i, "pay", None) && order.is_some_and(|order| seen.value(i) != seen.asked(order))
            })
        },
    );
}

#[test]
fn assert() {
    hold("on: { operation: pay }, assert: response.amount < 3", |seen, _, _| {
        seen.numbers(|i| seen.is(i, "pay", None) && seen.value(i) >= 3)
    });
}

#[test]
fn precedes() {
    hold(
        "on: { operation: pay }, same: customer, precedes: { operation: placeOrder, response: { $.status: OPEN }, among: ['request $.amount', 'response $.amount'] }",
        |seen, _, _| {
            seen.numbers(|i| {
                let order = seen.before(i, |j| seen.is(j, "placeOrder", Some("OPEN")));
                seen.is(i, "pay", None) && order.is_none_or(|order| seen.asked(i) != seen.value(order))
            })
        },
    );
}

#[test]
fn responds() {
    hold(
        "binds: client, on: { operation: placeOrder }, same: customer, responds: { operation: pay, response: { $.status: PAID }, within: 5s }",
        |seen, rule, end| {
            let limit = 5000 + slack(rule, 5000);
            let mut broken = Vec::new();
            for who in WHO {
                let own: Vec<usize> =
                    seen.all().filter(|i| seen.who(*i) == who && !seen.is(*i, "getPrices", None)).collect();
                let mut next = 0;
                while let Some(at) = (next..own.len()).find(|at| seen.is(own[*at], "placeOrder", None)) {
                    let deadline = millis(seen.0[own[at]].received) + limit;
                    let late = |i: usize| millis(seen.0[i].sent) > deadline;
                    let ends = (at + 1..own.len()).find(|k| late(own[*k]) || seen.is(own[*k], "pay", Some("PAID")));
                    let silent = ends.map_or(deadline < end, |k| late(own[k]));
                    if silent {
                        broken.push(seen.0[own[at]].number);
                    }
                    // What ends a wait can begin the next one.
                    next = ends.unwrap_or(own.len());
                }
            }
            broken
        },
    );
}

#[test]
fn never_after() {
    hold(
        "binds: client, on: { operation: pay }, same: customer, never-after: { operation: placeOrder, response: { $.status: FAILED }, within: 8s, until: { operation: placeOrder, response: { $.status: PAID } } }",
        |seen, rule, _| {
            let limit = 8000 - slack(rule, 8000);
            seen.numbers(|i| {
                let by = seen
                    .before(i, |j| seen.is(j, "placeOrder", Some("FAILED")) || seen.is(j, "placeOrder", Some("PAID")));
                let by = by.filter(|by| seen.is(*by, "placeOrder", Some("FAILED")));
                let gap = by.map(|by| millis(seen.0[i].sent) - millis(seen.0[by].received));
                seen.is(i, "pay", None) && gap.is_some_and(|gap| gap >= 0 && gap < limit)
            })
        },
    );
}

#[test]
fn paced() {
    hold(
        "binds: client, on: { operation: pay }, same: customer, paced: { min: 2s, max: 4s, while: { response: { $.status: OPEN } } }",
        |seen, rule, _| {
            let (least, most) = (2000 - slack(rule, 2000), 4000 + slack(rule, 4000));
            seen.numbers(|i| {
                let last =
                    seen.before(i, |j| seen.is(j, "pay", None)).filter(|last| seen.is(*last, "pay", Some("OPEN")));
                let soon = |last: usize| millis(seen.0[i].sent) - millis(seen.0[last].sent) < least;
                let late = |last: usize| millis(seen.0[i].sent) - millis(seen.0[last].received) > most;
                seen.is(i, "pay", None) && last.is_some_and(|last| soon(last) || late(last))
            })
        },
    );
}

#[test]
fn repeats() {
    hold(
        "binds: client, on: { operation: pay, response: { $.status: FAILED } }, same: customer, repeats: { operation: placeOrder, times: 1..2, every: 3s }",
        |seen, rule, _| {
            let least = 3000 - slack(rule, 3000);
            let mut broken = Vec::new();
            for who in WHO {
                let own: Vec<usize> =
                    seen.all().filter(|i| seen.who(*i) == who && !seen.is(*i, "getPrices", None)).collect();
                // A chain begins after an answer that is no failure and ends with the next one.
                let good = |i: &usize| seen.is(*i, "pay", None) && !seen.is(*i, "pay", Some("FAILED"));
                for (number, chain) in own.split_inclusive(good).enumerate() {
                    let _ = number;
                    let ended = chain.last().is_some_and(good);
                    let mut tries = 0;
                    for (at, i) in chain.iter().enumerate().filter(|(_, i)| seen.is(**i, "placeOrder", None)) {
                        // A try follows a failure with no other try between.
                        let Some(before) = chain[..at].last() else { continue };
                        if !seen.is(*before, "pay", Some("FAILED")) {
                            continue;
                        }
                        tries += 1;
                        let gap = (millis(seen.0[*i].sent) - millis(seen.0[*before].received)).max(0);
                        if gap < least || tries > 2 {
                            broken.push(seen.0[*i].number);
                        }
                    }
                    if let Some(last) =
                        chain.last().filter(|last| !ended && tries < 1 && seen.is(**last, "pay", Some("FAILED")))
                    {
                        broken.push(seen.0[*last].number);
                    }
                }
            }
            broken
        },
    );
}

#[test]
fn within_set() {
    hold(
        "on: { operation: pay }, same: customer, with: { list: { operation: getPrices } }, within-set: { value: request $.amount, of: 'list.response $.items[*]', holds: it.min <= value and value <= it.max }",
        |seen, _, _| {
            seen.numbers(|i| {
                let list = seen.before(i, |j| seen.is(j, "getPrices", None));
                let within = |list: usize| (seen.value(list)..=seen.value(list) + 1).contains(&seen.asked(i));
                seen.is(i, "pay", None) && list.is_some_and(|list| !within(list))
            })
        },
    );
}

#[test]
fn one_of() {
    hold(
        "binds: client, on: { operation: placeOrder }, same: customer, one-of: { own: { operation: pay }, other: { operation: getPrices, response: { $.status: OPEN } } }",
        |seen, _, _| {
            let way = |i: usize| match seen.0[i].operation.as_str() {
                "pay" => Some(0),
                "getPrices" if seen.is(i, "getPrices", Some("OPEN")) => Some(1),
                _ => None,
            };
            seen.numbers(|i| {
                let first = seen.all().find(|j| seen.who(*j) == seen.who(i) && way(*j).is_some());
                way(i).is_some_and(|own| first.and_then(way).is_some_and(|first| first != own))
            })
        },
    );
}

#[test]
fn unique() {
    hold("on: { operation: pay }, same: customer, unique: response $.receipt", |seen, _, _| {
        seen.numbers(|i| {
            let same = |j: &usize| seen.is(*j, "pay", None) && seen.value(*j) == seen.value(i);
            let first = seen.all().find(same);
            seen.is(i, "pay", None) && first.is_some_and(|first| seen.who(first) != seen.who(i))
        })
    });
}

#[test]
fn stays() {
    hold(
        "on: { operation: pay }, same: customer, stays: { value: response $.status, once: [PAID, FAILED] }",
        |seen, _, _| {
            seen.numbers(|i| {
                let last = (0..i).find(|j| {
                    seen.who(*j) == seen.who(i) && seen.is(*j, "pay", None) && !seen.is(*j, "pay", Some("OPEN"))
                });
                seen.is(i, "pay", None)
                    && last.is_some_and(|last| seen.0[last].body()["status"] != seen.0[i].body()["status"])
            })
        },
    );
}
