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
        let below = self.base_paths.iter().filter_map(|base| path.strip_prefix(base.as_str()));
        let below = below.filter(|rest| rest.starts_with('/'));
        std::iter::once(path).chain(below).find_map(|path| self.at(method, path))
    }

    fn at(&self, method: &str, path: &str) -> Option<&Operation> {
        let of_method = self.operations.iter().filter(|operation| operation.method == method);
        let served = of_method.flat_map(|operation| {
            let alternatives = operation.path_alternatives.iter();
            std::iter::once(&operation.path).chain(alternatives).map(move |template| (operation, template))
        });
        let fitting = served.filter_map(|(operation, template)| Some((fit(template, path)?, operation)));
        fitting.min_by(|(left, _), (right, _)| left.cmp(right)).map(|(_, operation)| operation)
    }
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
    use super::{Fit, fit};

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
