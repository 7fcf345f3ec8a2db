//! Schemas are what the tables say and what files are.

use crate::format::validate::problems;
use proviso::source::Sources;
use proviso::suite::{FileKind, schema};
use proviso::yaml::parse;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

fn here(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// A YAML text as JSON.
fn written(text: &str) -> Value {
    let mut sources = Sources::default();
    let file = sources.add("text", text);
    parse(&sources, file).map(|node| node.to_json()).unwrap_or_else(|problems| panic!("{text}: {problems:?}"))
}

fn parsed(kind: FileKind) -> Value {
    serde_json::from_str(&schema(kind)).expect("the test's own files and schemas can be read")
}

/// The files of a folder and those below it that end in `.yaml`.
fn yaml_files(folder: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![here(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)
            .expect("the test's own files and schemas can be read")
            .map(|entry| entry.expect("the test's own files and schemas can be read").path())
        {
            if entry.is_dir() {
                folders.push(entry);
            } else if entry.extension().is_some_and(|ending| ending == "yaml") {
                found.push(entry);
            }
        }
    }
    found.sort();
    found
}

/// The kind of a file, by the folder it is in.
fn kind_of(path: &Path) -> FileKind {
    let inside = |name: &str| path.components().any(|part| part.as_os_str() == name);
    match () {
        () if inside("flows") => FileKind::Flow,
        () if inside("environments") => FileKind::Environment,
        () => FileKind::Suite,
    }
}

#[test]
fn the_committed_schemas_are_what_the_tables_say() {
    for kind in FileKind::ALL {
        let path = here(&format!("schemas/{}.schema.json", kind.name()));
        let made = schema(kind);
        if std::env::var_os("UPDATE_DOCS").is_some() {
            fs::write(&path, &made).expect("the test's own files and schemas can be read");
        }
        let kept = fs::read_to_string(&path).unwrap_or_default();
        assert!(made == kept, "{} is stale: run `UPDATE_DOCS=1 cargo test --test it format`", path.display());
    }
}

#[test]
fn every_suite_flow_and_environment_is_as_its_schema_says_and_names_it() {
    let files = yaml_files("suites");
    assert!(files.len() > 40, "the suites are where this test looks for them");
    // Profiles and their rules have schemas of their own.
    for path in files.into_iter().filter(|path| !path.components().any(|part| part.as_os_str() == "profiles")) {
        let kind = kind_of(&path);
        let text = fs::read_to_string(&path).expect("the test's own files and schemas can be read");
        let found = problems(&parsed(kind), &written(&text));
        assert!(found.is_empty(), "{}: {found:#?}", path.display());
        let depth =
            path.strip_prefix(here("")).expect("the test's own files and schemas can be read").components().count() - 1;
        let line =
            format!("# yaml-language-server: $schema={}schemas/{}.schema.json", "../".repeat(depth), kind.name());
        assert_eq!(text.lines().next(), Some(line.as_str()), "the first line of {}", path.display());
    }
}

#[test]
fn what_reading_calls_an_unknown_key_the_schema_refuses_too() {
    let mut refused = 0;
    for path in yaml_files("tests/corpus/check") {
        let said = fs::read_to_string(path.with_extension("snap")).unwrap_or_default();
        // With the blank before it: a file in a folder below may have the same name.
        let marker =
            format!(" {}:", path.file_name().expect("the test's own files and schemas can be read").to_string_lossy());
        let own = said.split("error[").any(|part| part.starts_with("unknown-key") && part.contains(&marker));
        if own {
            let found = problems(
                &parsed(kind_of(&path)),
                &written(&fs::read_to_string(&path).expect("the test's own files and schemas can be read")),
            );
            assert!(!found.is_empty(), "{} has an unknown key and its schema takes it", path.display());
            refused += 1;
        }
    }
    assert!(refused >= 3, "only {refused} files of the corpus have an unknown key");
}

#[test]
fn every_key_has_its_text_and_an_example_of_its_own_shape() {
    for kind in FileKind::ALL {
        let root = parsed(kind);
        let definitions = root["$defs"].as_object().expect("the test's own files and schemas can be read").values();
        for object in definitions.chain([&root]) {
            for (name, key) in object["properties"].as_object().into_iter().flatten() {
                assert!(key["description"].as_str().is_some_and(|text| text.len() > 5), "{name} has no text");
                let mut alone = key.clone();
                alone["$defs"] = root["$defs"].clone();
                let found = problems(&alone, &key["examples"][0]);
                assert!(found.is_empty(), "the example of `{name}` in {}: {found:#?}", object["title"]);
            }
        }
    }
}

#[test]
fn schemas_know_what_excludes_what() {
    let asked = |steps: &str| {
        let text = format!("{{ suite: s, cases: [{{ name: c, steps: {steps} }}] }}");
        problems(&parsed(FileKind::Suite), &written(&text)).is_empty()
    };
    assert!(asked("[{ request: { operation: a } }]"));
    assert!(asked("[{ repeat: { times: 2 }, steps: [{ use: f.yaml }] }]"));
    for wrong in [
        "[]",
        "[{ name: nothing }]",
        "[{ request: { operation: a }, use: f.yaml }]",
        "[{ use: f.yaml, expect: { status: 200 } }]",
        "[{ request: { operation: a, path: /x, method: GET } }]",
        "[{ request: { path: /x } }]",
        "[{ request: { operation: a, json: {}, raw: x } }]",
        "[{ request: { operation: a }, poll: { until: { data.status: X } } }]",
        "[{ request: { operation: a }, timeout: 5 }]",
        "[{ request: { operation: a }, expect: { body: { $.a: { mim: 1 } } } }]",
        "[{ request: { operation: a }, expect: { body: { $.a: { not: { each: { mim: 1 } } } } } }]",
    ] {
        assert!(!asked(wrong), "{wrong}");
    }
}
