//! Which past runs belong together: the shares of one run are one column.

use super::past::PastRun;
use std::time::Duration;

/// Shares of one run begin within this time; what begins later belongs to another.
const TOGETHER: Duration = Duration::from_secs(6 * 3600);

/// The runs in columns, as indexes. `runs` stand in the order they began.
///
/// Nothing in a journal says which shares were begun together, so a share joins the youngest column that has shares of the
/// same kind, lacks this one, and is not old.
pub(super) fn columns(runs: &[PastRun]) -> Vec<Vec<usize>> {
    let mut columns: Vec<Vec<usize>> = Vec::new();
    for (index, run) in runs.iter().enumerate() {
        let place = run.share.is_some().then(|| columns.iter().rposition(|column| takes(runs, column, run))).flatten();
        match place.and_then(|place| columns.get_mut(place)) {
            Some(column) => column.push(index),
            None => columns.push(vec![index]),
        }
    }
    columns
}

fn takes(runs: &[PastRun], column: &[usize], run: &PastRun) -> bool {
    let Some(share) = &run.share else { return false };
    let mut members = column.iter().filter_map(|index| runs.get(*index));
    let near = |other: &PastRun| run.started <= other.started.after(TOGETHER);
    column.first().and_then(|index| runs.get(*index)).is_some_and(near)
        && members.all(|other| {
            let other = other.share.as_ref();
            other.is_some_and(|other| other.by == share.by && other.of == share.of && other.number != share.number)
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::{Share, Timestamp, Verdict};

    fn run(hour: u64, share: Option<(u32, u32)>) -> PastRun {
        let start = Timestamp::new("2026-03-01T00:00:00Z".parse().unwrap());
        PastRun {
            run: format!("at {hour}"),
            share: share.map(|(number, of)| Share { by: "hash".into(), number, of, set: None, group: None }),
            started: start.after(Duration::from_secs(hour * 3600)),
            target: String::new(),
            seed: None,
            verdict: Verdict::Passed,
        }
    }

    #[test]
    fn shares_of_one_night_are_one_column_and_a_missing_one_is_not_taken_from_the_next() {
        let nights = [
            run(0, Some((1, 3))),
            run(0, Some((3, 3))),
            run(24, Some((2, 3))),
            run(24, Some((1, 3))),
            run(25, Some((3, 3))),
        ];
        assert_eq!(columns(&nights), [vec![0, 1], vec![2, 3, 4]]);
    }

    #[test]
    fn runs_of_everything_and_shares_of_other_kinds_stand_alone() {
        let runs = [run(0, None), run(0, Some((1, 2))), run(0, None), run(0, Some((2, 4))), run(1, Some((2, 2)))];
        assert_eq!(columns(&runs), [vec![0], vec![1, 4], vec![2], vec![3]]);
        assert_eq!(columns(&[run(0, Some((1, 2))), run(1, Some((1, 2)))]), [vec![0], vec![1]]);
    }
}
