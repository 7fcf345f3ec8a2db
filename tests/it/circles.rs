//! No circle of files inside a module: a file that another one needs does not need that one back.
//!
//! `tests/it/architecture.rs` holds the layers of modules; this holds the same inside each of them. When it fails, the fix is
//! nearly always to move the few names that tie the circle to a file of their own, below both.

use crate::architecture::rust_text;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

#[test]
fn files_inside_a_module_form_no_circle() {
    let house = House::of(crate::architecture::sources());
    let circles: Vec<String> = house.circles().iter().map(|circle| house.told(circle)).collect();
    assert!(circles.is_empty(), "\n{}", circles.join("\n"));
}

#[test]
fn a_circle_is_found_however_it_is_written() {
    let found = |files: &[(&str, &str)]| {
        let files = files.iter().map(|(path, text)| (PathBuf::from(path), (*text).to_owned())).collect();
        let house = House::of(files);
        house.circles().iter().map(|circle| circle.join(" ")).collect::<Vec<_>>()
    };
    let both = ["run/case.rs run/walk.rs"];
    let root = ("run/mod.rs", "mod case; mod walk; pub use case::run;");
    assert_eq!(found(&[root, ("run/case.rs", "use super::walk;"), ("run/walk.rs", "use super::case::Case;")]), both);
    assert_eq!(
        found(&[root, ("run/case.rs", "fn f() { super::walk::g() }"), ("run/walk.rs", "use crate::run::run;")]),
        both,
        "through what the module hands on"
    );
    let one_way = [root, ("run/case.rs", "use super::walk;"), ("run/walk.rs", "use crate::event::Event;")];
    assert_eq!(found(&one_way), Vec::<String>::new());
    let tests = "pub fn g() {}\n#[cfg(test)]\nmod tests { use super::super::case; }";
    assert_eq!(found(&[root, ("run/case.rs", "use super::walk;"), ("run/walk.rs", tests)]), Vec::<String>::new());
    let parent = ("run/mod.rs", "mod case; pub struct Run; fn f() { case::run() }");
    assert_eq!(found(&[parent, ("run/case.rs", "use super::Run;")]), ["run/case.rs run/mod.rs"]);
    let hands_on = ("run/mod.rs", "mod case; pub use case::run; pub struct Run;");
    assert_eq!(found(&[hands_on, ("run/case.rs", "use super::Run;")]), Vec::<String>::new());
}

/// The files of `src`, and which needs which.
struct House {
    /// What each file holds, as code without its tests.
    files: BTreeMap<String, String>,
    edges: BTreeMap<String, BTreeSet<String>>,
}

impl House {
    fn of(sources: Vec<(PathBuf, String)>) -> Self {
        let named = |path: &Path| path.to_string_lossy().replace('\\', "/");
        let files: BTreeMap<String, String> =
            sources.iter().map(|(path, text)| (named(path), without_tests(&rust_text::code_only(text)))).collect();
        let whole: BTreeMap<String, String> =
            sources.into_iter().map(|(path, text)| (named(&path), rust_text::code_only(&text))).collect();
        let only_for_tests = |file: &str| {
            ancestors(file).any(|(parent, child)| {
                let code = parent.iter().find_map(|parent| whole.get(parent));
                code.is_some_and(|code| is_test_module(code, &child))
            })
        };
        let files: BTreeMap<_, _> = files.into_iter().filter(|(file, _)| !only_for_tests(file)).collect();
        let mut house = Self { files, edges: BTreeMap::new() };
        let edges = house.files.keys().map(|file| (file.clone(), house.needed_by(file))).collect();
        house.edges = edges;
        house
    }

    /// The files that a file needs.
    fn needed_by(&self, file: &str) -> BTreeSet<String> {
        let code = &self.files[file];
        let own = module_of(file);
        let mut paths: Vec<Vec<String>> = Vec::new();
        paths.extend(rust_text::paths(code, "crate").into_iter().map(|(_, path)| parts(&path)));
        for up in 0..=own.len() {
            let first = if up == 0 { "self".to_owned() } else { vec!["super"; up].join("::") };
            let base = &own[..own.len() - up];
            let found = rust_text::paths(code, &first).into_iter();
            paths.extend(found.map(|(_, path)| base.iter().cloned().chain(parts(&path)).collect()));
        }
        // A module's own file names its children without a prefix; what it only hands on it does not need.
        let body = without_uses(code);
        for child in children(code) {
            for (_, path) in rust_text::paths(code, &child) {
                let last = path.rsplit("::").next().unwrap_or_default();
                if rust_text::occurrences(&body, last).is_empty() && rust_text::occurrences(&body, &child).is_empty() {
                    continue;
                }
                paths.push(own.iter().cloned().chain([child.clone()]).chain(parts(&path)).collect());
            }
        }
        paths.iter().filter_map(|path| self.file_of(path, 0)).filter(|needed| needed != file).collect()
    }

    /// The file that holds what a path from the crate names.
    fn file_of(&self, path: &[String], depth: usize) -> Option<String> {
        let (file, known) = (1..=path.len()).rev().find_map(|known| {
            let module = path[..known].join("/");
            let file = [format!("{module}.rs"), format!("{module}/mod.rs")].into_iter();
            file.filter(|file| self.files.contains_key(file)).map(|file| (file, known)).next()
        })?;
        let Some(name) = path.get(known).filter(|_| file.ends_with("mod.rs") && depth < 8) else { return Some(file) };
        // Through what the module hands on.
        let module = &path[..known];
        for child in children(&self.files[&file]) {
            for (_, inner) in rust_text::paths(&uses(&self.files[&file]), &child) {
                if inner.rsplit("::").next() == Some(name) {
                    let target: Vec<String> =
                        module.iter().cloned().chain([child.clone()]).chain(parts(&inner)).collect();
                    return self.file_of(&target, depth + 1);
                }
            }
        }
        Some(file)
    }

    /// Files that need each other, inside one top-level module.
    fn circles(&self) -> Vec<Vec<String>> {
        let reach: BTreeMap<&String, BTreeSet<&String>> =
            self.edges.keys().map(|file| (file, self.reached(file))).collect();
        let mut circles: BTreeSet<Vec<String>> = BTreeSet::new();
        for (file, reached) in &reach {
            let mates = reached.iter().filter(|other| **other != *file && reach[**other].contains(*file));
            let mut circle: Vec<String> = mates.map(|mate| (*mate).clone()).collect();
            if !circle.is_empty() {
                circle.push((*file).clone());
                circle.sort();
                circles.insert(circle);
            }
        }
        circles.into_iter().collect()
    }

    fn reached<'h>(&'h self, file: &'h String) -> BTreeSet<&'h String> {
        let top = file.split('/').next().unwrap_or_default();
        let (mut reached, mut next) = (BTreeSet::new(), vec![file]);
        while let Some(at) = next.pop() {
            for needed in self.edges.get(at).into_iter().flatten() {
                if needed.split('/').next() == Some(top) && reached.insert(needed) {
                    next.push(needed);
                }
            }
        }
        reached
    }

    fn told(&self, circle: &[String]) -> String {
        let mut told = format!("{} files need each other:", circle.len());
        for file in circle {
            let inside: Vec<&str> =
                self.edges[file].iter().filter(|needed| circle.contains(needed)).map(String::as_str).collect();
            told.push_str(&format!("\n  src/{file} needs {}", inside.join(", ")));
        }
        told
    }
}

fn parts(path: &str) -> Vec<String> {
    path.split("::").map(str::to_owned).collect()
}

/// The module of a file, from the crate.
fn module_of(file: &str) -> Vec<String> {
    let bare = file.trim_end_matches(".rs").trim_end_matches("/mod");
    if bare == "lib" || bare == "main" { Vec::new() } else { bare.split('/').map(str::to_owned).collect() }
}

/// The modules above a file: where each is declared, and under what name.
fn ancestors(file: &str) -> impl Iterator<Item = (Vec<String>, String)> {
    let module = module_of(file);
    (1..=module.len()).map(move |known| {
        let above = module[..known - 1].join("/");
        let parents = if above.is_empty() {
            vec!["lib.rs".to_owned()]
        } else {
            vec![format!("{above}.rs"), format!("{above}/mod.rs")]
        };
        (parents, module[known - 1].clone())
    })
}

/// Whether a module is declared for tests only.
fn is_test_module(code: &str, child: &str) -> bool {
    let declared = format!("mod {child};");
    let mut before = "";
    code.lines().any(|line| {
        let found = line.trim_end().ends_with(&declared) && before.contains("#[cfg(test)]");
        before = line;
        found
    })
}

/// Code without the module of its tests, which stands last.
fn without_tests(code: &str) -> String {
    let end = code.match_indices("#[cfg(test)]").find(|(at, _)| {
        let rest = code[*at..].trim_start_matches("#[cfg(test)]").trim_start();
        rest.starts_with("mod ") && rest.find('{') < rest.find(';').or(Some(usize::MAX))
    });
    end.map_or(code, |(at, _)| &code[..at]).to_owned()
}

/// The modules that a file declares.
fn children(code: &str) -> Vec<String> {
    code.split([';', '{', '}'])
        .filter_map(|item| item.trim().rsplit_once("mod ").map(|(_, name)| name.trim().to_owned()))
        .filter(|name| name.chars().all(|c| c == '_' || c.is_alphanumeric()))
        .collect()
}

/// The `use` statements of code.
fn uses(code: &str) -> String {
    split_uses(code).0
}

/// Code without its `use` statements.
fn without_uses(code: &str) -> String {
    split_uses(code).1
}

fn split_uses(code: &str) -> (String, String) {
    let (mut uses, mut rest, mut inside) = (String::new(), String::new(), false);
    for line in code.lines() {
        let start = line.trim_start();
        let bare =
            start.strip_prefix("pub ").or_else(|| start.strip_prefix("pub(")?.split_once(") ").map(|(_, rest)| rest));
        inside |= bare.unwrap_or(start).starts_with("use ");
        let to = if inside { &mut uses } else { &mut rest };
        to.push_str(line);
        to.push('\n');
        inside &= !line.contains(';');
    }
    (uses, rest)
}
