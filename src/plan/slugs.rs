//! Names as parts of files' names, each given once.

use super::PlannedCase;
use crate::text::slug;
use std::collections::HashSet;

/// Gives slugs, each once: the second of a name gets a number.
#[derive(Debug, Default)]
pub(super) struct Slugs {
    given: HashSet<String>,
}

impl Slugs {
    /// The slug of a name.
    pub(super) fn give(&mut self, name: &str) -> String {
        let slug = slug(name);
        let numbered = |number: usize| if number == 1 { slug.clone() } else { format!("{slug}-{number}") };
        let free = (1..).map(numbered).find(|slug| !self.given.contains(slug)).unwrap_or_default();
        self.given.insert(free.clone());
        free
    }
}

/// Gives the cases of a suite their slugs: all of them, whichever are selected later.
pub(super) fn of_cases<'c>(cases: impl Iterator<Item = &'c mut PlannedCase>) {
    let mut slugs = Slugs::default();
    cases.for_each(|case| case.slug = slugs.give(&case.name));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_slug_is_given_twice() {
        let mut slugs = Slugs::default();
        assert_eq!(["a b", "A-B", "a b 2", "a b"].map(|name| slugs.give(name)), ["a-b", "a-b-2", "a-b-2-2", "a-b-3"]);
    }
}
