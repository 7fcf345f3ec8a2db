//! The screens of `docs/change.md` are what the program says today.

use crate::cli::place::repository;
use regex::Regex;
use std::process::Command;

/// A screen without what differs from run to run: how long something took.
fn settled(text: &str) -> String {
    let time = Regex::new(r"\b\d+(\.\d+)? (ms|s|min)\b|\b\d+(ms|s|m)\b").expect("a pattern");
    let lines = text.lines().map(|line| time.replace_all(line.trim_end(), "TIME").into_owned());
    lines.collect::<Vec<_>>().join("\n").trim_end().to_owned()
}

#[test]
fn the_screens_of_the_guide_are_real() {
    let guide = std::fs::read_to_string(repository().join("docs/change.md")).expect("the guide is there");
    let mut screens = 0;
    for block in guide.split("```console\n").skip(1) {
        let block = block.split("```").next().unwrap_or_default();
        let (command, expected) = block.split_once('\n').expect("a command and what it says");
        let command = command.strip_prefix("$ proviso ").expect("a command of the program");
        let output = Command::new(env!("CARGO_BIN_EXE_proviso"))
            .args(command.split(' '))
            .current_dir(repository().join("docs/examples/change"))
            .env("NO_COLOR", "1")
            .env_remove("GITHUB_ACTIONS")
            .output()
            .expect("the program runs");
        let said = String::from_utf8_lossy(&output.stdout);
        assert_eq!(settled(&said), settled(expected), "{command}\n{said}");
        screens += 1;
    }
    assert!(screens >= 4, "{screens} screens");
}
