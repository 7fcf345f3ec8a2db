//! What running suites costs: time, processor and memory of the built program against a small server of our own.
//!
//! `cargo bench` builds the program in release mode, runs this and prints one table. Figures are shown, never asserted:
//! they depend on the machine and on what else it does. See `docs/performance.md`.

#![expect(clippy::print_stdout, reason = "a table on standard output is what this is for")]

mod measure;
mod overhead;
mod server;
mod workshop;

use measure::{Cost, cost};
use std::time::Duration;
use workshop::Workshop;

/// Cold runs, of which the median is shown.
const COLD: usize = 15;
/// Journeys of the run that shows the rate.
const MANY: u32 = 2_000;
/// Size of the large suite, in bytes.
const LARGE: usize = 10 << 20;

fn main() {
    // `cargo test --all-targets` runs every bench once, without this word; it asks whether it starts, not how fast it is.
    if !std::env::args().any(|word| word == "--bench") {
        println!("`cargo bench` measures");
        return;
    }
    let server = server::start(Duration::from_secs(2));
    let workshop = Workshop::open(&format!("http://{server}"));
    println!("{:<46}{:>12}{:>12}{:>12}  ", "", "wall", "processor", "memory");

    show("the program starts: --version", &median(|| cost(&mut workshop.program(&["--version"]))), "");
    show("one journey of 16 steps, cold", &median(|| cost(&mut workshop.run("journey.yaml", 1, &[]))), "");

    for count in [100, 1_000, 10_000] {
        let run = cost(&mut workshop.run("journey.yaml", count, &[]));
        show(&format!("{count} journeys"), &run, &rate(&run, count));
    }
    for jobs in ["2", "8", "64"] {
        let run = cost(&mut workshop.run("journey.yaml", MANY, &["--jobs", jobs]));
        show(&format!("{MANY} journeys, --jobs {jobs}"), &run, &rate(&run, MANY));
    }
    for count in [200, 1_000] {
        let run = cost(&mut workshop.run("poll.yaml", count, &[]));
        show(&format!("{count} polls of 2 s at once"), &run, "");
    }

    let steps = workshop.write_large_suite(LARGE);
    let large = cost(&mut workshop.program(&["check", "large.yaml"]));
    show(&format!("a suite of {} MB, {steps} steps, checked", LARGE >> 20), &large, "");

    let (count, took) = overhead::measure();
    let each = took.as_secs_f64() * 1e6 / f64::from(count);
    println!("{:<46}{:>12}{:>9.1} µs", "one step in process, no network, no report", "", each);
}

/// The run in the middle, by its wall time; of all of them the most memory and the mean of the processor time, which the
/// system counts in steps too coarse for one run.
fn median(mut once: impl FnMut() -> Cost) -> Cost {
    let mut costs: Vec<Cost> = (0..COLD).map(|_| once()).collect();
    costs.sort_by_key(|cost| cost.wall);
    let processor = costs.iter().map(|cost| cost.processor).sum::<Duration>() / u32::try_from(COLD).unwrap_or(1);
    let memory = costs.iter().filter_map(|cost| cost.memory).max();
    Cost { processor, memory, ..costs.swap_remove(COLD / 2) }
}

fn rate(cost: &Cost, journeys: u32) -> String {
    let each = cost.processor.as_secs_f64() * 1e3 / f64::from(journeys);
    format!("{:.0} journeys/s, {each:.2} ms of processor each", f64::from(journeys) / cost.wall.as_secs_f64())
}

fn show(what: &str, cost: &Cost, more: &str) {
    let time = |time: Duration| match time.as_secs_f64() {
        seconds if seconds < 1.0 => format!("{:.1} ms", seconds * 1e3),
        seconds => format!("{seconds:.2} s"),
    };
    let memory = cost.memory.map_or_else(|| "-".to_owned(), |kib| format!("{:.1} MiB", f64::from(kib) / 1024.0));
    let ended = if cost.succeeded { more } else { "did not pass" };
    println!("{what:<46}{:>12}{:>12}{memory:>12}  {ended}", time(cost.wall), time(cost.processor));
}
