//! Which operation a request goes to.

use super::{Contract, Operation};
use percent_encoding::percent_decode_str;

/// How well a segment of a path fits one of a template; what fits better comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    /// It is written so.
    Literal,
    /// It is written so around a parameter.
    Around,
    /// It is a parameter.
    Parameter,
}

impl Contract {
    /// The operation a request goes to, by its method and its path below the base URL, as it is sent or as the contract
    /// writes it. Where several fit, the one whose path is written out furthest. A path that begins as one of the
    /// contract's servers does is also understood.
    #[must_use]
    pub fn operation_at(&self, method: &str, path: &str) -> Option<&Operation> {
        let below = self.base_paths.iter().filter_map(|base| below(base, path));
        let below = below.filter(|rest| rest.starts_with('/'));
        std::iter::once(path).chain(below).find_map(|path| self.at(method, path))
    }

    fn at(&self, method: &str, path: &str) -> Option<&Operation> {
        let of_method = self.operations.iter().filter(|operation| operation.method == method);
        let served = of_method.flat_map(|operation| {
            let alternatives = operation.path_alternatives.iter();
            std::iter::once(&operation.path).chain(alternatives).map(move |template| (operation, template))
        });
        let (bare, query) = (path_of(path), query_of(path));
        let fitting = served.filter_map(|(operation, template)| {
            // A path that is written with a query is for requests with that query; one that is asked for as it is written
            // is found so too.
            let apart = match query_of(template) {
                Some(own) => {
                    !query.is_some_and(|query| own.split('&').all(|pair| query.split('&').any(|one| one == pair)))
                }
                None => false,
            };
            Some((apart, fit(path_of(template), bare)?, query_of(template).is_none(), operation))
        });
        let best = fitting.min_by(|left, right| (left.0, &left.1, left.2).cmp(&(right.0, &right.1, right.2)));
        best.map(|(_, _, _, operation)| operation)
    }
}

/// A path without the query and the fragment that documents tell operations of one path apart with: `/q?type=cat`, `/x#b`.
pub(in crate::contract) fn path_of(template: &str) -> &str {
    template.split(['?', '#']).next().unwrap_or_default()
}

/// The query that a path is written with.
pub(in crate::contract) fn query_of(template: &str) -> Option<&str> {
    let (_, query) = template.split('#').next().unwrap_or_default().split_once('?')?;
    Some(query)
}

/// The rest of a path below that of a server, which may have variables in braces.
pub(in crate::contract) fn below<'p>(base: &str, path: &'p str) -> Option<&'p str> {
    let mut rest = path;
    for part in base.split('/').skip(1) {
        let inside = rest.strip_prefix('/')?;
        let end = inside.find('/').unwrap_or(inside.len());
        let fits = match part.contains('{') {
            true => fit_segment(part, &inside[..end]).is_some(),
            false => part == &inside[..end],
        };
        fits.then_some(())?;
        rest = &inside[end..];
    }
    Some(rest)
}

/// How well a path fits a template, segment by segment.
fn fit(template: &str, path: &str) -> Option<Vec<Fit>> {
    let (mut left, mut right) = (template.split('/'), path.split('/'));
    let mut fits = Vec::new();
    loop {
        match (left.next(), right.next()) {
            (None, None) => return Some(fits),
            (Some(template), Some(segment)) => fits.push(fit_segment(template, segment)?),
            _ => return None,
        }
    }
}

fn fit_segment(template: &str, segment: &str) -> Option<Fit> {
    // The contract's own way to write it fits as well: steps may name a path with its placeholders.
    if template == segment {
        return Some(Fit::Literal);
    }
    let segment = percent_decode_str(segment).decode_utf8_lossy();
    let Some((before, rest)) = template.split_once('{') else {
        return (template == segment).then_some(Fit::Literal);
    };
    let mut left = segment.strip_prefix(before)?;
    let mut literal = !before.is_empty();
    let mut rest = rest;
    loop {
        let (_, after) = rest.split_once('}')?;
        let (between, next) = after.split_once('{').map_or((after, None), |(between, next)| (between, Some(next)));
        literal |= !between.is_empty();
        match next {
            // A parameter of a path is never empty.
            None if left.len() > between.len() && left.ends_with(between) => break,
            None => return None,
            Some(next) => {
                let first = left.chars().next()?.len_utf8();
                let at = left[first..].find(between)? + first;
                left = &left[at + between.len()..];
                rest = next;
            }
        }
    }
    Some(if literal { Fit::Around } else { Fit::Parameter })
}

#[cfg(test)]
mod tests {
    use super::{Fit, below, fit, path_of, query_of};

    #[test]
    fn a_server_s_path_may_have_variables() {
        assert_eq!(below("/v2", "/v2/a/b"), Some("/a/b"));
        assert_eq!(below("/t/{tenant}", "/t/acme/a"), Some("/a"));
        assert_eq!(below("/t/{tenant}", "/t//a"), None);
        assert_eq!(below("/v2", "/v20/a"), None);
        assert_eq!((path_of("/q?type=cat"), query_of("/q?type=cat")), ("/q", Some("type=cat")));
        assert_eq!((path_of("/x#refresh"), query_of("/x#refresh")), ("/x", None));
    }

    #[test]
    fn segments_fit_templates() {
        use Fit::{Around, Literal, Parameter};
        for (template, path, expected) in [
            ("/users", "/users", Some(vec![Literal, Literal])),
            ("/users/{id}", "/users/42", Some(vec![Literal, Literal, Parameter])),
            ("/users/{id}", "/users/{id}", Some(vec![Literal, Literal, Literal])),
            ("/users/{id}", "/users/", None),
            ("/users/{id}", "/users/1/2", None),
            ("/users/{id}", "/users", None),
            ("/a b", "/a%20b", Some(vec![Literal, Literal])),
            ("/f/{name}.json", "/f/x.json", Some(vec![Literal, Literal, Around])),
            ("/f/{name}.json", "/f/.json", None),
            ("/f/{name}.json", "/f/x.xml", None),
            ("/d/{from}..{to}", "/d/1..2", Some(vec![Literal, Literal, Around])),
            ("/d/{from}..{to}", "/d/1..", None),
            ("/e/{one}{two}", "/e/ab", Some(vec![Literal, Literal, Parameter])),
        ] {
            assert_eq!(fit(template, path), expected, "{template} {path}");
        }
    }
}
