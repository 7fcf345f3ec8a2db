//! Where a case stands: read from its signs, from the newest back.

use super::Problem;
use crate::event::{Outcome, Timestamp};
use serde::Serialize;

/// How a case stands. Those that somebody must look at come first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// It fails since the last time it was run.
    NewlyFailing,
    /// It fails for longer.
    Failing,
    /// It cannot be told, since the last time it passed.
    Error,
    /// It passes, and not every time.
    Unsteady,
    /// It breaks promises for which somebody answers.
    Waived,
    /// It was not run the last time it was there.
    Skipped,
    /// It passes.
    Passing,
}

/// Since when a case does not pass.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Since {
    /// The first run in which it did not.
    pub run: String,
    /// When that began.
    pub started: Timestamp,
    /// In how many runs it did not pass since.
    pub runs: usize,
    /// Whether the history does not know of any time before at which it passed.
    pub or_earlier: bool,
    /// What was wrong first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first: Option<Problem>,
    /// What is wrong now, where that is something else.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub now: Option<Problem>,
}

/// A stretch of runs in which a case did not pass, as indexes of runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Streak {
    /// The first run.
    pub(super) first: usize,
    /// The newest.
    pub(super) newest: usize,
    /// How many there are.
    pub(super) runs: usize,
    /// Whether no run before it is known in which the case was run.
    pub(super) or_earlier: bool,
}

/// How often a verdict must have turned within the runs looked at for a case to be called unsteady.
const UNSTEADY: usize = 3;

/// Where a case stands by all its signs, the oldest first, of which the last `window` are looked at for steadiness.
///
/// A run in which it could not be told neither ends a stretch of failures nor begins one: it says nothing.
pub(super) fn standing(signs: &[Outcome], window: usize, flaky: usize) -> (Standing, Option<Streak>) {
    let Some(newest) = signs.iter().rposition(|sign| *sign != Outcome::Missing) else {
        return (Standing::Skipped, None);
    };
    let current = signs.iter().rev().find(|sign| sign.was_run()).copied();
    match current {
        None => (Standing::Skipped, None),
        Some(Outcome::Waived) => (Standing::Waived, None),
        Some(Outcome::Failed | Outcome::Error) => {
            let streak = streak(signs);
            let fails = streak.is_some_and(|streak| signs.get(streak.first) == Some(&Outcome::Failed));
            let standing = match (fails, streak.map_or(0, |streak| streak.runs)) {
                (true, ..=1) => Standing::NewlyFailing,
                (true, _) => Standing::Failing,
                (false, _) => Standing::Error,
            };
            (standing, streak)
        }
        Some(_) if flaky > 0 || turns(last(signs, window)) >= UNSTEADY => (Standing::Unsteady, None),
        Some(_) if signs.get(newest) == Some(&Outcome::Skipped) => (Standing::Skipped, None),
        Some(_) => (Standing::Passing, None),
    }
}

/// The last so many.
pub(super) fn last(signs: &[Outcome], window: usize) -> &[Outcome] {
    &signs[signs.len().saturating_sub(window)..]
}

/// How often a case that passed failed next, or the other way round.
pub(super) fn turns(signs: &[Outcome]) -> usize {
    let judged: Vec<bool> =
        signs.iter().filter(|sign| sign.is_good() || **sign == Outcome::Failed).map(|sign| sign.is_good()).collect();
    judged.windows(2).filter(|pair| pair[0] != pair[1]).count()
}

/// The stretch of runs up to the newest in which a case did not pass. It begins with a failure where it has one.
fn streak(signs: &[Outcome]) -> Option<Streak> {
    let before = signs.iter().rposition(|sign| sign.is_good() || *sign == Outcome::Waived);
    let from = before.map_or(0, |before| before + 1);
    let bad = |wanted: fn(Outcome) -> bool| {
        let stretch = signs.iter().enumerate().skip(from);
        stretch.filter(move |(_, sign)| wanted(**sign)).map(|(index, _)| index)
    };
    let failed = bad(|sign| sign == Outcome::Failed);
    let wanted: fn(Outcome) -> bool = if failed.count() > 0 { |sign| sign == Outcome::Failed } else { Outcome::is_bad };
    Some(Streak {
        first: bad(wanted).next()?,
        newest: bad(wanted).next_back()?,
        runs: bad(wanted).count(),
        or_earlier: before.is_none(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signs(text: &str) -> Vec<Outcome> {
        text.chars().map(|letter| Outcome::of_letter(letter).unwrap()).collect()
    }

    #[track_caller]
    fn stands(text: &str, expected: Standing, since: Option<(usize, usize)>) {
        let signs = signs(text);
        let flaky = signs.iter().filter(|sign| **sign == Outcome::Flaky).count();
        let (standing, streak) = standing(&signs, signs.len(), flaky);
        assert_eq!((standing, streak.map(|streak| (streak.first, streak.runs))), (expected, since), "{text}");
    }

    #[test]
    fn a_case_fails_since_the_run_after_it_last_passed() {
        stands("PPPF", Standing::NewlyFailing, Some((3, 1)));
        stands("PFFF", Standing::Failing, Some((1, 3)));
        stands("FPPF", Standing::NewlyFailing, Some((3, 1)));
        stands("F", Standing::NewlyFailing, Some((0, 1)));
        stands("WF", Standing::NewlyFailing, Some((1, 1)));
        stands("YFF", Standing::Failing, Some((1, 2)));
    }

    #[test]
    fn runs_that_say_nothing_neither_end_a_stretch_nor_begin_one() {
        stands("PF.F", Standing::Failing, Some((1, 2)));
        stands("PFSF", Standing::Failing, Some((1, 2)));
        stands("PFTF", Standing::Failing, Some((1, 2)));
        stands("PTF", Standing::NewlyFailing, Some((2, 1)));
        stands("PFT", Standing::NewlyFailing, Some((1, 1)));
        stands("PF..", Standing::NewlyFailing, Some((1, 1)));
        stands("PFS", Standing::NewlyFailing, Some((1, 1)));
        stands("PTT", Standing::Error, Some((1, 2)));
    }

    #[test]
    fn a_case_that_passes_is_steady_or_not() {
        stands("PPP", Standing::Passing, None);
        stands("FFP", Standing::Passing, None);
        stands("PFP", Standing::Passing, None);
        stands("PFPFP", Standing::Unsteady, None);
        stands("PYP", Standing::Unsteady, None);
        stands("PS", Standing::Skipped, None);
        stands("SSS", Standing::Skipped, None);
        stands("...", Standing::Skipped, None);
        stands("FW", Standing::Waived, None);
    }

    #[test]
    fn that_it_never_passed_is_known() {
        let streak = |text: &str| standing(&signs(text), 9, 0).1.unwrap();
        assert!(streak("FFF").or_earlier && streak(".SF").or_earlier && !streak("PF").or_earlier);
        assert_eq!(streak("PFTFT").newest, 3);
    }
}
