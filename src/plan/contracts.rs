//! What a step says of the contract is in the contract.

use super::{Library, PromisedCode};
use crate::contract::{Contract, Operation};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Spanned;
use crate::suite::{Call, Suite};
use crate::text;
use std::sync::Arc;

/// The contract of a suite; a name that stands for none was a problem when suites were loaded.
pub(super) fn of_suite<'l>(library: &'l Library, suite: &Suite) -> Option<&'l Arc<Contract>> {
    suite.contract.as_ref().and_then(|name| library.contracts.get(&name.value))
}

/// The operation a step names.
pub(super) fn operation<'c>(
    library: &Library,
    contract: Option<&'c Arc<Contract>>,
    name: &Spanned<String>,
    problems: &mut Vec<Diagnostic>,
) -> Option<&'c Operation> {
    let place = library.sources.place(name.span);
    let Some(contract) = contract else {
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

/// The status code a step promises.
pub(super) fn promised_code(
    library: &Library,
    contract: Option<&Arc<Contract>>,
    operation: Option<&Operation>,
    call: &Call,
    problems: &mut Vec<Diagnostic>,
) -> Option<PromisedCode> {
    let code = call.expect.code.as_ref()?;
    let place = library.sources.place(code.span);
    let Some(contract) = contract else {
        let problem =
            Diagnostic::new(Code::UnknownInContract, "`code` needs a contract, which knows where codes stand")
                .at(place, "")
                .next("name one at the top of the suite, or expect the code among `body`, as in `$.statusCode: ...`");
        problems.push(problem);
        return None;
    };
    let Some(documented) = contract.codes.get(&code.value) else {
        let label = text::nearest(&code.value, contract.codes.keys().map(String::as_str));
        let label = label.map(|near| format!("did you mean `{near}`?")).unwrap_or_default();
        let title = format!("the contract {} documents no code `{}`", contract.name, code.value);
        problems.push(Diagnostic::new(Code::UnknownInContract, title).at(place, label));
        return None;
    };
    if let Some(operation) =
        operation.filter(|o| !documented.operations.is_empty() && !documented.operations.contains(&o.id))
    {
        let title = format!("`{}` is not a code of {}", code.value, operation.id);
        let owner = format!("documented for {}", text::either(&documented.operations));
        problems.push(Diagnostic::new(Code::UnknownInContract, title).at(place, owner));
        return None;
    }
    Some(PromisedCode {
        code: code.clone(),
        members: operation.map_or_else(|| vec!["statusCode".to_owned()], |operation| operation.code_members.clone()),
        meaning: documented.case.clone(),
        statuses: documented.statuses.clone(),
        section: documented.section.clone(),
        contract: Arc::clone(contract),
    })
}
