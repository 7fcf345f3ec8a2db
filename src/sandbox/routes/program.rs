//! The two documented programs.

use super::super::{breaks::Skip, code::Code, extract::Caller, problem::Problem};

/// Refuses a program that is not documented. Both are taken by every operation, since the documentation mixes them.
pub(in crate::sandbox) fn accept_program(program: &str, caller: &Caller, customer: &str) -> Result<(), Problem> {
    match program {
        "PERSONAL_LOAN" | "EDI" => Ok(()),
        _ if caller.active(customer).skips(Skip::Program) => Ok(()),
        _ => Err(Problem::new(Code::ProgramInvalid, "invalid program: use PERSONAL_LOAN or EDI")),
    }
}
