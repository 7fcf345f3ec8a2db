//! Counters in the text format of Prometheus.

use std::{
    collections::BTreeMap,
    fmt::Write,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// What was counted since the start.
#[derive(Debug, Default)]
pub(super) struct Metrics(Mutex<Counts>);

#[derive(Debug, Default)]
struct Counts {
    requests: BTreeMap<(&'static str, u16, &'static str), u64>,
    durations: BTreeMap<&'static str, Histogram>,
    faults: BTreeMap<String, u64>,
    evicted: u64,
}

/// The upper ends of the buckets, in seconds.
const BUCKETS: [f64; 6] = [0.001, 0.005, 0.025, 0.1, 0.5, 2.5];

#[derive(Debug, Default)]
struct Histogram {
    buckets: [u64; BUCKETS.len()],
    count: u64,
    sum: f64,
}

/// One answered request.
#[derive(Debug, Clone, Copy)]
pub(super) struct Answered<'a> {
    /// The operation.
    pub(super) operation: &'static str,
    /// The HTTP status.
    pub(super) status: u16,
    /// The documented code, empty if there is none.
    pub(super) code: &'static str,
    /// How long it took.
    pub(super) took: Duration,
    /// The fault that was played, if any.
    pub(super) fault: Option<&'a str>,
}

impl Metrics {
    /// Counts an answered request.
    pub(super) fn answered(&self, answered: &Answered<'_>) {
        let mut counts = self.counts();
        *counts.requests.entry((answered.operation, answered.status, answered.code)).or_default() += 1;
        let seconds = answered.took.as_secs_f64();
        let histogram = counts.durations.entry(answered.operation).or_default();
        histogram.count += 1;
        histogram.sum += seconds;
        for (bucket, end) in histogram.buckets.iter_mut().zip(BUCKETS) {
            *bucket += u64::from(seconds <= end);
        }
        if let Some(fault) = answered.fault {
            *counts.faults.entry(fault.to_owned()).or_default() += 1;
        }
    }

    /// Counts a customer who had to leave.
    pub(super) fn evicted(&self) {
        self.counts().evicted += 1;
    }

    /// All counts as text; `customers` is how many there are now.
    pub(super) fn text(&self, customers: usize) -> String {
        let counts = self.counts();
        let mut text = String::new();
        head(&mut text, "requests_total", "counter", "Answered requests.");
        for ((operation, status, code), count) in &counts.requests {
            let labels = format!("operation=\"{operation}\",status=\"{status}\",code=\"{code}\"");
            let _ = writeln!(text, "sandbox_requests_total{{{labels}}} {count}");
        }
        head(&mut text, "request_seconds", "histogram", "How long answers took.");
        for (operation, histogram) in &counts.durations {
            histogram.write(&mut text, operation);
        }
        head(&mut text, "faults_total", "counter", "Faults played on purpose.");
        for (fault, count) in &counts.faults {
            let fault = fault.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', " ");
            let _ = writeln!(text, "sandbox_faults_total{{fault=\"{fault}\"}} {count}");
        }
        head(&mut text, "evicted_customers_total", "counter", "Customers forgotten to make room.");
        let _ = writeln!(text, "sandbox_evicted_customers_total {}", counts.evicted);
        head(&mut text, "customers", "gauge", "Customers remembered now.");
        let _ = writeln!(text, "sandbox_customers {customers}");
        text
    }

    /// Counting cannot be left half done, so a poisoned lock is taken all the same.
    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Histogram {
    fn write(&self, text: &mut String, operation: &str) {
        const NAME: &str = "sandbox_request_seconds";
        for (bucket, end) in self.buckets.iter().zip(BUCKETS) {
            let _ = writeln!(text, "{NAME}_bucket{{operation=\"{operation}\",le=\"{end}\"}} {bucket}");
        }
        let _ = writeln!(text, "{NAME}_bucket{{operation=\"{operation}\",le=\"+Inf\"}} {}", self.count);
        let _ = writeln!(text, "{NAME}_sum{{operation=\"{operation}\"}} {}", self.sum);
        let _ = writeln!(text, "{NAME}_count{{operation=\"{operation}\"}} {}", self.count);
    }
}

fn head(text: &mut String, name: &str, kind: &str, help: &str) {
    let _ = write!(text, "# HELP sandbox_{name} {help}\n# TYPE sandbox_{name} {kind}\n");
}
