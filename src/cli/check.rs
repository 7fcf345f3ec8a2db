//! `proviso check`.

use super::args;
use super::exit::Exit;
use super::load::load;
use super::shell::Shell;
use crate::plan::Order;
use crate::text;

/// Reads everything, reports every problem and sends nothing.
pub(super) fn check(args: &args::Check, shell: &Shell) -> Exit {
    match load(&args.target, Order::AsWritten) {
        Ok(loaded) => {
            let plan = &loaded.plan;
            let steps = plan.cases.iter().map(|case| case.steps()).sum();
            shell.say(&format!(
                "No problem in {}, {}, {}; nothing was sent.",
                text::count(plan.suites.len(), "suite"),
                text::count(plan.cases.len(), "case"),
                text::count(steps, "step")
            ));
            Exit::Passed
        }
        Err(problems) => {
            shell.problems(&problems, "nothing was sent");
            Exit::Invalid
        }
    }
}
