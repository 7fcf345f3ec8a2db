//! What a step says of the contract is in the contract.

use super::{Codes, Library};
use crate::contract::{Contract, Operation};
use crate::diagnostic::{Code, Diagnostic};
use crate::expr::{Selector, Template};
use crate::source::{Span, Spanned};
use crate::suite::{Call, CaptureFrom, Condition, Suite};
use crate::text;
use serde_json::Value;
use std::sync::Arc;

/// What a suite says of its contract.
#[derive(Debug, Clone, Copy)]
pub(super) enum Named<'l> {
    /// It names none.
    None,
    /// It names one that could not be read, which has been spoken of: nothing more is said of it.
    Unread,
    /// It names this one.
    Contract(&'l Arc<Contract>),
}

impl<'l> Named<'l> {
    /// The contract, if there is one to look at.
    pub(super) const fn contract(self) -> Option<&'l Arc<Contract>> {
        match self {
            Self::Contract(contract) => Some(contract),
            Self::None | Self::Unread => None,
        }
    }
}

/// The contract of a suite.
pub(super) fn of_suite<'l>(library: &'l Library, suite: &Suite) -> Named<'l> {
    match suite.contract.as_ref().map(|name| library.contracts.get(&name.value)) {
        None => Named::None,
        Some(None) => Named::Unread,
        Some(Some(contract)) => Named::Contract(contract),
    }
}

/// The operation a step names.
pub(super) fn operation<'c>(
    library: &Library,
    contract: Named<'c>,
    name: &Spanned<String>,
    problems: &mut Vec<Diagnostic>,
) -> Option<&'c Operation> {
    let place = library.sources.place(name.span);
    let Some(contract) = contract.contract() else {
        if matches!(contract, Named::Unread) {
            return None;
        }
        let problem = Diagnostic::new(Code::UnknownInContract, "`operation` needs a contract")
            .at(place, "an operation of which contract?")
            .next("name one at the top of the suite, as in `contract: lender-prism`, or write `method` and `path`");
        problems.push(problem);
        return None;
    };
    let found = contract.operation(&name.value);
    if found.is_none() {
        let known = contract.operations.iter().map(|operation| operation.id.as_str());
        let label = text::did_you_mean(&name.value, known).unwrap_or_default();
        let title = format!("the contract {} has no operation `{}`", contract.name, name.value);
        problems.push(Diagnostic::new(Code::UnknownInContract, title).at(place, label));
    }
    found
}

/// What is wrong with the parts of the contract that describe an operation: a promise is lost by it.
pub(super) fn faults(contract: Named<'_>, operation: Option<&Operation>, problems: &mut Vec<Diagnostic>) {
    let (Some(contract), Some(operation)) = (contract.contract(), operation) else { return };
    for fault in contract.faults_of(&operation.id) {
        if !problems.contains(&fault.diagnostic) {
            problems.push(fault.diagnostic.clone());
        }
    }
}

/// What the contract says of status codes, and that those a step promises are among them.
pub(super) fn codes(
    library: &Library,
    contract: Named<'_>,
    operation: Option<&Operation>,
    call: &Call,
    problems: &mut Vec<Diagnostic>,
) -> Option<Codes> {
    let Some(contract) = contract.contract() else {
        if let (Named::None, Some(holding)) = (contract, &call.contract_mode) {
            let problem = Diagnostic::new(Code::UnknownInContract, "`contract` of a step needs a contract")
                .at(library.sources.place(holding.span), "which contract is meant?")
                .next("name one at the top of the suite, as in `contract: lender-prism`");
            problems.push(problem);
        }
        if let (Named::None, Some(code)) = (contract, &call.expect.code) {
            let title = "`code` needs a contract, which knows where codes stand";
            let problem = Diagnostic::new(Code::UnknownInContract, title)
                .at(library.sources.place(code.span), "")
                .next("name one at the top of the suite, or expect the code among `body`, as in `$.statusCode: ...`");
            problems.push(problem);
        }
        return None;
    };
    for code in call.expect.code.iter().flat_map(|check| &check.codes) {
        if let Some(text) = code.value.as_fixed().and_then(Value::as_str) {
            problems.extend(undocumented(library, contract, operation, text, code.span));
        }
    }
    let position = |operation: &Operation| contract.operations.iter().position(|known| known.id == operation.id);
    Some(Codes {
        contract: Arc::clone(contract),
        number: library.contracts.values().position(|known| Arc::ptr_eq(known, contract)).unwrap_or_default(),
        operation: operation.and_then(position),
        pointers: looked_at(call),
        members: operation.map_or_else(|| contract.code_members.clone(), |operation| operation.code_members.clone()),
        optional: operation.is_some_and(|operation| operation.code_optional),
    })
}

/// What a step's path lacks, or has too much of.
pub(super) fn params(
    library: &Library,
    operation: &Operation,
    params: &[(Spanned<String>, Template)],
    span: Span,
    problems: &mut Vec<Diagnostic>,
) {
    let names: Vec<&str> =
        operation.path.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name).collect();
    for name in names.iter().filter(|name| !params.iter().any(|(given, _)| given.value == **name)) {
        let title = format!("the path of {} needs `{name}`", operation.id);
        let problem = Diagnostic::new(Code::MissingKey, title)
            .at(library.sources.place(span), format!("its path is {}", operation.path))
            .next(format!("add `params: {{ {name}: ... }}`"));
        problems.push(problem);
    }
    for (given, _) in params.iter().filter(|(given, _)| !names.contains(&given.value.as_str())) {
        let title = format!("the path of {} has no `{}`", operation.id, given.value);
        let label = text::did_you_mean(&given.value, names.iter().copied()).unwrap_or_default();
        problems.push(Diagnostic::new(Code::UnknownInContract, title).at(library.sources.place(given.span), label));
    }
}

/// Where in a body a step looks.
fn looked_at(call: &Call) -> Vec<String> {
    let conditions = call.poll.iter().flat_map(|poll| poll.until.iter().chain(&poll.fail));
    let polled = conditions.filter_map(|condition| match condition {
        Condition::Body(check) => Some(&check.selector),
        Condition::Status(_) | Condition::Header(_) | Condition::Text(_) | Condition::Time(_) => None,
    });
    let captured = call.capture.iter().filter_map(|capture| match &capture.from {
        CaptureFrom::Body(selector) => Some(selector),
        _ => None,
    });
    let checked = call.expect.body.iter().map(|check| &check.selector);
    let mut pointers: Vec<String> = polled.chain(captured).chain(checked).filter_map(Selector::pointer).collect();
    pointers.sort();
    pointers.dedup();
    pointers
}

/// What is wrong with a code a step promises.
fn undocumented(
    library: &Library,
    contract: &Contract,
    operation: Option<&Operation>,
    code: &str,
    span: Span,
) -> Option<Diagnostic> {
    let place = library.sources.place(span);
    let Some(documented) = contract.codes.get(code) else {
        let label = text::nearest(code, contract.codes.keys().map(String::as_str));
        let label = label.map(|near| format!("did you mean `{near}`?")).unwrap_or_default();
        let title = format!("the contract {} documents no code `{code}`", contract.name);
        return Some(Diagnostic::new(Code::UnknownInContract, title).at(place, label));
    };
    operation.filter(|operation| !documented.belongs_to(Some(&operation.id))).map(|operation| {
        let title = format!("`{code}` is not a code of {}", operation.id);
        let owner = format!("documented for {}", text::either(&documented.operations));
        Diagnostic::new(Code::UnknownInContract, title).at(place, owner)
    })
}
