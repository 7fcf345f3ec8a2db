//! Just enough reading of Rust to find which paths a file names.

/// The text with comments and the contents of strings blanked out, so that only code is left, on the same lines.
pub(crate) fn code_only(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut code = String::with_capacity(text.len());
    let mut at = 0;
    while at < chars.len() {
        let end = match (chars[at], chars.get(at + 1)) {
            ('/', Some('/')) => find(&chars, at, "\n").unwrap_or(chars.len()),
            ('/', Some('*')) => block_comment(&chars, at),
            ('r', Some('"' | '#')) if raw_hashes(&chars, at).is_some() => {
                let hashes = raw_hashes(&chars, at).unwrap_or(0);
                let close = format!("\"{}", "#".repeat(hashes));
                find(&chars, at + hashes + 2, &close).map_or(chars.len(), |found| found + close.len())
            }
            ('"', _) => string(&chars, at),
            ('\'', Some('\\')) => find(&chars, at + 3, "'").map_or(chars.len(), |found| found + 1),
            ('\'', Some(_)) if chars.get(at + 2) == Some(&'\'') => at + 3,
            _ => {
                code.push(chars[at]);
                at += 1;
                continue;
            }
        };
        code.extend(chars[at..end].iter().map(|c| if *c == '\n' { '\n' } else { ' ' }));
        at = end;
    }
    code
}

fn find(chars: &[char], from: usize, what: &str) -> Option<usize> {
    let what: Vec<char> = what.chars().collect();
    (from..chars.len()).find(|at| chars[*at..].starts_with(&what))
}

fn block_comment(chars: &[char], from: usize) -> usize {
    let (mut at, mut open) = (from + 2, 1);
    while at < chars.len() && open > 0 {
        match (chars[at], chars.get(at + 1)) {
            ('/', Some('*')) => (at, open) = (at + 2, open + 1),
            ('*', Some('/')) => (at, open) = (at + 2, open - 1),
            _ => at += 1,
        }
    }
    at
}

/// The number of hashes when a raw string begins here.
fn raw_hashes(chars: &[char], at: usize) -> Option<usize> {
    let word = at > 0 && (chars[at - 1].is_alphanumeric() || chars[at - 1] == '_') && chars[at - 1] != 'b';
    let hashes = chars[at + 1..].iter().take_while(|c| **c == '#').count();
    (!word && chars.get(at + 1 + hashes) == Some(&'"')).then_some(hashes)
}

fn string(chars: &[char], from: usize) -> usize {
    let mut at = from + 1;
    while at < chars.len() && chars[at] != '"' {
        at += if chars[at] == '\\' { 2 } else { 1 };
    }
    (at + 1).min(chars.len())
}

/// Lines on which a name occurs as a whole word.
pub(crate) fn occurrences(code: &str, what: &str) -> Vec<usize> {
    starts(code, what).into_iter().map(|at| line_of(code, at)).collect()
}

/// Every path that begins with `first::`, without that beginning and with groups laid out: `std::{fs::File, io}` has
/// `fs::File` and `io`.
pub(crate) fn paths(code: &str, first: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for at in starts(code, &format!("{first}::")) {
        let rest = &code[at + first.len() + 2..];
        let mut paths = Vec::new();
        tree(rest.trim_start(), "", &mut paths);
        found.extend(paths.into_iter().map(|path| (line_of(code, at), path)));
    }
    found
}

/// Reads one path or group and answers with what follows it.
fn tree<'t>(text: &'t str, before: &str, found: &mut Vec<String>) -> &'t str {
    if let Some(mut rest) = text.strip_prefix('{') {
        loop {
            rest = rest.trim_start();
            match rest.chars().next() {
                Some('}') => return &rest[1..],
                Some(',') => rest = &rest[1..],
                Some(c) if c == '{' || c == '_' || c.is_alphanumeric() => rest = tree(rest, before, found),
                Some(c) => rest = &rest[c.len_utf8()..],
                None => return rest,
            }
        }
    }
    let end = text.find(|c: char| c != '_' && !c.is_alphanumeric()).unwrap_or(text.len());
    let path = format!("{before}{}", &text[..end]);
    match text[end..].strip_prefix("::") {
        Some(rest) if rest.starts_with(|c: char| c == '{' || c == '_' || c.is_alphanumeric()) => {
            tree(rest, &format!("{path}::"), found)
        }
        _ => {
            found.push(path);
            &text[end..]
        }
    }
}

/// Where `what` begins, not as the tail of a longer word or path.
fn starts(code: &str, what: &str) -> Vec<usize> {
    code.match_indices(what)
        .map(|(at, _)| at)
        .filter(|at| {
            let before = &code[..*at];
            !before.ends_with(|c: char| c == '_' || c == '$' || c.is_alphanumeric()) && !before.ends_with("super::")
        })
        .collect()
}

fn line_of(code: &str, at: usize) -> usize {
    code[..at].matches('\n').count() + 1
}
