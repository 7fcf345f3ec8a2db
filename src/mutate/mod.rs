//! Which broken promise would nobody notice: the promises of a server broken one at a time, and the suites asked.
//!
//! A *mutant* is one broken promise: an operator (a row of `operators.yaml`) at a place of one documented answer, or a
//! switch that makes the reference server behave wrongly. Most never reach a wire: during one clean run the [`Shadow`] puts
//! each into the answer at hand and asks what the step would have come to. Only what nobody there notices is played live
//! ([`Played`] stands between runner and server). What survives that is *missed*, where a suite could have known better,
//! or *unpromised*, where nothing says so and the owner of the contract is to be asked.
//!
//! Nothing is sent by this module and nothing decided about files: `cli` runs, and hands in what came.

mod apply;
mod grade;
mod mutant;
mod operators;
mod played;
mod shadow;
mod stryker;

pub use grade::{Catch, Grades, Guard, Score, Verdict, guard_of};
pub use mutant::{Mutant, Place, Target};
pub use operators::{Kind, Operator, operators};
pub use played::Played;
pub use shadow::{Near, Shadow, Sighting, Wanted};
pub use stryker::stryker;
