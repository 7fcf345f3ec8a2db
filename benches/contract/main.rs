//! What contracts cost: reading them, and holding answers against them, in this process.
//!
//! Figures are shown, never asserted: they depend on the machine and on what else it does. See `docs/performance.md`.

#![expect(clippy::print_stdout, reason = "a table on standard output is what this is for")]

mod generated;

use proviso::contract::{Contract, load};
use proviso::diagnostic::{Code, Diagnostic};
use proviso::source::Sources;
use serde_json::{Value, json};
use std::hint::black_box;
use std::time::{Duration, Instant};

const LENDER: &str = include_str!("../../schemas/lender-prism.openapi.yaml");

fn main() {
    // `cargo test --all-targets` runs every bench once, without this word; it asks whether it starts, not how fast it is.
    if !std::env::args().any(|word| word == "--bench") {
        println!("`cargo bench` measures");
        return;
    }
    show("read the lender's contract", median(21, || drop(black_box(read(LENDER)))));
    for count in [10, 100, 1_000, 10_000] {
        let text = generated::optional_members(count);
        let took = median(5, || drop(black_box(read(&text))));
        show(&format!("read a contract of {count} optional members"), took);
        let contract = read(&text);
        let schema = contract.operations[0].responses[0].media[0].schema.clone().expect("the answer has a schema");
        let first = median(1, || _ = black_box((schema.is_valid(&json!({})), schema.shape().fields.len())));
        show("    its first use", first);
    }
    let contract = read(LENDER);
    let offer = contract.operation("getBre").and_then(|bre| bre.variant("offer")).expect("a documented variant");
    let good = answer();
    assert!(offer.schema.is_valid(&good), "{:?}", offer.schema.errors(&good));
    let size = good.to_string().len();
    show(&format!("judge an answer of {size} bytes"), each(10_000, || _ = black_box(offer.schema.is_valid(&good))));
    let mut bad = good.clone();
    bad["data"]["offers"][0]["slabs"][1]["tenure"] = json!("12");
    assert_eq!(offer.schema.errors(&bad).len(), 1);
    show("explain one that is not kept", each(1_000, || drop(black_box(offer.schema.errors(&bad)))));

    let before = memory();
    let text = generated::operations(1_000);
    let size = text.len();
    show(&format!("read {size} bytes of 1000 operations"), median(3, || drop(black_box(read(&text)))));
    println!("{:<52}{:>12}", "    memory", format!("{} MB", memory().saturating_sub(before) >> 10));
}

/// Reads a contract of one file.
fn read(text: &str) -> Contract {
    let mut sources = Sources::default();
    let file = sources.add("contract.yaml", text);
    let mut none = |_: &mut Sources, path: &str| Err(Box::new(Diagnostic::new(Code::MissingFile, path)));
    load(&mut sources, file, "contract", &mut none).unwrap_or_else(|problems| panic!("{problems:#?}"))
}

/// An answer with an offer, about 2 KB.
fn answer() -> Value {
    let slab = json!({
        "maxAmount": 200_000, "minAmount": 100_000, "tenure": 12, "interest": 25.5, "method": "rb",
        "processingFee": 2.75, "processingFeeType": "PERC", "gst": 18
    });
    let offer = json!({
        "createdAt": "2026-03-02T06:11:09.120Z", "expiresAt": "2026-04-01T00:00:00Z",
        "lenderID": "0f6d1f7e-3a52-4f0c-8c93-64d1b7a1e0c4", "lenderLogoURL": "https://cdn.example/lender.png",
        "lenderName": "Example Finance", "offerID": "9a1c7be2-5c0d-4e5f-8a55-2f0f2f8f9b11", "offerType": "final",
        "slabs": [slab, slab, slab, slab], "status": "ACTIVE"
    });
    json!({
        "data": { "dataRequired": {}, "offers": [offer, offer], "outputVariables": {}, "rejectionReason": null,
                  "status": "SUCCESS" },
        "error": "", "statusCode": "GEO-S-000"
    })
}

fn show(what: &str, took: Duration) {
    println!("{what:<52}{:>12}", proviso::text::duration(took));
}

fn median(times: usize, what: impl Fn()) -> Duration {
    let mut all: Vec<Duration> = (0..times).map(|_| each(1, &what)).collect();
    all.sort();
    all[all.len() / 2]
}

fn each(times: u32, what: impl Fn()) -> Duration {
    let start = Instant::now();
    (0..times).for_each(|_| what());
    start.elapsed() / times
}

/// The most memory this process has had, in KB.
fn memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}
