//! Names that stay the same from run to run and are unique in the file.
//!
//! Consumers tell cases apart by class and name and drop what they take for a duplicate; histories are kept under these
//! names. So neither holds anything of the run: no address, no id, no time.

use super::xml::token;
use crate::text::stem;
use std::collections::HashSet;

/// The class of all cases of a suite: its file as dotted words, `operations.create-user`.
///
/// A dot within a file's name would read as a further package, so it becomes a dash.
pub(super) fn class(file: &str) -> String {
    let parts: Vec<String> = stem(file)
        .split('/')
        .map(|part| token(&part.replace(['.', ':'], "-")))
        .filter(|part| !part.is_empty())
        .collect();
    or_unnamed(parts.join("."))
}

/// A name as both schemas and every consumer take it: one line, no spaces to spare, never empty.
pub(super) fn plain(name: &str) -> String {
    or_unnamed(token(name))
}

fn or_unnamed(name: String) -> String {
    if name.is_empty() { "unnamed".to_owned() } else { name }
}

/// Makes names unique in the order they are asked for, so that the same run always gets the same names.
#[derive(Default)]
pub(super) struct Unique {
    taken: HashSet<String>,
}

impl Unique {
    /// The name, with a number where it was taken already.
    pub(super) fn name(&mut self, name: String) -> String {
        if self.taken.insert(name.clone()) {
            return name;
        }
        // There are fewer names taken than numbers tried.
        let mut numbered = (2..).map(|number: u64| format!("{name} ({number})"));
        numbered.find(|name| self.taken.insert(name.clone())).unwrap_or(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_is_the_suites_file_and_nothing_else() {
        assert_eq!(class("suites/operations/create-user.yaml"), "operations.create-user");
        assert_eq!(class("offers v1.2.yaml"), "offers v1-2");
        assert_eq!(class("C:\\work\\suites\\a\\b.yml"), "a.b");
        assert_eq!(class(".yaml"), "unnamed");
    }

    #[test]
    fn names_that_read_the_same_are_numbered() {
        let mut unique = Unique::default();
        let names = ["a", "a", "a (2)", "b", "a"].map(|name| unique.name(name.to_owned()));
        assert_eq!(names, ["a", "a (2)", "a (2) (2)", "b", "a (3)"]);
    }
}
