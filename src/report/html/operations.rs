//! How long operations took.

use super::data::OperationTimes;
use crate::text::visible_line;
use std::collections::BTreeMap;

/// Durations of exchanges by operation: four bytes each, so that a long run can keep all of them.
#[derive(Debug, Default)]
pub(super) struct Operations {
    by_name: BTreeMap<String, Vec<u32>>,
}

impl Operations {
    /// Adds exchanges of one operation, in microseconds.
    pub(super) fn add(&mut self, operation: &str, took_us: impl IntoIterator<Item = u64>) {
        let times = self.by_name.entry(visible_line(operation)).or_default();
        times.extend(took_us.into_iter().map(|us| u32::try_from(us).unwrap_or(u32::MAX)));
    }

    /// The figures of each operation that was answered at all, the slowest first.
    pub(super) fn figures(self) -> Vec<OperationTimes> {
        let mut figures: Vec<OperationTimes> =
            self.by_name.into_iter().filter_map(|(operation, times)| figures(operation, times)).collect();
        figures.sort_by(|a, b| b.p95_us.cmp(&a.p95_us).then_with(|| a.operation.cmp(&b.operation)));
        figures
    }
}

fn figures(operation: String, mut times: Vec<u32>) -> Option<OperationTimes> {
    times.sort_unstable();
    let max_us = *times.last()?;
    // The smallest value that is at least as long as that share of all (nearest rank).
    let rank = |percent: usize| times[(times.len() * percent).div_ceil(100).saturating_sub(1)];
    let (p50_us, p95_us) = (rank(50), rank(95));
    Some(OperationTimes { operation, count: times.len(), p50_us, p95_us, max_us })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_times_that_were_measured() {
        let mut operations = Operations::default();
        operations.add("getBre", (1..=20).rev());
        operations.add("createUser", [u64::MAX, 7]);
        operations.add("never", []);
        let told: Vec<(String, usize, u32, u32, u32)> = operations
            .figures()
            .into_iter()
            .map(|times| (times.operation, times.count, times.p50_us, times.p95_us, times.max_us))
            .collect();
        assert_eq!(told, [("createUser".to_owned(), 2, 7, u32::MAX, u32::MAX), ("getBre".to_owned(), 20, 10, 19, 20)]);
    }
}
