//! The layers of the house, as a test: a module imports only what its row of the table names.
//!
//! When this test fails, the fix is nearly always to move the code to the module that may know both sides, or to hand the
//! value in from above. Changing the table changes the design: do it in `docs/architecture.md` too.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

#[path = "../support/rust_text.rs"]
pub(crate) mod rust_text;

/// A module and the modules it may import, lowest layer first. `cli` may import everything.
const TABLE: &[(&str, &[&str])] = &[
    // Layer 0: texts, words, secrets, patterns and named forms of text.
    ("source", &[]),
    ("text", &[]),
    ("secret", &["text"]),
    ("ecma", &[]),
    ("format", &["ecma"]),
    // Layer 1: what we tell a person, what a run says, the small language inside suites, YAML with places.
    ("diagnostic", &["source", "text", "secret"]),
    ("event", &["source", "text", "secret"]),
    ("expr", &["source", "text", "secret", "format", "diagnostic"]),
    ("yaml", &["source", "text", "secret", "diagnostic", "expr"]),
    // Layer 2: what an API promises, a suite as written, what was accepted.
    ("contract", &["source", "text", "secret", "ecma", "format", "diagnostic", "event", "expr", "yaml"]),
    ("suite", &["source", "text", "secret", "format", "diagnostic", "event", "expr", "yaml", "contract"]),
    ("rule", &["source", "text", "secret", "diagnostic", "event", "expr", "yaml", "contract", "suite"]),
    ("snapshot", &["source", "text", "secret", "diagnostic", "event", "expr"]),
    // Layer 3: a suite that can be run, how a request reaches a server, what past runs say.
    ("plan", &["source", "text", "secret", "diagnostic", "expr", "yaml", "contract", "suite", "rule"]),
    ("transport", &["source", "text", "secret"]),
    ("import", &["source", "text", "secret", "diagnostic", "expr", "yaml", "contract", "suite"]),
    ("change", &["source", "text", "secret", "diagnostic", "event", "yaml", "contract", "suite", "plan"]),
    ("history", &["source", "text", "secret", "diagnostic", "event"]),
    ("journal", &["source", "text", "secret", "diagnostic", "event"]),
    // Layer 4: walks a plan and emits events; listens to events.
    (
        "run",
        &["source", "text", "secret", "expr", "contract", "suite", "rule", "snapshot", "plan", "event", "transport"],
    ),
    ("report", &["source", "text", "secret", "diagnostic", "event", "snapshot", "history", "journal"]),
    // Layer 5: the reference server, an island; grading a client's traffic.
    ("sandbox", &[]),
    ("mutate", &["source", "text", "yaml", "event", "expr", "suite", "contract", "plan", "run", "transport"]),
    ("editor", &["source", "text", "diagnostic", "expr", "yaml", "contract", "suite"]),
    ("export", &["source", "text", "secret", "event", "report"]),
    ("conduct", &["source", "text", "secret", "diagnostic", "event", "expr", "yaml", "contract", "suite", "rule"]),
];

/// What only `cli` may touch, and what to do instead.
const BANNED: &[(&str, &str)] = &[
    ("std::fs", "let `cli` read it and hand the content in"),
    ("tokio::fs", "let `cli` read it and hand the content in"),
    ("std::env", "let `cli` read it and hand the value in"),
    ("std::net", "let `cli` listen and hand the listener in; send through `transport`"),
    ("std::process", "let `cli` decide how the process ends"),
    ("tokio::signal", "let `cli` listen and hand a `Stop` in"),
    ("SystemTime::now", "take the time from the clock that is handed in"),
    ("Timestamp::now", "take the time from the clock that is handed in"),
    ("std::time::Instant", "use tokio::time::Instant, which tests can pause"),
    ("println!", "write to the writer that is handed in"),
    ("eprintln!", "answer with a diagnostic, which `cli` draws"),
    ("print!", "write to the writer that is handed in"),
    ("eprint!", "answer with a diagnostic, which `cli` draws"),
];

/// Where a banned thing stands all the same, and why that is right.
const EXCEPTIONS: &[(&str, &str, &str)] = &[
    ("main.rs", "std::env", "hands the arguments to `cli` and knows nothing else"),
    ("main.rs", "std::process", "hands the exit code of `cli` to the system and knows nothing else"),
    ("sandbox/store.rs", "std::fs", "the state of a server on disk: a file of its own, which a setting names"),
    (
        "sandbox/world.rs",
        "Timestamp::now",
        "the default of a setting: a server that is told no time begins at the present one",
    ),
    ("transport/pinned.rs", "std::net", "only to read the addresses that a certificate is for; nothing is opened"),
    ("transport/settings.rs", "std::net", "only to read the text of an address; nothing is opened"),
    ("transport/watch.rs", "std::net", "the one place that sends: addresses that names lead to"),
];

#[test]
fn every_module_imports_only_what_its_row_of_the_table_names() {
    let problems: Vec<String> = sources().iter().flat_map(|(path, text)| forbidden_edges(path, text)).collect();
    assert!(problems.is_empty(), "{}", listed(&problems));
}

#[test]
fn only_the_command_line_touches_files_the_environment_the_clock_and_the_streams() {
    let mut problems = Vec::new();
    let mut used = vec![false; EXCEPTIONS.len()];
    for (path, text) in sources().iter().filter(|(path, _)| !path.starts_with("cli")) {
        for (line, what, instead) in banned(text) {
            let excepted = EXCEPTIONS.iter().position(|(file, name, _)| Path::new(file) == path && *name == what);
            match excepted {
                Some(index) => used[index] = true,
                None => problems.push(format!("src/{}:{line}: `{what}`: {instead}", path.display())),
            }
        }
    }
    for ((file, what, _), _) in EXCEPTIONS.iter().zip(&used).filter(|(_, used)| !**used) {
        problems.push(format!("src/{file} no longer has `{what}`: remove the exception"));
    }
    assert!(problems.is_empty(), "{}", listed(&problems));
}

#[test]
fn every_source_file_says_first_what_it_is_for() {
    let silent = |(path, text): &(PathBuf, String)| {
        (!text.starts_with("//! ")).then(|| format!("src/{}:1: begin the file with `//!`", path.display()))
    };
    let mut problems: Vec<String> = sources().iter().filter_map(silent).collect();
    for (path, text) in files_below(&root().join("tests")) {
        problems.extend(silent(&(PathBuf::from("../tests").join(path), text)));
    }
    assert!(problems.is_empty(), "{}", listed(&problems));
}

#[test]
fn every_top_level_module_has_a_row() {
    let (_, text) = sources().into_iter().find(|(path, _)| path == Path::new("lib.rs")).expect("src/lib.rs is there");
    let missing: Vec<String> = text
        .lines()
        .filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'))
        .filter(|module| *module != "cli" && row(module).is_none())
        .map(|module| format!("src/lib.rs: `{module}` has no row in the table of tests/it/architecture.rs"))
        .collect();
    assert!(missing.is_empty(), "{}", listed(&missing));
}

#[test]
fn the_table_itself_has_no_cycle() {
    for (index, (module, allowed)) in TABLE.iter().enumerate() {
        for lower in *allowed {
            let at = TABLE.iter().position(|(name, _)| name == lower);
            assert!(at.is_some_and(|at| at < index), "`{module}` may import `{lower}`, which does not stand before it");
        }
    }
}

#[test]
fn a_forbidden_edge_is_found_however_it_is_written() {
    let edges = |path: &str, text: &str| forbidden_edges(Path::new(path), text).join("\n");
    assert_eq!(
        edges("report/junit.rs", "//! x\n\nuse crate::run::Runner;\n"),
        "src/report/junit.rs:3: `report` may not import `run`: move the code to a module that may know both, or hand the value in from above"
    );
    assert!(edges("run/a.rs", "use crate::{event::Event, report::{Junit}};").contains("`run` may not import `report`"));
    assert!(edges("run/step.rs", "use super::super::report::Junit;").contains("`run` may not import `report`"));
    assert!(edges("run/mod.rs", "fn f() { super::cli::main() }").contains("`run` may not import `cli`"));
    assert!(edges("event/mod.rs", "fn f(p: &crate::plan::Plan) {}").contains("`event` may not import `plan`"));
    assert!(edges("sandbox/routes/kyc.rs", "use crate::text;").contains("`sandbox` may not import `text`"));
    assert!(edges("main.rs", "use proviso::report::Junit;").contains("main.rs may only use `cli`"));
    assert_eq!(edges("run/a.rs", "// crate::report\n/* crate::cli */ const S: &str = \"crate::report\";"), "");
    assert_eq!(edges("run/a.rs", "use super::poll::Polling; use crate::run::clock; use crate::event::Event;"), "");
}

#[test]
fn a_banned_name_is_found_however_it_is_written() {
    let found =
        |text: &str| banned(text).into_iter().map(|(line, what, _)| format!("{line} {what}")).collect::<Vec<_>>();
    assert_eq!(found("use std::{io, fs::File};"), ["1 std::fs"]);
    assert_eq!(found("\nlet x = std::env::var(\"X\");"), ["2 std::env"]);
    assert_eq!(found("use std::time::{Duration, Instant};"), ["1 std::time::Instant"]);
    assert_eq!(
        found("SystemTime::now(); println!(); eprintln!();"),
        ["1 SystemTime::now", "1 println!", "1 eprintln!"]
    );
    assert_eq!(found("use tokio::time::Instant; // std::fs\n\"println!\";"), Vec::<String>::new());
}

/// Edges of one file that its row does not allow.
fn forbidden_edges(path: &Path, text: &str) -> Vec<String> {
    let code = rust_text::code_only(text);
    if path == Path::new("main.rs") {
        let other = rust_text::paths(&code, "proviso").into_iter().filter(|(_, name)| !name.starts_with("cli"));
        return other.map(|(line, _)| format!("src/main.rs:{line}: main.rs may only use `cli`")).collect();
    }
    let Some(own) = top_module(path) else { return Vec::new() };
    if own == "cli" || own == "lib" {
        return Vec::new();
    }
    let allowed = row(&own).unwrap_or(&[]);
    let mut edges: Vec<(usize, String)> = rust_text::paths(&code, "crate");
    edges.extend(rust_text::paths(&code, &vec!["super"; depth(path)].join("::")));
    edges
        .into_iter()
        .map(|(line, path)| (line, path.split("::").next().unwrap_or_default().to_owned()))
        .filter(|(_, name)| *name != own && (row(name).is_some() || name == "cli") && !allowed.contains(&name.as_str()))
        .map(|(line, name)| {
            format!(
                "src/{}:{line}: `{own}` may not import `{name}`: move the code to a module that may know both, or hand the value in from above",
                path.display()
            )
        })
        .collect()
}

/// Banned names in a text, each with its line.
fn banned(text: &str) -> Vec<(usize, &'static str, &'static str)> {
    let code = rust_text::code_only(text);
    let mut found = Vec::new();
    for (what, instead) in BANNED {
        let lines: Vec<usize> = match what.split_once("::").filter(|(first, _)| *first == "std" || *first == "tokio") {
            Some((first, rest)) => rust_text::paths(&code, first)
                .into_iter()
                .filter(|(_, path)| path == rest || path.starts_with(&format!("{rest}::")))
                .map(|(line, _)| line)
                .collect(),
            None => rust_text::occurrences(&code, what),
        };
        found.extend(lines.into_iter().map(|line| (line, *what, *instead)));
    }
    found
}

fn row(module: &str) -> Option<&'static [&'static str]> {
    TABLE.iter().find(|(name, _)| *name == module).map(|(_, allowed)| *allowed)
}

/// The top-level module a file belongs to.
fn top_module(path: &Path) -> Option<String> {
    let first = path.components().next()?.as_os_str().to_str()?;
    Some(first.trim_end_matches(".rs").to_owned())
}

/// How many `super` lead from a file's module to the crate.
fn depth(path: &Path) -> usize {
    let parts = path.components().count();
    if path.ends_with("mod.rs") { parts - 1 } else { parts }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

pub(crate) fn sources() -> Vec<(PathBuf, String)> {
    let files = files_below(&root().join("src"));
    assert!(files.len() > 50, "the walk of src/ found {} files: it looks in the wrong place", files.len());
    files
}

/// Rust files below a folder, by path from it.
fn files_below(folder: &Path) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        let entries = std::fs::read_dir(&next).unwrap_or_else(|error| panic!("{}: {error}", next.display()));
        for entry in entries {
            let path = entry.expect("an entry of a folder can be read").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
                found.push((path.strip_prefix(folder).expect("the walk stays below the folder").to_owned(), text));
            }
        }
    }
    found.sort();
    found
}

fn listed(problems: &[String]) -> String {
    problems.iter().fold(String::from("\n"), |mut text, problem| {
        let _ = writeln!(text, "{problem}");
        text
    })
}
