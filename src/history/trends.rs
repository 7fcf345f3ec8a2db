//! How long operations take, run by run and beside the runs before.

use super::Latencies;
use super::past::Past;
use serde::Serialize;
use std::collections::BTreeMap;

/// How long an operation took.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Trend {
    /// The operation.
    pub operation: String,
    /// All the runs together.
    pub now: Quantiles,
    /// As many runs before them together, where there are any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<Quantiles>,
    /// Each run; nothing where the operation was not called.
    pub points: Vec<Option<Point>>,
}

/// What many exchanges took, in microseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Quantiles {
    /// How many there were.
    pub requests: u64,
    /// What half of them took at most.
    pub p50_us: u64,
    /// What 95 of a hundred took at most.
    pub p95_us: u64,
}

/// What the exchanges of one run took, in microseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Point {
    /// What half of them took at most.
    pub p50_us: u64,
    /// What 95 of a hundred took at most.
    pub p95_us: u64,
}

/// The operations of the columns from that one on, beside as many columns before it; the slowest first.
pub(super) fn trends(past: &Past, columns: &[Vec<usize>], from: usize) -> Vec<Trend> {
    let window = columns.len() - from;
    let before = from.saturating_sub(window)..from;
    let mut column_of = vec![0; past.runs.len()];
    for (column, runs) in columns.iter().enumerate() {
        runs.iter().for_each(|run| column_of[*run] = column);
    }
    let mut all: BTreeMap<&str, BTreeMap<usize, Latencies>> = BTreeMap::new();
    for one in &past.latencies {
        let Some(column) = column_of.get(one.run) else { continue };
        all.entry(&one.operation).or_default().entry(*column).or_default().merge(&one.latencies);
    }
    let mut trends: Vec<Trend> = all
        .into_iter()
        .filter_map(|(operation, by_column)| {
            let together = |range: std::ops::Range<usize>| {
                let mut sum = Latencies::default();
                by_column.range(range).for_each(|(_, latencies)| sum.merge(latencies));
                Quantiles::of(&sum)
            };
            let point = |column: usize| {
                Quantiles::of(by_column.get(&column)?).map(|Quantiles { p50_us, p95_us, .. }| Point { p50_us, p95_us })
            };
            Some(Trend {
                operation: operation.to_owned(),
                now: together(from..columns.len())?,
                before: together(before.clone()),
                points: (from..columns.len()).map(point).collect(),
            })
        })
        .collect();
    trends
        .sort_by(|one, other| other.now.p95_us.cmp(&one.now.p95_us).then_with(|| one.operation.cmp(&other.operation)));
    trends
}

impl Quantiles {
    /// Those of so many exchanges; none of none.
    pub(super) fn of(latencies: &Latencies) -> Option<Self> {
        let (p50_us, p95_us) = (latencies.percentile(50)?, latencies.percentile(95)?);
        Some(Self { requests: latencies.count(), p50_us, p95_us })
    }
}
