//! The path of a request against the template of its operation.

/// The values of a template's parameters in a path, still encoded; absent when the path is another one. A parameter holds
/// no slash, as in every template (OpenAPI 3.1, 4.8.8.1).
pub(super) fn parameters<'t>(template: &'t str, path: &'t str) -> Option<Vec<(&'t str, &'t str)>> {
    let mut found = Vec::new();
    fits(template, path, &mut found).then_some(found)
}

fn fits<'t>(template: &'t str, path: &'t str, found: &mut Vec<(&'t str, &'t str)>) -> bool {
    let Some((literal, rest)) = template.split_once('{') else { return template == path };
    let Some((name, template)) = rest.split_once('}') else { return false };
    let Some(path) = path.strip_prefix(literal) else { return false };
    let segment = path.find('/').unwrap_or(path.len());
    // The longest value first, so that what follows a parameter within its segment takes no part of it.
    let known = found.len();
    for end in (0..=segment).rev().filter(|end| path.is_char_boundary(*end)) {
        found.push((name, &path[..end]));
        if fits(template, &path[end..], found) {
            return true;
        }
        found.truncate(known);
        if template.is_empty() || template.starts_with('/') {
            return false;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_read_by_its_template() {
        assert_eq!(parameters("/v2/a", "/v2/a"), Some(vec![]));
        assert_eq!(parameters("/v2/a", "/v2/a/"), None);
        assert_eq!(parameters("/u/{id}", "/u/a%20b"), Some(vec![("id", "a%20b")]));
        assert_eq!(parameters("/u/{id}", "/u/"), Some(vec![("id", "")]));
        assert_eq!(parameters("/u/{id}", "/u/a/b"), None);
        assert_eq!(parameters("/u/{id}/x/{no}", "/u/1/x/2"), Some(vec![("id", "1"), ("no", "2")]));
        assert_eq!(parameters("/u/{id}:stop", "/u/1:stop"), Some(vec![("id", "1")]));
        assert_eq!(parameters("/f/{name}.{kind}", "/f/a.b.c"), Some(vec![("name", "a.b"), ("kind", "c")]));
        assert_eq!(parameters("/f/{name}.{kind}", "/g/a.b"), None);
    }
}
