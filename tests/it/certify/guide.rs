//! `docs/certification.md`: its screens are run, and its tables are those of the program.

use super::outside::{Folder, certified, certify};
use proviso::conduct::dossier::{ReasonCode, Standing};

const GUIDE: &str = include_str!("../../../docs/certification.md");

/// The commands of the guide, each with what it is said to print.
fn screens() -> Vec<(String, Vec<String>)> {
    let mut screens: Vec<(String, Vec<String>)> = Vec::new();
    let mut inside = false;
    for line in GUIDE.lines() {
        match line {
            "```console" => inside = true,
            "```" => inside = false,
            line if inside => match line.strip_prefix("$ proviso certify ") {
                Some(command) => screens.push((command.to_owned(), Vec::new())),
                None => screens.last_mut().expect("a command first").1.push(line.to_owned()),
            },
            _ => {}
        }
    }
    screens
}

/// Whether lines are as the guide has them: `...` alone stands for any lines, at the end of one for any rest.
fn fits(expected: &[String], said: &[&str]) -> bool {
    match expected.split_first() {
        None => said.is_empty(),
        Some((first, rest)) if first == "..." => (0..=said.len()).any(|from| fits(rest, &said[from..])),
        Some((first, rest)) => {
            let good = |line: &&&str| match first.strip_suffix("...") {
                Some(start) => line.starts_with(start),
                None => **line == first,
            };
            said.first().filter(good).is_some() && fits(rest, &said[1..])
        }
    }
}

#[test]
fn the_screens_of_the_guide_are_what_the_program_says() {
    let folder = Folder::new();
    certified(&folder.0);
    let screens = screens();
    assert!(screens.len() >= 7, "{}", screens.len());
    for (command, expected) in screens {
        let args: Vec<&str> = command.split_whitespace().collect();
        let (_, said) = certify(&folder.0, &args);
        let lines: Vec<&str> = said.trim_end().lines().collect();
        assert!(fits(&expected, &lines), "{command}: the guide says\n{}\nand the program\n{said}", expected.join("\n"));
    }
}

#[test]
fn the_guide_lists_every_reason_and_no_other() {
    for code in ReasonCode::ALL {
        let exit = match code.standing() {
            Standing::NotCertified => 1,
            Standing::NoDossier => 3,
            Standing::Untrusted => 5,
            Standing::Certified => 0,
        };
        let row = format!("| `{}` | {exit} | {} |", code.name(), code.says());
        assert!(GUIDE.contains(&row), "{row}");
    }
    let rows =
        GUIDE.lines().filter(|line| line.starts_with("| `") && line.matches('|').count() == 4 && line.contains('.'));
    let listed = rows
        .filter(|line| {
            line.split('`').nth(1).is_some_and(|name| {
                name.contains('.')
                    && !name.contains(' ')
                    && !name.ends_with("jsonl")
                    && !name.ends_with("json")
                    && !name.ends_with("html")
            })
        })
        .count();
    assert_eq!(listed, ReasonCode::ALL.len());
}
