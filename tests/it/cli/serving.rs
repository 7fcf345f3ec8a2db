//! The reference server as a program of its own.

use crate::cli::place::{Place, end_of, signal};
use std::io::{BufRead as _, BufReader};
use std::process::Child;

/// Starts the server on a free port and answers with its first line.
fn served(place: &Place, command: &str) -> (Child, String) {
    let mut child = place.start(&[command, "--listen", "127.0.0.1:0", "--processing", "1ms"]);
    let mut first = String::new();
    BufReader::new(child.stdout.as_mut().expect("a pipe")).read_line(&mut first).expect("a line");
    (child, first.trim_end().to_owned())
}

#[test]
fn serve_says_its_address_first_and_answers_there_and_ctrl_c_ends_it() {
    let place = Place::with_suite(
        "suite: Front page\ncases:\n  - name: only\n    steps: [{ request: { method: GET, path: / } }]\n",
    );
    for command in ["serve", "sandbox"] {
        let (child, address) = served(&place, command);
        assert!(address.starts_with("http://127.0.0.1:") && !address.ends_with(":0"), "{address}");
        place.run(&["run", "suite.yaml", "--base-url", &address]).expect(0);
        signal(child.id(), "INT");
        end_of(child).expect(0);
    }
}

#[test]
fn an_address_that_is_taken_is_told_with_what_to_do() {
    let place = Place::new();
    let (child, address) = served(&place, "serve");
    let taken = address.trim_start_matches("http://");
    let ended = place.run(&["serve", "--listen", taken]).expect(5);
    ended.complains(&format!("cannot listen on {taken}")).complains("--listen 127.0.0.1:0");
    signal(child.id(), "INT");
    end_of(child).expect(0);
}
