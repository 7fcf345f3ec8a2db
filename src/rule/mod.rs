//! Rules: promises over more than one exchange, and over values within one that have to agree.
//!
//! A schema judges one body. A [`Rule`] says what makes it due (`on`), which exchanges belong together (`same`), which
//! earlier ones it speaks of (`with`), and what must be, in one of these [forms](Form): `every`, `precedes`, `responds`,
//! `never-after`, `paced`, `repeats`, `same-value`, `within-set`, `one-of`, and in short `assert`, `unique`, `stays`.
//!
//! [`read`] reads the rules of a contract: its `x-rules`, files of rules beside suites and overlays, and compiles what
//! `x-journey`, `x-requires`, `x-poll` and `x-retry` say, and the other half of `otherwise`. A rule made of
//! `x-requires` is `requires:OPERATION:NEEDED`, of `x-poll` `poll:OPERATION`, of `x-retry` `retry:OPERATION`; one of
//! `x-journey` keeps its id, and where it names the code of a refusal the rule that binds the server is `ID.answer`.
//!
//! A [`Monitor`] takes exchanges one after the other, in the order of their answers, and answers with what they break.
//! The same monitor serves a run, a journal and the traffic of a client:
//!
//! ```ignore
//! let rules = rule::read(&sources, file, &contract, &files_of_rules)?;
//! let mut monitor = Monitor::new(rules, Settings { pace: 1.0 });
//! for (number, (sent, came)) in (1..).zip(traffic) {
//!     let operation = contract.operation_at(&sent.method, &sent.path)?;
//!     let exchange = Exchange {
//!         number,
//!         operation: operation.id.clone(),
//!         request: Request::new(&sent.method, &sent.target, &operation.path, sent.json),
//!         response: Some(Response { status: came.status, headers: came.headers, body: came.json }),
//!         sent: sent.at,
//!         received: came.at,
//!     };
//!     for broken in monitor.observe(&exchange) {
//!         println!("{}: {} ({})", broken.rule.id, broken.rule.says, broken.came);
//!     }
//! }
//! // A silence is broken, or kept, only by time or by an end: `advance` while traffic goes on, `close` after it.
//! let silent = monitor.close(now);
//! assert_eq!(monitor.standing("R31", Some("CUST-1")), Standing::Kept(1));
//! ```
//!
//! What is remembered is bounded per customer: of earlier exchanges only the values that rules name, equal ones once.

mod check;
mod common;
mod exchange;
mod matching;
mod model;
mod monitor;
mod place;
mod read;
mod state;
mod step;
#[cfg(test)]
mod tests;
mod view;
mod words;

pub use exchange::{Exchange, Request, Response, Witness};
pub use model::{
    Across, Binds, Codes, CommonKey, Earlier, Form, KeyPlace, Origin, Outcome, Pattern, Pick, Rule, Rules, Slack,
};
pub use monitor::{Broken, Fared, Monitor, Settings};
pub use place::{Part, Place};
pub use read::{contract_of, read};
pub use state::Standing;
