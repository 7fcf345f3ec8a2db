//! Every exit code, with a sentence.

use crate::event::Verdict;
use std::process::ExitCode;

/// How the program ends. The numbers are public: scripts rely on them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// Everything that was asked for went well, and every case passed.
    Passed = 0,
    /// At least one case broke the contract.
    Failed = 1,
    /// The command line makes no sense.
    Usage = 2,
    /// A suite, an environment, a contract or a journal is wrong; nothing was sent.
    Invalid = 3,
    /// Nothing matches the selection.
    NothingSelected = 4,
    /// It could not be told whether the contract holds: unreachable, timed out, misconfigured, or cut short.
    Error = 5,
    /// The run is over, and a report of it could not be written.
    Unreported = 6,
    /// Cases do not pass although nothing was broken, so that mutants say nothing.
    RedBaseline = 7,
    /// Somebody stopped the run.
    Interrupted = 130,
}

impl From<Verdict> for Exit {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Passed => Self::Passed,
            Verdict::Failed => Self::Failed,
            Verdict::Error => Self::Error,
            Verdict::Interrupted => Self::Interrupted,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
