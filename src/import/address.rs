//! Where requests go: the host that most of them name becomes the environment's, all others stay whole URLs.

use super::holes::Holes;
use super::model::Import;
use std::collections::BTreeMap;

/// What stands in an environment where nothing says where requests go.
pub const UNKNOWN: &str = "{{ env('BASE_URL', 'http://127.0.0.1:8080') }}";

/// A URL in two: scheme and host (or what stands for them), and the path with the query.
#[must_use]
pub fn split(url: &str) -> (String, String) {
    let url = url.trim();
    if url.is_empty() || url.starts_with(['/', '?']) {
        return (String::new(), url.to_owned());
    }
    let scheme = url.find("://").filter(|at| !url[..*at].contains('/'));
    let from = scheme.map_or(0, |at| at + 3);
    let end = end_of_host(&url[from..]).map_or(url.len(), |end| from + end);
    let (host, rest) = url.split_at(end);
    let host = if scheme.is_none() && !host.starts_with("{{") { format!("http://{host}") } else { host.to_owned() };
    (host, rest.to_owned())
}

/// Where the path or the query begins: not within a placeholder.
fn end_of_host(text: &str) -> Option<usize> {
    let mut depth = 0usize;
    for (at, letter) in text.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            '/' | '?' | '#' if depth == 0 => return Some(at),
            _ => {}
        }
    }
    None
}

/// The path and the query of what follows a host.
#[must_use]
pub fn path_and_query(rest: &str) -> (String, Vec<(String, String)>) {
    let rest = rest.split('#').next().unwrap_or_default();
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let pairs = query.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        (decoded(name), decoded(value))
    });
    (if path.is_empty() { "/".to_owned() } else { path.to_owned() }, pairs.collect())
}

fn decoded(text: &str) -> String {
    let plus = text.replace('+', " ");
    percent_encoding::percent_decode_str(&plus)
        .decode_utf8()
        .map_or_else(|_| text.to_owned(), std::borrow::Cow::into_owned)
}

/// Settles where the steps of an import go. `urls` has a URL for each step, as the other tool writes it; the query is not
/// looked at. A step with an operation keeps it.
pub fn settle(import: &mut Import, urls: &[String], holes: &mut Holes) {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut order: Vec<String> = Vec::new();
    let parts: Vec<(String, String)> = urls.iter().map(|url| split(url)).collect();
    for (base, _) in parts.iter().filter(|(base, _)| !base.is_empty()) {
        if !order.contains(base) {
            order.push(base.clone());
        }
        *counts.entry(base.clone()).or_default() += 1;
    }
    let most = counts.values().max().copied().unwrap_or(0);
    let main = order.into_iter().find(|base| counts.get(base) == Some(&most));
    if let Some(main) = &main {
        import.base_url = Some(match known(main, holes) {
            Some(url) => url.trim_end_matches('/').into(),
            None => UNKNOWN.into(),
        });
    }
    for (index, (base, rest)) in parts.into_iter().enumerate() {
        let (path, _) = path_and_query(&rest);
        let path = holes.text(&path);
        let Some(step) = import.steps.get_mut(index) else { return };
        if base.is_empty() || Some(&base) == main.as_ref() {
            step.request.path = path;
            continue;
        }
        match known(&base, holes) {
            Some(url) => step.request.path = format!("{}{path}", url.trim_end_matches('/')),
            None => {
                let text =
                    format!("the host `{base}` has no value in the file; the request goes to the environment's host");
                step.comments.push(format!("not translated: {text}"));
                step.request.path = path;
                let (name, line) = (step.name.clone(), step.line);
                import.note(&name, line, text);
            }
        }
    }
}

/// A host without placeholders.
fn known(base: &str, holes: &Holes) -> Option<String> {
    let mut base = base.to_owned();
    for _ in 0..8 {
        let Some(open) = base.find("{{") else { break };
        let close = base[open..].find("}}").map(|close| open + close)?;
        let value = holes.values.get(base[open + 2..close].trim()).filter(|value| !value.is_empty())?;
        base = format!("{}{value}{}", &base[..open], &base[close + 2..]);
    }
    if base.contains("{{") {
        return None;
    }
    let base = if base.contains("://") { base } else { format!("http://{base}") };
    let url = url::Url::parse(&base).ok()?;
    let good = matches!(url.scheme(), "http" | "https") && url.host().is_some();
    // A user and a password in a URL are a secret.
    good.then(|| super::private::clean(&base).replace("[secret]@", ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_cut_where_the_path_begins() {
        let cut = |url: &str| {
            let (base, rest) = split(url);
            format!("{base} | {rest}")
        };
        assert_eq!(cut("{{base_url}}/a/{{id}}"), "{{base_url}} | /a/{{id}}");
        assert_eq!(cut("https://a.example:8443/x?y=/z"), "https://a.example:8443 | /x?y=/z");
        assert_eq!(cut("{{scheme}}://{{host}}/x"), "{{scheme}}://{{host}} | /x");
        assert_eq!(cut("localhost:3000/x"), "http://localhost:3000 | /x");
        assert_eq!(cut("/x"), " | /x");
        assert_eq!(cut("https://a.example"), "https://a.example | ");
        assert_eq!(
            path_and_query("/x?a=1&b=%20c&d"),
            ("/x".into(), vec![("a".into(), "1".into()), ("b".into(), " c".into()), ("d".into(), String::new())])
        );
    }
}
