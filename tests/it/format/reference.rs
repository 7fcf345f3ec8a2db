//! The suite reference says what the code does, and its examples are suites.

use proviso::source::Sources;
use proviso::suite::{read_environment, read_flow, read_policy, read_suite, read_waivers, reference};
use std::fs;
use std::path::Path;

#[test]
fn the_reference_is_what_the_tables_say() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/suite-reference.md");
    let made = reference();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&path, &made).expect("the reference can be written");
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    assert!(made == kept, "docs/suite-reference.md is stale: run `UPDATE_DOCS=1 cargo test --test it format`");
}

#[test]
fn every_example_can_be_read() {
    let text = reference();
    let examples: Vec<&str> = text.split("```yaml\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert!(examples.len() >= 12, "the examples are where this test looks for them");
    for example in examples {
        let first = example.lines().find(|line| !line.starts_with('#')).unwrap_or_default();
        let mut sources = Sources::default();
        let mut add = |text: String| sources.add("example.yaml", text);
        let indented = |text: &str| text.lines().map(|line| format!("      {line}\n")).collect::<String>();
        let problems = if first.starts_with("flow:") {
            let file = add(example.to_owned());
            read_flow(&sources, file).err()
        } else if first.starts_with("default:") {
            let file = add(example.to_owned());
            read_policy(&sources, file).err()
        } else if first.starts_with("waivers:") {
            let file = add(example.to_owned());
            read_waivers(&sources, file).err()
        } else if first.starts_with("environment:") {
            let file = add(example.to_owned());
            read_environment(&sources, file).err()
        } else {
            let file = add(match first {
                _ if first.starts_with("suite:") => example.to_owned(),
                _ if first.starts_with("- ") => {
                    format!("suite: s\ncases:\n  - name: c\n    steps:\n{}", indented(example))
                }
                _ => format!("suite: s\ncases:\n    -\n{}", indented(example)),
            });
            read_suite(&sources, file).err()
        };
        assert!(problems.is_none(), "{example}\n{problems:#?}");
    }
}

#[test]
fn every_heading_that_is_linked_is_there() {
    let text = reference();
    let anchor = |heading: &str| heading.to_lowercase().replace(' ', "-");
    let headings: Vec<String> = text.lines().filter_map(|line| line.strip_prefix("## ")).map(anchor).collect();
    for link in text.split("(#").skip(1).filter_map(|rest| rest.split(')').next()) {
        assert!(headings.iter().any(|heading| heading == link), "#{link} leads nowhere");
    }
}

#[test]
fn suites_for_people_who_come_from_another_tool_can_be_read() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/coming-from");
    let mut read = 0;
    for entry in fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("an entry can be read").path();
        let text = fs::read_to_string(&path).expect("a page can be read");
        for example in text.split("```yaml\n").skip(1).filter_map(|rest| rest.split("```").next()) {
            let mut sources = Sources::default();
            let file = sources.add("example.yaml", example);
            let problems = read_suite(&sources, file).err();
            assert!(problems.is_none(), "{}: {problems:#?}", path.display());
            read += 1;
        }
    }
    assert!(read >= 10, "ten tools have a page: {read}");
}
