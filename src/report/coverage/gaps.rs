//! What is missing from the runs themselves, so that their figures may be too low.

use super::{Coverage, RunEnding};
use crate::text::visible_line;

impl Coverage {
    /// What may be missing from these figures, a sentence each: runs without an end, and shares of which nothing was
    /// read.
    #[must_use]
    pub fn gaps(&self) -> Vec<String> {
        let ended = self.runs.iter().filter_map(|run| {
            let name = visible_line(&run.run);
            match run.ending {
                RunEnding::Complete => None,
                RunEnding::Stopped => {
                    Some(format!("run {name} was stopped: what it would have reached later is missing"))
                }
                RunEnding::Killed => Some(format!(
                    "the journal of run {name} has no end: the run was killed or still goes on, and what it would have \
                     reached later is missing"
                )),
            }
        });
        ended.chain(self.missing_shares()).collect()
    }

    fn missing_shares(&self) -> Vec<String> {
        let mut dealt: Vec<(&str, u32)> = Vec::new();
        for share in self.runs.iter().filter_map(|run| run.share.as_ref()) {
            let deal = (share.by.as_str(), share.of);
            if !dealt.contains(&deal) {
                dealt.push(deal);
            }
        }
        let whole = self.runs.iter().any(|run| run.share.as_ref().is_none_or(|share| share.of <= 1));
        let mut missing = Vec::new();
        for (by, of) in dealt.into_iter().filter(|_| !whole) {
            let read = |number: u32| {
                let mut shares = self.runs.iter().filter_map(|run| run.share.as_ref());
                shares.any(|share| (share.by.as_str(), share.of, share.number) == (by, of, number))
            };
            let numbers: Vec<String> =
                (1..=of).filter(|number| !read(*number)).map(|number| number.to_string()).collect();
            if !numbers.is_empty() {
                let (shares, are) = if numbers.len() == 1 { ("share", "is") } else { ("shares", "are") };
                let by = visible_line(by);
                missing
                    .push(format!("{shares} {} of {of} by {by} {are} missing: name all journals", numbers.join(", ")));
            }
        }
        missing
    }
}

#[cfg(test)]
mod tests {
    use super::super::RunRead;
    use super::*;
    use crate::event::Share;

    fn run(ending: RunEnding, number: u32, of: u32) -> RunRead {
        let share = (of > 1).then(|| Share { by: "hash".into(), number, of, set: None, group: None });
        RunRead { run: format!("R-{number}"), environment: "uat".into(), share, ending, contracts: 1 }
    }

    fn gaps(runs: Vec<RunRead>) -> Vec<String> {
        Coverage { runs, contracts: Vec::new() }.gaps()
    }

    #[test]
    fn a_missing_share_is_said() {
        let share = |number| run(RunEnding::Complete, number, 4);
        assert_eq!(gaps(vec![share(1), share(2), share(4)]), ["share 3 of 4 by hash is missing: name all journals"]);
        assert_eq!(gaps(vec![share(2)]), ["shares 1, 3, 4 of 4 by hash are missing: name all journals"]);
        assert_eq!(gaps((1..=4).map(share).collect()), Vec::<String>::new());
    }

    #[test]
    fn a_run_without_an_end_is_said() {
        assert_eq!(gaps(vec![run(RunEnding::Complete, 1, 1)]), Vec::<String>::new());
        assert!(gaps(vec![run(RunEnding::Killed, 1, 1)])[0].starts_with("the journal of run R-1 has no end"));
        assert!(gaps(vec![run(RunEnding::Stopped, 1, 1)])[0].starts_with("run R-1 was stopped"));
    }
}
